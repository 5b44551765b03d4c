//! The links and the dates of a page, collected in one pass.

use std::borrow::Cow;

use crate::dates::{self, Found};
use crate::dom::{Id, Kind, Tag};
use crate::text;

use super::Page;
use super::title::{is_more, surely_names, tip, title_of};

/// A link with a text of its own.
#[derive(Debug, Clone)]
pub(crate) struct Link<'t> {
    pub(crate) node: Id,
    pub(crate) title: Cow<'t, str>,
    /// Absolute; empty where it leads nowhere.
    pub(crate) url: String,
    /// A link like 更多 or 查看: it has the address of an item, not its title.
    pub(crate) weak: bool,
}

/// A text that is a date and little else.
#[derive(Debug, Clone)]
pub(crate) struct Dated {
    pub(crate) node: Id,
    pub(crate) found: Found,
    /// It stands inside a link together with the title.
    pub(crate) in_link: bool,
}

/// What a page holds of both.
#[derive(Debug)]
pub(super) struct Marks<'t> {
    /// In the order of the page.
    pub(super) links: Vec<Link<'t>>,
    /// In the order of the page.
    pub(super) dates: Vec<Dated>,
    /// How many of the first n links name an item.
    pub(super) naming: Vec<u32>,
}

impl<'t> Marks<'t> {
    pub(super) fn of(page: &Page<'t>) -> Marks<'t> {
        let mut marks = Marks { links: Vec::new(), dates: Vec::new(), naming: vec![0] };
        marks.collect(page);
        let mut so_far = 0;
        for link in &marks.links {
            so_far += u32::from(!link.weak);
            marks.naming.push(so_far);
        }
        marks
    }

    fn collect(&mut self, page: &Page<'t>) {
        let mut i = 1;
        let mut anchor_end = 0;
        let mut scripted_end = 0;
        while i < page.doc.len() {
            let node = *page.doc.node(i);
            match node.kind {
                Kind::Element(Tag::Script | Tag::Style | Tag::Select | Tag::Textarea | Tag::Head | Tag::Template) => {
                    i = node.end;
                    continue;
                }
                Kind::Element(Tag::A) => {
                    anchor_end = node.end;
                    self.links.extend(page.take_link(i));
                }
                Kind::Element(tag) if node.end > i + 1 && !matches!(tag, Tag::Body | Tag::Html) => {
                    if i >= scripted_end
                        && let Some(link) = page.take_scripted(i)
                    {
                        self.links.push(link);
                        scripted_end = node.end;
                    }
                    if let Some(found) = (node.end > i + 2).then(|| page.split_date(i)).flatten() {
                        self.dates.push(Dated { node: i, found, in_link: i < anchor_end });
                        i = node.end;
                        continue;
                    }
                }
                Kind::Text => {
                    if let Some(found) = page.pure_date(i) {
                        self.dates.push(Dated { node: i, found, in_link: i < anchor_end });
                    }
                }
                _ => {}
            }
            i += 1;
        }
    }
}

impl<'t> Page<'t> {
    fn pure_date(&self, i: Id) -> Option<Found> {
        let raw = self.doc.source(i);
        let promising = if self.quick {
            dates::may_be_pure(raw)
        } else {
            raw.len() <= 400 && raw.bytes().any(|b| b.is_ascii_digit() || b >= 0xe0)
        };
        let shown = promising.then(|| dates::pure(&crate::dom::decode_entities(raw), self.today)).flatten()?;
        // A date that is shown short may stand in full in a tip.
        let full = shown.yearless.then(|| self.doc.attr(self.doc.node(i).parent, "title")).flatten();
        let full = full.and_then(|t| dates::pure(&t, self.today)).filter(|f| !f.yearless);
        Some(full.unwrap_or(shown))
    }

    /// A date whose parts stand in several texts: `<b>27</b><span>2020-11</span>`, `<p>11-27</p><p>2020</p>`.
    fn split_date(&self, id: Id) -> Option<Found> {
        if self.doc.node(id).end - id > 12 {
            return None;
        }
        let texts = || {
            let texts = self.doc.inside(id).filter(|&i| self.doc.node(i).kind == Kind::Text);
            texts.map(|i| self.doc.source(i).trim()).filter(|t| !t.is_empty())
        };
        // Most elements do not begin with a figure.
        if texts().next().is_none_or(|t| !t.as_bytes()[0].is_ascii_digit()) {
            return None;
        }
        let texts: Vec<&str> = texts().collect();
        if !(2..=3).contains(&texts.len())
            || texts.iter().any(|t| t.len() > 14 || !t.starts_with(|c: char| c.is_ascii_digit()))
        {
            return None;
        }
        let day_like = |t: &str| (1..=2).contains(&t.trim_end_matches(['日', '号']).len());
        let joined = match texts.as_slice() {
            [d, ym] if day_like(d) => format!("{}-{d}", ym.trim_end_matches(['月', '-', '/', '.'])),
            [ym, d] if day_like(d) => format!("{}-{d}", ym.trim_end_matches(['月', '-', '/', '.'])),
            [md, y] if year_like(y) => format!("{}-{md}", y.trim_end_matches('年')),
            [y, md] if year_like(y) => format!("{}-{md}", y.trim_end_matches('年')),
            [y, m, d] if year_like(y) => format!("{}-{}-{d}", y.trim_end_matches('年'), m.trim_end_matches('月')),
            [d, m, y] if year_like(y) => format!("{}-{}-{d}", y.trim_end_matches('年'), m.trim_end_matches('月')),
            _ => return None,
        };
        let even = joined.replace(['年', '/', '.', '月'], "-").replace(['日', '号'], "");
        dates::first(&even, self.today).filter(|f| !f.yearless)
    }

