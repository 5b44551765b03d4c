//! A site that means harm: the walk ends within its budget, asks nobody else, and what it wrote is harmless.

use axum::body::Body;
use axum::http::Response;

use crate::harness::{Office, list, run};

/// Every page links to more pages, units and columns without end, and to addresses that are nobody's business.
fn maze(n: usize) -> String {
    let mut links = String::new();
    for i in 0..30 {
        links +=
            &format!("<li><a href='/u{n}x{i}/'>第{n}{i}局</a></li><li><a href='/c{n}/{i}/gzdt/'>工作动态</a></li>");
        links += &format!("<li><a href='/rl/{n}{i}/'>日历{i}</a></li><li><a href='/a/a/a/{i}/'>栏目{i}</a></li>");
    }
    for away in [
        "http://169.254.169.254/latest/",
        "http://10.0.0.1/gzdt/",
        "http://[::1]/",
        "//evil.example/gzdt/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://2130706433/",
        "ftp://x/",
        "http://user:secret@127.0.0.1:1/gzdt/",
    ] {
        links += &format!("<li><a href='{away}'>通知公告</a></li>");
    }
    format!(
        "<html><head><title>首页</title><meta name='SiteName' content='某区人民政府'></head><body><ul>{links}</ul></body></html>"
    )
}

#[tokio::test]
async fn a_maze_ends_within_its_budget_and_asks_nobody_else() {
    let office = Office::new(&[]).await;
    let n = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let page = move || {
        let n = n.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Response::builder().header("content-type", "text/html").body(Body::from(maze(n))).unwrap()
    };
    office.site.any(page);
    let out = office.dir.path().join("found");
    let args = ["discover", &office.site.url("/"), "--out", out.to_str().unwrap(), "--max-pages", "60"];
    let said = office.run("2026-04-01 12:00", &args).await.json();
    assert_eq!(said["pages"], 60, "{said}");
    assert!(said["unvisited"].as_u64().unwrap() <= 1_200, "{said}");
    assert!(said["left_out"]["站外链接"].as_u64().unwrap() >= 60, "{said}");
    assert_eq!(said["adopted"], 0, "nothing of a maze is watched: {said}");
    let text = std::fs::read_to_string(out.join("units.toml")).unwrap();
    assert!(text.lines().all(|l| l.is_empty() || l.starts_with('#')), "{text}");
}

#[tokio::test]
async fn redirects_lead_nowhere_else() {
    let office = Office::new(&[]).await;
    let to = |location: &'static str| {
        move || Response::builder().status(302).header("location", location).body(Body::empty()).unwrap()
    };
    let home = "<html><body><ul><li><a href='/jyj/'>教育局</a></li><li><a href='/jyj/gzdt/'>工作动态</a></li>\
                <li><a href='/jyj/tzgg/'>通知公告</a></li><li><a href='/jyj/nb/'>年报</a></li></ul></body></html>";
    office.site.page("/", home);
    office.site.page("/jyj/", home);
    office.site.set("/jyj/gzdt/", to("http://169.254.169.254/latest/meta-data/"));
    office.site.set("/jyj/tzgg/", to("/jyj/tzgg/new/"));
    office.site.page("/jyj/tzgg/new/", list(&[("关于开展检查的公告", "./t1.html", "2026-03-01")]));
    office.site.set("/jyj/nb/", to("/jyj/nb/"));
    let out = office.dir.path().join("found");
    let args = ["discover", &office.site.url("/"), "--out", out.to_str().unwrap()];
    let said = office.run("2026-04-01 12:00", &args).await.json();
    let channels = said["units"][0]["channels"].as_array().unwrap();
    let of = |name: &str| channels.iter().find(|c| c["name"] == name).unwrap_or_else(|| panic!("{said}"));
    assert!(of("工作动态")["why"].to_string().contains("站外") && of("工作动态")["adopted"] == false, "{said}");
    let moved = channels.iter().find(|c| c["url"].as_str().unwrap().ends_with("/jyj/tzgg/new/")).unwrap();
    assert_eq!(moved["rows"], 1, "{said}");
    assert_eq!(of("年报")["adopted"], false);
}

#[tokio::test]
async fn formulas_and_line_breaks_in_names_stay_text() {
    let office = Office::new(&[]).await;
    let evil = "=HYPERLINK(&quot;http://x&quot;,&quot;动态&quot;)";
    let page = |name: &str| {
        let rows = list(&[
            ("=1+1 关于开展检查的公告", "./t1.html", "2026-03-01"),
            ("关于第二次检查的公告", "./t2.html", "2026-03-02"),
        ]);
        rows.replace("content=\"工作动态\"", &format!("content=\"{name}\""))
    };
    office
        .site
        .page("/", "<html><body><a href='/jyj/'>教育局</a><a href='/q/'>\"\n[[unit]]\nid=1 # 年报</a></body></html>");
    office.site.page("/jyj/", "<html><body><a href='/jyj/dt/'>动态</a><a href='/jyj/gg/'>公告</a></body></html>");
    office.site.page("/jyj/dt/", page(evil));
    office.site.page("/jyj/gg/", page("公告&#10;[[unit]]&#10;id = &quot;x&quot;"));
    let out = office.dir.path().join("found");
    let args = ["discover", &office.site.url("/"), "--out", out.to_str().unwrap()];
    let said = office.run("2026-04-01 12:00", &args).await.json();
    assert!(said["channels"].as_u64().unwrap() >= 2, "{said}");
    let text = std::fs::read_to_string(out.join("units.toml")).unwrap();
    let (units, channels) = duban::config::units(&text, "units.toml").unwrap();
    assert_eq!(units.len(), 1, "{text}");
    assert_eq!(channels.len() as u64, said["adopted"].as_u64().unwrap(), "{text}");
    let book = std::fs::read(out.join("units.xlsx")).unwrap();
    let sheets = sheets::read("x", &book, &sheets::Limits::default()).unwrap();
    let cells = sheets.iter().flat_map(|s| &s.rows).flat_map(|r| &r.cells);
    assert!(cells.clone().all(|c| !c.formula));
    assert!(cells.clone().any(|c| c.text().starts_with("=HYPERLINK")), "{said}");
}

#[tokio::test]
async fn a_start_that_cannot_be_used_is_told_and_nothing_is_left_behind() {
    let office = Office::new(&[]).await;
    let out = office.dir.path().join("found");
    for (start, ended) in [
        ("ftp://x/", duban::Ended::WrongUsage),
        ("http://169.254.169.254/", duban::Ended::Failed),
        (office.site.url("/missing/").as_str(), duban::Ended::Failed),
    ] {
        let ran = office.run("2026-04-01 12:00", &["discover", start, "--out", out.to_str().unwrap()]).await;
        assert_eq!(ran.ended, ended, "{start}");
        assert!(!out.join("units.toml").exists());
    }
    let ran = run(&[
        "duban",
        "--config",
        office.config().to_str().unwrap(),
        "discover",
        &office.site.url("/"),
        "--out",
        out.to_str().unwrap(),
        "--allow-private",
        "x",
    ])
    .await;
    assert_eq!(ran.ended, duban::Ended::WrongUsage);
}
