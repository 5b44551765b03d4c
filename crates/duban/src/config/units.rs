//! `units.toml`: who is watched, and where.

use std::collections::BTreeMap;

use model::unit::Life;
use model::{Bridge, BridgeId, Channel, ChannelId, ChannelKind, Day, Source, Trust, Unit, UnitId, UnitKind};
use rules::toml_reader::{Doc, Mistake, Table, Value};

use super::district::{mailbox, web_address};

pub(super) struct Units {
    pub(super) units: Vec<Unit>,
    pub(super) channels: Vec<Channel>,
    pub(super) bridges: Vec<Bridge>,
}

/// A line that names something, kept so that a second one of the same name can be told where the first stands.
type Seen = std::cell::RefCell<BTreeMap<String, String>>;

pub(super) fn parse(text: &str, file: &str, since: Day) -> Result<Units, Vec<Mistake>> {
    let doc = Doc::parse(text, file)?;
    let root = doc.root();
    let seen = Seen::default();
    let bridges = root.tables("bridge", |t| bridge(t, &seen));
    let known: Vec<String> = seen.borrow().keys().filter_map(|k| k.strip_prefix("桥接")).map(str::to_owned).collect();
    let mut channels = vec![];
    let mut units = vec![];
    for (unit, mut own) in root.tables("unit", |t| unit(t, since, &known, &seen)) {
        units.push(unit);
        channels.append(&mut own);
    }
    if !root.has("unit") {
        root.mistake("没有任何单位，请加入 [[unit]]");
    }
    root.finish();
    for bridge in &bridges {
        for canary in bridge.canaries.iter().filter(|c| !channels.iter().any(|ch| ch.id == **c)) {
            root.mistake(format!("桥接「{}」的哨兵「{canary}」不是已配置的账号", bridge.id));
        }
    }
    doc.finish(Some(Units { units, channels, bridges }))
}

fn unit(t: &Table<'_>, since: Day, bridges: &[String], seen: &Seen) -> Option<(Unit, Vec<Channel>)> {
    let id: Option<UnitId> = t.need("id", |v| unique(v, "单位", seen));
    let name = t.need("name", Value::text);
    let kind = t.need("kind", |v| v.word(&[("department", UnitKind::Department), ("township", UnitKind::Township)]));
    let aliases = t.or("aliases", vec![], |v| v.each(Value::text));
    let contacts = t.or("contacts", vec![], |v| v.each(mailbox));
    let from = t.may("from", Value::day);
    let until = t.may("until", Value::day);
    let life = span(t, from.flatten(), until.flatten());
    // Channels of a unit without a name are still read, for their own mistakes.
    let shown = id.clone().or_else(|| "unnamed".parse().ok())?;
    let start = from.flatten().map_or(since, |f| f.max(since));
    let channels = t.tables("channel", |c| channel(c, &shown, (start, until.flatten()), bridges, seen));
    if !t.has("channel") {
        t.mistake("该单位没有任何栏目，请加入 [[unit.channel]]，或删去该单位");
    }
    t.finish();
    life?;
    let unit =
        Unit { id: id?, name: name?, kind: kind?, aliases: aliases?, contacts: contacts?, from: from?, until: until? };
    Some((unit, channels))
}

fn channel(
    t: &Table<'_>,
    unit: &UnitId,
    (start, end): (Day, Option<Day>),
    bridges: &[String],
    seen: &Seen,
) -> Option<Channel> {
    let id = t.need("id", |v| {
        let name = v.text()?;
        match ChannelId::new(unit, &name) {
            Ok(id) => first_time(v, "栏目", id.as_str(), seen).then_some(id),
            Err(e) => v.mistake(e.to_string()),
        }
    });
    let words: Vec<(&str, ChannelKind)> = ChannelKind::ALL.iter().map(|k| (k.word(), *k)).collect();
    let kind = t.need("kind", |v| v.word(&words));
    let name = t.need("name", Value::text);
    let url = t.need("url", web_address);
    let source = t.or("source", Source::Auto, |v| source(v, bridges));
    let from = t.may("from", Value::day);
    let until = t.may("until", Value::day);
    let life = span(t, from.flatten(), until.flatten());
    t.finish();
    life?;
    let from = from?.map_or(start, |f| f.max(start));
    let until = match (until?, end) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Some(Channel { id: id?, kind: kind?, name: name?, url: url?, source: source?, life: Life { from, until } })
}

