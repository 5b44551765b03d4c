//! What is said of a date in a row: 发布日期 beside it or above its column.

use crate::dom::{Id, Kind, Tag};
use crate::page::{Dated, Page};
use crate::text::has_any;

/// What a date is, the better the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// Of something else: signature, expiry.
    Other,
    /// Nothing is said.
    None,
    /// Of publication.
    Published,
}

const OTHER: &[&str] = &[
    "成文", "生成", "印发", "签发", "制发", "有效", "生效", "实施", "施行", "失效", "废止", "截止", "截至", "开始",
    "结束", "到期", "报名", "开标", "期限",
];
const PUBLISHED: &[&str] = &["发布", "公开", "发文", "发表", "上传", "更新", "录入", "公布"];

/// Labels are no longer than this.
const LONGEST: usize = 12;

/// What the row says of one of its dates.
pub(super) fn of(page: &Page<'_>, row: Id, date: &Dated) -> Label {
    let own = words(&page.doc.text(date.node, 200));
    let label =
        if own.is_empty() { before(page, row, date.node).or_else(|| above(page, row, date.node)) } else { Some(own) };
    label.map_or(Label::None, |said| judge(&said))
}

fn judge(said: &str) -> Label {
    if has_any(said, OTHER) {
        Label::Other
    } else if has_any(said, PUBLISHED) {
        Label::Published
    } else {
        Label::None
    }
}

/// The letters of a text.
fn words(text: &str) -> String {
    let said: String = text.chars().filter(|c| c.is_alphabetic() && !matches!(c, '年' | '月' | '日')).collect();
    if said.chars().count() > LONGEST { String::new() } else { said }
}

/// The short text right before a date: 发布日期：
fn before(page: &Page<'_>, row: Id, date: Id) -> Option<String> {
    let texts = (row.max(date.saturating_sub(8))..date).rev().filter(|&i| page.doc.node(i).kind == Kind::Text);
    let said = texts.map(|i| page.doc.source(i)).find(|t| !t.trim().is_empty())?;
    let short = said.trim().chars().count() <= LONGEST && has_any(said, &["日期", "时间", "期限"]);
    short.then(|| words(said))
}

/// The head of the column of a table in which a date stands.
fn above(page: &Page<'_>, row: Id, date: Id) -> Option<String> {
    let doc = &page.doc;
    let cell = |i: &Id| matches!(doc.tag(*i), Some(Tag::Td | Tag::Th));
    let line = std::iter::once(row).chain(doc.parents(row).take(3)).find(|&p| doc.is(p, Tag::Tr))?;
    let column = doc.children(line).filter(cell).position(|c| doc.contains(c, date))?;
    let table = doc.parents(line).take(4).find(|&p| doc.is(p, Tag::Table))?;
    let head = doc.inside(table).take(60).find(|&i| doc.is(i, Tag::Tr)).filter(|&h| h != line)?;
    let said = doc.children(head).filter(cell).nth(column).map(|c| doc.text(c, 100))?;
    Some(words(&said))
}
