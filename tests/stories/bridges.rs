//! Bridges that can be believed, and those that cannot: what the office is told, and what nobody is charged for.

use model::IsoWeek;

use crate::harness::Office;

/// A feed with an item on each of these days of March.
fn feed(days: &[u32]) -> String {
    let item = |d: &u32| {
        format!(
            "<item><title>第{d}日</title><link>https://mp.weixin.qq.com/s/x{d}</link><guid>x{d}</guid>\
             <pubDate>{d:02} Mar 2026 02:00:00 GMT</pubDate></item>"
        )
    };
    let rows: String = days.iter().rev().map(item).collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>x</title><link>http://x/</link>\
         <description>x</description>{rows}</channel></rss>"
    )
}

async fn office() -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let account = |id: &str, name: &str| {
        format!(
            "[[unit.channel]]\nid = \"{id}\"\nkind = \"wechat\"\nname = \"{name}\"\nurl = \"{}\"\n\
             source = {{ feed = {{ trust = \"witnessed\", bridge = \"b1\" }} }}\n",
            office.site.url(&format!("/{id}.xml"))
        )
    };
    let bridge = "[[bridge]]\nid = \"b1\"\ncanaries = [\"jyj/daily\"]\ncanary_days = 3\n";
    let units = office.units_toml(&[("gzdt", "work-news", "/gzdt/")])
        + &account("daily", "哨兵")
        + &account("wx", "钟山教育")
        + bridge;
    office.write("units.toml", &units);
    office
}

#[tokio::test]
async fn one_feed_that_stands_still_waits_for_a_person_while_the_bridge_lives() {
    let office = office().await;
    office.site.page("/wx.xml", feed(&[1, 2]));
    for day in 2..=20u32 {
        office.site.page("/daily.xml", feed(&(1..=day).collect::<Vec<_>>()));
        office.run(&format!("2026-03-{day:02} 12:00"), &["poll"]).await.ok();
    }
    office.run("2026-03-20 12:01", &["judge"]).await.ok();
    let found = office.run("2026-03-20 12:02", &["findings", "--criterion", "C1.1"]).await.json();
    assert!(found.as_array().unwrap().iter().all(|f| f["verdict"] != "breached"), "{found}");
    let health = office.run("2026-03-20 12:03", &["bridges"]).await.json();
    assert_eq!((health[0]["state"].as_str(), health[0]["good"].as_u64()), (Some("正常"), Some(2)), "{health}");
    assert_eq!(health[0]["canaries"][0]["age_days"], 0, "{health}");
    let frozen = &health[0]["frozen"][0];
    assert_eq!((frozen["from"].as_str(), frozen["to"].as_str()), (Some("2026-03-03"), Some("2026-03-16")), "{health}");
    let due = office.run("2026-03-20 12:04", &["checklist"]).await.json();
    let mine = due.as_array().unwrap().iter().find(|d| d["channel"] == "jyj/wx").unwrap();
    assert!(mine["why"].as_str().unwrap().contains("分不清"), "a person is asked: {due}");
    // The person looks: nothing newer is there. Now it is proved.
    office
        .run("2026-03-20 12:05", &["observe", "--channel", "jyj/wx", "--newest", "2026-03-02", "--by", "张三"])
        .await
        .ok();
    office.run("2026-03-20 12:06", &["judge"]).await.ok();
    let found =
        office.run("2026-03-20 12:07", &["findings", "--criterion", "C1.1", "--verdict", "breached"]).await.json();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(office.run("2026-03-20 12:08", &["bridges"]).await.json()[0]["frozen"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_bridge_is_told_by_mail() {
    let office = office().await;
    office.site.page("/daily.xml", feed(&[1, 2]));
    office.site.page("/wx.xml", feed(&[1, 2]));
    office.run("2026-03-02 12:00", &["poll"]).await.ok();
    office.site.page("/daily.xml", feed(&[]));
    office.site.page(
        "/wx.xml",
        "<html><head><title>登录</title></head><body>登录已失效，请重新登录<input type=\"password\"></body></html>",
    );
    office.run("2026-03-09 12:00", &["poll"]).await.ok();
    let health = office.run("2026-03-09 12:01", &["bridges"]).await.json();
    assert_eq!((health[0]["empty"].as_u64(), health[0]["good"].as_u64()), (Some(1), Some(0)), "{health}");
    assert_eq!(health[0]["canaries"][0]["age_days"], 7, "{health}");
    let app = office.app("2026-03-09 12:02").await;
    let week = IsoWeek::of("2026-03-04".parse().unwrap());
    let letter = duban::bridges::letter(&app, week).await.unwrap().unwrap();
    assert!(letter.subject.contains("1 个需要处理"), "{}", letter.subject);
    for word in ["返回空列表或", "已超过 3 天的限度", "最近一次看清：2026-03-02"] {
        assert!(letter.text.contains(word), "{word}: {}", letter.text);
    }
}
