//! What a district tells its units: the card, the circular, the fairness sheet, the letter after a close.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use mail_parser::MimeHeaders as _;
use serde_json::Value;

use duban::circular::circular;
use duban::judge;
use report::span::Span;

use crate::harness::{Office, list};

const HOSTILE: &str = "=HYPERLINK(\"http://evil.example\",\"点我\")<script>alert(1)</script>";

/// Two units: one whose column has been silent since 1 March, and one that does its work.
async fn district() -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let main = office.main_toml("\"127.0.0.1/32\"");
    office.write("duban.toml", &main.replace("monitoring_since = 2026-01-01", "monitoring_since = 2026-03-02"));
    let other = format!(
        "[[unit]]\nid = \"dwz\"\nname = \"大湾镇\"\nkind = \"township\"\ncontacts = [\"dwz@example.gov.cn\"]\n\
         [[unit.channel]]\nid = \"gzdt\"\nkind = \"work-news\"\nname = \"动态\"\nurl = \"{}\"\n",
        office.site.url("/dwz/")
    );
    let first = office.units_toml(&[("gzdt", "work-news", "/gzdt/")]);
    office.write("units.toml", &(first + &other));
    office
        .site
        .page("/gzdt/", list(&[("校园安全检查", "./t1.html", "2026-03-01"), ("旧闻", "./t2.html", "2026-02-20")]));
    let busy: Vec<(String, String, String)> = (0..12)
        .map(|n| {
            let day = chrono::NaiveDate::from_ymd_opt(2026, 4, 18).unwrap() - chrono::TimeDelta::days(n * 5);
            (format!("春耕备耕第{n}期"), format!("./d{n}.html"), day.to_string())
        })
        .collect();
    let rows: Vec<(&str, &str, &str)> = busy.iter().map(|(t, h, d)| (t.as_str(), h.as_str(), d.as_str())).collect();
    office.site.page("/dwz/", list(&rows));
    office.run("2026-04-20 08:00", &["cycle"]).await.ok();
    office
}

async fn enter(office: &Office, unit: &str, criterion: &str, day: &str, count: &str, what: &str) {
    let line = [
        "register",
        "--unit",
        unit,
        "--criterion",
        criterion,
        "--day",
        day,
        "--count",
        count,
        "--description",
        what,
        "--by",
        "李四",
    ];
    office.run("2026-04-20 08:30", &line).await.ok();
}

fn path(office: &Office, name: &str) -> String {
    office.dir.path().join(name).to_str().unwrap().to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn rows(bytes: Vec<u8>, sheet: &str) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().rows().flatten().all(String::is_empty), "{name}");
    }
    book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// Ledger lines of a month, as (unit, points).
async fn ledger(office: &Office, month: &str) -> Vec<(String, f64)> {
    let lines = office.run("2026-04-25 09:00", &["ledger", month]).await.json();
    let each = lines.as_array().unwrap().iter();
    each.map(|l| (l["unit"].as_str().unwrap().to_owned(), l["points"].as_f64().unwrap())).collect()
}

