//! The page of one item: title, date of publication, source.
//!
//! What the reader sees counts before what the meta tags say: tags are often filled by the publishing system with the time
//! of the last edit. A date of signature (成文日期) is not a date of publication.

mod flat;
mod labels;
mod meta;
mod source;
mod title;
mod when;

use model::{Claim, DateFrom, Entry, Outcome, Reason};

use crate::dates;
use crate::page::Page;
use crate::{End, Reading, blocked, wechat};

use flat::Flat;
use meta::Meta;

/// Reads a page as one item.
pub(crate) fn read(page: &Page<'_>, url: &str) -> Reading {
    let meta = Meta::of(page);
    // Articles that are tagged as ours may have been pasted from the platform with its markup.
    if meta.title.is_none()
        && let Some(reading) = wechat::read(page, url)
    {
        return reading;
    }
    if let Some(target) = blocked::target(page) {
        return Reading::moved("redirect", target);
    }
    // A short article may quote the words of a notice; one that is tagged as an article is one.
    if meta.title.is_none()
        && let Some(outcome) = blocked::reason(page)
    {
        return Reading::bad("blocked", outcome);
    }
    let flat = Flat::of(page);
    let title = title::of(page, &meta, &flat);
    if title.is_empty() {
        return Reading::bad("article", Outcome::Suspect(Reason::Doubtful));
    }
    let when = when::of(page, &meta, &flat, &title, url);
    let source = source::of(page, &meta, &flat);
    let (date, date_from) = (when.as_ref().map(|w| w.0), when.map(|w| w.1));
    let entry = Entry { title, url: url.to_owned(), date, date_from, source };
    let mut reading = Reading::good(if meta.tagged { "article-tags" } else { "article" }, vec![entry], End::Reached);
    if date.is_none() {
        reading.notes.push("页面上找不到发布日期".to_owned());
    }
    if let (Some(day), Some(tagged)) = (date, meta.date)
        && day != tagged
    {
        reading.notes.push(format!("页面显示的日期{day}与PubDate标签{tagged}不一致"));
    }
    reading
}

/// Every date that the page of an item names: what its reader sees, its tags, its address. Nothing where the page cannot
/// be believed.
pub(crate) fn claims(page: &Page<'_>, url: &str) -> Option<Vec<Claim>> {
    let reading = read(page, url);
    let entry = reading.entries.first().filter(|_| reading.outcome.is_good())?;
    let own = entry.date.zip(entry.date_from).map(|(day, from)| Claim { from, day });
    if wechat::is_page(page) {
        return Some(own.into_iter().collect());
    }
    let (meta, flat) = (Meta::of(page), Flat::of(page));
    let shown = when::shown(page, &flat, &entry.title).map(|(day, from)| Claim { from, day });
    let tagged = meta.date.map(|day| Claim { from: DateFrom::Meta, day });
    let address = dates::url_date(url, page.today).map(|day| Claim { from: DateFrom::Url, day });
    let mut all: Vec<Claim> = Vec::new();
    for claim in [own, shown, tagged, address].into_iter().flatten() {
        if !all.contains(&claim) {
            all.push(claim);
        }
    }
    Some(all)
}

/// Is the page tagged as the page of one item?
pub(crate) fn is_article(page: &Page<'_>) -> bool {
    let meta = Meta::of(page);
    (meta.title.is_some() && meta.date.is_some()) || wechat::is_page(page)
}

#[cfg(test)]
mod tests;
