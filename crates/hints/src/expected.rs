//! B1.4 应更新未更新: what a column must publish by a certain day, where the office has said so.

use chrono::Datelike;
use model::{Confidence, Day, DayRange, Month, Period, PeriodKind};

use crate::text::short;
use crate::{Hint, quote};

/// What a column publishes regularly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// As the office calls it: 统计月报.
    pub what: String,
    /// For each such period.
    pub every: PeriodKind,
    /// By this day of the month that follows the period.
    pub by_day: u32,
    /// An item counts whose title holds one of these words; none: any item.
    pub words: Vec<String>,
}

impl Expected {
    /// The day by which the item for that period is due: a month that is shorter ends it.
    fn due(&self, period: &DayRange) -> Day {
        let month = Month::of(period.last).next();
        month.days().first.with_day(self.by_day).unwrap_or(month.days().last)
    }
}

/// A good look of the column: its day, and from when on its list was complete (none: from ever on).
pub type Seen = (Day, Option<Day>);

/// For each period that is over and due: is there an item? A period counts only where a look after its due day was complete
/// from its first day on: what was not seen is not asked about, and neither is what begins before `since`.
#[must_use]
pub fn missing(expected: &Expected, items: &[(&str, Day)], since: Day, looks: &[Seen]) -> Vec<(Day, Hint)> {
    let mut found = Vec::new();
    let Some(seen_until) = looks.iter().map(|l| l.0).max() else { return found };
    let mut period = Period::of(expected.every, since);
    // At most ten years of months.
    for _ in 0..120 {
        let days = period.days();
        let due = expected.due(&days);
        if due >= seen_until {
            break;
        }
        let proved = looks.iter().any(|(day, from)| *day > due && from.is_none_or(|f| f <= days.first));
        let fits = |title: &str| expected.words.is_empty() || expected.words.iter().any(|w| title.contains(w.as_str()));
        // What came late has been updated: the table speaks of what was not.
        let is_it = |title: &str, day: Day| {
            days.first <= day && day <= seen_until && fits(title) && of_period(title, &days, due, day)
        };
        let there = items.iter().any(|(title, day)| is_it(title, *day));
        if days.first >= since && proved && !there {
            let name = format!("{}年{}月", days.last.year(), days.last.month());
            let text = format!("「{}」{name}的一期应于{due}前发布", short(&expected.what, 40));
            let note = format!("{}至{seen_until}的检查中没有找到", days.first);
            let quotes = vec![quote(format!("expected:{}:{}", expected.what, days.first), text, note)];
            let summary = format!("应更新未更新：「{}」{name}的一期逾期未见", short(&expected.what, 40));
            found.push((due, Hint::new("expected", Confidence::Medium, summary, quotes)));
        }
        period = period.next();
    }
    found
}

/// Is the item the one of that period? One that names another month of its own is not; an unnamed one is, while the period
/// or its term runs.
fn of_period(title: &str, days: &DayRange, due: Day, day: Day) -> bool {
    let months = |n: u32| title.contains(&format!("{n}月"));
    let named = (1..=12)
        .filter(|&n| {
            months(n)
                && !(n <= 2 && title.contains(&format!("1{n}月")) && title.matches(&format!("{n}月")).count() == 1)
        })
        .collect::<Vec<_>>();
    if named.is_empty() {
        return day <= due;
    }
    named.iter().any(|&n| (days.first.month()..=days.last.month()).contains(&n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn monthly() -> Expected {
        Expected { what: "统计月报".into(), every: PeriodKind::Month, by_day: 15, words: vec!["月报".into()] }
    }

    fn missed(items: &[(&str, &str)], complete: Option<&str>, seen: &str) -> Vec<String> {
        let items: Vec<(&str, Day)> = items.iter().map(|(t, d)| (*t, day(d))).collect();
        missing(&monthly(), &items, day("2026-01-01"), &[(day(seen), complete.map(day))])
            .iter()
            .map(|(due, _)| due.to_string())
            .collect()
    }

    #[test]
    fn each_month_without_its_item_is_told_once_it_is_due_and_seen() {
        assert_eq!(missed(&[("1月统计月报", "2026-02-10")], None, "2026-04-16"), ["2026-03-15", "2026-04-15"]);
        assert_eq!(
            missed(&[("1月统计月报", "2026-02-10")], None, "2026-03-15"),
            Vec::<String>::new(),
            "the day itself is not over"
        );
        assert_eq!(missed(&[("招聘公告", "2026-02-10")], None, "2026-02-16"), ["2026-02-15"]);
    }

    #[test]
    fn what_was_not_seen_and_what_came_late_is_not_told() {
        assert_eq!(missed(&[], Some("2026-02-10"), "2026-03-20"), Vec::<String>::new());
        assert_eq!(missed(&[("1月统计月报", "2026-03-01")], None, "2026-03-10"), Vec::<String>::new());
        assert_eq!(
            missed(&[("统计月报", "2026-02-01")], None, "2026-03-10"),
            Vec::<String>::new(),
            "unnamed, in its term"
        );
    }

    #[test]
    fn december_is_not_february() {
        let items = [("12月统计月报", day("2027-01-10"))];
        let found = missing(&monthly(), &items, day("2026-12-01"), &[(day("2027-03-20"), None)]);
        assert_eq!(found.iter().map(|f| f.0.to_string()).collect::<Vec<_>>(), ["2027-02-15", "2027-03-15"]);
    }
}
