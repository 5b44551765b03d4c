//! Registers by sheets: filled in, checked as a whole, entered as a whole, written out again.

use duban::Ended;
use serde_json::Value;

use crate::harness::{Office, Ran};

const NOW: &str = "2026-06-10 08:00";

pub(crate) async fn office() -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let units = office.units_toml(&[("gzdt", "work-news", "/gzdt/")]);
    let more = [
        ("dhz", "大河镇", "township", ""),
        ("xfj", "钟山区信访局", "department", "aliases = [\"区信访局\"]\n"),
    ]
    .map(|(id, name, kind, also)| {
        let url = office.site.url("/more/");
        format!(
            "[[unit]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"{kind}\"\n{also}contacts = [\"{id}@example.gov.cn\"]\n\
             [[unit.channel]]\nid = \"gzdt\"\nkind = \"work-news\"\nname = \"动态\"\nurl = \"{url}{id}/\"\n"
        )
    })
    .concat();
    office.write("units.toml", &(units + &more));
    office
}

/// Puts a file into the folder of the sheets.
pub(crate) fn put(office: &Office, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = office.dir.path().join("sheets").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(crate) async fn import(office: &Office, file: &str) -> Ran {
    office.run(NOW, &["import", "register", file, "--by", "张三"]).await
}

/// The cells and what became of their rows.
pub(crate) fn results(said: &Value) -> Vec<(String, String)> {
    let rows = said["rows"].as_array().unwrap().iter();
    rows.map(|r| (r["cell"].as_str().unwrap().to_owned(), r["result"].as_str().unwrap().to_owned())).collect()
}

/// The mistakes of a refused sheet: cell and message.
pub(crate) fn mistakes(ran: &Ran) -> Vec<(String, String)> {
    assert_eq!(ran.ended, Ended::WrongUsage, "{}", ran.out);
    let said: Value = serde_json::from_str(&ran.out).unwrap();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    said["mistakes"].as_array().unwrap().iter().map(|m| (text(&m["cell"]), text(&m["message"]))).collect()
}

async fn entries(office: &Office) -> Vec<Value> {
    office.run(NOW, &["register", "--list"]).await.json().as_array().unwrap().clone()
}

const HEAD: &str = "登记编号,指标,单位,日期,次数,分值,事由,佐证文件,登记人,另计,撤销,更正理由\n";

#[tokio::test]
async fn a_sheet_is_entered_once_however_often_it_is_handed_in() {
    let office = office().await;
    put(&office, "佐证/通报.txt", "通报批评");
    let text = format!(
        "{HEAD}示例（不导入）,B1.5,钟山区教育局,2026-01-01,,,例,,,,,\n\
         ,Ｂ１．５ 错别字,钟山区教育局,２０２６年３月１日,２,,某文件第2页错别字,佐证\\通报.txt,,,,\n\
         ,C2.1,dhz,2026/3/2,,,《春耕》被采用,,李四,,,\n\
         ,E5.1,区信访局,2026.3.3,,-0.5,省评估扣分,,,,,\n"
    );
    let file = put(&office, "登记.csv", &text);
    let tried = office.run(NOW, &["import", "register", &file, "--by", "张三", "--check"]).await.json();
    assert_eq!(results(&tried).iter().filter(|(_, r)| r == "made").count(), 3);
    assert!(entries(&office).await.is_empty(), "only tried");

    let said = import(&office, &file).await.json();
    let want = ["「登记」!A3", "「登记」!A4", "「登记」!A5"].map(|c| (c.to_owned(), "made".to_owned()));
    assert_eq!(results(&said), want);
    assert!(said["notes"].to_string().contains("示例"));
    let all = entries(&office).await;
    let of = |n: usize, key: &str| all[n][key].clone();
    assert_eq!(
        (of(0, "criterion"), of(0, "unit"), of(0, "day"), of(0, "count")),
        ("B1.5".into(), "jyj".into(), "2026-03-01".into(), 2.into())
    );
    assert_eq!((of(1, "unit"), of(1, "who"), of(2, "who")), ("dhz".into(), "李四".into(), "张三".into()));
    assert_eq!(of(2, "points").to_string(), "-0.5");
    let hash = of(0, "evidence").as_str().unwrap().parse().unwrap();
    let app = office.app(NOW).await;
    assert_eq!(app.store.evidence(&hash).await.unwrap().unwrap(), "通报批评".as_bytes());
    assert_eq!(app.store.sheet_of(1).await.unwrap().as_deref(), Some("登记.csv「登记」!A3"));

    let again = import(&office, &file).await.json();
    assert!(results(&again).iter().all(|(_, r)| r == "known"), "{again}");
    let gbk = put(&office, "另存.csv", encoding_rs::GB18030.encode(&text).0);
    assert!(
        results(&import(&office, &gbk).await.json()).iter().all(|(_, r)| r == "known"),
        "another charset, the same rows"
    );
    assert_eq!(entries(&office).await.len(), 3);
}

#[tokio::test]
async fn every_kind_of_mistake_in_one_file_is_said_with_its_cell_and_nothing_is_entered() {
    let office = office().await;
    put(&office, "a.txt", "a");
    put(&office, "../secret.txt", "secret");
    std::os::unix::fs::symlink(office.dir.path().join("secret.txt"), office.dir.path().join("sheets/link.txt"))
        .unwrap();
    let good = put(
        &office,
        "good.csv",
        format!("{HEAD},C2.1,大河镇,2026-03-02,,,《一》被采用,,,,,\n,C2.1,大河镇,2026-03-03,,,《二》被采用,,,,,\n"),
    );
    import(&office, &good).await.ok();
    let rows = [
        ",C2.1,大河镇,2026-03-05,,,对的一行,,,,,",
        ",B9.9,大河镇,2026-03-01,,,没有的指标,,,,,",
        ",B1.1,大河镇,2026-03-01,,,由监测判定,,,,,",
        ",D2.1,大河镇,2026-03-01,,,按事项登记,,,,,",
        ",C2.1,大河乡,2026-03-01,,,没有的单位,,,,,",
        ",E5.1,大河镇,2026-03-01,,-1,不适用,,,,,",
        ",C2.1,大河镇,3月1日,,,没有年份,,,,,",
        ",C2.1,大河镇,2027-03-01,,,还没有发生,,,,,",
        ",C2.1,大河镇,2026-03-06,两次,,次数,,,,,",
        ",C2.1,大河镇,2026-03-07,,2,不能写分值,,,,,",
        ",E5.1,区信访局,2026-03-08,,,没有分值,,,,,",
        ",E5.1,区信访局,2026-03-08,,很多,不是分值,,,,,",
        ",C2.1,大河镇,2026-03-09,,,,,,,,",
        ",B1.5,大河镇,2026-03-10,,,没有佐证,,,,,",
        ",B1.5,大河镇,2026-03-11,,,越出文件夹,../secret.txt,,,,",
        ",B1.5,大河镇,2026-03-12,,,链接到外面,link.txt,,,,",
        ",B1.5,大河镇,2026-03-13,,,绝对路径,/etc/passwd,,,,",
        ",B1.5,大河镇,2026-03-14,,,没有的文件,b.txt,,,,",
        ",B1.5,大河镇,2026-03-15,,,没有的存证,sha256:0000000000000000000000000000000000000000000000000000000000000000,,,,",
        "x,C2.1,大河镇,2026-03-16,,,编号不对,,,,,",
        "99,C2.1,大河镇,2026-03-17,,,没有的编号,,,,,",
        ",C2.1,大河镇,2026-03-18,,,另计写错,,,也许,,",
        ",C2.1,大河镇,2026-03-02,,,与已有的登记同一天,,,,,",
        ",C2.1,大河镇,2026-03-05,,,对的一行,,,,,",
        "2,B1.5,大河镇,2026-03-02,,,换了指标,a.txt,,,,",
        ",C2.1,大河镇,2026-03-19,,,没有编号的撤销,,,,是,",
    ];
    let file = put(&office, "错.csv", format!("{HEAD}{}\n", rows.join("\n")));
    let said = mistakes(&import(&office, &file).await);
    let wanted = [
        ("B3", "没有指标"),
        ("B4", "由监测判定"),
        ("B5", "按事项登记"),
        ("C6", "没有单位"),
        ("C7", "不适用"),
        ("D8", "不是日期"),
        ("D9", "尚未发生"),
        ("E10", "整数"),
        ("F11", "不能改写"),
        ("F12", "请写明分值"),
        ("F13", "不是分值"),
        ("G14", "请填写事由"),
        ("H15", "须附佐证"),
        ("H16", "不在登记表所在的文件夹内"),
        ("H17", "不在登记表所在的文件夹内"),
        ("H18", "不在登记表所在的文件夹内"),
        ("H19", "找不到佐证文件"),
        ("H20", "没有这一指纹的存证"),
        ("A21", "导出时写入的编号"),
        ("A22", "没有编号为 99"),
        ("J23", "请填「是」或留空"),
        ("A24", "已有登记 1"),
        ("A25", "「错」!A2 一行内容完全相同"),
        ("A26", "编号可能填错"),
        ("A27", "要撤销的登记请填"),
    ];
    for (cell, word) in wanted {
        let cell = format!("「错」!{cell}");
        assert!(said.iter().any(|(at, m)| *at == cell && m.contains(word)), "{cell} {word} in\n{said:#?}");
    }
    assert_eq!(said.len(), wanted.len(), "{said:#?}");
    assert_eq!(entries(&office).await.len(), 2, "nothing of the file was entered");
}

#[tokio::test]
async fn a_changed_row_is_a_later_entry_that_names_the_earlier_one() {
    let office = office().await;
    put(&office, "a.txt", "甲");
    let first = put(
        &office,
        "一.csv",
        format!("{HEAD},B1.5,大河镇,2026-03-02,1,,错别字,a.txt,,,,\n,C2.1,大河镇,2026-03-02,,,《一》,,,,,\n"),
    );
    import(&office, &first).await.ok();
    // Without the number it might be another matter: that is asked.
    let asked = put(&office, "二.csv", format!("{HEAD},B1.5,大河镇,2026-03-02,2,,错别字,a.txt,,,,\n"));
    let said = mistakes(&import(&office, &asked).await);
    assert!(said[0].1.contains("请在「登记编号」填 1") && said[0].1.contains("「另计」"), "{said:?}");
    // With the number it is a correction; the file of the earlier entry need not be named again.
    let second = put(&office, "三.csv", format!("{HEAD}1,B1.5,大河镇,2026-03-02,2,,错别字,,,,,数错了\n"));
    let said = import(&office, &second).await.json();
    assert_eq!(results(&said), [("「三」!A2".to_owned(), "replaced".to_owned())]);
    let all = entries(&office).await;
    assert_eq!(all.len(), 4);
    assert_eq!(
        (&all[2]["cancels"], &all[3]["count"], &all[3]["evidence"]),
        (&1.into(), &2.into(), &all[0]["evidence"])
    );
    assert!(
        all[2]["description"].as_str().unwrap().contains("三.csv")
            && all[2]["description"].as_str().unwrap().contains("数错了")
    );
    // All three sheets again: nothing.
    for (file, word) in [(&second, "known"), (&first, "gone")] {
        let said = import(&office, file).await.json();
        assert_eq!(results(&said)[0].1, word, "{said}");
    }
    assert_eq!(entries(&office).await.len(), 4);
    // Another matter of the same day, said to be one.
    let another = put(&office, "四.csv", format!("{HEAD},B1.5,大河镇,2026-03-02,1,,泄露身份证号,a.txt,,是,,\n"));
    assert_eq!(results(&import(&office, &another).await.json())[0].1, "made");
    // Taken back, with a reason.
    let back = put(&office, "五.csv", format!("{HEAD}2,C2.1,大河镇,2026-03-02,1,,《一》,,,,是,\n"));
    assert!(mistakes(&import(&office, &back).await)[0].1.contains("写明理由"));
    let back = put(&office, "五.csv", format!("{HEAD}2,C2.1,大河镇,2026-03-02,1,,《一》,,,,是,重复计算\n"));
    assert_eq!(results(&import(&office, &back).await.json())[0].1, "taken-back");
    assert_eq!(results(&import(&office, &back).await.json())[0].1, "gone");
    assert_eq!(entries(&office).await.len(), 6);
}

#[tokio::test]
async fn what_is_exported_changes_nothing_when_it_is_imported() {
    let office = office().await;
    put(&office, "a.txt", "甲");
    let file = put(
        &office,
        "一.csv",
        format!(
            "{HEAD},B1.5,大河镇,2026-03-02,3,,\"=HYPERLINK(\"\"http://x\"\")，\n第二行\",a.txt,,,,\n,C2.1,jyj,2026-03-02,,,001,,,,,\n\
             ,F5.1,jyj,2026-03-03,,,表彰,,,,,\n,E5.1,xfj,2026-03-04,,-0.25,-1,,,,,\n,C3.1,dhz,2026-03-05,,,负面舆情,a.txt,,,,\n"
        ),
    );
    import(&office, &file).await.ok();
    let out = |name: &str| office.dir.path().join(name).to_str().unwrap().to_owned();
    let (all, one) = (out("all.xlsx"), out("one.csv"));
    office.run(NOW, &["export", "register", "--out", &all]).await.ok();
    office.run(NOW, &["export", "register", "incidents", "--out", &one]).await.ok();
    for (file, rows) in [(&all, 5), (&one, 2)] {
        let said = import(&office, file).await.json();
        let got = results(&said);
        assert_eq!(got.len(), rows, "{said}");
        assert!(got.iter().all(|(_, r)| r == "known"), "{said}");
    }
    assert_eq!(entries(&office).await.len(), 5);
    let text = std::fs::read_to_string(&one).unwrap();
    assert!(text.contains("\"'=HYPERLINK"), "no formula in the CSV: {text}");
    let twice = office.run(NOW, &["export", "register", "--out", &all]).await;
    assert_eq!(twice.ended, Ended::WrongUsage, "files are not overwritten");
    assert_eq!(office.run(NOW, &["export", "register", "--out", &out("all.csv")]).await.ended, Ended::WrongUsage);
}

#[tokio::test]
async fn a_template_comes_back_empty() {
    let office = office().await;
    for kind in [
        "tasks",
        "yearly",
        "signoff",
        "applications",
        "letters",
        "surveys",
        "incidents",
        "articles",
        "bonus",
        "external",
    ] {
        for ext in ["xlsx", "csv"] {
            let file = office.dir.path().join(format!("{kind}.{ext}")).to_str().unwrap().to_owned();
            office.run(NOW, &["template", "register", kind, "--out", &file]).await.ok();
            let said = import(&office, &file).await.json();
            assert!(results(&said).is_empty() && said["notes"].to_string().contains("示例"), "{said}");
        }
    }
    assert!(entries(&office).await.is_empty());
}

#[tokio::test]
async fn files_that_hold_no_register_are_told_apart() {
    let office = office().await;
    let said = |name: &'static str, bytes: &'static [u8]| {
        let file = put(&office, name, bytes);
        let office = &office;
        async move { mistakes(&import(office, &file).await).remove(0).1 }
    };
    assert!(said("a.csv", b"").await.contains("空的"));
    assert!(said("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").await.contains("另存为"));
    assert!(said("a.xlsx", b"PK\x03\x04rubbish").await.contains("损坏"));
    assert!(said("a.csv", "姓名,电话\n张三,1\n".as_bytes()).await.contains("没有找到登记表"));
    assert!(said("a.csv", "指标,单位,日期\n".as_bytes()).await.contains("缺少「事由」列"));
    assert!(
        said("a.csv", "指标,单位,日期,事由,次数数\nC2.1,jyj,2026-01-02,x,2\n".as_bytes())
            .await
            .contains("是否应为「次数」")
    );
}
