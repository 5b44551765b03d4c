//! An article whose national tags say what its reader sees, read without most of its page.
//!
//! The tags stand in the head. The line below the title counts before them, so it is looked for too: nothing before the
//! first place where one of its labels stands can hold it, and a small window around that place is read like any page.
//! Where window and tags agree, the whole page would say the same. Everything else is left to the whole page.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use model::{DateFrom, Day, Entry};

use super::flat::Flat;
use super::meta::Meta;
use super::{source, when};
use crate::page::Page;
use crate::{End, Reading};

/// Heads longer than this are none.
const MAX_HEAD: usize = 60_000;
/// What is read around a label.
const BEFORE: usize = 300;
const BEHIND: usize = 900;
/// Labels may stand elsewhere first: 资金来源 in a menu.
const MAX_WINDOWS: usize = 3;

static DATES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(when::STRONG).ok());
static SOURCES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(source::LABELS).ok());
static BOTH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(when::STRONG.iter().chain(source::LABELS)).ok());

/// The reading of an article that is tagged and shows what its tags say; `None` where that is not beyond doubt.
pub(crate) fn read(text: &str, url: &str, today: Day) -> Option<Reading> {
    let bytes = text.as_bytes();
    let end = memchr::memmem::find(&bytes[..bytes.len().min(MAX_HEAD)], b"</head>")?;
    let (head, body) = text.split_at(end);
    let meta = Meta::of(&Page::bare(head, today));
    let title = meta.own_title()?;
    let (day, tagged) = (meta.date?, meta.source.as_ref()?);
    // A page that sends its reader on is none of an article.
    if memchr::memmem::find(bytes, b"efresh").is_some() || body.len() < 1_000 {
        return None;
    }
    // Neither is found before the first label of either.
    let first = BOTH.as_ref()?.find(body.as_bytes())?.start();
    let body = &body[memchr::memrchr(b'<', &body.as_bytes()[..first.saturating_sub(BEFORE)]).unwrap_or(0)..];
    let (shown, from) =
        near_label(body, &DATES, today, |page, flat| when::labelled(page, flat, when::STRONG, 0..flat.lines.len()))?;
    let source = near_label(body, &SOURCES, today, |page, flat| source::labelled(page, flat, source::LABELS))?;
    (shown == day && source == *tagged).then(|| article(title, url, (day, from), source))
}

fn article(title: &str, url: &str, date: (Day, DateFrom), source: String) -> Reading {
    let (date, date_from) = (Some(date.0), Some(date.1));
    let entry = Entry { title: title.to_owned(), url: url.to_owned(), date, date_from, source: Some(source) };
    Reading::good("article-tags", vec![entry], End::Reached)
}

/// The first value that stands near one of these labels.
fn near_label<T>(
    body: &str,
    labels: &LazyLock<Option<AhoCorasick>>,
    today: Day,
    value: impl Fn(&Page<'_>, &Flat) -> Option<T>,
) -> Option<T> {
    let labels = labels.as_ref()?;
    let mut at = 0;
    for _ in 0..MAX_WINDOWS {
        let label = at + labels.find(&body.as_bytes()[at..])?.start();
        let from = memchr::memrchr(b'<', &body.as_bytes()[..label.saturating_sub(BEFORE)]).unwrap_or(0).max(at);
        let to = body.ceil_char_boundary((label + BEHIND).min(body.len()));
        let page = Page::bare(body.get(from..to)?, today);
        if let Some(found) = value(&page, &Flat::of(&page)) {
            return Some(found);
        }
        at = to;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::read;

    const HEAD: &str = "<html><head><meta name='SiteName' content='示例区'><meta name='ArticleTitle' content='关于检查的通知'><meta name='PubDate' content='2026-11-20 10:08'><meta name='ContentSource' content='区应急局'></head>";

    fn quick(line: &str) -> Option<crate::Reading> {
        let page = format!(
            "{HEAD}<body><h1>关于检查的通知</h1><p>{line}</p>{}</body>",
            "<p>各单位要认真落实。</p>".repeat(40)
        );
        let url = "http://x.example/a.html";
        let whole = crate::testing::read_as(page.as_bytes(), url, crate::ReadAs::Article);
        let quick = read(&page, url, "2026-11-24".parse().unwrap());
        assert!(quick.as_ref().is_none_or(|q| *q == whole), "{quick:?} {whole:?}");
        quick
    }

    #[test]
    fn what_tags_and_line_agree_on_needs_no_more() {
        assert!(quick("发布时间：2026-11-20 来源：区应急局").is_some());
        assert!(quick("<span>发布日期：</span><b>2026-11-20</b> <span>信息来源：</span> <i>区应急局</i>").is_some());
    }

    #[test]
    fn anything_else_is_left_to_the_whole_page() {
        assert!(quick("发布时间：2026-11-18 来源：区应急局").is_none());
        assert!(quick("发布时间：2026-11-20 来源：区安委办").is_none());
        assert!(quick("2026-11-20").is_none());
        assert!(quick("发布时间：2026-11-20 来源：区应急局 <script>location.href='/x'</script><meta http-equiv=refresh content='0;url=/y'>").is_none());
    }
}
