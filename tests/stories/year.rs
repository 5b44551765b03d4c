//! Every row of the table, from what was crawled or entered to the line of the ledger and the scorecard.
//!
//! What stands in `tests/year/` is an independent calculation: lines and scores were worked out by hand from the facts
//! below. The rows come from the rulebook, so that a new row without a case fails.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use model::{LedgerLine, Points};
use store::LedgerFilter;

use crate::harness::{Office, list};

const EXPECTED: &str = include_str!("../year/expected.csv");
const SCORES: &str = include_str!("../year/scores.csv");
const ENTRIES: &str = include_str!("../year/entries.csv");

/// The first working days of the new year, when everything has been looked at and entered.
const AFTER: &str = "2027-01-05";

fn rows(csv: &str) -> impl Iterator<Item = Vec<&str>> {
    csv.lines().skip(1).map(|l| l.split(',').collect())
}

/// Every `step` days from `first` to `last`, but for those in `without`.
fn every(step: u64, first: &str, last: &str, without: &[&str]) -> Vec<String> {
    let last: NaiveDate = last.parse().unwrap();
    let days = std::iter::successors(first.parse::<NaiveDate>().ok(), |d| d.checked_add_days(Days::new(step)));
    days.take_while(|d| *d <= last).map(|d| d.to_string()).filter(|d| !without.contains(&d.as_str())).collect()
}

fn column(days: &[String]) -> String {
    let items: Vec<(String, String)> = days
        .iter()
        .rev()
        .map(|d| (format!("{d}关于开展工作的情况"), format!("./t{}.html", d.replace('-', ""))))
        .collect();
    let rows: Vec<(&str, &str, &str)> = items
        .iter()
        .zip(days.iter().rev())
        .map(|((title, href), day)| (title.as_str(), href.as_str(), day.as_str()))
        .collect();
    list(&rows)
}

fn feed(days: &[String]) -> String {
    let items: String = days
        .iter()
        .rev()
        .map(|d| {
            let at = d.parse::<NaiveDate>().unwrap().format("%a, %d %b %Y 10:00:00 +0800");
            format!("<item><title>{d}推送</title><link>https://example.gov.cn/{d}</link><pubDate>{at}</pubDate></item>")
        })
        .collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>教育</title>{items}</channel></rss>")
}

/// The site as it stands after the year, and the four units.
async fn district() -> Office {
    let office = Office::new(&[]).await;
    let site = &office.site;
    let texts = |days: &[&str]| days.iter().map(|d| (*d).to_owned()).collect::<Vec<_>>();
    // Every Wednesday, but for 11 and 18 March: silent from 5 to 24 March, one window of 14 days, two weeks.
    site.page("/gzdt/", column(&every(7, "2025-12-31", "2026-12-30", &["2026-03-11", "2026-03-18"])));
    site.page("/ok/", column(&every(7, "2025-12-31", "2026-12-30", &[])));
    // 15 January to 20 July: 180 days are full on 14 July.
    site.page("/tzgg/", column(&texts(&["2025-12-15", "2026-01-15", "2026-07-20", "2026-12-01"])));
    // Nothing in the third quarter, nothing in the second.
    site.page("/zdly/", column(&texts(&["2026-02-10", "2026-05-12", "2026-11-10"])));
    site.page("/faq/", column(&texts(&["2026-01-20", "2026-08-05", "2026-10-20"])));
    site.page("/nb/", column(&texts(&["2025-01-20"])));
    site.page("/bz/", column(&texts(&["2025-06-01"])));
    // Every Wednesday, but for 13 and 20 May.
    let posts = every(7, "2025-12-31", "2026-12-30", &["2026-05-13", "2026-05-20"]);
    site.set("/wx", move || {
        axum::http::Response::builder()
            .header("content-type", "application/rss+xml; charset=utf-8")
            .body(axum::body::Body::from(feed(&posts)))
            .unwrap()
    });
    let unit = |id: &str, name: &str| format!("[[unit]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"department\"\n");
    let channel = |id: &str, kind: &str, path: &str| {
        format!("[[unit.channel]]\nid = \"{id}\"\nkind = \"{kind}\"\nname = \"{id}\"\nurl = \"{}\"\n", site.url(path))
    };
    let mut text = unit("jyj", "钟山区教育局");
    for (id, kind) in [
        ("gzdt", "work-news"),
        ("tzgg", "notices"),
        ("zdly", "key-area"),
        ("faq", "faq"),
        ("nb", "annual-report"),
        ("bz", "standards"),
    ] {
        text += &channel(id, kind, &format!("/{id}/"));
    }
    text += &(channel("wx", "wechat", "/wx") + "source = { feed = { trust = \"full\" } }\n");
    for (id, name) in [("wjj", "卫生健康局"), ("zwzx", "区政务服务中心"), ("xfj", "区信访局")] {
        text += &(unit(id, name) + &channel("gzdt", "work-news", "/ok/"));
    }
    office.write("units.toml", &text);
    office
}

