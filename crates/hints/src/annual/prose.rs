//! C7, C9, C11 and C12: the text of a report, and what it says of its tables.

use chrono::Datelike;
use model::{Confidence, Day};

use super::Report;
use super::outline::Section;
use super::tables::{Cell, Documents};
use crate::text::{before, has_any, sentences, short, surroundings};
use crate::{Hint, quote};

/// C9: the order of the sections, a section on problems that names none, fees that the last section does not explain.
pub(super) fn outline(sections: &[Section], documents: Option<&Documents>) -> Option<Hint> {
    let mut quotes = Vec::new();
    if let Some(pair) = sections.windows(2).find(|w| w[0].place > w[1].place) {
        let text = format!("「{}」在「{}」之前", short(&pair[0].heading, 24), short(&pair[1].heading, 24));
        quotes.push(quote("C9:order", text, "C9：六项内容的次序与格式不符"));
    }
    let section = |place: usize| sections.iter().find(|s| s.place == place);
    if let Some(problems) = section(4) {
        let said = problems.text.trim_matches(['。', '，', '：', ':']);
        if said.chars().count() < 10 {
            let text = format!("{}：{said}", short(&problems.heading, 24));
            quotes.push(quote("C9:problems", text, format!("C9：「{}」没有实际内容", problems.name())));
        }
    }
    let fee = documents.and_then(|d| d.fee.as_ref()).filter(|f| f.parse::<f64>().is_ok_and(|n| n > 0.0));
    if let (Some(fee), Some(other)) = (fee, section(5))
        && other.text.chars().count() < 12
    {
        let text = format!("行政事业性收费{fee}万元；{}：{}", short(&other.heading, 24), other.text);
        quotes.push(quote("C9:fee", text, "C9：有收费而第六项未作说明，请核对"));
    }
    let summary = "年报内容疑似应付或次序有误";
    (!quotes.is_empty()).then(|| Hint::new("outline", Confidence::Low, summary, quotes))
}

/// C11: the period that the report states must be the year that it is about.
pub(super) fn period(report: &Report) -> Option<Hint> {
    let year = report.year?;
    for line in report.text.split('\n') {
        for sentence in
            sentences(line).filter(|s| has_any(s, &["统计期限", "数据统计", "所列数据", "报告期", "数据的统计"]))
        {
            let dates = dates(sentence);
            let [first, last] = dates.as_slice() else { continue };
            let whole = |y: i32| *first == (y, 1, 1) && *last == (y, 12, 31);
            if !whole(year) {
                let note = format!("C11：统计期限应为{year}年1月1日至12月31日");
                let quotes = vec![quote("C11", short(sentence, 80), note)];
                return Some(Hint::new("period", Confidence::Medium, "年报统计期限与报告年度不符", quotes));
            }
        }
    }
    None
}

/// Dates as `2025年1月1日`; a later one may leave out its year.
fn dates(text: &str) -> Vec<(i32, u32, u32)> {
    let number = |t: &str| -> Option<(u32, usize)> {
        let digits: String = t.chars().take_while(char::is_ascii_digit).take(4).collect();
        digits.parse().ok().map(|n| (n, digits.len()))
    };
    let mut found: Vec<(i32, u32, u32)> = Vec::new();
    for (at, _) in text.match_indices('月').take(10) {
        let month: String = before(text, at, 2).chars().filter(char::is_ascii_digit).collect();
        let head = &text[..at - month.len()];
        let year = head.strip_suffix('年').and_then(|h| before(h, h.len(), 4).parse::<i32>().ok());
        let year = year.or(found.last().map(|d| d.0));
        let day = number(&text[at + '月'.len_utf8()..]).map(|d| d.0);
        if let (Some(year), Ok(month), Some(day)) = (year, month.parse::<u32>(), day)
            && let Some(date) = Day::from_ymd_opt(year, month, day)
        {
            found.push((date.year(), date.month(), date.day()));
        }
    }
    found
}

/// C7: what the text says of requests, reviews and suits, and what the tables say. Texts count in many ways, so this is
/// never more than a question.
pub(super) fn numbers(report: &Report) -> Option<Hint> {
    let mut quotes = Vec::new();
    if let Ok(requests) = &report.requests {
        let count = |row: usize| requests.rows[row].1[6].count();
        let (new, carried) = (count(requests.new), count(requests.carried));
        if let (Some(new), Some(carried)) = (new, carried) {
            let fits = [new, new + carried];
            quotes.extend(
                said(report, &["新收", "收到", "受理"], "申请").into_iter().filter(|(n, _)| !fits.contains(n)).map(
                    |(n, text)| {
                        quote(format!("C7:requests:{n}"), text, format!("C7：表中本年新收{new}、上年结转{carried}"))
                    },
                ),
            );
        }
    }
    if let Ok(suits) = &report.suits {
        let total = |g: usize| suits.groups[g][4].count();
        if let Some(reviews) = total(0) {
            quotes.extend(
                said(report, &["发生", "收到", "产生", "提起"], "行政复议")
                    .into_iter()
                    .filter(|(n, _)| *n != reviews)
                    .map(|(n, text)| quote(format!("C7:reviews:{n}"), text, format!("C7：表中行政复议总计{reviews}"))),
            );
        }
    }
    quotes.truncate(4);
    let summary = "年报文字与表格数字不一致，请核对口径";
    (!quotes.is_empty()).then(|| Hint::new("numbers", Confidence::Low, summary, quotes))
}

/// Numbers that stand behind `what` in a clause with one of `verbs`: 收到政府信息公开申请12件.
fn said(report: &Report, verbs: &[&str], what: &str) -> Vec<(u64, String)> {
    let mut found = Vec::new();
    for line in report.text.split('\n') {
        for clause in line.split(['。', '；', '，', ',', '、']) {
            let vague =
                has_any(clause, &["其中", "累计", "历年", "平均", "同比", "增", "减", "网上", "当面", "信函", "结转"]);
            let Some(at) = clause.find(what) else { continue };
            let Some(verb) = clause.find(|c: char| c.is_alphanumeric()).filter(|_| has_any(&clause[..at], verbs))
            else {
                continue;
            };
            if vague || verb > at {
                continue;
            }
            let rest = &clause[at + what.len()..];
            let digits_at = rest.char_indices().take(6).find(|(_, c)| c.is_ascii_digit()).map(|(i, _)| i);
            let Some(from) = digits_at else { continue };
            let digits: String = rest[from..].chars().take_while(char::is_ascii_digit).take(9).collect();
            if rest[from + digits.len()..].starts_with(['件', '条', '宗', '份', '起'])
                && let Ok(n) = digits.parse()
            {
                found.push((n, short(clause, 60)));
            }
        }
    }
    found
}

/// C12: names of places that have no business in the text.
pub(super) fn foreign(text: &str, places: &[String]) -> Option<Hint> {
    let mut quotes = Vec::new();
    for place in places.iter().filter(|p| p.chars().count() >= 2) {
        if let Some(at) = text.find(place.as_str()) {
            let shown = surroundings(text, at, at + place.len(), 14).replace('\n', " ");
            quotes.push(quote(format!("C12:{place}"), shown, format!("C12：出现外地地名「{place}」，请核对是否照抄")));
        }
        if quotes.len() == 5 {
            break;
        }
    }
    (!quotes.is_empty()).then(|| Hint::new("places", Confidence::Low, "年报出现外地地名，疑似照抄", quotes))
}

/// A number of table cells for texts.
pub(super) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Number(n) => n.to_string(),
        Cell::Blank => "（空）".to_owned(),
        Cell::NoCount(t) | Cell::Other(t) => t.clone(),
    }
}
