//! What is kept can be handed over, copied and brought back; and nothing is kept under a wrong clock.

use axum::body::Body;
use axum::http::Response;
use duban::Ended;

use crate::harness::{Office, list, run};

async fn office_with_a_breach() -> (Office, i64) {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    office.site.page("/gzdt/", list(&[("会议<b>", "./t1.html", "2026-03-01")]));
    office.run("2026-03-20 08:00", &["cycle"]).await.ok();
    office.site.page("/gzdt/", list(&[("会议<b>", "./t1.html", "2026-03-01"), ("培训", "./t2.html", "2026-04-03")]));
    office.run("2026-04-04 08:00", &["cycle"]).await.ok();
    for month in ["2026-01", "2026-02", "2026-03"] {
        office.run("2026-04-06 08:00", &["close", month]).await.ok();
    }
    let found = office.run("2026-04-06 08:00", &["findings", "--verdict", "breached"]).await.json();
    let id = found[0]["id"].as_i64().unwrap();
    (office, id)
}

async fn verify(dir: &str) -> Ended {
    run(&["duban", "--format", "json", "verify", dir]).await.ended
}

#[tokio::test]
async fn a_case_file_proves_itself_and_every_change_shows() {
    let (office, id) = office_with_a_breach().await;
    let case = office.dir.path().join("case");
    let dir = case.to_str().unwrap();
    let id = id.to_string();
    let told = office.run("2026-04-06 09:00", &["evidence", "export", &id, "--out", dir]).await.json();
    assert!(told["pages"].as_i64().unwrap() >= 1, "{told}");
    let sound = run(&["duban", "--format", "json", "verify", dir]).await.json();
    assert_eq!(sound["finding"].to_string(), id);
    assert!(sound["lines"].as_i64().unwrap() >= 1, "the charge is in the case: {sound}");
    let page = std::fs::read_to_string(case.join("finding.html")).unwrap();
    assert!(!page.contains("会议<b>"), "titles are text");

    // It is never written over, and each file is held to what it was.
    assert_eq!(office.run("2026-04-06 09:00", &["evidence", "export", &id, "--out", dir]).await.ended, Ended::Failed);
    for name in ["evidence.warc.gz", "case.json", "finding.html", "finding.json", "SHA256SUMS"] {
        let path = case.join(name);
        let whole = std::fs::read(&path).unwrap();
        let mut broken = whole.clone();
        broken[whole.len() / 2] ^= 1;
        std::fs::write(&path, broken).unwrap();
        assert_eq!(verify(dir).await, Ended::Failed, "{name}");
        std::fs::write(&path, whole).unwrap();
    }
    assert_eq!(verify(dir).await, Ended::Done);
    std::fs::write(case.join("more.txt"), "x").unwrap();
    assert_eq!(verify(dir).await, Ended::Failed);
}

#[tokio::test]
async fn a_forged_line_shows_even_under_a_new_list_of_checksums() {
    let (office, id) = office_with_a_breach().await;
    let case = office.dir.path().join("case");
    let dir = case.to_str().unwrap();
    office.run("2026-04-06 09:00", &["evidence", "export", &id.to_string(), "--out", dir]).await.ok();
    let text = std::fs::read_to_string(case.join("case.json")).unwrap();
    let forged = text.replace("\"unit\": \"jyj\"", "\"unit\": \"wgj\"");
    assert_ne!(forged, text);
    std::fs::write(case.join("case.json"), forged).unwrap();
    let mut files = std::collections::BTreeMap::new();
    for name in ["evidence.warc.gz", "case.json", "finding.html", "finding.json"] {
        files.insert(name.to_owned(), std::fs::read(case.join(name)).unwrap());
    }
    std::fs::write(case.join("SHA256SUMS"), case::sums::write(&files)).unwrap();
    assert_eq!(verify(dir).await, Ended::Failed);
}

