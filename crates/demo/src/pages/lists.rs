//! List pages of the website, each family with its own rows and its own way to the next page.

use super::address::article_name;
use super::{Page, Scene, frame};
use crate::column::{Family, Row};
use crate::words::{cut, escape};

/// Rows on a page.
fn page_size(family: Family) -> usize {
    match family {
        Family::Trs | Family::Gbk | Family::Yearless => 20,
        Family::Dl => 18,
        _ => 15,
    }
}

/// Page `number` of a list; none beyond the last.
pub(super) fn list(scene: &Scene<'_>, rows: &[Row<'_>], number: usize) -> Option<Page> {
    let family = scene.column.family;
    let size = page_size(family);
    let pages = rows.len().div_ceil(size).max(1);
    if number >= pages {
        return None;
    }
    let shown = &rows[number * size..rows.len().min((number + 1) * size)];
    let content = match family {
        Family::Table => table(scene, shown),
        Family::Dl => dl(scene, shown),
        Family::Vsb => vsb(scene, shown, number),
        Family::Divs => divs(scene, shown),
        Family::Yearless => yearless(scene, shown),
        _ => trs(scene, shown),
    };
    let pager = pager(scene, pages, number, rows.len());
    let text = [
        frame::head(family, &format!("{}-{}", scene.column.name, scene.office.name), &frame::column_meta(scene)),
        frame::top().to_owned(),
        "<div class=\"main\">\n".to_owned(),
        frame::side(scene),
        "<div class=\"right\">\n".to_owned(),
        frame::crumbs(scene),
        content,
        pager,
        "</div>\n</div>\n".to_owned(),
        frame::foot(scene),
    ]
    .concat();
    Some(Page::html(&text, family))
}

/// Attributes and text of the link of a row: the title is whole in the attribute and cut in the text.
fn link(scene: &Scene<'_>, row: &Row<'_>, prefix: &str) -> String {
    let title = escape(&row.post.title);
    let shown = escape(&cut(&row.post.title, 28));
    format!(
        "<a href=\"{prefix}{}\" title=\"{title}\" target=\"_blank\">{shown}</a>",
        article_name(scene.column, row.post)
    )
}

fn date(row: &Row<'_>, format: &str) -> String {
    row.date.map_or_else(String::new, |d| d.format(format).to_string())
}

fn trs(scene: &Scene<'_>, rows: &[Row<'_>]) -> String {
    let mut out = "<ul class=\"mgT10 content_list\">\n".to_owned();
    for row in rows {
        let mark = if row.post.pinned { "<em class=\"top\">置顶</em>" } else { "" };
        let date = date(row, "%Y-%m-%d");
        out.push_str(&format!("<li>{mark}{}<span>{date}</span></li>\n", link(scene, row, "./")));
    }
    out.push_str("</ul>\n");
    out
}

fn yearless(scene: &Scene<'_>, rows: &[Row<'_>]) -> String {
    let mut out = "<ul class=\"newslist\">\n".to_owned();
    for row in rows {
        let date = date(row, "[%m-%d]");
        out.push_str(&format!("<li><span class=\"time\">{date}</span>{}</li>\n", link(scene, row, "")));
    }
    out.push_str("</ul>\n");
    out
}

