//! Families of content management systems, each in a file of its own: what they do that structure alone does not show.

mod jcms;
mod script_rows;

use crate::Reading;
use crate::dom::Tag;
use crate::page::Page;

/// Rows that a family keeps elsewhere than in the markup.
pub(crate) fn own_rows(page: &Page<'_>) -> Option<Reading> {
    jcms::read(page).or_else(|| script_rows::read(page))
}

/// The family that a page belongs to, for reports; what has no mark of its own is read by structure.
pub(crate) fn name(page: &Page<'_>, by_paging: Option<&'static str>) -> &'static str {
    if let Some(name) = by_paging {
        return name;
    }
    let generator = page
        .doc
        .all(Tag::Meta)
        .find(|&m| page.doc.attr(m, "name").is_some_and(|n| n.eq_ignore_ascii_case("generator")))
        .and_then(|m| page.doc.attr(m, "content"))
        .map(|c| c.to_ascii_lowercase())
        .unwrap_or_default();
    let marks = [
        ("siteserver", "siteserver"),
        ("powereasy", "powereasy"),
        ("dedecms", "dedecms"),
        ("empirecms", "empirecms"),
        ("webplus", "webplus"),
        ("trs", "trs"),
    ];
    if let Some((_, name)) = marks.iter().find(|(mark, _)| generator.contains(mark)) {
        return name;
    }
    let head = page.text.char_indices().nth(60_000).map_or(page.text, |(i, _)| &page.text[..i]);
    let signs = [
        ("/_sitegray/", "vsb"),
        ("/system/resource/js/", "vsb"),
        ("ewb-", "epoint"),
        ("/epoint", "epoint"),
        ("/d/file/", "empirecms"),
        ("/e/action/", "empirecms"),
        ("/plus/list.php", "dedecms"),
        ("/templets/", "dedecms"),
        (".jhtml", "powereasy"),
        ("/gkmlpt/", "gkmlpt"),
        ("ucap", "ucap"),
        ("/module/web/jpage/", "jcms"),
        ("_trs_", "trs"),
        ("/images/createpage.js", "trs"),
    ];
    signs.iter().find(|(sign, _)| head.contains(sign)).map_or("structure", |(_, name)| name)
}
