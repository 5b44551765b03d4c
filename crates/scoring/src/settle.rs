//! 结账: which lines the close of a month posts.

mod entries;
mod findings;
mod reversals;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Charges, CriterionId, Finding, LedgerLine, LineSource, Month, NewLine, Points, RegisterEntry, Unit, UnitId,
};
use rules::{Criterion, Rulebook};

/// Everything that the close of one month rests on.
///
/// `findings` may be all of them, or only those that could be posted: what stands in the ledger is not posted again.
#[derive(Debug, Clone, Copy)]
pub struct Settlement<'a> {
    /// The scoring table.
    pub rulebook: &'a Rulebook,
    /// The units that are scored.
    pub units: &'a [Unit],
    /// The month that is being closed.
    pub month: Month,
    /// Findings under this rulebook.
    pub findings: &'a [Finding],
    /// The whole register: an entry that cancels another must be seen together with it.
    pub register: &'a [RegisterEntry],
    /// Lines that people's decisions take back.
    pub to_reverse: &'a [LedgerLine],
    /// The whole ledger so far.
    pub existing: &'a [LedgerLine],
    /// The months that are closed already.
    pub closed: &'a [Month],
}

/// Why something that was handed in makes no line in this close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Why {
    /// The month is closed and takes no line.
    #[error("该月已结账，不再记入任何一行；请在未结账的月份补记")]
    MonthClosed,
    /// It stands in the ledger.
    #[error("已经入账")]
    Posted,
    /// It ends or happened after the month.
    #[error("属于以后的月份")]
    LaterMonth,
    /// The verdict is no breach.
    #[error("判定结果不是“未达标”，不扣分")]
    NotBreached,
    /// It waits for a person.
    #[error("须经人工确认后才能入账；请先确认或不予认定")]
    Unconfirmed,
    /// It stands in the ledger, costs more by now, and a person has only confirmed what it cost then.
    #[error("已按原分值入账；现查明分值更大，但该指标须经人工确认，仍按原分值计")]
    MoreUnconfirmed,
    /// Another office gives the points, or there are none: only shown.
    #[error("该指标不由本表按期限扣分，此处只作提示")]
    Elsewhere,
    /// It could not be judged: the monitor's debt, or a register of which nobody has said that it is complete.
    #[error("无法判定，不扣分；请查看 duban explain 所列原因")]
    Unknown,
    /// A person has dismissed it, or later evidence has unmade it.
    #[error("已不予认定、已撤回或已红冲")]
    Withdrawn,
    /// The row is on trial.
    #[error("该指标试运行，不计分、不入账")]
    OnTrial,
    /// It was found under another rulebook.
    #[error("属于另一部考核细则；请用该细则结账")]
    OtherRulebook,
    /// The rulebook has no such row.
    #[error("考核细则中没有这一指标；请核对指标编号")]
    UnknownCriterion,
    /// The configuration has no such unit.
    #[error("单位配置中没有这一单位；请核对单位编号")]
    UnknownUnit,
    /// The row is not for this unit.
    #[error("该指标不适用于这一单位")]
    NotForUnit,
    /// The unit was not scored on that day.
    #[error("当日该单位不在考核期内")]
    OutsideLife,
    /// A later entry takes it back, or it is itself the taking back of another.
    #[error("登记已被撤销，或本条即为撤销登记")]
    Cancelled,
    /// The row demands a file.
    #[error("该指标须附佐证材料；请补充后重新登记")]
    NoEvidence,
    /// An external row without points.
    #[error("该指标由其他部门评分；请登记所评分值")]
    NoPoints,
    /// The row is found by looking, not entered.
    #[error("该指标由监测系统发现，不接受登记")]
    NotRegistrable,
    /// More points than any table gives.
    #[error("分值超出合理范围（一百万分）；请核对次数和分值")]
    TooMany,
    /// A reversal is not reversed: the finding or entry is posted anew instead.
    #[error("红冲行不能再红冲")]
    ReversalOfReversal,
}

/// Something that makes no line, and why: nothing that was found or entered is dropped without a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The unit.
    pub unit: UnitId,
    /// The criterion.
    pub criterion: CriterionId,
    /// The finding, register entry or line.
    pub source: LineSource,
    /// Why.
    pub why: Why,
}

