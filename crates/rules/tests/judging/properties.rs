//! What holds of every timeline: invariants 1, 3 and 4.

use model::calendar::shift;
use model::{Claim, Coverage, DateFrom, Day, Judgement, Outcome, Reason, Timeline, Verdict};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::story::{Story, day, item, look};

pub(crate) const START: &str = "2026-01-05";
pub(crate) const LENGTH: i64 = 150;

pub(crate) fn on(n: i64) -> Day {
    shift(day(START), n)
}

/// Publications, each dated on the day it appears, on a column that is looked at on the given days.
fn column(id: &str, kind: &str, published: &[i64], looked: impl Fn(i64) -> (Outcome, Coverage)) -> Story {
    let mut story = Story::told(&format!("since {START}\nchannel {id} {kind} from {START}\nnow {}", on(LENGTH)));
    let t = &mut story.timelines[0];
    t.looks = (0..=LENGTH).map(|n| (n, looked(n))).map(|(n, (o, c))| look(n + 1, on(n), o, c)).collect();
    for (id, n) in (1..).zip(published) {
        // It is first seen by the first good look from its day on.
        let seen = t.looks.iter().find(|l| l.day >= on(*n) && l.outcome.is_good());
        t.items.extend(seen.map(|l| item(id, Some(on(*n)), l.day)));
    }
    story
}

fn daily(_: i64) -> (Outcome, Coverage) {
    (Outcome::Read, Coverage::Everything)
}

fn breaches(story: &Story, criterion: &str) -> Vec<Judgement> {
    story.of(criterion).into_iter().filter(|j| j.verdict == Verdict::Breached).collect()
}

fn published() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::btree_set(0..LENGTH, 0..12).prop_map(|set| set.into_iter().collect())
}

/// ⌊(v−u−1)/N⌋ for each silence, the last one up to the day of judgement, which has not passed.
fn expected_breaches(published: &[i64], window: i64) -> i64 {
    let mut points: Vec<i64> = published.to_vec();
    if points.is_empty() {
        points.push(-1);
    }
    points.push(LENGTH);
    points.windows(2).map(|uv| (uv[1] - uv[0] - 1).div_euclid(window)).sum()
}

pub(crate) fn outcome() -> impl Strategy<Value = (Outcome, Coverage)> {
    prop_oneof![
        4 => (0..200i64).prop_map(|n| (Outcome::Read, Coverage::Since(on(n - 60)))),
        3 => Just((Outcome::Read, Coverage::Everything)),
        1 => Just((Outcome::Unchanged, Coverage::Everything)),
        2 => select(Reason::ALL).prop_map(|r| (Outcome::Failed(r), Coverage::Nothing)),
    ]
}

/// Days with a publication, and what comes of the looks, day by day and over again.
type Seen = (Vec<i64>, Vec<(Outcome, Coverage)>);

fn district(seen: &[Seen]) -> Story {
    const NAMES: [(&str, &str); 5] = [
        ("jyj/gzdt", "work-news"),
        ("jyj/zdly", "key-area"),
        ("czj/gzdt", "work-news"),
        ("czj/wx", "wechat"),
        ("mzj/gsgg", "notices"),
    ];
    let mut all =
        Story::told(&format!("since {START}\nnow {}\nwaive jyj 03-01..03-03\nempty czj/gzdt 04-01..04-02", on(LENGTH)));
    for ((id, kind), (published, looks)) in NAMES.into_iter().zip(seen) {
        let one = column(id, kind, published, |n| looks[n as usize % looks.len()]);
        all.units.extend(one.units.into_iter().filter(|u| !all.units.contains(u)).collect::<Vec<_>>());
        all.timelines.extend(one.timelines);
    }
    all
}

fn districts() -> impl Strategy<Value = Story> {
    let column = (published(), prop::collection::vec(outcome(), 1..40));
    prop::collection::vec(column, 5).prop_map(|seen| district(&seen))
}

fn moved(timeline: &Timeline, by: i64) -> Timeline {
    let mut t = timeline.clone();
    let hours = chrono::TimeDelta::days(by);
    t.channel.life.from = shift(t.channel.life.from, by);
    for l in &mut t.looks {
        (l.at, l.day) = (l.at + hours, shift(l.day, by));
        if let Coverage::Since(from) = l.covers {
            l.covers = Coverage::Since(shift(from, by));
        }
    }
    for i in &mut t.items {
        i.claimed = i.claimed.map(|d| shift(d, by));
        (i.first_seen_at, i.first_seen) = (i.first_seen_at + hours, shift(i.first_seen, by));
    }
    t
}