#[tokio::test]
async fn a_closed_month_is_told_once_to_each_unit_its_own_lines() {
    let office = district().await;
    enter(&office, "jyj", "A1.1", "2026-03-10", "1", HOSTILE).await;
    let early = office.run("2026-04-21 08:00", &["report", "closing", "2026-03"]).await;
    assert_eq!(early.ended, duban::Ended::WrongUsage, "nothing to tell of before the close");
    let closed = office.run("2026-04-21 08:00", &["close", "2026-03"]).await.json();
    assert_eq!(closed["letters"], 2, "one unit has lines, and the office gets all: {closed}");
    let again = office.run("2026-04-21 08:10", &["close", "2026-03"]).await.json();
    assert_eq!((&again["already_closed"], &again["letters"]), (&Value::Bool(true), &0.into()), "and nobody twice");

    let out = path(&office, "letters");
    office.run("2026-04-22 08:00", &["report", "closing", "2026-03", "--out", &out]).await.ok();
    let bytes = std::fs::read(format!("{out}/closing_2026-03_jyj.eml")).unwrap();
    let letter = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    let text = letter.body_text(0).unwrap();
    let own: Vec<f64> = ledger(&office, "2026-03").await.iter().filter(|l| l.0 == "jyj").map(|l| l.1).collect();
    assert!(own.len() >= 3 && text.contains(&format!("入账{}行", own.len())), "{text}");
    assert!(text.contains("B1.1") && text.contains("A1.1") && !text.contains("大湾镇"), "{text}");
    assert!(!letter.body_html(0).unwrap().contains("<script"));
    let file = letter.attachments().next().unwrap();
    assert_eq!(file.attachment_name(), Some("duban-ledger-2026-03-jyj.xlsx"));
    let details = rows(file.contents().to_vec(), "明细");
    assert_eq!(details.len(), own.len() + 2, "a head, the lines, their sum");
    assert_eq!(details.last().unwrap()[6], Data::Float(own.iter().sum()));
    assert!(details[1..=own.len()].iter().all(|r| r[1] == *"jyj"));
    assert!(!std::path::Path::new(&format!("{out}/closing_2026-03_dwz.eml")).exists(), "no notice that says nothing");

    // The same letters again: the outbox knows them.
    let waiting = office.run("2026-04-22 08:00", &["outbox"]).await.json();
    let keys = waiting.to_string();
    assert!(keys.contains("closing:2026-03:jyj") && keys.contains("closing:2026-03:office"), "{keys}");
}

#[tokio::test]
async fn the_card_names_the_rule_what_would_have_avoided_it_and_the_caps() {
    let office = district().await;
    enter(&office, "jyj", "A1.1", "2026-03-10", "1", HOSTILE).await;
    enter(&office, "jyj", "F3", "2026-03-12", "5", "征集调查").await;
    enter(&office, "jyj", "E1.1", "2026-03-13", "1", "安全事件").await;
    office.run("2026-04-21 08:00", &["close", "2026-03"]).await.ok();
    let card = ["report", "unit-card", "--unit", "jyj", "--year", "2026"];
    let text = office.run("2026-04-22 08:00", &card).await.json()["text"].as_str().unwrap().to_owned();
    let score = office.run("2026-04-22 08:00", &["score", "--unit", "jyj"]).await.json();
    assert!(text.contains(&format!("总分：{}（", score["total"])), "{} {text}", score["total"]);
    assert!(text.contains("监测发现 #") && text.contains("怎样可以避免：2026-03-"), "{text}");
    assert!(text.contains("细则原文：") && text.contains("李四登记"), "{text}");
    assert!(text.contains("+5") && text.contains("超出上限的2分不计"), "five were entered, three count: {text}");
    assert!(text.contains("一票否决"), "{text}");
    assert!(text.contains("四、尚未入账") && text.contains("B1.1"), "April's silence waits: {text}");

    let (html, xlsx) = (path(&office, "card.html"), path(&office, "card.xlsx"));
    let line = [&card[..], &["--html", &html, "--xlsx", &xlsx]].concat();
    office.run("2026-04-22 08:00", &line).await.ok();
    assert!(read(&html).contains("size: A4") && !read(&html).contains("<script"));
    let lines = rows(std::fs::read(&xlsx).unwrap(), "逐行说明");
    assert_eq!(lines.len() - 1, ledger(&office, "2026-03").await.len(), "every line of the only unit that has any");
    assert!(lines.iter().any(|r| r[6].to_string().contains("=HYPERLINK")));
    let unknown = office.run("2026-04-22 08:00", &["report", "unit-card", "--unit", "nobody"]).await;
    assert_eq!(unknown.ended, duban::Ended::WrongUsage);
}

