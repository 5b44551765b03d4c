//! Articles of the office's own account that units have supplied: from the line to the ledger, a person in between.

use duban::Ended;
use serde_json::Value;

use crate::harness::Office;

const BIZ: &str = "MzAwMDAwMDAwMQ==";

/// An article as the platform writes it, with these lines as its paragraphs.
fn article(title: &str, biz: &str, at: &str, lines: &[&str]) -> String {
    let at = chrono::NaiveDateTime::parse_from_str(&format!("{at}:00"), "%Y-%m-%d %H:%M:%S").unwrap();
    let ct = (at - chrono::TimeDelta::hours(8)).and_utc().timestamp();
    let body: String = lines.iter().map(|l| format!("<p>{l}</p>")).collect();
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title></title><meta property=\"og:title\" content=\"{title}\"/></head>\
         <body id=\"activity-detail\"><div id=\"js_article\"><h1 class=\"rich_media_title\" id=\"activity-name\">{title}</h1>\
         <a id=\"js_name\">钟山政府办</a><div class=\"rich_media_content\" id=\"js_content\">{body}</div></div>\
         <script>var biz = \"{biz}\" || \"\"; var ct = \"{ct}\";</script></body></html>"
    )
}

/// The office's account with three articles, and two units that may have supplied them.
async fn office() -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let main = office.main_toml("\"127.0.0.1/32\"") + "[adoption]\naccounts = [\"zfb/wx\"]\n";
    office.write("duban.toml", &main);
    let unit = |id: &str, name: &str, channel: &str| {
        format!("[[unit]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"department\"\n{channel}")
    };
    let news = format!(
        "[[unit.channel]]\nid = \"gzdt\"\nkind = \"work-news\"\nname = \"工作动态\"\nurl = \"{}\"\n",
        office.site.url("/gzdt/")
    );
    let own = format!(
        "[[unit.channel]]\nid = \"wx\"\nkind = \"wechat\"\nname = \"钟山区人民政府办公室\"\nurl = \"{}\"\naccount = {{ biz = \"{BIZ}\" }}\n\
         source = {{ feed = {{ trust = \"clears\" }} }}\n",
        office.site.url("/feed.xml")
    );
    let units = unit("jyj", "钟山区教育局", &format!("aliases = [\"区教育局\"]\n{news}"))
        + &unit("wjj", "钟山区卫生健康局", &news)
        + &unit("zfb", "钟山区人民政府办公室", &own);
    office.write("units.toml", &units);
    let mut rows = String::new();
    for (n, title, lines) in [
        (1, "开学第一课走进校园", ["九月一日，全区中小学开学。", "供稿：区教育局　编辑：甲"]),
        (2, "校园健康行", ["医生走进学校。", "来源：区教育局、区卫健局"]),
        (3, "全市教育大会召开", ["会议在市里召开。", "来源：市教育局　图片来源：区教育局"]),
        (4, "一线见闻", ["走进田间地头。", "（通讯员 甲）"]),
    ] {
        let link = office.site.url(&format!("/s/a{n}"));
        office.site.page(&format!("/s/a{n}"), article(title, BIZ, &format!("2026-03-0{n} 10:00"), &lines));
        rows += &format!(
            "<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>0{n} Mar 2026 02:00:00 GMT</pubDate></item>"
        );
    }
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>x</title><link>http://x/</link><description>x</description>{rows}</channel></rss>"
    );
    office.site.page("/feed.xml", feed);
    office
}

async fn scanned(office: &Office, now: &str) -> Value {
    office.run(now, &["adoption", "scan"]).await.json()
}

fn rows(list: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    list.as_array().unwrap().iter().map(|r| (text(&r["unit"]), text(&r["title"]))).collect()
}

