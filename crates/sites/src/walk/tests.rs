use super::*;

/// The day `n` days before a fixed one, so that a list reads as the ages of its items.
fn ago(n: i64) -> Day {
    shift("2026-11-24".parse().unwrap(), -n)
}

/// A page: the ages of its items in days, `?` for none, and how it ends.
fn page(rows: &str, end: End) -> Reading {
    let entries = rows.split_whitespace().enumerate().map(|(i, age)| {
        let (age, name) = age.split_once(':').unwrap_or((age, ""));
        let name = if name.is_empty() { format!("{rows}-{i}") } else { name.to_owned() };
        let date = age.parse().ok().map(ago);
        Entry {
            title: name.clone(),
            url: format!("http://x.example/{}", name.replace(' ', "_")),
            date,
            date_from: None,
            source: None,
        }
    });
    Reading::good("test", entries.collect(), end)
}

fn next(n: usize) -> End {
    End::Next(format!("http://x.example/{n}.html"))
}

/// Walks over the pages as if they were fetched, horizon 30 days ago, and says what came out.
fn walked(pages: Vec<Result<Reading, Reason>>) -> Walked {
    let mut walk = Walk::new(ago(30), 5);
    let mut url = "http://x.example/0.html".to_owned();
    for page in pages {
        let step = match page {
            Ok(reading) => walk.push(&url, reading),
            Err(reason) => {
                walk.page_failed(reason);
                Step::Done
            }
        };
        match step {
            Step::Fetch(to) => url = to,
            Step::Done => return walk.finish(),
        }
    }
    walk.finish()
}

fn covers(pages: Vec<Result<Reading, Reason>>) -> (Outcome, Coverage) {
    let w = walked(pages);
    (w.outcome, w.covers)
}

fn since(age: i64) -> (Outcome, Coverage) {
    (Outcome::Read, Coverage::Since(ago(age)))
}

const WHOLE: (Outcome, Coverage) = (Outcome::Read, Coverage::Everything);
const NONE: (Outcome, Coverage) = (Outcome::Read, Coverage::Nothing);

#[test]
fn the_claim_is_as_wide_as_the_order_of_the_list_allows() {
    // The whole list.
    assert_eq!(covers(vec![Ok(page("1 5 9", End::Reached))]), WHOLE);
    assert_eq!(covers(vec![Ok(page("9 1 ? 5", End::Reached))]), WHOLE);
    assert_eq!(covers(vec![Ok(page("", End::Reached))]), WHOLE);
    // More that cannot be followed: items of the last day itself may be missing.
    assert_eq!(covers(vec![Ok(page("1 2 3 4 5 9", End::Unknown))]), since(8));
    assert_eq!(covers(vec![Ok(page("1 2 3 9 9 9", End::Unknown))]), since(8));
    // Pinned on top; where all rows may be pinned, nothing is known of those below.
    assert_eq!(covers(vec![Ok(page("400 1 5 9 12 20", End::Unknown))]), since(19));
    assert_eq!(covers(vec![Ok(page("400 90 1 5 9 12 20", End::Unknown))]), since(19));
    assert_eq!(covers(vec![Ok(page("40 90", End::Unknown))]), NONE);
    // Not sorted, rising, or mostly undated.
    assert_eq!(covers(vec![Ok(page("1 9 5 12 3 20 2 7", End::Unknown))]), NONE);
    assert_eq!(covers(vec![Ok(page("20 12 9 5 3 2 1", End::Unknown))]), NONE);
    assert_eq!(covers(vec![Ok(page("1 2 3 4 ? ? ? 5 9", End::Unknown))]), NONE);
    assert_eq!(covers(vec![Ok(page("? ? ? ? ? ? ?", End::Unknown))]), NONE);
    assert_eq!(covers(vec![Ok(page("1 2 3 ? 4 5 9", End::Unknown))]), since(8));
    assert_eq!(covers(vec![Ok(page("", End::Unknown))]), NONE);
}

#[test]
fn feeds_have_no_pinned_items() {
    let mut feed = page("5 9", End::Unknown);
    feed.adapter = "feed";
    assert_eq!(covers(vec![Ok(feed)]), since(8));
}

