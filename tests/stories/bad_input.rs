//! Whatever is fed in: a clear word, and nothing lost.

use axum::body::Body;
use axum::http::Response;
use duban::Ended;
use duban::config::Config;

use crate::harness::{Office, list};

async fn one(path: &str) -> Office {
    Office::new(&[("gzdt", "work-news", path)]).await
}

/// What the look at the office's one channel came to: the words of the round's troubles.
async fn look(office: &Office, now: &str) -> (u64, String) {
    let round = office.run(now, &["poll"]).await.json();
    (round["good"].as_u64().unwrap(), round["troubles"].to_string())
}

#[tokio::test]
async fn a_configuration_tells_all_its_mistakes_at_once() {
    let office = one("/gzdt/").await;
    office.write(
        "units.toml",
        "[[unit]]\nid = \"jyj\"\nname = \"教育局\"\nkind = \"department\"\n\
         [[unit]]\nid = \"wsj\"\nname = \"卫生局\"\nkind = \"depratment\"\n\
         [[unit.channel]]\nid = \"gzdt\"\nkind = \"work-news\"\nname = \"动态\"\nurl = \"ftp://x/\"\n\
         [[unit.channel]]\nid = \"gzdt\"\nkind = \"work-news\"\nname = \"动态\"\nurl = \"http://x/\"\ncolour = 1\n",
    );
    office.write("duban.toml", &office.main_toml("\"10.0.0.0/99\"").replace("0 0 9 * * Mon", "0 0 9 * * 1"));
    let mistakes = Config::load(&office.config()).unwrap_err();
    let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    let text = all.join("\n");
    for word in ["没有任何栏目", "depratment", "不是网址", "用了两次", "colour", "10.0.0.0/99", "星期"]
    {
        assert!(text.contains(word), "{word} in\n{text}");
    }
    assert!(all.iter().all(|m| m.contains(".toml:")), "each names its place:\n{text}");
    let checked = office.run("2026-03-20 08:00", &["check"]).await;
    assert_eq!(checked.ended, Ended::WrongUsage);
}

#[tokio::test]
async fn a_rulebook_with_five_mistakes_names_all_five() {
    let office = one("/gzdt/").await;
    let good = std::fs::read_to_string(office.config().join("rulebook/zhongshan-2022.toml")).unwrap();
    let bad = good
        .replacen("window_days = 14", "window_days = 0", 1)
        .replacen("kind = \"quota\"", "kind = \"quoat\"", 1)
        .replacen("id = \"A1.2\"", "id = \"A1.1\"", 1)
        .replacen("points = -1", "points = \"drei\"", 1)
        .replacen("[[criterion]]", "[[criterion]]\nwidth = 3", 1);
    office.write("rulebook/zhongshan-2022.toml", &bad);
    let mistakes = Config::load(&office.config()).unwrap_err();
    assert!(mistakes.len() >= 5, "{mistakes:#?}");
    assert!(mistakes.iter().all(|m| m.line > 1 && m.file.ends_with("zhongshan-2022.toml")), "{mistakes:#?}");
}

