//! 试运行 and 重放: what is judged without being charged.

use serde_json::Value;

use crate::harness::{Office, list};

const TRIAL: (&str, &str) = ("posting = \"automatic\"", "posting = \"shadow\"");

fn rulebook(trial: bool) -> String {
    let text = include_str!("../../config/rulebook/zhongshan-2022.toml");
    assert!(text.contains(TRIAL.0));
    if trial { text.replacen(TRIAL.0, TRIAL.1, 1) } else { text.to_owned() }
}

fn main_toml(office: &Office) -> String {
    office.main_toml("\"127.0.0.1/32\"").replace("monitoring_since = 2026-01-01", "monitoring_since = 2026-03-02")
}

/// An office whose column and account have been silent since 1 March, looked at on 20 March and 20 April.
async fn silent_office(trial: bool) -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("wx", "wechat", "/wx/")]).await;
    office.write("duban.toml", &main_toml(&office));
    office.write("rulebook/zhongshan-2022.toml", &rulebook(trial));
    // The account's source is trusted by itself: else its silence would stay undecided until it shows something again.
    let units = office.units_toml(&[("gzdt", "work-news", "/gzdt/"), ("wx", "wechat", "/wx/")]);
    office.write("units.toml", &(units + "source = { feed = { trust = \"full\" } }\n"));
    let page = list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01"), ("安全检查", "./t2.html", "2026-02-20")]);
    office.site.page("/gzdt/", page);
    let item = |title: &str, n: u8, day: &str| {
        format!(
            "<item><title>{title}</title><link>http://wx.example.cn/{n}</link><guid>{n}</guid>\
             <pubDate>{day} 10:00:00 +0800</pubDate></item>"
        )
    };
    let feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>钟山教育</title>\
         <link>http://wx.example.cn/</link><description>x</description>{}{}</channel></rss>",
        item("全区教育工作会议召开", 1, "Sun, 01 Mar 2026"),
        item("安全检查", 2, "Fri, 20 Feb 2026")
    );
    office.site.set("/wx/", move || {
        axum::http::Response::builder()
            .header("content-type", "application/rss+xml; charset=utf-8")
            .body(axum::body::Body::from(feed.clone()))
            .unwrap()
    });
    office.run("2026-03-20 08:00", &["cycle"]).await.ok();
    office
}

