//! A large district for long runs: what is published, what is out of order and when the monitor itself is not well is all
//! left to chance, by seed. No story is told; the key works out what must come of it.

mod faults;
mod silences;

use model::{ChannelKind, Day, Trust, UnitKind};

use crate::Plan;
use crate::cast;
use crate::clock::{Stamp, stamp};
use crate::column::{Column, Family, Office, Post};
use crate::district::Parts;
use crate::rhythm;
use crate::rng::Rng;
use crate::rounds::Rounds;

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoakPlan {
    /// Of all that is left to chance.
    pub seed: u64,
    /// How many units there are.
    pub units: usize,
    /// How many channels each has, accounts among them.
    pub channels: usize,
    /// The first day of monitoring.
    pub first: Day,
    /// How many days are monitored.
    pub days: u32,
    /// How many rounds of looks there are in a day.
    pub looks: u32,
}

impl SoakPlan {
    /// When the monitor looks, and what is the matter with it.
    #[must_use]
    pub fn rounds(&self) -> Rounds {
        Rounds::troubled(&self.plan(), &hours(self.looks))
    }

    /// The days of the run.
    pub fn each_day(&self) -> impl Iterator<Item = Day> + use<> {
        self.first.iter_days().take(self.days.max(1) as usize)
    }

    pub(crate) fn plan(&self) -> Plan {
        Plan { seed: self.seed, first: self.first, days: self.days }
    }
}

type K = ChannelKind;

/// The columns of a unit, in this order; a longer list goes on with columns of the last kinds.
const COLUMNS: &[(&str, K, &str)] = &[
    ("gzdt", K::WorkNews, "工作动态"),
    ("tzgg", K::Notices, "通知公告"),
    ("zdly", K::KeyArea, "重点领域"),
    ("xxgk", K::Disclosure, "法定主动公开内容"),
    ("zcwj", K::Policies, "政策文件"),
    ("zsk", K::Faq, "常见问题知识库"),
    ("hygq", K::Responses, "回应关切"),
    ("jd", K::Interpretation, "政策解读"),
    ("ggqsy", K::PublicInstitutions, "公共企事业单位"),
    ("nb", K::AnnualReport, "政府信息公开年报"),
];

/// Kinds of pages, by turns. A list without years says too little of several years.
const FAMILIES: &[Family] =
    &[Family::Trs, Family::Table, Family::Dl, Family::Vsb, Family::Gbk, Family::Divs, Family::Trs, Family::Rss];

/// Everything of the district.
pub(crate) fn write(soak: &SoakPlan) -> Parts {
    let plan = soak.plan();
    let hours = hours(soak.looks);
    let offices: Vec<Office> = (0..soak.units).map(office).collect();
    let mut columns = Vec::with_capacity(soak.units * soak.channels);
    for (index, office) in offices.iter().enumerate() {
        for n in 0..soak.channels {
            let mut column = match (n + 1 == soak.channels, n) {
                (true, n) if n > 0 => account(columns.len(), (index, office)),
                _ => column(columns.len(), (index, office), n),
            };
            let canary = index == 0 && column.bridged;
            rhythm::fill(&mut column, &plan, canary);
            if !canary {
                silences::fall(&mut column, &plan);
                let first = column.number == 0;
                faults::strike(&mut column, &plan, first);
            }
            keep_clear(&mut column.posts, &hours);
            columns.push(column);
        }
    }
    faults::strike_sections(&mut columns, &plan);
    Parts { offices, columns, stories: vec![], waivers: vec![], empties: vec![] }
}

/// The hours of the looks, evenly through the day, one of them at eight.
fn hours(looks: u32) -> Vec<u32> {
    let looks = looks.clamp(1, 8);
    let mut hours: Vec<u32> = (0..looks).map(|n| (8 + n * 24 / looks) % 24).collect();
    hours.sort_unstable();
    hours
}

fn office(n: usize) -> Office {
    let township = n % 4 == 3;
    let (kind, what) = if township { (UnitKind::Township, "镇") } else { (UnitKind::Department, "局") };
    Office { id: format!("d{n:03}").into(), name: format!("钟山区第{n}{what}").into(), kind, until: None }
}

fn column(number: usize, (index, office): (usize, &Office), n: usize) -> Column {
    let (name, kind, title) = COLUMNS.get(n).copied().unwrap_or(COLUMNS[n % 5]);
    let name = if n < COLUMNS.len() { name.to_owned() } else { format!("{name}-{n}") };
    let family = match kind {
        // Yearly reports go back for years; a feed of news would drop what is older than sixty items.
        K::AnnualReport | K::WorkNews => FAMILIES[index % 6],
        _ => FAMILIES[(index + n) % FAMILIES.len()],
    };
    let path = cast::path(&office.id, &name, family);
    let mut column = cast::blank(number, (index, office), &name, kind, family, path);
    column.name = format!("{title}{}", if n < COLUMNS.len() { String::new() } else { format!("（{n}）") });
    column
}

/// The account of a unit: by the bridge, or by a feed of its own.
fn account(number: usize, (index, office): (usize, &Office)) -> Column {
    let (family, trust, path) = match index % 4 {
        0 => (Family::Rss, Trust::Witnessed, format!("/bridge/feeds/MP_WXS_{}.rss", 3_200_000 + index * 7919)),
        1 => (Family::Atom, Trust::Full, format!("/wx/{}/feed.xml", office.id)),
        2 => (Family::JsonFeed, Trust::Clears, format!("/wx/{}/feed.json", office.id)),
        _ => (Family::Rss, Trust::Full, format!("/wx/{}/feed.xml", office.id)),
    };
    let mut column = cast::blank(number, (index, office), "wx", K::Wechat, family, path);
    column.name = format!("{}发布", office.name);
    (column.bridged, column.trust) = (index.is_multiple_of(4), trust);
    column
}

/// Nothing happens while a round is under way, not even if it has to be begun again: what the key sees at the hour, the
/// monitor must see too.
fn keep_clear(posts: &mut [Post], hours: &[u32]) {
    for post in posts {
        post.shown_from = clear(post.shown_from, hours);
        post.shown_until = post.shown_until.map(|at| clear(at, hours));
    }
}

fn clear(at: Stamp, hours: &[u32]) -> Stamp {
    use chrono::Timelike as _;
    if hours.contains(&at.hour()) && at.minute() < 45 { stamp(at.date(), at.hour(), 45) } else { at }
}

/// A time of day at which no round is under way.
fn between_rounds(day: Day, rng: &mut Rng) -> Stamp {
    stamp(day, u32::try_from(rng.between(0, 23)).unwrap_or(0), 45)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_plan_begins_as_a_shorter_one_does() {
        let first = "2025-12-20".parse().unwrap();
        let short = SoakPlan { seed: 8, units: 5, channels: 12, first, days: 50, looks: 4 };
        let long = SoakPlan { days: 400, ..short };
        let last = short.plan().last();
        let begins = |soak: &SoakPlan| -> Vec<Column> {
            let mut columns = write(soak).columns;
            for column in &mut columns {
                column.posts.retain(|p| p.shown_from.date() <= last);
                column.faults.retain(|f| f.from.date() <= last);
            }
            columns
        };
        assert_eq!(begins(&short), begins(&long));
        for day in short.each_day() {
            assert_eq!(short.rounds().of(day), long.rounds().of(day));
        }
    }
}
