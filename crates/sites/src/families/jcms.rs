//! 大汉 jcms: the rows stand as CDATA records in `<script type="text/xml">`, or come as XML from its data proxy.

use super::Family;
use crate::page::Page;
use crate::{End, Reading, list, paging};

/// How its pages are told.
pub(super) const FAMILY: Family =
    Family { name: "jcms", generators: &["jcms", "hanweb"], signs: &["/module/web/jpage/", "/jcms/"] };

/// The rows of the largest `<recordset>` of a page or proxy answer.
pub(crate) fn read(page: &Page<'_>) -> Option<Reading> {
    if memchr::memmem::find(page.text.as_bytes(), b"<record").is_none()
        || (!page.text.contains("<recordset>") && !page.text.contains("<record>"))
    {
        return None;
    }
    let store =
        page.text.split("<datastore>").skip(1).max_by_key(|s| s.matches("<record>").count()).unwrap_or(page.text);
    let store = store.split("</datastore>").next().unwrap_or(store);
    let rows: Vec<&str> = store
        .split("<record>")
        .skip(1)
        .filter_map(|r| r.split("</record>").next())
        .map(|r| r.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>"))
        .collect();
    // The records together are a list like any other.
    let html = format!("<div>{}</div>", rows.concat());
    let inner = page.inner(&html);
    let entries = list::main_list(&inner, None).map(|g| list::entries(&inner, &g)).unwrap_or_default();
    if entries.is_empty() && !rows.is_empty() {
        return None;
    }
    let end = end(page, store, entries.len());
    Some(Reading::good(FAMILY.name, entries, end))
}

/// More records than these lie behind the proxy, whose answers come in groups that only its script knows.
fn end(page: &Page<'_>, store: &str, rows: usize) -> End {
    let total = tag_number(page.text, "<totalrecord>");
    let next = store
        .split("<nextgroup>")
        .nth(1)
        .and_then(|n| n.split("</nextgroup>").next())
        .and_then(|n| n.split(['\'', '"']).nth(1))
        .filter(|href| href.contains("page="))
        .and_then(|href| page.link(&crate::dom::decode_entities(href)));
    let whole = total.is_some_and(|t| t <= rows);
    let paged = page.text.contains(".jpage(").then(|| paging::figures(page.text)).flatten();
    match (next, paged) {
        _ if whole => End::Reached,
        (_, Some(false)) => End::Reached,
        (Some(url), _) => End::Next(url),
        (None, None) if total.is_none() => End::Reached,
        _ => End::Unknown,
    }
}

fn tag_number(text: &str, tag: &str) -> Option<usize> {
    text.split(tag).nth(1)?.split('<').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    const RECORDS: &str = "<recordset>\n<record><![CDATA[<li><a href='/art/2026/9/11/art_33718_1.html' title='班列运输提质提速'>班列运输提质提速</a><span>2026-09-11</span></li>]]></record>\n<record><![CDATA[<li><a href='/art/2025/12/15/art_33718_2.html'>以产业集群培育赋能企业</a><span>2025-12-15</span></li>]]></record>\n</recordset>";
    const ROWS: [&str; 2] = [
        "2026-09-11 班列运输提质提速 http://x.example/art/2026/9/11/art_33718_1.html",
        "2025-12-15 以产业集群培育赋能企业 http://x.example/art/2025/12/15/art_33718_2.html",
    ];

    #[test]
    fn records_in_the_page_are_read() {
        let page = format!(
            "<html><body><div id=\"212860\"><script type=\"text/xml\"><datastore>\n<nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1&amp;columnid=33718\"></a>]]></nextgroup>{RECORDS}</datastore></script></div><script>$('#212860').jpage({{totalRecord:4895,perPage:19}});</script></body></html>"
        );
        let r = reading(&page, "http://x.example/col/col33718/index.html");
        assert_eq!(rows(&r), ROWS);
        assert_eq!(r.end, End::Next("http://x.example/module/web/jpage/dataproxy.jsp?page=1&columnid=33718".into()));
    }

    #[test]
    fn the_answer_of_the_proxy_is_read() {
        let xml = format!(
            "<?xml version='1.0' encoding='utf-8'?><datastore><totalrecord>2</totalrecord><totalpage>1</totalpage>{RECORDS}</datastore>"
        );
        let r = reading(&xml, "http://x.example/module/web/jpage/dataproxy.jsp?page=1");
        assert_eq!((rows(&r), r.end), (ROWS.map(str::to_owned).to_vec(), End::Reached));
    }
}
