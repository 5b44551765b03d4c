//! An HTML page as a list.

use model::{Day, Entry, Outcome, Reason};

use crate::dom::Id;
use crate::page::Page;
use crate::paging::{self, Paging};
use crate::rendered::{self, Bare};
use crate::{End, Reading, blocked, families, list};

/// From so many rows on a page is taken for full.
const FULL_PAGE: usize = 10;

/// Reads a page as a list.
pub(crate) fn read(page: &Page<'_>) -> Reading {
    // The dates of a list are needed in any case, and with three of them it sends nobody on.
    if page.dates().len() < 3
        && let Some(target) = blocked::target(page)
    {
        return Reading::moved("redirect", target);
    }
    if let Some(outcome) = blocked::reason(page) {
        return Reading::bad("blocked", outcome);
    }
    let paging = paging::of(page);
    let group = list::main_list(page, paging.at);
    if let Some(reading) = families::own_rows(page, group.as_ref()) {
        return checked(reading, page.today);
    }
    let family = families::name(page, paging.family);
    let Some(group) = group else { return bare(page, paging, family) };
    if stranger(page, &group, &paging) {
        return bare(page, paging, family);
    }
    let entries = list::entries(page, &group);
    let unsaid = paging.at.is_none() && paging.end == End::Reached && entries.len() >= FULL_PAGE;
    // A full page that says nothing of others may have its older rows behind a script: what lies before its last row is
    // not claimed, or a quarter that it does not show would be taken for a silent one.
    let mut reading = Reading::good(family, entries, if unsaid { End::Unknown } else { paging.end });
    if page.doc.cut {
        reading.end = End::Unknown;
        reading.notes.push("页面过大，只读取了前面部分".to_owned());
    }
    checked(reading, page.today)
}

fn bare(page: &Page<'_>, paging: Paging, family: &'static str) -> Reading {
    match rendered::judge(page, paging.family == Some("trs")) {
        Bare::Empty if paging.end == End::Reached && !page.doc.cut => {
            let mut reading = Reading::good(family, Vec::new(), End::Reached);
            reading.notes.push("栏目中没有信息".to_owned());
            reading
        }
        Bare::NotRendered => Reading::bad(family, Outcome::Suspect(Reason::NotRendered)),
        Bare::Empty | Bare::Unclear => Reading::bad(family, Outcome::Suspect(Reason::Doubtful)),
    }
}

/// A list found beside an empty column: the paging control stands behind an empty list, and not behind this one.
fn stranger(page: &Page<'_>, group: &list::Group<'_>, paging: &Paging) -> bool {
    let behind_empty = |at: Id| {
        let near: Vec<Id> = page.doc.parents(at).take(3).filter(|&p| p != 0).collect();
        let holds = |id: Id| near.iter().any(|&p| page.doc.contains(p, id));
        !holds(group.container) && rendered::empty_lists(page).any(|e| e < at && holds(e))
    };
    let beside = || list::outside_content(page, group) && blocked::says_empty(page);
    (group.rows.len() == 1 && lone(page, group))
        || beside()
        || (group.rows.len() < 10 && paging.at.is_some_and(behind_empty))
}

/// A single row whose link leads away from the site or to no item is no list.
fn lone(page: &Page<'_>, group: &list::Group<'_>) -> bool {
    let row = &group.rows[0];
    let host = page.base.as_ref().and_then(|u| u.host_str().map(str::to_owned));
    let away = url::Url::parse(row.url).ok().and_then(|u| u.host_str().map(str::to_owned)) != host;
    row.title.chars().count() < 4 || (away && !row.url.is_empty()) || list::outside_content(page, group)
}

/// Dates that all show the day of the visit, while the addresses carry other dates, follow the clock.
fn checked(mut reading: Reading, today: Day) -> Reading {
    let follows =
        |e: &Entry| e.date == Some(today) && crate::dates::url_date(&e.url, today).is_some_and(|d| d != today);
    if reading.entries.len() >= 8 && reading.entries.iter().all(follows) {
        reading.outcome = Outcome::Suspect(Reason::DatesFollowClock);
        reading.notes.push("所有日期都等于检查当天，与网址中的日期不符".to_owned());
    }
    reading
}

#[cfg(test)]
mod tests {
    use model::Source;

    use crate::{End, Input, ReadAs};

    fn end(rows: usize, paging: &str) -> End {
        let rows: String = (1..=rows)
            .map(|n| {
                format!("<li><a href='./t{n}.html'>第{n}次全区工作会议召开</a><span>2026-03-{:02}</span></li>", 29 - n)
            })
            .collect();
        let page = format!("<html><body><ul class='list'>{rows}</ul>{paging}</body></html>");
        let input = Input {
            bytes: page.as_bytes(),
            url: "https://example.gov.cn/gzdt/",
            content_type: None,
            read_as: ReadAs::List,
            source: &Source::Auto,
            today: "2026-04-01".parse().unwrap(),
        };
        let reading = crate::read(&input);
        assert!(reading.outcome.is_good());
        reading.end
    }

    #[test]
    fn a_full_page_that_says_nothing_of_others_is_not_taken_for_the_whole_list() {
        assert_eq!(end(12, ""), End::Unknown);
        assert_eq!(end(12, "<script>createPageHTML(1, 0, \"index\", \"html\");</script>"), End::Reached);
        assert_eq!(end(4, ""), End::Reached);
    }
}
