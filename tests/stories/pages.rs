//! Real saved pages behind a local server, through the whole chain; our own fixtures where those are not at hand.

use std::path::Path;

use serde_json::Value;

use crate::harness::{Office, list};

/// (path on the site, bytes, newest date that a reader sees)
fn saved_pages() -> Vec<(String, Vec<u8>, String)> {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/pages"));
    let Ok(manifest) = std::fs::read_to_string(shared.join("manifest.jsonl")) else {
        let rows = [("城区学校招生公告", "./t2.html", "2026-02-10"), ("春季开学检查", "./t1.html", "2026-02-01")];
        return vec![("/own/".to_owned(), list(&rows).into_bytes(), "2026-02-10".to_owned())];
    };
    manifest
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap())
        .filter(|r| r["kind"] == "list" && r["family"] == "guizhou-trs" && r["encoding"] == "utf-8")
        .filter_map(|r| {
            let newest = r["expected"]["newest"].as_str()?.to_owned();
            let file = r["file"].as_str()?;
            Some((format!("/{file}"), std::fs::read(shared.join(file)).ok()?, newest))
        })
        .collect()
}

#[tokio::test]
async fn saved_pages_go_from_the_list_to_the_sheet() {
    let pages = saved_pages();
    let ids: Vec<String> = (0..pages.len()).map(|n| format!("c{n}")).collect();
    let channels: Vec<(&str, &str, &str)> =
        ids.iter().zip(&pages).map(|(id, (path, ..))| (id.as_str(), "notices", path.as_str())).collect();
    let office = Office::new(&channels).await;
    for (path, body, _) in &pages {
        office.site.page(path, body.clone());
    }
    let round = office.run("2026-09-01 08:00", &["poll"]).await.json();
    assert_eq!(round["good"], pages.len(), "{round}");
    office.run("2026-09-01 08:01", &["judge"]).await.ok();

    // Each page's newest item is long past, so each 180-day window that ended since monitoring began is charged, and the
    // first of them is counted from that item.
    let found =
        office.run("2026-09-01 08:02", &["findings", "--criterion", "B1.2", "--verdict", "breached"]).await.json();
    let found = found.as_array().unwrap();
    for (id, (path, _, newest)) in ids.iter().zip(&pages) {
        let newest: model::Day = newest.parse().unwrap();
        let own: Vec<&Value> = found.iter().filter(|f| f["channel"] == format!("jyj/{id}")).collect();
        assert!(!own.is_empty(), "{path}");
        for finding in own {
            let from: model::Day = finding["from"].as_str().unwrap().parse().unwrap();
            assert_eq!((from - newest).num_days() % 180, 1, "{path}: {finding}");
        }
    }

    for month in ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"] {
        office.run("2026-09-01 08:03", &["close", month]).await.ok();
    }
    let before = office.run("2026-09-01 08:04", &["ledger", "2026-06"]).await.json();
    office.run("2026-09-01 08:05", &["close", "2026-06"]).await.ok();
    assert_eq!(office.run("2026-09-01 08:06", &["ledger", "2026-06"]).await.json(), before);
    assert_eq!(office.run("2026-09-01 08:07", &["ledger", "verify"]).await.json()["ok"], true);
    let sheet = office.dir.path().join("ledger.xlsx");
    office.run("2026-09-01 08:08", &["report", "ledger", "2026-06", "--xlsx", sheet.to_str().unwrap()]).await.ok();
    assert!(std::fs::metadata(&sheet).unwrap().len() > 2000);
    let week = office.run("2026-09-01 08:09", &["report", "weekly"]).await.json();
    assert_eq!(week["letters"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_probe_says_what_the_column_is_and_what_to_paste() {
    let office = Office::new(&[("gzdt", "work-news", "/jyj/gzdt/")]).await;
    office.site.page("/jyj/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    let url = office.site.url("/jyj/gzdt/");
    let seen = office.run("2026-03-10 08:00", &["probe", &url]).await.json();
    assert_eq!(
        (&seen["outcome"], &seen["name"], &seen["kind"], &seen["newest"]),
        (&"read".into(), &"工作动态".into(), &"work-news".into(), &"2026-03-01".into())
    );
    let (config, data) = (office.config(), office.data());
    let line = ["duban", "--config", config.to_str().unwrap(), "--data", data.to_str().unwrap(), "probe", &url];
    let text = crate::harness::run(&line).await.ok();
    assert!(text.contains("按 B1.1，14 天内应更新，最迟 2026-03-15"), "{text}");
    let pasted = text.split("[[unit.channel]]").nth(1).unwrap();
    let unit = "[[unit]]\nid = \"jyj\"\nname = \"钟山区教育局\"\nkind = \"department\"\n[[unit.channel]]";
    office.write("units.toml", &format!("{unit}{pasted}"));
    assert_eq!(duban::config::Config::load(&office.config()).unwrap().channels[0].id.as_str(), "jyj/gzdt");
}