#[test]
fn pages_are_followed_until_one_is_older_than_the_horizon() {
    let w = walked(vec![
        Ok(page("1 2 3 5", next(1))),
        Ok(page("9 9 9 20", next(2))),
        Ok(page("29 29 29 40", next(3))),
        Ok(page("50 60", next(4))),
    ]);
    assert_eq!((w.covers, w.pages, w.entries.len()), (Coverage::Since(ago(39)), 3, 12));
    let w = walked(vec![Ok(page("1 2 3 5", next(1))), Ok(page("9 31", next(2)))]);
    assert_eq!((w.covers, w.pages), (Coverage::Since(ago(30)), 2));
}

#[test]
fn an_unsorted_list_is_followed_to_its_end() {
    assert_eq!(
        covers(vec![Ok(page("50 5", next(1))), Ok(page("9 20", next(2))), Ok(page("90 1", End::Reached))]),
        WHOLE
    );
    let endless = (1..9).map(|n| Ok(page(&format!("{n}0 {n}"), next(n)))).collect();
    assert_eq!(covers(endless), NONE);
}

#[test]
fn a_page_that_fails_leaves_what_was_read() {
    let w = walked(vec![Ok(page("1 1 1 1 1 5", next(1))), Err(Reason::Timeout)]);
    assert_eq!((w.outcome, w.covers, w.entries.len()), (Outcome::Read, Coverage::Since(ago(4)), 6));
    assert!(w.notes.iter().any(|n| n.contains("第2页")), "{:?}", w.notes);
    let w = walked(vec![Ok(page("5 1", next(1))), Err(Reason::Timeout)]);
    assert_eq!((w.outcome, w.covers, w.entries.len()), (Outcome::Suspect(Reason::PagingBroken), Coverage::Nothing, 2));
    let blocked = Reading::bad("blocked", Outcome::Blocked(Reason::Captcha));
    assert_eq!(covers(vec![Ok(page("1 1 1 1 1 5", next(1))), Ok(blocked)]), since(4));
}

#[test]
fn a_first_page_that_is_not_good_claims_nothing() {
    let blocked = Reading::bad("blocked", Outcome::Blocked(Reason::Captcha));
    assert_eq!(covers(vec![Ok(blocked)]), (Outcome::Blocked(Reason::Captcha), Coverage::Nothing));
    assert_eq!(covers(vec![Err(Reason::Timeout)]), (Outcome::Failed(Reason::Timeout), Coverage::Nothing));
    let mut odd = page("0 0 0", End::Reached);
    odd.outcome = Outcome::Suspect(Reason::DatesFollowClock);
    assert_eq!(covers(vec![Ok(odd)]), (Outcome::Suspect(Reason::DatesFollowClock), Coverage::Nothing));
}

#[test]
fn loops_and_repeated_pages_end() {
    // Page 1 leads back to itself.
    assert_eq!(covers(vec![Ok(page("1 1 1 1 1 5", next(0)))]), since(4));
    // The site serves its last page again and again under new addresses.
    let again = || Ok(page("1 1 1 1 1 5", next(1)));
    let more = |n| Ok(page("1 1 1 1 1 5", next(n)));
    let w = walked(vec![again(), more(2), more(3)]);
    assert_eq!((w.covers, w.pages, w.entries.len()), (Coverage::Since(ago(4)), 2, 6));
    // An empty page proves no end.
    assert_eq!(covers(vec![again(), Ok(page("", End::Reached))]), since(4));
}

#[test]
fn a_pager_that_goes_back_or_away_is_not_followed() {
    // Page 2 names page 1 as the next one.
    let w = walked(vec![Ok(page("1 1 1 1 1 5", next(1))), Ok(page("6 7 8", next(0)))]);
    assert_eq!((w.covers, w.pages, w.entries.len()), (Coverage::Since(ago(7)), 2, 9));
    assert!(w.notes.iter().any(|n| n.contains("成环")), "{:?}", w.notes);
    // Page 2 serves the rows of page 1 once more, and a third page behind it.
    let first = "1:a 1:b 1:c 1:d 1:e 5:f";
    let w = walked(vec![Ok(page(first, next(1))), Ok(page(first, next(2))), Ok(page("9 9", End::Reached))]);
    assert_eq!((w.covers, w.pages, w.entries.len()), (Coverage::Since(ago(4)), 2, 6), "the end was not seen");
    // The next page stands on another site.
    let away = End::Next("http://other.example/2.html".to_owned());
    let w = walked(vec![Ok(page("1 1 1 1 1 5", away)), Ok(page("40 50", End::Reached))]);
    assert_eq!((w.covers, w.pages), (Coverage::Since(ago(4)), 1));
    assert!(w.notes.iter().any(|n| n.contains("其他网站")), "{:?}", w.notes);
}

