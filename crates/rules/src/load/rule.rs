//! The parameters of the kinds of criterion.

use chrono::NaiveDate;
use model::{ChannelKind, CountingMode, Points};

use super::{COUNTING, GroupIds, PERIODS, known_group};
use crate::rulebook::{Clock, Due, LateClass, QuotaScope, Rule};
use crate::toml_reader::{Table, Value};

/// The word of each kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Freshness,
    Quota,
    Availability,
    LateColumns,
    BlankColumns,
    Duty,
    Incident,
    Earned,
    Veto,
    External,
}

pub(super) const KINDS: &[(&str, Kind)] = &[
    ("freshness", Kind::Freshness),
    ("quota", Kind::Quota),
    ("availability", Kind::Availability),
    ("late-columns", Kind::LateColumns),
    ("blank-columns", Kind::BlankColumns),
    ("duty", Kind::Duty),
    ("incident", Kind::Incident),
    ("earned", Kind::Earned),
    ("veto", Kind::Veto),
    ("external", Kind::External),
];

/// Reads the parameters of one kind; each key that belongs to the kind becomes known to the table.
pub(super) fn read(table: &Table<'_>, kind: Kind, groups: &GroupIds) -> Option<Rule> {
    match kind {
        Kind::Freshness => freshness(table),
        Kind::Quota => quota(table),
        Kind::Availability => availability(table),
        Kind::LateColumns => late_columns(table),
        Kind::BlankColumns => blank_columns(table),
        Kind::Duty => duty(table),
        Kind::Incident => incident(table),
        Kind::Earned => earned(table),
        Kind::Veto => table.need("zeroes", |v| known_group(v, groups)).map(|group| Rule::Veto { group }),
        Kind::External => table.need("scored_by", Value::text).map(|scored_by| Rule::External { scored_by }),
    }
}

fn freshness(table: &Table<'_>) -> Option<Rule> {
    let channels = table.need("channels", channel_kinds);
    let window = table.need("window_days", |v| v.count(1..=3660));
    let warn_days = table.or("warn_days", 3, |v| warning(v, window));
    let counting = table.or("counting", CountingMode::EachWindow, |v| v.word(COUNTING));
    let points = table.need("points", deduction);
    Some(Rule::Freshness {
        channels: channels?,
        window_days: window?,
        warn_days: warn_days?,
        counting: counting?,
        points: points?,
    })
}

fn warning(value: &Value<'_>, window: Option<u32>) -> Option<u32> {
    let days = value.count(0..=3660)?;
    match window {
        Some(window) if days >= window => value.mistake(format!("预警天数应小于周期 {window} 天，现为 {days}")),
        _ => Some(days),
    }
}

fn quota(table: &Table<'_>) -> Option<Rule> {
    let section = table.or("scope", false, |v| v.word(&[("channel", false), ("section", true)]));
    let scope = match section {
        Some(true) => match table.get("channels") {
            None => Some(QuotaScope::Section),
            Some(v) => v.mistake("scope 为 section 时合计全部网站栏目，请删去 channels"),
        },
        Some(false) => table.need("channels", channel_kinds).map(QuotaScope::Channel),
        None => table.may("channels", channel_kinds).and(None),
    };
    let period = table.need("period", |v| v.word(PERIODS));
    let at_least = table.need("at_least", |v| v.count(1..=1000));
    let warn_days = table.or("warn_days", 2, |v| v.count(0..=92));
    let points = table.need("points", deduction);
    Some(Rule::Quota { scope: scope?, period: period?, at_least: at_least?, warn_days: warn_days?, points: points? })
}

