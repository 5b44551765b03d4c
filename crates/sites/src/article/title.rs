//! The title of an article.

use super::flat::Flat;
use super::meta::Meta;
use crate::dates;
use crate::dom::{Id, Tag};
use crate::page::Page;
use crate::text;

/// The title; empty where none can be found.
pub(crate) fn of(page: &Page<'_>, meta: &Meta, flat: &Flat) -> String {
    let head = page.doc.all(Tag::Title).next().map(|t| page.doc.text(t, 2_000)).unwrap_or_default();
    let stray = |t: &&String| meta.site.as_ref() != Some(*t) && meta.column.as_ref() != Some(*t);
    if let Some(tagged) = meta.own_title() {
        return tagged.clone();
    }
    let long = |t: &String| t.chars().count() >= 8;
    let repeated = repeated(page, flat, &head);
    let above = || above_date(page, flat);
    repeated
        .clone()
        .filter(long)
        .or_else(|| meta.og_title.as_ref().filter(stray).cloned())
        .or_else(|| above().filter(long))
        .or_else(|| heading(page).filter(long))
        // A window title that begins with the name of the column is repeated by the column's name.
        .or(repeated)
        .or_else(|| last_of_head(page, &head))
        .or_else(above)
        .or_else(|| heading(page))
        .or_else(|| from_head(&head))
        .map(|t| text::title(&t))
        .unwrap_or_default()
}

fn squeeze(t: &str) -> String {
    t.chars().filter(|c| !text::is_blank(*c)).collect()
}

/// The longest heading, element named after a title, or text of its own, that the title of the window repeats.
fn repeated(page: &Page<'_>, flat: &Flat, head: &str) -> Option<String> {
    let head = squeeze(head);
    let mut best: Option<(usize, String)> = None;
    let elements = candidates(page).map(|id| page.doc.text(id, 1_200));
    // The title may share its element with the date.
    let texts = flat.lines.iter().filter(|l| !l.linked).filter_map(|l| l.text.split('\t').next().map(str::to_owned));
    for said in elements.chain(texts) {
        let bare = squeeze(&said);
        let len = bare.chars().count();
        let longer = best.as_ref().is_none_or(|(l, _)| len > *l);
        if len >= 4 && longer && !names_site(&bare) && head.starts_with(&bare) {
            best = Some((len, said));
        }
    }
    best.map(|(_, t)| t)
}

/// A window title that ends with the title names the site first.
fn last_of_head(page: &Page<'_>, head: &str) -> Option<String> {
    let head = squeeze(head);
    let texts = candidates(page).map(|id| page.doc.text(id, 1_200));
    texts.filter(|t| squeeze(t).chars().count() >= 10 && head.ends_with(&squeeze(t))).max_by_key(String::len)
}

fn candidates<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Id> + 'p {
    (1..page.doc.len()).filter(|&i| {
        let Some(tag) = page.doc.tag(i) else { return false };
        if tag.is_heading() {
            return true;
        }
        if page.doc.node(i).end - i > 40 || matches!(tag, Tag::A | Tag::Meta | Tag::Link | Tag::Script | Tag::Title) {
            return false;
        }
        let named = |n: &str| {
            page.doc.attr(i, n).is_some_and(|v| text::has_any_ascii(&v, &["tit", "biaoti", "bt", "headline"]))
        };
        named("class")
            || named("id")
            || matches!(tag, Tag::Td | Tag::P | Tag::Div | Tag::Strong | Tag::Font | Tag::Span)
    })
}

/// The line above the line with the date.
fn above_date(page: &Page<'_>, flat: &Flat) -> Option<String> {
    let at = flat.lines.iter().position(|l| {
        let found = dates::first(&l.text, page.today);
        found.is_some_and(|f| !f.yearless) && l.text.chars().count() < 120 && !l.linked
    })?;
    let title_like = |t: &str| {
        let n = t.chars().count();
        (6..200).contains(&n)
            && !text::has_any(t, &["当前位置", "所在位置", "您的位置", "现在位置", "首页", "字体", "字号", "分享"])
            && !is_catalogued(t)
            && !names_site(t)
    };
    // The value of a field of a catalogue stands behind its label.
    let described = |i: &usize| *i > 0 && is_catalogued(&flat.lines[*i - 1].text);
    (at.saturating_sub(4)..at)
        .rev()
        .filter(|i| !flat.lines[*i].linked && !described(i))
        .map(|i| flat.lines[i].text.replace('\t', ""))
        .find(|t| title_like(t.trim()))
}

/// The name of a site at the top of its pages, or of a window that is called after it.
fn names_site(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    name.ends_with("网站") || name.ends_with("官网")
}

/// A line of the box in which catalogues of information describe a document (GB/T 7156 and the offices' own forms).
fn is_catalogued(line: &str) -> bool {
    let label = line.split(['：', ':', '】']).next().filter(|l| l.len() < line.len());
    label.is_some_and(|l| {
        let names = [
            "索引号",
            "索取号",
            "信息索引",
            "分类",
            "机构",
            "机关",
            "文号",
            "字号",
            "日期",
            "体裁",
            "有效性",
            "主题词",
        ];
        let bare = squeeze(l);
        bare.chars().count() <= 8 && names.iter().any(|n| bare.ends_with(n))
    })
}

/// The first heading with the length of a title that is no link: logos are links.
fn heading(page: &Page<'_>) -> Option<String> {
    [Tag::H1, Tag::H2, Tag::H3]
        .into_iter()
        .flat_map(|tag| page.doc.all(tag).take(20).collect::<Vec<_>>())
        .filter(|&h| page.links_in(h).is_empty())
        .map(|h| page.doc.text(h, 1_200))
        .find(|t| t.chars().count() >= 6 && !names_site(t))
}

/// The first part of the title of the window.
fn from_head(head: &str) -> Option<String> {
    let parts = head.split(['_', '|', '－', '—', '–']).flat_map(|p| p.split(" - "));
    let first = parts.map(str::trim).find(|p| !p.is_empty())?;
    let first = match first.rsplit_once('-') {
        Some((title, site)) if text::han(title) >= 4 && text::has_any(site, &["网", "政府", "局", "平台", "委"]) => {
            title
        }
        _ => first,
    };
    Some(first.trim().to_owned())
}
