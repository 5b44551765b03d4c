//! The page of one item.

use super::{Page, Scene, address, frame};
use crate::column::{Family, Post};
use crate::rng::Rng;
use crate::words::{escape, sentence};

/// The article `post`. An undated item has no date anywhere: that is what is the matter with it.
pub(crate) fn article(scene: &Scene<'_>, post: &Post) -> Page {
    // Articles of feeds and interfaces are pages of the same site.
    let family = if scene.column.family == Family::Gbk { Family::Gbk } else { Family::Trs };
    let title = escape(&post.title);
    let date = post.claim(scene.at);
    let source = escape(&scene.office.name);
    let mut meta = frame::column_meta(scene);
    meta.push_str(&format!("<meta name=\"ArticleTitle\" content=\"{title}\"/>\n"));
    if let Some(day) = date {
        let minute = post.shown_from.format("%H:%M");
        meta.push_str(&format!("<meta name=\"PubDate\" content=\"{day} {minute}\"/>\n"));
    }
    meta.push_str(&format!(
        "<meta name=\"ContentSource\" content=\"{source}\"/>\n<meta name=\"Url\" content=\"{}{}\"/>\n",
        scene.base,
        address::article(scene.column, post)
    ));
    let when = date.map_or_else(String::new, |d| format!("<span>发布时间：{d}</span>"));
    let text = [
        frame::head(family, &post.title, &meta),
        frame::top().to_owned(),
        frame::crumbs(scene),
        format!(
            "<div class=\"content\"><h1>{title}</h1>\n<div class=\"info\">{when}<span>来源：{source}</span><span>字号：【大 中 小】</span></div>\n\
             <div class=\"TRS_Editor\">\n{}</div></div>\n",
            paragraphs(scene, post)
        ),
        frame::foot(scene),
    ]
    .concat();
    Page::html(&text, family)
}

fn paragraphs(scene: &Scene<'_>, post: &Post) -> String {
    let mut rng = Rng::new(u64::from(post.no), &format!("article {}", scene.column.id));
    (0..rng.between(3, 6)).map(|_| format!("<p style=\"text-indent:2em\">{}</p>\n", sentence(&mut rng))).collect()
}
