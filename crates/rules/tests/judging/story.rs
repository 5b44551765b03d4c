//! A timeline told in text, and what is judged of it, told in text.
//!
//! ```text
//! now 04-10                                   the last second of that day
//! since 2025-01-01                            start of monitoring
//! unit jyj department [from D] [until D]
//! channel jyj/gzdt work-news [from D] [until D] [bridge B] [trust clears|witnessed|full] [url U]
//! looks D..D [since D]                        a good look each evening, complete, or back to that day
//! unchanged D..D                              the same, answering "nothing new"
//! bad D..D                                    only failed looks on these days
//! none D..D                                   no looks
//! item D [seen D] [title T]                   claimed on the first day, first seen on the second (the same, if not given)
//!   … [page D] [address D] [person D]         the date on its own page, in its address, by a person
//! undated D [dated D]                         without a date, first seen on D; perhaps dated by a person
//! every N D..D                                an item every N days
//! waive U[/C] D..D [criterion]                 a waiver
//! empty U/C D..D                              declared empty
//! bridge B N [canary U/C]                     a bridge whose canary may be N days old
//! clear bridge B D..D · clear host H D..D
//! ```
//! Dates without a year are of 2026. Looks and items belong to the channel named last.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::unit::Life;
use model::{
    Bridge, Channel, ChannelKind, Claim, Coverage, DateFrom, Day, DayRange, DeclaredEmpty, FeedProfile, Item,
    Judgement, Look, Moment, Outcome, Reason, Source, Timeline, Trust, Unit, UnitKind, Waiver, Zone,
};
use rules::{Case, Fleet, FleetClearance, Rulebook, ZHONGSHAN_2022, load};

pub(crate) static BOOK: LazyLock<Rulebook> = LazyLock::new(|| load(ZHONGSHAN_2022, "zhongshan-2022.toml").unwrap());
pub(crate) static EACH_SILENCE: LazyLock<Rulebook> =
    LazyLock::new(|| load(&ZHONGSHAN_2022.replace("= \"each-window\"", "= \"each-silence\""), "x.toml").unwrap());

#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) book: &'static Rulebook,
    pub(crate) units: Vec<Unit>,
    pub(crate) timelines: Vec<Timeline>,
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) empty: Vec<DeclaredEmpty>,
    pub(crate) bridges: Vec<Bridge>,
    pub(crate) cleared: Vec<FleetClearance>,
    pub(crate) since: Day,
    pub(crate) now: Day,
    looks: BTreeMap<Day, (Outcome, Coverage)>,
}

/// The rulebook is always the same and long.
impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Story").field("now", &self.now).field("timelines", &self.timelines).finish_non_exhaustive()
    }
}

pub(crate) fn day(text: &str) -> Day {
    let full = if text.len() == 5 { format!("2026-{text}") } else { text.to_owned() };
    full.parse().unwrap_or_else(|_| panic!("no day: {text}"))
}

pub(crate) fn days(text: &str) -> DayRange {
    let (a, b) = text.split_once("..").unwrap_or((text, text));
    DayRange::new(day(a), day(b)).unwrap_or_else(|| panic!("no days: {text}"))
}

pub(crate) fn evening(day: Day) -> Moment {
    Zone::SHANGHAI.at(day, chrono::NaiveTime::from_hms_opt(20, 0, 0).unwrap())
}

pub(crate) fn unit(id: &str, kind: UnitKind) -> Unit {
    Unit {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        kind,
        aliases: vec![],
        contacts: vec![],
        from: None,
        until: None,
    }
}

pub(crate) fn look(id: i64, on: Day, outcome: Outcome, covers: Coverage) -> Look {
    let covers = if outcome.is_good() { covers } else { Coverage::Nothing };
    Look { id, at: evening(on), day: on, outcome, covers, evidence: None }
}

pub(crate) fn item(id: i64, claimed: Option<Day>, seen: Day) -> Item {
    Item {
        id,
        title: format!("第{id}条"),
        url: format!("https://example.gov.cn/{id}.html"),
        claimed,
        re_dated: false,
        other_dates: vec![],
        dated_by_person: None,
        first_seen_at: evening(seen),
        first_seen: seen,
        withdrawn: false,
    }
}