#[tokio::test]
async fn from_the_line_to_the_ledger_with_a_person_in_between() {
    let office = office().await;
    office.run("2026-03-05 08:00", &["poll"]).await.ok();
    let scan = scanned(&office, "2026-03-05 08:01").await;
    assert_eq!((scan["articles"].as_u64(), scan["searched"].as_u64()), (Some(4), Some(4)), "{scan}");
    assert_eq!(scan["proposed"].as_array().unwrap().len(), 3, "{scan}");
    assert_eq!(scan["unclear"][0]["title"], "一线见闻", "nobody is named, and a person is told: {scan}");
    let list = office.run("2026-03-05 08:02", &["adoption", "list"]).await.json();
    let mut found = rows(&list);
    found.sort();
    let pair = |unit: &str, title: &str| (unit.to_owned(), title.to_owned());
    let both = [
        pair("钟山区卫生健康局", "校园健康行"),
        pair("钟山区教育局", "开学第一课走进校园"),
        pair("钟山区教育局", "校园健康行"),
    ];
    assert_eq!(found, both);
    let of = |unit: &str, title: &str| {
        let one = list.as_array().unwrap().iter().find(|r| r["unit"] == unit && r["title"] == title).unwrap();
        (one["id"].to_string(), one.clone())
    };
    let (first, row) = of("钟山区教育局", "开学第一课走进校园");
    assert_eq!((row["line"].as_str(), row["remarks"].as_str()), (Some("供稿：区教育局 编辑：甲"), Some("")), "{row}");
    let (shared, row) = of("钟山区卫生健康局", "校园健康行");
    assert!(row["remarks"].as_str().unwrap().contains("同一篇还署名：钟山区教育局"), "{row}");
    // Unconfirmed it earns nothing.
    let nothing = office.run("2026-04-05 08:00", &["close", "2026-03", "--preview"]).await.ok();
    assert!(!nothing.contains("C2.1"), "{nothing}");
    let said = office
        .run("2026-04-05 08:01", &["adoption", "confirm", &first, "--by", "张三", "--reason", "已核对原文"])
        .await
        .ok();
    assert!(said.contains("已登记 1 篇，最多计 5 篇"), "{said}");
    office
        .run("2026-04-05 08:02", &["adoption", "dismiss", &shared, "--by", "张三", "--reason", "联合署名"])
        .await
        .ok();
    let again =
        office.run("2026-04-05 08:03", &["adoption", "confirm", &first, "--by", "张三", "--reason", "再来"]).await;
    assert_eq!(again.ended, Ended::WrongUsage, "decided once and for good");
    let scan = scanned(&office, "2026-04-05 08:04").await;
    assert_eq!(scan["proposed"].as_array().unwrap().len(), 0, "what was decided is not proposed again: {scan}");
    let entry = &office.run("2026-04-05 08:05", &["register", "--list"]).await.json()[0];
    assert_eq!((entry["unit"].as_str(), entry["day"].as_str()), (Some("jyj"), Some("2026-03-01")), "{entry}");
    assert!(
        entry["evidence"].is_string() && entry["description"].as_str().unwrap().contains("供稿：区教育局"),
        "{entry}"
    );
    office.run("2026-04-05 08:06", &["close", "2026-03"]).await.ok();
    let ledger = office.run("2026-04-05 08:07", &["ledger", "2026-03"]).await.out;
    assert!(ledger.contains("C2.1"), "{ledger}");
}

