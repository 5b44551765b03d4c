//! Columns whose rows are made by scripts: seen through an installed Chromium, and without one never taken for empty.

use axum::body::Body;
use axum::http::Response;
use model::{Outcome, Reason};

use crate::harness::Office;

const SHELL: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>工作动态</title></head><body>
<div class="position">当前位置：工作动态</div><ul class="list" id="list"></ul><script>
fetch('/api/list?page=1').then(answer => answer.json()).then(list => {
  document.getElementById('list').innerHTML =
    list.map(row => `<li><a href="${row.url}">${row.title}</a><span>${row.date}</span></li>`).join('');
});
</script></body></html>"#;

const ROWS: &str = r#"[{"url":"/a/3.html","title":"全区教育工作会议召开","date":"2026-03-18"},
{"url":"/a/2.html","title":"开展校园安全检查工作","date":"2026-03-10"},
{"url":"/a/1.html","title":"召开春季学期开学工作会","date":"2026-03-02"}]"#;

fn json(body: &'static str) -> impl Fn() -> Response<Body> {
    move || Response::builder().header("content-type", "application/json").body(Body::from(body)).unwrap()
}

/// An office that watches one column by a browser, with these lines under `[browser]`.
async fn office(browser: &str) -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let units = office.units_toml(&[("gzdt", "work-news", "/gzdt/")]);
    office.write("units.toml", &format!("{units}source = {{ browser = true }}\n"));
    office.write("duban.toml", &format!("{}\n[browser]\n{browser}\n", office.main_toml("\"127.0.0.1/32\"")));
    office.site.page("/gzdt/", SHELL);
    office
}

/// Whether Chromium is installed; otherwise the test has been skipped, and says so.
fn installed() -> bool {
    let there = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].iter().any(|p| std::path::Path::new(p).exists());
    if !there {
        eprintln!("SKIPPED: no Chromium is installed (Debian: apt install chromium)");
    }
    there
}

/// Looks, and says what came of it.
async fn last(office: &Office, now: &str) -> Outcome {
    office.run(now, &["poll", "--channel", "jyj/gzdt"]).await.json();
    let app = office.app(now).await;
    app.store.recent_looks(&"jyj/gzdt".parse().unwrap(), 1).await.unwrap().remove(0).look.outcome
}

#[tokio::test]
async fn rows_of_a_script_are_read_kept_and_found_unchanged() {
    if !installed() {
        return;
    }
    let office = office("sandbox = false").await;
    office.site.set("/api/list", json(ROWS));
    assert_eq!(last(&office, "2026-03-20 08:00").await, Outcome::Read);
    let app = office.app("2026-03-20 08:01").await;
    let id = "jyj/gzdt".parse().unwrap();
    let look = app.store.recent_looks(&id, 1).await.unwrap().remove(0).look;
    let listed = app.store.listed(look.id).await.unwrap();
    assert_eq!(listed.iter().filter_map(|i| i.date).max().unwrap().to_string(), "2026-03-18");
    // The page that was read, what it was before and the answer that its rows came from are all evidence.
    let captures = app.store.captures_of(&id, app.store.last_read(&id).await.unwrap().unwrap().at).await.unwrap();
    let paths: Vec<&str> = captures.iter().map(|c| c.url.rsplit_once(':').unwrap().1).collect();
    assert!(paths.iter().filter(|p| p.ends_with("/gzdt/")).count() == 2, "{paths:?}");
    assert!(paths.iter().any(|p| p.ends_with("/api/list?page=1")), "{paths:?}");
    let read = captures.iter().find(|c| Some(&c.evidence) == look.evidence.as_ref()).unwrap();
    assert!(duban::browse::is_rendered(&read.headers), "{:?}", read.headers);
    drop(app);
    assert_eq!(last(&office, "2026-03-21 08:00").await, Outcome::Unchanged);
}

