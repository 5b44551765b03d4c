//! `units.toml`: who is watched, and where.

use std::collections::BTreeMap;

use model::unit::Life;
use model::{Bridge, Channel, ChannelId, ChannelKind, Day, Identity, Source, Trust, Unit, UnitId, UnitKind};
use rules::toml_reader::{Doc, Mistake, Table, Value};

use super::district::{mailbox, web_address};
use super::sources;

/// What people see of every account is a source of it too.
pub(super) const MANUAL: &str = "manual";

pub(super) struct Units {
    pub(super) units: Vec<Unit>,
    pub(super) channels: Vec<Channel>,
    /// Further sources of accounts.
    pub(super) streams: Vec<Channel>,
    pub(super) bridges: Vec<Bridge>,
}

/// A channel with its further sources.
type Accounts = (Channel, Vec<Channel>);

/// A line that names something, kept so that a second one of the same name can be told where the first stands.
type Seen = std::cell::RefCell<BTreeMap<String, String>>;

pub(super) fn parse(text: &str, file: &str, since: Day) -> Result<Units, Vec<Mistake>> {
    let doc = Doc::parse(text, file)?;
    let root = doc.root();
    let seen = Seen::default();
    let bridges = root.tables("bridge", |t| bridge(t, &seen));
    let known: Vec<String> = seen.borrow().keys().filter_map(|k| k.strip_prefix("桥接")).map(str::to_owned).collect();
    let (mut channels, mut streams) = (vec![], vec![]);
    let mut units = vec![];
    for (unit, own) in root.tables("unit", |t| unit(t, since, &known, &seen)) {
        units.push(unit);
        for (channel, mut further) in own {
            channels.push(channel);
            streams.append(&mut further);
        }
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
    doc.finish(Some(Units { units, channels, streams, bridges }))
}

fn unit(t: &Table<'_>, since: Day, bridges: &[String], seen: &Seen) -> Option<(Unit, Vec<Accounts>)> {
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
) -> Option<Accounts> {
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
    let source = t.or("source", Source::Auto, |v| sources::source(v, bridges));
    let given = t.may("url", web_address);
    let from = t.may("from", Value::day);
    let until = t.may("until", Value::day);
    let life = span(t, from.flatten(), until.flatten());
    let identity = t.or("account", Identity::default(), |v| sources::identity(&v.table()?));
    let media = kind.is_none_or(ChannelKind::is_new_media);
    if !media && (t.has("also") || t.has("account")) {
        t.mistake("also 和 account 只用于政务新媒体账号");
    }
    let manual = t.or("manual_trust", Trust::Full, sources::trust_word);
    if !media && t.has("manual_trust") {
        t.mistake("manual_trust 只用于政务新媒体账号");
    }
    let own = t.tables("also", |t| {
        let name = t.need("id", Value::text)?;
        let source = t.need("source", |v| sources::source(v, bridges));
        let url = t.may("url", web_address);
        let url = source.as_ref().zip(url).and_then(|(s, url)| sources::address(t, s, url));
        t.finish();
        let known = id.as_ref()?;
        let stream = match known.stream(&name) {
            Ok(_) if name == MANUAL => return t_mistake(t, format!("来源编号「{MANUAL}」留给人工查看，请换一个")),
            Ok(stream) => stream,
            Err(e) => return t_mistake(t, e.to_string()),
        };
        if seen.borrow_mut().insert(format!("来源{stream}"), name.clone()).is_some() {
            return t_mistake(t, format!("来源编号「{name}」用了两次，请改掉一个"));
        }
        Some((stream, url?, source?))
    });
    let source = source.map(|s| sources::in_beijing(s, media));
    let url = source.as_ref().zip(given).and_then(|(s, given)| sources::address(t, s, given));
    t.finish();
    life?;
    let from = from?.map_or(start, |f| f.max(start));
    let until = match (until?, end) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let life = Life { from, until };
    let channel = Channel { id: id?, kind: kind?, name: name?, url: url?, source: source?, identity: identity?, life };
    let mut streams: Vec<Channel> =
        own.into_iter().map(|(id, url, source)| Channel { id, url, source, ..channel.clone() }).collect();
    if channel.kind.is_new_media() && !matches!(channel.source, Source::Manual { .. }) {
        let (id, source) = (channel.id.stream(MANUAL).ok()?, Source::Manual { trust: manual? });
        streams.push(Channel { id, source, ..channel.clone() });
    }
    Some((channel, streams))
}

fn t_mistake<T>(t: &Table<'_>, text: String) -> Option<T> {
    t.mistake(text);
    None
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
