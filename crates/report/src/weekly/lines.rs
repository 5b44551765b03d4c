//! What a letter says of one finding.

use model::{Channel, ChannelId, Day, DayRange, Finding, FindingState, Flag, Points};
use rules::{Criterion, Rule};

use super::Blindness;
use crate::text::Plain;

/// Titles from websites are quoted up to this many characters.
const TITLE: usize = 80;

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `工作动态`, or the id where the name is not known, or the whole section.
    pub name: Plain,
    /// Its address, shown as text and never as a link that could be something else.
    pub url: Plain,
}

impl Place {
    pub(crate) fn of(finding: &Finding, channel: Option<&Channel>) -> Place {
        match finding.judgement.key.scope.channel() {
            Some(id) => Place::of_channel(id, channel),
            None => Place { name: whole(finding), url: Plain::default() },
        }
    }

    /// A channel, by its name where it is still known.
    #[must_use]
    pub fn of_channel(id: &ChannelId, channel: Option<&Channel>) -> Place {
        match channel {
            Some(c) => Place { name: Plain::short(&c.name, TITLE), url: Plain::short(&c.url, 300) },
            None => Place { name: Plain::new(id.as_str()), url: Plain::default() },
        }
    }
}

/// The matter, or the whole section.
fn whole(finding: &Finding) -> Plain {
    match &finding.judgement.proof.matter {
        Some(matter) => Plain::short(&format!("{}《{}》", matter.code, matter.title), TITLE),
        None => Plain::new("全部网站栏目"),
    }
}

/// 新增问题: a window that was proved silent or a period that was proved short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachLine {
    /// The finding's number.
    pub number: i64,
    /// The row of the table.
    pub criterion: Plain,
    /// Its title.
    pub title: Plain,
    /// Its sentence, verbatim.
    pub sentence: Plain,
    /// Where.
    pub place: Place,
    /// First and last day.
    pub days: DayRange,
    /// `14天内未更新` or `应发布1条，缺1条`.
    pub what: String,
    /// How it is counted, in Chinese.
    pub how: &'static str,
    /// What it costs.
    pub points: Points,
    /// Remarks, in Chinese.
    pub flags: Vec<&'static str>,
    /// The last item before: its title and the date that counts.
    pub last: Option<(Plain, String)>,
    /// What would have been enough.
    pub enough: Plain,
    /// Where it stands, in Chinese.
    pub state: &'static str,
}

impl BreachLine {
    pub(super) fn of(finding: &Finding, criterion: &Criterion, place: Place) -> BreachLine {
        let judgement = &finding.judgement;
        BreachLine {
            number: finding.id,
            criterion: Plain::new(criterion.id.as_str()),
            title: Plain::new(&criterion.title),
            sentence: Plain::new(&criterion.sentence),
            place,
            days: judgement.key.days,
            what: what(finding, criterion),
            how: judgement.mode.label(),
            points: judgement.points,
            flags: judgement.flags.iter().map(|f| f.label()).collect(),
            last: judgement.proof.last_before.as_ref().map(|i| {
                let day = i.effective.map_or_else(|| "无日期".to_owned(), |d| d.to_string());
                (Plain::short(&i.title, TITLE), day)
            }),
            enough: Plain::short(&judgement.proof.enough, 300),
            state: if criterion.is_on_trial() { "试运行，不计分" } else { finding.state.label() },
        }
    }
}

pub(crate) fn what(finding: &Finding, criterion: &Criterion) -> String {
    match &criterion.rule {
        Rule::Freshness { window_days, .. } => format!("连续{window_days}天未更新"),
        Rule::Quota { at_least, .. } => format!("应发布{at_least}条，缺{}条", finding.judgement.missing),
        Rule::Availability { failed_percent, .. } => format!("打不开的访问达到{failed_percent}%"),
        Rule::LateColumns { at_least, .. } => format!("超期未更新的栏目达到{at_least}个"),
        Rule::BlankColumns { at_least, .. } => format!("空白栏目达到{at_least}个"),
        _ if finding.judgement.flags.contains(&Flag::Late) => "逾期完成".to_owned(),
        _ => "未按要求完成".to_owned(),
    }
}

/// 即将到期: still open, still silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLine {
    /// The finding's number.
    pub number: i64,
    /// The row of the table.
    pub criterion: Plain,
    /// Its title.
    pub title: Plain,
    /// Where.
    pub place: Place,
    /// The last day on which it can still be done.
    pub by: Day,
    /// Days left after today; zero: today is the last.
    pub days_left: i64,
    /// What is needed.
    pub enough: Plain,
}

impl DueLine {
    pub(crate) fn of(finding: &Finding, criterion: &Criterion, place: Place, today: Day) -> DueLine {
        let by = finding.judgement.key.days.last;
        DueLine {
            number: finding.id,
            criterion: Plain::new(criterion.id.as_str()),
            title: Plain::new(&criterion.title),
            place,
            by,
            days_left: (by - today).num_days(),
            enough: Plain::short(&finding.judgement.proof.enough, 300),
        }
    }

    /// `还剩3天`, `今天截止`.
    #[must_use]
    pub fn left(&self) -> String {
        match self.days_left {
            n if n > 0 => format!("还剩{n}天"),
            0 => "今天截止".to_owned(),
            n => format!("已过{}天，待核实", -n),
        }
    }
}

/// 无法判定: the monitor's debt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLine {
    /// The finding's number.
    pub number: i64,
    /// The row of the table.
    pub criterion: Plain,
    /// Its title.
    pub title: Plain,
    /// Where.
    pub place: Place,
    /// First and last day.
    pub days: DayRange,
    /// Why, whose matter it is, and what to do.
    pub why: Blindness,
    /// What is missing to decide.
    pub enough: Plain,
}

impl UnknownLine {
    pub(super) fn of(finding: &Finding, criterion: &Criterion, place: Place, why: Blindness) -> UnknownLine {
        UnknownLine {
            number: finding.id,
            criterion: Plain::new(criterion.id.as_str()),
            title: Plain::new(&criterion.title),
            place,
            days: finding.judgement.key.days,
            why,
            enough: Plain::short(&finding.judgement.proof.enough, 300),
        }
    }
}

/// 不扣分: waived, declared empty, not applicable, dismissed, taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SparedLine {
    /// The finding's number.
    pub number: i64,
    /// The row of the table.
    pub criterion: Plain,
    /// Its title.
    pub title: Plain,
    /// Where.
    pub place: Place,
    /// First and last day.
    pub days: DayRange,
    /// `已豁免`, `不适用`, `不予认定` …
    pub because: &'static str,
}

impl SparedLine {
    pub(super) fn of(finding: &Finding, criterion: &Criterion, place: Place) -> SparedLine {
        let because =
            if is_taken_back(finding.state) { finding.state.label() } else { finding.judgement.verdict.label() };
        SparedLine {
            number: finding.id,
            criterion: Plain::new(criterion.id.as_str()),
            title: Plain::new(&criterion.title),
            place,
            days: finding.judgement.key.days,
            because,
        }
    }
}

pub(super) fn is_taken_back(state: FindingState) -> bool {
    matches!(state, FindingState::Dismissed | FindingState::Retracted | FindingState::Reversed)
}
