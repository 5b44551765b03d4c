//! From cells to what the clerk wants.

use model::{ChannelId, ChannelKind, UnitId, UnitKind};
use sheets::{Address, Cell, Column, Mistake, Record, Sheet, Table};
use url::Url;

use crate::discover::sheet::{SHEET, headings as h};

/// A value with the cell that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) at: Address,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) adopt: bool,
    pub(super) unit_id: Option<At<UnitId>>,
    pub(super) unit: At<String>,
    pub(super) unit_kind: Option<At<UnitKind>>,
    pub(super) contacts: Vec<String>,
    pub(super) id: Option<At<String>>,
    pub(super) name: At<String>,
    /// Present wherever `adopt` is set and no mistake was noted.
    pub(super) kind: Option<At<ChannelKind>>,
    pub(super) url: At<String>,
}

/// All rows, and what is wrong with them.
pub(super) struct Read {
    pub(super) rows: Vec<Wanted>,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) notes: Vec<String>,
}

const COLUMNS: [Column; 9] = [
    Column { name: h::ADOPT, also: &["是否采用"], required: true },
    Column { name: h::UNIT_ID, also: &[], required: false },
    Column { name: h::UNIT, also: &["单位", "责任单位"], required: true },
    Column { name: h::UNIT_KIND, also: &[], required: false },
    Column { name: h::CONTACTS, also: &["邮箱", "联系邮箱"], required: false },
    Column { name: h::ID, also: &[], required: false },
    Column { name: h::NAME, also: &["栏目"], required: true },
    Column { name: h::KIND, also: &["栏目类别"], required: true },
    Column { name: h::URL, also: &["栏目网址", "地址"], required: true },
];

/// What the sheets say. The sheet 栏目 is read; where there is none of that name, the first that holds such a table.
pub(super) fn wanted(sheets: &[Sheet]) -> Read {
    let mut out = Read { rows: vec![], mistakes: vec![], notes: vec![] };
    let own = sheets.iter().filter(|s| &*s.name == SHEET);
    let others = sheets.iter().filter(|s| ![SHEET, sheets::write::NOTES, sheets::write::CHOICES].contains(&&*s.name));
    for sheet in own.chain(others) {
        match Table::find(sheet, &COLUMNS) {
            Ok(None) => {}
            Err(mistakes) => {
                out.mistakes = mistakes;
                return out;
            }
            Ok(Some(table)) => {
                if !table.unknown.is_empty() {
                    let names: Vec<String> = table
                        .unknown
                        .iter()
                        .map(Cell::text)
                        .filter(|n| ![h::PERCENT, h::ROWS, h::NEWEST, h::WHY].contains(&n.as_str()))
                        .collect();
                    if !names.is_empty() {
                        out.notes.push(format!("没有导入的列：{}", names.join("、")));
                    }
                }
                for record in &table.records {
                    row(&table, record, &mut out);
                }
                return out;
            }
        }
    }
    let message = format!(
        "没有找到核对表：请用 duban discover 生成的 units.xlsx，或表头含“{}、{}、{}、{}、{}”的表格",
        h::ADOPT,
        h::UNIT,
        h::NAME,
        h::KIND,
        h::URL
    );
    out.mistakes.push(Mistake { at: None, message });
    out
}

fn row(table: &Table<'_>, record: &Record<'_>, out: &mut Read) {
    let cell = |name| table.cell(record, name);
    let adopt = cell(h::ADOPT);
    let Some(yes) = adopt.yes() else {
        let message = if adopt.is_empty() {
            "请填“是”或“否”".to_owned()
        } else {
            format!("「{}」应为“是”或“否”", adopt.text())
        };
        return out.mistakes.push(Mistake::at(&adopt.at, message));
    };
    // What is not wanted need not be right.
    let mut ignored = Vec::new();
    let mistakes = if yes { &mut out.mistakes } else { &mut ignored };
    for c in record.cells() {
        if let sheets::Value::Error(e) = &c.value {
            mistakes.push(Mistake::at(&c.at, format!("公式出错（{e}），请改成文字")));
        }
    }
    let wanted = Wanted {
        adopt: yes,
        unit_id: id(&cell(h::UNIT_ID), mistakes),
        unit: unit(&cell(h::UNIT), mistakes),
        unit_kind: unit_kind(&cell(h::UNIT_KIND), mistakes),
        contacts: contacts(&cell(h::CONTACTS), mistakes),
        id: channel_id(&cell(h::ID), mistakes),
        name: need(&cell(h::NAME), "请填栏目名称", mistakes),
        kind: kind(&cell(h::KIND), mistakes),
        url: url(&cell(h::URL), mistakes),
    };
    out.rows.push(wanted);
}

