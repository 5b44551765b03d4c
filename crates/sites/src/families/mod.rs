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

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

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
pub(crate) fn own_rows(page: &Page<'_>, shown: Option<&Group<'_>>) -> Option<Reading> {
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
    ALL.iter().find(made).copied().or_else(|| signed(head)).map_or("structure", |f| f.name)
}

static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    // Those that begin first are found first, so that none is passed over.
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(ALL.iter().flat_map(|f| f.signs)).ok()
});

/// The first family of which a sign stands in the markup, all of them looked for in one pass.
fn signed(head: &str) -> Option<&'static Family> {
    let owners: Vec<usize> = ALL.iter().enumerate().flat_map(|(i, f)| std::iter::repeat_n(i, f.signs.len())).collect();
    let signs = SIGNS.as_ref()?;
    let mut best = ALL.len();
    let mut at = 0;
    // Signs may overlap: behind each the search goes on with its second byte.
    while let Some(found) = signs.find(Input::new(head).range(at..)).filter(|_| best > 0) {
        best = best.min(owners[found.pattern().as_usize()]);
        at = found.start() + 1;
    }
    ALL.get(best).copied()
}

#[cfg(test)]
mod tests {
    use super::{ALL, signed};

    #[test]
    fn the_first_family_with_a_sign_is_told_whatever_stands_around_it() {
        let signs = || ALL.iter().enumerate().flat_map(|(i, f)| f.signs.iter().map(move |s| (i, *s)));
        for (i, sign) in signs() {
            for (j, other) in signs() {
                // Overlapping by one sign, or apart.
                let glued =
                    format!("x{sign}{}", other.strip_prefix('/').filter(|_| sign.ends_with('/')).unwrap_or(other));
                let told = |text: &str| signed(text).map(|f| f.name);
                assert_eq!(told(&glued), Some(ALL[i.min(j)].name), "{glued}");
            }
        }
        assert!(signed("<div class=list>").is_none());
    }
}