fn table(scene: &Scene<'_>, rows: &[Row<'_>]) -> String {
    let mut out = "<table class=\"list\" width=\"100%\" cellspacing=\"0\">\n<tbody>\n".to_owned();
    for (n, row) in rows.iter().enumerate() {
        let date = date(row, "[%Y-%m-%d]");
        out.push_str(&format!(
            "<tr><td class=\"no\">{}</td><td class=\"bt\">{}</td><td class=\"rq\">{date}</td></tr>\n",
            n + 1,
            link(scene, row, "")
        ));
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

fn dl(scene: &Scene<'_>, rows: &[Row<'_>]) -> String {
    let mut out = format!("<dl class=\"zfxxgk_zdgkc\">\n<dt>{}</dt>\n", escape(&scene.column.name));
    for row in rows {
        let date = date(row, "%Y-%m-%d");
        out.push_str(&format!("<dd><b>{date}</b>{}</dd>\n", link(scene, row, "./")));
    }
    out.push_str("</dl>\n");
    out
}

fn vsb(scene: &Scene<'_>, rows: &[Row<'_>], number: usize) -> String {
    let prefix = if number == 0 { "info/" } else { "../info/" };
    let mut out = "<div class=\"winstyle195\">\n<ul>\n".to_owned();
    for (n, row) in rows.iter().enumerate() {
        let date = date(row, "%Y-%m-%d");
        out.push_str(&format!("<li id=\"line_u8_{n}\"><span>{date}</span>{}</li>\n", link(scene, row, prefix)));
    }
    out.push_str("</ul>\n</div>\n");
    out
}

fn divs(scene: &Scene<'_>, rows: &[Row<'_>]) -> String {
    let mut out = "<div class=\"news-list\">\n".to_owned();
    for row in rows {
        let summary = escape(&cut(&row.post.title, 20));
        let date = date(row, "发布时间：%Y-%m-%d");
        out.push_str(&format!(
            "<div class=\"item\"><h3>{}</h3>\n<p class=\"summary\">{summary}……</p>\n<p class=\"info\">{date}</p></div>\n",
            link(scene, row, "")
        ));
    }
    out.push_str("</div>\n");
    out
}

/// The way to the next page. It names the number of items, so that the first page changes with every change of the list.
fn pager(scene: &Scene<'_>, pages: usize, number: usize, total: usize) -> String {
    let count = format!("共{total}条记录");
    match scene.column.family {
        Family::Vsb => vsb_pager(scene, pages, number, &count),
        Family::Table | Family::Divs => {
            let next = if number + 1 < pages {
                format!("<a href=\"index_{}.html\">下一页</a>", number + 1)
            } else {
                "<span class=\"disabled\">下一页</span>".to_owned()
            };
            format!("<div class=\"pages\">{count}　第{}/{pages}页　<a href=\"./\">首页</a>　{next}</div>\n", number + 1)
        }
        _ => format!(
            "<div class=\"page\">{count} <script>createPageHTML({pages}, {number}, \"index\", \"html\")</script></div>\n"
        ),
    }
}

/// Pages are numbered from the last: of five pages the second is `4.htm`, the last `1.htm`.
fn vsb_pager(scene: &Scene<'_>, pages: usize, number: usize, count: &str) -> String {
    let name = scene.column.id.name();
    let next = if number + 1 < pages {
        let file = pages - number - 1;
        let href = if number == 0 { format!("{name}/{file}.htm") } else { format!("{file}.htm") };
        format!("<span class=\"p_next p_fun\"><a href=\"{href}\">下一页</a></span>")
    } else {
        "<span class=\"p_next_d p_fun_d\">下一页</span>".to_owned()
    };
    format!(
        "<div class=\"pb_sys_common\"><span class=\"p_pages\"><span class=\"p_t\">{count}</span>\
         <span class=\"p_no_d\">{}</span>{next}</span></div>\n",
        number + 1
    )
}

/// Which page (0 is the first) a file name in the column's directory asks for; none for what is no list page.
pub(crate) fn page_of(family: Family, rows: usize, file: &str) -> Option<usize> {
    let pages = rows.div_ceil(page_size(family)).max(1);
    if family == Family::Vsb {
        let number: usize = file.strip_suffix(".htm")?.parse().ok()?;
        return (number >= 1).then(|| pages.checked_sub(number)).flatten();
    }
    match file {
        "" | "index.html" | "index.htm" => Some(0),
        _ => file.strip_prefix("index_")?.strip_suffix(".html")?.parse().ok().filter(|n| *n > 0),
    }
}
