//! Feeds: RSS as the bridges write it, Atom, JSON Feed.

use serde_json::json;

use super::address::article;
use super::{Page, Scene};
use crate::clock::Stamp;
use crate::column::{Family, Row};
use crate::words::escape;

/// A feed holds its latest items only.
fn limit(scene: &Scene<'_>) -> usize {
    if scene.column.kind.is_new_media() { 20 } else { 60 }
}

/// The feed of the column.
pub(super) fn feed(scene: &Scene<'_>, rows: &[Row<'_>]) -> Page {
    let rows = &rows[..rows.len().min(limit(scene))];
    match scene.column.family {
        Family::Atom => atom(scene, rows),
        Family::JsonFeed => json_feed(scene, rows),
        _ => rss(scene, rows),
    }
}

/// The instant that an item claims: its date, at the hour at which it was made.
fn instant(row: &Row<'_>) -> Stamp {
    row.date.map_or(row.post.shown_from, |d| d.and_time(row.post.shown_from.time()))
}

fn rss(scene: &Scene<'_>, rows: &[Row<'_>]) -> Page {
    let name = escape(&scene.column.name);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n\
         <channel><title><![CDATA[{name}]]></title><link>{}/</link><description><![CDATA[{name}，{}]]></description><language>zh-cn</language>\n",
        scene.base,
        escape(&scene.office.name)
    );
    for row in rows {
        let link = format!("{}{}", scene.base, article(scene.column, row.post));
        out.push_str(&format!(
            "<item><title>{}</title><link>{link}</link><guid isPermaLink=\"false\">{link}</guid>\
             <pubDate>{}</pubDate><description>{}</description></item>\n",
            escape(&row.post.title),
            instant(row).format("%a, %d %b %Y %H:%M:%S +0800"),
            escape(&row.post.title)
        ));
    }
    out.push_str("</channel></rss>\n");
    Page { content_type: "application/rss+xml; charset=utf-8", body: out.into_bytes() }
}

fn atom(scene: &Scene<'_>, rows: &[Row<'_>]) -> Page {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{}</title><id>{}{}</id>\n",
        escape(&scene.column.name),
        scene.base,
        scene.column.path
    );
    if let Some(newest) = rows.iter().map(instant).max() {
        out.push_str(&format!("<updated>{}</updated>\n", newest.format("%Y-%m-%dT%H:%M:%S+08:00")));
    }
    for row in rows {
        let link = format!("{}{}", scene.base, article(scene.column, row.post));
        let time = instant(row).format("%Y-%m-%dT%H:%M:%S+08:00");
        out.push_str(&format!(
            "<entry><title>{}</title><id>{link}</id><link href=\"{link}\"/><updated>{time}</updated><published>{time}</published>\
             <summary>{}</summary></entry>\n",
            escape(&row.post.title),
            escape(&row.post.title)
        ));
    }
    out.push_str("</feed>\n");
    Page { content_type: "application/atom+xml; charset=utf-8", body: out.into_bytes() }
}

fn json_feed(scene: &Scene<'_>, rows: &[Row<'_>]) -> Page {
    let items: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            let link = format!("{}{}", scene.base, article(scene.column, row.post));
            let time = instant(row).format("%Y-%m-%dT%H:%M:%S+08:00").to_string();
            json!({ "id": link, "url": link, "title": row.post.title, "content_text": row.post.title, "date_published": time })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": scene.column.name,
        "home_page_url": format!("{}/", scene.base),
        "items": items,
    });
    Page { content_type: "application/feed+json; charset=utf-8", body: feed.to_string().into_bytes() }
}
