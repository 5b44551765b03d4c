//! 通报: what a district tells its units of a month, quarter or year. Every sentence is counted from the ledger and from
//! what was judged; nobody is ranked and nobody is praised by name unless the office has said so.

mod counted;

use std::collections::{BTreeMap, BTreeSet};

use model::{Day, FindingKey, LedgerLine, Month, Points, Unit, UnitId, Verdict};
use rules::Rulebook;

use crate::card::chinese_day;
use crate::grid::{Cell, Grid, percent, thousandths};
use crate::ledger::source_of;
use crate::paper::{Block, Look, Paper};
use crate::span::Span;
use crate::text::Plain;
use crate::weekly::Coverage;
use counted::{Counted, Problem, UnitCount};

/// How those who are judged have fared. What was met is no finding, so it is counted by those who are judged and about whom
/// nothing was found: a column under one criterion, or a unit, or a matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Windows {
    /// 考核对象: each column, account, unit or matter, once for each criterion that it is judged by.
    pub subjects: u64,
    /// Those with a window that was breached or could not be judged.
    pub troubled: u64,
    /// Those with a window that could not be judged.
    pub blind: u64,
    /// Windows that were proved silent or short.
    pub breached: u64,
    /// Windows that were not proved: they cost nothing.
    pub unknown: u64,
    /// Windows that were waived, declared empty, not applicable.
    pub spared: u64,
    /// Windows that are still open, and closing soon.
    pub due: u64,
}

impl Windows {
    /// What `judgements` say of so many who are judged.
    #[must_use]
    pub fn of<'a>(subjects: u64, judgements: impl IntoIterator<Item = (&'a FindingKey, Verdict)>) -> Windows {
        let mut w = Windows { subjects, ..Windows::default() };
        let (mut seen, mut troubled, mut blind) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (key, verdict) in judgements {
            let subject = (&key.criterion, &key.scope);
            seen.insert(subject);
            match verdict {
                Verdict::Met => {}
                Verdict::DueSoon => w.due += 1,
                Verdict::Waived | Verdict::NotApplicable => w.spared += 1,
                Verdict::Breached => {
                    w.breached += 1;
                    troubled.insert(subject);
                }
                Verdict::Unknown => {
                    w.unknown += 1;
                    blind.insert(subject);
                    troubled.insert(subject);
                }
            }
        }
        // Matters, and columns that are watched no longer, are known by what is said of them.
        w.subjects = w.subjects.max(seen.len() as u64);
        (w.troubled, w.blind) = (troubled.len() as u64, blind.len() as u64);
        w
    }

    /// Those about whom nothing was found.
    #[must_use]
    pub fn fine(&self) -> u64 {
        self.subjects.saturating_sub(self.troubled)
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Windows) -> Windows {
        Windows {
            subjects: self.subjects + other.subjects,
            troubled: self.troubled + other.troubled,
            blind: self.blind + other.blind,
            breached: self.breached + other.breached,
            unknown: self.unknown + other.unknown,
            spared: self.spared + other.spared,
            due: self.due + other.due,
        }
    }
}

/// What the office has decided about its circulars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// 名次: are units ranked by score?
    pub rank_units: bool,
    /// Are units without a deduction named?
    pub name_full_marks: bool,
}

/// What a circular is made from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The district.
    pub district: &'a str,
    /// Who signs.
    pub office: &'a str,
    /// What it is about.
    pub span: Span,
    /// The day that it bears.
    pub made_on: Day,
    /// As of when its windows were judged.
    pub judged_at: &'a str,
    /// The scoring table.
    pub rulebook: &'a Rulebook,
    /// The units, in the order of the configuration.
    pub units: &'a [Unit],
    /// The ledger, from the beginning of the span's year on at least.
    pub lines: &'a [LedgerLine],
    /// What was said of the windows that end within the span, unit by unit.
    pub windows: &'a BTreeMap<UnitId, Windows>,
    /// What each unit has reached in the span's year.
    pub scores: &'a BTreeMap<UnitId, Points>,
    /// The months that are closed.
    pub closed: &'a [Month],
    /// How well the monitor has seen.
    pub coverage: Coverage,
    /// What the office has decided.
    pub manner: Manner,
    /// How to object.
    pub appeal: &'a str,
}