#[tokio::test]
async fn a_circular_says_what_the_ledger_says_and_ranks_only_when_told_to() {
    let office = district().await;
    enter(&office, "jyj", "A1.1", "2026-03-10", "2", HOSTILE).await;
    let tell = ["report", "circular", "--month", "2026-03"];
    let draft = office.run("2026-04-20 09:00", &tell).await.json();
    assert!(draft["title"].as_str().unwrap().contains("草稿"), "{draft}");
    office.run("2026-04-21 08:00", &["close", "2026-03"]).await.ok();

    let told = office.run("2026-04-22 08:00", &tell).await.json();
    let (title, text) = (told["title"].as_str().unwrap(), told["text"].as_str().unwrap());
    assert_eq!(title, "钟山区政务公开办公室关于2026年3月政务公开监测考核情况的通报");
    let lines = ledger(&office, "2026-03").await;
    assert!(text.contains(&format!("台账本期入账{}行", lines.len())), "{text}");
    let sum: f64 = lines.iter().map(|l| l.1).sum();
    assert!(text.contains(&format!("合计−{}分", -sum)), "{sum} {text}");
    for part in ["一、总体情况", "二、主要问题", "三、有关要求", "附件1", "附件2", "应当考核的对象"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("有扣分的单位1个，没有扣分的单位1个"), "{text}");
    assert!(!text.contains("名次") && !text.contains("没有扣分的单位：大湾镇"), "{text}");

    let (html, docx) = (path(&office, "circular.html"), path(&office, "circular.docx"));
    office.run("2026-04-22 08:00", &[&tell[..], &["--html", &html, "--docx", &docx]].concat()).await.ok();
    assert!(read(&html).contains("仿宋_GB2312") && !read(&html).contains("<script"));
    assert!(std::fs::read(&docx).unwrap().starts_with(b"PK"));

    let main = read(office.config().join("duban.toml").to_str().unwrap());
    office.write("duban.toml", &(main + "\n[report]\nrank_units = true\nname_full_marks = true\n"));
    let told = office.run("2026-04-22 08:00", &tell).await.json();
    let text = told["text"].as_str().unwrap();
    assert!(text.contains("名次") && text.contains("没有扣分的单位：大湾镇"), "{text}");

    let quarter = office.run("2026-04-22 08:00", &["report", "circular", "--quarter", "2026-Q1"]).await.json();
    assert!(quarter["title"].as_str().unwrap().contains("2026年第一季度"));
    assert!(quarter["text"].as_str().unwrap().contains("附件2 各指标情况"));
}

#[tokio::test]
async fn fairness_counts_what_people_took_back_and_how_late_it_was_found() {
    let office = district().await;
    let found =
        office.run("2026-04-20 09:00", &["findings", "--criterion", "B1.1", "--verdict", "breached"]).await.json();
    let ids: Vec<String> = found.as_array().unwrap().iter().map(|f| f["id"].to_string()).collect();
    assert!(ids.len() >= 3, "{found}");
    office.run("2026-04-20 10:00", &["decide", &ids[0], "dismiss", "--by", "李四", "--reason", "网站改版"]).await.ok();
    office.run("2026-04-21 08:00", &["close", "2026-03"]).await.ok();
    let sheet = ["report", "fairness", "--month", "2026-03"];
    let before = office.run("2026-04-22 07:00", &sheet).await.json();
    let row = |v: &Value| v["rows"].as_array().unwrap().iter().find(|r| r["指标"] == "B1.1").cloned().unwrap();
    assert_eq!((&row(&before)["不予认定"], &row(&before)["入账行"]), (&"1".into(), &"1".into()), "{before}");
    // Found on 20 April: the windows of March ended on the 15th and the 29th.
    assert_eq!(
        (&row(&before)["发现时滞中位数（天）"], &row(&before)["发现时滞最长（天）"]),
        (&"29".into(), &"36".into())
    );

    let posted = office.run("2026-04-22 08:00", &["findings", "--criterion", "B1.1"]).await.json();
    let charged = posted.as_array().unwrap().iter().find(|f| f["state"] == "posted").unwrap()["id"].to_string();
    office.run("2026-04-22 08:10", &["appeal", &charged, "--by", "王五", "--reason", "当日已发布"]).await.ok();
    office.run("2026-04-22 08:20", &["decide", &charged, "reverse", "--by", "李四", "--reason", "核实属实"]).await.ok();
    office.run("2026-05-05 08:00", &["close", "2026-04"]).await.ok();
    let after = office.run("2026-05-06 08:00", &sheet).await.json();
    let after = row(&after);
    assert_eq!((&after["申诉"], &after["红冲行"], &after["红冲占比"]), (&"1".into(), &"1".into(), &"100.0%".into()));
    assert_eq!(after["分值合计"], "0", "what was taken back costs nothing");

    let (html, xlsx) = (path(&office, "fair.html"), path(&office, "fair.xlsx"));
    office.run("2026-05-06 08:00", &[&sheet[..], &["--html", &html, "--xlsx", &xlsx]].concat()).await.ok();
    assert!(read(&html).contains("A4 landscape"));
    let table = rows(std::fs::read(&xlsx).unwrap(), "公平性");
    assert!(table.iter().any(|r| r[0] == *"B1.1" && r[12] == Data::Float(1.0)), "{table:?}");
}

