//! The sheets that are handed out: templates to fill in, and what stands, in the form that is read back.

use model::{Matter, MatterEntry, MatterStep, Moment, RegisterEntry, Unit};
use rules::{Criterion, Due, Rulebook};
use sheets::Column;
use sheets::write::{About, Form, Heading, Kind as Cells, Out};

use super::columns::{ANOTHER, COMPLETE, COMPLETE_ROWS, COMPLETE_UNIT, ENTRIES, MATTERS, NUMBER, REASON, TAKE_BACK};
use super::evidence::KEPT;
use super::kind::{Kind, Shape};

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
    let monthly = row.is_some_and(|r| matches!(r.clock(), Some(Due::Monthly { .. })));
    let implied = monthly || row.is_some_and(|r| matches!(r.clock(), Some(Due::Yearly { .. })));
    let by_item = row.is_some_and(|r| matches!(r.clock(), Some(Due::ByItem)));
    let example = columns(kind).map(|c| match c.name {
        "指标" => Out::text(row.map(shown).unwrap_or_default()),
        "单位" => Out::text(unit),
        "日期" => Out::Date(today),
        "起始日期" if !implied => Out::Date(model::Month::of(today).days().first),
        "截止日期" if by_item => Out::Date(today),
        "事项编号" if monthly => Out::text(model::Month::of(today).previous().to_string()),
        "事项编号" if implied => Out::text(chrono::Datelike::year(&today).to_string()),
        "事项编号" => Out::text("2026-001"),
        "事项名称" if !implied => Out::text("某某事项"),
        "办理环节" => Out::text(STEPS[0]),
        "次数" => Out::Whole(1),
        "分值" => Out::Points(model::Points::whole(-1)),
        "事由" => Out::text(sample(kind)),
        "佐证文件" => Out::text("通报.pdf"),
        "登记人" => Out::text("张三"),
        _ => Out::Empty,
    });
    Form { examples: vec![example.collect()], ..form(office, kind) }
}

/// The words of the steps, as the list offers them and as they are read back.
const STEPS: [&str; 6] = ["报送", "延期", "中止", "恢复", "补正", "撤回"];

/// The columns of a register. Only where another office scores, an entry carries points.
fn columns(kind: Kind) -> impl Iterator<Item = &'static Column> {
    let all: &'static [Column] = match kind.shape() {
        Shape::Entries => &ENTRIES,
        Shape::Matters => &MATTERS,
    };
    all.iter().filter(move |c| c.name != "分值" || kind == Kind::External)
}

/// The sheet of a register with all that stands in it, as of now.
#[must_use]
pub fn filled(office: Office<'_>, kind: Kind, register: &[RegisterEntry], matters: &[Matter], now: Moment) -> Form {
    let rows = match kind.shape() {
        Shape::Entries => entries(office, kind, register),
        Shape::Matters => steps(office, kind, matters, now),
    };
    Form { rows, ..form(office, kind) }
}

fn entries(office: Office<'_>, kind: Kind, all: &[RegisterEntry]) -> Vec<Vec<Out>> {
    let rows = kind.rows(office.book);
    let gone: std::collections::BTreeSet<i64> = all.iter().filter_map(|e| e.cancels).collect();
    let standing = all.iter().filter(|e| e.cancels.is_none() && !gone.contains(&e.id));
    let mine = standing.filter_map(|e| Some((e, rows.iter().find(|c| c.id == e.criterion)?)));
    mine.map(|(e, row)| entry(office, kind, e, row)).collect()
}

/// A row for each step that stands; one for a matter to which nothing has happened yet.
fn steps(office: Office<'_>, kind: Kind, all: &[Matter], now: Moment) -> Vec<Vec<Out>> {
    let rows = kind.rows(office.book);
    let mine = all.iter().filter_map(|m| Some((m, rows.iter().find(|c| c.id == m.criterion)?)));
    mine.flat_map(|(m, row)| {
        let standing = m.standing(now);
        let each: Vec<Option<&MatterEntry>> =
            if standing.is_empty() { vec![None] } else { standing.into_iter().map(Some).collect() };
        each.into_iter().map(|e| step(office, kind, m, e, row)).collect::<Vec<_>>()
    })
    .collect()
}

fn step(office: Office<'_>, kind: Kind, m: &Matter, e: Option<&MatterEntry>, row: &Criterion) -> Vec<Out> {
    let file = e.map_or(&m.evidence, |e| &e.evidence);
    let cell = |column: &'static Column| match column.name {
        NUMBER => e.map_or(Out::Empty, |e| Out::Whole(e.id)),
        "指标" => Out::text(shown(row)),
        "单位" => Out::text(name(office, &m.unit)),
        "事项编号" => Out::text(m.code.as_str()),
        "事项名称" => Out::text(m.title.as_str()),
        "起始日期" => Out::Date(m.opened),
        "截止日期" => m.due.map_or(Out::Empty, Out::Date),
        "文号" => Out::text(m.document.clone().unwrap_or_default()),
        "办理环节" => e.map_or(Out::Empty, |e| Out::text(word(e.step))),
        "日期" => e.map_or(Out::Empty, |e| Out::Date(e.day)),
        "延期至" => match e.map(|e| e.step) {
            Some(MatterStep::ExtendedTo(day)) => Out::Date(day),
            _ => Out::Empty,
        },
        "工作日数" => match e.map(|e| e.step) {
            Some(MatterStep::ExtendedBy(n)) => Out::Whole(n.into()),
            _ => Out::Empty,
        },
        "备注" => e.map_or(Out::Empty, |e| Out::text(e.note.as_str())),
        "佐证文件" => file.as_ref().map_or(Out::Empty, |h| Out::text(format!("{KEPT}{h}"))),
        "登记人" => Out::text(e.map_or(m.who.as_str(), |e| e.who.as_str())),
        _ => Out::Empty,
    };
    columns(kind).map(cell).collect()
}

