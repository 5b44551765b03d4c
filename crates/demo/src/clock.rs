//! A clock that stands still until it is set.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDateTime, NaiveTime};
use model::{Day, Moment, Zone};

/// Wall time in the district, to which all that the simulated site does is tied.
pub(crate) type Stamp = NaiveDateTime;

/// The time of the simulated world, in whole seconds. Shared between the monitor under test and the site.
#[derive(Debug)]
pub struct VirtualClock {
    seconds: AtomicI64,
}

impl VirtualClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn new(at: Moment) -> VirtualClock {
        VirtualClock { seconds: AtomicI64::new(at.timestamp()) }
    }

    /// Moves the hands to `at`, forwards or backwards.
    pub fn set(&self, at: Moment) {
        self.seconds.store(at.timestamp(), Ordering::SeqCst);
    }

    /// The instant that it shows.
    #[must_use]
    pub fn now(&self) -> Moment {
        DateTime::from_timestamp(self.seconds.load(Ordering::SeqCst), 0).unwrap_or_default()
    }
}

/// What the wall shows at `moment`.
pub(crate) fn wall(moment: Moment) -> Stamp {
    moment.with_timezone(&Zone::SHANGHAI.tz()).naive_local()
}

/// `day` at an hour and minute.
pub(crate) fn stamp(day: Day, hour: u32, minute: u32) -> Stamp {
    day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_what_it_was_set_to() {
        let at: Moment = "2026-04-01T00:00:00Z".parse().unwrap();
        let clock = VirtualClock::new(at);
        assert_eq!(wall(clock.now()), stamp("2026-04-01".parse().unwrap(), 8, 0));
        clock.set("2026-04-02T16:30:00Z".parse().unwrap());
        assert_eq!(wall(clock.now()), stamp("2026-04-03".parse().unwrap(), 0, 30));
    }
}