#[tokio::test]
async fn a_reader_is_shown_what_was_judged_last_until_a_day_has_passed_or_somebody_has_said_something() {
    let office = district().await;
    let app = office.app("2026-04-22 08:00").await;
    let (judged_at, month) = (app.clock.now(), Span::Month("2026-03".parse().unwrap()));
    let judged = judge::judgements(&app, judged_at).await.unwrap();
    let at = |hours: i64| app.clock.set(judged_at + chrono::TimeDelta::hours(hours));
    let first = circular(&app, month).await.unwrap().text();
    assert!(first.contains("以上时段按截至2026-04-22 08:00:00的检查和登记判定"), "{first}");

    // What is seen later does not change what judging as of then says, and the document goes on saying it.
    office.run("2026-04-22 11:00", &["cycle"]).await.ok();
    at(4);
    assert_eq!(circular(&app, month).await.unwrap().text(), first);
    assert_eq!(judge::judgements(&app, judged_at).await.unwrap(), judged);
    let anew = circular(&office.app("2026-04-22 12:00").await, month).await.unwrap().text();
    assert!(anew.contains("截至2026-04-22 12:00:00"), "a program that has just begun judges: {anew}");

    let waiver = store::NewWaiver {
        unit: "jyj".parse().unwrap(),
        channel: None,
        criterion: None,
        days: month.days(),
        reason: "机构调整".into(),
        document: "钟政办〔2026〕1号".into(),
        approver: "张三".into(),
        who: "李四".into(),
    };
    app.store.add_waiver(&waiver, app.clock.now()).await.unwrap();
    at(5);
    let waived = circular(&app, month).await.unwrap().text();
    assert!(waived.contains("截至2026-04-22 13:00:00") && waived != first, "{waived}");
    at(28);
    assert_eq!(circular(&app, month).await.unwrap().text(), waived.replace("2026年4月22日", "2026年4月23日"));
    at(29);
    assert!(circular(&app, month).await.unwrap().text().contains("截至2026-04-23 13:00:00"));

    // The daily job judges for the readers after it.
    at(30);
    judge::judge(&app, app.clock.now()).await.unwrap();
    at(40);
    assert!(circular(&app, month).await.unwrap().text().contains("截至2026-04-23 14:00:00"));
}

