//! 公平性: how the table fell on those who are judged by it, row by row: how much could not be seen, how much people took
//! back, how late things were found.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    CriterionId, Day, Finding, FindingState, Judgement, LedgerLine, LineSource, Moment, Points, Verdict, Zone,
};
use rules::{Criterion, Rulebook};

use crate::ReportError;
use crate::circular::Windows;
use crate::grid::{Cell, Grid};
use crate::paper::{Block, Look, Paper};
use crate::span::Span;
use crate::weekly::Coverage;
use crate::workbook::{self, Sheet};

/// The form of the workbook. It rises when a column changes its meaning.
pub const SCHEMA: u32 = 1;

/// The columns.
pub const COLUMNS: [&str; 19] = [
    "指标",
    "二级指标",
    "考核对象",
    "未达标时段",
    "无法判定时段",
    "无法判定涉及对象",
    "无法判定占比",
    "豁免等时段",
    "不予认定",
    "申诉",
    "入账行",
    "分值合计",
    "红冲行",
    "红冲占比",
    "发现时滞中位数（天）",
    "发现时滞最长（天）",
    "其间检查",
    "其间有效",
    "有效占比",
];

/// What the sheet is made from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The district.
    pub district: &'a str,
    /// What it is about.
    pub span: Span,
    /// The day that it bears.
    pub made_on: Day,
    /// The scoring table.
    pub rulebook: &'a Rulebook,
    /// What the table says now of every window about which there is something to say.
    pub judgements: &'a [Judgement],
    /// How many are judged under each row: columns, accounts, units.
    pub subjects: &'a BTreeMap<CriterionId, u64>,
    /// How well the monitor has seen.
    pub coverage: Coverage,
    /// What was found.
    pub findings: &'a [Finding],
    /// The findings against which a unit has ever appealed.
    pub appealed: &'a BTreeSet<i64>,
    /// The whole ledger.
    pub lines: &'a [LedgerLine],
    /// The zone of the days.
    pub zone: Zone,
}

/// One row of the table, or all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fair {
    /// What is said of its windows.
    pub windows: Windows,
    /// Findings that a person did not accept.
    pub dismissed: usize,
    /// Findings against which a unit appealed.
    pub appealed: usize,
    /// Lines of the ledger that belong to the span, without reversals.
    pub charged: usize,
    /// What they come to, with their reversals.
    pub points: Points,
    /// Those of them that were taken back.
    pub reversed: usize,
    /// Days from the end of a window to the first judgement that it was breached.
    pub delays: Vec<i64>,
    /// Looks on the days of its windows, a look counted for each window that it speaks for.
    pub looks: u64,
    /// Good ones.
    pub good: u64,
}

impl Fair {
    fn add(&mut self, other: &Fair) {
        self.windows = self.windows.plus(other.windows);
        self.dismissed += other.dismissed;
        self.appealed += other.appealed;
        self.charged += other.charged;
        self.points += other.points;
        self.reversed += other.reversed;
        self.delays.extend(&other.delays);
        self.looks += other.looks;
        self.good += other.good;
    }

    /// The middle of all delays, and the longest.
    #[must_use]
    pub fn delay(&self) -> Option<(Points, i64)> {
        let mut days = self.delays.clone();
        days.sort_unstable();
        let (low, high) = (days.get(days.len().checked_sub(1)? / 2)?, days.get(days.len() / 2)?);
        Some((Points::from_hundredths((low + high) * 50), *days.last()?))
    }

    fn cells(&self, id: Cell, title: Cell) -> Vec<Cell> {
        let w = self.windows;
        let whole = |n: u64| Cell::Whole(i64::try_from(n).unwrap_or(i64::MAX));
        let (median, longest) =
            self.delay().map_or((Cell::Empty, Cell::Empty), |(m, l)| (Cell::Score(m), Cell::Whole(l)));
        vec![
            id,
            title,
            whole(w.subjects),
            whole(w.breached),
            whole(w.unknown),
            whole(w.blind),
            Cell::share(w.blind, w.subjects),
            whole(w.spared),
            Cell::count(self.dismissed),
            Cell::count(self.appealed),
            Cell::count(self.charged),
            Cell::Points(self.points),
            Cell::count(self.reversed),
            Cell::share(self.reversed as u64, self.charged as u64),
            median,
            longest,
            whole(self.looks),
            whole(self.good),
            Cell::share(self.good, self.looks),
        ]
    }
}

/// The sheet, row by row.
#[derive(Debug, Clone)]
pub struct Fairness<'a> {
    facts: Facts<'a>,
    /// The rows about which there is something to say, in the order of the table.
    pub rows: Vec<(&'a Criterion, Fair)>,
    /// All rows together.
    pub total: Fair,
}

