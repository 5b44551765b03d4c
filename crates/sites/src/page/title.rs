//! The titles of links.

use model::Day;

use crate::dates;
use crate::text;

/// The title of a link: its text; its `title` attribute where the text is cut short or missing.
pub(crate) fn title_of(shown: &str, attr: &str, today: Day) -> String {
    let shown =
        shown.trim_matches(|c: char| matches!(c, '·' | '•' | '▪' | '■' | '◆' | '●' | '>' | '|') || text::is_blank(c));
    let dots = shown.trim_end_matches(['.', '…', '。']);
    let cut = shown.ends_with("..") || shown.ends_with('…');
    let longer = !attr.is_empty() && begins_alike(attr, dots);
    let chosen = if shown.is_empty() || (cut && attr.chars().count() > 8) || longer { attr } else { shown };
    if chosen.is_empty() || dates::is_bare(chosen, today) {
        return String::new();
    }
    text::cut(text::fold(chosen), text::MAX_TITLE)
}

/// Does `long` begin with `start`, blanks aside?
fn begins_alike(long: &str, start: &str) -> bool {
    let mut letters = long.chars().filter(|c| !text::is_blank(*c));
    start.chars().filter(|c| !text::is_blank(*c)).all(|c| letters.next() == Some(c))
}

/// The title in a tip: some tips have a line of particulars each.
pub(super) fn tip(attr: &str) -> String {
    let line = attr.split(['\n', '\r']).map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    let named = ["文章标题", "信息标题", "标题", "题目"]
        .iter()
        .find_map(|n| line.strip_prefix(n)?.trim_start().strip_prefix(['：', ':']));
    text::title(named.unwrap_or(line))
}

/// The letters with which the Chinese titles begin that name no item.
const MORE: &[char] = &[
    '更', '查', '详', '阅', '全', '下', '首', '上', '尾', '末', '最', '第', '返', '进', '打', '关', '收', '分', '了',
    '点', '附',
];

/// A title that begins like none of those, or has more letters than any of them.
pub(super) fn surely_names(title: &str) -> bool {
    let mut letters = title.chars().filter(|c| text::is_letter(*c));
    match letters.next() {
        Some(first @ '\u{4e00}'..='\u{9fa5}') => !MORE.contains(&first) || letters.nth(MOST_LETTERS - 1).is_some(),
        Some(first) if !first.is_ascii_digit() => letters.nth(MOST_LETTERS - 1).is_some(),
        _ => false,
    }
}

/// The letters of the longest title that names no item.
const MOST_LETTERS: usize = 8;

/// Links that lead to an item or a list but do not name it.
pub(super) fn is_more(title: &str) -> bool {
    let core: String = title.chars().filter(|c| c.is_alphanumeric()).collect();
    let low = core.to_lowercase();
    low.is_empty()
        || low.chars().all(|c| c.is_ascii_digit())
        || matches!(
            low.as_str(),
            "更多"
                | "more"
                | "查看"
                | "详情"
                | "详细"
                | "查看详情"
                | "查看全文"
                | "阅读全文"
                | "全文"
                | "下载"
                | "查看详细"
                | "查看更多"
                | "点击查看"
                | "首页"
                | "上一页"
                | "下一页"
                | "尾页"
                | "末页"
                | "最后一页"
                | "第一页"
                | "上页"
                | "下页"
                | "返回"
                | "返回顶部"
                | "进入"
                | "打印"
                | "关闭"
                | "收藏"
                | "分享"
                | "new"
                | "了解更多"
                | "详细内容"
                | "阅读更多"
                | "点击下载"
                | "附件下载"
                | "readmore"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_surely_name_an_item_are_none_of_the_others() {
        let weak = [
            "更多",
            "MORE>>",
            "查看详情",
            "阅读全文",
            "最后一页",
            "第一页",
            "readmore",
            "New",
            "点击下载",
            "1234567890123",
            "",
            "》",
        ];
        for title in weak {
            assert!(is_more(title) && !surely_names(title), "{title}");
        }
        for title in ["通知公告", "关于开展检查的通知", "更多的人加入了志愿者队伍", "a long title of letters"]
        {
            assert!(!is_more(title) && surely_names(title), "{title}");
        }
        // Whatever the first letter is, only the listed words are weak.
        for c in '\u{4e00}'..='\u{9fff}' {
            for title in [format!("{c}"), format!("{c}多"), format!(" [{c}看详情")] {
                assert!(!(surely_names(&title) && is_more(&title)), "{title}");
            }
        }
    }
}
