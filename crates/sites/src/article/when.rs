//! The date of publication of an article.

use std::sync::LazyLock;

use model::{DateFrom, Day};
use regex::Regex;

use super::flat::{Flat, Line};
use super::labels::Labels;
use super::meta::Meta;
use crate::dates::{self, Found};
use crate::page::Page;
use crate::text;

/// Labels that can only mean publication.
static STRONG: LazyLock<Labels> = LazyLock::new(|| {
    Labels::of(&[
        "发布时间",
        "发布日期",
        "发文时间",
        "发稿时间",
        "发表时间",
        "发表日期",
        "发布于",
        "发布时问",
        "信息时间",
        "公开日期",
        "公开时间",
        "上传时间",
        "添加时间",
        "更新时间",
        "更新日期",
        "录入时间",
        "稿件时间",
        "文章日期",
    ])
});
/// Labels that mean it at the head of an article.
static WEAK: LazyLock<Labels> = LazyLock::new(|| Labels::of(&["时间", "日期"]));
/// Labels of other dates.
const OTHER: &[&str] = &[
    "成文",
    "生成",
    "印发",
    "发文日期",
    "签发",
    "有效",
    "生效",
    "实施",
    "施行",
    "失效",
    "废止",
    "截止",
    "截至",
    "开始",
    "结束",
    "起始",
    "会议",
    "活动",
    "公示",
    "报名",
    "开标",
    "招标",
    "考试",
    "出生",
    "今天",
    "现在",
];

/// The date, and where it was read.
pub(crate) fn of(page: &Page<'_>, meta: &Meta, flat: &Flat, title: &str, url: &str) -> Option<(Day, DateFrom)> {
    let beside = || beside_title(page, flat, title);
    // Where the title stands nowhere in the text, a date near its beginning may be one that the text speaks of.
    let letters: Vec<char> = letters(title).collect();
    let titled = flat.lines.iter().any(|l| is_title(l, &letters));
    labelled(page, flat, &STRONG, 0..flat.lines.len())
        .or_else(|| beside().filter(|_| titled))
        .or_else(|| meta.date.map(|d| (d, DateFrom::Meta)))
        .or_else(beside)
        // A line that names a source may be a quotation: it is believed only where neither title nor tag has a date.
        .or_else(|| beside_source(page, flat).map(|d| (d, DateFrom::Page)))
        .or_else(|| script(page).map(|d| (d, DateFrom::Script)))
        .or_else(|| dates::url_date(url, page.today).map(|d| (d, DateFrom::Url)))
}

/// The date that a reader of the page sees.
pub(crate) fn shown(page: &Page<'_>, flat: &Flat, title: &str) -> Option<(Day, DateFrom)> {
    labelled(page, flat, &STRONG, 0..flat.lines.len()).or_else(|| beside_title(page, flat, title))
}

/// The date at the head of the article.
fn beside_title(page: &Page<'_>, flat: &Flat, title: &str) -> Option<(Day, DateFrom)> {
    let head = head_of(flat, title);
    labelled(page, flat, &WEAK, head.clone())
        .or_else(|| near_title(page, flat, title, head).map(|d| (d, DateFrom::Page)))
}

/// The lines behind the title, before the text goes on at length.
fn head_of(flat: &Flat, title: &str) -> std::ops::Range<usize> {
    let title: Vec<char> = letters(title).collect();
    let is_title = |l: &Line| is_title(l, &title);
    // The title may stand in a bar above the page as well: the one with a date behind it is meant, else the last.
    let at = flat.lines.iter().rposition(is_title).unwrap_or(0);
    let first = flat.lines.iter().position(is_title).unwrap_or(at);
    first..(first + 25).max(at + 12).min(flat.lines.len())
}

/// Does the line begin with the title, of which these are the letters?
fn is_title(line: &Line, title: &[char]) -> bool {
    !title.is_empty() && !line.linked && begins_alike(letters(&line.text), title)
}

/// What is no space, up to a bound.
fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !text::is_blank(*c)).take(400)
}

/// Whether a line begins with the title, or is a good part of its beginning.
fn begins_alike(mut line: impl Iterator<Item = char>, title: &[char]) -> bool {
    for (n, letter) in title.iter().enumerate() {
        match line.next() {
            Some(c) if c == *letter => {}
            Some(_) => return false,
            None => return n >= 6,
        }
    }
    true
}

/// What stands in a line behind the title; the whole line where it does not begin with it.
fn without_title<'l>(line: &'l str, title: &str) -> &'l str {
    let mut title = title.chars().filter(|c| !text::is_blank(*c)).peekable();
    for (at, c) in line.char_indices().filter(|(_, c)| !text::is_blank(*c)) {
        match title.next() {
            None => return &line[at..],
            Some(wanted) if wanted != c => return line,
            Some(_) => {}
        }
    }
    line
}

