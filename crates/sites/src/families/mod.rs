//! Families of content management systems, each in a file of its own: how its pages are told, and what it does that
//! structure alone does not show.

mod dedecms;
mod empirecms;
mod epoint;
mod jcms;
mod nfcms;
mod powereasy;
mod script_rows;
mod siteserver;
pub(crate) mod trs;
mod ucap;
pub(crate) mod vsb;
mod written;

use memchr::memmem;

use crate::Reading;
use crate::dom::Tag;
use crate::list::Group;
use crate::page::Page;

/// How the pages of a family are told.
pub(crate) struct Family {
    /// Its name in reports.
    pub(crate) name: &'static str,
    /// Words of its generator tag.
    generators: &'static [&'static str],
    /// Words in the markup of its pages.
    signs: &'static [&'static str],
}

const ALL: &[&Family] = &[
    &vsb::FAMILY,
    &epoint::FAMILY,
    &empirecms::FAMILY,
    &dedecms::FAMILY,
    &powereasy::FAMILY,
    &siteserver::FAMILY,
    &ucap::FAMILY,
    &jcms::FAMILY,
    &nfcms::FAMILY,
    &trs::FAMILY,
];

/// Rows that a family keeps elsewhere than in the markup, where those are more than the markup shows: a list may have
/// pictures above it that a script turns over.
pub(crate) fn own_rows(page: &Page<'_>, shown: Option<&Group>) -> Option<Reading> {
    let dated = shown.filter(|g| g.weight >= 1.0).map_or(0, |g| g.rows.len());
    jcms::read(page)
        .or_else(|| script_rows::read(page).filter(|r| r.entries.len() > dated))
        .or_else(|| if dated == 0 { written::read(page) } else { None })
}

/// The family that a page belongs to, for reports; what has no mark of its own is read by structure.
pub(crate) fn name(page: &Page<'_>, by_paging: Option<&'static str>) -> &'static str {
    if let Some(name) = by_paging {
        return name;
    }
    let generator = page
        .doc
        .all(Tag::Meta)
        .take(100)
        .find(|&m| page.doc.attr(m, "name").is_some_and(|n| n.eq_ignore_ascii_case("generator")))
        .and_then(|m| page.doc.attr(m, "content"))
        .map(|c| c.to_ascii_lowercase())
        .unwrap_or_default();
    let head = page.text.get(..60_000).unwrap_or(page.text);
    let made = |f: &&&Family| f.generators.iter().any(|g| generator.contains(g));
    let signed = |f: &&&Family| f.signs.iter().any(|s| memmem::find(head.as_bytes(), s.as_bytes()).is_some());
    ALL.iter().find(made).or_else(|| ALL.iter().find(signed)).map_or("structure", |f| f.name)
}