    fn take_link(&self, node: Id) -> Option<Link<'t>> {
        let title = self.plain_title(node).or_else(|| self.shown_title(node))?;
        let weak = !(self.quick && surely_names(&title)) && is_more(&title);
        let url = self.href(node).unwrap_or_default();
        Some(Link { node, title, url, weak })
    }

    /// The title of a link that holds one plain text and has no tip, or the same: nothing is to be folded, decoded or
    /// chosen. `None` leaves it to the general way.
    fn plain_title(&self, link: Id) -> Option<Cow<'t, str>> {
        let one = self.quick && self.doc.node(link).end == link + 2 && self.doc.node(link + 1).kind == Kind::Text;
        let shown = one.then(|| self.doc.source(link + 1).trim_ascii())?;
        let same = |tip: &str| tip == shown && !shown.starts_with(['文', '信', '标', '题']);
        let plain = !shown.is_empty()
            && shown.len() <= text::MAX_TITLE
            && text::is_plain(shown)
            && !shown.starts_with('|')
            && !shown.ends_with('|')
            && !dates::is_bare(shown, self.today)
            && self.doc.raw_attr(link, "title").is_none_or(same);
        plain.then_some(Cow::Borrowed(shown))
    }

    fn shown_title(&self, link: Id) -> Option<Cow<'t, str>> {
        let shown = self.named_part(link).unwrap_or_else(|| self.doc.text(link, 2_000));
        let attr = self.doc.attr(link, "title").map(|t| tip(&t)).unwrap_or_default();
        Some(title_of(&shown, &attr, self.today)).filter(|t| !t.is_empty()).map(Cow::Owned)
    }

    /// An element that a script makes a link: `<tr onclick="…">`, `<li data-url="…">`, with no link in it.
    fn take_scripted(&self, node: Id) -> Option<Link<'t>> {
        let attrs = self.doc.source(node);
        if attrs.len() < 12
            || (self.quick && !may_act(attrs))
            || !text::has_any(attrs, &["onclick", "data-", "onClick"])
        {
            return None;
        }
        let inside = self.doc.inside(node);
        if inside.len() > 300 || inside.clone().any(|i| self.doc.is(i, Tag::A)) {
            return None;
        }
        let data = |name: &&str| self.doc.attr(node, name).and_then(|v| self.link(&v));
        let url = ["data-url", "data-href", "data-link"].iter().find_map(data).or_else(|| self.clicked(node))?;
        let long = |t: &String| t.chars().count() >= 4 && !dates::is_bare(t, self.today);
        let texts = inside.filter(|&i| self.doc.node(i).kind == Kind::Text).map(|i| self.doc.text(i, 2_000));
        let shown = self.named_part(node).or_else(|| texts.filter(long).max_by_key(|t| t.chars().count()));
        let title = title_of(&shown.unwrap_or_default(), "", self.today);
        if title.is_empty() || is_more(&title) {
            return None;
        }
        Some(Link { node, title: Cow::Owned(title), url, weak: false })
    }

    /// The title inside a link that holds more than a title: its heading, the part named after one, or the first of its
    /// blocks that is no date.
    fn named_part(&self, link: Id) -> Option<String> {
        let parts: Vec<Id> =
            self.doc.inside(link).take(60).filter(|&i| self.doc.tag(i).is_some_and(|t| !t.is_void())).collect();
        if parts.is_empty() {
            return None;
        }
        let long = |t: &String| t.chars().count() >= 4 && !dates::is_bare(t, self.today);
        let text = |i: Id| Some(self.doc.text(i, 2_000)).filter(long);
        let heading = parts.iter().copied().find(|&i| self.doc.tag(i).is_some_and(Tag::is_heading));
        let named =
            |i: &Id| self.doc.attr(*i, "class").is_some_and(|c| text::has_any_ascii(&c, &["tit", "bt", "name"]));
        let blocks = parts.iter().copied().filter(|&i| self.doc.tag(i).is_some_and(|t| t.is_block() || t == Tag::Li));
        heading
            .and_then(text)
            .or_else(|| parts.iter().copied().find(named).and_then(text))
            .or_else(|| blocks.clone().nth(1).and_then(|_| blocks.clone().find_map(text)))
    }
}

fn year_like(t: &str) -> bool {
    let t = t.trim_end_matches('年');
    t.len() == 4 && t.bytes().all(|b| b.is_ascii_digit()) && (t.starts_with("19") || t.starts_with("20"))
}

/// The signs by which `onclick` and `data-` are told in most attributes to be missing.
fn may_act(attrs: &str) -> bool {
    let bytes = attrs.as_bytes();
    memchr::memchr2_iter(b'-', b'k', bytes).any(|at| bytes[..at].ends_with(b"data") || bytes[..at].ends_with(b"lic"))
}

#[cfg(test)]
mod tests {
    use super::may_act;

    #[test]
    fn attributes_that_may_act_hold_what_makes_them_act() {
        for attrs in [" onclick='x'", " onClick=x", " data-url=x", " class=a data-x"] {
            assert!(may_act(attrs), "{attrs}");
        }
        assert!(!may_act(" target=\"_blank\" class=\"a-b\""));
    }
}
