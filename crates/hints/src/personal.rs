//! B1.5 隐私泄露: numbers of identity cards, bank cards and telephones of persons.
//!
//! A check digit tells an identity number from any other. Telephones and accounts of offices are published on purpose, so
//! those count only where their surroundings speak of persons. What is quoted is masked.

use chrono::{Datelike, NaiveDate};
use model::Confidence;

use crate::text::{before, has_any, hash, squeeze};
use crate::{Hint, Page, quote};

/// More numbers than this are counted and not quoted.
const MAX_QUOTES: usize = 10;

/// Numbers of persons in a page.
#[must_use]
pub fn numbers(page: &Page) -> Option<Hint> {
    let mut found = Found::default();
    for text in page.paragraphs.iter().chain([&page.title]) {
        found.search(&squeeze(text), None);
    }
    for table in &page.tables {
        found.search_table(table);
    }
    found.into_hint()
}

#[derive(Default)]
struct Found {
    quotes: Vec<model::Quote>,
    identity: usize,
    cards: usize,
    phones: usize,
}

/// What a table says of its cells.
#[derive(Clone, Copy)]
struct Cell<'a> {
    heading: &'a str,
    /// The table lists persons.
    of_persons: bool,
}

impl Found {
    fn search_table(&mut self, table: &[Vec<String>]) {
        let Some(head) = table.first() else { return };
        let of_persons =
            head.iter().any(|h| has_any(&squeeze(h), &["姓名", "户主", "申请人", "学生", "受益人", "患者", "家长"]));
        for row in table {
            for (column, cell) in row.iter().enumerate() {
                // A merged cell stands in several places: only its first counts.
                if column > 0 && row[column - 1] == *cell {
                    continue;
                }
                let heading = squeeze(head.get(column).map_or("", String::as_str));
                self.search(&squeeze(cell), Some(Cell { heading: &heading, of_persons }));
            }
        }
    }

    fn search(&mut self, text: &str, cell: Option<Cell<'_>>) {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            if !bytes[i].is_ascii_digit() {
                i += 1;
                continue;
            }
            let start = i;
            while i < bytes.len() && bytes[i].is_ascii_digit() {
                i += 1;
            }
            let x = i - start == 17 && bytes.get(i).is_some_and(|b| matches!(b, b'x' | b'X'));
            let end = i + usize::from(x);
            let glued =
                |at: Option<&u8>| at.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'.' | b'_'));
            let left = start.checked_sub(1).and_then(|p| bytes.get(p));
            if !glued(left) && !glued(bytes.get(end)) {
                self.number(text, start, end, cell);
            }
            i = end;
        }
    }

    fn number(&mut self, text: &str, start: usize, end: usize, cell: Option<Cell<'_>>) {
        let number = &text[start..end];
        let near = before(text, start, 24);
        let near = cell.map_or_else(|| near.to_owned(), |c| format!("{}{near}", c.heading));
        if number.len() == 18 && is_identity(number) && !has_any(&near, &["信用代码", "机构代码", "组织代码"])
        {
            self.identity += 1;
            self.note("id", number, (3, 3), &near, "身份证号码（校验位相符）");
        } else if (16..=19).contains(&number.len()) && is_card(number) && of_a_person(&near, cell) {
            self.cards += 1;
            self.note("card", number, (4, 4), &near, "个人银行卡号（校验位相符）");
        } else if number.len() == 11 && is_mobile(number) && is_risky(&near, cell) {
            self.phones += 1;
            self.note("phone", number, (3, 4), &near, "个人手机号码");
        }
    }

    fn note(&mut self, kind: &str, number: &str, (head, tail): (usize, usize), near: &str, what: &str) {
        let mark = format!("{kind}:{:016x}", hash(number));
        if self.quotes.len() < MAX_QUOTES && !self.quotes.iter().any(|q| q.mark == mark) {
            let stars = "*".repeat(number.len() - head - tail);
            let shown = format!("{}{stars}{}", &number[..head], &number[number.len() - tail..]);
            // Names and other numbers before it are nobody's business either: only the word for the number is quoted.
            let label = before(near, near.len(), 8);
            let label = ["身份证", "证件", "卡号", "账号", "帐号", "电话", "手机", "联系方式"]
                .iter()
                .find(|w| label.contains(**w));
            self.quotes.push(quote(
                mark,
                format!("{}{shown}", label.map_or(String::new(), |l| format!("{l}："))),
                what,
            ));
        }
    }

    fn into_hint(self) -> Option<Hint> {
        let parts = [(self.identity, "身份证号码"), (self.cards, "银行卡号"), (self.phones, "个人手机号码")];
        let said: Vec<String> = parts.iter().filter(|p| p.0 > 0).map(|(n, what)| format!("{what}{n}个")).collect();
        let sure = if self.identity > 0 {
            Confidence::High
        } else if self.cards > 0 || self.phones >= 3 {
            Confidence::Medium
        } else {
            Confidence::Low
        };
        let summary = format!("疑似泄露个人信息：{}", said.join("、"));
        (!self.quotes.is_empty()).then(|| Hint::new("personal", sure, summary, self.quotes))
    }
}

