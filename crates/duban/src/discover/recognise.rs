//! What kind of column a page is, and how sure that is.

use model::{ChannelKind, Reason};

use super::{Clues, Look, State};
use crate::guess;

/// What was made of a page's names, tags and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) kind: Option<ChannelKind>,
    pub(super) percent: u8,
    pub(super) why: Vec<String>,
}

/// A column that cannot be read is not sure, whatever its name says.
const UNREAD: u8 = 40;

/// Clues that contradict each other leave it to a person.
const TORN: u8 = 55;

/// A confidence is never all of it.
const HIGHEST: u8 = 97;

/// The guess for a column called `name`, under the menu entry `under`.
pub(super) fn guess(name: &str, link: Option<&str>, under: Option<&str>, state: &State, clues: Clues) -> Guess {
    let mut g = by_name(name, under);
    if let Some(other) = link.filter(|l| *l != name).and_then(guess::named).and_then(|n| n.kind) {
        if g.kind.is_none() {
            g.set(Some(other), 55, format!("导航中的名称“{}”像{}", link.unwrap_or_default(), other.label()));
        } else if g.kind != Some(other) {
            g.cap(TORN, format!("导航中的名称“{}”却像{}", link.unwrap_or_default(), other.label()));
        }
    }
    match state {
        State::Page(look) => {
            if clues.column_type {
                by_tag(&mut g, look);
            }
            by_rows(&mut g, look);
        }
        State::Failed(reason) => g.cap(unread(*reason), format!("{}：{}", reason.text(), reason.what_to_do())),
        State::Away(to) => g.cap(20, format!("跳转到站外 {to}，没有跟随")),
    }
    g.percent = g.percent.min(HIGHEST);
    g
}

fn unread(reason: Reason) -> u8 {
    if reason == Reason::NotFound { 20 } else { UNREAD }
}

fn by_name(name: &str, under: Option<&str>) -> Guess {
    let named = guess::named(name);
    let key_area = under.is_some_and(|u| u.contains("重点领域"));
    let (kind, percent, why) = match named {
        Some(n) if n.percent >= 60 => {
            let kind = n.kind.map_or("", ChannelKind::label);
            (n.kind, n.percent, format!("名称“{}”属{kind}", n.word))
        }
        _ if key_area => (Some(ChannelKind::KeyArea), 76, format!("位于“{}”之下", under.unwrap_or_default())),
        Some(n) => match n.kind {
            Some(kind) => {
                (n.kind, n.percent, format!("名称“{}”属{}类，但考核表没有为它单列时限，请定夺", n.word, kind.label()))
            }
            None => (None, 0, format!("“{}”一般是{}或互动栏目，没有更新时限，通常不监测", n.word, guess::STATIC)),
        },
        None => (None, 0, "名称看不出类别".to_owned()),
    };
    Guess { kind, percent, why: vec![why] }
}

fn by_tag(g: &mut Guess, look: &Look) {
    let Some(tag) = look.nav.column_type.as_deref() else { return };
    let Some(said) = kind_of_tag(tag) else { return };
    match g.kind {
        Some(kind) if kind == said => g.raise(5, format!("ColumnType 标签“{tag}”相符")),
        // 政策文件 under the tag 政府信息公开 is no contradiction: the tag names the larger family.
        Some(_) if said == ChannelKind::Disclosure => {}
        Some(_) => g.cap(TORN, format!("ColumnType 标签却是“{tag}”")),
        None => g.set(Some(said), 60, format!("ColumnType 标签为“{tag}”")),
    }
}

fn kind_of_tag(tag: &str) -> Option<ChannelKind> {
    ChannelKind::ALL.into_iter().find(|k| k.label() == tag).or_else(|| guess::kind(tag))
}

fn by_rows(g: &mut Guess, look: &Look) {
    if !look.outcome.is_good() {
        let why = look.outcome.reason().map_or_else(|| look.outcome.text().to_owned(), |r| r.text().to_owned());
        return g.cap(UNREAD, format!("没有读出列表：{why}"));
    }
    if look.rows == 0 {
        return g.lower(15, "栏目为空".to_owned());
    }
    if look.dated == 0 {
        return g.lower(15, format!("{} 条信息都没有日期", look.rows));
    }
    let newest = look.newest.map_or_else(String::new, |d| format!("，最新 {d}"));
    g.raise(if look.dated >= 3 { 5 } else { 2 }, format!("读出 {} 条{newest}", look.rows));
    let Some((said, share)) = by_titles(&look.titles) else { return };
    match g.kind {
        Some(kind) if kind == said => g.raise(2, "标题相符".to_owned()),
        Some(_) => {}
        None if g.percent == 0 && share >= 70 && !g.why.iter().any(|w| w.contains(guess::STATIC)) => {
            g.set(Some(said), 45, format!("{share}% 的标题像{}", said.label()));
        }
        None => {}
    }
}

