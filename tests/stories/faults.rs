//! No sequence of faults of sources alone ever yields a breach.
//!
//! An account that publishes at least once in every fortnight is read from three sources that fail at random, day by day:
//! the platform itself, a bridge with a canary, and a second bridge that may only clear. The answers come from the fakes,
//! are read by `sites` and judged by `rules`, as of every third day or so. A hundred sequences are run each time; with
//! `DUBAN_FAULT_SEQUENCES=10000` as many as that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Days, NaiveDateTime, NaiveTime};
use demo::{Asked, BridgeFault, Fake, FakeAccount, FakeBridge, FakeFeed, FakeWechat, Push, Reply, WechatFault};
use model::calendar::shift;
use model::unit::Life;
use model::{
    Bridge, Channel, ChannelKind, Coverage, Day, Entry, FeedProfile, Identity, Item, Look, Moment, Outcome, Reason,
    Source, Timeline, Trust, Unit, UnitKind, Verdict, Zone,
};
use rules::{Case, Rulebook};
use sites::drift::{self, Now, Previous};
use sites::official;
use sites::walk::{Step, Walk, Walked};
use sites::{Input, ReadAs};

const DAYS: u64 = 40;
const BIZ: &str = "MzAwMDAwMDAwMQ==";
const APPID: &str = "wx0000000000000001";

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| rules::load(rules::ZHONGSHAN_2022, "zhongshan-2022.toml").unwrap());

/// SplitMix64, so that a sequence is its number.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

fn first() -> Day {
    Day::from_ymd_opt(2026, 3, 2).unwrap()
}

fn wall(day: Day, rng: &mut Rng) -> NaiveDateTime {
    let (hour, minute) = (u32::try_from(rng.below(24)).unwrap(), u32::try_from(rng.below(60)).unwrap());
    day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap())
}

/// One to fourteen days from each to the next: at most thirteen quiet days.
fn pushes(rng: &mut Rng, longest: u64, notified: bool) -> Vec<Push> {
    let mut day = shift(first(), -40);
    let mut all = vec![];
    while day < first() + Days::new(DAYS + 2) {
        let articles = 1 + u32::try_from(rng.below(3)).unwrap();
        all.push(Push { at: wall(day, rng), articles, notified: notified || rng.chance(70) });
        day = day + Days::new(1 + rng.below(longest));
    }
    all
}

fn channel(id: &str, source: Source) -> Channel {
    Channel {
        id: id.parse().unwrap(),
        kind: ChannelKind::Wechat,
        name: id.to_owned(),
        url: String::new(),
        source,
        identity: Identity { biz: Some(BIZ.to_owned()), gh: None },
        life: Life { from: first(), until: None },
    }
}

fn feed(trust: Trust, bridge: &str) -> Source {
    Source::Feed {
        trust,
        bridge: Some(bridge.parse().unwrap()),
        zone_hours: None,
        profile: FeedProfile::Generic,
        key: None,
    }
}

/// What is known of one source, kept as the store keeps it.
struct Known {
    timeline: Timeline,
    keys: BTreeMap<String, usize>,
    /// Body and coverage of the last good look.
    last: Option<(Vec<u8>, Coverage)>,
    before: Option<Previous>,
    whole: BTreeSet<Day>,
}

impl Known {
    fn new(channel: Channel) -> Known {
        let timeline = Timeline { channel, looks: vec![], items: vec![] };
        Known { timeline, keys: BTreeMap::new(), last: None, before: None, whole: BTreeSet::new() }
    }

    fn record(&mut self, at: Moment, outcome: Outcome, covers: Coverage, entries: &[Entry]) {
        let day = Zone::SHANGHAI.day(at);
        let id = i64::try_from(self.timeline.looks.len()).unwrap() + 1;
        let covers = if outcome.is_good() { covers } else { Coverage::Nothing };
        self.timeline.looks.push(Look { id, at, day, outcome, covers, evidence: None });
        if outcome != Outcome::Read {
            return;
        }
        for e in entries {
            let next = self.timeline.items.len();
            match self.keys.get(&e.key()) {
                Some(i) => {
                    let claimed = &mut self.timeline.items[*i].claimed;
                    *claimed = [*claimed, e.date].into_iter().flatten().min();
                }
                None => {
                    self.keys.insert(e.key(), next);
                    self.timeline.items.push(Item {
                        id: i64::try_from(next).unwrap() + 1,
                        title: e.title.clone(),
                        url: e.url.clone(),
                        claimed: e.date,
                        re_dated: false,
                        other_dates: vec![],
                        dated_by_person: None,
                        first_seen_at: at,
                        first_seen: day,
                        withdrawn: false,
                    });
                }
            }
        }
    }

