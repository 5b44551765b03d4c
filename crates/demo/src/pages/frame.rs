//! What surrounds the content of a page: head with the national meta tags, navigation, side lists, footer.

use super::Scene;
use crate::column::Family;
use crate::words::escape;

/// Meta tags of 国办发〔2017〕47号 that every page of the site carries.
pub(super) fn site_meta() -> &'static str {
    "<meta name=\"SiteName\" content=\"钟山区人民政府\"/>\n<meta name=\"SiteDomain\" content=\"www.gzzs.gov.cn\"/>\n<meta name=\"SiteIDCode\" content=\"5202010001\"/>\n"
}

/// The head of a page: `meta` are further tags.
pub(super) fn head(family: Family, title: &str, meta: &str) -> String {
    let charset = match family {
        Family::Gbk => "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\"/>",
        _ => "<meta charset=\"utf-8\"/>",
    };
    let title = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n{charset}\n<meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\"/>\n\
         <title>{title}-钟山区人民政府</title>\n{}{meta}<link rel=\"stylesheet\" href=\"/images/common.css\"/>\n\
         <script src=\"/images/jquery-1.12.4.min.js\"></script>\n<script>\n\
         function doSearch(){{var k=document.getElementById(\"kw\").value;if(k==\"\"){{alert(\"请输入关键字\");return false;}}\
         window.open(\"/search?kw=\"+encodeURIComponent(k));}}\n</script>\n</head>\n",
        site_meta()
    )
}

/// Meta tags of a list page.
pub(super) fn column_meta(scene: &Scene<'_>) -> String {
    let name = escape(&scene.column.name);
    let kind = scene.column.kind.label();
    format!(
        "<meta name=\"ColumnName\" content=\"{name}\"/>\n<meta name=\"ColumnDescription\" content=\"{name}\"/>\n\
         <meta name=\"ColumnKeywords\" content=\"{name}\"/>\n<meta name=\"ColumnType\" content=\"{kind}\"/>\n"
    )
}

/// The banner and the navigation of the whole site.
pub(super) fn top() -> &'static str {
    "<body>\n<div class=\"top\"><a href=\"/\"><img src=\"/images/logo.png\" alt=\"钟山区人民政府\"/></a>\n\
     <form onsubmit=\"return doSearch()\"><input id=\"kw\" type=\"text\"/><input type=\"submit\" value=\"搜索\"/></form></div>\n\
     <div class=\"nav\"><ul>\n<li><a href=\"/\">网站首页</a></li>\n<li><a href=\"/zjzs/\">走进钟山</a></li>\n\
     <li><a href=\"/ywdt/\">要闻动态</a></li>\n<li><a href=\"/zwgk/\">政务公开</a></li>\n<li><a href=\"/bsfw/\">办事服务</a></li>\n\
     <li><a href=\"/hdjl/\">互动交流</a></li>\n</ul></div>\n"
}

/// The list of the unit's columns beside the content.
pub(super) fn side(scene: &Scene<'_>) -> String {
    let mut out = format!("<div class=\"left\"><h2>{}</h2>\n<ul class=\"menu\">\n", escape(&scene.office.name));
    let own = |c: &&crate::column::Column| c.office == scene.column.office && !c.kind.is_new_media();
    for column in scene.columns.iter().filter(own) {
        let href = if column.family == Family::Json { super::address::directory(column) } else { column.path.clone() };
        out.push_str(&format!("<li><a href=\"{href}\">{}</a></li>\n", escape(&column.name)));
    }
    out.push_str("</ul>\n</div>\n");
    out
}

/// Where the reader is.
pub(super) fn crumbs(scene: &Scene<'_>) -> String {
    format!(
        "<div class=\"position\">当前位置：<a href=\"/\">首页</a>&nbsp;&gt;&nbsp;<a href=\"/{}/\">{}</a>&nbsp;&gt;&nbsp;{}</div>\n",
        scene.office.id,
        escape(&scene.office.name),
        escape(&scene.column.name)
    )
}

/// The footer, with the telephone numbers that real footers have.
pub(super) fn foot(scene: &Scene<'_>) -> String {
    let extension = 2_100 + scene.column.office * 37;
    format!(
        "<div class=\"footer\"><p>主办：钟山区人民政府　承办：{}　联系电话：0858-826{extension}　举报电话：0858-12345</p>\n\
         <p>政府网站标识码：5202010001　黔ICP备05001922号-1　<img src=\"/images/gaba.png\" alt=\"\"/>贵公网安备52020102000{extension}号</p></div>\n\
         </body>\n</html>\n",
        escape(&scene.office.name)
    )
}
