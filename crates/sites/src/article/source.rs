//! 来源: who published or wrote an article.

use std::sync::LazyLock;

use super::flat::Flat;
use super::labels::Labels;
use super::meta::Meta;
use crate::dates;
use crate::page::Page;
use crate::text;

static LABELS: LazyLock<Labels> = LazyLock::new(|| {
    Labels::of(&["信息来源", "文章来源", "稿件来源", "新闻来源", "来源", "稿源", "供稿单位", "发布机构", "发布单位"])
});
static AUTHORS: LazyLock<Labels> = LazyLock::new(|| Labels::of(&["作者", "供稿"]));
/// What stands behind a source in the same line.
const NEXT: &[&str] = &[
    "发布",
    "时间",
    "日期",
    "作者",
    "编辑",
    "责任编辑",
    "浏览",
    "点击",
    "阅读",
    "字体",
    "字号",
    "字体大小",
    "访问",
    "打印",
    "分享",
    "审核",
    "记者",
    "【",
    "[",
    "（",
    "(",
    "|",
    "丨",
    "｜",
    "大 中 小",
];

/// The source that the page shows, else the one in its tags, else an author that is an office.
pub(crate) fn of(page: &Page<'_>, meta: &Meta, flat: &Flat) -> Option<String> {
    let tagged = meta.source.clone().filter(|s| text::han(s) > 0 || s.len() > 2);
    let shown = labelled(page, flat, &LABELS);
    match (shown, tagged) {
        // The tag has the whole of what the line shows the beginning of.
        (Some(s), Some(t)) if t.starts_with(&s) => Some(t),
        (Some(s), _) => Some(s),
        (None, Some(t)) => Some(t),
        (None, None) => labelled(page, flat, &AUTHORS).filter(|a| is_office(a)),
    }
}

fn is_office(name: &str) -> bool {
    name.chars().count() >= 4
        && name.ends_with([
            '局', '所', '部', '委', '厅', '办', '室', '院', '站', '府', '会', '心', '报', '社', '科', '处', '队', '校',
            '网',
        ])
}

fn labelled(page: &Page<'_>, flat: &Flat, labels: &Labels) -> Option<String> {
    for (at, line) in flat.lines.iter().enumerate().filter(|(_, l)| l.text.len() < 700 && labels.stand_in(&l.text)) {
        for label in labels.words {
            let Some((before, rest)) = line.text.split_once(label) else { continue };
            // 资金来源 and the like are something else; a label stands alone and is followed by a colon.
            if before.chars().next_back().is_some_and(|c| text::han(&c.to_string()) == 1) {
                continue;
            }
            let rest = rest.trim_start_matches([' ', '\t', '\u{a0}']);
            // Label and value in cells of a table need no colon.
            if before.is_empty() && rest.is_empty() && label.chars().count() >= 4 {
                let next =
                    flat.lines.get(at + 1).filter(|n| n.text.chars().count() < 30 && !n.text.contains(['：', ':']));
                if let Some(found) = next.filter(|n| !text::has_any(&n.text, NEXT)).and_then(|n| value(page, &n.text)) {
                    return Some(found);
                }
            }
            let Some(rest) = rest.strip_prefix([':', '：', '丨', '|', '｜', '∶', '/']) else { continue };
            let value = value(page, rest);
            if value.is_some() {
                return value;
            }
            // The value in an element of its own, in the line below.
            let empty = rest.chars().all(|c| !c.is_alphanumeric());
            if let Some(next) = flat.lines.get(at + 1).filter(|n| empty && n.text.chars().count() < 30)
                && !text::has_any(&next.text, NEXT)
                && !next.text.contains([':', '：'])
            {
                return self::value(page, &next.text);
            }
        }
    }
    None
}

/// The name at the start of `rest`: up to a space, a tab after it, or the next label.
fn value(page: &Page<'_>, rest: &str) -> Option<String> {
    let rest = rest.trim_start();
    let mut end = rest.find([' ', '\t', '\u{3000}']).unwrap_or(rest.len());
    for word in NEXT {
        if let Some(i) = rest.find(word) {
            end = end.min(i);
        }
    }
    let name = rest[..end]
        .trim_matches(|c: char| text::is_blank(c) || matches!(c, '|' | ',' | '，' | ';' | '；' | ':' | '：'));
    let fits = (2..=60).contains(&name.chars().count()) && dates::pure(name, page.today).is_none();
    fits.then(|| name.to_owned())
}
