//! What is kept and for how long: pages that nothing rests on go after their time, what a finding, a line, an appeal or a
//! suspicion rests on never does, and everything can be handed over.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Response, StatusCode};
use chrono::Days;
use duban::Ended;
use model::{Day, LineSource};
use serde_json::Value;
use store::LedgerFilter;

use crate::harness::{Office, Site, list, run};
use crate::web_office::Pages;

const DAILY: &str = "2026-01-10 08:00";

/// Long after everything, with all months before closed.
const LATER: &str = "2027-06-10 08:00";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Two columns: one is alive for years, one falls silent. Each look finds other bytes.
async fn years() -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("tzgg", "notices", "/tzgg/")]).await;
    office.site.page("/tzgg/", list(&[("关于报送材料的通知", "./t1.html", "2026-01-02")]));
    for (n, day) in ["2026-01-10", "2026-01-20", "2026-02-01", "2026-02-20", "2026-05-01"].into_iter().enumerate() {
        office.site.page("/gzdt/", list(&[(&format!("第{n}次会议召开"), &format!("./g{n}.html"), day)]));
        let old = format!("{}<!-- {n} -->", list(&[("关于报送材料的通知", "./t1.html", "2026-01-02")]));
        office.site.page("/tzgg/", old);
        office.run(&format!("{day} 08:00"), &["cycle"]).await.ok();
    }
    office
}

/// An article in which the word lists find something.
fn article(title: &str, day: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"ArticleTitle\" content=\"{title}\"><meta name=\"PubDate\" content=\"{day} 09:00\"></head><body>\
         <h1>{title}</h1><p>发布时间：{day}</p><div class=\"TRS_Editor\">\
         <p>各学校要按装监控设备，落实校园安全主体责任，开展隐患排查，按时报送情况。</p></div></body></html>"
    )
}

/// A winter of looks every other day, each of which finds other bytes: a column that lives, one that has fallen silent, one
/// with an article that is suspicious. One deduction is appealed against.
async fn winter() -> (Office, i64) {
    let columns = [("gzdt", "work-news", "/gzdt/"), ("tzgg", "work-news", "/tzgg/"), ("zc", "policies", "/zc/")];
    let office = Office::new(&columns).await;
    office.write("duban.toml", &(office.main_toml("\"127.0.0.1/32\"") + "[keeping]\nevidence_days = 400\n"));
    let policies = list(&[("关于监控设备的通知", "./p1.html", "2026-01-09")]);
    office.site.page("/zc/p1.html", article("关于监控设备的通知", "2026-01-09"));
    let mut rows: Vec<(String, String, String)> = vec![];
    for n in 0..25_u64 {
        let today = day("2026-01-10") + Days::new(2 * n);
        if n % 3 == 0 {
            rows.insert(0, (format!("全区第{n}次工作会议召开"), format!("./g{n}.html"), today.to_string()));
        }
        let shown: Vec<(&str, &str, &str)> =
            rows.iter().map(|(t, h, d)| (t.as_str(), h.as_str(), d.as_str())).collect();
        office.site.page("/gzdt/", format!("{}<!-- {n} -->", list(&shown)));
        office
            .site
            .page("/tzgg/", format!("{}<!-- {n} -->", list(&[("关于报送材料的通知", "./t1.html", "2026-01-02")])));
        office.site.page("/zc/", format!("{policies}<!-- {n} -->"));
        office.run(&format!("{today} 08:00"), &["cycle"]).await.ok();
    }
    let mut month = model::Month::of(day("2026-01-01"));
    while month < model::Month::of(day("2027-06-01")) {
        office.run("2027-06-09 08:00", &["close", &month.to_string()]).await.ok();
        month = month.next();
    }
    let posted = office.run("2027-06-09 08:00", &["findings", "--verdict", "breached"]).await.json();
    let id = posted.as_array().unwrap().iter().find(|f| f["state"] == "posted").unwrap()["id"].as_i64().unwrap();
    let file = office.dir.path().join("证明.txt");
    std::fs::write(&file, "截图与说明").unwrap();
    let appeal = ["appeal", &id.to_string(), "--by", "教育局", "--reason", "当日已发", "--attachment"];
    office.run("2027-06-09 09:00", &[&appeal[..], &[file.to_str().unwrap()]].concat()).await.ok();
    (office, id)
}

