//! Lists in four templates, and section homes.

use std::fmt::Write as _;

use model::calendar::shift;
use model::{ChannelKind, Day};

use super::{BenchSite, PAGES, ROWS};
use crate::rng::Rng;
use crate::words::{cut, title};

const DEPARTMENTS: &[&str] = &[
    "教育局",
    "信访局",
    "财政局",
    "民政局",
    "司法局",
    "商务局",
    "审计局",
    "统计局",
    "水务局",
    "交通运输局",
    "农业农村局",
    "应急管理局",
    "卫生健康局",
    "医疗保障局",
    "自然资源局",
    "发展和改革局",
    "市场监督管理局",
    "住房和城乡建设局",
];
const TOWNSHIPS: &[&str] =
    &["大河镇", "汪家寨镇", "大湾镇", "木果镇", "保华镇", "荷城街道", "凤凰街道", "德坞街道", "月照街道"];
const COLUMNS: &[&str] = &[
    "工作动态",
    "通知公告",
    "政策文件",
    "政策解读",
    "机构职能",
    "领导信息",
    "规划计划",
    "财政预决算",
    "行政许可",
    "行政处罚",
    "重大项目",
    "公共资源",
    "义务教育",
    "户籍管理",
    "社会救助",
    "养老服务",
    "公共法律服务",
    "就业创业",
    "社会保险",
    "国有土地",
    "集体土地",
    "生态环境",
    "公共文化",
    "医疗卫生",
    "安全生产",
    "食品药品",
    "乡村振兴",
    "招标采购",
    "应急管理",
    "统计信息",
];

/// The name of unit `n`.
pub(super) fn unit_name(n: usize) -> String {
    let base = if n % 3 == 2 {
        TOWNSHIPS[n / 3 % TOWNSHIPS.len()].to_owned()
    } else {
        format!("钟山区{}", DEPARTMENTS[n % DEPARTMENTS.len()])
    };
    if n < DEPARTMENTS.len() { base } else { format!("{base}（{}）", n / DEPARTMENTS.len() + 1) }
}

/// The name of column `n`.
pub(super) fn column_name(n: usize) -> &'static str {
    COLUMNS[n % COLUMNS.len()]
}

struct Item {
    href: String,
    title: String,
    day: Day,
}

/// The items of a column, newest first: what it has gained, then three pages of history.
fn items(site: &BenchSite, unit: usize, column: usize, limit: usize) -> Vec<Item> {
    let name = super::list_path(unit, column);
    let gained = site.gained_by(unit, column);
    let fresh = (0..gained).rev().map(|k| {
        let mut rng = Rng::new(site.seed, &format!("{name} gained {k}"));
        item(&mut rng, site.today(), 900_000 + k)
    });
    let mut rng = Rng::new(site.seed, &name);
    let gap = rng.pick(&[1, 2, 4, 8, 15, 40]);
    let mut day = shift(site.today(), -rng.between(0, gap * 3));
    let past = (0..u32::try_from(PAGES * ROWS).unwrap_or(0)).map(move |n| {
        let made = item(&mut rng, day, n);
        day = shift(day, -rng.between(0, 2 * gap));
        made
    });
    fresh.chain(past).take(limit).collect()
}

fn item(rng: &mut Rng, day: Day, n: u32) -> Item {
    let href = format!("./{}/t{}_{}.html", day.format("%Y%m"), day.format("%Y%m%d"), 90_000_000 + n);
    Item { href, title: title(ChannelKind::WorkNews, "我区", rng), day }
}

/// Page `page` of a list.
pub(super) fn list(site: &BenchSite, unit: usize, column: usize, page: usize) -> String {
    let frame = &site.frames[unit];
    let name = column_name(column);
    let all = items(site, unit, column, (page + 1) * ROWS);
    let rows = &all[page * ROWS..];
    [
        &frame.head,
        &format!("<title>{name}-{}</title>\n<meta name=\"ColumnName\" content=\"{name}\"/>\n<meta name=\"ColumnType\" content=\"{name}\"/>\n", frame.name),
        &frame.style,
        "</head>\n<body>\n",
        &frame.top,
        "<div class=\"main\">\n",
        &frame.side,
        &format!("<div class=\"right\"><div class=\"pos\">当前位置：<a href=\"/\">首页</a>&nbsp;&gt;&nbsp;<a href=\"../\">{}</a>&nbsp;&gt;&nbsp;{name}</div>\n", frame.name),
        &table(frame.template, rows),
        &format!("<div class=\"page\"><script>createPageHTML({PAGES}, {page}, \"index\", \"html\")</script></div></div></div>\n"),
        &frame.foot,
        "</body>\n</html>\n",
    ]
    .concat()
}

fn table(template: usize, rows: &[Item]) -> String {
    let mut out = String::new();
    let (open, close) = match template {
        0 => ("<ul class=\"content_list\">\n", "</ul>\n"),
        1 => ("<table class=\"tab\" width=\"100%\">\n", "</table>\n"),
        2 => ("<div class=\"news\">\n", "</div>\n"),
        _ => ("<dl class=\"zfxxgk_zdgkc\">\n", "</dl>\n"),
    };
    out.push_str(open);
    for (n, Item { href, title, day }) in rows.iter().enumerate() {
        let short = cut(title, 28);
        let link = format!("<a href=\"{href}\" title=\"{title}\" target=\"_blank\">{short}</a>");
        let _ = match template {
            0 => writeln!(out, "<li>{link}<span class=\"date\">{day}</span></li>"),
            1 => writeln!(
                out,
                "<tr><td class=\"no\">{}</td><td class=\"bt\">{link}</td><td class=\"rq\">[{day}]</td></tr>",
                n + 1
            ),
            2 => writeln!(
                out,
                "<div class=\"item\"><h3>{link}</h3><p class=\"sum\">{title}……</p><p class=\"date\">发布时间：{day}</p></div>"
            ),
            _ => writeln!(out, "<dd><b>{day}</b>{link}</dd>"),
        };
    }
    out.push_str(close);
    out
}

/// The home of a section: the five latest items of every column.
pub(super) fn home(site: &BenchSite, unit: usize) -> String {
    let frame = &site.frames[unit];
    let mut boxes = String::new();
    for column in 0..site.columns {
        let name = column_name(column);
        let _ = writeln!(
            boxes,
            "<div class=\"box\"><h2><a href=\"./c{column:02}/\">{name}</a><a class=\"more\" href=\"./c{column:02}/\">更多&gt;&gt;</a></h2>\n<ul>"
        );
        for Item { href, title, day } in items(site, unit, column, 5) {
            let href = href.trim_start_matches("./");
            let _ = writeln!(
                boxes,
                "<li><a href=\"./c{column:02}/{href}\" title=\"{title}\">{}</a><span>{}</span></li>",
                cut(&title, 20),
                day.format("%m-%d")
            );
        }
        boxes.push_str("</ul></div>\n");
    }
    [
        &frame.head,
        &format!("<title>{}</title>\n", frame.name),
        &frame.style,
        "</head>\n<body>\n",
        &frame.top,
        "<div class=\"main\">\n",
        &boxes,
        "</div>\n",
        &frame.foot,
        "</body>\n</html>\n",
    ]
    .concat()
}
