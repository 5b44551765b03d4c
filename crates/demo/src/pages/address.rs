//! Addresses of lists and articles, family by family.

use chrono::Datelike;

use crate::column::{Column, Family, Post};

/// The directory that a column's pages lie in, with a slash at its end.
pub(crate) fn directory(column: &Column) -> String {
    match column.family {
        Family::Vsb => column.path.replace(".htm", "/"),
        Family::Json => format!("/{}/", column.id.as_str()),
        _ => column.path.rsplit_once('/').map_or_else(|| "/".to_owned(), |(dir, _)| format!("{dir}/")),
    }
}

/// Where the column lies after it has moved.
pub(crate) fn moved(column: &Column) -> String {
    format!("{}_new/", directory(column).trim_end_matches('/'))
}

/// The path of an article.
pub(crate) fn article(column: &Column, post: &Post) -> String {
    format!("{}{}", article_root(column), article_name(column, post))
}

/// What stands before [`article_name`] to make a path of it.
fn article_root(column: &Column) -> String {
    match column.family {
        Family::Jcms => "/art/".to_owned(),
        Family::Vsb => format!("/{}/info/", column.id.unit()),
        Family::Rss | Family::Atom | Family::JsonFeed if column.kind.is_new_media() => "/s/".to_owned(),
        _ => directory(column),
    }
}

/// The path of an article as its list writes it, relative to [`article_root`].
pub(crate) fn article_name(column: &Column, post: &Post) -> String {
    let (no, made) = (post.no, post.made());
    match column.family {
        Family::Trs | Family::Gbk | Family::Dl if post.claimed.is_some() => {
            format!("{}/t{}_{}.html", made.format("%Y%m"), made.format("%Y%m%d"), document(column, post))
        }
        Family::Jcms => format!("{}/{}/{}/art_{}_{no}.html", made.year(), made.month(), made.day(), column.number),
        Family::Vsb => format!("{}/{no}.htm", 1000 + column.number),
        Family::Yearless => format!("content/post_{no}.html"),
        Family::Rss | Family::Atom | Family::JsonFeed if column.kind.is_new_media() => short_link(column, no),
        _ => format!("content_{no}.html"),
    }
}

/// The platform's document number rises with the time of entry, whatever date is claimed (FACTS 6.4).
fn document(column: &Column, post: &Post) -> i64 {
    let minutes = post.shown_from.and_utc().timestamp() / 60 - 29_000_000;
    90_000_000 + minutes * 6 + i64::try_from(column.number % 6).unwrap_or(0)
}

/// Twenty-two characters, as WeChat's short links have.
fn short_link(column: &Column, no: u32) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut rng = crate::rng::Rng::new(u64::from(no), column.id.as_str());
    (0..22).map(|_| char::from(ALPHABET[rng.index(64)])).collect()
}