#[tokio::test]
async fn a_page_of_which_something_did_not_come_proves_nothing() {
    if !installed() {
        return;
    }
    let office = office("sandbox = false").await;
    office.site.status("/api/list", 500);
    assert_eq!(last(&office, "2026-03-20 08:00").await, Outcome::Suspect(Reason::RenderedInPart));
    let told = office.run("2026-03-20 08:05", &["channels", "--trouble"]).await.out;
    assert!(told.contains("/api/list（网站内部错误（5xx））") && told.contains("[browser] ignore"), "{told}");
    // It comes, but beside it a counter does not: so it stays, until a person says that the counter is none of it.
    office.site.set("/api/list", json(ROWS));
    let counted = SHELL.replace("<script>", "<script src=\"/count/hit.js\"></script><script>");
    office.site.page("/gzdt/", counted);
    assert_eq!(last(&office, "2026-03-20 09:00").await, Outcome::Suspect(Reason::RenderedInPart));
    let ignore = format!("sandbox = false\nignore = [\"{}/count\"]", office.site.addr);
    office.write("duban.toml", &format!("{}\n[browser]\n{ignore}\n", office.main_toml("\"127.0.0.1/32\"")));
    assert_eq!(last(&office, "2026-03-20 10:00").await, Outcome::Read);
}

#[tokio::test]
async fn without_a_browser_the_column_is_not_seen_and_that_is_said() {
    let office = office("program = \"/nonexistent/chromium\"\nsandbox = false").await;
    office.site.set("/api/list", json(ROWS));
    let checked = office.run("2026-03-20 08:00", &["check"]).await.json();
    let hints = checked["hints"].to_string();
    assert!(hints.contains("jyj/gzdt") && hints.contains("没有找到 Chromium"), "{hints}");
    assert_eq!(last(&office, "2026-04-20 08:00").await, Outcome::Failed(Reason::BrowserFailed));
    office.run("2026-04-20 08:05", &["judge"]).await.ok();
    let findings = office.run("2026-04-20 08:06", &["findings"]).await.json();
    let verdicts: Vec<&str> = findings.as_array().unwrap().iter().filter_map(|f| f["verdict"].as_str()).collect();
    assert!(!verdicts.contains(&"breached"), "{verdicts:?}");
    let doctor = office.run("2026-04-20 08:07", &["doctor"]).await.out;
    assert!(doctor.contains("浏览器") && doctor.contains("没有找到 Chromium"), "{doctor}");
}

#[tokio::test]
async fn a_browser_is_no_pass_at_a_gateway() {
    let office = office("program = \"/nonexistent/chromium\"\nsandbox = false").await;
    office.site.status("/gzdt/", 412);
    assert_eq!(last(&office, "2026-03-20 08:00").await, Outcome::Blocked(Reason::Forbidden));
}

#[tokio::test]
async fn probe_says_that_rows_come_by_script_and_shows_them() {
    let office = office("sandbox = false").await;
    office.site.set("/api/list", json(ROWS));
    let url = office.site.url("/gzdt/");
    let plain = office.run("2026-03-20 08:00", &["probe", &url]).await.json();
    assert_eq!((&plain["reason"], &plain["rows"]), (&"not-rendered".into(), &0.into()), "{plain}");
    if !installed() {
        return;
    }
    let rendered = office.run("2026-03-20 08:00", &["probe", &url, "--browser"]).await.json();
    assert_eq!((&rendered["outcome"], &rendered["newest"]), (&"read".into(), &"2026-03-18".into()), "{rendered}");
    assert!(rendered["data"][0]["url"].as_str().unwrap().ends_with("/api/list?page=1"), "{rendered}");
}

#[tokio::test]
async fn settings_that_make_no_sense_are_said() {
    let office = office("program = \"chromium\"\nignore = [\"https://count.example.com/\"]").await;
    let units = office.units_toml(&[("gzdt", "work-news", "/gzdt/")]);
    office.write("units.toml", &format!("{units}source = {{ browser = true, feed = {{}} }}\n"));
    let mistakes = office.run("2026-03-20 08:00", &["check"]).await.out;
    for word in ["完整路径", "主机名", "只能单独写"] {
        assert!(mistakes.contains(word), "{word}: {mistakes}");
    }
}
