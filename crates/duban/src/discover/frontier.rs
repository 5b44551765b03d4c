//! What is still to be looked at, in which order, and what is not looked at.

use std::collections::{BTreeMap, HashMap, VecDeque};

use sites::NavLink;
use url::Url;

use super::{places, sections};
use crate::guess;

/// So many addresses that differ in figures only are followed, unless their names say what they are.
const ALIKE: usize = 40;

/// So many links from the start a column with a telling name may lie, and one without.
const DEPTH: [usize; 2] = [7, 4];

/// So many names and places of one address are kept.
const KEPT: usize = 8;

/// One address to be looked at.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) url: Url,
    pub(super) depth: usize,
}

/// What links say of an address.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) names: Vec<String>,
    pub(super) under: Option<String>,
    pub(super) parents: Vec<usize>,
}

/// The queue: sections of units first, then columns with telling names, then the rest.
#[derive(Debug)]
pub(super) struct Frontier {
    home: Url,
    queues: [VecDeque<Step>; 3],
    said: HashMap<String, Said>,
    shapes: HashMap<String, usize>,
    left_out: BTreeMap<&'static str, usize>,
    /// No more addresses than this are remembered.
    most: usize,
}

impl Frontier {
    pub(super) fn new(home: Url, max_pages: usize) -> Frontier {
        let first = Step { url: home.clone(), depth: 0 };
        let said = HashMap::from([(places::key(&home), Said::default())]);
        let queues = [VecDeque::from([first]), VecDeque::new(), VecDeque::new()];
        Frontier {
            home,
            queues,
            said,
            shapes: HashMap::new(),
            left_out: BTreeMap::new(),
            most: max_pages.saturating_mul(20),
        }
    }

    pub(super) fn next(&mut self) -> Option<Step> {
        self.queues.iter_mut().find_map(VecDeque::pop_front)
    }

    pub(super) fn waiting(&self) -> usize {
        self.queues.iter().map(VecDeque::len).sum()
    }

    pub(super) fn said(&self, url: &Url) -> Said {
        self.said.get(&places::key(url)).cloned().unwrap_or_default()
    }

    pub(super) fn left_out(self) -> BTreeMap<&'static str, usize> {
        self.left_out
    }

    /// Is it a page of the site that is walked?
    pub(super) fn at_home(&self, url: &Url) -> bool {
        places::same_site(&self.home, url)
    }

    /// Marks an address as met; true where it was not met before.
    pub(super) fn meet(&mut self, url: &Url) -> bool {
        let key = places::key(url);
        let new = !self.said.contains_key(&key);
        self.said.entry(key).or_default();
        new
    }

    /// Takes up a link that stands on page number `from`, `depth` links from the start.
    pub(super) fn offer(&mut self, link: &NavLink, from: usize, depth: usize) {
        let Ok(url) = Url::parse(&link.url) else { return };
        if !self.at_home(&url) {
            return self.leave("站外链接");
        }
        let key = places::key(&url);
        if let Some(said) = self.said.get_mut(&key) {
            return said.add(link, from);
        }
        if let Some(why) = places::refused(&url) {
            return self.leave(why);
        }
        let class = class(&link.name);
        if depth > DEPTH[usize::from(class == 2)] {
            return self.leave("离首页过远");
        }
        let alike = self.shapes.entry(places::shape(&url)).or_default();
        *alike += 1;
        if class == 2 && *alike > ALIKE {
            return self.leave("同一样式的网址过多（日历、翻页之类）");
        }
        if self.said.len() >= self.most {
            return self.leave("链接总数过多");
        }
        self.said.entry(key).or_default().add(link, from);
        self.queues[class].push_back(Step { url, depth });
    }

    fn leave(&mut self, why: &'static str) {
        *self.left_out.entry(why).or_default() += 1;
    }
}

/// 0: a unit, 1: a column by its name, 2: anything else.
fn class(name: &str) -> usize {
    if sections::unit_name(name).is_some() {
        return 0;
    }
    if guess::named(name).is_some_and(|n| n.kind.is_some()) { 1 } else { 2 }
}

impl Said {
    fn add(&mut self, link: &NavLink, from: usize) {
        if self.names.len() < KEPT && !self.names.contains(&link.name) {
            self.names.push(link.name.clone());
        }
        if self.parents.len() < KEPT && !self.parents.contains(&from) {
            self.parents.push(from);
        }
        if self.under.is_none() {
            self.under.clone_from(&link.under);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(name: &str, path: &str) -> NavLink {
        NavLink { name: name.to_owned(), url: format!("http://x.gov.cn{path}"), under: None }
    }

    fn order(frontier: &mut Frontier) -> Vec<String> {
        std::iter::from_fn(|| frontier.next()).map(|s| s.url.path().to_owned()).collect()
    }

    #[test]
    fn units_come_first_then_named_columns_then_the_rest_each_once() {
        let mut f = Frontier::new(Url::parse("http://x.gov.cn/").unwrap(), 100);
        for l in [
            link("走进", "/zj/"),
            link("工作动态", "/gzdt/"),
            link("教育局", "/jyj/"),
            link("动态", "/gzdt/index.html"),
        ] {
            f.offer(&l, 0, 1);
        }
        assert_eq!(order(&mut f), ["/", "/jyj/", "/gzdt/", "/zj/"]);
        assert_eq!(f.said(&Url::parse("http://x.gov.cn/gzdt/").unwrap()).names, ["工作动态", "动态"]);
    }

    #[test]
    fn endless_counters_end() {
        let mut f = Frontier::new(Url::parse("http://x.gov.cn/").unwrap(), 100);
        for n in 0..10_000 {
            f.offer(&link("日历", &format!("/rl/d{n}/")), 0, 1);
        }
        assert_eq!(f.waiting(), ALIKE + 1);
        for n in 0..10_000 {
            f.offer(&link("工作动态", &format!("/dt/d{n}/")), 0, 1);
        }
        assert!(f.waiting() <= 2_000, "{}", f.waiting());
    }
}
