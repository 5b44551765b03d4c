//! What the sheet wants against what is there.

use std::collections::{BTreeMap, BTreeSet};

use model::{Channel, Unit, UnitId, UnitKind};
use sheets::Mistake;

use super::Plan;
use super::edit::{Edits, NewChannel, NewUnit};
use super::sheet::Wanted;
use crate::guess;

pub(super) struct Merged {
    pub(super) plan: Plan,
    pub(super) edits: Edits,
}

/// A unit of the sheet: one that exists, or a new one.
struct Target {
    id: String,
    existing: Option<usize>,
    name: String,
    kind: UnitKind,
    contacts: Vec<String>,
    rows: Vec<usize>,
}

/// Compares row by row. What cannot be is noted in `mistakes`; then the result means nothing.
pub(super) fn merge(rows: &[Wanted], units: &[Unit], channels: &[Channel], mistakes: &mut Vec<Mistake>) -> Merged {
    let mut m = Merge { rows, units, channels, mistakes, plan: Plan::default(), edits: Edits::default() };
    m.twice();
    let targets = m.targets();
    let mut met: BTreeSet<usize> = BTreeSet::new();
    for target in &targets {
        m.unit(target);
        m.channels_of(target, &mut met);
    }
    m.refused_rows(&mut met);
    let kept = channels.iter().enumerate().filter(|(i, _)| !met.contains(i));
    m.plan.kept.extend(kept.map(|(_, c)| format!("{} {}：表中没有，保留", c.id, c.name)));
    Merged { plan: m.plan, edits: m.edits }
}

/// The mistake has been noted; the row is not looked at any further.
struct Told;

struct Merge<'a> {
    rows: &'a [Wanted],
    units: &'a [Unit],
    channels: &'a [Channel],
    mistakes: &'a mut Vec<Mistake>,
    plan: Plan,
    edits: Edits,
}

