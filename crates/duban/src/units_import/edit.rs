//! The text of `units.toml`, edited in place: whatever is not changed stays as it was written, comments included.

use std::fmt::Write as _;
use std::ops::Range;

use model::{ChannelKind, UnitKind};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::merge::unit_word;

/// A new unit with its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewUnit {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: UnitKind,
    pub(super) contacts: Vec<String>,
    pub(super) channels: Vec<NewChannel>,
}

/// A new column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewChannel {
    pub(super) id: String,
    pub(super) kind: ChannelKind,
    pub(super) name: String,
    pub(super) url: String,
}

/// A value to be set in a unit, or in one of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Set {
    unit: String,
    channel: Option<String>,
    key: &'static str,
    value: String,
}

/// Everything that is to be done to the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edits {
    pub(super) units: Vec<NewUnit>,
    /// With the id of the unit that exists.
    pub(super) channels: Vec<(String, NewChannel)>,
    sets: Vec<Set>,
}

impl Edits {
    pub(super) fn set(&mut self, unit: &str, channel: Option<&str>, key: &'static str, value: &str) {
        let channel = channel.map(str::to_owned);
        self.sets.push(Set { unit: unit.to_owned(), channel, key, value: quoted(value) });
    }

    pub(super) fn set_list(&mut self, unit: &str, key: &'static str, values: &[String]) {
        self.sets.push(Set { unit: unit.to_owned(), channel: None, key, value: list(values) });
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|v| quoted(v)).collect::<Vec<_>>().join(", "))
}

/// Does the text hold any unit? A torn text is taken to: its mistakes are then told.
pub(super) fn has_units(text: &str) -> bool {
    let (root, errors) = DeTable::parse_recoverable(text);
    !errors.is_empty() || root.get_ref().contains_key("unit")
}

/// The text with the edits. It must have been read without a mistake before.
pub(super) fn apply(text: &str, edits: &Edits) -> String {
    let (root, _) = DeTable::parse_recoverable(text);
    let units = tables(root.get_ref(), "unit");
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for set in &edits.sets {
        let unit = units.iter().copied().find(|u| is(u, &set.unit));
        let table = match (&set.channel, unit) {
            (Some(id), Some(u)) => tables(u, "channel").into_iter().find(|c| is(c, id)),
            (None, unit) => unit,
            (Some(_), None) => None,
        };
        let Some(table) = table else { continue };
        match (get(table, set.key), get(table, "name")) {
            (Some(value), _) => changes.push((value.span(), set.value.clone())),
            (None, Some(name)) => {
                let at = line_end(text, name.span().end);
                changes.push((at..at, format!("\n{} = {}", set.key, set.value)));
            }
            (None, None) => {}
        }
    }
    for (id, channel) in &edits.channels {
        let Some(unit) = units.iter().copied().find(|u| is(u, id)) else { continue };
        let at = line_end(text, end_of(unit));
        changes.push((at..at, format!("\n\n{}", channel_text(channel).trim_end())));
    }
    let mut out = text.to_owned();
    // From the back, so that places stay true; of several at one place the last comes first and so stands last.
    changes.sort_by_key(|(range, _)| range.start);
    for (range, new) in changes.into_iter().rev() {
        out.replace_range(range, &new);
    }
    for unit in &edits.units {
        append(&mut out, unit);
    }
    if text.contains("\r\n") { out.replace("\r\n", "\n").replace('\n', "\r\n") } else { out }
}

fn append(out: &mut String, unit: &NewUnit) {
    if !out.is_empty() {
        let gap = if out.ends_with('\n') { "\n" } else { "\n\n" };
        out.push_str(gap);
    }
    // Writing into a `String` cannot fail.
    let _ = write!(
        out,
        "[[unit]]\nid = {}\nname = {}\nkind = {:?}\ncontacts = {}\n",
        quoted(&unit.id),
        quoted(&unit.name),
        unit_word(unit.kind),
        list(&unit.contacts)
    );
    for channel in &unit.channels {
        out.push('\n');
        out.push_str(&channel_text(channel));
    }
}

fn channel_text(c: &NewChannel) -> String {
    format!(
        "[[unit.channel]]\nid = {}\nkind = {:?}\nname = {}\nurl = {}\n",
        quoted(&c.id),
        c.kind.word(),
        quoted(&c.name),
        quoted(&c.url)
    )
}

type Table<'a, 'i> = &'a DeTable<'i>;

fn get<'a, 'i>(table: Table<'a, 'i>, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
    table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
}

fn tables<'a, 'i>(table: Table<'a, 'i>, key: &str) -> Vec<Table<'a, 'i>> {
    let array = get(table, key).and_then(|v| v.get_ref().as_array());
    array.map(|a| a.iter().filter_map(|v| v.get_ref().as_table()).collect()).unwrap_or_default()
}

fn is(table: Table<'_, '_>, id: &str) -> bool {
    get(table, "id").and_then(|v| v.get_ref().as_str()) == Some(id)
}

/// Where the last value of a table ends.
fn end_of(table: Table<'_, '_>) -> usize {
    table.iter().map(|(_, v)| end(v)).max().unwrap_or(0)
}

fn end(value: &Spanned<DeValue<'_>>) -> usize {
    let inner = match value.get_ref() {
        DeValue::Table(t) => end_of(t),
        DeValue::Array(a) => a.iter().map(end).max().unwrap_or(0),
        _ => 0,
    };
    inner.max(value.span().end)
}

/// The end of the line on which this place lies, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(['\r', '\n']).unwrap_or(rest.len())
}
