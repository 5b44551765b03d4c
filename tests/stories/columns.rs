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

/// Accepts what the newest look has shown.
async fn accept(office: &Office, now: &str) -> crate::harness::Ran {
    let args = ["try", "--channel", "jyj/gzdt", "--accept", "--by", "张三", "--reason", "已电话核实改版"];
    office.run(now, &args).await
}

#[tokio::test]
async fn a_list_that_shrinks_loses_its_dates_or_is_rebuilt_is_suspect_until_a_person_accepts_it() {
    let office = office().await;
    let all: Vec<u32> = (10..=21).rev().collect();
    office.site.page(COLUMN, march("t202603", &all));
    assert_eq!(look(&office, "2026-03-22 08:00").await.0, "read");
    assert_eq!(accept(&office, "2026-03-22 08:01").await.ended, duban::Ended::WrongUsage, "nothing to accept");

    office.site.page(COLUMN, march("t202603", &[21, 20, 19]));
    assert_eq!(look(&office, "2026-03-23 08:00").await.0, "shrunk");
    office.site.page(COLUMN, march("t202603", &all).replace("<span>2026-03-", "<span>阅读"));
    let (outcome, note) = look(&office, "2026-03-24 08:00").await;
    assert_eq!(outcome, "dates-gone", "{note}");
    office.site.page(COLUMN, march("t202603", &all));
    assert_eq!(look(&office, "2026-03-25 08:00").await.0, "unchanged", "mended by itself");

    // Every address is new: no known row is found again.
    office.site.page(COLUMN, march("neu", &all));
    let (outcome, note) = look(&office, "2026-03-26 08:00").await;
    assert_eq!(outcome, "markup-changed", "{note}");
    assert_eq!(look(&office, "2026-03-27 08:00").await.0, "markup-changed", "nothing clears by itself");
    accept(&office, "2026-03-27 09:00").await.ok();
    assert_eq!(look(&office, "2026-03-27 09:10").await.0, "read");
    assert_eq!(look(&office, "2026-03-28 08:00").await.0, "unchanged");
    let shapes =
        office.app("2026-03-28 08:01").await.store.accepted_shapes(&"jyj/gzdt".parse().unwrap()).await.unwrap();
    assert_eq!((shapes.len(), shapes[0].entered.who.as_str(), shapes[0].entered.rows), (1, "张三", 12));
    // What is accepted is no licence: the next loss is seen again.
    office.site.page(COLUMN, march("neu", &[21, 20, 19]));
    assert_eq!(look(&office, "2026-03-29 08:00").await.0, "shrunk");
    // A site that is down is no new shape.
    office.site.status(COLUMN, 500);
    look(&office, "2026-03-30 08:00").await;
    assert_eq!(accept(&office, "2026-03-30 08:01").await.ended, duban::Ended::WrongUsage);
}

