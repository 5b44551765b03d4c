//! A3.3 抄袭外地或往年: how much of a report is made of sentences of another.
//!
//! Numbers and names are masked, and what most reports say alike (the words of the form and of the regulation) is no
//! sign of copying: a sentence that stands in many reports is left out, and so is each of a list of set phrases.

use std::collections::{HashMap, HashSet};

use model::Confidence;

use crate::text::{hash, masked, sentences, share, shingles, short};
use crate::{Dated, Hint, Page, quote};

/// A sentence counts as taken over from this share of its shingles on, in percent.
const SAME: usize = 80;
/// A report is put before a person from this share of taken over text on, in percent.
const MUCH: usize = 60;
/// With less text of its own than this (masked characters) nothing is said of a report.
const ENOUGH: usize = 300;
/// In so many reports a sentence is a set phrase.
const COMMON: usize = 3;

/// What is said alike by law.
const SET: [&str; 12] = [
    "政府信息公开条例",
    "本年度报告",
    "本报告",
    "统计期限",
    "根据",
    "如有疑问",
    "联系电话",
    "电子版",
    "公开工作年度报告",
    "政府信息公开工作年度报告格式",
    "行政复议",
    "信息处理费",
];

/// The sentences of a report that say how the work was done.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    sentences: Vec<(String, String)>,
    shingles: HashSet<u64>,
}

impl Prose {
    /// Of a page; `names` (of units, places, the district) are masked, long ones first.
    #[must_use]
    pub fn of(page: &Page, names: &[String]) -> Prose {
        let all = page.paragraphs.iter().flat_map(|p| sentences(p));
        let kept = all.filter(|s| !SET.iter().any(|w| s.contains(w))).map(|s| (s.to_owned(), masked(s, names)));
        let sentences: Vec<(String, String)> = kept.filter(|(_, m)| m.chars().count() >= 12).take(3_000).collect();
        Prose { shingles: sentences.iter().flat_map(|(_, m)| shingles(m)).collect(), sentences }
    }

    /// Without sentences that many of `all` share.
    fn own(&self, common: &HashMap<u64, usize>) -> Vec<&(String, String)> {
        self.sentences.iter().filter(|(_, m)| common.get(&hash(m)).is_none_or(|&n| n < COMMON)).collect()
    }
}

/// How often each masked sentence stands in these reports, each report counted once.
#[must_use]
pub fn common<'a>(reports: impl IntoIterator<Item = &'a Prose>) -> HashMap<u64, usize> {
    let mut times = HashMap::new();
    for report in reports {
        let own: HashSet<u64> = report.sentences.iter().map(|(_, m)| hash(m)).collect();
        for sentence in own {
            *times.entry(sentence).or_default() += 1;
        }
    }
    times
}

/// A report and its prose.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The item.
    pub item: Dated<'a>,
    /// Whose it is.
    pub unit: &'a str,
    /// Its prose.
    pub prose: &'a Prose,
}