/// What people would be shown of every finding, and whether its case is whole.
async fn cases(office: &Office, now: &str) -> BTreeMap<i64, String> {
    let found = office.run(now, &["findings"]).await.json();
    let mut told = BTreeMap::new();
    for finding in found.as_array().unwrap() {
        let id = finding["id"].as_i64().unwrap();
        let dir = office.dir.path().join(format!("case-{id}"));
        std::fs::remove_dir_all(&dir).ok();
        let dir = dir.to_str().unwrap().to_owned();
        office.run(now, &["evidence", "export", &id.to_string(), "--out", &dir]).await.ok();
        told.insert(id, run(&["duban", "--format", "json", "verify", &dir]).await.ok());
    }
    told
}

/// How many saved pages the lines of the ledger lead to, each of which is there.
async fn pages_behind_the_lines(office: &Office) -> usize {
    let app = office.app(LATER).await;
    let mut pages = BTreeSet::new();
    for line in app.store.lines(&LedgerFilter::default()).await.unwrap() {
        let LineSource::Finding(id) = line.line.source else { continue };
        let finding = app.store.finding(id).await.unwrap().unwrap();
        let proof = finding.judgement.proof;
        for look in [proof.before, proof.within, proof.after].into_iter().flatten() {
            let behind = app.store.answers_behind(&look.channel, look.at, look.evidence.as_ref()).await.unwrap();
            for capture in behind.own.into_iter().chain(behind.again) {
                assert!(app.store.evidence(&capture.evidence).await.unwrap().is_some(), "{}: {look:?}", line.seq);
                pages.insert(capture.evidence);
            }
        }
    }
    pages.len()
}

#[tokio::test]
async fn after_years_what_people_may_ask_about_is_there_and_the_rest_is_gone() {
    let (office, appealed) = winter().await;
    office.run(LATER, &["judge"]).await.ok();
    let before = cases(&office, LATER).await;
    assert!(before.contains_key(&appealed));
    let behind = pages_behind_the_lines(&office).await;
    assert!(behind > 0, "the lines lead to pages");
    let ledger = office.run(LATER, &["ledger", "2026-02"]).await.ok();
    let explained = office.run(LATER, &["explain", &appealed.to_string()]).await.ok();
    let suspected = office.run(LATER, &["suspect", "list"]).await.json();
    assert_eq!(suspected.as_array().unwrap().len(), 1, "{suspected}");

    let foreseen = office.run(LATER, &["prune", "--dry-run"]).await.json();
    let done = office.run(LATER, &["prune"]).await.json();
    let bodies = done["bodies"].as_i64().unwrap();
    assert!(bodies > 5, "looks at the living column that showed nothing new: {done}");
    assert_eq!((&foreseen["bodies"], &foreseen["stored_bytes"]), (&done["bodies"], &done["stored_bytes"]));
    assert_eq!(office.run(LATER, &["prune"]).await.json()["bodies"], 0);

    assert_eq!(cases(&office, LATER).await, before, "every case is as whole as before");
    assert_eq!(pages_behind_the_lines(&office).await, behind);
    assert_eq!(office.run(LATER, &["ledger", "2026-02"]).await.ok(), ledger);
    assert_eq!(office.run(LATER, &["explain", &appealed.to_string()]).await.ok(), explained);
    let judged = office.run(LATER, &["judge"]).await.json();
    assert_eq!((&judged["changed"], &judged["retracted"]), (&Value::from(0), &Value::from(0)), "no verdict has moved");
    office.run(LATER, &["ledger", "verify"]).await.ok();
    let page = office.dir.path().join("suspected.html");
    let id = suspected[0]["id"].to_string();
    office.run(LATER, &["suspect", "show", &id, "--save", page.to_str().unwrap()]).await.ok();
    assert!(std::fs::read_to_string(page).unwrap().contains("按装"));
    let app = office.app(LATER).await;
    let files = app.store.appeal_files(appealed).await.unwrap();
    assert_eq!(app.store.evidence(&files[0].evidence).await.unwrap().unwrap(), "截图与说明".as_bytes());
    // What stands of a cleared page is that it was there: no reading is tried on nothing.
    office.run(LATER, &["try", "--channel", "jyj/gzdt", "--source", "\"auto\""]).await.ok();
}

