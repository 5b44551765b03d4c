//! The sheets that are handed out: templates to fill in, and what stands, in the form that is read back.

use model::{Moment, RegisterEntry, Unit};
use rules::{Criterion, Rulebook};
use sheets::Column;
use sheets::write::{About, Form, Heading, Kind as Cells, Out};

use super::columns::{ANOTHER, ENTRIES, NUMBER, REASON, TAKE_BACK};
use super::evidence::KEPT;
use super::kind::Kind;

/// What a form is made from.
#[derive(Debug, Clone, Copy)]
pub struct Office<'a> {
    /// The scoring table.
    pub book: &'a Rulebook,
    /// The units.
    pub units: &'a [Unit],
}

/// The empty sheet of a register, with an example.
#[must_use]
pub fn template(office: Office<'_>, kind: Kind, today: model::Day) -> Form {
    let rows = kind.rows(office.book);
    let unit = office.units.first().map_or("", |u| u.name.as_str());
    let row = rows.first().copied();
    let example = ENTRIES.iter().map(|c| match c.name {
        "指标" => Out::text(row.map(shown).unwrap_or_default()),
        "单位" => Out::text(unit),
        "日期" => Out::Date(today),
        "次数" => Out::Whole(1),
        "分值" if kind == Kind::External => Out::Points(model::Points::whole(-1)),
        "事由" => Out::text(sample(kind)),
        "佐证文件" => Out::text("通报.pdf"),
        "登记人" => Out::text("张三"),
        _ => Out::Empty,
    });
    Form { examples: vec![kept(kind, example.collect())], ..form(office, kind) }
}

/// The sheet of a register with all that stands in it.
#[must_use]
pub fn filled(office: Office<'_>, kind: Kind, all: &[RegisterEntry]) -> Form {
    let rows = kind.rows(office.book);
    let gone: std::collections::BTreeSet<i64> = all.iter().filter_map(|e| e.cancels).collect();
    let standing = all.iter().filter(|e| e.cancels.is_none() && !gone.contains(&e.id));
    let mine = standing.filter_map(|e| Some((e, rows.iter().find(|c| c.id == e.criterion)?)));
    let rows = mine.map(|(e, row)| kept(kind, entry(office, e, row))).collect();
    Form { rows, ..form(office, kind) }
}

fn entry(office: Office<'_>, e: &RegisterEntry, row: &Criterion) -> Vec<Out> {
    let name = office.units.iter().find(|u| u.id == e.unit).map_or(e.unit.as_str(), |u| u.name.as_str());
    let cell = |column: &Column| match column.name {
        NUMBER => Out::Whole(e.id),
        "指标" => Out::text(shown(row)),
        "单位" => Out::text(name),
        "日期" => Out::Date(e.day),
        "次数" => Out::Whole(e.count.into()),
        "分值" => e.points.map_or(Out::Empty, Out::Points),
        "事由" => Out::text(e.description.as_str()),
        "佐证文件" => e.evidence.as_ref().map_or(Out::Empty, |h| Out::text(format!("{KEPT}{h}"))),
        "登记人" => Out::text(e.who.as_str()),
        _ => Out::Empty,
    };
    ENTRIES.iter().map(cell).collect()
}

/// Only where another office scores, an entry carries points.
fn kept(kind: Kind, row: Vec<Out>) -> Vec<Out> {
    let keep = ENTRIES.iter().map(|c| c.name != "分值" || kind == Kind::External);
    row.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(out, _)| out).collect()
}

fn form(office: Office<'_>, kind: Kind) -> Form {
    let columns = ENTRIES.iter().filter(|c| c.name != "分值" || kind == Kind::External);
    let headings = columns.map(|c| Heading {
        name: c.name.to_owned(),
        kind: cells(office, kind, c.name),
        required: c.required || (c.name == "分值" && kind == Kind::External),
        hint: hint(c.name).to_owned(),
    });
    Form { name: kind.title().to_owned(), above: vec![], headings: headings.collect(), examples: vec![], rows: vec![] }
}

fn cells(office: Office<'_>, kind: Kind, column: &str) -> Cells {
    match column {
        "指标" => Cells::Choice(kind.rows(office.book).into_iter().map(shown).collect()),
        "单位" => Cells::Choice(office.units.iter().map(|u| u.name.clone()).collect()),
        "日期" => Cells::Date,
        NUMBER | "次数" | "分值" => Cells::Number,
        ANOTHER | TAKE_BACK => Cells::Choice(vec!["是".to_owned()]),
        _ => Cells::Text,
    }
}

/// A row of the table as the list offers it: its id, which is what is read, and its title.
fn shown(row: &Criterion) -> String {
    format!("{} {}", row.id, row.title)
}

fn sample(kind: Kind) -> &'static str {
    match kind {
        Kind::Articles => "《某某工作取得新进展》被采用",
        Kind::Bonus => "某某报专题报道",
        Kind::External => "省评估通报扣分",
        _ => "某某文件第2页错别字",
    }
}

fn hint(column: &str) -> &'static str {
    match column {
        NUMBER => "由系统编号。新登记留空；导出的表改后再导入时保留编号，系统据此另作更正登记，原登记不会被改写。",
        "指标" => "从下拉列表选择，或只写编号，例如 B1.5。",
        "单位" => "单位名称、别名或编号。",
        "日期" => "事情发生的那一天，决定扣分（得分）属于哪个月。可写 2026-03-01、2026/3/1 或 2026年3月1日。",
        "次数" => "件数、篇数，不填为1。",
        "分值" => "对方部门给出的分值，扣分写负数，例如 -0.5。",
        "事由" => "写清是什么事，单位看得懂、申诉时核对得上。",
        "佐证文件" => {
            "与登记表放在同一文件夹的文件名，可以写子文件夹；导入时存证。导出的表里是已存证文件的指纹，不要改。"
        }
        "登记人" => "不填为导入时 --by 写明的人。",
        ANOTHER => "同一单位同一指标同一天已有内容不同的登记时，填「是」表示确是另一件。",
        TAKE_BACK => "填「是」撤销该编号的登记，须写更正理由。",
        REASON => "更正或撤销的理由。",
        _ => "",
    }
}

/// What the workbook says of itself.
#[must_use]
pub fn about(district: &str, title: &str, made_at: Moment) -> About {
    let note = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    About {
        title: format!("{district}政务公开考核{title}"),
        notes: vec![
            note("导入", "填好后运行 duban import register 文件 --by 姓名；先加 --check 只检查、不登记。"),
            note("错误", "有任何一处错误则整张表都不登记，并一次列出全部错误所在的单元格。"),
            note("重复", "同一张表导入两次不会重复登记；已登记的行会被认出。"),
            note("示例", "以「示例」开头的行不导入，可以删去。"),
            note("更正", "登记只增不改：请从导出的表改起，保留登记编号，系统另作一条更正登记。"),
        ],
        made_at,
    }
}
