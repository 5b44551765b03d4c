//! The home page of the site and of a unit's section, with the navigation that `duban discover` walks.

use super::{Page, address, frame};
use crate::column::{Column, Family, Office};
use crate::words::escape;

/// The home page: links to the sections of all units.
pub(crate) fn home(offices: &[Office]) -> Page {
    let links: String =
        offices.iter().map(|o| format!("<li><a href=\"/{}/\">{}</a></li>\n", o.id, escape(&o.name))).collect();
    page(
        "首页",
        &format!("<div class=\"sections\"><h2>区直部门和乡镇（街道）信息公开</h2>\n<ul>\n{links}</ul></div>\n"),
    )
}

/// The home page of the section of the unit `index`.
pub(crate) fn section(office: &Office, index: usize, columns: &[Column]) -> Page {
    let own = columns.iter().filter(|c| c.office == index && !c.kind.is_new_media());
    let links: String = own
        .map(|c| {
            let href = if c.family == Family::Json { address::directory(c) } else { c.path.clone() };
            format!("<div class=\"box\"><h3><a href=\"{href}\">{}</a></h3><a class=\"more\" href=\"{href}\">更多&gt;&gt;</a></div>\n", escape(&c.name))
        })
        .collect();
    page(&office.name, &format!("<div class=\"main\"><h2>{}</h2>\n{links}</div>\n", escape(&office.name)))
}

fn page(title: &str, content: &str) -> Page {
    let meta = "<meta name=\"ColumnType\" content=\"首页\"/>\n";
    let text = [frame::head(Family::Trs, title, meta).as_str(), frame::top(), content, "</body>\n</html>\n"].concat();
    Page::html(&text, Family::Trs)
}
