//! Every date that something says of an item: for showing where they differ, never for choosing the friendlier one.

use model::{Claim, DateFrom, Day, Entry};

use crate::page::Page;
use crate::{Input, article, blocked, charset, dates};

/// The dates that an item's own page names: what its reader sees, its tags, its address. `None` where the page cannot
/// be believed; empty where it names none.
///
/// ```
/// use model::{DateFrom, Source};
/// use sites::{Input, ReadAs, article_claims};
/// let page = "<html><head><meta name='ArticleTitle' content='春季开学检查'><meta name='PubDate' content='2026-03-09'>\
///     </head><body><h1>春季开学检查</h1><p>发布时间：2026-03-12</p><p>正文</p></body></html>";
/// let input = Input {
///     bytes: page.as_bytes(),
///     url: "https://example.gov.cn/gzdt/t20260310_1.html",
///     content_type: None,
///     read_as: ReadAs::Article,
///     source: &Source::Auto,
///     today: "2026-03-20".parse().unwrap(),
/// };
/// let said: Vec<_> = article_claims(&input).unwrap().iter().map(|c| (c.from, c.day.to_string())).collect();
/// assert_eq!(said, [
///     (DateFrom::Page, "2026-03-12".to_owned()),
///     (DateFrom::Meta, "2026-03-09".to_owned()),
///     (DateFrom::Url, "2026-03-10".to_owned()),
/// ]);
/// ```
#[must_use]
pub fn article_claims(input: &Input<'_>) -> Option<Vec<Claim>> {
    let text = charset::decode(input.bytes, input.content_type)?;
    let page = Page::new(&text, input.url, input.today);
    if blocked::target(&page).is_some() {
        return None;
    }
    article::claims(&page, input.url)
}

/// The date that the address of a listed item names, where it is another than the one that the list shows.
#[must_use]
pub fn address_claim(entry: &Entry, today: Day) -> Option<Claim> {
    let day = dates::url_date(&entry.url, today)?;
    let differs = entry.date.is_some_and(|d| d != day) && entry.date_from != Some(DateFrom::Url);
    differs.then_some(Claim { from: DateFrom::Url, day })
}