#[tokio::test]
async fn who_asks_for_a_circular_while_the_district_is_judged_waits_for_that_and_judges_nothing() {
    let office = district().await;
    let month = Span::Month("2026-03".parse().unwrap());
    let began = "截至2026-04-22 08:00:00";
    // Each time another reader comes at once, but by his clock three hours later: had he judged, his document would say so.
    let later = |app: duban::app::App| async move {
        app.clock.set(app.clock.now() + chrono::TimeDelta::hours(3));
        circular(&app, month).await.unwrap().text()
    };

    let app = office.app("2026-04-22 08:00").await;
    let (first, second) = tokio::join!(circular(&app, month), later(app.clone()));
    assert!(first.unwrap().text().contains(began) && second.contains(began), "{second}");

    // What the daemon does when it starts is the same, before anybody asks.
    let app = office.app("2026-04-22 08:00").await;
    assert!(duban::circular::prepare(&app).await.unwrap());
    let second = later(app.clone()).await;
    assert!(second.contains(began), "{second}");

    // The daily job.
    let app = office.app("2026-04-22 08:00").await;
    let (job, second) = tokio::join!(judge::judge(&app, app.clock.now()), later(app.clone()));
    job.unwrap();
    assert!(second.contains(began), "{second}");
}

#[tokio::test]
async fn nothing_is_made_ready_of_a_district_that_nobody_has_looked_at() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    office.site.page("/gzdt/", list(&[("校园安全检查", "./t1.html", "2026-03-01")]));
    let app = office.app("2026-04-22 08:00").await;
    assert!(!duban::circular::prepare(&app).await.unwrap());
    // The first round has brought looks: what is said of them is not put off until the next day.
    office.run("2026-04-22 08:05", &["poll"]).await.ok();
    app.clock.set(app.clock.now() + chrono::TimeDelta::hours(1));
    let told = circular(&app, Span::Month("2026-03".parse().unwrap())).await.unwrap().text();
    assert!(told.contains("截至2026-04-22 09:00:00"), "{told}");
}

#[tokio::test]
async fn the_office_reads_the_same_letter_whether_it_is_opened_alone_or_written_with_all_others() {
    let columns = [("gzdt", "work-news", "/gzdt/"), ("zcjd", "work-news", "/zcjd/"), ("tzgg", "work-news", "/tzgg/")];
    let office = Office::new(&columns).await;
    office.site.page("/gzdt/", list(&[("校园安全检查", "./t1.html", "2026-03-01")]));
    for path in ["/zcjd/", "/tzgg/"] {
        office.site.status(path, 500);
    }
    office.run("2026-04-13 08:00", &["cycle"]).await.ok();
    office.run("2026-04-20 08:00", &["cycle"]).await.ok();
    // A column that is not configured any more has no latest look: its reasons stand in the looks that were quoted.
    office.write("units.toml", &office.units_toml(&columns[..2]));

    let app = office.app("2026-04-20 09:00").await;
    let week = "2026-W16".parse().unwrap();
    let all = duban::letters::weekly(&app, week).await.unwrap();
    let written = all.iter().find(|l| l.key.ends_with(":office")).unwrap();
    let opened = duban::letters::one(&app, week, &written.key).await.unwrap().unwrap();
    assert_eq!((&opened.subject, &opened.text, &opened.html), (&written.subject, &written.text, &written.html));

    let unknown = app.store.unjudged("2026-04-20".parse().unwrap()).await.unwrap();
    let (of_channels, others): (Vec<_>, Vec<_>) = unknown.iter().partition(|u| u.channel.is_some());
    assert!(of_channels.iter().any(|u| u.findings.len() > 1) && !others.is_empty(), "{unknown:?}");
    let count: usize = unknown.iter().map(|u| u.findings.len()).sum();
    let told: usize = written
        .text
        .lines()
        .filter_map(|l| l.split_once("项，责任方：")?.0.rsplit('：').next()?.parse::<usize>().ok())
        .sum();
    assert_eq!(told, count, "each is counted once: {}", written.text);
    assert!(written.text.contains("jyj/tzgg") && written.text.contains("《2026年度年度报告编制》"), "{}", written.text);
}