fn breached(findings: &Value) -> Vec<String> {
    let each = findings.as_array().unwrap().iter().filter(|f| f["verdict"] == "breached");
    let mut all: Vec<String> = each
        .map(|f| {
            format!(
                "{} {} {}",
                f["criterion"].as_str().unwrap(),
                f["from"].as_str().unwrap(),
                f["state"].as_str().unwrap()
            )
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_trial_is_judged_and_shown_and_never_charged() {
    let office = silent_office(true).await;
    let found = office.run("2026-03-20 09:00", &["findings"]).await.json();
    assert!(found.as_array().unwrap().iter().any(|f| f["verdict"] == "breached"), "{found}");
    let id = found[0]["id"].to_string();
    let explained = office.run("2026-03-20 09:00", &["explain", &id]).await.json();
    assert_eq!(explained["rule"]["on_trial"], true, "{explained}");

    // Only the office gets a letter, and it says what it is.
    let out = office.dir.path().join("letters");
    office
        .run("2026-03-23 09:00", &["report", "weekly", "--week", "2026-W12", "--out", out.to_str().unwrap()])
        .await
        .ok();
    let letters: Vec<_> = std::fs::read_dir(&out).unwrap().map(|f| f.unwrap().path()).collect();
    assert_eq!(letters.len(), 1, "{letters:?}");
    let letter =
        mail_parser::MessageParser::default().parse(&std::fs::read(&letters[0]).unwrap()).unwrap().into_owned();
    assert!(letter.subject().unwrap().contains("试运行"));
    let text = letter.body_text(0).unwrap();
    assert!(text.contains("【试运行，不计分】") && text.contains("B1.1"), "{text}");
    assert!(letter.body_html(0).unwrap().contains("试运行，不计分"));

    // Neither findings nor what people enter is posted.
    let entry = [
        "register",
        "--criterion",
        "A1.1",
        "--unit",
        "jyj",
        "--day",
        "2026-03-10",
        "--description",
        "未完成",
        "--by",
        "李四",
    ];
    office.run("2026-03-21 09:00", &entry).await.ok();
    let closed = office.run("2026-04-05 08:00", &["close", "2026-03"]).await.json();
    assert_eq!(closed["lines"], 0);

    // The trial is over: April counts, March stays uncharged, also what is proved of it only now.
    office.write("rulebook/zhongshan-2022.toml", &rulebook(false));
    office.run("2026-04-20 08:00", &["cycle"]).await.ok();
    let preview = office.run("2026-05-05 08:00", &["close", "2026-04", "--preview"]).await.json();
    office.run("2026-05-05 08:00", &["close", "2026-04"]).await.ok();
    let ledger = office.run("2026-05-05 09:00", &["ledger", "2026-04"]).await.json();
    assert_eq!(ledger.as_array().unwrap().len(), preview["lines"].as_array().unwrap().len());
    let months: Vec<&str> = ledger.as_array().unwrap().iter().map(|l| l["belongs_to"].as_str().unwrap()).collect();
    assert!(!months.is_empty() && months.iter().all(|m| *m == "2026-04"), "{ledger}");
    let found = office.run("2026-05-05 09:00", &["findings"]).await.json();
    let march: Vec<String> = breached(&found).into_iter().filter(|f| f.contains(" 2026-03-02 ")).collect();
    assert!(march.len() == 3 && march.iter().all(|f| f.ends_with("detected")), "{march:?}");
}

#[tokio::test]
async fn the_preview_names_what_a_trial_holds_back_also_when_it_is_over() {
    let office = silent_office(true).await;
    let held = async |month: &str| {
        let preview = office.run("2026-04-20 09:00", &["close", month, "--preview"]).await.json();
        let rows = preview["left_out"].as_array().unwrap().clone();
        let on_trial = |r: &&Value| r["why"].as_str().is_some_and(|w| w.contains("试运行"));
        let mut named: Vec<String> =
            rows.iter().filter(on_trial).map(|r| r["criterion"].as_str().unwrap().to_owned()).collect();
        named.sort();
        (named, preview["lines"].as_array().unwrap().len())
    };
    let (while_on_trial, lines) = held("2026-03").await;
    assert!(while_on_trial.contains(&"B1.1".to_owned()) && lines == 0, "{while_on_trial:?}");
    office.run("2026-04-05 09:00", &["close", "2026-03"]).await.ok();
    // The trial is over; what belongs to March stays free, and April's preview still says so.
    office.write("rulebook/zhongshan-2022.toml", &rulebook(false));
    office.run("2026-04-20 08:00", &["cycle"]).await.ok();
    let (after, lines) = held("2026-04").await;
    assert!(after.contains(&"B1.1".to_owned()) && lines > 0, "{after:?} {lines}");
}

#[tokio::test]
async fn one_row_on_trial_is_kept_from_the_unit_only() {
    let office = silent_office(false).await;
    let row = "kind = \"freshness\"\nevidence = \"auto\"\nchannels = [\"wechat\"";
    let text = rulebook(false);
    assert!(text.contains(row));
    office.write("rulebook/zhongshan-2022.toml", &text.replacen(row, &format!("posting = \"shadow\"\n{row}"), 1));
    let out = office.dir.path().join("letters");
    office
        .run("2026-03-23 09:00", &["report", "weekly", "--week", "2026-W12", "--out", out.to_str().unwrap()])
        .await
        .ok();
    let mut seen = 0;
    for file in std::fs::read_dir(&out).unwrap() {
        let path = file.unwrap().path();
        let letter = mail_parser::MessageParser::default().parse(&std::fs::read(&path).unwrap()).unwrap().into_owned();
        let (text, to_office) = (letter.body_text(0).unwrap().into_owned(), path.to_str().unwrap().contains("office"));
        assert!(text.contains("B1.1"), "{text}");
        assert_eq!((text.contains("C1.1"), text.contains("试运行")), (to_office, to_office), "{text}");
        seen += 1;
    }
    assert_eq!(seen, 2);
    office.run("2026-04-05 08:00", &["close", "2026-03"]).await.ok();
    let ledger = office.run("2026-04-05 09:00", &["ledger", "2026-03"]).await.json();
    let of = |row: &str| ledger.as_array().unwrap().iter().filter(|l| l["criterion"] == row).count();
    assert_eq!((of("B1.1"), of("C1.1")), (1, 0), "{ledger}");
}

#[tokio::test]
async fn the_past_is_judged_again_and_nothing_is_written() {
    let office = silent_office(false).await;
    office.run("2026-04-20 08:00", &["cycle"]).await.ok();
    let before = office.run("2026-04-20 09:00", &["findings"]).await.ok();
    let span = ["replay", "--from", "2026-03-01", "--to", "2026-04-30"];
    let replay = |more: &'static [&'static str]| {
        let line: Vec<&str> = span.iter().chain(more).copied().collect();
        let office = &office;
        async move { office.run("2026-04-20 10:00", &line).await }
    };

    // Fifty days of silence are three windows, but one silence.
    let r = replay(&["--counting", "each-silence"]).await.json();
    let row = |r: &Value, criterion: &str| {
        r["rows"].as_array().unwrap().iter().find(|x| x["criterion"] == criterion).cloned().unwrap_or_default()
    };
    let b = row(&r, "B1.1");
    assert_eq!(
        (b["lines_before"].as_i64(), b["lines_after"].as_i64(), b["lost"].as_i64()),
        (Some(3), Some(1), Some(2))
    );
    assert_eq!((&b["points_before"], &b["points_after"]), (&serde_json::json!(-9), &serde_json::json!(-3)), "{b}");
    assert_eq!(r["units"][0]["lost"], 4, "the account as well");

    // A table with another price for the same row.
    let cheaper = rulebook(false).replacen("points = -3", "points = -1.5", 1);
    std::fs::write(office.dir.path().join("cheaper.toml"), cheaper).unwrap();
    let path = office.dir.path().join("cheaper.toml");
    let line = [&span[..], &["--rulebook", path.to_str().unwrap()]].concat();
    let r = office.run("2026-04-20 10:00", &line).await.json();
    assert_eq!((&r["total"]["changed"], &r["total"]["gained"], &r["total"]["lost"]), (&3.into(), &0.into(), &0.into()));
    assert_eq!(r["units"][0]["difference"], 4.5);

    // The national table: the account breaches there too, and its rows claim no points.
    assert_eq!(
        replay(&["--rulebook", "national-2019"]).await.ended,
        duban::Ended::WrongUsage,
        "it gives up after 5 seconds"
    );
    let patient = main_toml(&office).replace("timeout_seconds = 5", "timeout_seconds = 20");
    office.write("duban.toml", &patient);
    let r = replay(&["--rulebook", "national-2019"]).await.json();
    let m = row(&r, "M2");
    assert_eq!((m["gained"].as_i64(), &m["points_after"]), (Some(1), &serde_json::json!(0)), "{r}");
    assert!(r["lines"].as_array().unwrap().iter().all(|l| !l["why"].as_str().unwrap().is_empty()));

    // What a person has dismissed is charged by neither.
    let found: Value = serde_json::from_str(&before).unwrap();
    let first =
        found.as_array().unwrap().iter().find(|f| f["criterion"] == "B1.1" && f["from"] == "2026-03-02").unwrap();
    let id = first["id"].to_string();
    office.run("2026-04-20 10:00", &["decide", &id, "dismiss", "--by", "李四", "--reason", "网站改版"]).await.ok();
    let r = replay(&["--counting", "each-silence"]).await.json();
    let b = row(&r, "B1.1");
    assert_eq!(
        (r["set_aside"].as_i64(), b["lines_before"].as_i64(), b["lines_after"].as_i64()),
        (Some(1), Some(2), Some(0))
    );

    // Nothing was written.
    let after = office.run("2026-04-20 12:00", &["findings"]).await.json();
    assert_eq!(after.as_array().unwrap().len(), found.as_array().unwrap().len());

    assert_eq!(replay(&[]).await.ended, duban::Ended::WrongUsage);
    assert_eq!(replay(&["--rulebook", "no-such"]).await.ended, duban::Ended::WrongUsage);
}
