//! The office looks for itself, and holds its sheet against what the monitor found.

use serde_json::Value;

use crate::harness::{Office, list};

async fn silent_office() -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("tzgg", "notices", "/tzgg/")]).await;
    for path in ["/gzdt/", "/tzgg/"] {
        office.site.page(path, list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    }
    office.run("2026-03-20 08:00", &["cycle"]).await.ok();
    office
}

async fn compare(office: &Office, sheet: &str) -> (duban::Ended, String) {
    let file = office.dir.path().join("检查.csv");
    std::fs::write(&file, sheet).unwrap();
    let ran = office.run("2026-03-21 08:00", &["compare", file.to_str().unwrap()]).await;
    (ran.ended, ran.out)
}

#[tokio::test]
async fn a_sheet_is_held_against_the_findings() {
    let office = silent_office().await;
    let sheet = "3月检查\n单位,指标,栏目,检查日期,有问题\n钟山区教育局,B1.1,gzdt,2026年3月16日,是\njyj,B1.2,tzgg,2026/3/16,无问题\njyj,B1.2,,2026.3.18,有问题\n";
    let (_, out) = compare(&office, sheet).await;
    let said: Value = serde_json::from_str(&out).unwrap();
    let standing: Vec<&str> =
        said["lines"].as_array().unwrap().iter().map(|l| l["standing"].as_str().unwrap()).collect();
    assert_eq!(standing, ["agreed", "agreed", "only-people"], "{out}");
    assert_eq!(said["total"]["counts"]["both"], 1);
    assert_eq!(said["total"]["recall_per_mille"], 500);
    assert_eq!(said["lines"][0]["row"], "「检查」!A3");
}

#[tokio::test]
async fn every_mistake_of_the_sheet_is_named_by_its_cell() {
    let office = silent_office().await;
    let sheet = "单位,指标,栏目,检查日期,有问题\n水务局,B9.9,,昨天,也许\njyj,B1.1,没有的栏目,2026-03-16,是\n";
    let (ended, _) = compare(&office, sheet).await;
    assert_eq!(ended, duban::Ended::WrongUsage);
    let app = office.app("2026-03-21 08:00").await;
    let wrong = duban::inspection::read("检查", sheet.as_bytes(), &app.config).unwrap_err().to_string();
    for cell in ["!A2", "!B2", "!D2", "!E2", "!C3"] {
        assert!(wrong.contains(&format!("「检查」{cell}：")), "{cell} in {wrong}");
    }
}