/// The first date behind one of these labels.
fn labelled(page: &Page<'_>, flat: &Flat, labels: &Labels, range: std::ops::Range<usize>) -> Option<(Day, DateFrom)> {
    for at in range {
        let line = &flat.lines[at];
        if !labels.stand_in(&line.text) {
            continue;
        }
        for label in labels.words {
            for (i, _) in line.text.match_indices(label) {
                let before = line.text[..i].trim_end();
                let short = before.chars().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect::<String>();
                if text::has_any(&short, OTHER) || (label.chars().count() == 2 && ends_in_word(before)) {
                    continue;
                }
                if let Some(found) = behind(page, flat, at, i + label.len()) {
                    return Some(found);
                }
            }
        }
    }
    None
}

/// 报名时间 is not 时间.
fn ends_in_word(before: &str) -> bool {
    before.chars().next_back().is_some_and(|c| text::han(&c.to_string()) == 1)
}

/// The date behind a label: in its line, in a script of the line, or alone in the next line.
fn behind(page: &Page<'_>, flat: &Flat, at: usize, from: usize) -> Option<(Day, DateFrom)> {
    let line = &flat.lines[at];
    // A line may hold the label a thousand times: what stands far behind one is not its date.
    let rest = &line.text[from..];
    let rest = rest.char_indices().nth(80).map_or(rest, |(i, _)| &rest[..i]);
    let gap = |f: &Found| {
        rest.get(..f.at.start.min(rest.len()))
            .is_none_or(|g| g.chars().count() <= 12 && !g.chars().any(|c| text::han(&c.to_string()) == 1))
    };
    if let Some(found) = dates::first(rest, page.today).filter(|f| !f.yearless).filter(gap) {
        return Some((found.day, DateFrom::Page));
    }
    let empty = rest.chars().all(|c| !c.is_alphanumeric());
    if !empty {
        return None;
    }
    if let Some(id) = line.script {
        let code: String = page.doc.inside(id).map(|i| page.doc.source(i)).take(1).collect();
        let quoted = code.get(..3_000).unwrap_or(&code);
        if let Some(found) = dates::first(quoted, page.today).filter(|f| !f.yearless) {
            return Some((found.day, DateFrom::Script));
        }
    }
    let next = flat.lines.get(at + 1)?;
    dates::pure(next.text.trim(), page.today).filter(|f| !f.yearless).map(|f| (f.day, DateFrom::Page))
}

/// A date in a short line right behind the title.
fn near_title(page: &Page<'_>, flat: &Flat, title: &str, range: std::ops::Range<usize>) -> Option<Day> {
    flat.lines[range].iter().take(12).find_map(|line| {
        // The title itself may speak of a meeting or of a term.
        let said = without_title(&line.text, title).trim();
        if said.chars().count() > 110 || said.ends_with(['。', '；', '，']) || line.linked || text::has_any(said, OTHER)
        {
            return None;
        }
        let plain = said.replace('\t', " ");
        let found = dates::find_all(&plain, page.today).into_iter().find(|f| !f.yearless)?;
        // In a title or a sentence the date stands among other words.
        let pure = plain
            .split("  ")
            .chain(said.split('\t'))
            .any(|part| dates::pure(part.trim(), page.today).is_some_and(|f| f.day == found.day))
            || text::has_any(said, &["来源", "作者", "浏览", "字体", "字号", "点击", "阅读"]);
        pure.then_some(found.day)
    })
}

/// A date with its time of day in a line that names a source or right behind it, wherever that stands: the title was not
/// recognised.
fn beside_source(page: &Page<'_>, flat: &Flat) -> Option<Day> {
    let short = |l: &&Line| !l.linked && l.text.chars().count() <= 110;
    let names_source = |l: &Line| ["来源：", "来源:", "来源\t"].iter().any(|label| l.text.contains(label));
    let timed = |line: &Line| {
        let plain = dates::plain(&line.text);
        let found = dates::find_all(&plain, page.today).into_iter().find(|f| !f.yearless)?;
        plain.get(found.at.clone())?.contains(':').then_some(found.day)
    };
    let at = flat.lines.iter().position(|l| short(&l) && names_source(l))?;
    flat.lines[at..].iter().take(4).filter(short).find_map(timed)
}

static SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?-u:\b)\w{0,12}(?:pub_?dat[ae]|pub_?time|publish_?(?:time|date)|release_?(?:time|date)|fbsj|docreltime|create_?time)\w{0,6}["']?\s*[:=]\s*["']([^"'\n]{6,40})["']"#).ok()
});

/// A variable of a script that is named after publication.
fn script(page: &Page<'_>) -> Option<Day> {
    let re = SCRIPT.as_ref()?;
    page.doc.scripts().filter(|(_, s)| s.len() < 200_000).find_map(|(_, s)| {
        re.captures_iter(s)
            .take(10)
            .find_map(|f| dates::first(&f[1], page.today).filter(|f| !f.yearless).map(|f| f.day))
    })
}
