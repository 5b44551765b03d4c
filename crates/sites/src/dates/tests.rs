use super::*;

fn day(s: &str) -> Day {
    s.parse().unwrap()
}

fn found(text: &str) -> Option<String> {
    first(text, day("2026-11-24")).map(|f| f.day.to_string())
}

fn is_pure(text: &str) -> Option<String> {
    pure(text, day("2026-11-24")).map(|f| f.day.to_string())
}

#[test]
fn dates_are_read_in_every_form_that_pages_use() {
    for text in [
        "2020-11-07",
        "2020/11/7",
        "2020.11.07",
        "2020年11月7日",
        "2020 年 11 月 07 日",
        "[2020-11-07 10:20]",
        "20201107",
        "２０２０－１１－０７",
        "2020-11-07T10:00:00+08:00",
        "20-11-07",
        "2020—11—07",
    ] {
        assert_eq!(found(text).as_deref(), Some("2020-11-07"), "{text}");
    }
}

#[test]
fn what_is_no_date_is_not_read() {
    for text in [
        "2020-13-01",
        "1.2.3",
        "192.168.10.11",
        "第10-12页",
        "10:20",
        "2020年第3期",
        "010-68585566",
        "2-30",
        "1890-01-01",
        "10.12%",
        "1/8页",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn a_date_without_year_is_the_latest_not_after_the_look() {
    assert_eq!(found("[01-10]").as_deref(), Some("2026-01-10"));
    assert_eq!(found("11-24").as_deref(), Some("2026-11-24"));
    assert_eq!(found("11-25").as_deref(), Some("2025-11-25"));
    assert_eq!(found("2月29日").as_deref(), Some("2024-02-29"));
}

#[test]
fn a_text_with_more_than_a_date_is_not_pure() {
    assert!(is_pure("关于2020年11月7日停电的通知").is_none());
    assert_eq!(is_pure("(发布时间：2020-12-31 11:06:22 阅读次数：12)").as_deref(), Some("2020-12-31"));
    assert_eq!(is_pure(" [ 2020-12-31 ] ").as_deref(), Some("2020-12-31"));
    assert_eq!(is_pure("来源：办公室 日期：2020-12-31").as_deref(), Some("2020-12-31"));
    assert_eq!(is_pure("3天前").as_deref(), Some("2026-11-21"));
    assert_eq!(is_pure("天前"), None);
}

#[test]
fn addresses_carry_dates() {
    let d = |u: &str| url_date(u, day("2026-11-24")).map(|d| d.to_string());
    assert_eq!(d("http://a.cn/x/202011/t20201107_1.html").as_deref(), Some("2020-11-07"));
    assert_eq!(d("http://a.cn/art/2020/11/7/art_1.html").as_deref(), Some("2020-11-07"));
    assert_eq!(d("http://a.cn/2020-11/07/content_1.htm").as_deref(), Some("2020-11-07"));
    assert_eq!(d("http://a.cn/202011/07/1.htm").as_deref(), Some("2020-11-07"));
    assert_eq!(d("http://a.cn/2020/1107/1.html").as_deref(), Some("2020-11-07"));
    assert_eq!(d("http://a.cn/202011/1.html"), None);
    assert_eq!(d("http://20201107.cn/1.html"), None);
}

#[test]
fn the_number_of_an_item_is_no_date_whatever_stands_before_it() {
    let d = |u: &str| url_date(u, day("2026-11-24")).map(|d| d.to_string());
    for number in ["info/2005/1127.htm", "202011/27.html", "2020/9/11.html", "info/2005/1127", "info/2005/1127.htm?x=1"]
    {
        assert_eq!(d(&format!("http://a.cn/{number}")), None, "{number}");
    }
    assert_eq!(d("http://a.cn/2020-11-07.html").as_deref(), Some("2020-11-07"));
    assert_eq!(d("http://a.cn/20201107.html").as_deref(), Some("2020-11-07"));
}

#[test]
fn the_address_gives_the_year_that_the_list_leaves_out() {
    let today = day("2026-11-24");
    assert_eq!(fit_year(day("2026-11-07"), "/t20181107_1.html", today), day("2018-11-07"));
    assert_eq!(fit_year(day("2026-11-07"), "/202411/x.html", today), day("2024-11-07"));
    assert_eq!(fit_year(day("2026-11-07"), "/202410/x.html", today), day("2026-11-07"));
}

#[test]
fn what_cannot_be_a_date_is_none() {
    let today = "2026-11-24".parse().unwrap();
    let pieces = [
        "",
        "今天",
        "昨天 ",
        "前天",
        "刚刚",
        "几分钟前",
        "天前",
        "3",
        "３",
        "年",
        "月",
        "-",
        "11-20",
        "2026-11-20",
        "通知",
        "：",
        "\u{200e}",
        " ",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let text = [a, b, c].concat();
                assert!(super::may_be_pure(&text) || super::pure(&text, today).is_none(), "{text:?}");
            }
        }
    }
    assert!(!super::may_be_pure("关于开展检查的通知") && super::may_be_pure("&#50;") && super::may_be_pure("刚刚"));
}
