//! The corrected sheet comes back.

use duban::Ended;
use duban::config::Config;
use sheets::write::{About, Form, Heading, Kind, Out};

use super::{discovered, district};
use crate::harness::{Office, Ran};

const NOW: &str = "2026-04-02 09:00";
const HEADS: &str = "采用,单位编号,单位名称,单位类别,信息员邮箱,栏目编号,栏目名称,类别,网址\n";

async fn import(office: &Office, name: &str, text: impl AsRef<[u8]>) -> Ran {
    let file = office.dir.path().join(name);
    std::fs::write(&file, text).unwrap();
    office.run(NOW, &["import", "units", file.to_str().unwrap()]).await
}

fn units(office: &Office) -> String {
    std::fs::read_to_string(office.config().join("units.toml")).unwrap()
}

fn ids(office: &Office) -> Vec<String> {
    Config::load(&office.config()).unwrap().channels.iter().map(|c| c.id.to_string()).collect()
}

/// The sheet of columns of a workbook as rows of texts.
fn rows(file: &std::path::Path) -> Vec<Vec<String>> {
    let sheets = sheets::read("x", &std::fs::read(file).unwrap(), &sheets::Limits::default()).unwrap();
    let sheet = sheets.iter().find(|s| &*s.name == "栏目").unwrap();
    sheet.rows.iter().map(|r| r.cells.iter().map(sheets::Cell::text).collect()).collect()
}

fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let headings =
        rows[0].iter().map(|n| Heading { name: n.clone(), kind: Kind::Text, required: false, hint: String::new() });
    let cells = |row: &Vec<String>| row.iter().map(|c| Out::text(c.as_str())).collect();
    let form = Form {
        name: "栏目".to_owned(),
        above: vec![],
        headings: headings.collect(),
        examples: vec![],
        rows: rows[1..].iter().map(cells).collect(),
    };
    let about = About { title: String::new(), notes: vec![], made_at: super::at(NOW) };
    sheets::write::xlsx(&[form], &about).unwrap()
}

#[tokio::test]
async fn a_district_is_walked_corrected_taken_in_checked_and_looked_at() {
    let (_, server) = district().await;
    let office = Office::new(&[]).await;
    std::fs::remove_file(office.config().join("units.toml")).unwrap();
    let said = discovered(&office, &server, &[]).await;
    let mut sheet = rows(&office.dir.path().join("found/units.xlsx"));
    let column = |name: &str| sheet[0].iter().position(|h| h == name).unwrap();
    let (adopt, unit, contacts, id, name, kind, url) = (
        column("采用"),
        column("单位名称"),
        column("信息员邮箱"),
        column("栏目编号"),
        column("栏目名称"),
        column("类别"),
        column("网址"),
    );
    // The clerk corrects: one column is not watched, one is of another kind, one gets no id, mail addresses are added, and
    // an account is put in at the end.
    let mut struck = None;
    for row in sheet.iter_mut().skip(1).filter(|r| r[unit] == "钟山区教育局") {
        match row[name].as_str() {
            "回应关切" => {
                row[adopt] = "否".to_owned();
                struck = Some(row[url].clone());
            }
            "政策文件" => row[kind] = "政府信息公开".to_owned(),
            "工作动态" => {
                row[contacts] = "jyj@example.gov.cn；b@example.gov.cn".to_owned();
                row[id].clear();
            }
            _ => {}
        }
    }
    let mut account = vec![String::new(); sheet[0].len()];
    for (at, text) in [
        (adopt, "√"),
        (unit, "钟山区教育局"),
        (name, "钟山教育"),
        (kind, "微信公众号"),
        (url, "https://bridge.example.gov.cn/wx.xml"),
    ] {
        account[at] = text.to_owned();
    }
    sheet.push(account);
    let taken = import(&office, "units.xlsx", workbook(&sheet)).await.json();
    assert_eq!(taken["added"].as_array().unwrap().len() as u64, said["adopted"].as_u64().unwrap(), "{taken}");
    office.run(NOW, &["check"]).await.ok();

    let config = Config::load(&office.config()).unwrap();
    let jyj = config.units.iter().find(|u| u.id.as_str() == "jyj").unwrap();
    assert_eq!(jyj.contacts, ["jyj@example.gov.cn", "b@example.gov.cn"]);
    let kind_of = |id: &str| config.channels.iter().find(|c| c.id.as_str() == id).map(|c| c.kind);
    assert_eq!(kind_of("jyj/zcwj"), Some(model::ChannelKind::Disclosure));
    assert_eq!(
        kind_of("jyj/gzdt"),
        Some(model::ChannelKind::WorkNews),
        "an id of its own is made again from the address"
    );
    assert!(config.channels.iter().any(|c| c.kind == model::ChannelKind::Wechat && c.name == "钟山教育"));
    assert!(!config.channels.iter().any(|c| Some(&c.url) == struck.as_ref()));
    let looked = office.run(NOW, &["poll", "--channel", "jyj/gzdt"]).await.json();
    assert_eq!(looked["good"], 1, "{looked}");

    // The same sheet again changes nothing, and writes nothing.
    let before = units(&office);
    let again = import(&office, "units.xlsx", workbook(&sheet)).await.json();
    assert_eq!((&again["written"], &again["changed"]), (&false.into(), &serde_json::json!([])), "{again}");
    assert_eq!(units(&office), before);
}