    /// A look at a feed, as `poll` makes it.
    fn look_at_feed(&mut self, reply: &Reply, at: Moment) {
        let today = Zone::SHANGHAI.day(at);
        let same = self.last.as_ref().is_some_and(|(body, _)| reply.status == 304 || *body == reply.body);
        if let Some((_, covers)) = self.last.as_ref().filter(|_| same) {
            let covers = *covers;
            return self.record(at, Outcome::Unchanged, covers, &[]);
        }
        if reply.status != 200 || reply.broken {
            return self.record(at, Outcome::Failed(Reason::HttpServer), Coverage::Nothing, &[]);
        }
        let reading = sites::read(&Input {
            bytes: &reply.body,
            url: "https://bridge.local/feed",
            content_type: Some(reply.content_type),
            read_as: ReadAs::Feed,
            source: &self.timeline.channel.source,
            today,
        });
        let mut walk = Walk::new(shift(today, -60), 3);
        assert_eq!(walk.push("https://bridge.local/feed", reading), Step::Done);
        let walked: Walked = walk.finish();
        let odd = sites::drift::compare(self.before.as_ref(), &Now::of(&walked, today));
        let odd = odd.map(|a| a.reason).filter(|_| walked.outcome.is_good());
        let outcome = odd.map_or(walked.outcome, Outcome::Suspect);
        if outcome.is_good() {
            self.last = Some((reply.body.clone(), walked.covers));
            let known = |e: &Entry| drift::Known { key: e.key(), date: e.date, date_from: e.date_from };
            self.before = Some(Previous {
                rows: walked.first_rows,
                dated: walked.first_dated,
                adapter: walked.adapter.to_owned(),
                day: today,
                known: walked.entries.iter().map(known).collect(),
            });
        }
        self.record(at, outcome, walked.covers, &walked.entries);
    }

    /// A conversation with the platform, as `poll` holds it.
    fn look_at_platform(&mut self, fake: &FakeWechat, at: NaiveDateTime) {
        let moment = Zone::SHANGHAI.at(at.date(), at.time());
        let post = |path: &str, query: &str, body: serde_json::Value| -> Option<Vec<u8>> {
            let body = body.to_string();
            let reply = fake.reply(&Asked { path, query, body: body.as_bytes(), posted: true, at });
            (reply.status == 200 && !reply.broken).then_some(reply.body)
        };
        let ask = serde_json::json!({ "grant_type": "client_credential", "appid": APPID, "secret": "s" });
        let token = post("/cgi-bin/stable_token", "", ask).and_then(|b| official::token(&b).ok());
        let Some(token) = token else {
            return self.record(moment, Outcome::Failed(Reason::AuthBroken), Coverage::Nothing, &[]);
        };
        let query = format!("access_token={}", token.value);
        let floor = shift(first(), -14);
        let days: Vec<Day> =
            official::back_from(at.date(), floor).filter(|d| !self.whole.contains(d)).take(16).collect();
        let (mut entries, mut asked) = (vec![], 0);
        let sent = days.last().zip(days.first()).and_then(|(a, b)| {
            let span = serde_json::json!({ "begin_date": (*a).max(shift(*b, -29)), "end_date": b });
            official::summary(&post("/datacube/getbizsummary", &query, span)?).ok()
        });
        for on in &days {
            let Some(sent) = &sent else { break };
            let span = serde_json::json!({ "begin_date": on, "end_date": on });
            let list = post("/datacube/getarticletotaldetail", &query, span)
                .and_then(|b| official::day(&b, *on, Some(BIZ)).ok());
            let Some(list) = list else { break };
            let said = sent.sent.iter().find(|(d, _)| d == on).map_or(0, |(_, n)| *n);
            let (new, whole) = official::take(*on, list, said);
            entries.extend(new);
            asked += 1;
            if whole {
                self.whole.insert(*on);
            }
        }
        let quiet = post("/cgi-bin/freepublish/batchget", &query, serde_json::json!({ "offset": 0, "count": 20 }))
            .and_then(|b| official::published(&b, floor).ok());
        entries.extend(quiet.into_iter().flat_map(|q| q.entries));
        if asked == 0 && !days.is_empty() && entries.is_empty() {
            return self.record(moment, Outcome::Failed(Reason::HttpServer), Coverage::Nothing, &[]);
        }
        let covers = official::covers(&self.whole, at.date(), floor);
        self.record(moment, Outcome::Read, covers, &entries);
    }
}

