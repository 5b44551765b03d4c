//! The scoring table, copied from RULEBOOK.md by hand. Points in hundredths.

/// Group, full points, points at the start.
pub(super) const GROUPS: [(&str, i64, i64); 6] = [
    ("A", 2000, 2000),
    ("B", 3000, 3000),
    ("C", 1000, 500),
    ("D", 1000, 1000),
    ("E", 3000, 3000),
    // Without a ceiling.
    ("F", i64::MAX, 0),
];

/// What is entered one by one: what each costs or gives.
const EACH: [(&str, i64); 26] = [
    ("A1.1", -100),
    ("A3.2", -200),
    ("A3.3", -200),
    ("A4.1", -200),
    ("A4.2", -200),
    ("B1.5", -500),
    ("C2.1", 100),
    ("C3.1", 0),
    ("C4.1", 0),
    ("D1.1", -500),
    ("D2.2", -200),
    ("D2.3", -100),
    ("E1.1", 0),
    ("E1.2", 0),
    ("E1.3", 0),
    ("F1", 50),
    ("F2.1", 100),
    ("F2.2", 200),
    ("F3", 100),
    ("F4.1", 100),
    ("F4.2", 100),
    ("F5.1", 200),
    ("F5.2", 50),
    ("F5.3", 100),
    // Taken over from other offices: the points stand in the entry.
    ("E4.1", 0),
    ("E5.1", 0),
];

/// The most that a row gives in a year.
const CAPS: [(&str, i64); 8] = [
    ("C2.1", 500),
    ("F1", 200),
    ("F3", 300),
    ("F4.1", 300),
    ("F4.2", 300),
    ("F5.1", 600),
    ("F5.2", 150),
    ("F5.3", 300),
];

/// Rows of which one occurrence zeroes their group.
pub(super) const VETOES: [&str; 5] = ["C3.1", "C4.1", "E1.1", "E1.2", "E1.3"];

/// Column kinds that must not be silent: row, kinds, days, points.
pub(super) const SILENT: [(&str, &[&str], u64, i64); 3] = [
    ("B1.1", &["work-news"], 14, -300),
    ("B1.2", &["notices", "policies", "responses", "public-institutions", "disclosure"], 180, -200),
    ("C1.1", &["wechat", "weibo", "douyin", "toutiao", "other-media"], 14, -200),
];

/// One item a quarter in each column: row, kind, only departments, points.
pub(super) const QUARTERLY: [(&str, &str, bool, i64); 2] =
    [("A5.1", "faq", true, -100), ("B1.3", "key-area", false, -100)];

/// One item by a day of the year: row, kind, month, day, points.
pub(super) const YEARLY: [(&str, &str, u32, u32, i64); 3] =
    [("A3.1", "annual-report", 1, 31, -200), ("A6.1", "standards", 9, 30, -200), ("A6.2", "standards", 9, 30, -200)];

/// A week without anything on any column of the unit.
pub(super) const WEEK: (&str, i64) = ("E2.2", -100);

/// What is due: row, points when late (none: late costs nothing), points when missing.
pub(super) const DUE: [(&str, Option<i64>, i64); 7] = [
    ("A1.2", Some(-100), -200),
    ("A1.3", None, -100),
    ("A2.1", None, -200),
    ("B1.4", None, -100),
    ("D2.1", Some(-200), -200),
    ("E2.1", Some(-200), -200),
    ("E3.1", None, -200),
];

pub(super) fn each(row: &str) -> i64 {
    EACH.iter().find(|r| r.0 == row).unwrap_or_else(|| panic!("{row} is not entered one by one")).1
}

pub(super) fn cap(row: &str) -> i64 {
    CAPS.iter().find(|r| r.0 == row).map_or(i64::MAX, |r| r.1)
}