fn span(t: &Table<'_>, from: Option<Day>, until: Option<Day>) -> Option<()> {
    match (from, until) {
        (Some(f), Some(u)) if u < f => {
            t.mistake(format!("until（{u}）早于 from（{f}）"));
            None
        }
        _ => Some(()),
    }
}

fn bridge(t: &Table<'_>, seen: &Seen) -> Option<Bridge> {
    let id = t.need("id", |v| unique(v, "桥接", seen));
    let canaries = t.or("canaries", vec![], |v| v.each(Value::parsed));
    let canary_days = t.or("canary_days", 3, |v| v.count(1..=60));
    t.finish();
    Some(Bridge { id: id?, canaries: canaries?, canary_days: canary_days? })
}

/// `"auto"`, `"feed"`, or a table with one of `feed`, `json`, `selectors`.
pub(super) fn source(v: &Value<'_>, bridges: &[String]) -> Option<Source> {
    if !v.is_table() {
        #[derive(Clone, Copy)]
        enum Word {
            Auto,
            Feed,
        }
        return Some(match v.word(&[("auto", Word::Auto), ("feed", Word::Feed)])? {
            Word::Auto => Source::Auto,
            Word::Feed => Source::Feed { trust: Trust::default(), bridge: None, zone_hours: 8 },
        });
    }
    let t = v.table()?;
    let feed = t.may("feed", |v| feed(&v.table()?, bridges));
    let json = t.may("json", |v| json(&v.table()?));
    let selectors = t.may("selectors", |v| selectors(&v.table()?));
    t.finish();
    let mut given = [feed?, json?, selectors?].into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(source), None) => Some(source),
        _ => v.mistake("应恰好写 feed、json、selectors 中的一项"),
    }
}

fn feed(t: &Table<'_>, bridges: &[String]) -> Option<Source> {
    let trust = t.or("trust", Trust::default(), |v| {
        v.word(&[("clears", Trust::Clears), ("witnessed", Trust::Witnessed), ("full", Trust::Full)])
    });
    let bridge = t.may("bridge", |v| {
        let id: BridgeId = v.parsed()?;
        if bridges.iter().any(|b| b == id.as_str()) {
            return Some(id);
        }
        v.mistake(format!("没有登记桥接「{id}」：请加入 [[bridge]] id = \"{id}\""))
    });
    let zone = t.or("zone_hours", 8, |v| v.integer(-12..=14));
    t.finish();
    Some(Source::Feed { trust: trust?, bridge: bridge?, zone_hours: i32::try_from(zone?).unwrap_or(8) })
}

fn json(t: &Table<'_>) -> Option<Source> {
    let entries = t.need("entries", Value::any_text);
    let (title, url, date) = (t.need("title", Value::text), t.need("url", Value::text), t.need("date", Value::text));
    t.finish();
    Some(Source::Json { entries: entries?, title: title?, url: url?, date: date? })
}

fn selectors(t: &Table<'_>) -> Option<Source> {
    let row = t.need("row", Value::text);
    let (link, title) = (t.may("link", Value::text), t.may("title", Value::text));
    let (date, next) = (t.may("date", Value::text), t.may("next", Value::text));
    t.finish();
    Some(Source::Selectors { row: row?, link: link?, title: title?, date: date?, next: next? })
}

/// An id that no other of its kind has.
fn unique<T: std::str::FromStr<Err: std::fmt::Display> + std::fmt::Display>(
    v: &Value<'_>,
    what: &str,
    seen: &Seen,
) -> Option<T> {
    let id: T = v.parsed()?;
    first_time(v, what, &id.to_string(), seen).then_some(id)
}

fn first_time(v: &Value<'_>, what: &str, id: &str, seen: &Seen) -> bool {
    match seen.borrow_mut().insert(format!("{what}{id}"), id.to_owned()) {
        None => true,
        Some(_) => {
            v.mistake::<()>(format!("{what}编号「{id}」用了两次，请改掉一个"));
            false
        }
    }
}
