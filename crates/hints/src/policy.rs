//! A4.1 政策与解读同步发布 and A4.2 解读不能简单压缩原文: documents, their interpretations, and what one takes from the other.

use std::collections::HashSet;

use chrono::Days;
use model::Confidence;

use crate::text::{has_any, hash, masked, sentences, share, shingles, short, squeeze};
use crate::{Dated, Hint, quote};

/// A sentence counts as taken over from this share of its shingles on, in percent.
const SAME: usize = 85;

/// Does the item say of itself that it interprets a document?
#[must_use]
pub fn is_interpretation(title: &str) -> bool {
    has_any(title, &["解读", "图解", "一图读懂", "一图看懂", "政策问答", "答记者问", "起草说明"])
}

/// The place of the document that each interpretation belongs to, where one can be told: by a link, or by the title that
/// both share. Where several fit, the longest shared title counts.
#[must_use]
pub fn pairs(policies: &[Dated<'_>], interpretations: &[Dated<'_>]) -> Vec<(usize, usize)> {
    let cores: Vec<String> = policies.iter().map(|p| core(&p.page.title)).collect();
    let mut found = Vec::new();
    for (i, interpretation) in interpretations.iter().enumerate() {
        let own = core(&interpretation.page.title);
        let linked = |p: &Dated<'_>| links(interpretation, p) || links(p, interpretation);
        let fits = |c: &String| {
            c.chars().count() >= 5 && own.chars().count() >= 5 && (own.contains(c.as_str()) || c.contains(own.as_str()))
        };
        let by_link = policies.iter().position(linked);
        let by_title =
            (0..policies.len()).filter(|&p| fits(&cores[p])).max_by_key(|&p| (cores[p].len(), policies[p].day));
        if let Some(p) = by_link.or(by_title) {
            found.push((p, i));
        }
    }
    found
}

fn links(from: &Dated<'_>, to: &Dated<'_>) -> bool {
    let bare = |u: &str| {
        u.split('#').next().unwrap_or_default().trim_start_matches("https://").trim_start_matches("http://").to_owned()
    };
    let wanted = bare(to.url);
    !wanted.is_empty() && from.page.links.iter().any(|(_, url)| bare(url) == wanted)
}

/// What a title is about: the innermost 《…》, without who issues it and what kind of paper it is.
fn core(title: &str) -> String {
    let title = squeeze(title);
    let inner = match (title.rfind('《'), title.rfind('》')) {
        (Some(open), Some(close)) if open < close => &title[open + '《'.len_utf8()..close],
        _ => title.as_str(),
    };
    let mut text = inner;
    for start in ["关于印发", "关于公布", "关于发布", "关于"] {
        if let Some(at) = text.find(start) {
            text = &text[at + start.len()..];
            break;
        }
    }
    let mut text = text.to_owned();
    for word in [
        "的通知",
        "政策解读",
        "文字解读",
        "图片解读",
        "视频解读",
        "部门解读",
        "负责人解读",
        "专家解读",
        "的解读",
        "解读",
        "图解",
        "一图读懂",
        "一图看懂",
        "政策问答",
        "起草说明",
        "答记者问",
        "《",
        "》",
        "“",
        "”",
        "\"",
        ":",
        "：",
        "(试行)",
        "【",
        "】",
    ] {
        text = text.replace(word, "");
    }
    text
}

/// How many days may lie between a document and its interpretation, and whether it is worth a question that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// Days apart that still count as together.
    pub days: u32,
    /// Days after which a document without an interpretation is asked about.
    pub patience: u32,
}

/// The interpretation came too long after (or before) its document.
#[must_use]
pub fn apart(policy: &Dated<'_>, interpretation: &Dated<'_>, together: Together) -> Option<Hint> {
    let days = (interpretation.day - policy.day).num_days();
    if days.unsigned_abs() <= u64::from(together.days) {
        return None;
    }
    // More than half a year apart it is more likely another document of the same title.
    let sure = if days > 0 && days <= 180 { Confidence::Medium } else { Confidence::Low };
    let quotes = vec![
        quote(
            format!("apart:{:016x}", hash(interpretation.url)),
            format!("政策文件「{}」{}", short(&policy.page.title, 60), policy.day),
            policy.url,
        ),
        quote(
            format!("apart:{:016x}:2", hash(interpretation.url)),
            format!("解读材料「{}」{}", short(&interpretation.page.title, 60), interpretation.day),
            interpretation.url,
        ),
    ];
    let order = if days > 0 { "晚" } else { "早" };
    let summary = format!("解读材料比政策文件{order}发布{}天，疑似未同步；是否属重大民生政策请核对", days.abs());
    Some(Hint::new("apart", sure, summary, quotes))
}