/// The circular as a document.
#[must_use]
pub fn paper(facts: &Facts<'_>) -> Paper {
    let counted = Counted::of(facts);
    // What lies before the first close was never watched, and will never be closed.
    let began = facts.closed.iter().min().copied();
    let open = |m: &&Month| !facts.closed.contains(m) && began.is_none_or(|b| b < **m);
    let unclosed: Vec<String> = facts.span.months().iter().filter(open).map(ToString::to_string).collect();
    let draft = if unclosed.is_empty() { "" } else { "（草稿）" };
    let about = format!("关于{}政务公开监测考核情况的通报{draft}", facts.span.title());
    let mut paper = Paper::new(Look::Official, &[facts.office, &about]);
    if !unclosed.is_empty() {
        paper.push(Block::note(&format!(
            "本稿为草稿：{}尚未关账，本稿只统计已入账的行，关账后请重新生成。",
            unclosed.join("、")
        )));
    }
    if facts.rulebook.is_on_trial() {
        paper.push(Block::note("全部指标正在试运行，不计分、不入账，本稿不作考核依据。"));
    }
    paper.push(Block::Address(Plain::new("各单位：")));
    paper.push(Block::text(&format!(
        "现将{}（{}至{}）{}政务公开监测考核情况通报如下。",
        facts.span.title(),
        chinese_day(facts.span.days().first),
        chinese_day(facts.span.days().last),
        facts.district
    )));
    overall(facts, &counted, &mut paper);
    problems(&counted, &mut paper);
    demands(facts, &counted, &mut paper);
    annexes(facts, &counted, &mut paper);
    paper
}

fn overall(facts: &Facts<'_>, counted: &Counted<'_>, paper: &mut Paper) {
    let (w, c) = (counted.windows, facts.coverage);
    paper.push(Block::heading("一、总体情况"));
    paper.push(Block::subheading("（一）监测情况"));
    let share = thousandths(w.blind, w.subjects).map_or_else(|| "—".to_owned(), percent);
    paper.push(Block::text(&format!(
        "本期监测{}个单位、{}个栏目（账号），其中至少有一次看清的{}个；共检查{}次，有效{}。",
        counted.units.len(),
        c.channels,
        c.seen,
        c.looks,
        c.of_looks(),
    )));
    paper.push(Block::text(&format!(
        "依据《{}》应当考核的对象{}个（栏目、账号、单位或事项，适用几项指标的各计一次），其中本期未发现问题的{}个。未达标的时段{}个；无法判定的时段{}个，涉及对象{}个，占{share}；另有豁免、零情况声明和不适用的时段{}个。无法判定的一律不扣分。",
        facts.rulebook.name,
        w.subjects,
        w.fine(),
        w.breached,
        w.unknown,
        w.blind,
        w.spared
    )));
    paper.push(Block::text(&format!("以上时段按截至{}的检查和登记判定。", facts.judged_at)));
    paper.push(Block::subheading("（二）入账情况"));
    paper.push(Block::text(&counted.posted()));
    paper.push(Block::subheading("（三）单位情况"));
    let clean: Vec<&UnitCount<'_>> = counted.units.iter().filter(|u| u.problems == 0).collect();
    let blind = clean.iter().filter(|u| u.windows.unknown > 0).count();
    let mut text = format!("本期有扣分的单位{}个，没有扣分的单位{}个", counted.units.len() - clean.len(), clean.len());
    if blind > 0 {
        text += &format!("（其中{blind}个单位有无法判定的时段）");
    }
    if facts.manner.name_full_marks && !clean.is_empty() {
        let names: Vec<&str> = clean.iter().map(|u| u.unit.name.as_str()).collect();
        text += &format!("。没有扣分的单位：{}", names.join("、"));
    }
    paper.push(Block::text(&(text + "。各单位情况见附件1。")));
}