/// Is much of `report` taken over from `other`? `common` are the set phrases of the year; for a unit's own report of last
/// year give none.
#[must_use]
pub fn taken_over(report: &Report<'_>, other: &Report<'_>, common: &HashMap<u64, usize>) -> Option<Hint> {
    let own = report.prose.own(common);
    let size: usize = own.iter().map(|(_, m)| m.chars().count()).sum();
    if size < ENOUGH || report.item.url == other.item.url {
        return None;
    }
    let others = &other.prose.shingles;
    let mut same: Vec<&&(String, String)> =
        own.iter().filter(|(_, m)| share(m, others).is_some_and(|s| s >= SAME)).collect();
    let taken: usize = same.iter().map(|(_, m)| m.chars().count()).sum();
    let percent = taken * 100 / size;
    if percent < MUCH {
        return None;
    }
    same.sort_by_key(|(_, m)| std::cmp::Reverse(m.len()));
    let own_year = report.unit == other.unit;
    let what = if own_year { "本单位往年年报" } else { "其他单位年报" };
    let from = format!("「{}」（{}，{}）", short(&other.item.page.title, 40), other.unit, other.item.day);
    let mut quotes = vec![quote(
        format!("similar:{:016x}", hash(other.item.url)),
        other.item.url,
        format!("与{from}相同的文字占{percent}%（已去掉数字、名称和法定表述）"),
    )];
    quotes.extend(same.iter().take(3).map(|(s, _)| {
        quote(format!("similar:{:016x}:{:016x}", hash(other.item.url), hash(s)), short(s, 100), format!("与{from}雷同"))
    }));
    let mut sure = if percent >= 90 { Confidence::High } else { Confidence::Medium };
    if !own_year && report.item.day == other.item.day {
        // Who copied from whom is not to be seen.
        sure = Confidence::Low;
    }
    Some(Hint::new("similar", sure, format!("与{what}文字雷同{percent}%，疑似抄袭"), quotes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: [&str; 10] = [
        "全年组织开展政务公开专题培训两次覆盖各科室业务骨干",
        "建立信息发布三审三校台账并逐条留痕管理",
        "围绕义务教育招生入学等群众关心事项制作图解材料",
        "在政务大厅设置公开专区并安排专人引导查询",
        "对依申请公开答复文书逐件进行合法性审核",
        "梳理历史文件并对失效文件作出明确标注",
        "结合家长会开放日等活动主动回应社会关切",
        "将公开工作纳入各科室年度绩效考核内容",
        "与融媒体中心建立稿件会商和快速发布机制",
        "邀请群众代表列席招生政策座谈并公开意见采纳情况",
    ];

    fn page(title: &str, sentences: &[&str]) -> Page {
        Page { title: title.into(), paragraphs: vec![sentences.join("。") + "。"], ..Page::default() }
    }

    fn hint(a: &Page, b: &Page, units: (&str, &str), days: (&str, &str)) -> Option<Hint> {
        let names = ["甲局".to_owned(), "乙局".to_owned()];
        let (pa, pb) = (Prose::of(a, &names), Prose::of(b, &names));
        let item = |url, day: &str, page| Dated { url, day: day.parse().unwrap(), page };
        let a = Report { item: item("u/a", days.0, a), unit: units.0, prose: &pa };
        let b = Report { item: item("u/b", days.1, b), unit: units.1, prose: &pb };
        taken_over(&a, &b, &HashMap::new())
    }

    #[test]
    fn a_report_with_other_numbers_and_names_only_is_told() {
        let long: Vec<String> =
            WORK.iter().map(|s| format!("甲局{s}共12次成效明显并持续巩固提升工作质量和服务水平")).collect();
        let other: Vec<String> = long.iter().map(|s| s.replace("甲局", "乙局").replace("12", "345")).collect();
        let a = page("甲局年度报告", &long.iter().map(String::as_str).collect::<Vec<_>>());
        let b = page("乙局年度报告", &other.iter().map(String::as_str).collect::<Vec<_>>());
        let found = hint(&a, &b, ("甲局", "乙局"), ("2026-01-20", "2026-01-10")).unwrap();
        assert_eq!(found.confidence, Confidence::High);
        assert_eq!(found.quotes.len(), 4);
        let same_day = hint(&a, &b, ("甲局", "乙局"), ("2026-01-20", "2026-01-20")).unwrap();
        assert_eq!(same_day.confidence, Confidence::Low);
    }

    #[test]
    fn reports_about_the_same_work_in_their_own_words_are_not() {
        let a: Vec<String> = WORK.iter().map(|s| format!("{s}取得了较好的社会反响和工作成效")).collect();
        let b: Vec<String> =
            WORK.iter().rev().map(|s| s.chars().rev().collect::<String>() + "本年继续推进并完善相关制度").collect();
        let (a, b) =
            (a.iter().map(String::as_str).collect::<Vec<_>>(), b.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(hint(&page("甲", &a), &page("乙", &b), ("甲局", "乙局"), ("2026-01-20", "2026-01-10")).is_none());
    }

    #[test]
    fn short_reports_and_set_phrases_prove_nothing() {
        let set = ["根据政府信息公开条例规定编制本年度报告并向社会公布全文"; 30];
        assert!(hint(&page("甲", &set), &page("乙", &set), ("甲局", "乙局"), ("2026-01-20", "2026-01-10")).is_none());
        assert!(
            hint(&page("甲", &WORK[..3]), &page("乙", &WORK[..3]), ("甲局", "乙局"), ("2026-01-20", "2026-01-10"))
                .is_none()
        );
    }

    #[test]
    fn what_many_reports_say_alike_is_common() {
        let long: Vec<String> = WORK.iter().map(|s| format!("{s}并持续巩固提升工作质量和服务水平取得实效")).collect();
        let texts = long.iter().map(String::as_str).collect::<Vec<_>>();
        let page = page("甲", &texts);
        let prose = Prose::of(&page, &[]);
        let times = common([&prose, &prose, &prose]);
        let item = |url| Dated { url, day: "2026-01-20".parse().unwrap(), page: &page };
        let (a, b) = (
            Report { item: item("a"), unit: "甲", prose: &prose },
            Report { item: item("b"), unit: "乙", prose: &prose },
        );
        assert!(taken_over(&a, &b, &times).is_none());
        assert!(taken_over(&a, &b, &HashMap::new()).is_some());
    }
}