impl Story {
    pub(crate) fn empty() -> Story {
        Story {
            book: &BOOK,
            units: vec![],
            timelines: vec![],
            waivers: vec![],
            empty: vec![],
            bridges: vec![],
            cleared: vec![],
            since: day("2025-01-01"),
            now: day("2026-12-31"),
            looks: BTreeMap::new(),
        }
    }

    pub(crate) fn told(text: &str) -> Story {
        let mut story = Story::empty();
        for line in text.lines().map(|l| l.split('#').next().unwrap_or_default().trim()).filter(|l| !l.is_empty()) {
            story.line(&line.split_whitespace().collect::<Vec<_>>());
        }
        story.settle();
        story
    }

    /// Only what is said of one criterion.
    pub(crate) fn of(&self, criterion: &str) -> Vec<Judgement> {
        self.judge().into_iter().filter(|j| j.key.criterion.as_str() == criterion).collect()
    }

    pub(crate) fn judge(&self) -> Vec<Judgement> {
        rules::judge(&self.case())
    }

    pub(crate) fn case(&self) -> Case<'_> {
        Case {
            rulebook: self.book,
            units: &self.units,
            timelines: &self.timelines,
            waivers: &self.waivers,
            declared_empty: &self.empty,
            bridges: &self.bridges,
            cleared: &self.cleared,
            since: self.since,
            as_of: Zone::SHANGHAI.end_of(self.now),
            zone: Zone::SHANGHAI,
        }
    }

    pub(crate) fn settle(&mut self) {
        let looks = std::mem::take(&mut self.looks);
        if let Some(t) = self.timelines.last_mut() {
            t.looks = looks.into_iter().zip(1..).map(|((on, (o, c)), id)| look(id, on, o, c)).collect();
            t.items.sort_by_key(|i| (i.first_seen_at, i.id));
        }
    }

    fn line(&mut self, words: &[&str]) {
        let after = |name: &str| words.iter().position(|w| *w == name).map(|i| words[i + 1]);
        match words[0] {
            "now" => self.now = day(words[1]),
            "since" => self.since = day(words[1]),
            "unit" => {
                let kind = if words[2] == "department" { UnitKind::Department } else { UnitKind::Township };
                let (from, until) = (after("from").map(day), after("until").map(day));
                self.units.push(Unit { from, until, ..unit(words[1], kind) });
            }
            "channel" => {
                self.settle();
                self.timelines.push(Timeline {
                    channel: channel(words[1], words[2], after),
                    looks: vec![],
                    items: vec![],
                });
                let id = self.timelines.last().unwrap().channel.id.unit();
                if self.units.iter().all(|u| u.id != id) {
                    self.units.push(unit(id.as_str(), UnitKind::Department));
                }
            }
            "looks" => {
                let covers = after("since").map_or(Coverage::Everything, |d| Coverage::Since(day(d)));
                self.looks.extend(days(words[1]).days().map(|d| (d, (Outcome::Read, covers))));
            }
            "unchanged" => {
                self.looks.extend(days(words[1]).days().map(|d| (d, (Outcome::Unchanged, Coverage::Everything))));
            }
            "bad" => {
                let bad = (Outcome::Failed(Reason::Timeout), Coverage::Nothing);
                self.looks.extend(days(words[1]).days().map(|d| (d, bad)));
            }
            "none" => self.looks.retain(|d, _| !days(words[1]).contains(*d)),
            "item" => {
                let claimed = day(words[1]);
                let id = self.timelines.last().unwrap().items.len() as i64 + 1;
                let mut new = item(id, Some(claimed), after("seen").map_or(claimed, day));
                new.title = after("title").map_or(new.title, str::to_owned);
                new.dated_by_person = after("person").map(day);
                let other = |name, from| after(name).map(|d| Claim { from, day: day(d) });
                new.other_dates.extend(other("page", DateFrom::Page));
                new.other_dates.extend(other("address", DateFrom::Url));
                self.timelines.last_mut().unwrap().items.push(new);
            }
            "every" => {
                let all: Vec<Day> = days(words[2]).days().step_by(words[1].parse().unwrap()).collect();
                let items = &mut self.timelines.last_mut().unwrap().items;
                for d in all {
                    let id = items.len() as i64 + 1;
                    items.push(item(id, Some(d), d));
                }
            }
            "undated" => {
                let id = self.timelines.last().unwrap().items.len() as i64 + 1;
                let new = Item { dated_by_person: after("dated").map(day), ..item(id, None, day(words[1])) };
                self.timelines.last_mut().unwrap().items.push(new);
            }
            "waive" => self.waivers.push(Waiver {
                id: self.waivers.len() as i64 + 1,
                unit: words[1].split('/').next().unwrap().parse().unwrap(),
                channel: words[1].contains('/').then(|| words[1].parse().unwrap()),
                criterion: words.get(3).map(|c| c.parse().unwrap()),
                days: days(words[2]),
                reason: "机构调整".to_owned(),
                document: "钟政办〔2026〕1号".to_owned(),
                approver: "张三".to_owned(),
            }),
            "empty" => self.empty.push(DeclaredEmpty {
                id: self.empty.len() as i64 + 1,
                channel: words[1].parse().unwrap(),
                days: days(words[2]),
                reason: "本年无人事变动".to_owned(),
                approver: "张三".to_owned(),
            }),
            "bridge" => self.bridges.push(Bridge {
                id: words[1].parse().unwrap(),
                canary_days: words[2].parse().unwrap(),
                canaries: after("canary").into_iter().map(|c| c.parse().unwrap()).collect(),
            }),
            "clear" => self.cleared.push(FleetClearance {
                fleet: match words[1] {
                    "bridge" => Fleet::Bridge(words[2].parse().unwrap()),
                    _ => Fleet::Host(words[2].to_owned()),
                },
                days: days(words[3]),
            }),
            other => panic!("no such line: {other}"),
        }
    }
}

