//! 到期提醒: what is about to be missed, said while it can still be done.
//!
//! The ladder is pure: which step is due is a matter of two days and the steps that the office has set.

use askama::Template;
use model::{Channel, Day, Finding, Outcome, UnitId, Verdict};
use rules::Criterion;

use crate::ReportError;
use crate::text::Plain;
use crate::weekly::{DueLine, Letter, Place, Refused, belongs, letter};

/// The step of the ladder that a window which ends on `by` stands on at `today`: the smallest one that is not smaller than
/// the days left. None: it is not yet time, or too late.
///
/// `until` is the last day before the next reminder can be sent: on the Friday before a quiet weekend, its Sunday. What
/// would come due on the way is due today.
#[must_use]
pub fn step(steps: &[u16], by: Day, today: Day, until: Day) -> Option<u16> {
    if by < today {
        return None;
    }
    let left = (by - until.max(today)).num_days().max(0);
    steps.iter().copied().filter(|s| i64::from(*s) >= left).min()
}

/// One thing that is about to be missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderLine {
    /// What is due, where and by when.
    pub due: DueLine,
    /// Said when the monitor has not been able to look: the unit may have published already.
    pub unseen: Option<String>,
}

/// The reminder to one unit: one a day at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    district: Plain,
    today: Day,
    unit: UnitId,
    unit_name: Plain,
    lines: Vec<ReminderLine>,
}

impl Reminder {
    /// An empty one.
    #[must_use]
    pub fn new(district: &str, today: Day, unit: UnitId, unit_name: &str) -> Reminder {
        Reminder { district: Plain::new(district), today, unit, unit_name: Plain::new(unit_name), lines: vec![] }
    }

    /// Takes one finding that is due soon; another one is left out. `latest` is what came of the channel's latest look.
    ///
    /// # Errors
    /// When the finding is another unit's, or `criterion` or `channel` are not the finding's own.
    pub fn add(
        &mut self,
        finding: &Finding,
        criterion: &Criterion,
        channel: Option<&Channel>,
        latest: Option<Outcome>,
    ) -> Result<(), Refused> {
        belongs(finding, &self.unit, criterion, channel)?;
        if finding.judgement.verdict != Verdict::DueSoon {
            return Ok(());
        }
        let unseen = latest.filter(|o| !o.is_good()).map(|o| {
            format!("系统最近一次检查未成功（{}），可能没有看到最新内容；如已发布，请忽略本条或告知我们", o.text())
        });
        let due = DueLine::of(finding, criterion, Place::of(finding, channel), self.today);
        self.lines.push(ReminderLine { due, unseen });
        self.lines.sort_by(|a, b| {
            (a.due.by, &a.due.criterion, a.due.number).cmp(&(b.due.by, &b.due.criterion, b.due.number))
        });
        Ok(())
    }

    /// Is there nothing to remind of?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What is due, the nearest first.
    #[must_use]
    pub fn lines(&self) -> &[ReminderLine] {
        &self.lines
    }

    /// The letter as it is sent.
    ///
    /// # Errors
    /// When a template fails.
    pub fn render(&self) -> Result<Letter, ReportError> {
        let subject = Subject { r: self }.render()?;
        let text = Text { r: self }.render()?;
        let html = Html { r: self }.render()?;
        Ok(letter(&subject, &text, &html))
    }
}

#[derive(Template)]
#[template(path = "reminder/subject.txt")]
struct Subject<'a> {
    r: &'a Reminder,
}

#[derive(Template)]
#[template(path = "reminder/letter.txt")]
struct Text<'a> {
    r: &'a Reminder,
}

#[derive(Template)]
#[template(path = "reminder/letter.html")]
struct Html<'a> {
    r: &'a Reminder,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_step_is_the_one_that_is_still_true() {
        let steps = [4, 2, 0];
        let at = |today: &str| step(&steps, day("2026-03-20"), day(today), day(today));
        assert_eq!(at("2026-03-15"), None, "five days are not yet four");
        let walked = ["2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19", "2026-03-20"].map(at);
        assert_eq!(walked, [Some(4), Some(4), Some(2), Some(2), Some(0)]);
        assert_eq!(at("2026-03-21"), None, "over");
    }

    #[test]
    fn what_comes_due_on_a_quiet_weekend_is_said_before_it() {
        let (friday, sunday) = (day("2026-03-20"), day("2026-03-22"));
        let at = |by: &str| step(&[4, 2, 0], day(by), friday, sunday);
        assert_eq!(at("2026-03-21"), Some(0), "its last day is the Saturday");
        assert_eq!(at("2026-03-22"), Some(0));
        assert_eq!(at("2026-03-24"), Some(2));
        assert_eq!(at("2026-03-26"), Some(4));
        assert_eq!(at("2026-03-27"), None);
        assert_eq!(at("2026-03-19"), None, "over before");
    }

    proptest::proptest! {
        #[test]
        fn walking_day_by_day_gives_each_step_once_and_downtime_gives_only_the_last(
            steps in proptest::collection::btree_set(0u16..40, 1..5), seen in proptest::collection::vec(proptest::bool::ANY, 50))
        {
            let steps: Vec<u16> = steps.into_iter().collect();
            let by = day("2026-03-31");
            let mut given: Vec<u16> = vec![];
            for (n, up) in seen.iter().enumerate() {
                let today = by - chrono::TimeDelta::days(49 - n as i64);
                let Some(step) = step(&steps, by, today, today).filter(|_| *up) else { continue };
                if given.iter().all(|g| step < *g) {
                    given.push(step);
                }
                // What was missed while the program was down is not made up for.
                proptest::prop_assert!(i64::from(step) >= (by - today).num_days());
                let nearer = steps.iter().any(|s| *s < step && i64::from(*s) >= (by - today).num_days());
                proptest::prop_assert!(!nearer);
            }
            proptest::prop_assert!(given.windows(2).all(|w| w[1] < w[0]));
            if seen.iter().all(|up| *up) {
                proptest::prop_assert_eq!(given, steps.iter().rev().copied().collect::<Vec<_>>());
            }
        }
    }
}