fn problems(counted: &Counted<'_>, paper: &mut Paper) {
    paper.push(Block::heading("二、主要问题"));
    if counted.problems.is_empty() {
        paper.push(Block::text("本期没有扣分事项。"));
    }
    for (n, p) in counted.problems.iter().enumerate() {
        paper.push(Block::subheading(&format!("（{}）{}（{}）", numeral(n + 1), p.criterion.title, p.criterion.id)));
        paper.push(Block::text(&problem(p)));
    }
}

fn problem(p: &Problem<'_>) -> String {
    let names: Vec<String> = p.units.iter().map(|(name, n)| format!("{name}{n}处")).collect();
    let cost = match p.zeroes {
        Some(group) => format!("一票否决，一级指标{group}计0分"),
        None => format!("合计{}分", p.points.signed()),
    };
    // The tables in use end their sentences or do not.
    let sentence = p.criterion.sentence.trim_end_matches('。');
    format!("涉及{}个单位{}处，{cost}：{}。细则：{sentence}。", p.units.len(), p.lines, names.join("、"))
}

fn demands(facts: &Facts<'_>, counted: &Counted<'_>, paper: &mut Paper) {
    let mut all: Vec<(&str, String)> = vec![];
    let units = counted.units.iter().filter(|u| u.problems > 0).count();
    if units > 0 {
        let lines: usize = counted.problems.iter().map(|p| p.lines).sum();
        let text = format!(
            "请涉及的{units}个单位对照本通报和各月台账，就{lines}处问题逐项核实、整改，并按细则要求的时限和数量持续更新。"
        );
        all.push(("逐项整改。", text));
    }
    if counted.windows.due > 0 {
        let text = format!(
            "截至{}，有{}个时段即将到期而尚未看到更新，请有关单位在截止日期前发布。",
            facts.judged_at, counted.windows.due
        );
        all.push(("按期更新。", text));
    }
    if counted.windows.unknown > 0 {
        let text = format!(
            "对无法判定的{}个时段，由{}会同有关单位核实原因、恢复监测；查明之前不扣分。",
            counted.windows.unknown, facts.office
        );
        all.push(("查明无法判定的原因。", text));
    }
    all.push(("异议办理。", facts.appeal.to_owned()));
    paper.push(Block::heading("三、有关要求"));
    for (n, (head, text)) in all.iter().enumerate() {
        paper.push(Block::text(&format!("（{}）{head}{text}", numeral(n + 1))));
    }
}

fn annexes(facts: &Facts<'_>, counted: &Counted<'_>, paper: &mut Paper) {
    let month = matches!(facts.span, Span::Month(_));
    let second = if month { "本月入账明细" } else { "各指标情况" };
    paper.push(Block::text(&format!("附件：1．各单位情况；2．{second}")));
    paper.push(Block::Signature(vec![Plain::new(facts.office), Plain::new(&chinese_day(facts.made_on))]));
    paper.push(Block::NewPage);
    paper.push(Block::Table(by_unit(facts, counted)));
    let order =
        if facts.manner.rank_units { "按本年得分排列，同分同名次。" } else { "排列不分先后。" };
    paper.push(Block::note(&format!(
        "{order}“未达标”“无法判定”为时段个数；“本期扣分”“本期加（得）分”为本期入账各行之和，红冲计在被红冲的一边；“本年得分”含封顶、扣完为止和一票否决。"
    )));
    paper.push(Block::NewPage);
    paper.push(Block::Table(if month { each_line(facts, counted) } else { by_row(counted) }));
    if !month {
        paper.push(Block::note("只列没有被红冲的行；每一行的说明见各月台账。"));
    }
}

