//! TRS WCM, the platform of Guizhou and many provinces: `createPageHTML(4, 0, "index", "html")` writes the paging in the
//! browser. Pages are numbered from nought, and the first has no number in its name: `index.html`, `index_1.html`, …

use std::sync::LazyLock;

use regex::Regex;

use super::Family;
use crate::End;
use crate::page::Page;
use crate::paging::Paging;
use crate::text;

/// How its pages are told.
pub(super) const FAMILY: Family =
    Family { name: "trs", generators: &["trs"], signs: &["_trs_", "/images/createpage.js", "createPageHTML("] };

static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // createPageHTML(count, current, "index", "html") and createPageHTML('id', count, current, 'index', 'html', total).
    Regex::new(r#"(?i)(?-u:\b)create_?page(?:html\w*)?\s*\(\s*(?:['"][^'"]*['"]\s*,\s*)?['"]?(\d{1,6})['"]?\s*,\s*['"]?(\d{1,6})['"]?\s*,\s*['"]([^'"]{0,80})['"]\s*,\s*['"](\w{1,8})['"]"#).ok()
});
static PAGER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // Pager({size:3, current:0, prefix:'index', suffix:'html', …}).
    Regex::new(r#"(?i)(?-u:\b)pager\s*\(\s*\{\s*size\s*:\s*(\d{1,6})\s*,\s*current\s*:\s*(\d{1,6})\s*,\s*prefix\s*:\s*['"]([^'"]{0,80})['"]\s*,\s*suffix\s*:\s*['"](\w{1,8})['"]"#).ok()
});

/// A call that writes the links in the browser: pages are numbered from nought, the first has no number in its name.
pub(crate) fn calls(page: &Page<'_>) -> Option<Paging> {
    for (node, script) in page.doc.scripts() {
        if !text::has_any_ascii(script, &["page"]) {
            continue;
        }
        for call in [&CALL, &PAGER] {
            let Some(found) = call.as_ref().and_then(|re| re.captures(script)) else { continue };
            let count: u32 = found[1].parse().unwrap_or(0);
            let current: u32 = found[2].parse().unwrap_or(0);
            let end = if current + 1 >= count {
                End::Reached
            } else {
                let next = page.link(&format!("{}_{}.{}", &found[3], current + 1, &found[4]));
                next.map_or(End::Unknown, End::Next)
            };
            return Some(Paging { end, at: Some(node), family: Some(FAMILY.name) });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::testing::{LIST, reading, rows};

    fn paged(script: &str) -> crate::End {
        reading(
            &format!("{LIST}<div class=page><script>{script}</script></div>"),
            "http://x.example/zwgk/tzgg/index.html",
        )
        .end
    }

    #[test]
    fn both_forms_of_the_call_name_the_next_page() {
        let next = |n: u32| crate::End::Next(format!("http://x.example/zwgk/tzgg/index_{n}.html"));
        assert_eq!(paged(r#"createPageHTML(4, 0, "index", "html")"#), next(1));
        assert_eq!(paged(r#"createPageHTML(4,2,"index","html");"#), next(3));
        assert_eq!(paged("createPageHTML('page_div',20, 1,'index','html',395);"), next(2));
        assert_eq!(paged("Pager({size:3, current:0, prefix:'index',suffix:'html',visible:5});"), next(1));
    }

    #[test]
    fn the_last_page_is_the_end() {
        assert_eq!(paged(r#"createPageHTML(4, 3, "index", "html")"#), crate::End::Reached);
        assert_eq!(paged(r#"createPageHTML(1, 0, "index", "html")"#), crate::End::Reached);
        assert_eq!(paged("createPageHTML('page_div',0, 0,'index','html',0);"), crate::End::Reached);
    }

    #[test]
    fn a_column_of_guizhou_is_read() {
        let r = reading(include_str!("../../fixtures/trs.html"), "http://x.example/gzdt/tzgg/index.html");
        assert_eq!(
            rows(&r),
            [
                "2026-11-20 关于转发《关于一次性就业补贴发放工作的通知》 http://x.example/gzdt/tzgg/202611/t20261120_1001.html",
                "2026-07-02 2026年度申领稳岗补贴单位公示表（第二批）的全部名称 http://x.example/gzdt/tzgg/202607/t20260702_1002.html",
                "2026-07-02 关于提前退休有关情况的公示 http://x.example/gzdt/tzgg/202607/t20260702_1003.html",
            ]
        );
        assert_eq!(r.adapter, "trs");
    }

    #[test]
    fn an_empty_column_is_read_without_items() {
        let page = include_str!("../../fixtures/trs.html");
        let (head, rest) = page.split_once("<ul id=rows>").unwrap();
        let tail = rest.split_once("</ul>").unwrap().1.replace("createPageHTML(4", "createPageHTML(1");
        let r = reading(&format!("{head}<ul></ul>{tail}"), "http://x.example/gzdt/tzgg/index.html");
        assert_eq!((r.outcome, r.entries.len(), r.end), (model::Outcome::Read, 0, crate::End::Reached));
    }
}
