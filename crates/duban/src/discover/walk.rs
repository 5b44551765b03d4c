//! The walk: page by page through the navigation, politely, within its budget, never off the site.

use std::collections::BTreeSet;

use fetch::{Attempt, Came, Fetcher, Target};
use model::{Day, Outcome, Reason, Source};
use sites::{End, Input, Nav, ReadAs, Reading};
use url::Url;

use super::frontier::{Frontier, Step};
use super::{Look, Seen, State, Walked, sections};
use crate::guess;

/// Pages that only send the reader on, followed in a row.
const MAX_MOVES: usize = 4;

/// So many failures in a row end the walk: the site wants to be left alone, or the line is down.
const MAX_FAILURES: usize = 25;

/// Titles that are kept of a list.
const TITLES: usize = 20;

/// Walks the site from `start` over at most `max_pages` pages. The fetcher must follow no redirects by itself
/// (`max_redirects` 0), so that none leads off the site. `told` hears of every page: how many were looked at, and how
/// many wait.
///
/// # Errors
/// What the start page came to, where it cannot be used.
pub async fn walk(
    fetcher: &Fetcher,
    start: &Url,
    max_pages: usize,
    today: Day,
    mut told: impl FnMut(usize, usize),
) -> Result<Walked, State> {
    let frontier = Frontier::new(start.clone(), max_pages);
    let mut walk = Walk { fetcher, today, frontier, pages: Vec::new(), asked: 0 };
    let (mut failures, mut broke_off) = (0, None);
    while walk.asked < max_pages {
        let Some(step) = walk.frontier.next() else { break };
        match walk.step(&step).await {
            Some(failed) if step.depth == 0 => return Err(failed),
            Some(State::Failed(reason)) if reason != Reason::NotFound => failures += 1,
            _ => failures = 0,
        }
        told(walk.pages.len(), walk.frontier.waiting());
        if failures >= MAX_FAILURES {
            let words = format!("连续 {MAX_FAILURES} 个页面打不开，提前结束；请稍后再试，或调低 per_host_per_second");
            broke_off = Some(words);
            break;
        }
    }
    Ok(walk.done(start, broke_off))
}

struct Walk<'a> {
    fetcher: &'a Fetcher,
    today: Day,
    frontier: Frontier,
    /// Each with the address under which it was queued, which is the one that links know.
    pages: Vec<(Url, Seen)>,
    /// Requests that were made, redirects and interfaces included: they are what the budget is for.
    asked: usize,
}

/// What one address came to.
enum Arrived {
    /// A page.
    At(Url, Box<(Option<Nav>, Reading)>),
    /// A page that was met before, under this address.
    Again,
    /// Nothing to be read.
    Bad(State),
}

