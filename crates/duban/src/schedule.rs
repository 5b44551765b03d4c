//! Cron expressions as people write them, without the traps of the library beneath.
//!
//! The `cron` crate counts weekdays from Sunday = 1, takes no five-field lines and joins day-of-month and day-of-week
//! with AND where crontab joins them with OR. So: five fields are taken as crontab's (at second 0), weekdays must be
//! names, the two day fields must not both be set, and a line that never fires is refused.

use std::str::FromStr;

use model::{Moment, Zone};

/// A schedule that is known to fire.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    cron: cron::Schedule,
    line: String,
}

/// Why a line is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Not five or six fields.
    #[error("计划「{0}」应有六段（秒 分 时 日 月 周）或五段（分 时 日 月 周）")]
    Fields(String),
    /// A weekday as a number.
    #[error("计划「{0}」的星期请用英文缩写（Mon Tue Wed Thu Fri Sat Sun），不要用数字：各家数字含义不同")]
    NumericWeekday(String),
    /// Day of month and day of week both set.
    #[error("计划「{0}」同时限定了日期和星期，含义不明；请只限定其一")]
    BothDays(String),
    /// The library cannot read it.
    #[error("计划「{0}」无法识别：{1}")]
    Unreadable(String, String),
    /// It never fires.
    #[error("计划「{0}」永远不会到来（例如2月31日）")]
    Never(String),
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let mut fields: Vec<&str> = line.split_whitespace().collect();
        if fields.len() == 5 {
            fields.insert(0, "0");
        }
        let [_, _, _, of_month, _, of_week] = fields[..] else { return Err(ScheduleError::Fields(line.to_owned())) };
        if of_week.chars().any(|c| c.is_ascii_digit()) {
            return Err(ScheduleError::NumericWeekday(line.to_owned()));
        }
        let open = |f: &str| matches!(f, "*" | "?");
        if !open(of_month) && !open(of_week) {
            return Err(ScheduleError::BothDays(line.to_owned()));
        }
        let cron = cron::Schedule::from_str(&fields.join(" "))
            .map_err(|e| ScheduleError::Unreadable(line.to_owned(), e.to_string()))?;
        // A fixed instant is enough to tell "never": the calendar repeats.
        let start = Zone::SHANGHAI.at(chrono::NaiveDate::default(), chrono::NaiveTime::MIN);
        if cron.after(&start).next().is_none() {
            return Err(ScheduleError::Never(line.to_owned()));
        }
        Ok(Schedule { cron, line: line.to_owned() })
    }
}

impl Schedule {
    /// The first time after `moment` on the district's wall clock.
    #[must_use]
    pub fn next_after(&self, moment: Moment, zone: Zone) -> Option<Moment> {
        self.cron.after(&moment.with_timezone(&zone.tz())).next().map(|t| t.to_utc())
    }

    /// The line as it was written.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(line: &str, after: &str) -> String {
        let s: Schedule = line.parse().unwrap();
        Zone::SHANGHAI.local(s.next_after(after.parse().unwrap(), Zone::SHANGHAI).unwrap())
    }

    #[test]
    fn monday_is_monday() {
        // 2026-11-24 is a Tuesday.
        assert_eq!(next("0 0 9 * * Mon", "2026-11-24T00:00:00Z"), "2026-11-30 09:00:00");
        assert_eq!(next("0 9 * * Mon", "2026-11-24T00:00:00Z"), "2026-11-30 09:00:00");
        assert_eq!(next("0 0 8 5 * *", "2026-11-24T00:00:00Z"), "2026-12-05 08:00:00");
    }

    #[test]
    fn the_wall_clock_is_the_districts() {
        assert_eq!(next("0 30 6 * * *", "2026-11-23T22:29:59Z"), "2026-11-24 06:30:00");
        assert_eq!(next("0 30 6 * * *", "2026-11-23T22:30:00Z"), "2026-11-25 06:30:00");
    }

    #[test]
    fn traps_are_refused_with_a_word() {
        let refused = |s: &str| s.parse::<Schedule>().unwrap_err();
        assert!(matches!(refused("0 0 8 * * 1"), ScheduleError::NumericWeekday(_)));
        assert!(matches!(refused("0 0 8 1 * Mon"), ScheduleError::BothDays(_)));
        assert!(matches!(refused("0 0 8 31 2 *"), ScheduleError::Never(_)));
        assert!(matches!(refused("8 o'clock"), ScheduleError::Fields(_)));
        assert!(matches!(refused("0 0 99 * * *"), ScheduleError::Unreadable(..)));
    }
}