/// Criterion, scope, days, verdict.
type Plain = (String, String, Day, Day, Verdict);

fn plain(all: &[Judgement], by: i64) -> Vec<Plain> {
    let show = |j: &Judgement| {
        let (first, last) = (shift(j.key.days.first, by), shift(j.key.days.last, by));
        (j.key.criterion.to_string(), j.key.scope.to_string(), first, last, j.verdict)
    };
    all.iter().map(show).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn breaches_are_as_many_as_the_formula_says(published in published()) {
        let story = column("jyj/gzdt", "work-news", &published, daily);
        prop_assert_eq!(breaches(&story, "B1.1").len() as i64, expected_breaches(&published, 14));
    }

    #[test]
    fn a_further_item_never_adds_a_breach(published in published(), more in 0..LENGTH) {
        let before = column("jyj/gzdt", "work-news", &published, daily);
        // The clock of a column starts with its first item, so an item before it is no further one but a new beginning.
        let more = published.first().map_or(more, |first| first + more % (LENGTH - first));
        let mut with: Vec<i64> = published.clone();
        with.push(more);
        with.sort_unstable();
        let after = column("jyj/gzdt", "work-news", &with, daily);
        prop_assert!(breaches(&after, "B1.1").len() <= breaches(&before, "B1.1").len());
        prop_assert!(breaches(&after, "E2.2").len() <= breaches(&before, "E2.2").len());
    }

    #[test]
    fn windows_of_a_channel_never_overlap(published in published()) {
        let found = breaches(&column("jyj/gzdt", "work-news", &published, daily), "B1.1");
        for pair in found.windows(2) {
            prop_assert!(pair[0].key.days.last < pair[1].key.days.first);
        }
    }

    #[test]
    fn a_good_look_turned_bad_never_adds_a_breach(
        published in published(), looks in prop::collection::vec(outcome(), 1..40), which in any::<Index>(),
        reason in select(Reason::ALL), how in 0..3usize,
    ) {
        let n = which.index(LENGTH as usize + 1) as i64;
        let seen = |day: i64| looks[day as usize % looks.len()];
        let bad = [Outcome::Failed(reason), Outcome::Blocked(reason), Outcome::Suspect(reason)][how];
        let spoilt = |day: i64| if day == n { (bad, Coverage::Nothing) } else { seen(day) };
        for kind in ["work-news", "key-area", "wechat"] {
            let before = column("jyj/x", kind, &published, seen);
            // What the look alone had shown is not seen any more; items keep their dates, since they claim the true ones.
            let after = column("jyj/x", kind, &published, spoilt);
            for criterion in ["B1.1", "B1.3", "C1.1", "E2.2"] {
                let all = breaches(&before, criterion);
                for j in breaches(&after, criterion) {
                    prop_assert!(all.iter().any(|b| b.key == j.key && b.missing >= j.missing), "{}", j.key);
                }
            }
        }
    }

    #[test]
    fn without_a_good_look_nothing_is_ever_charged(story in districts(), reason in select(Reason::ALL)) {
        let mut story = story;
        for look in story.timelines.iter_mut().flat_map(|t| &mut t.looks) {
            (look.outcome, look.covers) = (Outcome::Failed(reason), Coverage::Nothing);
        }
        prop_assert!(story.judge().iter().all(|j| j.verdict != Verdict::Breached && j.points == model::Points::ZERO));
    }

    #[test]
    fn units_are_judged_apart_as_together(story in districts()) {
        let mut parts = Vec::new();
        for unit in ["jyj", "czj", "mzj"] {
            let mut part = story.clone();
            part.timelines.retain(|t| t.channel.id.unit().as_str() == unit);
            parts.extend(part.judge());
        }
        parts.sort_by(|a, b| a.key.cmp(&b.key));
        prop_assert_eq!(parts, story.judge());
    }

    #[test]
    fn channels_are_judged_apart_as_together_but_for_the_section(story in districts()) {
        let mut parts = Vec::new();
        for n in 0..story.timelines.len() {
            let mut part = story.clone();
            part.timelines = vec![story.timelines[n].clone()];
            parts.extend(part.judge());
        }
        parts.retain(|j| j.key.criterion.as_str() != "E2.2");
        parts.sort_by(|a, b| a.key.cmp(&b.key));
        let mut whole = story.judge();
        whole.retain(|j| j.key.criterion.as_str() != "E2.2");
        prop_assert_eq!(parts, whole);
    }

    #[test]
    fn whole_weeks_shift_freshness_and_weekly_findings(story in districts(), weeks in -60i64..60) {
        let by = weeks * 7;
        let mut later = story.clone();
        later.timelines.iter_mut().for_each(|t| *t = moved(t, by));
        (later.since, later.now) = (shift(later.since, by), shift(later.now, by));
        later.waivers.iter_mut().for_each(|w| (w.days.first, w.days.last) = (shift(w.days.first, by), shift(w.days.last, by)));
        later.empty.iter_mut().for_each(|e| (e.days.first, e.days.last) = (shift(e.days.first, by), shift(e.days.last, by)));
        let weekly = |s: &Story| -> Vec<Judgement> {
            s.judge().into_iter().filter(|j| ["B1.1", "B1.2", "C1.1", "E2.2"].contains(&j.key.criterion.as_str())).collect()
        };
        prop_assert_eq!(plain(&weekly(&story), by), plain(&weekly(&later), 0));
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(story in districts(), turn in any::<Index>()) {
        let mut other = story.clone();
        other.timelines.rotate_left(turn.index(5));
        other.units.reverse();
        for t in &mut other.timelines {
            t.looks.reverse();
            if !t.items.is_empty() {
                let n = turn.index(t.items.len());
                t.items.rotate_left(n);
            }
        }
        prop_assert_eq!(other.judge(), story.judge());
    }

    #[test]
    fn keys_are_sorted_and_each_stands_once(story in districts()) {
        let found = story.judge();
        for pair in found.windows(2) {
            prop_assert!(pair[0].key < pair[1].key);
        }
        for j in &found {
            prop_assert!(j.verdict != Verdict::Met && j.missing > 0 && !j.proof.enough.is_empty());
            prop_assert_eq!(j.verdict == Verdict::Breached, j.points.is_negative());
            prop_assert!(j.flags.windows(2).all(|f| f[0] < f[1]));
        }
    }

    #[test]
    fn what_is_charged_stays_charged_while_nothing_new_is_learnt(story in districts(), days in 1i64..60) {
        // Judged on an earlier day, and then on the last one: every breach of the earlier day is still one, unless an
        // item was seen since that belongs to its window.
        let mut earlier = story.clone();
        earlier.now = on(LENGTH - days);
        let now = story.judge();
        for j in earlier.judge().into_iter().filter(|j| j.verdict == Verdict::Breached) {
            let later = now.iter().find(|n| n.key == j.key);
            let unmade = story.timelines.iter().flat_map(|t| &t.items).any(|i| i.first_seen > earlier.now);
            prop_assert!(unmade || later.is_some_and(|l| l.verdict == Verdict::Breached), "{}", j.key);
        }
    }

    #[test]
    fn what_dates_count_hangs_on_the_looks_of_doubtful_days_alone(
        story in districts(),
        back in prop::collection::vec((-3i64..40, prop::option::of(-3i64..40)), 1..20),
    ) {
        let as_of = model::Zone::SHANGHAI.end_of(story.now);
        for mut whole in story.timelines {
            for (item, (claimed, shown)) in whole.items.iter_mut().zip(back.iter().cycle()) {
                item.claimed = Some(shift(item.first_seen, -claimed));
                let page = |n: i64| Claim { from: DateFrom::Page, day: shift(item.first_seen, -n) };
                item.other_dates = shown.map(page).into_iter().collect();
            }
            let days = rules::doubts(&whole, whole.looks[0].at);
            prop_assert!(days.windows(2).all(|d| shift(d[0].last, 1) < d[1].first), "in order and apart: {:?}", days);
            let mut part = whole.clone();
            part.looks.retain(|l| days.iter().any(|d| d.contains(l.day)));
            let counted = |t: &Timeline| rules::effective(t, as_of).into_iter().map(|d| (d.effective, d.flags, d.maybe));
            prop_assert_eq!(counted(&part).collect::<Vec<_>>(), counted(&whole).collect::<Vec<_>>());
        }
    }
}
