//! What is open is the same whether all is known that was ever seen, or only what the last months have shown.

use model::calendar::shift;
use model::{Coverage, Day, DayRange, Outcome, Timeline, Zone};
use proptest::prelude::*;
use rules::{Deadline, deadlines, open_days, unsettled};

use crate::properties::{LENGTH, START, on, outcome};
use crate::story::{Story, day, item, look};

/// As the store hands it out for some days: items that claim one, or were first seen or dated by a person on one, and the
/// good looks that may show them to be dated back.
fn cut(timeline: &Timeline, days: DayRange) -> Timeline {
    let touches = |i: &&model::Item| {
        [i.claimed, Some(i.first_seen), i.dated_by_person].into_iter().flatten().any(|d| days.contains(d))
    };
    let items: Vec<model::Item> = timeline.items.iter().filter(touches).cloned().collect();
    let late = items.iter().filter_map(|i| Some((shift(i.claimed?, 2), i.first_seen))).filter(|(c, seen)| c <= seen);
    let span = late.clone().map(|l| l.0).min().zip(late.map(|l| l.1).max());
    let disproves = |l: &&model::Look| span.is_some_and(|(a, b)| a <= l.day && l.day <= b) && l.outcome.is_good();
    let looks = timeline.looks.iter().filter(|_| !timeline.channel.kind.is_new_media()).filter(disproves);
    Timeline { channel: timeline.channel.clone(), looks: looks.cloned().collect(), items }
}

/// The story with as much as is read of it.
fn as_read(story: &Story) -> Story {
    let as_of = Zone::SHANGHAI.end_of(story.now);
    let days = open_days(story.now);
    let recent: Vec<Timeline> = story.timelines.iter().map(|t| cut(t, days)).collect();
    let older = unsettled(&recent, as_of, story.now);
    let always = DayRange { first: day("0001-01-01"), last: days.last };
    let whole = |t: &Timeline| older.iter().any(|c| c.id == t.channel.id);
    let timelines =
        story.timelines.iter().zip(recent).map(|(t, recent)| if whole(t) { cut(t, always) } else { recent });
    let mut read = story.clone();
    read.timelines = timelines.collect();
    read
}

/// Publications: the day that each claims, after how many days it was first seen, and whether a person dated it otherwise.
type Published = Vec<(i64, i64, Option<i64>)>;

fn published() -> impl Strategy<Value = Published> {
    let person = prop_oneof![9 => Just(None), 1 => (-20..LENGTH + 90).prop_map(Some)];
    prop::collection::vec((-40..LENGTH, 0..30i64, person), 0..14)
}

const CHANNELS: [(&str, &str); 6] = [
    ("jyj/gzdt", "work-news"),
    ("jyj/zdly", "key-area"),
    ("jyj/gsgg", "notices"),
    ("jyj/wx", "wechat"),
    ("jyj/wx@official", "wechat"),
    ("jyj/wb", "weibo"),
];

fn told(all: &[(Published, Vec<(Outcome, Coverage)>)], later: i64, waived: i64) -> Story {
    let lines: String = CHANNELS.iter().map(|(id, kind)| format!("channel {id} {kind} from {START}\n")).collect();
    let (from, to) = (on(waived), on(waived + 5));
    let text = format!(
        "since {START}\n{lines}now {}\nwaive jyj/gzdt {from}..{to}\nempty jyj/gsgg {to}..{to}",
        on(LENGTH + later)
    );
    let mut story = Story::told(&text);
    for (t, (published, looks)) in story.timelines.iter_mut().zip(all) {
        t.looks = (0..=LENGTH)
            .map(|n| (n, looks[usize::try_from(n).unwrap() % looks.len()]))
            .map(|(n, (o, c))| look(n + 1, on(n), o, c))
            .collect();
        t.items = (1..)
            .zip(published)
            .map(|(id, (claims, after, person))| {
                let seen = on((claims + after).clamp(0, LENGTH));
                model::Item { dated_by_person: person.map(on), ..item(id, Some(on(*claims)), seen) }
            })
            .collect();
        t.items.sort_by_key(|i| (i.first_seen_at, i.id));
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn what_the_last_months_have_shown_settles_what_is_open(
        all in prop::collection::vec((published(), prop::collection::vec(outcome(), 1..40)), CHANNELS.len()),
        later in 0..70i64, waived in 0..LENGTH + 80,
    ) {
        let story = told(&all, later, waived);
        prop_assert_eq!(deadlines(&as_read(&story).case()), deadlines(&story.case()));
    }
}

fn of(open: &[Deadline], channel: &str) -> Vec<Day> {
    let own = open.iter().filter(|d| d.key.scope.channel().is_some_and(|c| c.as_str() == channel));
    own.map(|d| d.key.days.last).collect()
}

#[test]
fn a_column_that_is_silent_for_long_is_asked_for_as_a_whole() {
    let story = Story::told("since 2025-01-01\nchannel jyj/gzdt work-news\nlooks 01-01..06-20\nitem 01-20\nnow 06-20");
    let recent: Vec<Timeline> = story.timelines.iter().map(|t| cut(t, open_days(story.now))).collect();
    assert_eq!(unsettled(&recent, Zone::SHANGHAI.end_of(story.now), story.now).len(), 1);
    // Fourteen days after fourteen days: 20 January and eleven windows.
    assert!(of(&deadlines(&as_read(&story).case()), "jyj/gzdt").contains(&day("06-23")));
    assert_eq!(deadlines(&as_read(&story).case()), deadlines(&story.case()));
}

#[test]
fn a_column_that_publishes_is_settled_by_what_is_recent() {
    let story = Story::told("channel jyj/gzdt work-news\nlooks 01-01..06-20\nevery 3 01-01..06-20\nnow 06-20");
    let recent: Vec<Timeline> = story.timelines.iter().map(|t| cut(t, open_days(story.now))).collect();
    assert!(recent[0].items.len() < story.timelines[0].items.len() && recent[0].looks.is_empty());
    assert_eq!(unsettled(&recent, Zone::SHANGHAI.end_of(story.now), story.now), []);
    assert_eq!(deadlines(&as_read(&story).case()), deadlines(&story.case()));
}