#[tokio::test]
async fn a_cleared_page_is_said_to_be_cleared_and_is_no_error() {
    let pages = Pages::open().await;
    for (n, when) in ["2026-04-06 20:00", "2026-04-07 08:00"].into_iter().enumerate() {
        let rows = [("会议", "./t1.html", "2026-03-01"), ("培训", "./t2.html", "2026-04-03")];
        pages.office.site.page("/jyj/", format!("{}<!-- {n} -->", list(&rows)));
        pages.office.run(when, &["poll"]).await.ok();
    }
    let app = &pages.app;
    app.clock.set("2026-04-08T00:00:00Z".parse().unwrap());
    let cleared = app.store.prune("2026-04-07T12:00:00Z".parse().unwrap(), 1000, app.clock.now()).await.unwrap();
    assert!(cleared.bodies >= 1, "{cleared:?}");
    let channel = app.config.channels[0].id.clone();
    let looks = app.store.recent_looks(&channel, 2).await.unwrap();
    let [newest, gone] = [&looks[0].look, &looks[1].look];
    let officer = pages.as_("jyj").await;
    let page = pages.get(&officer, &format!("/looks/{}", gone.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    assert!(text.contains("按保存期限清理") && !text.contains("<iframe"), "{text}");
    assert!(text.contains(gone.evidence.as_ref().unwrap().as_str()), "its fingerprint stays");
    let text = pages.get(&officer, &format!("/looks/{}", newest.id)).await.text();
    assert!(!text.contains("按保存期限清理") && text.contains("<iframe"), "{text}");
    let capture = &app.store.captures_of(&channel, gone.at).await.unwrap()[0];
    let direct = pages.get(&officer, &format!("/saved/{}", capture.id)).await;
    assert!(direct.status == StatusCode::CONFLICT && direct.text().contains("按保存期限清理"), "{}", direct.text());
}

/// The first page shows the same bytes as before, but what followed then was another page.
#[tokio::test]
async fn a_case_holds_the_pages_that_were_found_again_and_not_older_ones_under_the_same_bytes() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let paged = |rows: &[(&str, &str, &str)], note: &str| {
        let list = list(rows).replace("createPageHTML(1, 0,", "createPageHTML(2, 0,");
        format!("{list}<!-- {note} -->")
    };
    let first = [("关于召开工作会议的通知", "./t1.html", "2026-01-10")];
    let second = |title: &str| {
        list(&[(&format!("关于开展检查的通知（{title}）"), "./t0.html", "2025-12-01")])
            .replace("createPageHTML(1, 0,", "createPageHTML(2, 1,")
    };
    let look = async |when: &str, note: &str, older: &str| {
        office.site.page("/gzdt/", paged(&first, note));
        office.site.page("/gzdt/index_1.html", second(older));
        office.run(&format!("{when} 08:00"), &["cycle"]).await.ok();
    };
    look("2026-01-10", "same", "前一版").await;
    for n in 11..=24 {
        look(&format!("2026-01-{n}"), &n.to_string(), "其间").await;
    }
    look("2026-01-25", "same", "后一版").await;
    look("2026-01-26", "same", "后一版").await;
    let app = office.app("2026-01-27 08:00").await;
    let record = app.store.recent_looks(&app.config.channels[0].id, 1).await.unwrap().remove(0);
    assert_eq!(record.look.outcome, model::Outcome::Unchanged);
    let behind =
        app.store.answers_behind(&record.channel, record.look.at, record.look.evidence.as_ref()).await.unwrap();
    let bodies: Vec<_> = behind.again.iter().map(|c| c.evidence.clone()).collect();
    assert!(behind.own.is_empty());
    assert_eq!(bodies[0], store::fingerprint(paged(&first, "same").as_bytes()));
    assert!(bodies.contains(&store::fingerprint(second("后一版").as_bytes())), "what the look inherits");
    assert!(!bodies.contains(&store::fingerprint(second("前一版").as_bytes())), "what stood there long before");
}

#[tokio::test]
async fn open_months_keep_everything_and_a_short_time_is_refused() {
    let office = years().await;
    assert_eq!(office.run("2027-01-05 08:00", &["prune"]).await.json()["bodies"], 0);
    let done = office.run("2029-06-10 08:00", &["prune"]).await.json();
    assert_eq!(done["bodies"], 0, "no month is closed: {done}");
    office.write("duban.toml", &(office.main_toml("\"127.0.0.1/32\"") + "[keeping]\nevidence_days = 30\n"));
    assert_eq!(office.run("2029-06-10 08:00", &["check"]).await.ended, Ended::WrongUsage);
}

#[tokio::test]
async fn the_daemon_clears_once_a_week() {
    let office = years().await;
    let first = office.run("2026-05-02 12:00", &["serve", "--once"]).await.ok();
    assert!(!first.contains("清理存证"), "{first}");
    // The third of May is a Sunday.
    let second = office.run("2026-05-03 12:00", &["serve", "--once"]).await.ok();
    assert!(second.contains("清理存证：已清理"), "{second}");
    let third = office.run("2026-05-04 12:00", &["serve", "--once"]).await.ok();
    assert!(!third.contains("清理存证"), "{third}");
}

async fn a_breach(site: &Site, office: &Office) -> String {
    let page = list(&[("会议", "./t1.html", "2026-03-01")]);
    site.page("/gzdt/", page.clone());
    office.run("2026-03-02 08:00", &["cycle"]).await.ok();
    // The same bytes again, and by another way.
    office.run("2026-03-10 08:00", &["cycle"]).await.ok();
    let next = list(&[("会议", "./t1.html", "2026-03-01"), ("培训", "./t2.html", "2026-04-03")]);
    site.page("/new/", next);
    site.set("/gzdt/", || Response::builder().status(302).header("location", "/new/").body(Body::empty()).unwrap());
    office.run("2026-04-04 08:00", &["cycle"]).await.ok();
    let found = office.run("2026-04-05 08:00", &["findings", "--verdict", "breached"]).await.json();
    found[0]["id"].to_string()
}

#[tokio::test]
async fn a_case_tells_what_was_asked_and_which_way_it_went() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let id = a_breach(&office.site, &office).await;
    let dir = office.dir.path().join("case");
    office.run("2026-04-05 08:00", &["evidence", "export", &id, "--out", dir.to_str().unwrap()]).await.ok();
    let records = case::warc::read(&std::fs::read(dir.join("evidence.warc.gz")).unwrap()).unwrap();
    let of = |kind: &str| records.iter().filter(|r| r.header("WARC-Type") == Some(kind)).collect::<Vec<_>>();
    let text = |r: &case::warc::Record| String::from_utf8(r.block.clone()).unwrap();
    assert!(!of("request").is_empty() && of("request").len() == of("response").len());
    assert!(of("request").iter().all(|r| text(r).contains("user-agent: duban (")));
    assert!(of("metadata").iter().any(|r| text(r).contains("redirect: 302 http://") && text(r).contains("-> /new/")));
    let page = std::fs::read_to_string(dir.join("finding.html")).unwrap();
    assert!(page.contains("302 http://"));
    assert_eq!(run(&["duban", "verify", dir.to_str().unwrap()]).await.ended, Ended::Done);
}

