//! What was due, by the registers.

use std::collections::BTreeMap;

use super::super::script::{Day, Event};
use super::days::{rolled, working};
use super::{Key, Known, closes, table};

/// Rows of which the office states each month that the register is complete to that month's end.
const STATED: [&str; 6] = ["A1.2", "A1.3", "A2.1", "D2.1", "E2.1", "E3.1"];

/// One thing that is due, with what is known of it.
struct Matter<'s> {
    row: &'s str,
    unit: &'s str,
    code: String,
    opened: Day,
    /// The day that the paper or the table names; none where working days are counted.
    named: Option<Day>,
    /// What happened, and when.
    steps: Vec<(&'s str, Day, Option<&'s Event>)>,
}

pub(super) fn charge(known: &Known<'_>, all: &mut BTreeMap<Key, i64>) {
    let mut matters: Vec<Matter<'_>> = known.events("open").map(|e| opened(known, e)).collect();
    matters.extend(monthly(known));
    for m in &matters {
        let Some((row, late, missing)) = table::DUE.iter().find(|r| r.0 == m.row) else { continue };
        let Some(due) = m.due() else { continue };
        let waived = known.waived_matter(m, due);
        let points = match m.done() {
            _ if waived || m.steps.iter().any(|s| s.0 == "withdraw") => None,
            Some(day) if day <= due => None,
            Some(_) => *late,
            None if known.today > due && known.complete(m, due) => Some(*missing),
            None => None,
        };
        if let Some(points) = points {
            all.insert((m.unit.to_owned(), (*row).to_owned(), m.code.clone(), due), points);
        }
    }
}

fn opened<'s>(known: &Known<'s>, e: &'s Event) -> Matter<'s> {
    let steps = known.steps(&e.criterion, &e.unit, &e.code);
    let named = e.more("due").map(super::super::script::day);
    Matter { row: &e.criterion, unit: &e.unit, code: e.code.clone(), opened: e.day(), named, steps }
}

/// The sheet of each month, due on the tenth of the next.
fn monthly<'s>(known: &Known<'s>) -> Vec<Matter<'s>> {
    let mut all = Vec::new();
    for n in 0..12_u32 {
        let begin = Day::from_ymd_opt(2026, n + 1, 1).unwrap();
        let about = begin.pred_opt().unwrap();
        let (code, named) = (about.format("%Y-%m").to_string(), begin.checked_add_days(chrono::Days::new(9)).unwrap());
        let entered = closes()[n as usize].1;
        for unit in &known.script.units {
            let lived = unit.from.is_none_or(|f| f <= about.checked_sub_days(chrono::Days::new(27)).unwrap())
                && unit.until.is_none_or(|u| named <= u);
            if begin > known.today || !lived {
                continue;
            }
            let mut steps = known.steps("E2.1", &unit.id, &code);
            if entered <= known.today {
                let sheets = known.script.sheets_in(2026, n + 1);
                steps.extend(sheets.iter().filter(|s| s.0 == unit.id).map(|s| ("submit", s.2, None)));
            }
            let code = code.clone();
            all.push(Matter { row: "E2.1", unit: &unit.id, code, opened: begin, named: Some(named), steps });
        }
    }
    all
}

impl<'s> Known<'s> {
    /// What happened to a matter, without what was struck out.
    fn steps(&self, row: &str, unit: &str, code: &str) -> Vec<(&'s str, Day, Option<&'s Event>)> {
        let mine = |e: &&Event| e.criterion == row && e.unit == unit && e.code == code;
        let struck: Vec<(Option<&str>, Day)> =
            self.events("strike").filter(mine).map(|e| (e.more("step"), e.day())).collect();
        let words = ["submit", "extend", "pause", "resume", "amend", "withdraw"];
        let all = words.into_iter().flat_map(|w| self.events(w));
        let stands = |e: &&Event| !struck.contains(&(Some(e.what.as_str()), e.day()));
        let mut steps: Vec<_> = all.filter(mine).filter(stands).map(|e| (e.what.as_str(), e.day(), Some(e))).collect();
        steps.sort_by_key(|s| s.1);
        steps
    }

    fn waived_matter(&self, m: &Matter<'_>, due: Day) -> bool {
        self.events("waive").filter(|e| e.unit == m.unit && e.code.is_empty()).any(|e| {
            let holds_due = e.day() <= due && due <= e.end();
            let touches = e.day() <= due && m.opened <= e.end();
            (e.criterion.is_empty() && holds_due) || (e.criterion == m.row && touches)
        })
    }

    /// Has anybody said that the register of the row is complete up to that day?
    fn complete(&self, m: &Matter<'_>, due: Day) -> bool {
        let monthly = STATED.contains(&m.row) && closes().iter().any(|(end, on)| *on <= self.today && due <= *end);
        monthly
            || self
                .events("complete")
                .any(|e| e.criterion == m.row && (e.unit.is_empty() || e.unit == m.unit) && e.day() >= due)
    }
}

impl Matter<'_> {
    fn amended(&self) -> Option<Day> {
        self.steps.iter().filter(|s| s.0 == "amend").map(|s| s.1).max()
    }

    fn due(&self) -> Option<Day> {
        if let Some(named) = self.named {
            let until = self.steps.iter().rev().filter(|s| s.0 == "extend").find_map(|s| s.2?.more("until"));
            return rolled(until.map_or(named, super::super::script::day));
        }
        let begin = self.amended().unwrap_or(self.opened);
        let later = || self.steps.iter().filter(|s| s.1 >= begin);
        let granted = later().filter(|s| s.0 == "extend").map(|s| s.2.unwrap().more("workdays").unwrap());
        let granted: u32 = granted.map(|n| n.parse::<u32>().unwrap()).sum();
        let (mut pauses, mut open) = (Vec::new(), None);
        for (what, day, _) in later() {
            match *what {
                "pause" => open = open.or(Some(*day)),
                "resume" => pauses.extend(open.take().map(|from| (from, *day))),
                _ => {}
            }
        }
        // While it stands still it is not due.
        let due = working(begin, 20 + granted.min(20), &pauses)?;
        open.is_none_or(|from| due < from).then_some(due)
    }

    fn done(&self) -> Option<Day> {
        let begin = self.amended();
        self.steps.iter().filter(|s| s.0 == "submit" && begin.is_none_or(|b| s.1 >= b)).map(|s| s.1).min()
    }
}
