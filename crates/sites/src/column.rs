//! What a page calls its column: for proposals to a person, never for a judgement.

use crate::dom::{Id, Tag};
use crate::page::Page;
use crate::{Input, charset, text};

/// Names longer than this are headlines.
const LONGEST: usize = 20;

/// The column's name by the national tag `ColumnName`, else by the first part of the page's title.
///
/// ```
/// use model::Source;
/// use sites::{Input, ReadAs, column_name};
/// let page = "<html><head><meta name='ColumnName' content='工作动态'><title>首页_某区</title></head></html>";
/// let input = Input {
///     bytes: page.as_bytes(),
///     url: "https://example.gov.cn/gzdt/",
///     content_type: None,
///     read_as: ReadAs::List,
///     source: &Source::Auto,
///     today: Default::default(),
/// };
/// assert_eq!(column_name(&input).as_deref(), Some("工作动态"));
/// ```
#[must_use]
pub fn column_name(input: &Input<'_>) -> Option<String> {
    let body = charset::decode(input.bytes, input.content_type)?;
    let page = Page::new(&body, input.url, input.today);
    tagged(&page).or_else(|| titled(&page)).filter(|n| !n.is_empty() && n.chars().count() <= LONGEST)
}

fn tagged(page: &Page<'_>) -> Option<String> {
    let names = |&i: &Id| page.doc.attr(i, "name").is_some_and(|n| n.trim().eq_ignore_ascii_case("columnname"));
    let meta = page.doc.all(Tag::Meta).find(names)?;
    page.doc.attr(meta, "content").map(|c| text::title(&c)).filter(|n| !n.is_empty())
}

fn titled(page: &Page<'_>) -> Option<String> {
    let title = page.doc.all(Tag::Title).next()?;
    let whole = text::title(&page.doc.text(title, 200));
    whole.split(['_', '-', '|', '－', '—', '·']).map(str::trim).find(|p| !p.is_empty()).map(str::to_owned)
}