#[tokio::test]
async fn a_case_in_one_file_is_the_same_bytes_each_time_and_proves_itself() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let id = a_breach(&office.site, &office).await;
    let files = ["one.zip", "two.zip"].map(|name| office.dir.path().join(name));
    for file in &files {
        let line = ["evidence", "export", &id, "--zip", "--out", file.to_str().unwrap()];
        office.run("2026-04-05 08:00", &line).await.ok();
        assert_eq!(office.run("2026-04-05 08:00", &line).await.ended, Ended::Failed, "never over a file");
    }
    let whole = std::fs::read(&files[0]).unwrap();
    assert_eq!(whole, std::fs::read(&files[1]).unwrap());
    let path = files[0].to_str().unwrap();
    assert_eq!(run(&["duban", "verify", path]).await.ended, Ended::Done);
    for place in [40, whole.len() / 3, whole.len() / 2, whole.len() - 30] {
        let mut broken = whole.clone();
        broken[place] ^= 1;
        std::fs::write(&files[0], broken).unwrap();
        assert_eq!(run(&["duban", "verify", path]).await.ended, Ended::Failed, "byte {place}");
    }
    // A bundle of somebody else, with a name that leads out of it.
    let sly = BTreeMap::from([("../escaped.txt".to_owned(), b"x".to_vec())]);
    std::fs::write(&files[0], case::bundle::write(&sly)).unwrap();
    assert_eq!(run(&["duban", "verify", path]).await.ended, Ended::Failed);
    assert!(!office.dir.path().join("../escaped.txt").exists());
}

#[tokio::test]
async fn half_a_page_that_was_kept_before_a_crash_is_not_read_as_a_whole_one() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    office.keep_unread(DAILY, &list(&[("会议", "./t1.html", "2026-01-01")]), false).await;
    office.site.status("/gzdt/", 503);
    assert_eq!(office.run("2026-01-11 08:00", &["poll"]).await.json()["recovered"], 1);
    let app = office.app("2026-01-11 09:00").await;
    let looks = app.store.recent_looks(&app.config.channels[0].id, 9).await.unwrap();
    assert_eq!(looks.len(), 2);
    assert!(looks.iter().all(|l| !l.look.outcome.is_good()), "{looks:?}");
}
