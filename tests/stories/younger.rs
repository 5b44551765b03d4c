//! Judging the younger windows alone comes to what judging everything comes to, whatever has happened before: columns by
//! chance, with items that are dated back and ahead, moved, repeated, undated, disputed and withdrawn. And so does leaving
//! channels aside that rest.

use chrono::TimeDelta;
use duban::app::App;
use duban::judge::{self, Known};
use model::calendar::shift;
use model::{
    CountingMode, Coverage, DateFrom, Day, DayRange, Entry, Flag, Judgement, Moment, Outcome, Reason, Verdict,
};
use store::{NewClaim, NewLook, NewWaiver, Recorded};

use crate::harness::Office;

const CHANNELS: [(&str, &str, &str); 7] = [
    ("gzdt", "work-news", "/gzdt/"),
    ("tzgg", "notices", "/tzgg/"),
    ("zdly", "key-area", "/zdly/"),
    ("zcwj", "policies", "/zcwj/"),
    ("nb", "annual-report", "/nb/"),
    ("jd", "interpretation", "/jd/"),
    ("wx", "wechat", "/wx/"),
];
const FIRST: &str = "2026-01-01";
const DAYS: i64 = 400;

/// Numbers by chance (xorshift), the same for the same seed.
struct Chance(u64);

impl Chance {
    fn up_to(&mut self, most: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 33).unwrap() % (most + 1)
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.up_to(n - 1) == 0
    }
}

/// What a column holds, and when.
struct Post {
    entry: Entry,
    /// From which day it stands there, and until when.
    shown: DayRange,
    /// The day from which on it shows another date.
    moved: Option<(Day, Day)>,
    /// What its own page says.
    page: Option<Day>,
}

fn first() -> Day {
    FIRST.parse().unwrap()
}

fn posts(chance: &mut Chance, url: &str) -> Vec<Post> {
    let mut posts = vec![];
    let pace = 1 + chance.up_to(40);
    let mut day = shift(first(), -chance.up_to(200));
    while day < shift(first(), DAYS) {
        day = shift(day, chance.up_to(2 * pace));
        if chance.one_in(8) {
            // And a long silence.
            day = shift(day, chance.up_to(150));
        }
        let claimed = match chance.up_to(11) {
            0 => None,
            1 | 2 => Some(shift(day, -chance.up_to(60))),
            3 => Some(shift(day, chance.up_to(6))),
            _ => Some(day),
        };
        let appears = if chance.one_in(4) { shift(day, chance.up_to(20)) } else { day };
        let gone = if chance.one_in(10) { shift(appears, chance.up_to(90)) } else { Day::MAX };
        posts.push(Post {
            entry: Entry {
                title: format!("第{}次安全生产检查", chance.up_to(8)),
                url: format!("{url}t{}.html", posts.len()),
                date: claimed,
                date_from: claimed.map(|_| DateFrom::List),
                source: None,
            },
            shown: DayRange { first: appears, last: gone },
            moved: chance.one_in(10).then(|| {
                let on = shift(appears, chance.up_to(60));
                (on, shift(on, -chance.up_to(80)))
            }),
            page: chance.one_in(8).then(|| shift(day, 20 - chance.up_to(40))),
        });
    }
    posts
}

fn looks_at(chance: &mut Chance, channel: &model::Channel, posts: &[Post]) -> Vec<NewLook> {
    let mut looks = vec![];
    let mut day = shift(first(), chance.up_to(20));
    while day < shift(first(), DAYS) {
        day = shift(day, if chance.one_in(30) { chance.up_to(40) } else { 1 + chance.up_to(2) });
        let at = midnight(day) + TimeDelta::hours(8 + chance.up_to(8));
        if chance.one_in(6) {
            looks.push(NewLook::new(channel.id.clone(), at, Outcome::Failed(Reason::Timeout), &channel.url));
            continue;
        }
        let covers =
            if chance.one_in(3) { Coverage::Since(shift(day, -chance.up_to(90))) } else { Coverage::Everything };
        let (mut entries, mut claims) = (vec![], vec![]);
        for post in posts.iter().filter(|p| p.shown.contains(day)) {
            let mut entry = post.entry.clone();
            if let Some((on, to)) = post.moved
                && on <= day
            {
                (entry.date, entry.date_from) = (Some(to), Some(DateFrom::List));
            }
            if entry.date.is_none_or(|date| covers.reaches(date)) {
                let from = if chance.one_in(4) { DateFrom::Meta } else { DateFrom::Page };
                claims.extend(post.page.map(|page| NewClaim { key: entry.key(), from, day: Some(page) }));
                entries.push(entry);
            }
        }
        let rows = u32::try_from(entries.len()).unwrap();
        looks.push(NewLook {
            covers,
            entries,
            claims,
            first_page_rows: rows,
            first_page_dated: rows,
            ..NewLook::new(channel.id.clone(), at, Outcome::Read, &channel.url)
        });
    }
    looks
}

/// Midnight in Shanghai.
fn midnight(day: Day) -> Moment {
    day.and_hms_opt(0, 0, 0).unwrap().and_utc() - TimeDelta::hours(8)
}