fn bridge_fault(rng: &mut Rng, now: NaiveDateTime) -> BridgeFault {
    match rng.below(17) {
        0 => BridgeFault::LoginLost(now),
        1 => BridgeFault::Frozen(now),
        2 => BridgeFault::Empty,
        3 => BridgeFault::Naive(if rng.chance(50) { 0 } else { 8 }),
        4 => BridgeFault::BadDates,
        5 => BridgeFault::Twice,
        6 => BridgeFault::Shuffled,
        7 => BridgeFault::OnlyNewest,
        8 => BridgeFault::Html503,
        9 => BridgeFault::Json400,
        10 => BridgeFault::NotModified,
        11 => BridgeFault::Cut,
        12 => BridgeFault::LoginPage,
        // The account's own feed alone: the canary goes on and the bridge says that it is well.
        _ => BridgeFault::OneFrozen(1, now),
    }
}

/// One sequence; how many breaches stood in any of its judgements, and how many windows were left unknown.
fn run(number: u64) -> (Vec<String>, usize) {
    let mut rng = Rng(number);
    let mine = pushes(&mut rng, 14, false);
    let canary = pushes(&mut rng, 1, true);
    let fakes = [
        FakeBridge::new(vec![FakeFeed { id: 1, pushes: mine.clone() }, FakeFeed { id: 2, pushes: canary }]),
        FakeBridge::new(vec![FakeFeed { id: 1, pushes: mine.clone() }]),
    ];
    let account = FakeAccount { appid: APPID.to_owned(), secret: "s".to_owned(), biz: BIZ.to_owned(), pushes: mine };
    let platform = FakeWechat::new(vec![account]);
    let official =
        Source::WechatOfficial { appid: APPID.to_owned(), secret: "S".to_owned(), trust: Trust::Full, daily_calls: 50 };
    let mut known = [
        Known::new(channel("jyj/wx", feed(Trust::Witnessed, "b1"))),
        Known::new(channel("zfb/wx", feed(Trust::Witnessed, "b1"))),
        Known::new(channel("jyj/wx@rsshub", feed(Trust::Clears, "b2"))),
        Known::new(channel("jyj/wx@official", official)),
    ];
    let places = [(0, 1), (0, 2), (1, 1)];
    let bridges = [Bridge { id: "b1".parse().unwrap(), canaries: vec!["zfb/wx".parse().unwrap()], canary_days: 3 }];
    let (mut breaches, mut unknown) = (vec![], 0);
    for n in 0..DAYS {
        let now = wall(first() + Days::new(n), &mut rng);
        for fake in &fakes {
            if rng.chance(30) {
                let fault = if rng.chance(60) { Some(bridge_fault(&mut rng, now)) } else { None };
                fake.set_fault(fault);
            }
        }
        if rng.chance(30) {
            let all = WechatFault::ALL;
            let which = usize::try_from(rng.below(all.len() as u64 * 2)).unwrap();
            platform.set_fault(APPID, all.get(which).copied());
        }
        let at = Zone::SHANGHAI.at(now.date(), now.time());
        for (k, (bridge, id)) in places.iter().enumerate().filter(|_| !rng.chance(8)) {
            let path = format!("/feeds/MP_WXS_{id}.rss");
            let asked = Asked { path: &path, query: "", body: b"", posted: false, at: now };
            known[k].look_at_feed(&fakes[*bridge].reply(&asked), at);
        }
        known[3].look_at_platform(&platform, now);
        if rng.chance(35) || n + 1 == DAYS {
            let judged = judge(&known, &bridges, at);
            breaches.extend(judged.iter().filter(|j| j.0 == Verdict::Breached).map(|j| format!("{now}: {}", j.1)));
            unknown += judged.iter().filter(|j| j.0 == Verdict::Unknown).count();
        }
    }
    (breaches, unknown)
}

