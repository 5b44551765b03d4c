//! Pages written by us after the habits of many publishing systems, each with what its reader sees.
//!
//! A file holds cases one after the other. A case begins with `#### name`; `> list URL` says how it is read, `= read`
//! what comes of it (and how the list ends), `| date title address` what its rows are; the page follows.
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::path::Path;

use model::Source;
use sites::{End, Input, ReadAs, Reading};

#[derive(Default)]
struct Case {
    name: String,
    read_as: String,
    url: String,
    outcome: Vec<String>,
    rows: Vec<String>,
    page: String,
}

fn cases(text: &str) -> Vec<Case> {
    text.split("#### ").skip(1).map(case).collect()
}

fn case(text: &str) -> Case {
    let mut lines = text.lines();
    let mut case = Case { name: lines.next().unwrap_or_default().to_owned(), ..Case::default() };
    for line in lines {
        match line.split_once(' ') {
            Some((">", said)) if case.page.is_empty() => {
                let (read_as, url) = said.split_once(' ').unwrap();
                (case.read_as, case.url) = (read_as.to_owned(), url.to_owned());
            }
            Some(("=", said)) if case.page.is_empty() => case.outcome = said.split(' ').map(str::to_owned).collect(),
            Some(("|", said)) if case.page.is_empty() => case.rows.push(said.to_owned()),
            _ => case.page += &format!("{line}\n"),
        }
    }
    case
}

fn read(case: &Case) -> Reading {
    let read_as = match case.read_as.as_str() {
        "list" => ReadAs::List,
        "article" => ReadAs::Article,
        "feed" => ReadAs::Feed,
        _ => ReadAs::Auto,
    };
    let (bytes, today) = (case.page.as_bytes(), "2026-11-24".parse().unwrap());
    let input = Input { bytes, url: &case.url, content_type: None, read_as, source: &Source::Auto, today };
    let reading = sites::read(&input);
    assert_eq!(reading, sites::read_whole(&input), "{}: a short cut reads something else", case.name);
    reading
}

fn lines(case: &Case, reading: &Reading) -> Vec<String> {
    let or_dash = |s: &str| if s.is_empty() { "-".to_owned() } else { s.to_owned() };
    let line = |e: &model::Entry| {
        let date = or_dash(&e.date.map(|d| d.to_string()).unwrap_or_default());
        let last = if case.read_as == "article" { e.source.clone().unwrap_or_default() } else { e.url.clone() };
        format!("{date} {} {}", e.title, or_dash(&last))
    };
    reading.entries.iter().map(line).collect()
}

fn came_out(reading: &Reading) -> Vec<String> {
    let end = match &reading.end {
        End::Reached => "reached".to_owned(),
        End::Unknown => "unknown".to_owned(),
        End::Next(url) | End::Moved(url) => url.clone(),
    };
    vec![reading.outcome.word().to_owned(), end]
}

fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases").join(file);
    let mut wrong = String::new();
    for case in cases(&std::fs::read_to_string(path).unwrap()) {
        let reading = read(&case);
        let (got, rows) = (came_out(&reading), lines(&case, &reading));
        let as_wanted = got.iter().zip(&case.outcome).all(|(g, w)| g == w);
        if !as_wanted || rows != case.rows {
            wrong += &format!(
                "\n{} [{}]\n  wanted {:?}\n    {}\n  got {got:?} {:?} {:?}\n    {}\n",
                case.name,
                reading.adapter,
                case.outcome,
                case.rows.join("\n    "),
                reading.outcome.reason(),
                reading.notes,
                rows.join("\n    ")
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn lists_are_read() {
    check("lists.txt");
}

#[test]
fn what_is_no_list_is_not_taken_for_one() {
    check("others.txt");
}

#[test]
fn articles_are_read() {
    check("articles.txt");
}

#[test]
fn records_are_read() {
    check("records.txt");
}