#[tokio::test]
async fn what_a_unit_files_is_held_against_the_articles() {
    let office = office().await;
    office.run("2026-03-05 08:00", &["poll"]).await.ok();
    let file = async |now: &str, unit: &str, link: &str| {
        let link = office.site.url(link);
        office.run(now, &["adoption", "file", "--unit", unit, "--link", &link, "--by", "李四"]).await
    };
    file("2026-03-05 08:01", "区教育局", "/s/a1").await.ok();
    file("2026-03-05 08:02", "wjj", "/s/a4").await.ok();
    file("2026-03-05 08:03", "wjj", "/s/nowhere").await.ok();
    office.site.page("/s/other", article("别家文章", "MzkwMDAwMDAwMg==", "2026-03-02 10:00", &["供稿：区卫健局"]));
    office.site.page("/s/late", article("尚未抓取的文章", BIZ, "2026-03-03 10:00", &["供稿：区卫健局"]));
    file("2026-03-05 08:04", "wjj", "/s/other").await.ok();
    file("2026-03-05 08:05", "wjj", "/s/late").await.ok();
    assert!(file("2026-03-05 08:06", "wjj", "/s/a4#rd").await.ok().contains("以前已申报过"));
    let wrong =
        office.run("2026-03-05 08:07", &["adoption", "file", "--unit", "某局", "--link", "x", "--by", "李四"]).await;
    assert_eq!(wrong.ended, Ended::WrongUsage);
    scanned(&office, "2026-03-05 08:08").await;
    let list = office.run("2026-03-05 08:09", &["adoption", "list"]).await.json();
    let of = |title: &str| -> Vec<&Value> { list.as_array().unwrap().iter().filter(|r| r["title"] == title).collect() };
    assert_eq!(of("开学第一课走进校园").len(), 1, "line and filing are one proposal: {list}");
    assert!(of("一线见闻")[0]["remarks"].as_str().unwrap().contains("仅凭单位申报"), "{list}");
    assert!(of("尚未抓取的文章")[0]["remarks"].as_str().unwrap().contains("尚未抓取到"), "{list}");
    assert!(of("别家文章").is_empty(), "an article of another account: {list}");
    let filed = office.run("2026-03-05 08:10", &["adoption", "list", "--filed"]).await.json();
    let state = |n: usize| filed[n]["state"].as_str().unwrap().to_owned();
    assert!(state(0).contains("已列为") && state(1).contains("已列为") && state(4).contains("已列为"), "{filed}");
    assert!(state(2).contains("没有找到") && state(3).contains("没有找到"), "{filed}");
}

#[tokio::test]
async fn an_article_in_the_register_is_not_proposed_nor_entered_twice() {
    let office = office().await;
    office.run("2026-03-05 08:00", &["poll"]).await.ok();
    let register = [
        "register",
        "--criterion",
        "C2.1",
        "--unit",
        "jyj",
        "--day",
        "2026-03-01",
        "--description",
        "《开学第一课走进校园》被采用",
        "--by",
        "王五",
    ];
    office.run("2026-03-05 08:01", &register).await.ok();
    scanned(&office, "2026-03-05 08:02").await;
    let list = office.run("2026-03-05 08:03", &["adoption", "list"]).await.json();
    assert!(!rows(&list).iter().any(|r| r.1 == "开学第一课走进校园"), "{list}");
    let other = list.as_array().unwrap().iter().find(|r| r["unit"] == "钟山区教育局").unwrap();
    office
        .run(
            "2026-03-05 08:04",
            &[
                "register",
                "--criterion",
                "C2.1",
                "--unit",
                "jyj",
                "--day",
                "2026-03-02",
                "--description",
                &format!("采用 {}", other["url"].as_str().unwrap()),
                "--by",
                "王五",
            ],
        )
        .await
        .ok();
    let twice = office
        .run("2026-03-05 08:05", &["adoption", "confirm", &other["id"].to_string(), "--by", "张三", "--reason", "x"])
        .await;
    assert_eq!(twice.ended, Ended::WrongUsage, "{}", twice.out);
}

#[tokio::test]
async fn without_an_account_nothing_is_searched_and_a_wrong_one_is_a_mistake() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let none = office.run("2026-03-05 08:00", &["adoption", "scan"]).await;
    assert_eq!(none.ended, Ended::WrongUsage);
    office.write("duban.toml", &(office.main_toml("") + "[adoption]\naccounts = [\"jyj/gzdt\"]\n"));
    let wrong = office.run("2026-03-05 08:01", &["check"]).await;
    assert_eq!(wrong.ended, Ended::WrongUsage, "{}", wrong.out);
}
