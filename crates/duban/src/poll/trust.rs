//! For how long a server is believed that says "not modified".
//!
//! It is a word, not a page: a server, or a cache before it, that says so of a page that has changed hides an item, and the
//! column would be charged for it. So the page itself is asked for now and then, and always where points hang on it.

use chrono::Datelike as _;
use model::calendar::shift;
use model::{ChannelId, Day};

/// Days after which the page itself is asked for.
pub(super) const WEEK: i64 = 7;

/// A server that was caught within so many days is not believed.
pub(crate) const CAUGHT_DAYS: i64 = 90;

/// For how long it is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// For a week, as long as there is a good look each day: after a gap nobody has warned of what has closed in it.
    Week,
    /// Until the next day: points hang on what is seen.
    Day,
    /// Not at all: it was caught.
    Never,
}

impl Trust {
    /// Whether the look of `today` asks for the page itself; the last good one was made on `last`.
    pub(super) fn asks_for_page(self, channel: &ChannelId, last: Day, today: Day) -> bool {
        match self {
            Trust::Never => true,
            Trust::Day => last < today,
            Trust::Week => last < turn(channel, today) || last < shift(today, -1),
        }
    }
}

/// The latest day up to today on which it was the channel's turn. Each has its own day of seven, so that a site is not asked
/// for all its pages on one.
fn turn(channel: &ChannelId, today: Day) -> Day {
    let own: i64 = channel.as_str().bytes().map(i64::from).sum();
    shift(today, -(i64::from(today.num_days_from_ce()) + own).rem_euclid(WEEK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_has_its_turn_once_in_seven_days() {
        let first: Day = "2026-11-23".parse().unwrap();
        let mut on = [0; 7];
        for n in 0..70 {
            let id: ChannelId = format!("jyj/lm{n:02}").parse().unwrap();
            let asked = |d| Trust::Week.asks_for_page(&id, shift(first, d - 1), shift(first, d));
            let days: Vec<i64> = (0..21).filter(|d| asked(*d)).collect();
            assert!(days.len() == 3 && days[1] == days[0] + 7 && days[2] == days[0] + 14, "{id}: {days:?}");
            on[usize::try_from(days[0]).unwrap()] += 1;
            let after = |gap| Trust::Week.asks_for_page(&id, shift(first, days[0]), shift(first, days[0] + gap));
            assert_eq!([0, 1, 2, 6].map(after), [false, false, true, true], "what closed in a gap has had no warning");
        }
        assert!(on.iter().all(|n| (8..=12).contains(n)), "{on:?}");
    }

    #[test]
    fn where_points_hang_on_it_the_first_look_of_a_day_asks() {
        let (id, day): (ChannelId, Day) = ("jyj/gzdt".parse().unwrap(), "2026-11-23".parse().unwrap());
        assert!(Trust::Day.asks_for_page(&id, shift(day, -1), day) && !Trust::Day.asks_for_page(&id, day, day));
        assert!(Trust::Never.asks_for_page(&id, day, day));
    }
}