impl Merge<'_> {
    /// No address twice: both columns would be judged by the same items.
    fn twice(&mut self) {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for row in self.rows.iter().filter(|r| r.adopt && !r.url.value.is_empty()) {
            match seen.get(row.url.value.as_str()) {
                Some(first) => {
                    let message = format!("与 {first} 是同一网址：请只采用一行");
                    self.mistakes.push(Mistake::at(&row.url.at, message));
                }
                None => {
                    seen.insert(&row.url.value, row.url.at.to_string());
                }
            }
        }
    }

    /// The units of the rows that are wanted, each once, with their ids.
    fn targets(&mut self) -> Vec<Target> {
        let mut out: Vec<Target> = Vec::new();
        let mut taken: BTreeSet<String> = self.units.iter().map(|u| u.id.to_string()).collect();
        for (i, row) in self.rows.iter().enumerate().filter(|(_, r)| r.adopt && !r.unit.value.is_empty()) {
            let Ok(existing) = self.existing_unit(row) else { continue };
            let known = out.iter().position(|t| match existing {
                Some(e) => t.existing == Some(e),
                None => t.existing.is_none() && t.name == row.unit.value,
            });
            match known {
                Some(at) => self.again(&mut out[at], row, i),
                None => {
                    let target = self.target(row, i, existing, &mut taken);
                    out.push(target);
                }
            }
        }
        out
    }

    fn target(&mut self, row: &Wanted, i: usize, existing: Option<usize>, taken: &mut BTreeSet<String>) -> Target {
        let unit = existing.map(|e| &self.units[e]);
        let kind = row.unit_kind.as_ref().map(|k| k.value).or_else(|| unit.map(|u| u.kind));
        if kind.is_none() {
            self.mistakes.push(Mistake::at(&row.unit.at, format!("「{}」是新单位，请填单位类别", row.unit.value)));
        }
        let id = match (unit, &row.unit_id) {
            (Some(unit), _) => unit.id.to_string(),
            (None, Some(id)) => {
                if !taken.insert(id.value.to_string()) {
                    self.mistakes
                        .push(Mistake::at(&id.at, format!("单位编号「{}」已属于另一单位，请换一个或留空", id.value)));
                }
                id.value.to_string()
            }
            (None, None) => fresh(&first_part(&row.url.value).unwrap_or_else(|| "dw".to_owned()), taken),
        };
        Target {
            id,
            existing,
            name: row.unit.value.clone(),
            kind: kind.unwrap_or(UnitKind::Department),
            contacts: row.contacts.clone(),
            rows: vec![i],
        }
    }

    /// A further row of a unit: it must not contradict the first.
    fn again(&mut self, target: &mut Target, row: &Wanted, i: usize) {
        target.rows.push(i);
        if let Some(kind) = row.unit_kind.as_ref().filter(|k| k.value != target.kind) {
            let message = format!("同一单位「{}」前面填的是“{}”，请统一", target.name, target.kind.label());
            self.mistakes.push(Mistake::at(&kind.at, message));
        }
        if let Some(id) = row.unit_id.as_ref().filter(|id| target.existing.is_none() && id.value.as_str() != target.id)
        {
            let message = format!("同一单位「{}」前面的编号是「{}」，请统一", target.name, target.id);
            self.mistakes.push(Mistake::at(&id.at, message));
        }
        for contact in row.contacts.iter().filter(|c| !target.contacts.contains(c)).cloned().collect::<Vec<_>>() {
            target.contacts.push(contact);
        }
    }

    /// The unit that a row means: by name, alias or id. An id under a quite different name is a mistake, not a new name.
    fn existing_unit(&mut self, row: &Wanted) -> Result<Option<usize>, Told> {
        let name = &row.unit.value;
        let named = self.units.iter().position(|u| u.name == *name || u.aliases.iter().any(|a| a == name));
        let id = row.unit_id.as_ref();
        let by_id = id.and_then(|id| Some((id, self.units.iter().position(|u| u.id == id.value)?)));
        match (named, by_id) {
            (Some(n), Some((id, i))) if n != i => {
                let (n, i) = (&self.units[n], &self.units[i]);
                let message =
                    format!("单位编号「{}」属于「{}」，而「{name}」的编号是「{}」：请改正其一", i.id, i.name, n.id);
                self.mistakes.push(Mistake::at(&id.at, message));
                Err(Told)
            }
            (Some(n), _) => Ok(Some(n)),
            (None, Some((_, i))) if alike(&self.units[i].name, name) => Ok(Some(i)),
            (None, Some((id, i))) => {
                let message = format!(
                    "单位编号「{}」已属于「{}」：确是同一单位，请照原名填写（改名请直接改 units.toml）；否则请换一个编号或留空",
                    id.value, self.units[i].name
                );
                self.mistakes.push(Mistake::at(&id.at, message));
                Err(Told)
            }
            (None, None) => Ok(None),
        }
    }

    fn unit(&mut self, target: &Target) {
        let Some(at) = target.existing else {
            self.plan.units_added.push(format!("{} {}", target.id, target.name));
            self.edits.units.push(NewUnit {
                id: target.id.clone(),
                name: target.name.clone(),
                kind: target.kind,
                contacts: target.contacts.clone(),
                channels: vec![],
            });
            return;
        };
        let unit = &self.units[at];
        let id = unit.id.to_string();
        if target.name != unit.name && !unit.aliases.contains(&target.name) {
            self.plan.notes.push(format!("表中的「{}」即已有单位「{}」（{id}），名称未改", target.name, unit.name));
        }
        if target.kind != unit.kind {
            self.plan.changed.push(format!("{id} 单位类别：{} → {}", unit.kind.label(), target.kind.label()));
            self.edits.set(&id, None, "kind", unit_word(target.kind));
        }
        if !target.contacts.is_empty() && target.contacts != unit.contacts {
            let shown = |c: &[String]| if c.is_empty() { "无".to_owned() } else { c.join(" ") };
            self.plan.changed.push(format!("{id} 信息员邮箱：{} → {}", shown(&unit.contacts), shown(&target.contacts)));
            self.edits.set_list(&id, "contacts", &target.contacts);
        }
    }

    fn channels_of(&mut self, target: &Target, met: &mut BTreeSet<usize>) {
        let own: Vec<usize> = match target.existing {
            Some(u) => (0..self.channels.len()).filter(|c| self.channels[*c].id.unit() == self.units[u].id).collect(),
            None => vec![],
        };
        let mut taken: BTreeSet<String> = own.iter().map(|c| self.channels[*c].id.name().to_owned()).collect();
        // Ids that the clerk wrote come first: made ones go around them.
        let written = target.rows.iter().filter_map(|r| self.rows[*r].id.as_ref()).map(|id| id.value.clone());
        let reserved: BTreeSet<String> = written.collect();
        for at in &target.rows {
            let row = &self.rows[*at];
            match self.existing_channel(row, &own) {
                Err(Told) => {}
                Ok(Some(c)) => {
                    if !met.insert(c) {
                        let message = format!("与另一行同是已有栏目「{}」，请只留一行", self.channels[c].id);
                        self.mistakes.push(Mistake::at(&row.name.at, message));
                    }
                    self.changes(row, c);
                }
                Ok(None) => self.add(target, row, &mut taken, &reserved),
            }
        }
    }

    /// The column that a row means, within its unit: by address, else by id.
    fn existing_channel(&mut self, row: &Wanted, own: &[usize]) -> Result<Option<usize>, Told> {
        let by_url = own.iter().copied().find(|c| self.channels[*c].url == row.url.value);
        let id = row.id.as_ref();
        let by_id = id.and_then(|id| own.iter().copied().find(|c| self.channels[*c].id.name() == id.value));
        match (by_url, by_id, id) {
            (Some(u), Some(i), Some(id)) if u != i => {
                let message = format!(
                    "栏目编号「{}」是「{}」，而这个网址是已有栏目「{}」：请改正其一",
                    id.value, self.channels[i].name, self.channels[u].id
                );
                self.mistakes.push(Mistake::at(&id.at, message));
                Err(Told)
            }
            (Some(u), _, _) => {
                if let Some(id) = id.filter(|id| by_id.is_none() && id.value != self.channels[u].id.name()) {
                    self.plan.notes.push(format!("{} 已有编号，表中的「{}」未采用", self.channels[u].id, id.value));
                }
                Ok(Some(u))
            }
            (None, Some(i), Some(id)) if self.channels[i].name != row.name.value => {
                let message = format!(
                    "栏目编号「{}」已属于「{}」（{}）：确是同一栏目，请照原名填写；否则请换一个编号或留空",
                    id.value, self.channels[i].name, self.channels[i].url
                );
                self.mistakes.push(Mistake::at(&id.at, message));
                Err(Told)
            }
            (None, by_id, _) => Ok(by_id),
        }
    }

    fn changes(&mut self, row: &Wanted, c: usize) {
        let channel = &self.channels[c];
        let id = channel.id.to_string();
        let (unit, name) = (channel.id.unit(), channel.id.name());
        let before = self.plan.changed.len();
        if let Some(kind) = row.kind.as_ref().filter(|k| k.value != channel.kind) {
            self.plan.changed.push(format!("{id} 类别：{} → {}", channel.kind.label(), kind.value.label()));
            self.edits.set(unit.as_str(), Some(name), "kind", kind.value.word());
        }
        if row.name.value != channel.name {
            self.plan.changed.push(format!("{id} 名称：{} → {}", channel.name, row.name.value));
            self.edits.set(unit.as_str(), Some(name), "name", &row.name.value);
        }
        if row.url.value != channel.url {
            self.plan.changed.push(format!("{id} 网址：{} → {}", channel.url, row.url.value));
            self.edits.set(unit.as_str(), Some(name), "url", &row.url.value);
        }
        if self.plan.changed.len() == before {
            self.plan.unchanged += 1;
        }
    }

    fn add(&mut self, target: &Target, row: &Wanted, taken: &mut BTreeSet<String>, reserved: &BTreeSet<String>) {
        let elsewhere = self.channels.iter().find(|c| c.url == row.url.value);
        if let Some(other) = elsewhere {
            let message = format!("这个网址已是「{}」的栏目：一个栏目只能有一个责任单位", other.id);
            self.mistakes.push(Mistake::at(&row.url.at, message));
        }
        let id = match &row.id {
            Some(id) => {
                if !taken.insert(id.value.clone()) {
                    let message = format!("栏目编号「{}」在该单位用了两次，请换一个或留空", id.value);
                    self.mistakes.push(Mistake::at(&id.at, message));
                }
                id.value.clone()
            }
            None => {
                let mut all: BTreeSet<String> = taken.union(reserved).cloned().collect();
                let id = fresh(&guess::id(&row.url.value).unwrap_or_else(|| "lm".to_owned()), &mut all);
                taken.insert(id.clone());
                id
            }
        };
        let Some(kind) = row.kind.as_ref().map(|k| k.value) else { return };
        self.plan.added.push(format!("{}/{id} {}（{}）", target.id, row.name.value, kind.label()));
        let new = NewChannel { id, kind, name: row.name.value.clone(), url: row.url.value.clone() };
        match target.existing {
            Some(_) => self.edits.channels.push((target.id.clone(), new)),
            None => {
                if let Some(unit) = self.edits.units.iter_mut().find(|u| u.id == target.id) {
                    unit.channels.push(new);
                }
            }
        }
    }

    /// Rows with 否: what exists stays, and that is said.
    fn refused_rows(&mut self, met: &mut BTreeSet<usize>) {
        for row in self.rows.iter().filter(|r| !r.adopt) {
            let here = |c: &Channel| c.url == row.url.value;
            match self.channels.iter().position(here).filter(|_| !row.url.value.is_empty()) {
                Some(c) => {
                    if met.insert(c) {
                        let channel = &self.channels[c];
                        let words = "表中为“否”，但已在监测，保留；要停止监测，请在 units.toml 中给它写 until";
                        self.plan.kept.push(format!("{} {}：{words}", channel.id, channel.name));
                    }
                }
                None => self.plan.left += 1,
            }
        }
    }
}

pub(super) fn unit_word(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Department => "department",
        UnitKind::Township => "township",
    }
}

/// 教育局 and 钟山区教育局 are one unit where they also share the id.
fn alike(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    short.chars().count() >= 2 && long.ends_with(short)
}

/// The first part of the path, where the sections of units lie.
fn first_part(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    let part = url.path_segments()?.find(|p| !p.is_empty())?.split('.').next()?.to_lowercase();
    let fits = part.len() <= 32 && part.parse::<UnitId>().is_ok() && part != "api" && part != "index";
    fits.then_some(part)
}

fn fresh(id: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = id.to_owned();
    let mut n = 2;
    while !taken.insert(name.clone()) {
        name = format!("{id}-{n}");
        n += 1;
    }
    name
}
