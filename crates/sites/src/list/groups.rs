//! Rows that belong together, and which of the groups is the list of the page.

use std::collections::BTreeMap;

use super::Row;
use crate::dom::{Id, Kind, Tag};
use crate::page::Page;
use crate::text;

/// Rows of one list.
#[derive(Debug, Clone)]
pub(crate) struct Group<'p> {
    /// The element that holds the rows.
    pub(crate) container: Id,
    /// The tag of the rows where each has an element of its own.
    pub(crate) tag: Option<Tag>,
    pub(crate) rows: Vec<Row<'p>>,
    /// How sure it is that this is a list of items: dates beside the links are better than dates in the addresses.
    pub(crate) weight: f64,
}

/// Groups rows by the element that holds them.
pub(crate) fn of<'p>(page: &Page<'_>, rows: Vec<Row<'p>>) -> Vec<Group<'p>> {
    let nodes: Vec<Id> = rows.iter().map(|r| r.shared.unwrap_or(r.node)).collect();
    let mut groups: BTreeMap<(Id, Option<Tag2>, String), Vec<Row<'_>>> = BTreeMap::new();
    for row in rows {
        let key = match row.shared {
            Some(home) => (home, None, String::new()),
            None => {
                let wide = widened(page, row.node, &nodes);
                (page.doc.node(wide).parent, page.doc.tag(wide).map(Tag2), style(page, wide))
            }
        };
        groups.entry(key).or_default().push(row);
    }
    let groups = groups.into_iter().map(|((container, tag, _), rows)| Group {
        container,
        tag: tag.map(|t| t.0),
        rows,
        weight: 1.0,
    });
    merged(page, resettled(page, groups.collect()))
}

/// A lone row in a list element like that of another group beside it belongs to that element: pinned rows often have a
/// list of their own.
fn resettled<'p>(page: &Page<'_>, groups: Vec<Group<'p>>) -> Vec<Group<'p>> {
    let look = |id: Id| (page.doc.node(id).parent, page.doc.tag(id), class(page, id));
    let homes: Vec<_> = groups.iter().filter(|g| g.rows.len() > 1).map(|g| look(g.container)).collect();
    let mut out = Vec::new();
    for mut group in groups {
        if let [row] = group.rows.as_slice()
            && row.shared.is_none()
            && homes.len() < 50
        {
            let mut below = row.node;
            for p in page.doc.parents(row.node).take(4) {
                if homes.contains(&look(p)) {
                    (group.container, group.tag) = (p, page.doc.tag(below));
                    break;
                }
                below = p;
            }
        }
        out.push(group);
    }
    out
}

/// What tells boxes side by side apart: their first class, unless it only counts them. Items of lists are alike.
fn style(page: &Page<'_>, row: Id) -> String {
    if !matches!(page.doc.tag(row), Some(Tag::Div | Tag::Section | Tag::Article | Tag::Td | Tag::Table)) {
        return String::new();
    }
    let class = class(page, row);
    let first = class.split_whitespace().next().unwrap_or_default();
    let first = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let counts = ["odd", "even", "first", "last", "on", "cur", "active", "top"].contains(&first);
    if counts { String::new() } else { first.to_owned() }
}

/// A tag that can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag2(Tag);

impl Ord for Tag2 {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0 as u8).cmp(&(other.0 as u8))
    }
}
impl PartialOrd for Tag2 {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The widest element around a row that holds no other row.
fn widened(page: &Page<'_>, row: Id, nodes: &[Id]) -> Id {
    let mut wide = row;
    for p in page.doc.parents(row) {
        if p == 0 || matches!(page.doc.tag(p), Some(Tag::Body | Tag::Html)) {
            break;
        }
        let from = nodes.partition_point(|n| *n < p);
        let to = nodes.partition_point(|n| *n < page.doc.node(p).end);
        if to - from > 1 {
            break;
        }
        wide = p;
    }
    wide
}

/// Lists that a page cuts into several elements one after the other, with nothing between them, are one list.
fn merged<'p>(page: &Page<'_>, mut groups: Vec<Group<'p>>) -> Vec<Group<'p>> {
    groups.sort_by_key(|g| g.rows[0].node);
    let mut out: Vec<Group<'_>> = Vec::new();
    for group in groups {
        match out.last_mut() {
            Some(last) if alike(page, last, &group) => last.rows.extend(group.rows),
            _ => out.push(group),
        }
    }
    out
}

fn alike(page: &Page<'_>, a: &Group<'_>, b: &Group<'_>) -> bool {
    if a.tag != b.tag || a.container == b.container || page.doc.tag(a.container) != page.doc.tag(b.container) {
        return false;
    }
    let (from, to) = (page.doc.node(a.container).end, b.container);
    from <= to && class(page, a.container) == class(page, b.container) && between_is_empty(page, from, to)
}

/// Puts the leading item of a column, which stands in a box of its own right above the list, in front of its rows.
pub(crate) fn lead<'p>(page: &Page<'_>, group: &mut Group<'p>, others: &[Group<'p>]) {
    if group.weight < 1.0 || group.rows.len() < 2 {
        return;
    }
    let boxed = |row: &Row<'_>| {
        let home = page.doc.node(group.container).parent;
        let own = std::iter::once(row.node).chain(page.doc.parents(row.node).take(3));
        own.take_while(|&p| p != 0).find(|&p| page.doc.node(p).parent == home)
    };
    let above = others.iter().filter(|g| g.weight >= 1.0).filter_map(|g| match g.rows.as_slice() {
        [row] if row.date.is_some() && row.shared.is_none() => {
            let end = page.doc.node(boxed(row)?).end;
            (end <= group.container && between_is_empty(page, end, group.container)).then(|| row.clone())
        }
        _ => None,
    });
    if let Some(first) = above.into_iter().next() {
        group.rows.insert(0, first);
    }
}