fn availability(table: &Table<'_>) -> Option<Rule> {
    let channels = table.need("channels", channel_kinds);
    let slot = table.or("slot_minutes", 60, |v| v.count(5..=1440));
    let per_day = table.need("per_day", |v| {
        let visits = v.count(1..=288)?;
        match slot {
            Some(slot) if visits * slot > 1440 => {
                v.mistake(format!("每{slot}分钟至多计一次访问，一天不可能满{visits}次，请改小"))
            }
            _ => Some(visits),
        }
    });
    let timeout = table.need("timeout_seconds", |v| v.count(1..=600));
    let failed = table.need("failed_percent", |v| v.count(1..=100));
    let warn = table.or("warn_percent", failed.unwrap_or(100), |v| match (v.count(1..=100)?, failed) {
        (warn, Some(failed)) if warn > failed => v.mistake(format!("预警比例不应大于 failed_percent（{failed}）")),
        (warn, _) => Some(warn),
    });
    let points = table.need("points", deduction);
    Some(Rule::Availability {
        channels: channels?,
        per_day: per_day?,
        slot_minutes: slot?,
        timeout_seconds: timeout?,
        failed_percent: failed?,
        warn_percent: warn?,
        points: points?,
    })
}

fn late_columns(table: &Table<'_>) -> Option<Rule> {
    let classes = table.need("columns", |v| {
        let classes = v.each(|c| late_class(&c.table()?))?;
        if classes.is_empty() {
            return v.mistake("至少要写一类栏目");
        }
        for (i, class) in classes.iter().enumerate() {
            let again = class.channels.iter().find(|k| classes[..i].iter().any(|c| c.channels.contains(k)));
            if let Some(kind) = again {
                return v.mistake(format!("栏目类别「{}」写了两次，请删去一处", kind.word()));
            }
        }
        Some(classes)
    });
    let period = table.need("period", |v| v.word(PERIODS));
    let at_least = table.need("at_least", |v| v.count(1..=1000));
    let points = table.need("points", deduction);
    Some(Rule::LateColumns { classes: classes?, period: period?, at_least: at_least?, points: points? })
}

fn late_class(table: &Table<'_>) -> Option<LateClass> {
    let channels = table.need("channels", columns);
    let window = table.need("window_days", |v| v.count(1..=3660));
    table.finish();
    Some(LateClass { channels: channels?, window_days: window? })
}

fn blank_columns(table: &Table<'_>) -> Option<Rule> {
    let channels = table.or("channels", Vec::new(), columns);
    let period = table.need("period", |v| v.word(PERIODS));
    let at_least = table.need("at_least", |v| v.count(1..=1000));
    let points = table.need("points", deduction);
    Some(Rule::BlankColumns { channels: channels?, period: period?, at_least: at_least?, points: points? })
}

fn columns(value: &Value<'_>) -> Option<Vec<ChannelKind>> {
    let kinds = channel_kinds(value)?;
    match kinds.iter().find(|k| !k.is_column()) {
        Some(kind) => value.mistake(format!("「{}」不是网站栏目，请删去", kind.word())),
        None => Some(kinds),
    }
}

fn duty(table: &Table<'_>) -> Option<Rule> {
    let due = table.need("due", due);
    let late = table.may("late", figure);
    let missing = table.need("missing", figure);
    let channels = table.or("channels", Vec::new(), channel_kinds);
    Some(Rule::Duty { due: due?, late: late?, missing: missing?, channels: channels? })
}

/// The clock of a row: its own due rule for a duty; for letters and surveys, where other offices give the points, a count of
/// working days in `clock`.
pub(super) fn clock(table: &Table<'_>, kind: Kind, rule: Option<&Rule>) -> Option<Option<Clock>> {
    let due = match (kind, rule) {
        (Kind::Duty, Some(Rule::Duty { due, .. })) => Some(*due),
        (Kind::Duty, _) => None,
        (Kind::External | Kind::Earned, _) => match table.may("clock", only_workdays)? {
            Some(due) => Some(due),
            None => return Some(None),
        },
        _ => return Some(None),
    };
    // In a year there is time for a fortnight's warning, in a month or a row of working days there is not.
    let warn = if matches!(due, Some(Due::Yearly { .. })) { 14 } else { 3 };
    let warn_days = table.or("warn_days", warn, |v| v.count(0..=92));
    let roll = table.or("roll", true, Value::boolean);
    let extension = table.or("extension_workdays", 20, |v| v.count(0..=366));
    Some(Some(Clock { due: due?, warn_days: warn_days?, roll: roll?, extension: extension? }))
}

