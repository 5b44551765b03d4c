//! The proposal as a sheet for the clerk to correct; `duban import units` takes it back.

use model::{ChannelKind, Moment, UnitKind};
use sheets::write::{About, Form, Heading, Kind, Out, WriteError, xlsx};

use super::{ChannelProposal, Proposal, UnitProposal, Walked};

/// The name of the sheet with the columns.
pub const SHEET: &str = "栏目";

/// Headings that the import reads, in their order.
pub mod headings {
    #![allow(missing_docs, reason = "each is its own name")]
    pub const ADOPT: &str = "采用";
    pub const UNIT_ID: &str = "单位编号";
    pub const UNIT: &str = "单位名称";
    pub const UNIT_KIND: &str = "单位类别";
    pub const CONTACTS: &str = "信息员邮箱";
    pub const ID: &str = "栏目编号";
    pub const NAME: &str = "栏目名称";
    pub const KIND: &str = "类别";
    pub const URL: &str = "网址";
    pub const PERCENT: &str = "把握（%）";
    pub const ROWS: &str = "读出条数";
    pub const NEWEST: &str = "最新日期";
    pub const WHY: &str = "理由";
}

/// What stands in 采用.
pub const YES: &str = "是";
/// What stands in 采用.
pub const NO: &str = "否";

/// A cell holds no longer text.
const LONGEST: usize = 500;

/// The workbook: 栏目, 没有看懂, 说明.
///
/// # Errors
/// When the workbook cannot be packed.
pub fn workbook(proposal: &Proposal, walked: &Walked, made_at: Moment) -> Result<Vec<u8>, WriteError> {
    let rows = proposal.channels().map(|(unit, channel)| row(unit, channel)).collect();
    let columns = Form { name: SHEET.to_owned(), above: vec![], headings: columns(), examples: vec![], rows };
    let unclear = Form {
        name: "没有看懂".to_owned(),
        above: vec![],
        headings: ["名称", "网址", "情况"].into_iter().map(|n| heading(n, Kind::Text, false, "")).collect(),
        examples: vec![],
        rows: proposal.unclear.iter().map(|u| vec![text(&u.name), text(&u.url), text(&u.why)]).collect(),
    };
    let about = About { title: "单位和栏目核对表".to_owned(), notes: notes(proposal, walked), made_at };
    xlsx(&[columns, unclear], &about)
}

fn heading(name: &str, kind: Kind, required: bool, hint: &str) -> Heading {
    Heading { name: name.to_owned(), kind, required, hint: hint.to_owned() }
}

fn columns() -> Vec<Heading> {
    use headings as h;
    let words = |words: &[&str]| Kind::Choice(words.iter().map(|w| (*w).to_owned()).collect());
    let kinds = Kind::Choice(ChannelKind::ALL.iter().map(|k| k.label().to_owned()).collect());
    let units = words(&[UnitKind::Department.label(), UnitKind::Township.label()]);
    vec![
        heading(h::ADOPT, words(&[YES, NO]), true, "是：列入监测；否：不列入。把握不足 70% 的已填“否”，核对后可改。"),
        heading(h::UNIT_ID, Kind::Text, false, "字母、数字、- 和 _。可留空，按网址生成；已有单位的编号不会改变。"),
        heading(h::UNIT, Kind::Text, true, "责任单位全称。标有“待定单位”的，请改成真正的责任单位。"),
        heading(h::UNIT_KIND, units, true, "部门，或镇（乡、街道）：两类单位适用的指标不同。"),
        heading(h::CONTACTS, Kind::Text, false, "收通报的邮箱，几个之间用分号隔开；同一单位填一行即可。"),
        heading(h::ID, Kind::Text, false, "字母、数字、- 和 _。可留空，按网址生成；已有栏目的编号不会改变。"),
        heading(h::NAME, Kind::Text, true, "栏目名称。"),
        heading(h::KIND, kinds, true, "考核表中的类别，决定更新时限，请务必核对。"),
        heading(h::URL, Kind::Text, true, "栏目列表页（或接口）的网址。"),
        heading(h::PERCENT, Kind::Number, false, "程序对单位、类别和列表的把握，仅供参考，不导入。"),
        heading(h::ROWS, Kind::Number, false, "走查时读出的条数，不导入。"),
        heading(h::NEWEST, Kind::Date, false, "走查时读出的最新日期，不导入。"),
        heading(h::WHY, Kind::Text, false, "为什么这样判断，不导入。"),
    ]
}

fn row(unit: &UnitProposal, channel: &ChannelProposal) -> Vec<Out> {
    let adopt = if !unit.nobody && channel.adopted() { YES } else { NO };
    vec![
        Out::text(adopt),
        text(&unit.id),
        text(&unit.name),
        Out::text(unit.kind.label()),
        Out::Empty,
        text(&channel.id),
        text(&channel.name),
        channel.kind.map_or(Out::Empty, |k| Out::text(k.label())),
        text(&channel.url),
        Out::Whole(i64::from(channel.percent)),
        Out::Whole(i64::try_from(channel.rows).unwrap_or(i64::MAX)),
        channel.newest.map_or(Out::Empty, Out::Date),
        text(&channel.why.join("；")),
    ]
}

/// Texts of strangers: bounded, on one line.
fn text(text: &str) -> Out {
    Out::text(text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect::<String>())
}

fn notes(proposal: &Proposal, walked: &Walked) -> Vec<(String, String)> {
    let mut notes = vec![
        ("来历", format!("从 {} 走查 {} 个页面得出，没有任何一项已列入监测。", walked.start, walked.pages.len())),
        (
            "怎么核对",
            "先看“采用”为“否”的行：对的改成“是”，并补上类别；再抽看“是”的行。缺的栏目、新媒体账号在表尾添行。“没有看懂”一页列出打不开或看不出是什么的导航项。"
                .to_owned(),
        ),
        ("怎么导入", "保存后运行 duban import units units.xlsx，再运行 duban check。有错时会一次列出全部错误及其单元格，什么都不会改动。".to_owned()),
    ];
    if proposal.units.iter().any(|u| u.nobody) {
        notes.push(("待定单位", "这些栏目在网站上不属于任何单位的栏目区：归到责任单位之后才能采用。".to_owned()));
    }
    if walked.unvisited > 0 {
        notes.push((
            "没有看完",
            format!("页数预算用完，还有 {} 个链接没有看：可加大 --max-pages 再走查一次。", walked.unvisited),
        ));
    }
    if let Some(why) = &walked.broke_off {
        notes.push(("提前结束", why.clone()));
    }
    for (why, n) in &walked.left_out {
        notes.push(("没有跟随", format!("{why}：{n} 处")));
    }
    notes.into_iter().map(|(a, b)| (a.to_owned(), b)).collect()
}
