//! The district as a whole: its script, and what stands where at which instant.

use std::collections::HashMap;

use model::calendar::shift;
use model::{Day, DeclaredEmpty, Waiver};

use crate::cast;
use crate::column::{Account, Column, Family, Office};
use crate::config;
use crate::fakes::{FakeAccount, Push};
use crate::pages::address;
use crate::rhythm;
use crate::rng::Rng;
use crate::rounds::Rounds;
use crate::soak::{self, SoakPlan};
use crate::stories::{self, Script, Story};
use crate::words;

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Of everything that is left to chance. The scripted stories do not depend on it.
    pub seed: u64,
    /// The first day of monitoring. The stories are written for a Wednesday that begins a quarter; under another day the
    /// key is still right, but the stories may come out otherwise than their sentences say.
    pub first: Day,
    /// How many days are monitored.
    pub days: u32,
}

impl Default for Plan {
    /// The second quarter of 2026 and two days more, so that the quarter can be proved.
    fn default() -> Plan {
        Plan { seed: 1, first: Day::from_ymd_opt(2026, 4, 1).unwrap_or_default(), days: 93 }
    }
}

impl Plan {
    /// The last day of monitoring.
    #[must_use]
    pub fn last(&self) -> Day {
        shift(self.first, i64::from(self.days.max(1)) - 1)
    }
}

/// A simulated district: offices, columns, what they publish and when they are out of order.
#[derive(Debug, Clone)]
pub struct District {
    plan: Plan,
    offices: Vec<Office>,
    columns: Vec<Column>,
    stories: Vec<Story>,
    waivers: Vec<Waiver>,
    empties: Vec<DeclaredEmpty>,
    /// Path of an article → column and item.
    articles: HashMap<String, (usize, usize)>,
    /// When the monitor looks.
    rounds: Rounds,
    /// Path of a list (or of the directory of its pages) → column.
    lists: HashMap<String, usize>,
}

impl District {
    /// Writes the script of `plan`.
    #[must_use]
    pub fn new(plan: &Plan) -> District {
        let mut offices = cast::offices();
        let mut columns = cast::columns(&offices);
        for column in &mut columns {
            let daily = column.bridged && column.id.unit().as_str() == "zfb";
            rhythm::fill(column, plan, daily);
        }
        let mut script = Script {
            first: plan.first,
            offices: &mut offices,
            columns: &mut columns,
            stories: Vec::new(),
            waivers: Vec::new(),
            empties: Vec::new(),
        };
        stories::play(&mut script, plan.seed);
        let Script { stories, waivers, empties, .. } = script;
        let script = Parts { offices, columns, stories, waivers, empties };
        District::made_of(script, plan, Rounds::daily(plan))
    }

    /// A large district in which everything is left to chance, for long runs.
    #[must_use]
    pub fn soak(plan: &SoakPlan) -> District {
        District::made_of(soak::write(plan), &plan.plan(), plan.rounds())
    }

    fn made_of(parts: Parts, plan: &Plan, rounds: Rounds) -> District {
        let Parts { offices, mut columns, stories, waivers, empties } = parts;
        for column in &mut columns {
            name_posts(column, &offices, plan.seed);
        }
        let (articles, lists) = index(&columns);
        District { plan: *plan, offices, columns, stories, waivers, empties, articles, rounds, lists }
    }

    /// When the monitor looks, and when it cannot.
    #[must_use]
    pub fn rounds(&self) -> &Rounds {
        &self.rounds
    }

    /// What is simulated.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What happens, in the order of the script.
    #[must_use]
    pub fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// Waivers that the key takes as recorded before the first judgement.
    #[must_use]
    pub fn waivers(&self) -> &[Waiver] {
        &self.waivers
    }

    /// Statements of empty columns that the key takes as recorded before the first judgement.
    #[must_use]
    pub fn declared_empty(&self) -> &[DeclaredEmpty] {
        &self.empties
    }

    /// How many columns and accounts there are.
    #[must_use]
    pub fn channel_count(&self) -> usize {
        self.columns.len()
    }

    /// How many units there are.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.offices.len()
    }

    /// What people see when they look at accounts on `day`, at the hour of the looks: each account with the date of its
    /// newest item.
    #[must_use]
    pub fn seen_by_people(&self, day: Day) -> Vec<(model::ChannelId, Day)> {
        use chrono::{Datelike as _, Weekday};
        let at = crate::clock::stamp(day, crate::key::LOOKS_AT_HOUR, 0);
        let manual = self.columns.iter().filter(|c| c.account == Account::Manual && day.weekday() == Weekday::Mon);
        manual.filter_map(|c| Some((c.id.clone(), c.rows(at).iter().filter_map(|r| r.date).max()?))).collect()
    }

    /// The accounts whose owners ask the platform, with what they push.
    pub(crate) fn on_the_platform(&self) -> Vec<FakeAccount> {
        let official = self.columns.iter().filter(|c| c.account == Account::Official);
        official
            .map(|c| FakeAccount {
                appid: config::appid(c),
                secret: config::DEMO_SECRET.1.to_owned(),
                biz: format!("Mz{:010}==", c.number),
                pushes: c.posts.iter().map(|p| Push { at: p.shown_from, articles: 1, notified: true }).collect(),
            })
            .collect()
    }

    pub(crate) fn offices(&self) -> &[Office] {
        &self.offices
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn article(&self, path: &str) -> Option<(usize, usize)> {
        self.articles.get(path).copied()
    }

    pub(crate) fn list(&self, path: &str) -> Option<usize> {
        self.lists.get(path).copied()
    }
}

/// Orders the items, numbers them, and gives a title to those that have none.
fn name_posts(column: &mut Column, offices: &[Office], seed: u64) {
    let mut rng = Rng::new(seed, &format!("titles {}", column.id));
    let office = offices.get(column.office).map_or("", |o| &o.name);
    let short = office.strip_prefix("钟山区").map_or_else(|| office.to_owned(), |rest| format!("区{rest}"));
    let (kind, first_no) = (column.kind, 1000 + u32::try_from(rng.between(0, 400)).unwrap_or(0));
    column.posts.sort_by_key(|p| p.shown_from);
    for (no, post) in (first_no..).zip(&mut column.posts) {
        post.no = no;
        let drawn = words::title(kind, &short, &mut rng);
        if post.title.is_empty() {
            post.title = drawn;
        }
    }
}

/// What a script comes to.
pub(crate) struct Parts {
    pub(crate) offices: Vec<Office>,
    pub(crate) columns: Vec<Column>,
    pub(crate) stories: Vec<Story>,
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) empties: Vec<DeclaredEmpty>,
}

type Index = (HashMap<String, (usize, usize)>, HashMap<String, usize>);

fn index(columns: &[Column]) -> Index {
    let mut articles = HashMap::new();
    let mut lists = HashMap::new();
    for (c, column) in columns.iter().enumerate() {
        for (p, post) in column.posts.iter().enumerate() {
            articles.insert(address::article(column, post), (c, p));
        }
        lists.insert(column.path.clone(), c);
        match column.family {
            Family::Vsb => {
                lists.insert(column.path.replace(".htm", "/"), c);
            }
            _ => {
                lists.insert(address::moved(column), c);
            }
        }
    }
    (articles, lists)
}
