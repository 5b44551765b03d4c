//! A parsed page with what every family asks of it: its links and its dates.

mod marks;
mod title;

use std::cell::OnceCell;

use model::Day;
use url::Url;

use crate::dom::{Doc, Id, Tag};
use crate::link::{self, Joiner, Places};
use crate::text;

use marks::Marks;
pub(crate) use marks::{Dated, Link};
pub(crate) use title::title_of;

/// A page and what stands on it.
#[derive(Debug)]
pub(crate) struct Page<'t> {
    pub(crate) doc: Doc<'t>,
    pub(crate) text: &'t str,
    pub(crate) base: Option<Url>,
    /// The places in `base` by which plain links are joined.
    places: Option<Places>,
    /// Whether what is plain at first sight is taken as such. Without it everything goes the long way, which must come to
    /// the same: it is what the short ways are tested against.
    pub(crate) quick: bool,
    pub(crate) today: Day,
    /// Collected once they are asked for: the page of one item is mostly read without them.
    marks: OnceCell<Marks<'t>>,
    /// What the page calls itself.
    names: OnceCell<Vec<String>>,
}

impl<'t> Page<'t> {
    /// Parses the page once.
    pub(crate) fn new(text: &'t str, url: &str, today: Day) -> Page<'t> {
        Page::read(text, url, today, true)
    }

    /// The same by short ways or without them.
    pub(crate) fn read(text: &'t str, url: &str, today: Day, quick: bool) -> Page<'t> {
        let doc = Doc::parse(text);
        let own = Url::parse(url).ok();
        let base = doc
            .all(Tag::Base)
            .find_map(|b| doc.attr(b, "href"))
            .and_then(|href| Url::options().base_url(own.as_ref()).parse(href.trim()).ok())
            .filter(|u| matches!(u.scheme(), "http" | "https"))
            .or(own);
        Page {
            doc,
            text,
            places: base.as_ref().and_then(Places::of),
            base,
            quick,
            today,
            marks: OnceCell::new(),
            names: OnceCell::new(),
        }
    }

    fn marks(&self) -> &Marks<'t> {
        self.marks.get_or_init(|| Marks::of(self))
    }

    /// Its links, in order.
    pub(crate) fn links(&self) -> &[Link<'t>] {
        &self.marks().links
    }

    /// The texts that are dates, in order.
    pub(crate) fn dates(&self) -> &[Dated] {
        &self.marks().dates
    }

    /// What the page holds within itself as a page of its own: markup in a script.
    pub(crate) fn inner<'i>(&self, html: &'i str) -> Page<'i> {
        let base = self.base.as_ref().map(|u| u.as_str()).unwrap_or_default();
        Page::read(html, base, self.today, self.quick)
    }

    /// The names of its column: by the national tag, and the first part of the title of the window.
    pub(crate) fn names(&self) -> &[String] {
        self.names.get_or_init(|| {
            let tag = self
                .doc
                .all(Tag::Meta)
                .take(100)
                .find(|&m| self.doc.attr(m, "name").is_some_and(|n| n.trim().eq_ignore_ascii_case("columnname")));
            let tagged = tag.and_then(|m| self.doc.attr(m, "content")).map(|c| text::title(&c));
            let window = self.doc.all(Tag::Title).next().map(|t| self.doc.text(t, 300)).unwrap_or_default();
            let first = window.split(['_', '-', '|', '－', '—', '·']).map(str::trim).find(|p| !p.is_empty());
            let short = |n: &String| (2..=20).contains(&n.chars().count());
            tagged.into_iter().chain(first.map(str::to_owned)).filter(short).collect()
        })
    }

    /// The absolute form of a link on this page.
    pub(crate) fn link(&self, href: &str) -> Option<String> {
        let base = self.base.as_ref();
        if self.quick { Joiner::new(base, self.places).join(href) } else { link::join(base, href) }
    }

    /// The links inside `node` (itself included), in order.
    pub(crate) fn links_in(&self, node: Id) -> &[Link<'t>] {
        let end = self.doc.node(node).end;
        let from = self.links().partition_point(|l| l.node < node);
        let to = self.links().partition_point(|l| l.node < end);
        &self.links()[from..to]
    }

    /// How many links inside `node` name an item. Told without a walk: it is asked for every parent of every date.
    pub(crate) fn naming_links(&self, node: Id) -> u32 {
        let from = self.links().partition_point(|l| l.node < node);
        let to = self.links().partition_point(|l| l.node < self.doc.node(node).end);
        self.marks().naming[to] - self.marks().naming[from]
    }

    /// Whether the naming link in this place is the only one inside `node`, which is around it.
    pub(crate) fn names_alone(&self, node: Id, link: usize) -> bool {
        if !self.quick {
            return self.naming_links(node) == 1;
        }
        let end = self.doc.node(node).end;
        let before = self.links()[..link].iter().rev().find(|l| !l.weak);
        let behind = self.links()[link + 1..].iter().find(|l| !l.weak);
        before.is_none_or(|l| l.node < node) && behind.is_none_or(|l| l.node >= end)
    }

    /// The dates inside `node`, in order.
    pub(crate) fn dates_in(&self, node: Id) -> &[Dated] {
        let end = self.doc.node(node).end;
        let from = self.dates().partition_point(|d| d.node < node);
        let to = self.dates().partition_point(|d| d.node < end);
        &self.dates()[from..to]
    }

    /// Where a link leads: its `href`, or an address in its `onclick`.
    pub(crate) fn href(&self, node: Id) -> Option<String> {
        let own = self.doc.attr(node, "href").and_then(|h| self.link(&h));
        own.or_else(|| self.clicked(node))
    }

    /// The address that a click opens.
    fn clicked(&self, node: Id) -> Option<String> {
        let click = self.doc.attr(node, "onclick")?;
        if !text::has_any(&click, &["location", "open(", "href"]) {
            return None;
        }
        let quoted =
            click.split(['\'', '"']).skip(1).step_by(2).find(|q| q.contains(['.', '/']) && !q.contains(' '))?;
        self.link(quoted)
    }
}