#[test]
fn an_endless_calendar_ends_and_claims_no_more_than_was_read() {
    let days = (0..9).map(|n| Ok(page(&format!("0:a{n} 0:b{n} 0:c{n}"), next(n + 1)))).collect();
    let w = walked(days);
    assert_eq!((w.covers, w.pages), (Coverage::Since(ago(-1)), 5), "of this day itself there may be more");
    assert!(w.notes.iter().any(|n| n.contains("翻页上限")), "{:?}", w.notes);
}

#[test]
fn pages_whose_numbers_fall_are_followed_to_the_first() {
    let down = |n: usize| End::Next(format!("http://x.example/list/{n}.htm"));
    let w = walked(vec![
        Ok(page("1 2 3 4 5 6", down(3))),
        Ok(page("7 8", down(2))),
        Ok(page("9 9", down(1))),
        Ok(page("12", End::Reached)),
    ]);
    assert_eq!((w.covers, w.pages, w.entries.len()), (Coverage::Everything, 4, 11));
}

#[test]
fn what_fails_midway_leaves_the_claim_of_what_was_read() {
    let three = |last| vec![Ok(page("1 2 3 4 5 6", next(1))), Ok(page("7 8 9", next(2))), last];
    assert_eq!(covers(three(Err(Reason::HttpServer))), since(8));
    assert_eq!(covers(three(Ok(Reading::bad("blocked", Outcome::Suspect(Reason::Maintenance))))), since(8));
    // An unsorted list of which a page is missing proves nothing and is not believed.
    let unsorted = vec![Ok(page("9 1 8 2 7 3", next(1))), Ok(page("20 4", next(2))), Err(Reason::Timeout)];
    assert_eq!(covers(unsorted), (Outcome::Suspect(Reason::PagingBroken), Coverage::Nothing));
}

#[test]
fn rows_seen_before_neither_count_twice_nor_break_the_order() {
    let w = walked(vec![Ok(page("2:pin 1:a 5:b 8:c", next(1))), Ok(page("2:pin 8:c 9:d 31:e", next(2)))]);
    assert_eq!(w.entries.len(), 6);
    assert_eq!(w.covers, Coverage::Since(ago(30)));
}

mod honest {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever list a site pages, every item dated within the claim was read, where the list is sorted but for
        /// pinned rows on top.
        #[test]
        fn no_item_within_the_claim_is_missing(
            mut ages in prop::collection::vec(0i64..60, 0..40),
            pinned in prop::collection::vec(60i64..90, 0..3),
            size in 1usize..12,
            read in 1usize..5,
            known in any::<bool>(),
        ) {
            ages.sort_unstable();
            let all: Vec<i64> = pinned.into_iter().chain(ages).collect();
            let pages: Vec<&[i64]> = if all.is_empty() { vec![&[]] } else { all.chunks(size).collect() };
            let mut walk = Walk::new(ago(30), read);
            let mut at = 0;
            loop {
                let rows: Vec<String> = pages[at].iter().enumerate().map(|(i, a)| format!("{a}:p{at}r{i}")).collect();
                let last = at + 1 == pages.len();
                let end = if last && known { End::Reached } else if last { End::Unknown } else { next(at + 1) };
                match walk.push(&format!("http://x.example/{at}.html"), page(&rows.join(" "), end)) {
                    Step::Fetch(_) => at += 1,
                    Step::Done => break,
                }
            }
            let w = walk.finish();
            for (i, a) in all.iter().enumerate() {
                if w.covers.reaches(ago(*a)) {
                    let name = format!("p{}r{}", i / size, i % size);
                    prop_assert!(w.entries.iter().any(|e| e.title == name), "{name} of {all:?} missing under {:?}", w.covers);
                }
            }
        }
    }
}