fn channel<'t>(id: &str, kind: &str, after: impl Fn(&str) -> Option<&'t str>) -> Channel {
    let bridge = after("bridge").map(|b| b.parse().unwrap());
    let trust = match after("trust") {
        Some("clears") => Some(Trust::Clears),
        Some("full") => Some(Trust::Full),
        Some(_) => Some(Trust::Witnessed),
        None => bridge.as_ref().map(|_| Trust::Witnessed),
    };
    Channel {
        id: id.parse().unwrap(),
        kind: ChannelKind::ALL.into_iter().find(|k| k.word() == kind).unwrap_or_else(|| panic!("no kind: {kind}")),
        name: id.split('/').nth(1).unwrap_or_default().to_owned(),
        url: after("url").map_or_else(|| format!("https://example.gov.cn/{id}/"), str::to_owned),
        source: trust.map_or(Source::Auto, |trust| Source::Feed {
            trust,
            bridge,
            zone_hours: Some(8),
            profile: FeedProfile::Generic,
            key: None,
        }),
        identity: Default::default(),
        life: Life { from: after("from").map_or(day("2025-01-01"), day), until: after("until").map(day) },
    }
}

/// `breached 03-02…03-15 -3 [flags]`, days of other years in full.
pub(crate) fn show(j: &Judgement) -> String {
    let short = |d: Day| d.to_string().trim_start_matches("2026-").to_owned();
    let mut text = format!("{} {}…{}", j.verdict.word(), short(j.key.days.first), short(j.key.days.last));
    if j.points != model::Points::ZERO {
        text += &format!(" {}", j.points);
    }
    for flag in &j.flags {
        text += &format!(" {}", flag.word());
    }
    text
}

pub(crate) fn lines(all: &[Judgement]) -> String {
    all.iter().map(|j| show(j) + "\n").collect()
}

/// Tells the story, judges it by one criterion, and compares with the expected lines.
#[track_caller]
pub(crate) fn check(criterion: &str, story: &str, expected: &str) {
    compare(&Story::told(story).of(criterion), expected);
}

#[track_caller]
pub(crate) fn compare(found: &[Judgement], expected: &str) {
    let wanted: String = expected.lines().map(str::trim).filter(|l| !l.is_empty()).map(|l| format!("{l}\n")).collect();
    assert_eq!(lines(found), wanted, "\n{:#?}", found.iter().map(|j| &j.proof.enough).collect::<Vec<_>>());
}