impl<'a> Fairness<'a> {
    /// Counts.
    #[must_use]
    pub fn of(facts: &Facts<'a>) -> Fairness<'a> {
        let mut all: BTreeMap<&str, Fair> = BTreeMap::new();
        let days = facts.span.days();
        let within: Vec<&Judgement> = facts.judgements.iter().filter(|j| days.contains(j.key.days.last)).collect();
        for criterion in &facts.rulebook.criteria {
            let own = within.iter().filter(|j| j.key.criterion == criterion.id).map(|j| (&j.key, j.verdict));
            let windows = Windows::of(facts.subjects.get(&criterion.id).copied().unwrap_or(0), own);
            if windows.subjects > 0 {
                all.entry(criterion.id.as_str()).or_default().windows = windows;
            }
        }
        for j in within.iter().filter(|j| matches!(j.verdict, Verdict::Breached | Verdict::Unknown)) {
            let fair = all.entry(j.key.criterion.as_str()).or_default();
            fair.looks += j.proof.within_total as u64;
            fair.good += j.proof.within_good as u64;
        }
        for f in facts.findings.iter().filter(|f| days.contains(f.judgement.key.days.last)) {
            let fair = all.entry(f.judgement.key.criterion.as_str()).or_default();
            fair.dismissed += usize::from(f.state == FindingState::Dismissed);
            fair.appealed += usize::from(facts.appealed.contains(&f.id));
            if f.judgement.verdict == Verdict::Breached {
                let found = facts.zone.day(f.detected_at);
                fair.delays.push((found - f.judgement.key.days.last).num_days().max(0));
            }
        }
        let taken_back: BTreeSet<i64> = facts.lines.iter().filter_map(reversed).collect();
        for l in facts.lines.iter().filter(|l| facts.span.holds(l.line.belongs_to)) {
            let fair = all.entry(l.line.criterion.as_str()).or_default();
            fair.points += l.line.points;
            if reversed(l).is_none() {
                fair.charged += 1;
                fair.reversed += usize::from(taken_back.contains(&l.seq));
            }
        }
        let rows: Vec<(&Criterion, Fair)> =
            facts.rulebook.criteria.iter().filter_map(|c| Some((c, all.remove(c.id.as_str())?))).collect();
        let mut total = Fair::default();
        for (_, fair) in &rows {
            total.add(fair);
        }
        Fairness { facts: *facts, rows, total }
    }

    /// As a table.
    #[must_use]
    pub fn grid(&self) -> Grid {
        let mut grid = Grid::new("公平性", &COLUMNS);
        grid.frozen = 2;
        grid.rows = self.rows.iter().map(|(c, f)| f.cells(Cell::text(c.id.as_str()), Cell::text(&c.title))).collect();
        grid.total = Some(self.total.cells(Cell::text("合计"), Cell::text("")));
        grid
    }

    fn title(&self) -> String {
        format!("{}{}政务公开考核公平性分析", self.facts.district, self.facts.span.title())
    }

    /// As a document.
    #[must_use]
    pub fn paper(&self) -> Paper {
        let mut paper = Paper::new(Look::WideSheet, &[&self.title()]);
        paper.push(Block::fact("考核细则", &self.facts.rulebook.name));
        let days = self.facts.span.days();
        paper.push(Block::fact("范围", &format!("{}至{}结束的时段及所属月份在其中的台账行", days.first, days.last)));
        let c = self.facts.coverage;
        let seen = format!("共检查{}次，有效{}；看清过的栏目（账号）{}", c.looks, c.of_looks(), c.of_channels());
        paper.push(Block::fact("监测覆盖", &seen));
        paper.push(Block::fact("制表日期", &self.facts.made_on.to_string()));
        paper.push(Block::Table(Grid { name: String::new(), ..self.grid() }));
        for (name, text) in MEANING {
            paper.push(Block::note(&format!("{name}：{text}")));
        }
        paper
    }

    /// As a workbook.
    ///
    /// # Errors
    /// When a sheet takes no more rows, or the workbook cannot be packed.
    pub fn xlsx(&self, made_at: Moment) -> Result<Vec<u8>, ReportError> {
        let days = self.facts.span.days();
        let mut notes = vec![
            ("名称".to_owned(), self.title()),
            ("表格版本".to_owned(), SCHEMA.to_string()),
            ("考核细则".to_owned(), format!("{}（{}）", self.facts.rulebook.name, self.facts.rulebook.id)),
            ("范围".to_owned(), format!("{}至{}", days.first, days.last)),
            ("检查".to_owned(), self.facts.coverage.of_looks()),
            ("看清过的栏目".to_owned(), self.facts.coverage.of_channels()),
            ("制表时间".to_owned(), self.facts.zone.local(made_at)),
        ];
        notes.extend(MEANING.map(|(n, t)| (n.to_owned(), t.to_owned())));
        let sheets = [Sheet::Table(self.grid()), Sheet::Notes("说明".to_owned(), notes)];
        workbook::xlsx(&self.title(), made_at, &sheets)
    }
}

fn reversed(line: &LedgerLine) -> Option<i64> {
    if let LineSource::ReversalOf(seq) = line.line.source { Some(seq) } else { None }
}

/// How the columns are to be read.
const MEANING: [(&str, &str); 6] = [
    ("考核对象", "按该指标考核的栏目、账号、单位或事项；时段按现在掌握的检查记录重新判定，尚未结束的不在其中。"),
    ("无法判定占比", "有时段没有看清（不扣分）的对象占考核对象的份额；占比高的指标，先查监测，再谈考核。"),
    ("不予认定、申诉", "不予认定为人工复核后不计的发现；申诉为单位曾提出异议的发现，不论结果。"),
    ("红冲占比", "入账后又撤销的行占入账行的份额；分值合计已扣除红冲。"),
    ("发现时滞", "从时段最后一天到首次判定为未达标的天数。"),
    ("其间检查", "未达标和无法判定的时段之内的检查，一次检查对几个时段有用时各计一次；占比一律向下取到千分位。"),
];