async fn people(chance: &mut Chance, app: &App, waivers_one_in: i64) {
    let store = &app.store;
    let now = app.clock.now();
    for channel in &app.config.channels {
        if chance.one_in(waivers_one_in) {
            let from = shift(first(), chance.up_to(DAYS));
            let waiver = NewWaiver {
                unit: channel.id.unit(),
                channel: chance.one_in(2).then(|| channel.id.clone()),
                criterion: None,
                days: DayRange { first: from, last: shift(from, chance.up_to(50)) },
                reason: "系统改版".to_owned(),
                document: "钟府办函〔2026〕1号".to_owned(),
                approver: "李四".to_owned(),
                who: "张三".to_owned(),
            };
            store.add_waiver(&waiver, midnight(first())).await.unwrap();
        }
        let known = store.timelines(std::slice::from_ref(channel), now).await.unwrap();
        for item in known[0].items.iter().filter(|i| i.claimed.is_none()) {
            if chance.one_in(2) {
                let day = shift(item.first_seen, 30 - chance.up_to(120));
                store.date_item(item.id, day, "张三", "文末", item.first_seen_at).await.unwrap();
            }
        }
    }
}

fn sorted(mut judgements: Vec<Judgement>) -> Vec<Judgement> {
    judgements.sort_by(|a, b| a.key.cmp(&b.key));
    judgements
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_younger_windows_alone_come_to_the_same() {
    let mut seen: Vec<Flag> = vec![];
    let mut breached = 0;
    for seed in 1..=8u64 {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let office = Office::new(&CHANNELS).await;
        let app = office.app("2027-03-01 08:00").await;
        app.store.sync_registry(&app.config.units, &app.config.channels, midnight(first())).await.unwrap();
        for channel in &app.config.channels {
            let posts = posts(&mut chance, &channel.url);
            app.store.record_looks(&looks_at(&mut chance, channel, &posts)).await.unwrap();
        }
        people(&mut chance, &app, 3).await;
        for _ in 0..4 {
            let today = shift(first(), 60 + chance.up_to(DAYS - 60));
            let at = midnight(today) + TimeDelta::hours(9);
            let whole = sorted(Known::of(&app, at).await.unwrap().judge(&app, &app.config.rulebook));
            for since in [Day::MIN, shift(today, -21), shift(today, -chance.up_to(120))] {
                let parts = sorted(judge::judgements_since(&app, at, since).await.unwrap());
                let expected: Vec<&Judgement> = whole.iter().filter(|j| j.key.days.last >= since).collect();
                for (part, whole) in parts.iter().zip(&expected) {
                    assert_eq!(part, *whole, "seed {seed}, as of {today}, since {since}");
                }
                assert_eq!(parts.len(), expected.len(), "seed {seed}, as of {today}, since {since}");
                seen.extend(parts.iter().flat_map(|j| j.flags.iter().copied()));
                breached += parts.iter().filter(|j| j.verdict == Verdict::Breached).count();
            }
        }
    }
    // Chance has brought about everything that may tell the two apart.
    for flag in [
        Flag::Backdated,
        Flag::DatedAhead,
        Flag::ReDated,
        Flag::Repeated,
        Flag::Undated,
        Flag::DateDisputed,
        Flag::Waiver,
    ] {
        assert!(seen.contains(&flag), "{flag:?}");
    }
    assert!(breached > 100, "{breached}");
}

/// The rows of the district, with a silence counted once as some districts do.
fn counted_once(app: &App) -> App {
    let mut app = app.clone();
    app.config.rulebook = app.config.rulebook.counted_by(CountingMode::EachSilence);
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaving_those_aside_that_rest_comes_to_the_same_day_after_day() {
    let (mut rested, mut found) = (0, 0);
    for seed in 1..=2u64 {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let office = Office::new(&CHANNELS).await;
        let app = office.app("2026-01-01 08:00").await;
        let app = if seed % 2 == 0 { counted_once(&app) } else { app };
        app.store.sync_registry(&app.config.units, &app.config.channels, midnight(first())).await.unwrap();
        let mut looks: Vec<NewLook> = vec![];
        for channel in &app.config.channels {
            let posts = posts(&mut chance, &channel.url);
            looks.extend(looks_at(&mut chance, channel, &posts));
        }
        // Some are entered days after they were made.
        let entered = |look: NewLook| {
            let day = app.zone().day(look.at);
            (if chance.one_in(40) { shift(day, chance.up_to(30)) } else { day }, look)
        };
        let mut late: Vec<(Day, NewLook)> = looks.into_iter().map(entered).collect();
        late.sort_by_key(|(day, look)| (*day, look.at));
        let mut late = late.into_iter().peekable();
        let (mut last, mut anew) = (None, None);
        for n in 0..DAYS {
            let today = shift(first(), n);
            while let Some((_, look)) = late.next_if(|(day, _)| *day <= today) {
                app.store.record_looks(&[look]).await.unwrap();
            }
            let now = midnight(today) + TimeDelta::hours(20);
            app.clock.set(now);
            if chance.one_in(60) {
                people(&mut chance, &app, 20).await;
            }
            let (recorded, standing) = judge::keep_up(&app, now, last.as_deref()).await.unwrap();
            found += recorded.new.len();
            rested += app.resting.len();
            // As after a start: nobody rests.
            let started = App { resting: judge::Resting::default(), ..app.clone() };
            let (more, standing_too) = judge::keep_up(&started, now, anew.as_deref()).await.unwrap();
            assert_eq!(more, Recorded::default(), "seed {seed}, {today}");
            (last, anew) = (Some(standing), Some(standing_too));
        }
    }
    assert!(rested > 1000, "{rested}");
    assert!(found > 100, "{found}");
}
