//! Registers told in text, beside the verdicts on them.
//!
//! ```text
//! matter D2.1 jyj 2026-001 03-02 [due D]     a matter and the day on which it began
//! submit D · pause D · resume D · amend D · withdraw D · extend D N · extend-to D D     what happened to the last one
//! … [on D]                                    when it was entered; else on the day itself
//! strike N · instead N …                      the N-th entry of the last matter was wrong; and what is right
//! complete E2.1 [jyj] D [on D]                the register is complete up to that day
//! ```
//! Units, waivers and the day of judgement are told as in [`crate::story`].

use std::sync::LazyLock;

use model::{Completeness, Day, Judgement, Matter, MatterEntry, MatterStep, Workdays};
use rules::{Registers, Rulebook, judge_duties};

use crate::story::{Story, compare, day, days, evening};

/// The notices of 2025 and 2026.
pub(crate) static CALENDAR: LazyLock<Workdays> = LazyLock::new(|| {
    let mut w = Workdays::default();
    let all =
        |text: &str| -> Vec<Day> { text.split_whitespace().flat_map(|t| days(t).days().collect::<Vec<_>>()).collect() };
    let off = "2025-01-01 2025-01-28..2025-02-04 2025-04-04..2025-04-06 2025-05-01..2025-05-05 2025-05-31..2025-06-02 \
               2025-10-01..2025-10-08";
    w.add_notice(2025, all(off), all("2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11"));
    let off = "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07";
    w.add_notice(2026, all(off), all("01-04 02-14 02-28 05-09 09-20 10-10"));
    w
});

pub(crate) fn no_registers() -> Registers<'static> {
    Registers { matters: &[], complete: &[], workdays: &CALENDAR }
}

#[derive(Default)]
pub(crate) struct Told {
    pub(crate) matters: Vec<Matter>,
    pub(crate) complete: Vec<Completeness>,
}

impl Told {
    fn line(&mut self, words: &[&str]) -> bool {
        let after = |name: &str| words.iter().position(|w| *w == name).map(|i| words[i + 1]);
        let on = |d: Day| evening(after("on").map_or(d, day));
        match words[0] {
            "matter" => self.matters.push(Matter {
                id: self.matters.len() as i64 + 1,
                criterion: words[1].parse().unwrap(),
                unit: words[2].parse().unwrap(),
                code: words[3].parse().unwrap(),
                title: "事项".to_owned(),
                opened: day(words[4]),
                due: after("due").map(day),
                document: None,
                evidence: None,
                who: "李四".to_owned(),
                recorded_at: on(day(words[4])),
                entries: vec![],
            }),
            "complete" => {
                let (unit, d) = match words[2].parse::<model::UnitId>() {
                    Ok(unit) if words[2].len() != 5 => (Some(unit), words[3]),
                    _ => (None, words[2]),
                };
                self.complete.push(Completeness {
                    id: self.complete.len() as i64 + 1,
                    criterion: words[1].parse().unwrap(),
                    unit,
                    through: day(d),
                    note: String::new(),
                    who: "李四".to_owned(),
                    recorded_at: on(model::calendar::shift(day(d), 1)),
                    cancels: after("cancels").map(|n| n.parse().unwrap()),
                });
            }
            "strike" => self.enter(MatterStep::Struck, day(after("on").unwrap()), on, Some(words[1].parse().unwrap())),
            "instead" => {
                let (step, d) = step(&words[2..]).unwrap();
                self.enter(step, d, on, Some(words[1].parse().unwrap()));
            }
            _ => {
                let Some((step, d)) = step(words) else { return false };
                self.enter(step, d, on, None);
            }
        }
        true
    }

    fn enter(&mut self, step: MatterStep, day: Day, on: impl Fn(Day) -> model::Moment, corrects: Option<i64>) {
        let entries = &mut self.matters.last_mut().unwrap().entries;
        entries.push(MatterEntry {
            id: entries.len() as i64 + 1,
            step,
            day,
            note: String::new(),
            evidence: None,
            who: "李四".to_owned(),
            recorded_at: on(day),
            corrects,
        });
    }
}

fn step(words: &[&str]) -> Option<(MatterStep, Day)> {
    let step = match words[0] {
        "submit" => MatterStep::Submitted,
        "pause" => MatterStep::Paused,
        "resume" => MatterStep::Resumed,
        "amend" => MatterStep::Amended,
        "withdraw" => MatterStep::Withdrawn,
        "extend" => MatterStep::ExtendedBy(words[2].parse().unwrap()),
        "extend-to" => MatterStep::ExtendedTo(day(words[2])),
        _ => return None,
    };
    Some((step, day(words[1])))
}

/// Judges what is told under a rulebook, and gives what is said of one row.
pub(crate) fn judged(book: &Rulebook, criterion: &str, text: &str) -> Vec<Judgement> {
    let mut told = Told::default();
    let rest: Vec<&str> = text
        .lines()
        .filter(|l| {
            let words: Vec<&str> = l.split_whitespace().collect();
            words.is_empty() || !told.line(&words)
        })
        .collect();
    let mut story = Story::told(&rest.join("\n"));
    if story.units.is_empty() {
        story.units.push(crate::story::unit("jyj", model::UnitKind::Department));
    }
    let registers = Registers { matters: &told.matters, complete: &told.complete, workdays: &CALENDAR };
    let found = judge_duties(&rules::Case { rulebook: book, ..story.case() }, &registers);
    found.into_iter().filter(|j| j.key.criterion.as_str() == criterion).collect()
}

/// Tells, judges and compares.
#[track_caller]
pub(crate) fn check(criterion: &str, text: &str, expected: &str) {
    compare(&judged(&crate::story::BOOK, criterion, text), expected);
}