/// What most titles of a list are about, with the share in percent. Titles tell notices, interpretations and reports;
/// that a title tells nothing tells nothing.
fn by_titles(titles: &[String]) -> Option<(ChannelKind, usize)> {
    use ChannelKind as K;
    let of = |t: &str| {
        let t = t.trim_end_matches(|c: char| !c.is_alphanumeric());
        let ends = |words: &[&str]| words.iter().any(|w| t.ends_with(w));
        if t.contains("解读") {
            Some(K::Interpretation)
        } else if t.contains("信息公开") && t.contains("年度报告") {
            Some(K::AnnualReport)
        } else if t.contains("征集") || t.contains("征求意见") {
            Some(K::Survey)
        } else if ends(&["公告", "公示", "通告", "启事", "公示表", "名单"]) {
            Some(K::Notices)
        } else if ends(&["通知", "办法", "规定", "意见", "方案", "细则"]) {
            Some(K::Policies)
        } else if ends(&["吗", "怎么办", "哪些", "如何办理"]) {
            Some(K::Faq)
        } else {
            None
        }
    };
    if titles.len() < 4 {
        return None;
    }
    let votes: Vec<K> = titles.iter().filter_map(|t| of(t)).collect();
    let (kind, n) = K::ALL.iter().map(|k| (*k, votes.iter().filter(|v| *v == k).count())).max_by_key(|(_, n)| *n)?;
    let share = n * 100 / titles.len();
    (share >= 60).then_some((kind, share))
}

impl Guess {
    fn set(&mut self, kind: Option<ChannelKind>, percent: u8, why: String) {
        (self.kind, self.percent) = (kind, percent);
        self.why.push(why);
    }
    fn raise(&mut self, by: u8, why: String) {
        if self.kind.is_some() {
            self.percent = self.percent.saturating_add(by);
        }
        self.why.push(why);
    }
    pub(super) fn lower(&mut self, by: u8, why: String) {
        self.percent = self.percent.saturating_sub(by);
        self.why.push(why);
    }
    pub(super) fn cap(&mut self, at: u8, why: String) {
        self.percent = self.percent.min(at);
        self.why.push(why);
    }
}

#[cfg(test)]
mod tests {
    use model::Outcome;
    use sites::Nav;

    use super::*;
    use crate::discover::SURE;

    fn page(rows: usize, tag: Option<&str>, titles: &[&str]) -> State {
        let nav = Nav { column_type: tag.map(str::to_owned), ..Nav::default() };
        let titles = titles.iter().map(|t| (*t).to_owned()).collect();
        let newest = (rows > 0).then(|| "2026-03-01".parse().unwrap());
        State::Page(Box::new(Look { nav, outcome: Outcome::Read, rows, dated: rows, newest, titles, api: None }))
    }

    fn of(name: &str, under: Option<&str>, state: &State) -> Guess {
        guess(name, None, under, state, Clues::default())
    }

    #[test]
    fn a_known_name_with_a_list_is_sure_and_says_why() {
        let g = of("工作动态", None, &page(20, Some("工作动态"), &[]));
        assert_eq!(g.kind, Some(ChannelKind::WorkNews));
        assert!(g.percent > 90 && g.why.join(";").contains("最新 2026-03-01"), "{g:?}");
    }

    #[test]
    fn what_speaks_against_it_makes_it_unsure() {
        let list = page(20, None, &[]);
        let sure = [of("通知公告", None, &page(0, None, &[])), of("义务教育", Some("重点领域"), &list)];
        assert!(sure.iter().all(|g| g.percent >= SURE), "{sure:?}");
        let unsure = [
            of("工作动态", None, &State::Failed(Reason::NotFound)),
            of("工作动态", None, &State::Away("http://y.cn/".to_owned())),
            of("工作动态", None, &page(20, Some("通知公告"), &[])),
            of("文件", None, &page(0, None, &[])),
            of("财政预决算", None, &list),
            of("大美钟山", None, &list),
            guess("政策文件", Some("工作动态"), None, &list, Clues::default()),
        ];
        assert!(unsure.iter().all(|g| g.percent < SURE), "{unsure:?}");
    }

    #[test]
    fn columns_that_need_no_update_have_no_kind_whatever_stands_in_them() {
        let g = of("机构职能", None, &page(9, None, &["甲公告", "乙公告", "丙公告", "丁公告"]));
        assert_eq!((g.kind, g.percent), (None, 0));
    }

    #[test]
    fn titles_help_where_the_name_is_silent() {
        let g = of("区情一览", None, &page(4, None, &["关于甲的公示", "关于乙的公告", "丙通告", "丁公示（二）"]));
        assert_eq!(g.kind, Some(ChannelKind::Notices));
        assert!(g.percent < SURE, "content alone is never enough");
    }
}