/// The word of a step that is read back.
fn word(step: MatterStep) -> &'static str {
    match step {
        MatterStep::Submitted => "报送",
        MatterStep::ExtendedTo(_) | MatterStep::ExtendedBy(_) => "延期",
        MatterStep::Paused => "中止",
        MatterStep::Resumed => "恢复",
        MatterStep::Amended => "补正",
        MatterStep::Withdrawn => "撤回",
        MatterStep::Struck => "更正",
    }
}

fn name(office: Office<'_>, unit: &model::UnitId) -> String {
    office.units.iter().find(|u| u.id == *unit).map_or_else(|| unit.to_string(), |u| u.name.clone())
}

fn entry(office: Office<'_>, kind: Kind, e: &RegisterEntry, row: &Criterion) -> Vec<Out> {
    let cell = |column: &'static Column| match column.name {
        NUMBER => Out::Whole(e.id),
        "指标" => Out::text(shown(row)),
        "单位" => Out::text(name(office, &e.unit)),
        "日期" => Out::Date(e.day),
        "次数" => Out::Whole(e.count.into()),
        "分值" => e.points.map_or(Out::Empty, Out::Points),
        "事由" => Out::text(e.description.as_str()),
        "佐证文件" => e.evidence.as_ref().map_or(Out::Empty, |h| Out::text(format!("{KEPT}{h}"))),
        "登记人" => Out::text(e.who.as_str()),
        _ => Out::Empty,
    };
    columns(kind).map(cell).collect()
}

fn form(office: Office<'_>, kind: Kind) -> Form {
    let headings = columns(kind).map(|c| Heading {
        name: c.name.to_owned(),
        kind: cells(office, kind, c.name),
        required: c.required || c.name == "分值",
        hint: hint(kind, c.name).to_owned(),
    });
    let above = match kind.shape() {
        Shape::Entries => vec![],
        Shape::Matters => statement(office, kind),
    };
    Form { name: kind.title().to_owned(), above, headings: headings.collect(), examples: vec![], rows: vec![] }
}

/// The statement that the register is complete: made by whoever fills in the day, and only then.
fn statement(office: Office<'_>, kind: Kind) -> Vec<(String, Out, String)> {
    let ids: Vec<String> = kind.rows(office.book).iter().map(|c| c.id.to_string()).collect();
    vec![
        (
            COMPLETE.to_owned(),
            Out::Empty,
            "填日期即声明：到这一天为止，下列指标的登记已经齐全；不填则不作声明，逾期也只记为未知".to_owned(),
        ),
        (COMPLETE_ROWS.to_owned(), Out::text(ids.join("、")), "声明所指的指标，可删减".to_owned()),
        (COMPLETE_UNIT.to_owned(), Out::Empty, "只声明一个单位时填写，不填为全部单位".to_owned()),
    ]
}

fn cells(office: Office<'_>, kind: Kind, column: &str) -> Cells {
    match column {
        "指标" => Cells::Choice(kind.rows(office.book).into_iter().map(shown).collect()),
        "单位" => Cells::Choice(office.units.iter().map(|u| u.name.clone()).collect()),
        "日期" | "起始日期" | "截止日期" | "延期至" => Cells::Date,
        "办理环节" => Cells::Choice(STEPS.map(str::to_owned).to_vec()),
        NUMBER | "次数" | "分值" | "工作日数" => Cells::Number,
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

fn hint(kind: Kind, column: &str) -> &'static str {
    match column {
        "日期" if kind.shape() == Shape::Matters => {
            "该环节发生的那一天：报送、答复、批准延期、中止、恢复、收到补正的日期。"
        }
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
        "事项编号" => {
            "来文号或流水号，同一单位内不重复；签审单填所属月份（2026-03），年度事项填年份（2026）。同一事项有几个环节就写几行。"
        }
        "事项名称" => "新事项必填；已登记的事项可不填。签审单和年度事项由系统生成，不填。",
        "起始日期" => "下发、收到的那一天，当天不计入期限。",
        "截止日期" => "来文要求完成的那一天；按工作日计时的事项由系统计算，不填。",
        "文号" => "来文的文号，可不填。",
        "办理环节" => "报送（办结、答复）、延期、中止、恢复、补正、撤回。还没有办理的新事项不填。",
        "延期至" => "延期后的截止日期；按工作日计时的事项改填工作日数。",
        "工作日数" => "批准延长的工作日数，例如 20。",
        "备注" => "延期、撤回须写明依据或理由（批准人、文号）。",
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
