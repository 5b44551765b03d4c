use super::*;

fn on(text: &str) -> Day {
    text.parse().unwrap()
}

fn refused(code: i64) -> Refused {
    let said = format!(r#"{{"errcode":{code},"errmsg":"words here rid: 6a1f-1"}}"#);
    match token(said.as_bytes()) {
        Err(Bad::Refused(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_code_has_its_meaning_and_a_word_to_the_sysadmin() {
    use Reason as R;
    for (code, reason, remedy) in [
        (-1, R::HttpServer, Remedy::Retry),
        (40_001, R::AuthBroken, Remedy::NewToken),
        (40_014, R::AuthBroken, Remedy::NewToken),
        (42_001, R::AuthBroken, Remedy::NewToken),
        (40_013, R::AuthBroken, Remedy::Person),
        (40_125, R::AuthBroken, Remedy::Person),
        (40_243, R::AuthBroken, Remedy::Person),
        (40_164, R::IpNotListed, Remedy::Person),
        (89_503, R::AdminConsent, Remedy::Person),
        (89_506, R::AdminConsent, Remedy::Person),
        (89_507, R::AdminConsent, Remedy::Person),
        (45_009, R::QuotaSpent, Remedy::Tomorrow),
        (45_011, R::TooManyRequests, Remedy::WaitAMinute),
        (48_001, R::NoPermission, Remedy::Person),
        (48_004, R::Punished, Remedy::Person),
        (61_007, R::NoPermission, Remedy::Person),
        (61_500, R::ApiMisused, Remedy::Person),
        (61_501, R::ApiMisused, Remedy::Person),
        (47_009, R::ApiMisused, Remedy::Person),
        (99_999, R::Unreadable, Remedy::Person),
    ] {
        let r = refused(code);
        assert_eq!((r.reason(), r.remedy()), (reason, remedy), "{code}");
        assert!(!r.outcome().is_good());
        let words = r.words();
        assert!(
            words.contains(&code.to_string()) && words.contains("rid 6a1f-1") && words.contains("words here"),
            "{words}"
        );
    }
}

#[test]
fn the_address_that_is_not_listed_is_told() {
    let said =
        br#"{"errcode":40164,"errmsg":"invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: x"}"#;
    let Err(Bad::Refused(r)) = token(said) else { panic!() };
    assert!(r.words().contains("203.0.113.9") && r.words().contains("白名单"), "{}", r.words());
}

#[test]
fn a_token_is_not_shown() {
    let t = token(br#"{"access_token":"SECRET","expires_in":345}"#).unwrap();
    assert_eq!((t.value.as_str(), t.expires_in), ("SECRET", 345));
    assert!(!format!("{t:?}").contains("SECRET"));
    assert_eq!(token(b"<html>502</html>"), Err(Bad::Unreadable));
    assert_eq!(token(br#"{"access_token":""}"#), Err(Bad::Unreadable));
}

#[test]
fn a_day_is_final_only_where_it_says_so() {
    let day = |text: &str| day(text.as_bytes(), on("2026-11-20"), Some("Mz=="));
    assert!(day(r#"{"list":[],"is_delay":false}"#).unwrap().is_final);
    assert!(day(r#"{"list":[],"is_delay":0}"#).unwrap().is_final);
    for late in [r#"{"list":[],"is_delay":true}"#, r#"{"list":[],"is_delay":1}"#, r#"{"list":[]}"#] {
        assert!(!day(late).unwrap().is_final, "{late}");
    }
    let row = r#"{"ref_date":"2026-11-20","msgid":"7_2","publish_type":2,"is_delay":1}"#;
    let read = day(&format!(r#"{{"list":[{row}],"is_delay":false}}"#)).unwrap();
    assert!(!read.is_final);
    let e = &read.entries[0];
    assert_eq!((e.key().as_str(), e.date), ("wx:Mz==:7:2", Some(on("2026-11-20"))));
    assert!(e.title.contains("7_2"));
}

#[test]
fn a_row_of_another_day_is_not_taken() {
    let said = r#"{"list":[{"ref_date":"2026-11-19","msgid":"7_1"}],"is_delay":false}"#;
    assert_eq!(day(said.as_bytes(), on("2026-11-20"), None), Err(Bad::Unreadable));
    assert_eq!(day(br#"{"is_delay":false}"#, on("2026-11-20"), None), Err(Bad::Unreadable));
}

#[test]
fn a_summary_counts_what_was_sent() {
    let said = r#"{"list":[{"ref_date":"2026-11-09","detail":{"send_page_count":2}},
        {"ref_date":"2026-11-10","detail":{"send_page_count":0}},{"ref_date":"2026-11-11","detail":{}}],"is_delay":false}"#;
    let s = summary(said.as_bytes()).unwrap();
    assert_eq!((s.sent, s.is_late), (vec![(on("2026-11-09"), 2), (on("2026-11-10"), 0)], false));
}

#[test]
fn the_time_of_an_edit_is_no_time_of_publication() {
    let said = r#"{"total_count":2,"item_count":2,"item":[
        {"article_id":"A","update_time":1794990000,"content":{"create_time":1794989970,"news_item":[
            {"title":"甲","url":"http://mp.weixin.qq.com/s?__biz=Mz==&mid=1&idx=1","is_deleted":false},
            {"title":"删","url":"http://mp.weixin.qq.com/s?__biz=Mz==&mid=1&idx=2","is_deleted":true}]}},
        {"article_id":"B","update_time":1794990000,"content":{"news_item":[{"title":"乙","url":"http://x.cn/s"}]}},
        {"article_id":"C","update_time":1793581260,"content":{"news_item":[{"title":"丙","url":"http://x.cn/t"}]}}]}"#;
    let p = published(said.as_bytes(), on("2026-11-10")).unwrap();
    assert_eq!((p.total, p.here, p.entries.len()), (2, 3, 2));
    assert_eq!([p.entries[0].date, p.entries[1].date], [Some(on("2026-11-18")), None]);
    assert_eq!(calls_left(br#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100,"used":97,"remain":3}}"#), Ok(3));
}

#[test]
fn only_an_unbroken_row_of_whole_days_up_to_yesterday_is_claimed() {
    let d = |n: u32| Day::from_ymd_opt(2026, 3, n).unwrap();
    let covers = |days: &[u32]| covers(&days.iter().map(|n| d(*n)).collect(), d(20), d(5));
    assert_eq!(covers(&[]), Coverage::Nothing);
    assert_eq!(covers(&[17, 18, 19]), Coverage::Since(d(17)));
    assert_eq!(covers(&[15, 17, 18, 19]), Coverage::Since(d(17)));
    assert_eq!(covers(&[15, 16, 17, 18]), Coverage::Nothing, "yesterday is missing");
    assert_eq!(covers(&(1..=19).collect::<Vec<_>>()), Coverage::Since(d(5)));
    assert_eq!(covers(&[19, 20]), Coverage::Since(d(19)), "today is never whole");
}

#[test]
fn what_the_summary_counts_and_the_list_leaves_out_was_published_all_the_same() {
    let empty = || DayList { entries: vec![], is_final: true };
    let (entries, whole) = take(on("2026-03-01"), empty(), 2);
    assert_eq!((entries[0].date, whole), (Some(on("2026-03-01")), false));
    assert_eq!(take(on("2026-03-01"), empty(), 0), (vec![], true));
}