/// A document about people's livelihood that has no interpretation. `seen_until` is the day up to which the column of
/// interpretations was read.
#[must_use]
pub fn alone(policy: &Dated<'_>, seen_until: model::Day, together: Together) -> Option<Hint> {
    let title = &policy.page.title;
    let livelihood = [
        "教育",
        "招生",
        "医疗",
        "医保",
        "就业",
        "社会保险",
        "养老",
        "住房",
        "救助",
        "补助",
        "补贴",
        "低保",
        "公租房",
        "惠民",
        "民生",
        "残疾",
        "儿童",
        "农民工",
    ];
    let kind = ["办法", "细则", "实施方案", "工作方案", "规定", "实施意见", "若干措施"];
    let late = policy.day.checked_add_days(Days::new(u64::from(together.patience))).is_some_and(|d| d <= seen_until);
    if !late || !has_any(title, &livelihood) || !has_any(title, &kind) || is_interpretation(title) {
        return None;
    }
    let note = format!("发布后{}天内在解读栏目中没有找到对应的解读材料", together.patience);
    let quotes = vec![quote("alone", format!("「{}」{}", short(title, 60), policy.day), note)];
    Some(Hint::new(
        "alone",
        Confidence::Low,
        "民生政策文件未见解读材料；是否属重大民生政策、解读是否另处发布请核对",
        quotes,
    ))
}