/// The lines that this close posts, ordered by unit, criterion, month that they belong to, and source.
///
/// Settling again with those lines in the ledger yields nothing, and a closed month yields nothing.
#[must_use]
pub fn settle(input: &Settlement<'_>) -> Vec<NewLine> {
    if input.closed.contains(&input.month) {
        return Vec::new();
    }
    let mut lines: Vec<NewLine> = decide(input).into_iter().filter_map(|d| d.outcome.ok()).collect();
    lines.sort_by(|a, b| place(a).cmp(&place(b)));
    lines
}

/// What was handed in and makes no line in this close, in the order of [`settle`].
#[must_use]
pub fn left_out(input: &Settlement<'_>) -> Vec<LeftOut> {
    let closed = input.closed.contains(&input.month);
    let mut out: Vec<LeftOut> = decide(input)
        .into_iter()
        .filter_map(|d| {
            let why = match d.outcome {
                Err(why) => why,
                Ok(_) if closed => Why::MonthClosed,
                Ok(_) => return None,
            };
            Some(LeftOut { unit: d.unit, criterion: d.criterion, source: d.source, why })
        })
        .collect();
    out.sort();
    out
}

fn place(line: &NewLine) -> (&UnitId, &CriterionId, Month, LineSource) {
    (&line.unit, &line.criterion, line.belongs_to, line.source)
}

/// One thing that was handed in, and the line that it makes or the reason why it makes none.
struct Decision {
    unit: UnitId,
    criterion: CriterionId,
    source: LineSource,
    outcome: Result<NewLine, Why>,
}

/// Each source once, however often it was handed in.
fn decide(input: &Settlement<'_>) -> Vec<Decision> {
    let context = Context::new(input);
    let mut seen = BTreeSet::new();
    let all = findings::decide(&context).chain(entries::decide(&context)).chain(reversals::decide(&context));
    all.filter(|d| seen.insert(d.source)).collect()
}

/// The input with what is looked up again and again.
struct Context<'a> {
    input: &'a Settlement<'a>,
    units: BTreeMap<&'a UnitId, &'a Unit>,
    posted: BTreeSet<LineSource>,
    charges: Charges,
    cancelled: BTreeSet<i64>,
}

impl<'a> Context<'a> {
    fn new(input: &'a Settlement<'a>) -> Context<'a> {
        Context {
            input,
            units: input.units.iter().map(|u| (&u.id, u)).collect(),
            posted: input.existing.iter().map(|l| l.line.source).collect(),
            charges: Charges::of(input.existing),
            cancelled: entries::cancelled(input.register),
        }
    }

    /// The row, where it is one of this rulebook and applies to this unit on that day.
    fn row(&self, unit: &UnitId, criterion: &CriterionId, day: model::Day) -> Result<&'a Criterion, Why> {
        let row = self.input.rulebook.criterion(criterion).ok_or(Why::UnknownCriterion)?;
        let unit = self.units.get(unit).ok_or(Why::UnknownUnit)?;
        if !row.applies_to(unit) {
            return Err(Why::NotForUnit);
        }
        let alive = unit.from.is_none_or(|f| f <= day) && unit.until.is_none_or(|u| day <= u);
        if alive { Ok(row) } else { Err(Why::OutsideLife) }
    }

    fn line(&self, belongs_to: Month, unit: &UnitId, row: &CriterionId, points: Points, source: LineSource) -> NewLine {
        NewLine {
            month: self.input.month,
            belongs_to,
            unit: unit.clone(),
            rulebook: self.input.rulebook.id.clone(),
            criterion: row.clone(),
            points,
            source,
            text: String::new(),
        }
    }
}

/// No table gives a million points; what goes beyond is a slip of the pen, and would overflow sums.
fn bounded(each: Points, count: u32) -> Result<Points, Why> {
    let most = Points::whole(1_000_000);
    let total = each.times(i64::from(count.max(1)));
    if total > most || total < -most { Err(Why::TooMany) } else { Ok(total) }
}