fn judge(known: &[Known], bridges: &[Bridge], as_of: Moment) -> Vec<(Verdict, String)> {
    let timelines: Vec<Timeline> = known.iter().map(|k| k.timeline.clone()).collect();
    let unit = |id: &str| Unit {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        kind: UnitKind::Department,
        aliases: vec![],
        contacts: vec![],
        from: None,
        until: None,
    };
    let units = [unit("jyj"), unit("zfb")];
    let case = Case {
        rulebook: &BOOK,
        units: &units,
        timelines: &timelines,
        waivers: &[],
        declared_empty: &[],
        bridges,
        cleared: &[],
        since: first(),
        as_of,
        zone: Zone::SHANGHAI,
    };
    rules::judge(&case).into_iter().map(|j| (j.verdict, format!("{} {}", j.key, j.proof.enough))).collect()
}

#[test]
fn faults_alone_never_yield_a_breach() {
    let sequences = std::env::var("DUBAN_FAULT_SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let mut unknown = 0;
    for number in 0..sequences {
        let (breaches, open) = run(number);
        assert!(breaches.is_empty(), "sequence {number}: {breaches:#?}");
        unknown += open;
    }
    println!("{sequences} sequences of {DAYS} days, {unknown} windows left unknown");
    assert!(unknown > 0, "the faults were felt");
}

/// The same machinery finds a real silence: without that, never accusing would be no merit.
#[test]
fn a_real_silence_is_found_by_either_accuser() {
    for (k, source) in ["jyj/wx", "jyj/wx@official"].into_iter().enumerate() {
        let mut rng = Rng(5);
        let back = shift(first(), 17).and_time(NaiveTime::from_hms_opt(8, 0, 0).unwrap());
        let mut mine = vec![Push { at: wall(first(), &mut rng), articles: 1, notified: true }];
        // A feed by a bridge is believed only once it has shown something of the account's again.
        mine.extend((k == 0).then_some(Push { at: back, articles: 1, notified: true }));
        let canary = pushes(&mut rng, 1, true);
        let fake = FakeBridge::new(vec![FakeFeed { id: 1, pushes: mine.clone() }, FakeFeed { id: 2, pushes: canary }]);
        let account = FakeAccount { appid: APPID.into(), secret: "s".into(), biz: BIZ.into(), pushes: mine };
        let platform = FakeWechat::new(vec![account]);
        let official =
            Source::WechatOfficial { appid: APPID.into(), secret: "S".into(), trust: Trust::Full, daily_calls: 50 };
        let sources = if k == 0 { feed(Trust::Witnessed, "b1") } else { feed(Trust::Clears, "b1") };
        let mut known =
            vec![Known::new(channel("jyj/wx", sources)), Known::new(channel("zfb/wx", feed(Trust::Witnessed, "b1")))];
        if k == 1 {
            known.push(Known::new(channel(source, official)));
        }
        let bridges = [Bridge { id: "b1".parse().unwrap(), canaries: vec!["zfb/wx".parse().unwrap()], canary_days: 3 }];
        let mut at = Moment::default();
        for n in 1..20 {
            let now = (first() + Days::new(n)).and_time(NaiveTime::from_hms_opt(9, 0, 0).unwrap());
            at = Zone::SHANGHAI.at(now.date(), now.time());
            for (i, id) in [1, 2].into_iter().enumerate() {
                let path = format!("/feeds/MP_WXS_{id}.rss");
                let asked = Asked { path: &path, query: "", body: b"", posted: false, at: now };
                known[i].look_at_feed(&fake.reply(&asked), at);
            }
            if k == 1 {
                known[2].look_at_platform(&platform, now);
            }
        }
        let judged = judge(&known, &bridges, at);
        let breached: Vec<_> = judged.iter().filter(|j| j.0 == Verdict::Breached).collect();
        assert_eq!(breached.len(), 1, "{source}: {judged:#?}");
        assert!(breached[0].1.contains("jyj/wx") && !breached[0].1.contains('@'), "{}", breached[0].1);
    }
}
