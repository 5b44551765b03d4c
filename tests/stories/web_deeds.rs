//! What is done through the pages: the way from a deduction to its reversal, waivers, closing, downloads, the log.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use calamine::Reader as _;

use crate::harness::list;
use crate::web_office::{HOSTILE, Pages};

fn appeal(cookie: &str, finding: i64, reason: &str, file: Option<(&str, &[u8])>) -> Request<Body> {
    let mut body = format!("--x\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\n{reason}\r\n").into_bytes();
    let (name, bytes) = file.unwrap_or(("", b""));
    body.extend(
        format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes(),
    );
    body.extend(bytes);
    body.extend(b"\r\n--x--\r\n");
    Request::post(format!("/findings/{finding}/appeal"))
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn from_a_deduction_to_its_reversal_with_pages_alone() {
    let pages = Pages::open().await;
    let officer = pages.as_("jyj").await;
    let id = pages.own;
    // The officer's pages lead to the finding, and the finding to the saved page.
    let home = pages.get(&officer, "/unit").await.text();
    assert!(home.contains("href=\"/findings?tab=posted\""));
    let list = pages.get(&officer, "/findings?tab=posted").await.text();
    assert!(list.contains(&format!("href=\"/findings/{id}\"")), "{list}");
    let page = pages.get(&officer, &format!("/findings/{id}")).await.text();
    for part in ["细则怎么说", "看存证页面", "怎样才算达标", "提交申诉", "已入账"] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(pages.ask(appeal(&officer, id, "  ", None)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sent = pages.ask(appeal(&officer, id, "3月10日发布在旧栏目", Some(("截图<1>.png", b"\x89PNG\x00bytes")))).await;
    assert_eq!(sent.header("location"), format!("/findings/{id}?told=appealed"), "{}", sent.text());
    assert_eq!(pages.ask(appeal(&officer, id, "再来一次", None)).await.status, StatusCode::CONFLICT);

    let clerk = pages.as_("clerk").await;
    let list = pages.get(&clerk, "/appeals").await.text();
    assert!(list.contains("3月10日发布在旧栏目") && list.contains("截图&#60;1&#62;.png"), "{list}");
    let events = pages.app.store.events(id).await.unwrap();
    let file = pages.get(&clerk, &format!("/findings/{id}/files/{}", events.last().unwrap().seq)).await;
    assert_eq!(file.bytes, b"\x89PNG\x00bytes");
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"duban-appeal-"));
    assert!(file.header("content-disposition").ends_with(".png\""));

    let decide = format!("/findings/{id}/decide");
    let bare = pages.post(&clerk, &decide, &[("action", "reverse"), ("reason", "")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = pages.post(&clerk, &decide, &[("action", "reverse"), ("reason", "核实属实")]).await;
    assert_eq!(done.header("location"), format!("/findings/{id}?told=reversed"));
    let preview = pages.get(&clerk, "/ledger/2026-04/preview").await.text();
    assert!(preview.contains("红冲第"), "{preview}");
    assert!(!preview.contains("<button>关账"), "April is not over");
    let early = pages.post(&clerk, "/ledger/2026-04/close", &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);

    pages.app.clock.set("2026-05-02T02:00:00Z".parse().unwrap());
    let clerk = pages.as_("clerk").await;
    let closed = pages.post(&clerk, "/ledger/2026-04/close", &[]).await;
    assert_eq!(closed.header("location"), "/ledger/2026-04?told=closed", "{}", closed.text());
    assert!(pages.get(&clerk, "/ledger/2026-04").await.text().contains("红冲第"));
    assert_eq!(pages.post(&clerk, "/ledger/2026-04/close", &[]).await.status, StatusCode::CONFLICT);

    // Every deed stands in the log with its author, the failed ones too, and no reading does.
    let admin = pages.as_("admin").await;
    let log = pages.get(&admin, "/audit?as=csv").await.text();
    for part in [
        format!("POST /findings/{id}/appeal,对发现 {id} 提出申诉，附材料,成功"),
        format!("POST /findings/{id}/decide,发现 {id}：撤销扣分（红冲）,成功"),
        "POST /ledger/2026-04/close,\"2026-04 关账".to_owned().replace('"', ""),
        "未办理（409）".to_owned(),
    ] {
        assert!(log.contains(&part), "{part} in {log}");
    }
    assert!(!log.contains("GET "));
}

#[tokio::test]
async fn findings_are_confirmed_together_and_dismissed_with_a_reason() {
    let pages = Pages::open().await;
    // A further silence, not yet closed: judged in April.
    pages
        .office
        .site
        .page("/jyj/", crate::harness::list(&[("培训", "./t2.html", "2026-04-03"), ("会", "./t3.html", "2026-05-10")]));
    pages.office.run("2026-05-11 08:00", &["cycle"]).await.ok();
    pages.app.clock.set("2026-05-11T02:00:00Z".parse().unwrap());
    let clerk = pages.as_("clerk").await;
    let inbox = pages.get(&clerk, "/findings").await.text();
    let ids: Vec<&str> = inbox.split("name=\"id\" value=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    assert!(ids.len() >= 2, "{inbox}");
    let done = pages.post(&clerk, "/findings/confirm", &[("id", ids[0])]).await;
    assert_eq!(done.header("location"), "/findings?tab=new&told=confirmed", "{}", done.text());
    let again = pages.post(&clerk, "/findings/confirm", &[("id", ids[0]), ("id", ids[1])]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text().contains("已确认 1 条"), "{}", again.text());
    let id = ids[1];
    let dismissed =
        pages.post(&clerk, &format!("/findings/{id}/decide"), &[("action", "dismiss"), ("reason", "改版")]).await;
    assert_eq!(dismissed.header("location"), format!("/findings/{id}?told=dismissed"));
    let page = pages.get(&clerk, &format!("/findings/{id}?told=dismissed")).await.text();
    assert!(page.contains("不予认定") && page.contains("改版") && page.contains("某人（clerk）"), "{page}");
    // What stands in the list is what stands in the finding.
    for f in pages.app.store.finding_list(&store::FindingFilter::default(), 0, 1000).await.unwrap() {
        let whole = pages.app.store.finding(f.id).await.unwrap().unwrap();
        let (j, key) = (&whole.judgement, &whole.judgement.key);
        assert_eq!((f.verdict, f.points, f.missing, f.state), (j.verdict, j.points, j.missing, whole.state));
        assert_eq!((f.days, f.month, &f.flags, &f.unit), (key.days, key.month(), &j.flags, &key.scope.unit()));
    }
}

#[tokio::test]
async fn waivers_and_statements_are_entered_checked_and_taken_back() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let form = |unit, channel, to| {
        [
            ("unit", unit),
            ("channel", channel),
            ("criterion", ""),
            ("from", "2026-04-10"),
            ("to", to),
            ("reason", "机构改革"),
            ("document", "钟府办〔2026〕3号"),
            ("approver", "张某"),
        ]
    };
    for bad in [form("no", "", "2026-04-20"), form("jyj", "mzj/gzdt", "2026-04-20"), form("jyj", "", "2026-04-01")] {
        let got = pages.post(&clerk, "/spared/waivers", &bad).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", got.text());
    }
    let got = pages.post(&clerk, "/spared/waivers", &form("jyj", "jyj/gzdt", "2026-04-20")).await;
    assert_eq!(got.header("location"), "/spared?told=waived", "{}", got.text());
    let statement =
        [("channel", "mzj/gzdt"), ("from", "2026-04-10"), ("to", "2026-04-20"), ("reason", "无"), ("approver", "张某")];
    assert_eq!(pages.post(&clerk, "/spared/declared", &statement).await.header("location"), "/spared?told=declared");
    let revoke = pages.post(&clerk, "/spared/waivers/1/revoke", &[("reason", "登记有误")]).await;
    assert_eq!(revoke.header("location"), "/spared?told=revoked");
    let page = pages.get(&clerk, "/spared").await.text();
    assert!(page.contains("登记有误") && page.contains("钟府办〔2026〕3号"), "{page}");
}

#[tokio::test]
async fn a_saved_page_can_do_nothing_and_titles_are_text() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let found = pages.app.store.finding(pages.own).await.unwrap().unwrap();
    let look = found.judgement.proof.after.first().unwrap();
    let page = pages.get(&clerk, &format!("/looks/{}", look.look)).await.text();
    assert!(page.contains("<iframe class=\"saved\" sandbox src=\"/saved/"), "{page}");
    assert!(!page.contains("<script>document"), "a title is text");
    let src = page.split("src=\"/saved/").nth(1).unwrap().split('"').next().unwrap();
    let saved = pages.get(&clerk, &format!("/saved/{src}")).await;
    assert!(saved.text().contains("<script>createPageHTML"), "it is shown as it came");
    let policy = saved.header("content-security-policy");
    assert!(policy.starts_with("sandbox; default-src 'none'") && !policy.contains("allow-"), "{policy}");
    assert_eq!(saved.header("content-type"), "text/html; charset=utf-8");
    let finding = pages.get(&clerk, &format!("/findings/{}", pages.own)).await.text();
    assert!(!finding.contains("<script>document") && !HOSTILE.is_empty());
}

#[tokio::test]
async fn each_table_is_taken_away_as_xlsx_and_csv() {
    let pages = Pages::open().await;
    let admin = pages.as_("admin").await;
    let tables = [
        ("/findings?tab=all", "工作动态"),
        ("/channels?x=", "教育局"),
        ("/channels/jyj/gzdt?x=", "列表完整"),
        ("/ledger?x=", "2026-03"),
        ("/accounts?x=", "clerk"),
        ("/spared?x=", "文号"),
        ("/ledger/2026-03?x=", "教育局"),
        ("/ledger/2026-04/preview?x=", "所属月份"),
        ("/scores?x=", "民政局"),
        ("/scores/jyj?x=", "教育局"),
        ("/district?kind=work-news", "未达标"),
        ("/rulebook?x=", "细则原文"),
        ("/audit?x=", "登录"),
    ];
    for (path, holds) in tables {
        let csv = pages.get(&admin, &format!("{path}&as=csv")).await;
        assert!(csv.status == StatusCode::OK && csv.text().contains(holds), "{path}: {}", csv.text());
        assert!(csv.header("content-disposition").contains("attachment; filename=\"duban-"), "{path}");
        let xlsx = pages.get(&admin, &format!("{path}&as=xlsx")).await;
        let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(xlsx.bytes)).unwrap();
        assert!(!book.worksheets().is_empty(), "{path}");
    }
    let officer = pages.as_("jyj").await;
    assert!(pages.get(&officer, "/unit/calendar?as=csv").await.text().contains("工作动态"));
}

#[tokio::test]
async fn the_calendar_is_found_by_its_secret_only_and_tells_the_last_day() {
    let pages = Pages::open().await;
    let officer = pages.as_("jyj").await;
    let made = pages.post(&officer, "/unit/calendar/feed", &[]).await.text();
    let address = made.split("http://duban.test").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let feed = pages.get("", &address).await;
    assert_eq!(feed.header("content-type"), "text/calendar; charset=utf-8");
    let text = feed.text();
    // The last item bears 3 April, so the open window of fourteen days ends on the 17th.
    assert!(text.contains("DTSTART;VALUE=DATE:20260417\r\n"), "{text}");
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(!text.contains("mzj"));
    pages.post(&officer, "/unit/calendar/feed", &[]).await;
    assert_eq!(pages.get("", &address).await.status, StatusCode::NOT_FOUND, "the old address is worth nothing");
    let admin = pages.as_("admin").await;
    pages.post(&admin, "/accounts/jyj/disable", &[]).await;
    assert_eq!(pages.get("", &address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_map_and_the_timeline_stand_on_the_dates_that_count() {
    let pages = Pages::open().await;
    let rows = [
        (HOSTILE, "./t1.html", "2026-03-01"),
        ("培训", "./t2.html", "2026-04-03"),
        ("补发", "./t3.html", "2026-03-15"),
        ("预告", "./t4.html", "2026-05-30"),
    ];
    pages.office.site.page("/jyj/", list(&rows));
    pages.office.run("2026-04-20 08:00", &["cycle"]).await.ok();
    pages.app.clock.set("2026-04-20T02:00:00Z".parse().unwrap());
    let leader = pages.as_("leader").await;
    let csv = pages.get(&leader, "/district?as=csv").await.text();
    let mut lines = csv.lines().map(|l| l.trim_start_matches('\u{feff}').split(',').collect::<Vec<_>>());
    let (head, jyj) = (lines.next().unwrap(), lines.find(|l| l[0] == "jyj").unwrap());
    let on = |day: &str| jyj[head.iter().position(|h| *h == day).unwrap()];
    // Dated back, or ahead: both count on the day on which they were first seen.
    assert!(on("2026-04-20").contains("发布 2 条"), "{csv}");
    assert!(on("2026-04-03").contains("发布 1 条") && !on("2026-03-15").contains("发布 1 条"), "{csv}");
    let timeline = pages.get(&leader, "/channels/jyj/gzdt").await.text();
    assert!(timeline.contains("2026-04-20 发布 2 条") && !timeline.contains("2026-03-15 发布"), "{timeline}");
}

#[tokio::test]
async fn the_circular_and_the_card_are_read_printed_and_taken_away() {
    let pages = Pages::open().await;
    let (clerk, officer) = (pages.as_("clerk").await, pages.as_("jyj").await);
    let page = pages.get(&clerk, "/circular?span=2026-03").await.text();
    assert!(page.contains("2026年3月通报") && page.contains("src=\"/circular/2026-03/page\""), "{page}");
    let paper = pages.get(&clerk, "/circular/2026-03/page").await;
    assert!(paper.text().contains("钟山区教育局"), "{}", paper.text());
    let policy = paper.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{policy}");
    let docx = pages.get(&clerk, "/circular/2026-Q1/docx").await;
    assert!(docx.bytes.starts_with(b"PK") && docx.header("content-disposition").contains("circular-2026-Q1.docx"));
    for path in ["/circular/2026-03/xlsx", "/circular/2026-99/page", "/circular/2026-03/exe"] {
        assert_eq!(pages.get(&clerk, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let card = pages.get(&officer, "/scores/jyj").await.text();
    assert!(card.contains("href=\"/scores/jyj/card/page?year=2026\""), "{card}");
    let paper = pages.get(&officer, "/scores/jyj/card/page?year=2026").await.text();
    assert!(paper.contains("考核卡") && paper.contains("怎样可以避免") && !paper.contains("民政局"), "{paper}");
    let book = pages.get(&officer, "/scores/jyj/card/xlsx").await;
    assert!(book.bytes.starts_with(b"PK") && book.header("content-disposition").contains("unit-card-jyj-2026.xlsx"));
}

#[tokio::test]
async fn appeals_are_taken_away_as_a_table() {
    let pages = Pages::open().await;
    let (clerk, officer) = (pages.as_("clerk").await, pages.as_("jyj").await);
    assert_eq!(pages.ask(appeal(&officer, pages.own, "=停电", None)).await.status, StatusCode::SEE_OTHER);
    let csv = pages.get(&clerk, "/appeals?as=csv").await.text();
    assert!(csv.contains("申诉理由") && csv.contains("申诉中") && csv.contains("'=停电"), "{csv}");
    let book = pages.get(&clerk, "/appeals?as=xlsx").await.bytes;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book)).unwrap();
    assert_eq!(book.worksheet_range("申诉").unwrap().height(), 2);
}

#[tokio::test]
async fn the_letters_of_a_week_are_read_one_by_one_as_they_would_be_sent() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let list = pages.get(&clerk, "/letters?week=2026-W14").await.text();
    let would_be_sent = duban::letters::weekly(&pages.app, "2026-W14".parse().unwrap()).await.unwrap();
    assert_eq!(would_be_sent.len(), 3, "two units and the office");
    let escaped = |text: &str| {
        text.replace('&', "&#38;")
            .replace('<', "&#60;")
            .replace('>', "&#62;")
            .replace('"', "&#34;")
            .replace('\'', "&#39;")
    };
    for letter in &would_be_sent {
        let href = format!("/letters?week=2026-W14&amp;letter={}", letter.key);
        assert!(list.contains(&href) && list.contains(&letter.to.join("、")), "{href}: {list}");
        let page = pages.get(&clerk, &href.replace("&amp;", "&")).await.text();
        assert!(page.contains(&escaped(&letter.text)), "{} {page}", letter.text);
    }
    let none = pages.get(&clerk, "/letters?week=2026-W14&letter=weekly:2026-W14:nobody").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
