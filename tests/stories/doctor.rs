//! `doctor` on an installation that lives: every line says how it stands, and where it is not well what to do.

use duban::Ended;
use serde_json::Value;

use crate::harness::{Office, list};

async fn examined(office: &Office, now: &str) -> (Ended, Vec<Value>) {
    let ran = office.run(now, &["doctor"]).await;
    let lines = ran.out.lines().take_while(|l| *l != "]").collect::<Vec<_>>().join("\n") + "\n]";
    (ran.ended, serde_json::from_str(&lines).unwrap_or_else(|e| panic!("{e}: {}", ran.out)))
}

fn line<'a>(checks: &'a [Value], what: &str) -> &'a Value {
    checks.iter().find(|c| c["check"] == what).unwrap_or_else(|| panic!("{what}: {checks:?}"))
}

#[tokio::test]
async fn warnings_do_not_fail_and_each_says_what_to_do() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("zcjd", "work-news", "/gone/")]).await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    for day in 8..=20 {
        office.run(&format!("2026-03-{day:02} 08:00"), &["cycle"]).await.ok();
    }
    let (ended, checks) = examined(&office, "2026-03-20 08:01").await;
    assert_eq!(ended, Ended::Done, "{checks:?}");
    for c in &checks {
        let well = c["state"] == "ok";
        assert!(well || c["state"] == "warn", "{c}");
        assert_eq!(c["todo"].as_str().unwrap().is_empty(), well, "{c}");
        assert!(!c["detail"].as_str().unwrap().is_empty(), "{c}");
    }
    let said = |what| line(&checks, what)["detail"].as_str().unwrap().to_owned();
    assert!(said("数据库").contains("完好"));
    assert!(said("磁盘").contains("每年增加约") && said("磁盘").contains("够用"), "{}", said("磁盘"));
    assert!(said("看不清的栏目").contains("2 个栏目（账号）中 1 个"), "{}", said("看不清的栏目"));
    assert!(said("看不清的栏目").contains("页面不存在（404）（网站（账号）方）1 个"));
    assert!(said("网站").contains("1 个网站（主机），1 个正常应答"), "{}", said("网站"));
    assert_eq!(line(&checks, "参照网址")["state"], "warn");
    assert_eq!(line(&checks, "邮件")["state"], "warn");
}

#[tokio::test]
async fn what_keeps_the_program_from_its_work_fails() {
    let office = Office::new(&[("gzdt", "work-news", "http://127.0.0.1:9/gzdt/")]).await;
    let key = "source = { feed = { key = { query = \"token\", secret = \"DUBAN_TEST_NO_SUCH_SECRET\" } } }\n";
    office.write("units.toml", &(office.units_toml(&[("wx", "wechat", "http://127.0.0.1:9/feed")]) + key));
    let mail = office.main_toml("\"127.0.0.1/32\"").replace("[mail]", "[mail]\nsmtp = \"smtp://127.0.0.1:9\"");
    office.write("duban.toml", &mail);
    let (ended, checks) = examined(&office, "2026-12-26 08:00").await;
    assert_eq!(ended, Ended::Failed);
    for what in ["邮件", "密钥", "网站", "节假日"] {
        let c = line(&checks, what);
        assert!(c["state"] == "fail" && c["ok"] == false && !c["todo"].as_str().unwrap().is_empty(), "{c}");
    }
    assert!(line(&checks, "密钥")["detail"].as_str().unwrap().contains("DUBAN_TEST_NO_SUCH_SECRET"));
    assert!(line(&checks, "邮件")["detail"].as_str().unwrap().contains("连不上邮件服务器"));
    assert!(line(&checks, "节假日")["todo"].as_str().unwrap().contains("CN-2027.toml"));

    office.write("units.toml", "[[unit]]\nid = 3\n");
    let (ended, checks) = examined(&office, "2026-12-26 08:01").await;
    assert_eq!((ended, checks.len()), (Ended::Failed, 1));
    assert_eq!(line(&checks, "配置")["state"], "fail");
}

#[tokio::test]
async fn a_daemon_that_does_not_run_and_a_standstill_are_told() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    office.run("2026-03-08 08:00", &["serve", "--once"]).await.ok();
    let (_, checks) = examined(&office, "2026-03-08 09:00").await;
    assert_eq!((&line(&checks, "计划")["state"], &line(&checks, "空档")["state"]), (&"ok".into(), &"ok".into()));
    let (_, checks) = examined(&office, "2026-03-08 12:00").await;
    let late = line(&checks, "计划");
    assert!(late["state"] == "warn" && late["detail"].as_str().unwrap().contains("检查栏目"), "{late}");
    office.run("2026-03-18 08:00", &["serve", "--once"]).await.ok();
    let (_, checks) = examined(&office, "2026-03-18 08:05").await;
    let gap = line(&checks, "空档")["detail"].as_str().unwrap();
    assert!(gap.contains("2026-03-08 08:00 至 2026-03-18 08:00（10天）没有任何检查"), "{gap}");
}