/// GB 11643: area, date of birth, check digit.
fn is_identity(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let area: u32 = number[..2].parse().unwrap_or(0);
    if !matches!(area, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83) {
        return false;
    }
    let part = |from: usize, to: usize| number[from..to].parse::<u32>().unwrap_or(0);
    let born = NaiveDate::from_ymd_opt(i32::try_from(part(6, 10)).unwrap_or(0), part(10, 12), part(12, 14));
    if !born.is_some_and(|b| (1900..2100).contains(&b.year())) {
        return false;
    }
    let sum: u32 = number.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    number.as_bytes()[17].to_ascii_uppercase() == check
}

/// Luhn, and a first digit as bank cards have it.
fn is_card(number: &str) -> bool {
    if !number.bytes().all(|b| b.is_ascii_digit()) || !number.starts_with(['3', '4', '5', '6']) {
        return false;
    }
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0') * if i % 2 == 1 { 2 } else { 1 };
            if d > 9 { d - 9 } else { d }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Accounts of offices and firms are published on purpose.
fn of_a_person(near: &str, cell: Option<Cell<'_>>) -> bool {
    let account = has_any(near, &["卡号", "账号", "帐号", "银行", "一卡通", "存折", "账户", "帐户"]);
    let public = ["公司", "单位", "财政", "专户", "保证金", "收款", "缴款", "非税", "对公", "户名", "开户名"];
    account && !has_any(near, &public) && cell.is_none_or(|c| c.of_persons || has_any(near, &["一卡通", "个人"]))
}

fn is_mobile(number: &str) -> bool {
    number.starts_with('1') && number.as_bytes()[1] >= b'3'
}

/// A mobile telephone is a person's secret in a list of persons, or beside words of need; not beside those of service.
fn is_risky(near: &str, cell: Option<Cell<'_>>) -> bool {
    const SERVICE: [&str; 16] = [
        "联系人",
        "咨询",
        "监督",
        "举报",
        "投诉",
        "热线",
        "值班",
        "客服",
        "报名",
        "负责人",
        "经办",
        "办公",
        "服务",
        "受理",
        "招标",
        "代理",
    ];
    if has_any(near, &SERVICE) {
        return false;
    }
    match cell {
        Some(c) => c.of_persons && has_any(c.heading, &["电话", "手机", "联系方式", "号码"]),
        None => has_any(
            near,
            &["身份证", "户主", "家长", "患者", "病人", "受益人", "低保", "家庭住址", "申请人", "救助对象"],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An identity number of nobody: the area does not exist, and the check digit is right.
    fn identity(born: &str, serial: &str) -> String {
        let body = format!("529999{born}{serial}");
        let digit = "0123456789X".chars().find(|c| is_identity(&format!("{body}{c}"))).unwrap();
        format!("{body}{digit}")
    }

    fn of(text: &str) -> Option<Hint> {
        numbers(&Page { paragraphs: vec![text.to_owned()], ..Page::default() })
    }

    #[test]
    fn the_example_of_the_standard_is_an_identity_number() {
        // GB 11643, annex.
        assert!(is_identity("11010519491231002X"));
        assert!(!is_identity("110105194912310021") && !is_identity("11010519491331002X"));
    }

    #[test]
    fn identity_numbers_are_found_by_their_check_digit_and_masked() {
        let number = identity("19800101", "001");
        let hint = of(&format!("张某，身份证号：{number}。")).unwrap();
        assert_eq!(hint.confidence, Confidence::High);
        assert!(!hint.quotes[0].text.contains(&number[3..15]), "{:?}", hint.quotes);
        assert!(!format!("{hint:?}").contains(&number));
        let wrong = format!("{}{}", &number[..17], if number.ends_with('1') { '2' } else { '1' });
        assert!(of(&format!("身份证号：{wrong}")).is_none());
        assert!(of(&format!("编号A{number}，{number}0")).is_none(), "a part of something longer");
        assert!(of(&format!("统一社会信用代码：{number}")).is_none());
        assert!(of("身份证号：529***********123X").is_none());
    }

    #[test]
    fn accounts_of_offices_are_no_secret() {
        assert!(is_card("6222020000000000006") || is_card("4111111111111111"));
        assert!(of("救助金打入银行卡号4111111111111111").is_some());
        assert!(of("收款单位：区财政局，账号4111111111111111").is_none());
        assert!(of("项目代码4111111111111111").is_none());
        assert!(of("救助金打入银行卡号4111111111111112").is_none());
    }

    #[test]
    fn telephones_of_service_are_no_secret_and_those_of_persons_in_need_are() {
        assert!(of("联系人：张老师，联系电话13800000000").is_none());
        assert!(of("咨询电话：13800000000").is_none());
        assert!(of("低保户主李某，手机13800000000").is_some());
        let row = |name: &str, phone: &str| vec![name.to_owned(), phone.to_owned()];
        let list = |head: &str| Page {
            tables: vec![vec![
                row(head, "联系电话"),
                row("甲", "13800000001"),
                row("乙", "13800000002"),
                row("丙", "13800000003"),
            ]],
            ..Page::default()
        };
        let hint = numbers(&list("户主姓名")).unwrap();
        assert_eq!((hint.quotes.len(), hint.confidence), (3, Confidence::Medium));
        assert_eq!(hint.quotes[0].text, "电话：138****0001");
        assert!(numbers(&list("服务窗口")).is_none());
    }
}