#[tokio::test]
async fn a_private_address_is_refused_unless_allowed() {
    let office = one("/gzdt/").await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    office.write("duban.toml", &office.main_toml(""));
    assert_eq!(look(&office, "2026-03-20 08:00").await, (0, r#"{"private-address":1}"#.to_owned()));
    assert_eq!(office.site.hits("/gzdt/"), 0);
}

#[tokio::test]
async fn a_body_without_end_ends() {
    let office = one("/gzdt/").await;
    office.site.set("/gzdt/", || {
        let drops = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 65536]));
        Response::builder().header("content-type", "text/html").body(Body::from_stream(drops)).unwrap()
    });
    assert_eq!(look(&office, "2026-03-20 08:00").await, (0, r#"{"too-large":1}"#.to_owned()));
}

#[tokio::test]
async fn a_body_that_says_it_has_two_gigabytes_is_not_fetched() {
    let office = one("/gzdt/").await;
    office.site.set("/gzdt/", || {
        let drops = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 65536]));
        Response::builder().header("content-length", 2u64 << 30).body(Body::from_stream(drops)).unwrap()
    });
    assert_eq!(look(&office, "2026-03-20 08:00").await, (0, r#"{"too-large":1}"#.to_owned()));
}

#[tokio::test]
async fn a_redirect_in_a_circle_is_told() {
    let office = one("/a").await;
    for (from, to) in [("/a", "/b"), ("/b", "/a")] {
        office
            .site
            .set(from, move || Response::builder().status(302).header("location", to).body(Body::empty()).unwrap());
    }
    assert_eq!(look(&office, "2026-03-20 08:00").await, (0, r#"{"redirect-loop":1}"#.to_owned()));
}

#[tokio::test]
async fn ten_thousand_nested_boxes_do_not_topple_the_reader() {
    let office = one("/gzdt/").await;
    office.site.page("/gzdt/", format!("<html><body>{}<p>深</p></body></html>", "<div>".repeat(10_000)));
    let (good, troubles) = look(&office, "2026-03-20 08:00").await;
    assert!(good == 0 || troubles == "{}", "{troubles}");
}

#[tokio::test]
async fn an_empty_answer_and_a_page_where_a_feed_should_be_are_told_apart() {
    let office = Office::new(&[("gzdt", "work-news", "/empty"), ("wx", "wechat", "/feed")]).await;
    let units = office.units_toml(&[("gzdt", "work-news", "/empty"), ("wx", "wechat", "/feed")]);
    office.write("units.toml", &(units + "source = \"feed\"\n"));
    office.site.page("/empty", "");
    office.site.page("/feed", "<!DOCTYPE html><html><body><h1>请先登录</h1></body></html>");
    let (good, troubles) = look(&office, "2026-03-20 08:00").await;
    assert_eq!(good, 0, "{troubles}");
    assert!(troubles.contains("empty-body"), "{troubles}");
}

#[tokio::test]
async fn hostile_titles_come_out_as_text_everywhere() {
    let office = one("/gzdt/").await;
    office.site.page(
        "/gzdt/",
        list(&[
            ("&lt;script&gt;alert(1)&lt;/script&gt;", "./t1.html", "2026-03-01"),
            ("=HYPERLINK(\"http://x\",\"y\")", "./t2.html", "2026-02-28"),
        ]),
    );
    assert_eq!(look(&office, "2026-03-20 08:00").await.0, 1);
    office.run("2026-03-20 08:01", &["judge"]).await.ok();
    let letters = office
        .run("2026-03-23 09:00", &["report", "weekly", "--out", office.dir.path().join("out").to_str().unwrap()])
        .await;
    letters.ok();
    for file in std::fs::read_dir(office.dir.path().join("out")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        let html = mail.body_html(0).unwrap();
        assert!(!html.to_lowercase().contains("<script"), "{html}");
    }
    let found =
        office.run("2026-03-23 09:01", &["findings", "--verdict", "breached", "--criterion", "B1.1"]).await.json();
    assert_eq!(found[0]["from"], "2026-03-02");
    let id = found[0]["id"].to_string();
    let text = office.run("2026-03-23 09:02", &["explain", &id]).await;
    assert!(text.ok().contains("alert(1)"), "the title stands in the explanation, as text");
}

#[tokio::test]
async fn a_clock_set_back_is_refused_and_loses_nothing() {
    let office = one("/gzdt/").await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    assert_eq!(look(&office, "2026-03-20 08:00").await.0, 1);
    let refused = office.run("2026-03-10 08:00", &["poll"]).await;
    assert_eq!(refused.ended, Ended::Failed);
    assert_eq!(office.site.hits("/gzdt/"), 1);
    assert_eq!(look(&office, "2026-03-21 08:00").await.0, 1);
}

#[tokio::test]
async fn a_rehearsed_database_is_closed_to_the_real_clock() {
    let office = one("/gzdt/").await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    assert_eq!(look(&office, "2026-03-20 08:00").await.0, 1);
    let (config, data) = (office.config(), office.data());
    let line = ["duban", "--config", config.to_str().unwrap(), "--data", data.to_str().unwrap(), "poll"];
    assert_eq!(crate::harness::run(&line).await.ended, Ended::Failed);
}

#[tokio::test]
async fn what_failed_to_be_seen_costs_nothing() {
    let office = one("/gzdt/").await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    assert_eq!(look(&office, "2026-03-05 08:00").await.0, 1);
    office.site.status("/gzdt/", 503);
    for day in ["2026-03-16", "2026-03-18", "2026-03-20"] {
        office.run(&format!("{day} 08:00"), &["cycle"]).await.ok();
    }
    let found = office.run("2026-03-20 08:01", &["findings"]).await.json();
    let verdicts: Vec<_> =
        found.as_array().unwrap().iter().filter(|f| f["criterion"] == "B1.1").map(|f| &f["verdict"]).collect();
    assert_eq!(verdicts, ["unknown"]);
    // Once the list can be seen again, the window is proved after the fact.
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    office.run("2026-03-21 08:00", &["cycle"]).await.ok();
    let found =
        office.run("2026-03-21 08:01", &["findings", "--verdict", "breached", "--criterion", "B1.1"]).await.json();
    assert_eq!(
        (&found[0]["from"], &found[0]["to"], &found[0]["points"]),
        (&"2026-03-02".into(), &"2026-03-15".into(), &(-3).into())
    );
}

#[tokio::test]
async fn a_column_that_cannot_be_seen_is_listed_with_whose_matter_it_is() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("tzgg", "notices", "/tzgg/")]).await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    office.site.status("/tzgg/", 412);
    office.run("2026-03-20 08:00", &["poll"]).await.ok();
    let all = office.run("2026-03-20 08:01", &["channels"]).await.json();
    assert_eq!(all.as_array().unwrap().len(), 2);
    let trouble = office.run("2026-03-20 08:02", &["channels", "--trouble"]).await.json();
    assert_eq!(trouble.as_array().unwrap().len(), 1);
    assert_eq!(trouble[0]["id"], "jyj/tzgg");
    assert!(trouble[0]["what_to_do"].as_str().unwrap().contains("白名单"), "{trouble}");
}

#[tokio::test]
async fn the_future_is_not_judged() {
    let office = one("/gzdt/").await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    office.run("2026-03-20 08:00", &["poll"]).await.ok();
    let refused = office.run("2026-03-20 08:01", &["judge", "--as-of", "2027-03-20"]).await;
    assert_eq!(refused.ended, Ended::WrongUsage);
    office.run("2026-03-20 08:02", &["judge", "--as-of", "2026-03-20"]).await.ok();
}

#[tokio::test]
async fn an_account_that_nobody_vouches_for_is_pointed_out() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("wx", "wechat", "/feed")]).await;
    let checked = office.run("2026-03-20 08:00", &["check"]).await.json();
    let hints = checked["hints"].to_string();
    assert!(hints.contains("jyj/wx") && hints.contains("clears") && !hints.contains("gzdt"), "{hints}");
}
