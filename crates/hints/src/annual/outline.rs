//! The six sections of a report, by their headings.

use model::Confidence;

use crate::text::{has_any, short, squeeze, without_number};
use crate::{Hint, Page, quote};

/// A section of the form: its name, and how its heading is known.
type Form = (&'static str, fn(&str) -> bool);

const FORM: [Form; 6] = [
    ("总体情况", |h| has_any(h, &["总体情况", "总体工作", "概述", "概况"])),
    ("主动公开政府信息情况", |h| h.contains("主动公开")),
    ("收到和处理政府信息公开申请情况", |h| has_any(h, &["收到和处理", "依申请公开", "公开申请"])),
    ("政府信息公开行政复议、行政诉讼情况", |h| has_any(h, &["复议", "诉讼"])),
    ("存在的主要问题及改进情况", |h| h.contains("问题") || h.contains("改进")),
    ("其他需要报告的事项", |h| h.contains("其他") && has_any(h, &["报告", "事项", "说明"])),
];

/// A heading is not longer than this (characters).
const HEADING: usize = 30;

/// One section: its place in the form, its heading, its text without blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) place: usize,
    pub(super) heading: String,
    pub(super) text: String,
}

impl Section {
    pub(super) fn name(&self) -> &'static str {
        FORM[self.place].0
    }
}

/// The year of a title such as `2025年政府信息公开工作年度报告` or `2025年度报告`.
pub(super) fn year(title: &str) -> Option<i32> {
    let title = squeeze(title);
    let bytes = title.as_bytes();
    let at = (0..bytes.len().saturating_sub(3)).find(|&i| {
        bytes[i..i + 4].iter().all(u8::is_ascii_digit)
            && (bytes[i..].starts_with(b"20"))
            && !bytes.get(i + 4).is_some_and(u8::is_ascii_digit)
            && !(i > 0 && bytes[i - 1].is_ascii_digit())
    })?;
    title.get(at..at + 4)?.parse().ok()
}

/// Sections in the order of the page. Some pages put the whole report into a table, or a heading and its text into one
/// block; both are understood.
pub(super) fn sections(page: &Page) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    for block in page.paragraphs.iter().map(|p| squeeze(p)) {
        match heading(&block, found.last().map(|s| s.place)) {
            Some((place, end)) if !found.iter().any(|s| s.place == place) => {
                let (heading, rest) = block.split_at(end);
                found.push(Section { place, heading: heading.to_owned(), text: rest.to_owned() });
            }
            _ => {
                if let Some(last) = found.last_mut() {
                    last.text.push_str(&block);
                }
            }
        }
    }
    found
}

/// The section that a block begins, and where its heading ends. The main numbering (一、二、…) tells a heading from a line
/// that only speaks of the same; one without a number must be as short as a heading and nothing else.
fn heading(block: &str, last: Option<usize>) -> Option<(usize, usize)> {
    let numbered = block.chars().nth(1).is_some_and(|c| matches!(c, '、' | '.' | '．' | ',' | '，'))
        || block.starts_with('第') && block.contains("部分");
    let bare = without_number(block);
    let first = bare.split(['。', '：', ':', '；', '\n']).next().unwrap_or(bare);
    let head: String = first.chars().take(HEADING).collect();
    if !numbered && (first.chars().count() > HEADING || first.len() != bare.trim_end_matches(['。', ':', '：']).len())
    {
        return None;
    }
    let place = (0..FORM.len()).find(|&p| FORM[p].1(&head) && (numbered || last.is_none_or(|l| p > l)))?;
    let number = block.len() - bare.len();
    Some((place, number + if first.chars().count() <= HEADING { first.len() } else { 0 }))
}

/// Where fewer than three of six are found, the page is not understood.
pub(super) fn missing(sections: &[Section], text: &str) -> Option<Hint> {
    if sections.len() < 3 {
        return None;
    }
    // A heading that is drawn in a table cell, or glued to another line, is there all the same.
    let elsewhere = |p: usize| {
        let name: String = FORM[p].0.chars().filter(|c| *c != '、').collect();
        text.replace('、', "").contains(&name)
    };
    let absent: Vec<usize> =
        (0..FORM.len()).filter(|&p| !sections.iter().any(|s| s.place == p) && !elsewhere(p)).collect();
    if absent.is_empty() {
        return None;
    }
    let headings: Vec<String> = sections.iter().map(|s| format!("「{}」", short(&s.heading, 24))).collect();
    let quotes = absent
        .iter()
        .map(|&p| {
            quote(
                format!("missing:{p}"),
                format!("已有标题：{}", headings.join("")),
                format!("没有找到第{}项「{}」", p + 1, FORM[p].0),
            )
        })
        .collect();
    let sure = if sections.len() >= 4 { Confidence::Medium } else { Confidence::Low };
    let names: Vec<&str> = absent.iter().map(|&p| FORM[p].0).collect();
    Some(Hint::new("sections", sure, format!("年报疑缺{}项：{}", absent.len(), names.join("、")), quotes))
}