/// How much of an interpretation is the document's own text.
#[must_use]
pub fn compressed(policy: &Dated<'_>, interpretation: &Dated<'_>) -> Option<Hint> {
    let source: HashSet<u64> = policy
        .page
        .paragraphs
        .iter()
        .flat_map(|p| sentences(p))
        .flat_map(|s| shingles(&masked(s, &[])).collect::<Vec<_>>())
        .collect();
    let all: Vec<(&str, String)> = interpretation
        .page
        .paragraphs
        .iter()
        .flat_map(|p| sentences(p))
        .map(|s| (s, masked(s, &[])))
        .filter(|(_, m)| m.chars().count() >= 12)
        .take(2_000)
        .collect();
    let size: usize = all.iter().map(|(_, m)| m.chars().count()).sum();
    if all.len() < 5 || size < 200 || source.is_empty() {
        return None;
    }
    let mut same: Vec<&(&str, String)> =
        all.iter().filter(|(_, m)| share(m, &source).is_some_and(|s| s >= SAME)).collect();
    let taken: usize = same.iter().map(|(_, m)| m.chars().count()).sum();
    let percent = taken * 100 / size;
    if percent < 70 {
        return None;
    }
    same.sort_by_key(|(_, m)| std::cmp::Reverse(m.len()));
    let mut quotes = vec![quote(
        format!("compressed:{:016x}", hash(policy.url)),
        format!("政策文件「{}」", short(&policy.page.title, 60)),
        format!("解读材料中{percent}%的文字（{}句）与原文相同", same.len()),
    )];
    quotes.extend(
        same.iter().take(3).map(|(s, _)| quote(format!("compressed:{:016x}", hash(s)), short(s, 100), "与原文相同")),
    );
    let sure = if percent >= 90 { Confidence::High } else { Confidence::Medium };
    Some(Hint::new("compressed", sure, format!("解读材料{percent}%照搬原文，疑似简单压缩"), quotes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Page;

    const TOGETHER: Together = Together { days: 3, patience: 10 };

    fn page(title: &str, text: &[&str]) -> Page {
        Page { title: title.into(), paragraphs: text.iter().map(|t| (*t).to_owned()).collect(), ..Page::default() }
    }

    fn at<'a>(url: &'a str, day: &str, page: &'a Page) -> Dated<'a> {
        Dated { url, day: day.parse().unwrap(), page }
    }

    #[test]
    fn titles_pair_a_document_with_its_interpretation() {
        let policy = page("钟山区人民政府办公室关于印发《钟山区义务教育招生工作实施办法》的通知", &[]);
        let other = page("钟山区教育局关于做好校园安全工作的通知", &[]);
        let policies = [at("p1", "2026-03-01", &other), at("p2", "2026-03-02", &policy)];
        for title in [
            "《钟山区义务教育招生工作实施办法》政策解读",
            "一图读懂《钟山区义务教育招生工作实施办法》",
            "关于《钟山区人民政府办公室关于印发钟山区义务教育招生工作实施办法的通知》的解读",
        ] {
            let interpretation = page(title, &[]);
            assert_eq!(pairs(&policies, &[at("i", "2026-03-02", &interpretation)]), [(1, 0)], "{title}");
        }
        for title in ["政策解读", "《住房公积金管理办法》解读", "解读招生"] {
            let interpretation = page(title, &[]);
            assert_eq!(pairs(&policies, &[at("i", "2026-03-02", &interpretation)]), [], "{title}");
        }
    }

    #[test]
    fn a_link_pairs_what_titles_do_not() {
        let policy = page("若干措施", &[]);
        let mut interpretation = page("专家谈新政", &[]);
        interpretation.links.push(("原文".into(), "https://x.gov.cn/p.html".into()));
        assert_eq!(
            pairs(&[at("http://x.gov.cn/p.html", "2026-03-01", &policy)], &[at("i", "2026-03-09", &interpretation)]),
            [(0, 0)]
        );
    }

    #[test]
    fn some_days_apart_are_together() {
        let p = page("招生实施办法", &[]);
        let of = |day| apart(&at("p", "2026-03-01", &p), &at("i", day, &p), TOGETHER);
        assert!(of("2026-03-04").is_none() && of("2026-02-26").is_none());
        assert_eq!(of("2026-03-05").unwrap().confidence, Confidence::Medium);
        assert_eq!(of("2026-12-05").unwrap().confidence, Confidence::Low);
    }

    #[test]
    fn only_livelihood_documents_are_asked_about_and_only_once_the_column_was_seen() {
        let p = page("关于印发《钟山区临时救助实施办法》的通知", &[]);
        let q = page("关于印发《公文处理实施办法》的通知", &[]);
        let seen = |d: &str| d.parse().unwrap();
        assert!(alone(&at("p", "2026-03-01", &p), seen("2026-03-11"), TOGETHER).is_some());
        assert!(alone(&at("p", "2026-03-01", &p), seen("2026-03-10"), TOGETHER).is_none());
        assert!(alone(&at("p", "2026-03-01", &q), seen("2026-05-10"), TOGETHER).is_none());
    }

    #[test]
    fn a_shortened_copy_is_told_and_an_explanation_is_not() {
        let source: Vec<String> = (1..=12)
            .map(|n| {
                format!(
                    "第{n}条各学校应当按照本办法第{n}项规定的程序和时限组织适龄儿童入学{}登记",
                    "并做好".repeat(n % 4)
                )
            })
            .collect();
        let lines: Vec<&str> = source.iter().map(String::as_str).collect();
        let policy = page("实施办法", &lines);
        let copy = page("实施办法解读", &lines[2..10]);
        let hint = compressed(&at("p", "2026-03-01", &policy), &at("i", "2026-03-01", &copy)).unwrap();
        assert!(hint.summary.contains("100%") && hint.quotes.len() == 4, "{hint:?}");
        let own: Vec<String> = (1..=12)
            .map(|n| {
                format!(
                    "家长最关心的是孩子能否就近上学，这里用例子说明报名材料怎么准备、什么时候去哪里办，情形{n}{}",
                    "可以电话咨询".repeat(n % 3)
                )
            })
            .collect();
        let own = page("实施办法解读", &own.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(compressed(&at("p", "2026-03-01", &policy), &at("i", "2026-03-01", &own)).is_none());
        let brief = page("实施办法解读", &lines[..3]);
        assert!(
            compressed(&at("p", "2026-03-01", &policy), &at("i", "2026-03-01", &brief)).is_none(),
            "too short to say"
        );
    }
}
