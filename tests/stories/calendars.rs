//! The notices of holidays: written by `init`, read from the office's folder, asked for in December.

use duban::Ended;

use crate::harness::{Office, run};

#[tokio::test]
async fn the_starter_configuration_has_the_notices_and_the_office_adds_the_next() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let hints = |now: &'static str| {
        let office = &office;
        async move { office.run(now, &["check"]).await.json()["hints"].to_string() }
    };
    assert!(!hints("2026-11-30 08:00").await.contains("节假日"));
    let said = hints("2026-12-01 08:00").await;
    assert!(said.contains("还没有2027年的节假日安排") && said.contains("CN-2027.toml"), "{said}");
    assert!(hints("2027-01-01 08:00").await.contains("缺少2027年的节假日安排"));

    let next = "year = 2027\nnotice = \"https://www.gov.cn/x.htm\"\n\
                off = [2027-01-01, 2027-05-01, 2027-10-01, 2027-10-02, 2027-10-03]\nwork = []\n";
    office.write("calendar/CN-2027.toml", next);
    assert!(!hints("2026-12-01 08:00").await.contains("节假日"));
    let app = office.app("2026-12-01 08:00").await;
    let days = &app.config.workdays;
    assert_eq!(days.add("2026-12-30".parse().unwrap(), 2).unwrap().to_string(), "2027-01-04");
    assert_eq!(
        days.years().collect::<Vec<_>>(),
        (2021..=2027).collect::<Vec<_>>(),
        "the shipped years are still there"
    );

    office.write("calendar/CN-2028.toml", next);
    let wrong = office.run("2026-12-01 08:00", &["check"]).await;
    assert_eq!(wrong.ended, Ended::WrongUsage);
    assert!(wrong.out.contains("2027年的安排已在") && wrong.out.contains("CN-2028.toml:1:1"), "{}", wrong.out);
}

#[tokio::test]
async fn init_writes_the_notices_and_what_it_writes_is_read() {
    let dir = tempfile::TempDir::new().unwrap();
    let config = dir.path().join("config");
    let line = ["duban", "--config", config.to_str().unwrap(), "init"];
    let said = run(&line).await.ok();
    assert!(said.contains("CN-2021.toml") && said.contains("CN-2026.toml"), "{said}");
    let said = run(&[
        "duban",
        "--format",
        "json",
        "--config",
        config.to_str().unwrap(),
        "--now",
        "2026-06-01T08:00:00+08:00",
        "check",
    ])
    .await;
    assert_eq!(said.json()["mistakes"].as_array().map(Vec::len), Some(0));
}