fn only_workdays(value: &Value<'_>) -> Option<Due> {
    match due(value)? {
        due @ Due::Workdays(_) => Some(due),
        _ => value.mistake("应写作 { workdays = 5 }"),
    }
}

fn due(value: &Value<'_>) -> Option<Due> {
    if !value.is_table() {
        return value.word(&[("by-item", Due::ByItem)]);
    }
    let table = value.table()?;
    let ways = [table.may("yearly", yearly), table.may("monthly", monthly), table.may("workdays", workdays)];
    table.finish();
    let [a, b, c] = ways;
    let found: Vec<Due> = [a?, b?, c?].into_iter().flatten().collect();
    match found.as_slice() {
        [one] => Some(*one),
        _ => value
            .mistake("期限应恰好写一种：{ yearly = \"01-31\" }、{ monthly = 10 }、{ workdays = 20 } 或 \"by-item\""),
    }
}

fn yearly(value: &Value<'_>) -> Option<Due> {
    let text = value.text()?;
    let read = text.split_once('-').and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)));
    // A date that not every year has would make the duty vanish in the others.
    match read.filter(|(month, day)| NaiveDate::from_ymd_opt(2023, *month, *day).is_some()) {
        Some((month, day)) => Some(Due::Yearly { month, day }),
        None => value.mistake(format!("「{text}」不是每年都有的日期，应写作 09-30（月-日）")),
    }
}

fn monthly(value: &Value<'_>) -> Option<Due> {
    value.count(1..=28).map(|day| Due::Monthly { day })
}

fn workdays(value: &Value<'_>) -> Option<Due> {
    value.count(1..=366).map(Due::Workdays)
}

fn incident(table: &Table<'_>) -> Option<Rule> {
    let points = table.need("points", deduction);
    let needs_evidence = table.or("needs_evidence", false, Value::boolean);
    Some(Rule::Incident { points: points?, needs_evidence: needs_evidence? })
}

fn earned(table: &Table<'_>) -> Option<Rule> {
    let points = table.need("points", gain);
    let cap = table.may("cap", gain);
    Some(Rule::Earned { points: points?, cap: cap? })
}

/// A deduction, or `"none"` where the figure is not verified: the loader lets such a row only be on trial.
fn deduction(value: &Value<'_>) -> Option<Points> {
    if value.is_word("none") {
        return Some(Points::ZERO);
    }
    figure(value)
}

fn figure(value: &Value<'_>) -> Option<Points> {
    let points = value.points()?;
    if points.is_negative() {
        Some(points)
    } else {
        value.mistake(format!("扣分应为负数，例如 -2，现为 {points}"))
    }
}

fn gain(value: &Value<'_>) -> Option<Points> {
    let points = value.points()?;
    if points > Points::ZERO {
        Some(points)
    } else {
        value.mistake(format!("得分应为正数，例如 1，现为 {points}"))
    }
}

fn channel_kinds(value: &Value<'_>) -> Option<Vec<ChannelKind>> {
    let words: Vec<(&str, ChannelKind)> = ChannelKind::ALL.iter().map(|k| (k.word(), *k)).collect();
    let kinds = value.each(|v| v.word(&words))?;
    if kinds.is_empty() {
        return value.mistake("至少要写一类栏目");
    }
    for (i, kind) in kinds.iter().enumerate() {
        if kinds[..i].contains(kind) {
            return value.mistake(format!("栏目类别「{}」写了两次，请删去一处", kind.word()));
        }
    }
    Some(kinds)
}
