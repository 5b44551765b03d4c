//! Columns that change under our eyes: other dates, other rows, other pages.

use serde_json::Value;

use crate::harness::{Office, list};

const COLUMN: &str = "/jyj/gzdt/";

async fn office() -> Office {
    Office::new(&[("gzdt", "work-news", COLUMN)]).await
}

/// What the look at that time came to: outcome or reason, and what is noted of it.
async fn look(office: &Office, now: &str) -> (String, String) {
    office.run(now, &["poll", "--channel", "jyj/gzdt"]).await.ok();
    let looks = office.app(now).await.store.recent_looks(&"jyj/gzdt".parse().unwrap(), 1).await.unwrap();
    let outcome = looks[0].look.outcome;
    (outcome.reason().map_or(outcome.word(), model::Reason::word).to_owned(), looks[0].notes.join("；"))
}

/// Rows of these days of March, `t{prefix}{day}.html` each.
fn march(prefix: &str, days: &[u32]) -> String {
    let rows: Vec<(String, String, String)> = days
        .iter()
        .map(|d| (format!("第{d}次全区教育工作会议"), format!("./{prefix}{d}.html"), format!("2026-03-{d:02}")))
        .collect();
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(t, h, d)| (t.as_str(), h.as_str(), d.as_str())).collect();
    list(&rows)
}

fn article(shown: &str, tagged: &str) -> String {
    format!(
        "<html><head><meta name=\"ArticleTitle\" content=\"全区教育工作会议召开\">\
         <meta name=\"PubDate\" content=\"{tagged}\"></head><body><h1>全区教育工作会议召开</h1>\
         <div>发布时间：{shown} 来源：区教育局</div><p>会议指出，要抓好春季开学各项工作。</p></body></html>"
    )
}

#[tokio::test]
async fn a_page_that_names_another_date_than_its_list_is_found_and_accuses_nobody_until_a_person_settles_it() {
    let office = office().await;
    office.site.page(
        COLUMN,
        list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01"), ("旧闻", "./t0.html", "2026-02-25")]),
    );
    office.site.page("/jyj/gzdt/t1.html", article("2026-03-10", "2026-03-02"));
    office.site.page("/jyj/gzdt/t0.html", article("2026-02-25", "2026-02-25"));
    assert_eq!(look(&office, "2026-03-12 08:00").await.0, "read");
    let told = office.run("2026-03-12 08:01", &["channels", "--dates"]).await.json();
    assert_eq!(told.as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told[0]["counted"], "2026-03-01");
    assert_eq!(told[0]["others"], serde_json::json!(["正文页2026-03-10", "正文页标签2026-03-02"]));

    office.run("2026-03-31 08:00", &["poll", "--channel", "jyj/gzdt"]).await.ok();
    let judged = async |now: &str| -> Vec<(String, String, String)> {
        office.run(now, &["judge"]).await.ok();
        let found = office.run(now, &["findings", "--criterion", "B1.1"]).await.json();
        let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        let found = found.as_array().unwrap().iter().filter(|f| f["from"].as_str() >= Some("2026-03-02"));
        found.map(|f| (text(&f["from"]), text(&f["verdict"]), text(&f["id"]))).collect()
    };
    let found = judged("2026-03-31 08:01").await;
    let short: Vec<_> = found.iter().map(|(from, verdict, _)| (from.as_str(), verdict.as_str())).collect();
    assert_eq!(short[..2], [("2026-03-02", "unknown"), ("2026-03-16", "breached")]);
    let why = office.run("2026-03-31 08:02", &["explain", &found[0].2]).await.ok();
    assert!(why.contains("列表日期为2026-03-01，正文页日期为2026-03-10"), "{why}");
    let item = told[0]["item"].to_string();
    let settle = ["date-item", &item, "2026-03-01", "--by", "张三", "--reason", "核对纸质底稿"];
    office.run("2026-03-31 08:03", &settle).await.ok();
    assert_eq!(judged("2026-03-31 08:04").await[0].1, "breached");
    assert!(office.run("2026-03-31 08:05", &["channels", "--dates"]).await.json().as_array().unwrap().is_empty());
}

#[tokio::test]
async fn of_the_new_items_two_a_day_are_held_against_their_pages() {
    let office = office().await;
    let opened = || (1..=9).map(|d| office.site.hits(&format!("{COLUMN}t{d}.html"))).sum::<usize>();
    office.site.page(COLUMN, march("t", &[3, 2, 1]));
    (1..=9)
        .for_each(|d| office.site.page(&format!("{COLUMN}t{d}.html"), article(&format!("2026-03-0{d}"), "2026-03-01")));
    look(&office, "2026-03-05 08:00").await;
    assert_eq!((opened(), office.site.hits("/jyj/gzdt/t1.html")), (2, 0), "the newest two");
    office.site.page(COLUMN, march("t", &[5, 4, 3, 2, 1]));
    look(&office, "2026-03-05 14:00").await;
    assert_eq!(opened(), 2, "no more that day");
    office.site.page(COLUMN, march("t", &[6, 5, 4, 3, 2, 1]));
    look(&office, "2026-03-06 08:00").await;
    assert_eq!(opened(), 3, "only what is new");
    office.write(
        "duban.toml",
        &office.main_toml("\"127.0.0.1/32\"").replace("timeout_seconds", "spot_checks_per_day = 0\ntimeout_seconds"),
    );
    office.site.page(COLUMN, march("t", &[7, 6, 5, 4, 3, 2, 1]));
    look(&office, "2026-03-07 08:00").await;
    assert_eq!(opened(), 3, "none where none are wanted");
}

#[tokio::test]
async fn dates_that_follow_the_clock_are_caught_at_once_or_at_the_second_look() {
    let office = office().await;
    let dated = |day: &str, n: usize| {
        let rows: Vec<(String, String)> =
            (1..=n).map(|i| (format!("第{i}次全区教育工作会议"), format!("./t{i}.html"))).collect();
        list(&rows.iter().map(|(t, h)| (t.as_str(), h.as_str(), day)).collect::<Vec<_>>())
    };
    office.site.page(COLUMN, dated("2026-03-10", 9));
    let (outcome, note) = look(&office, "2026-03-10 08:00").await;
    assert_eq!(outcome, "dates-follow-clock", "{note}");
    // Five rows of one day may be a busy day, until they are of the next day on the next day.
    office.site.page(COLUMN, dated("2026-03-11", 5));
    assert_eq!(look(&office, "2026-03-11 08:00").await.0, "read");
    office.site.page(COLUMN, dated("2026-03-12", 5));
    let (outcome, note) = look(&office, "2026-03-12 08:00").await;
    assert_eq!(outcome, "dates-follow-clock", "{note}");
    assert!(note.contains("由2026-03-11变为2026-03-12"), "{note}");
    // What the site has mended is believed again by itself.
    office.site.page(COLUMN, dated("2026-03-11", 5));
    assert_eq!(look(&office, "2026-03-13 08:00").await.0, "unchanged");
}