impl Walk<'_> {
    /// Looks at one address and takes up its links. A failure is returned as well as kept.
    async fn step(&mut self, step: &Step) -> Option<State> {
        let (url, state) = match self.arrive(step.url.clone(), step.depth == 0).await {
            Arrived::Again => return None,
            Arrived::Bad(state) => (step.url.clone(), state),
            Arrived::At(url, read) => {
                let (nav, reading) = *read;
                let nav = nav.unwrap_or_default();
                self.take_links(&nav, &reading, step.depth);
                let look = self.look(nav, reading).await;
                (url, State::Page(Box::new(look)))
            }
        };
        let failed = (!matches!(state, State::Page(_))).then(|| state.clone());
        let seen = Seen { url: url.into(), names: vec![], under: None, parents: vec![], state };
        self.pages.push((step.url.clone(), seen));
        failed
    }

    /// Asks for an address and follows where it sends its reader, as long as that is on the site.
    async fn arrive(&mut self, mut url: Url, start: bool) -> Arrived {
        for moves in 0..=MAX_MOVES {
            let attempt = self.ask(&url).await;
            let to = match redirected(&attempt, &url) {
                Some(to) => to,
                None if attempt.came == Came::Body => {
                    let (nav, reading) = self.read(&attempt);
                    match moved(&reading) {
                        Some(to) => to,
                        None => return Arrived::At(url, Box::new((nav, reading))),
                    }
                }
                None => return Arrived::Bad(failure(&attempt)),
            };
            if !self.frontier.at_home(&to) {
                return Arrived::Bad(State::Away(shown(&to)));
            }
            // A start that moves within its site is still the start.
            if !self.frontier.meet(&to) && !start && moves == 0 {
                return Arrived::Again;
            }
            url = to;
        }
        Arrived::Bad(State::Failed(Reason::RedirectLoop))
    }

    async fn ask(&mut self, url: &Url) -> Attempt {
        self.asked += 1;
        self.fetcher.get(&Target::new(url.as_str())).await
    }

    fn read(&self, attempt: &Attempt) -> (Option<Nav>, Reading) {
        let input = Input {
            bytes: &attempt.body,
            url: &attempt.final_url,
            content_type: attempt.header("content-type"),
            read_as: ReadAs::List,
            source: &Source::Auto,
            today: self.today,
        };
        (sites::nav(&input), sites::read(&input))
    }

    /// Takes up the links of a page: those of its menus, not the items of its list.
    fn take_links(&mut self, nav: &Nav, reading: &Reading, depth: usize) {
        if nav.article {
            return;
        }
        let items: BTreeSet<&str> = reading.entries.iter().map(|e| e.url.as_str()).collect();
        for link in nav.links.iter().chain(&nav.crumbs) {
            let pages_on = reading.more() == Some(link.url.as_str());
            if !pages_on && (!items.contains(link.url.as_str()) || names_a_place(&link.name)) {
                self.frontier.offer(link, self.pages.len(), depth + 1);
            }
        }
    }

    /// What is kept of a page. Where a script of the browser would fetch its rows, they are asked for.
    async fn look(&mut self, nav: Nav, reading: Reading) -> Look {
        let wants = reading.entries.is_empty() && !nav.article;
        let apis: Vec<Url> = nav.apis.iter().filter(|_| wants).filter_map(|a| Url::parse(a).ok()).collect();
        for api in apis {
            if !self.frontier.at_home(&api) {
                continue;
            }
            let attempt = self.ask(&api).await;
            if attempt.came != Came::Body {
                continue;
            }
            let (page, rows) = self.read(&attempt);
            // An interface gives rows, not a page.
            if page.is_none() && rows.outcome.is_good() && !rows.entries.is_empty() {
                return kept(nav, &rows, Some(api.into()));
            }
        }
        kept(nav, &reading, None)
    }

    fn done(self, start: &Url, broke_off: Option<String>) -> Walked {
        let unvisited = self.frontier.waiting();
        let pages = self.pages.into_iter().map(|(queued, mut seen)| {
            let said = self.frontier.said(&queued);
            (seen.names, seen.under, seen.parents) = (said.names, said.under, said.parents);
            seen
        });
        let pages = pages.collect();
        Walked { start: start.to_string(), pages, unvisited, left_out: self.frontier.left_out(), broke_off }
    }
}

/// Where a redirect leads that the fetcher was told not to follow.
fn redirected(attempt: &Attempt, url: &Url) -> Option<Url> {
    let hop = attempt.hops.last()?;
    url.join(&hop.location).ok().filter(|to| to != url)
}

/// Where a page sends its reader.
fn moved(reading: &Reading) -> Option<Url> {
    match &reading.end {
        End::Moved(to) => Url::parse(to).ok(),
        _ => None,
    }
}

fn failure(attempt: &Attempt) -> State {
    match attempt.came {
        Came::Failed(reason) | Came::Blocked(reason) => State::Failed(reason),
        Came::NotModified | Came::Body => State::Failed(Reason::Unreadable),
    }
}

/// Host and path only: what stands behind them is nobody's business.
fn shown(url: &Url) -> String {
    format!("{}{}", url.host_str().unwrap_or_default(), url.path()).chars().take(120).collect()
}

fn kept(nav: Nav, reading: &Reading, api: Option<String>) -> Look {
    let good = reading.outcome == Outcome::Read;
    let entries = if good { reading.entries.as_slice() } else { &[] };
    Look {
        nav,
        outcome: reading.outcome,
        rows: entries.len(),
        dated: entries.iter().filter(|e| e.date.is_some()).count(),
        newest: entries.iter().filter_map(|e| e.date).max(),
        titles: entries.iter().take(TITLES).map(|e| e.title.clone()).collect(),
        api,
    }
}

/// Is it a name of a unit or a column rather than a headline?
fn names_a_place(name: &str) -> bool {
    sections::unit_name(name).is_some() || guess::named(name).is_some_and(|n| n.word.len() * 2 >= name.len())
}