/// Matters that are open, and what became of them.
async fn matters(office: &Office) {
    let now = format!("{AFTER} 08:10");
    let open = async |criterion: &str, code: &str, opened: &str, due: &str| {
        let mut line = vec!["matter", "open", "--criterion", criterion, "--unit", "jyj", "--code", code];
        line.extend(["--title", "事项", "--opened", opened, "--by", "张三"]);
        if !due.is_empty() {
            line.extend(["--due", due]);
        }
        office.run(&now, &line).await.ok();
    };
    let submit = async |criterion: &str, code: &str, day: &str| {
        let line = ["matter", "submit", "--criterion", criterion, "--unit", "jyj", "--code", code, "--day", day];
        office.run(&now, &[&line[..], &["--by", "张三"]].concat()).await.ok();
    };
    open("A1.2", "落实情况", "2026-03-02", "2026-03-20").await;
    submit("A1.2", "落实情况", "2026-03-24").await; // late: -1 in March
    open("A1.2", "督查材料", "2026-04-01", "2026-04-15").await; // never: -2 in April
    open("A1.3", "工作提示", "2026-05-06", "2026-05-15").await; // never
    open("A2.1", "台账第三项", "2026-01-05", "2026-06-30").await; // never
    open("B1.4", "三月数据", "2026-04-01", "2026-04-15").await; // never
    open("D2.1", "申请一号", "2026-03-02", "").await;
    submit("D2.1", "申请一号", "2026-03-31").await; // one day after the twentieth working day, 30 March
    open("D2.1", "申请二号", "2026-06-01", "").await;
    submit("D2.1", "申请二号", "2026-06-30").await; // the twentieth working day: 19 June is a holiday
    open("E3.1", "错别字整改", "2026-11-02", "2026-11-13").await; // never
    // The sheets of December to November, each on the ninth, but for: April's on 11 May (the tenth is a Sunday), June's on
    // 13 July (three days late), August's never.
    for month in 1..=12_u32 {
        let code = if month == 1 { "2025-12".to_owned() } else { format!("2026-{:02}", month - 1) };
        let day = match month {
            5 => "2026-05-11".to_owned(),
            7 => "2026-07-13".to_owned(),
            9 => continue,
            _ => format!("2026-{month:02}-09"),
        };
        submit("E2.1", &code, &day).await;
    }
    for criterion in ["A1.2", "A1.3", "A2.1", "B1.4", "D2.1", "E2.1", "E3.1"] {
        let line =
            ["matter", "complete", "--criterion", criterion, "--unit", "钟山区教育局", "--through", "2026-12-31"];
        office.run(&now, &[&line[..], &["--by", "张三"]].concat()).await.ok();
    }
}

/// Incidents, vetoes, earned points and other offices' scores, from the list.
async fn entries(office: &Office, now: &str) {
    for row in rows(ENTRIES) {
        let [criterion, unit, day, count, points, evidence, description] = row[..] else { panic!("{row:?}") };
        let mut line = vec!["register", "--criterion", criterion, "--unit", unit, "--day", day, "--count", count];
        line.extend(["--description", description, "--by", "张三"]);
        if !points.is_empty() {
            line.extend(["--points", points]);
        }
        let file = office.dir.path().join("evidence.txt");
        if !evidence.is_empty() {
            std::fs::write(&file, evidence).unwrap();
            line.extend(["--evidence", file.to_str().unwrap()]);
        }
        office.run(now, &line).await.ok();
    }
}

/// Closes the months of the year, in their order.
async fn close(office: &Office, now: &str) {
    for month in 1..=12 {
        office.run(now, &["close", &format!("2026-{month:02}")]).await.ok();
    }
}

fn told(lines: &[LedgerLine]) -> Vec<(String, String, String, Points)> {
    let mut told: Vec<_> = lines
        .iter()
        .map(|l| (l.line.unit.to_string(), l.line.criterion.to_string(), l.line.belongs_to.to_string(), l.line.points))
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn every_row_of_the_table_leads_to_its_points() {
    let office = district().await;
    office.run(&format!("{AFTER} 08:00"), &["poll"]).await.ok();
    matters(&office).await;
    entries(&office, &format!("{AFTER} 08:20")).await;
    office.run(&format!("{AFTER} 08:30"), &["judge"]).await.ok();
    close(&office, &format!("{AFTER} 09:00")).await;
    let app = office.app(&format!("{AFTER} 10:00")).await;
    let lines = app.store.lines(&LedgerFilter::default()).await.unwrap();
    let mut expected: Vec<_> = rows(EXPECTED)
        .map(|r| (r[0].to_owned(), r[1].to_owned(), r[2].to_owned(), r[3].parse::<Points>().unwrap()))
        .collect();
    expected.sort();
    assert_eq!(told(&lines), expected, "{:#?}", lines.iter().map(|l| &l.line.text).collect::<Vec<_>>());
    // The rows are those of the rulebook: one that nobody has worked out fails here.
    let worked: BTreeSet<&str> = expected.iter().map(|e| e.1.as_str()).collect();
    let all: BTreeSet<&str> = app.config.rulebook.criteria.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(worked, all);
    for unit in rows(SCORES) {
        let line = ["score", "--year", "2026", "--unit", unit[0]];
        let card = office.run(&format!("{AFTER} 10:00"), &line).await.json();
        let groups = card["groups"].as_array().unwrap();
        let scores: BTreeMap<&str, String> =
            groups.iter().map(|g| (g["id"].as_str().unwrap(), g["score"].to_string())).collect();
        let found: Vec<&str> = ["A", "B", "C", "D", "E", "F"].iter().map(|g| scores[g].as_str()).collect();
        assert_eq!(found, unit[1..7], "{}", unit[0]);
        assert_eq!(card["total"].to_string(), unit[7], "{}", unit[0]);
    }
    // Doing it all again changes nothing.
    office.run(&format!("{AFTER} 11:00"), &["judge"]).await.ok();
    entries(&office, &format!("{AFTER} 11:10")).await;
    close(&office, &format!("{AFTER} 11:20")).await;
    assert_eq!(app.store.lines(&LedgerFilter::default()).await.unwrap(), lines);
}