#[tokio::test]
async fn selectors_are_tried_on_what_is_saved_before_they_are_written_down() {
    let office = office().await;
    let two_dates = |days: &[u32]| march("t", days).replace("</span>", "</span><em>2026-02-01</em>");
    for (day, days) in [(13, &[3, 2, 1][..]), (14, &[4, 3, 2, 1]), (15, &[5, 4, 3, 2, 1])] {
        office.site.page(COLUMN, two_dates(days));
        look(&office, &format!("2026-03-{day} 08:00")).await;
    }
    look(&office, "2026-03-16 08:00").await;
    let units = std::fs::read_to_string(office.config().join("units.toml")).unwrap();
    let attempt = ["try", "--channel", "jyj/gzdt", "--selectors"];
    let seen = office.run("2026-03-16 09:00", &[&attempt[..], &["row=ul.list li; date=span"]].concat()).await.json();
    let pages = seen["pages"].as_array().unwrap();
    assert_eq!((pages.len(), &pages[0]["looks"], &pages[0]["new"]["rows"]), (3, &2.into(), &5.into()), "{seen}");
    assert_eq!(seen["objections"], serde_json::json!([]));

    // A reading with other, older dates is shown and refused.
    let worse = [&attempt[..], &["row=ul.list li; date=em", "--save", "--by", "张三", "--reason", "试"]].concat();
    let refused = office.run("2026-03-16 09:01", &worse).await;
    assert_eq!(refused.ended, duban::Ended::WrongUsage);
    assert!(refused.out.contains("最新日期由2026-03-05退为2026-02-01"), "{}", refused.out);
    assert_eq!(std::fs::read_to_string(office.config().join("units.toml")).unwrap(), units, "nothing was written");
    let unsigned = office.run("2026-03-16 09:02", &[&attempt[..], &["row=ul.list li", "--save"]].concat()).await;
    assert_eq!(unsigned.ended, duban::Ended::WrongUsage);

    let right = [
        &attempt[..],
        &["{ row = \"ul.list li\", date = \"span\" }", "--save", "--by", "张三", "--reason", "两列日期"],
    ]
    .concat();
    office.run("2026-03-16 09:03", &right).await.ok();
    let written = std::fs::read_to_string(office.config().join("units.toml")).unwrap();
    assert!(written.starts_with(units.trim_end()) && written.contains("ul.list li"), "{written}");
    let backups = std::fs::read_dir(office.config())
        .unwrap()
        .filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().ends_with(".bak"));
    assert_eq!(backups.count(), 1);
    // The same page is read anew, by the new way.
    assert_eq!(look(&office, "2026-03-16 09:10").await.0, "read");
    let looks = office.app("2026-03-16 09:11").await.store.recent_looks(&"jyj/gzdt".parse().unwrap(), 1).await.unwrap();
    assert_eq!((looks[0].adapter.as_str(), looks[0].entries.len()), ("selectors", 5));
}

#[tokio::test]
async fn pages_whose_numbers_fall_are_followed_and_a_page_that_fails_midway_is_told() {
    let office = Office::new(&[("gzdt", "work-news", "/tzgg.htm")]).await;
    let page = |number: u32, days: &[u32], next: &str| {
        let rows: String = days
            .iter()
            .map(|d| format!("<li id=\"line_u8_{d}\"><a href=\"/info/1004/{d}.htm\">第{d}次全区教育工作会议</a><span>2026-03-{d:02}</span></li>"))
            .collect();
        let control = if next.is_empty() {
            "<span class=\"NextDisabled\">下页</span>".to_owned()
        } else {
            format!("<a href=\"{next}\" class=\"Next\">下页</a>")
        };
        format!(
            "<html><head><title>通知</title><script src=\"/system/resource/js/ajax.js\"></script></head><body><ul>{rows}</ul>\
             <div>共15条 {number}/3 {control}</div></body></html>"
        )
    };
    office.site.page("/tzgg.htm", page(1, &[20, 19, 18, 17, 16, 15, 14], "tzgg/2.htm"));
    office.site.page("/tzgg/2.htm", page(2, &[13, 12, 11, 10], "1.htm"));
    office.site.page("/tzgg/1.htm", page(3, &[9, 8, 7], ""));
    assert_eq!(look(&office, "2026-03-21 08:00").await.0, "read");
    let at = async |now: &str| {
        let looks = office.app(now).await.store.recent_looks(&"jyj/gzdt".parse().unwrap(), 1).await.unwrap();
        (looks[0].look.covers, looks[0].entries.len())
    };
    assert_eq!(at("2026-03-21 08:01").await, (model::Coverage::Everything, 14));

    office.site.page("/tzgg.htm", page(1, &[21, 20, 19, 18, 17, 16, 15, 14], "tzgg/2.htm"));
    office.site.status("/tzgg/2.htm", 500);
    let (outcome, note) = look(&office, "2026-03-22 08:00").await;
    assert_eq!(outcome, "read", "{note}");
    assert!(note.contains("第2页"), "{note}");
    assert_eq!(at("2026-03-22 08:01").await.0, model::Coverage::Since("2026-03-15".parse().unwrap()));
}
