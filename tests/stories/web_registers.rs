//! What people enter through the pages: sheets, entries, matters, suspicions, and other ways of reading tried.

use axum::http::StatusCode;
use calamine::Reader as _;
use model::{Confidence, Quote};
use store::{MatterOpening, NewSuspicion, RegisterFilter};

use crate::web_office::{HOSTILE, Pages};

const HEAD: &str = "登记编号,指标,单位,日期,次数,分值,事由,佐证文件,登记人,另计,撤销,更正理由\n";

#[tokio::test]
async fn a_sheet_with_a_mistake_is_refused_with_its_cells_and_the_corrected_one_is_entered() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let import = async |check: &str, text: String| {
        let files = [("file", "登记.csv", text.as_bytes()), ("proof", "通报.txt", "通报批评".as_bytes())];
        pages.hand_in(&clerk, "/registers/import", &[("check", check)], &files).await
    };
    let bad = import(
        "",
        format!("{HEAD},B1.5,钟山区教育局,2026-03-09,,,错别字,通报.txt,,,,\n,B1.5,没有的局,2026-13-40,,,<b>错别字</b>,没有.txt,,,,\n"),
    )
    .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = bad.text();
    for part in ["「登记」!C3", "「登记」!D3", "「登记」!H3", "有 3 处错误", "没有收到佐证文件"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let register = async || pages.app.store.register(&RegisterFilter::default()).await.unwrap();
    assert!(register().await.is_empty(), "nothing of a sheet with a mistake is entered");

    let good = format!(
        "{HEAD},B1.5,钟山区教育局,2026-03-09,,,错别字,通报.txt,,,,\n,B1.5,钟山区民政局,2026-03-10,,,错别字,佐证\\通报.txt,,,,\n"
    );
    let tried = import("1", good.clone()).await.text();
    assert!(tried.contains("尚未登记") && tried.contains("将新登记"), "{tried}");
    assert!(register().await.is_empty(), "only tried");
    let done = import("", good.clone()).await.text();
    assert!(done.contains("登记或更正 2 行"), "{done}");
    let again = import("", good).await.text();
    assert!(again.contains("登记或更正 0 行") && again.contains("已有登记"), "{again}");
    let all = register().await;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].who, "某人（clerk）");
    let proof = pages.app.store.evidence(all[1].evidence.as_ref().unwrap()).await.unwrap().unwrap();
    assert_eq!(proof, "通报批评".as_bytes());
    let none = pages.hand_in(&clerk, "/registers/import", &[], &[("file", "", b"")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);

    // The sheet that is taken away holds what stands, and comes back as known.
    let sheet = pages.get(&clerk, "/registers/incidents/export").await;
    let again = pages.hand_in(&clerk, "/registers/import", &[], &[("file", "导出.xlsx", &sheet.bytes)]).await.text();
    assert!(again.contains("共 2 行，登记或更正 0 行"), "{again}");
    let empty = pages.get(&clerk, "/registers/signoff/template").await;
    let book = calamine::Xlsx::new(std::io::Cursor::new(empty.bytes)).unwrap();
    assert_eq!(book.sheet_names()[0], "签审单");
    assert_eq!(pages.get(&clerk, "/registers/nothing/template").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_entry_is_made_by_its_form_with_its_proof_and_taken_back_by_another() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let fields = [
        ("kind", "incidents"),
        ("criterion", "B1.5"),
        ("unit", "jyj"),
        ("day", "2026-03-09"),
        ("count", "2"),
        ("description", "某文件<script>第2页"),
    ];
    let wrong: Vec<(&str, &str)> =
        fields.iter().map(|(k, v)| (*k, if *k == "day" { "2027-01-01" } else { *v })).collect();
    let refused = pages.hand_in(&clerk, "/registers/entries", &wrong, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a day to come");
    let done = pages.hand_in(&clerk, "/registers/entries", &fields, &[("file", "通报.pdf", b"%PDF-1.7 proof")]).await;
    assert_eq!(done.header("location"), "/registers?kind=incidents&told=entered", "{}", done.text());
    let twice = pages.hand_in(&clerk, "/registers/entries", &fields, &[("file", "通报.pdf", b"%PDF-1.7 proof")]).await;
    let unproved = pages.hand_in(&clerk, "/registers/entries", &fields, &[("file", "", b"")]).await;
    assert_eq!(unproved.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unproved.text());
    assert_eq!(twice.header("location"), "/registers?kind=incidents&told=known");
    let id = pages.app.store.register(&RegisterFilter::default()).await.unwrap()[0].id;
    let page = pages.get(&clerk, "/registers?kind=incidents").await.text();
    assert!(page.contains("某文件&#60;script&#62;第2页") && page.contains("2026 年的登记"), "{page}");
    let file = pages.get(&clerk, &format!("/registers/entries/{id}/file")).await;
    assert_eq!(file.bytes, b"%PDF-1.7 proof");
    assert!(file.header("content-disposition").ends_with("-1.pdf\""), "{}", file.header("content-disposition"));
    let path = format!("/registers/entries/{id}/revoke");
    let bare = pages.post(&clerk, &path, &[("kind", "incidents"), ("reason", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    pages.post(&clerk, &path, &[("kind", "incidents"), ("reason", "登错单位")]).await;
    let csv = pages.get(&clerk, "/registers?kind=incidents&as=csv").await.text();
    assert!(csv.contains("撤销（登记") && csv.contains("登错单位"), "{csv}");
    assert_eq!(
        pages.post(&clerk, &path, &[("kind", "incidents"), ("reason", "再撤")]).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn a_matter_has_a_clock_that_its_unit_sees_and_another_does_not() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let matter = [
        ("kind", "tasks"),
        ("criterion", "A1.2"),
        ("unit", "jyj"),
        ("code", "钟政公办〔2026〕5号"),
        ("title", "报送信息目录"),
        ("opened", "2026-04-01"),
        ("due", "2026-04-08"),
    ];
    let done = pages.hand_in(&clerk, "/registers/matters", &matter, &[]).await;
    assert_eq!(done.header("location"), "/registers?kind=tasks&told=opened", "{}", done.text());
    let page = pages.get(&clerk, "/registers?kind=tasks").await.text();
    assert!(page.contains("报送信息目录") && page.contains("即将到期") && page.contains("2026-04-08"), "{page}");
    let (own, other) = (pages.as_("jyj").await, pages.as_("mzj").await);
    assert!(pages.get(&own, "/unit/calendar").await.text().contains("报送信息目录"));
    assert!(!pages.get(&other, "/unit/calendar").await.text().contains("报送信息目录"));
    let feed = pages.post(&own, "/unit/calendar/feed", &[]).await.text();
    let secret = feed.split("duban.test/calendar/").nth(1).unwrap().split('<').next().unwrap();
    let feed = pages.get("", &format!("/calendar/{secret}")).await.text().replace("\r\n ", "");
    assert!(feed.contains("报送信息目录 须办结") && feed.contains("DTSTART;VALUE=DATE:20260408"), "{feed}");

    let step = |word: &'static str, note: &'static str| {
        [
            ("kind", "tasks"),
            ("criterion", "A1.2"),
            ("unit", "jyj"),
            ("code", "钟政公办〔2026〕5号"),
            ("step", word),
            ("day", "2026-04-06"),
            ("note", note),
        ]
    };
    let unnamed = pages.hand_in(&clerk, "/registers/steps", &step("更正", "登错"), &[]).await;
    assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY, "which entry is struck must be said");
    let done = pages.hand_in(&clerk, "/registers/steps", &step("报送", ""), &[]).await;
    assert_eq!(done.header("location"), "/registers?kind=tasks&told=stepped", "{}", done.text());
    assert!(!pages.get(&clerk, "/registers?kind=tasks").await.text().contains("报送信息目录"), "it is done");
    assert!(pages.get(&clerk, "/registers?kind=tasks&all=1").await.text().contains("已办"));
    assert!(!pages.get(&own, "/unit/calendar").await.text().contains("报送信息目录"));

    let word = [("kind", "tasks"), ("criterion", "A1.2"), ("unit", ""), ("through", "2026-04-05"), ("note", "")];
    let done = pages.post(&clerk, "/registers/complete", &word).await;
    assert_eq!(done.header("location"), "/registers?kind=tasks&told=complete", "{}", done.text());
    let said = pages.app.store.completeness().await.unwrap();
    assert_eq!((said.len(), said[0].unit.clone()), (1, None));
    let path = format!("/registers/complete/{}/revoke", said[0].id);
    pages.post(&clerk, &path, &[("kind", "tasks"), ("reason", "漏登")]).await;
    assert!(pages.get(&clerk, "/registers?kind=tasks").await.text().contains("已撤回"));
}

async fn proposed(pages: &Pages, mark: &str, criterion: &str) -> i64 {
    let page = b"<!DOCTYPE html><p>saved<script>alert(1)</script>";
    let new = NewSuspicion {
        detector: "typo".to_owned(),
        criterion: criterion.parse().unwrap(),
        unit: "jyj".parse().unwrap(),
        channel: Some("jyj/gzdt".parse().unwrap()),
        entry: None,
        day: "2026-03-09".parse().unwrap(),
        confidence: Confidence::High,
        title: HOSTILE.replace("&lt;", "<").replace("&gt;", ">"),
        summary: format!("疑似错别字{mark}"),
        quotes: vec![Quote { mark: mark.to_owned(), text: "按装".to_owned(), note: "应为安装".to_owned() }],
        url: "http://127.0.0.1/t1.html".to_owned(),
        evidence: Some(pages.app.store.put_evidence(page).await.unwrap()),
    };
    pages.app.store.propose(&[new], pages.app.clock.now()).await.unwrap()[0]
}

#[tokio::test]
async fn a_suspicion_costs_nothing_until_a_person_confirms_it_and_a_dismissed_one_never() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let (one, two) = (proposed(&pages, "甲", "B1.5").await, proposed(&pages, "乙", "B1.5").await);
    let list = pages.get(&clerk, "/suspicions").await.text();
    assert!(list.contains("疑似错别字甲") && list.contains("&#60;script&#62;") && !list.contains("<script>document"));
    let page = pages.get(&clerk, &format!("/suspicions/{one}")).await.text();
    assert!(page.contains("应为安装") && page.contains("认定并登记"), "{page}");
    let saved = pages.get(&clerk, &format!("/suspicions/{one}/page")).await;
    assert!(saved.header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    let register = async || pages.app.store.register(&RegisterFilter::default()).await.unwrap();

    let confirm = format!("/suspicions/{one}/confirm");
    let bare = pages.post(&clerk, &confirm, &[("day", "2026-03-09"), ("reason", "")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(register().await.is_empty());
    let done = pages.post(&clerk, &confirm, &[("day", "2026-03-10"), ("reason", "已核对")]).await;
    assert_eq!(done.header("location"), "/suspicions?told=suspicion-confirmed", "{}", done.text());
    let all = register().await;
    assert_eq!((all.len(), all[0].day.to_string(), all[0].who.as_str()), (1, "2026-03-10".to_owned(), "某人（clerk）"));
    let again = pages.post(&clerk, &confirm, &[("day", "2026-03-10"), ("reason", "已核对")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    pages.post(&clerk, &format!("/suspicions/{two}/dismiss"), &[("reason", "专有名词")]).await;
    assert!(pages.get(&clerk, "/suspicions").await.text().contains("没有这样的疑点"));
    assert!(pages.get(&clerk, "/suspicions?state=dismissed").await.text().contains("专有名词"));
    assert_eq!(register().await.len(), 1);
    assert_eq!(pages.get(&clerk, "/suspicions/999").await.status, StatusCode::NOT_FOUND);

    // A row with a clock becomes a matter.
    let three = proposed(&pages, "丙", "A1.2").await;
    let done = pages
        .post(&clerk, &format!("/suspicions/{three}/confirm"), &[("day", "2026-03-20"), ("reason", "已核对")])
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let matters = pages.app.store.matters().await.unwrap();
    assert_eq!(matters[0].due.unwrap().to_string(), "2026-03-20");
}

#[tokio::test]
async fn a_long_list_comes_a_page_at_a_time_and_its_file_is_whole() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let now = pages.app.clock.now();
    for n in 0..101 {
        proposed(&pages, &format!("第{n:03}处"), "B1.5").await;
        let opening = MatterOpening {
            criterion: "A1.2".parse().unwrap(),
            unit: "jyj".parse().unwrap(),
            code: format!("第{n:03}号").parse().unwrap(),
            title: "报送信息目录".to_owned(),
            opened: "2026-03-30".parse().unwrap(),
            due: Some("2026-04-20".parse().unwrap()),
            document: None,
            evidence: None,
            who: "张三".to_owned(),
        };
        pages.app.store.open_matter(&opening, now).await.unwrap();
    }
    // What each page holds of them.
    let held = async |path: &str, mark: fn(usize) -> String| {
        let text = pages.get(&clerk, path).await.text();
        let of = (0..101).filter(|n| text.contains(&mark(*n))).collect::<Vec<_>>();
        (of, text)
    };
    for (list, mark) in [
        ("/suspicions?state=open", (|n| format!("疑似错别字第{n:03}处")) as fn(usize) -> String),
        ("/registers?kind=tasks", |n| format!("第{n:03}号<")),
    ] {
        let (first, text) = held(list, mark).await;
        let (second, last) = held(&format!("{list}&page=2"), mark).await;
        assert_eq!((first.len(), second.len()), (100, 1), "{text}");
        assert!(!first.contains(&second[0]));
        assert!(text.contains("page=2") && text.contains("第 1 / 2 页") && last.contains("page=1"));
        assert_eq!(held(&format!("{list}&page=99"), mark).await.0, second, "beyond the end is the end");
        let file = pages.get(&clerk, &format!("{list}&as=csv")).await.text();
        assert_eq!(file.lines().count(), 102, "{file}");
    }
}

#[tokio::test]
async fn other_selectors_are_tried_on_what_is_saved_and_written_down_only_when_a_person_says_so() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let (path, save) = ("/channels/jyj/gzdt/try", "/channels/jyj/gzdt/save");
    let units = || std::fs::read_to_string(pages.office.config().join("units.toml")).unwrap();
    let before = units();
    let today = pages.get(&clerk, path).await.text();
    assert!(today.contains("2 个不同的已存页面") && !today.contains("新读法"), "{today}");
    let same = pages.get(&clerk, &format!("{path}?row=ul.list+li&date=span")).await.text();
    assert!(
        same.contains("其中 0 个两种读法结果不同") && same.contains("value=\"row=ul.list li; date=span\""),
        "{same}"
    );
    let worse = pages.get(&clerk, &format!("{path}?row=ul.list+li%3Afirst-child&date=span")).await.text();
    assert!(worse.contains("少读1条") && worse.contains("少了：") && worse.contains("仍要保存"), "{worse}");
    let broken = pages.get(&clerk, &format!("{path}?source=%7B+nothing+%3D+1+%7D")).await.text();
    assert!(broken.contains("class=\"wrong\""), "{broken}");
    // What is worse, what cannot be read and what gives no reason is not written.
    let bad = ("selectors", "row=ul.list li:first-child; date=span");
    assert_eq!(pages.post(&clerk, save, &[bad, ("reason", "试")]).await.status, StatusCode::CONFLICT);
    let nonsense = [("source", "{ nothing = 1 }"), ("reason", "试")];
    assert_eq!(pages.post(&clerk, save, &nonsense).await.status, StatusCode::CONFLICT);
    let way = ("selectors", "row=ul.list li; date=span");
    assert_eq!(pages.post(&clerk, save, &[way, ("reason", " ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(before, units());
    let done = pages.post(&clerk, save, &[way, ("reason", "改版后核对")]).await;
    assert_eq!(done.header("location"), format!("{path}?told=saved"), "{}", done.text());
    let after = units();
    assert!(after.contains("row = \"ul.list li\"") && after.len() > before.len(), "{after}");
    assert!(duban::config::Config::load(&pages.office.config()).is_ok());
    let backups = std::fs::read_dir(pages.office.config()).unwrap();
    let kept = backups.map(|f| f.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "bak")).unwrap();
    assert_eq!(before, std::fs::read_to_string(kept).unwrap());
    let audit = pages.get(&pages.as_("admin").await, "/audit").await.text();
    assert!(audit.contains("/channels/jyj/gzdt/save") && audit.contains("的读法已写入"), "{audit}");
    let accept = pages.post(&clerk, "/channels/jyj/gzdt/accept", &[("reason", "看过")]).await;
    assert_eq!(accept.status, StatusCode::CONFLICT, "nothing has changed that could be accepted");
}

/// As under the unit that is delivered: the configuration belongs to root.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn where_the_configuration_may_not_be_written_the_page_says_which_command_does_it() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let units = || std::fs::read_to_string(pages.office.config().join("units.toml")).unwrap();
    let before = units();
    // No one may make a file there, whoever runs the tests.
    std::os::unix::fs::symlink("/sys/duban", pages.office.config().join("units.toml.new")).unwrap();
    let fields = [("selectors", "row=ul.list li; date=span"), ("reason", "改版后核对")];
    let refused = pages.post(&clerk, "/channels/jyj/gzdt/save", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let text = refused.text();
    assert!(text.contains("请管理员在服务器上运行") && text.contains("duban try --channel jyj/gzdt"), "{text}");
    assert_eq!(before, units());
    let last = pages.app.store.last_read(&"jyj/gzdt".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(last.accepted, None, "what is not written is not compared with either");
}
