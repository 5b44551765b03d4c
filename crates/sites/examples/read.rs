//! `read --format json read --file F --url U --as list|article|feed|auto`: saved bytes in, what was read out.
#![allow(clippy::disallowed_methods, reason = "an example is a program: it reads files, arguments and the clock")]

use std::collections::HashMap;

use sites::{Input, ReadAs};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let opts: HashMap<&str, &str> = args
        .iter()
        .zip(args.iter().skip(1))
        .filter_map(|(k, v)| k.strip_prefix("--").map(|k| (k, v.as_str())))
        .collect();
    let get = |k: &str| opts.get(k).copied().unwrap_or_default();
    let bytes = std::fs::read(get("file")).unwrap_or_default();
    let today = get("at").parse().unwrap_or_else(|_| model::Zone::SHANGHAI.day(chrono::Utc::now()));
    let read_as = match get("as") {
        "list" => ReadAs::List,
        "article" => ReadAs::Article,
        "feed" => ReadAs::Feed,
        _ => ReadAs::Auto,
    };
    let source = model::Source::Auto;
    let input = Input { bytes: &bytes, url: get("url"), content_type: None, read_as, source: &source, today };
    let mut reading = sites::read(&input);
    if let Ok(n) = get("repeat").parse::<u32>() {
        let start = std::time::Instant::now();
        for _ in 0..n {
            reading = sites::read(&input);
        }
        let each = start.elapsed() / n.max(1);
        eprintln!("{each:?} {:.1} MB/s", bytes.len() as f64 / each.as_secs_f64() / 1e6);
    }
    let entries: Vec<_> = reading
        .entries
        .iter()
        .map(|e| {
            serde_json::json!({"title": e.title, "url": e.url, "date": e.date.map(|d| d.to_string()),
                "date_from": e.date_from.map(model::DateFrom::word), "source": e.source})
        })
        .collect();
    let out = serde_json::json!({"outcome": reading.outcome.word(), "reason": reading.outcome.reason().map(model::Reason::word),
        "adapter": reading.adapter, "entries": entries, "more": reading.more(), "end": format!("{:?}", reading.end),
        "notes": reading.notes});
    println!("{out}");
}
