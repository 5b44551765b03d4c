//! What the store takes to write what looks saw, beside rusqlite, which writes the same rows of the same tables one prepared
//! statement a row, in transactions of as many looks, and asks nothing before it writes. `cargo bench -p store --bench rows`.
//! The aim is six tenths of its rate (PERFORMANCE T9); the store looks besides for items that it knows already, for dates that
//! contradict others, and for items that have gone.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a benchmark measures, and stops where it cannot")]

use std::path::Path;
use std::time::{Duration, Instant};

use model::{Channel, ChannelKind, Coverage, DateFrom, Entry, Moment, Outcome, Unit, UnitKind, Zone};
use rusqlite::{Connection, params};
use store::{NewLook, Store};

/// Looks that are written together, as a round does.
const LOOKS: usize = 256;
/// Items on a list.
const ITEMS: usize = 20;
const BATCHES: usize = 40;

#[tokio::main]
async fn main() {
    // `cargo test` builds and starts benchmarks too; there is nothing to test here.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (ours, theirs) = (dir.path().join("ours.db"), dir.path().join("theirs.db"));
    let store = prepared(&ours).await;
    prepared(&theirs).await.close().await;
    let mut peer = Connection::open(&theirs).unwrap();
    peer.pragma_update(None, "synchronous", "FULL").unwrap();
    peer.pragma_update(None, "foreign_keys", "ON").unwrap();
    println!("{:<44} {:>12} {:>12} {:>8}", "rows a second", "store", "rusqlite", "ratio");
    let batches =
        |batch: fn(usize) -> Vec<NewLook>, first: usize| (first..first + BATCHES).map(batch).collect::<Vec<_>>();
    // A list that was never read: each item is a new row. Then days of nothing but the same answer.
    for (what, rows, looks) in [
        ("items, each of them new", LOOKS * ITEMS, batches(read, 0)),
        ("looks that found nothing changed", LOOKS, batches(unchanged, BATCHES)),
    ] {
        let (mut own, mut other) = (Duration::ZERO, Duration::ZERO);
        // By turns, so that whatever else the machine does is borne by both.
        for batch in &looks {
            let began = Instant::now();
            store.record_looks(batch).await.unwrap();
            own += began.elapsed();
            let began = Instant::now();
            write(&mut peer, batch);
            other += began.elapsed();
        }
        let rate = |took: Duration| (rows * BATCHES) as f64 / took.as_secs_f64();
        println!("{what:<44} {:>12.0} {:>12.0} {:>8.2}", rate(own), rate(other), rate(own) / rate(other));
    }
    let count = |path: &Path| -> (i64, i64) {
        let db = Connection::open(path).unwrap();
        let of = |table: &str| db.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0)).unwrap();
        (of("look"), of("entry"))
    };
    assert_eq!(count(&ours), count(&theirs), "both wrote the same");
}

/// An empty database with the tables of the program and as many channels as there are looks at a time.
async fn prepared(path: &Path) -> Store {
    let store = Store::open(path, Zone::SHANGHAI).await.unwrap();
    let unit = Unit {
        id: "u".parse().unwrap(),
        name: "单位".into(),
        kind: UnitKind::Department,
        aliases: vec![],
        contacts: vec![],
        from: None,
        until: None,
    };
    let channels: Vec<Channel> = (0..LOOKS)
        .map(|n| Channel {
            id: format!("u/c{n}").parse().unwrap(),
            kind: ChannelKind::WorkNews,
            name: "工作动态".into(),
            url: format!("http://x.gov.cn/u/c{n}/"),
            source: model::Source::Auto,
            identity: Default::default(),
            life: model::unit::Life { from: "2026-01-01".parse().unwrap(), until: None },
        })
        .collect();
    store.sync_registry(&[unit], &channels, at(0)).await.unwrap();
    store
}

fn at(batch: usize) -> Moment {
    "2026-01-01T00:00:00Z".parse::<Moment>().unwrap() + chrono::TimeDelta::hours(i64::try_from(batch).unwrap())
}

fn look(batch: usize, channel: usize, outcome: Outcome) -> NewLook {
    let url = format!("http://x.gov.cn/u/c{channel}/");
    let id = format!("u/c{channel}").parse().unwrap();
    NewLook { status: Some(200), adapter: "ul".into(), ..NewLook::new(id, at(batch), outcome, &url) }
}

fn read(batch: usize) -> Vec<NewLook> {
    let entries = |channel: usize| {
        let entry = |n: usize| Entry {
            title: format!("区开展第{n}次春季安全生产检查工作"),
            url: format!("http://x.gov.cn/u/c{channel}/t{batch}_{n}.html"),
            date: Some("2026-01-01".parse().unwrap()),
            date_from: Some(DateFrom::List),
            source: None,
        };
        (0..ITEMS).map(entry).collect()
    };
    let of = |c: usize| NewLook {
        covers: Coverage::Everything,
        first_page_rows: 20,
        first_page_dated: 20,
        entries: entries(c),
        ..look(batch, c, Outcome::Read)
    };
    (0..LOOKS).map(of).collect()
}

fn unchanged(batch: usize) -> Vec<NewLook> {
    (0..LOOKS).map(|c| look(batch, c, Outcome::Unchanged)).collect()
}

fn write(db: &mut Connection, looks: &[NewLook]) {
    let tx = db.transaction().unwrap();
    {
        let mut look = tx
            .prepare(
                "INSERT INTO look (channel, at, day, outcome, covers, url, status, adapter, notes, first_page_rows,
                                   first_page_dated)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '[]', ?9, ?10) ON CONFLICT (channel, at) DO NOTHING RETURNING id",
            )
            .unwrap();
        let mut entry = tx
            .prepare(
                "INSERT INTO entry (channel, key, title, url, claimed, date_from, source, first_look)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (channel, key) DO NOTHING RETURNING id",
            )
            .unwrap();
        let mut list = tx.prepare("INSERT INTO look_list (look, entries) VALUES (?1, ?2)").unwrap();
        for l in looks {
            let (read, channel) = (l.outcome == Outcome::Read, l.channel.as_str());
            let at = l.at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
            let (outcome, covers) = if read { ("read", "everything") } else { ("unchanged", "nothing") };
            let (rows, dated) = (l.first_page_rows, l.first_page_dated);
            let day = Zone::SHANGHAI.day(l.at).to_string();
            let id: i64 = look
                .query_row(params![channel, at, day, outcome, covers, l.url, l.status, l.adapter, rows, dated], |r| {
                    r.get(0)
                })
                .unwrap();
            let mut ids = vec![];
            for e in &l.entries {
                let (key, date) = (e.key(), e.date.map(|d| d.to_string()));
                let from = e.date_from.map(DateFrom::word);
                let row = params![channel, key, e.title, e.url, date, from, e.source, id];
                ids.push(entry.query_row(row, |r| r.get::<_, i64>(0)).unwrap());
            }
            if read {
                list.execute(params![id, serde_json::to_string(&ids).unwrap()]).unwrap();
            }
        }
    }
    tx.commit().unwrap();
}