fn between_is_empty(page: &Page<'_>, from: Id, to: Id) -> bool {
    to - from < 60
        && (from..to).all(|i| match page.doc.node(i).kind {
            Kind::Text => page.doc.source(i).chars().all(|c| !c.is_alphanumeric()),
            Kind::Raw | Kind::Comment => true,
            Kind::Element(tag) => !tag.is_heading(),
        })
}

pub(crate) fn class(page: &Page<'_>, id: Id) -> String {
    page.doc.attr(id, "class").map(|c| c.into_owned()).unwrap_or_default()
}

/// How much a group looks like the list that the page is there for.
pub(crate) fn score(page: &Page<'_>, group: &Group<'_>, pager: Option<Id>) -> f64 {
    let worth: usize = group.rows.iter().map(|r| title_worth(&r.title)).sum();
    let mut score = worth as f64 * group.weight;
    score *= 1.0 + 2.0 * share_below_page(page, group);
    if heading_before(page, group.container).is_some_and(|h| page.names().contains(&h)) {
        score *= 2.0;
    }
    if pager.is_some_and(|p| near_pager(page, group.container, p)) {
        score *= 2.0;
    }
    if aside(page, group) {
        score *= 0.25;
    }
    score
}

/// Longer titles are titles of items; a single date on a navigation bar is not.
fn title_worth(title: &str) -> usize {
    let n = title.chars().count().min(30);
    if n < 4 { 1 } else { n }
}

/// The share of rows whose address lies below the page's own folder.
fn share_below_page(page: &Page<'_>, group: &Group<'_>) -> f64 {
    let Some(own) = page.base.as_ref().map(|u| u.as_str().split(['?', '#']).next().unwrap_or_default()) else {
        return 0.0;
    };
    let folder = own.rfind('/').map_or(own, |i| &own[..=i]);
    // The home page's folder holds everything.
    if folder.matches('/').count() < 4 {
        return 0.0;
    }
    let below = group.rows.iter().filter(|r| r.url.starts_with(folder)).count();
    below as f64 / group.rows.len().max(1) as f64
}

/// The paging control stands right behind the list: in one of the elements that hold it, three levels up at most.
pub(super) fn near_pager(page: &Page<'_>, container: Id, pager: Id) -> bool {
    std::iter::once(container)
        .chain(page.doc.parents(container))
        .take(5)
        .any(|p| p != 0 && !matches!(page.doc.tag(p), Some(Tag::Body | Tag::Html)) && page.doc.contains(p, pager))
}

const ASIDE: &[&str] = &[
    "foot",
    "sidebar",
    "aside",
    "related",
    "relate",
    "hot",
    "rank",
    "recommend",
    "tuijian",
    "xiangguan",
    "friend",
    "nav",
    "menu",
    "crumb",
    "banner",
    "login",
    "search",
    "ad-",
    "xgxx",
    "xglj",
    "link",
];
const ASIDE_TITLES: &[&str] =
    &["相关", "热点", "热门", "推荐", "排行", "点击", "友情链接", "猜你", "最新更新", "最近更新"];

/// A part of the page that stands beside its list: footers, menus, 相关 and 热点 lists.
pub(super) fn aside(page: &Page<'_>, group: &Group<'_>) -> bool {
    // The element of a lone row may be the whole page.
    let container = match group.rows.as_slice() {
        [row] => page.doc.node(row.node).parent,
        _ => group.container,
    };
    let around = std::iter::once(container).chain(page.doc.parents(container)).take(4);
    for p in around {
        if matches!(page.doc.tag(p), Some(Tag::Nav | Tag::Footer | Tag::Aside | Tag::Header)) {
            return true;
        }
        let id = page.doc.attr(p, "id").unwrap_or_default();
        let words = format!("{} {id}", class(page, p)).to_ascii_lowercase();
        let hit = words.split_whitespace().any(|w| {
            ASIDE.iter().any(|a| w == *a || (a.len() > 3 && w.starts_with(a)) || (a.len() > 4 && w.contains(a)))
        });
        if hit && !words.contains("list") && !words.contains("news") {
            return true;
        }
    }
    heading_before(page, container).is_some_and(|h| h.chars().count() <= 10 && text::has_any(&h, ASIDE_TITLES))
}

/// The short text right before a list: its heading.
pub(crate) fn heading_before(page: &Page<'_>, container: Id) -> Option<String> {
    let from = container.saturating_sub(40);
    (from..container).rev().filter(|&i| page.doc.node(i).kind == Kind::Text).map(|i| page.doc.text(i, 200)).find(|t| {
        t.chars().any(char::is_alphanumeric) && !matches!(t.to_lowercase().as_str(), "更多" | "more" | "更多>>")
    })
}