fn by_unit(facts: &Facts<'_>, counted: &Counted<'_>) -> Grid {
    let ranked = facts.manner.rank_units;
    let mut columns = vec!["单位", "类别", "考核对象", "未达标", "无法判定", "本期扣分", "本期加（得）分", "本年得分"];
    if ranked {
        columns.insert(0, "名次");
    }
    let mut units: Vec<&UnitCount<'_>> = counted.units.iter().collect();
    let score = |u: &UnitCount<'_>| facts.scores.get(&u.unit.id).copied();
    if ranked {
        units.sort_by_key(|u| std::cmp::Reverse(score(u)));
    }
    let mut grid = Grid::new("附件1　各单位情况", &columns);
    for u in &units {
        let mut row = vec![
            Cell::text(&u.unit.name),
            Cell::text(u.unit.kind.label()),
            whole(u.windows.subjects),
            whole(u.windows.breached),
            whole(u.windows.unknown),
            Cell::Points(u.deducted),
            Cell::Points(u.earned),
            score(u).map_or(Cell::Empty, Cell::Score),
        ];
        if ranked {
            let better = units.iter().filter(|o| score(o) > score(u)).count();
            row.insert(0, Cell::count(better + 1));
        }
        grid.rows.push(row);
    }
    let w = counted.windows;
    let mut total = vec![
        Cell::text("合计"),
        Cell::text(""),
        whole(w.subjects),
        whole(w.breached),
        whole(w.unknown),
        Cell::Points(units.iter().map(|u| u.deducted).sum()),
        Cell::Points(units.iter().map(|u| u.earned).sum()),
        Cell::text(""),
    ];
    if ranked {
        total.insert(0, Cell::text(""));
    }
    grid.total = Some(total);
    grid
}

fn each_line(facts: &Facts<'_>, counted: &Counted<'_>) -> Grid {
    let mut grid = Grid::new("附件2　本月入账明细", &["序号", "单位", "指标", "分值", "所属月份", "来源", "说明"]);
    let names: BTreeMap<&UnitId, &str> = facts.units.iter().map(|u| (&u.id, u.name.as_str())).collect();
    for l in &counted.lines {
        let line = &l.line;
        grid.rows.push(vec![
            Cell::Whole(l.seq),
            Cell::text(names.get(&line.unit).copied().unwrap_or(line.unit.as_str())),
            Cell::text(line.criterion.as_str()),
            Cell::Points(line.points),
            Cell::text(&line.belongs_to.to_string()),
            Cell::text(source_of(line.source, facts.rulebook.criterion(&line.criterion))),
            Cell::long(&line.text),
        ]);
    }
    let mut total = vec![Cell::text(""); 7];
    total[0] = Cell::text("合计");
    total[3] = Cell::Points(counted.lines.iter().map(|l| l.line.points).sum());
    grid.total = Some(total);
    grid
}

fn by_row(counted: &Counted<'_>) -> Grid {
    let mut grid = Grid::new("附件2　各指标情况", &["指标", "二级指标", "涉及单位", "处数", "分值合计"]);
    for p in &counted.problems {
        grid.rows.push(vec![
            Cell::text(p.criterion.id.as_str()),
            Cell::text(&p.criterion.title),
            Cell::count(p.units.len()),
            Cell::count(p.lines),
            Cell::Points(p.points),
        ]);
    }
    let mut total = vec![Cell::text(""); 5];
    total[0] = Cell::text("合计");
    total[3] = Cell::count(counted.problems.iter().map(|p| p.lines).sum());
    total[4] = Cell::Points(counted.problems.iter().map(|p| p.points).sum());
    grid.total = Some(total);
    grid
}

fn whole(n: u64) -> Cell {
    Cell::Whole(i64::try_from(n).unwrap_or(i64::MAX))
}

/// `一` … `九十九`, as headings are numbered.
fn numeral(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (n / 10, n % 10) {
        (0, d) => DIGITS[d].to_owned(),
        (1, d) => format!("十{}", DIGITS[d]),
        (t, d) if t < 10 => format!("{}十{}", DIGITS[t], DIGITS[d]),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::numeral;

    #[test]
    fn headings_are_numbered_as_documents_are() {
        let all: Vec<String> = [1, 9, 10, 11, 20, 42, 100].map(numeral).into();
        assert_eq!(all, ["一", "九", "十", "十一", "二十", "四十二", "100"]);
    }
}
