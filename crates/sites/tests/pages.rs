//! The readers against saved pages of real sites and their answer key, where those are at hand: the figures reached once
//! are floors.
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::collections::BTreeMap;
use std::path::Path;

use model::{Outcome, Source};
use serde_json::Value;
use sites::{Input, ReadAs, Reading};

const FLOORS: &[(&str, f64)] = &[
    ("list rows found", 0.99),
    ("list rows not invented", 0.995),
    ("list newest", 1.0),
    ("feed rows found", 1.0),
    ("feed newest", 1.0),
    ("api rows found", 1.0),
    ("empty", 1.0),
    ("not rendered", 1.0),
    ("blocked", 1.0),
    ("redirect", 1.0),
    ("article date", 0.97),
    ("article title", 0.97),
    ("article source", 0.92),
];

#[derive(Default)]
struct Score(BTreeMap<String, (usize, usize)>);

impl Score {
    fn add(&mut self, what: &str, good: usize, of: usize) {
        let (g, n) = self.0.entry(what.to_owned()).or_default();
        *g += good;
        *n += of;
    }
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The keyed title or its shown form; of long titles the beginning is enough.
fn same_title(key: &Value, got: &str) -> bool {
    let got = squeeze(got);
    ["title", "shown"].iter().filter_map(|k| key[k].as_str()).map(squeeze).any(|want| {
        let long = want.chars().count() > 8 && got.chars().count() > 8;
        let want_bare = want.trim_end_matches(['.', '…']);
        got == want || (long && (got.starts_with(want_bare) || want.starts_with(&got)))
    })
}

fn day_of(key: &Value) -> Option<String> {
    let said = ["date", "pub_date", "newest"].iter().find_map(|k| key[k].as_str())?;
    said.get(..10).map(str::to_owned)
}

fn score_rows(kind: &str, expected: &Value, r: &Reading, score: &mut Score) {
    let keyed = expected["items"].as_array().cloned().unwrap_or_default();
    if expected["js_rendered"] == true {
        return score.add("not rendered", usize::from(!r.outcome.is_good()), 1);
    }
    if keyed.is_empty() {
        return score.add("empty", usize::from(r.outcome == Outcome::Read && r.entries.is_empty()), 1);
    }
    let mut left: Vec<_> = r.entries.iter().collect();
    for key in &keyed {
        let hit = left.iter().position(|e| same_title(key, &e.title) && e.date.map(|d| d.to_string()) == day_of(key));
        score.add(&format!("{kind} rows found"), usize::from(hit.is_some()), 1);
        hit.map(|i| left.remove(i));
    }
    let total = expected["total"].as_u64().map_or(keyed.len(), |n| n as usize);
    let real = r.entries.len().min(total);
    score.add(&format!("{kind} rows not invented"), real, r.entries.len());
    let newest = r.entries.iter().filter_map(|e| e.date).max().map(|d| d.to_string());
    let wanted = expected["newest"].as_str().and_then(|n| n.get(..10)).map(str::to_owned);
    score.add(&format!("{kind} newest"), usize::from(newest == wanted), 1);
}

fn score_article(expected: &Value, r: &Reading, score: &mut Score) {
    let entry = r.entries.first();
    if expected["title"].is_string() {
        let ok = entry.is_some_and(|e| same_title(expected, &e.title));
        score.add("article title", usize::from(ok), 1);
    }
    if let Some(want) = day_of(expected) {
        let ok = entry.and_then(|e| e.date).is_some_and(|d| d.to_string() == want);
        score.add("article date", usize::from(ok), 1);
    }
    if let Some(want) = expected["source"].as_str() {
        let got = entry.and_then(|e| e.source.clone()).unwrap_or_default();
        score.add("article source", usize::from(squeeze(&got) == squeeze(want)), 1);
    }
}

fn address(row: &Value) -> String {
    let host = row["host"].as_str().unwrap_or_default();
    let real =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b));
    let host = if real { host } else { "example.gov.cn" };
    row["base_url"].as_str().map_or_else(|| format!("http://{host}/"), str::to_owned)
}

#[test]
fn the_figures_reached_on_saved_pages_hold() {
    let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/pages"));
    let Ok(manifest) = std::fs::read_to_string(dir.join("manifest.jsonl")) else { return };
    let mut score = Score::default();
    for row in manifest.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()) {
        let (kind, expected) = (row["kind"].as_str().unwrap_or_default(), &row["expected"]);
        let read_as = match kind {
            "list" => ReadAs::List,
            "article" | "wechat_article" => ReadAs::Article,
            "feed" => ReadAs::Feed,
            "blocked" | "redirect" => ReadAs::Auto,
            "api" if expected["items"].is_array() => ReadAs::Auto,
            _ => continue,
        };
        let bytes = std::fs::read(dir.join(row["file"].as_str().unwrap())).unwrap();
        let url = address(&row);
        let today = "2026-11-24".parse().unwrap();
        let source = &Source::Auto;
        let input = Input { bytes: &bytes, url: &url, content_type: None, read_as, source, today };
        let r = sites::read(&input);
        assert_eq!(r, sites::read_whole(&input), "{}: a short cut reads something else", row["file"]);
        match kind {
            "list" | "feed" | "api" => score_rows(kind, expected, &r, &mut score),
            "blocked" => score.add("blocked", usize::from(!r.outcome.is_good()), 1),
            "redirect" => score.add("redirect", usize::from(r.more() == expected["redirect"].as_str()), 1),
            _ => score_article(expected, &r, &mut score),
        }
    }
    for (what, floor) in FLOORS {
        let (good, of) = score.0.get(*what).copied().unwrap_or((0, 0));
        assert!(of > 0, "no page for {what}");
        assert!(good as f64 >= floor * of as f64, "{what}: {good} of {of}, floor {floor}");
    }
}