#[tokio::test]
async fn ids_stay_what_is_absent_is_kept_and_comments_remain() {
    let office = Office::new(&[
        ("gzdt", "work-news", "/jyj/gzdt/"),
        ("tzgg", "notices", "/jyj/tzgg/"),
        ("old", "policies", "/jyj/zc/"),
    ])
    .await;
    let text = format!(
        "# 本区的单位\n{}# 末尾的说明\n",
        units(&office).replace("name = \"gzdt\"", "name = \"工作动态\"   # 头版")
    );
    office.write("units.toml", &text);
    let sheet = format!(
        "{HEADS}是,jiaoyu,钟山区教育局,部门,,dongtai,工作动态,工作动态,{0}\n\
         是,jyj,教育局,,,,公示公告,公示公告,{1}\n\
         否,jyj,钟山区教育局,部门,,,旧,政策文件,{2}\n\
         是,,大河镇,镇（乡、街道）,a@b.cn,,工作动态,工作动态,http://x.gov.cn/dahe/gzdt/\n\
         是,,大河镇,,,,动态二,工作动态,http://x.gov.cn/dahe/b/gzdt/\n",
        office.site.url("/jyj/gzdt/"),
        office.site.url("/jyj/tzgg/"),
        office.site.url("/jyj/zc/")
    );
    let taken = import(&office, "表.csv", &sheet).await.json();
    assert_eq!(ids(&office), ["jyj/gzdt", "jyj/tzgg", "jyj/old", "dahe/gzdt", "dahe/gzdt-2"], "{taken}");
    let now = units(&office);
    assert!(now.starts_with("# 本区的单位\n") && now.contains("name = \"工作动态\"   # 头版"), "{now}");
    assert!(now.contains("# 末尾的说明"), "{now}");
    assert_eq!(taken["changed"], serde_json::json!(["jyj/tzgg 名称：tzgg → 公示公告"]), "{taken}");
    assert!(taken["kept"].to_string().contains("jyj/old"), "{taken}");
    assert!(taken["notes"].to_string().contains("dongtai"), "{taken}");
    let backup = taken["backup"].as_str().unwrap();
    assert_eq!(std::fs::read_to_string(backup).unwrap(), text);
}

#[tokio::test]
async fn all_mistakes_are_told_with_their_cells_and_nothing_is_changed() {
    let office = Office::new(&[("gzdt", "work-news", "/jyj/gzdt/"), ("tzgg", "notices", "/jyj/tzgg/")]).await;
    let before = units(&office);
    let own = office.site.url("/jyj/gzdt/");
    let sheet = format!(
        "{HEADS}也许,jyj,钟山区教育局,部门,,,a,工作动态,http://x.cn/1\n\
         是,jyj,钟山区民政局,部门,,,b,工作动态,http://x.cn/2\n\
         是,,某区（待定单位）,县,不是邮箱,中文,c,动态,ftp://x\n\
         是,,新单位局,,,,,工作动态,http://x.cn/2\n\
         是,jyj,钟山区教育局,部门,,tzgg,工作动态,工作动态,{own}\n\
         是,jyj,钟山区教育局,镇,,tzgg,别的,工作动态,http://x.cn/5\n\
         否,,,,,,,,\n"
    );
    std::fs::write(office.dir.path().join("表.csv"), &sheet).unwrap();
    let refused = duban::units_import::plan("表", sheet.as_bytes(), Some(&before)).unwrap_err().to_string();
    for place in ["A2", "B3", "C4", "D4", "E4", "F4", "H4", "I4", "G5", "C5", "I5", "F6", "D7", "F7"] {
        assert!(refused.contains(&format!("!{place}：")), "{place} in\n{refused}");
    }
    assert!(!refused.contains("!A8"), "what is not wanted need not be right\n{refused}");
    assert_eq!(import(&office, "表.csv", &sheet).await.ended, Ended::WrongUsage);
    assert_eq!(units(&office), before);
    let left: Vec<_> = std::fs::read_dir(office.config()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "no copy and no half file: {left:?}");
}

#[tokio::test]
async fn the_untouched_starter_gives_way_and_other_files_can_be_written() {
    let office = Office::new(&[]).await;
    std::fs::remove_dir_all(office.config()).unwrap();
    office.run(NOW, &["init"]).await.ok();
    let sheet = format!("{HEADS}是,,大河镇,乡镇,,,工作动态,工作动态,http://x.gov.cn/dahe/gzdt/\n");
    let file = office.dir.path().join("表.csv");
    std::fs::write(&file, &sheet).unwrap();
    let other = office.dir.path().join("另一份.toml");
    let args = ["import", "units", file.to_str().unwrap(), "--out", other.to_str().unwrap()];
    office.run(NOW, &args).await.ok();
    assert!(units(&office).contains("https://www.example.gov.cn/jyj/gzdt/"), "the starter is untouched");
    assert!(std::fs::read_to_string(&other).unwrap().contains("dahe"));
    let taken = import(&office, "表.csv", &sheet).await.json();
    assert_eq!(ids(&office), ["dahe/gzdt"]);
    assert!(taken["notes"].to_string().contains("起步示例"), "{taken}");
}

#[tokio::test]
async fn what_is_no_sheet_or_falls_on_a_broken_file_is_refused() {
    let office = Office::new(&[("gzdt", "work-news", "/jyj/gzdt/")]).await;
    let before = units(&office);
    for bytes in [&b""[..], b"PK\x03\x04 broken", b"a,b\n1,2\n"] {
        assert_eq!(import(&office, "x.xlsx", bytes).await.ended, Ended::WrongUsage);
    }
    assert_eq!(units(&office), before);
    office.write("units.toml", &before.replace("work-news", "wrok-news"));
    let sheet = format!("{HEADS}是,,大河镇,乡镇,,,工作动态,工作动态,http://x.gov.cn/dahe/gzdt/\n");
    assert_eq!(import(&office, "表.csv", &sheet).await.ended, Ended::WrongUsage);
}