fn need(cell: &Cell, missing: &str, mistakes: &mut Vec<Mistake>) -> At<String> {
    let value = one_line(&cell.text());
    if value.is_empty() {
        mistakes.push(Mistake::at(&cell.at, missing));
    }
    if value.chars().count() > 100 {
        mistakes.push(Mistake::at(&cell.at, "超过 100 个字，请改短"));
    }
    At { value, at: cell.at.clone() }
}

/// Names stand on one line, whatever was pasted.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn unit(cell: &Cell, mistakes: &mut Vec<Mistake>) -> At<String> {
    let name = need(cell, "请填单位名称", mistakes);
    if name.value.contains("待定单位") {
        mistakes.push(Mistake::at(&cell.at, "请改成真正的责任单位，或把“采用”改为“否”"));
    }
    name
}

fn id(cell: &Cell, mistakes: &mut Vec<Mistake>) -> Option<At<UnitId>> {
    let text = cell.text();
    if text.is_empty() {
        return None;
    }
    match text.parse() {
        Ok(value) => Some(At { value, at: cell.at.clone() }),
        Err(e) => {
            mistakes.push(Mistake::at(&cell.at, format!("{e}；可留空，由程序按网址生成")));
            None
        }
    }
}

fn channel_id(cell: &Cell, mistakes: &mut Vec<Mistake>) -> Option<At<String>> {
    let text = cell.text();
    if text.is_empty() {
        return None;
    }
    match format!("x/{text}").parse::<ChannelId>() {
        Ok(_) => Some(At { value: text, at: cell.at.clone() }),
        Err(e) => {
            mistakes.push(Mistake::at(
                &cell.at,
                format!("「{text}」不能作为栏目编号：{}；可留空，由程序按网址生成", e.why),
            ));
            None
        }
    }
}

fn unit_kind(cell: &Cell, mistakes: &mut Vec<Mistake>) -> Option<At<UnitKind>> {
    let text = cell.text();
    let value = match text.as_str() {
        "" => return None,
        "部门" | "区直部门" | "department" => UnitKind::Department,
        "镇（乡、街道）" | "镇(乡、街道)" | "乡镇" | "镇" | "乡" | "街道" | "乡镇（街道）" | "镇街" | "township" => {
            UnitKind::Township
        }
        _ => {
            let (a, b) = (UnitKind::Department.label(), UnitKind::Township.label());
            mistakes.push(Mistake::at(&cell.at, format!("「{text}」应为“{a}”或“{b}”")));
            return None;
        }
    };
    Some(At { value, at: cell.at.clone() })
}

fn contacts(cell: &Cell, mistakes: &mut Vec<Mistake>) -> Vec<String> {
    let text = cell.text();
    let parts = text
        .split(|c: char| matches!(c, ';' | '；' | ',' | '，' | '、') || c.is_whitespace())
        .filter(|p| !p.is_empty());
    let mut out = Vec::new();
    for part in parts {
        if part.parse::<lettre::message::Mailbox>().is_err() {
            mistakes.push(Mistake::at(&cell.at, format!("「{part}」不是邮箱地址，应写作 jyj@example.gov.cn")));
        }
        out.push(part.to_owned());
    }
    out
}

fn kind(cell: &Cell, mistakes: &mut Vec<Mistake>) -> Option<At<ChannelKind>> {
    let text = cell.text();
    let found = ChannelKind::ALL.into_iter().find(|k| k.label() == text || k.word() == text);
    if found.is_none() {
        let words: Vec<&str> = ChannelKind::ALL.iter().map(|k| k.label()).collect();
        let what = if text.is_empty() { "请选类别".to_owned() } else { format!("没有「{text}」这一类别") };
        mistakes.push(Mistake::at(&cell.at, format!("{what}：可选 {}", words.join("、"))));
    }
    found.map(|value| At { value, at: cell.at.clone() })
}

fn url(cell: &Cell, mistakes: &mut Vec<Mistake>) -> At<String> {
    let value = cell.text();
    let message = match Url::parse(&value) {
        _ if value.is_empty() => Some("请填网址".to_owned()),
        Ok(u) if !u.username().is_empty() || u.password().is_some() => Some("网址里不能写用户名和密码".to_owned()),
        Ok(u)
            if matches!(u.scheme(), "http" | "https")
                && u.host_str().is_some()
                && !value.contains(char::is_whitespace) =>
        {
            None
        }
        _ => Some(format!("「{value}」不是网址，应写作 https://…")),
    };
    if let Some(message) = message {
        mistakes.push(Mistake::at(&cell.at, message));
    }
    At { value, at: cell.at.clone() }
}
