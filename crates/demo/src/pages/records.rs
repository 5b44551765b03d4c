//! Lists that are not markup: records in a script's CDATA, and plain JSON.

use serde_json::json;

use super::address::{article, article_name};
use super::{Page, Scene, frame};
use crate::column::Row;
use crate::words::escape;

/// A page of the jcms platform: the rows stand as CDATA in a script, and a script of the browser would page through them.
/// All records are in the page, as on small columns of the real platform.
pub(super) fn jcms(scene: &Scene<'_>, rows: &[Row<'_>]) -> Page {
    let column = scene.column;
    let (unit, number) = (212_000 + column.number, 33_000 + column.number);
    let mut records = String::new();
    for row in rows {
        let title = escape(&row.post.title);
        let date = row.date.map_or_else(String::new, |d| d.to_string());
        records.push_str(&format!(
            "<record><![CDATA[<li><a href='/art/{}' title='{title}' target='_blank'>{title}</a><span>{date}</span></li>]]></record>\n",
            article_name(column, row.post)
        ));
    }
    let total = rows.len();
    let per_page = 20.max(total);
    let content = format!(
        "<div id=\"{unit}\"><script type=\"text/xml\"><datastore>\n<totalrecord>{total}</totalrecord>\n<totalpage>1</totalpage>\n<recordset>\n{records}</recordset></datastore></script></div>\n\
         <script>var param_{unit}={{col:1,webid:1,path:'/',columnid:{number},sourceContentType:1,unitid:'{unit}',webname:'钟山区人民政府',permissiontype:0}};\
         $('#{unit}').jpage({{dataUrl:'/module/web/jpage/dataproxy.jsp',totalRecord:{total},perPage:{per_page}}});</script>\n"
    );
    let text = [
        frame::head(column.family, &format!("{}-{}", column.name, scene.office.name), &frame::column_meta(scene)),
        frame::top().to_owned(),
        "<div class=\"main\">\n".to_owned(),
        frame::side(scene),
        "<div class=\"right\">\n".to_owned(),
        frame::crumbs(scene),
        content,
        "</div>\n</div>\n".to_owned(),
        frame::foot(scene),
    ]
    .concat();
    Page::html(&text, column.family)
}

/// The answer of an interface: rows under `/data/list`.
pub(super) fn json(scene: &Scene<'_>, rows: &[Row<'_>]) -> Page {
    let list: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.post.no,
                "title": row.post.title,
                "url": article(scene.column, row.post),
                "publishTime": row.date.map_or_else(String::new, |d| format!("{d} 09:00:00")),
                "source": scene.office.name,
            })
        })
        .collect();
    let answer = json!({
        "code": 200,
        "msg": "success",
        "data": { "channel": scene.column.name, "total": list.len(), "list": list },
    });
    Page { content_type: "application/json;charset=UTF-8", body: answer.to_string().into_bytes() }
}

/// The page that shows a visitor such a list: a script fills it in the browser, so it holds no rows itself.
pub(crate) fn shell(scene: &Scene<'_>) -> Page {
    let text = [
        frame::head(scene.column.family, &format!("{}-{}", scene.column.name, scene.office.name), &frame::column_meta(scene)),
        frame::top().to_owned(),
        "<div class=\"main\">\n".to_owned(),
        frame::side(scene),
        format!("<div class=\"right\"><div id=\"app\" data-api=\"{}\"></div><script src=\"/images/list.js\"></script></div>\n", scene.column.path),
        "</div>\n".to_owned(),
        frame::foot(scene),
    ]
    .concat();
    Page::html(&text, scene.column.family)
}