#[tokio::test]
async fn a_backup_brings_everything_back_and_nothing_is_written_over() {
    let (office, _) = office_with_a_breach().await;
    let ledger = office.run("2026-04-06 09:00", &["ledger", "2026-03"]).await.ok();
    let copy = office.dir.path().join("backup.db");
    let copy = copy.to_str().unwrap();
    office.run("2026-04-06 09:00", &["backup", copy]).await.ok();
    assert_eq!(office.run("2026-04-06 09:00", &["backup", copy]).await.ended, Ended::Failed, "never over a file");
    assert_eq!(office.run("2026-04-06 09:00", &["restore", copy]).await.ended, Ended::WrongUsage, "never over data");

    std::fs::remove_dir_all(office.data()).unwrap();
    office.run("2026-04-06 09:00", &["restore", copy]).await.ok();
    assert_eq!(office.run("2026-04-06 09:00", &["ledger", "2026-03"]).await.ok(), ledger);

    std::fs::remove_dir_all(office.data()).unwrap();
    let whole = std::fs::read(copy).unwrap();
    std::fs::write(copy, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(office.run("2026-04-06 09:00", &["restore", copy]).await.ended, Ended::Failed, "half a backup is none");
    assert!(!office.data().join("duban.db").exists());
}

#[tokio::test]
async fn a_wrong_clock_looks_at_nothing_and_leaves_no_trace() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let page = list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]);
    // The site lives in 2020; seen from there, this host's clock is years ahead.
    office.site.set("/gzdt/", move || {
        Response::builder()
            .header("content-type", "text/html; charset=utf-8")
            .header("date", "Fri, 20 Mar 2020 00:00:00 GMT")
            .body(Body::from(page.clone()))
            .unwrap()
    });
    let (config, data) = (office.config(), office.data());
    let paths = ["--config", config.to_str().unwrap(), "--data", data.to_str().unwrap()];
    for command in ["poll", "judge", "cycle"] {
        let line: Vec<&str> = ["duban", "--format", "json"].into_iter().chain(paths).chain([command]).collect();
        assert_eq!(run(&line).await.ended, Ended::Failed, "{command}");
    }
    let line: Vec<&str> = ["duban", "--format", "json"].into_iter().chain(paths).chain(["serve", "--once"]).collect();
    let round = run(&line).await;
    assert!(round.ended == Ended::Failed && round.out.contains("校准本机时间"), "{}", round.out);
    let store = store::Store::open(&data.join("duban.db"), model::Zone::SHANGHAI).await.unwrap();
    assert_eq!(store.latest_instant().await.unwrap(), None, "nothing was written under the wrong time");
}

async fn asked(at: std::net::SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(at).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_door_for_watchers_tells_counts_and_no_names() {
    let (office, _) = office_with_a_breach().await;
    office.run("2026-04-06 09:00", &["serve", "--once"]).await.ok();
    let app = office.app("2026-04-06 09:00").await;
    let ops = duban::ops::Ops { store: app.store.clone(), clock: app.clock.clone() };
    let at = duban::ops::open(ops, ([127, 0, 0, 1], 0).into()).await.unwrap();
    assert!(asked(at, "/healthz").await.starts_with("HTTP/1.0 200"));
    let told = asked(at, "/metrics").await;
    assert!(told.contains("\nduban_closed_months 3\n"), "{told}");
    assert!(told.contains("duban_job_last_done_seconds{job=\"poll\"}"), "{told}");
    for secret in ["jyj", "教育局", "example.gov.cn", "127.0.0.1", "会议"] {
        assert!(!told.contains(secret), "{secret}");
    }
    // Nobody has looked for half a day: the daemon sleeps, or hangs.
    app.clock.set(app.clock.now() + chrono::TimeDelta::hours(12));
    assert!(asked(at, "/healthz").await.starts_with("HTTP/1.0 503"));
}

#[tokio::test]
async fn a_damaged_database_is_named_and_not_written_to() {
    let (office, _) = office_with_a_breach().await;
    let file = office.data().join("duban.db");
    {
        let store = store::Store::open(&file, model::Zone::SHANGHAI).await.unwrap();
        store.close().await;
    }
    let mut bytes = std::fs::read(&file).unwrap();
    let end = bytes.len();
    bytes[8192..end].fill(0x5a);
    std::fs::write(&file, &bytes).unwrap();
    let ran = office.run("2026-04-06 10:00", &["doctor"]).await;
    assert_eq!(ran.ended, Ended::Failed);
    assert!(ran.out.contains("损坏"), "{}", ran.out);
    assert_eq!(office.run("2026-04-06 10:00", &["cycle"]).await.ended, Ended::Failed);
}
