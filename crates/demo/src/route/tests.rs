use std::collections::BTreeSet;

use super::*;
use crate::Plan;
use crate::clock::stamp;
use crate::pages::address::directory;

const BASE: &str = "http://127.0.0.1:8080";

fn district() -> District {
    District::new(&Plan::default())
}

fn at(day: &str) -> Stamp {
    stamp(day.parse().unwrap(), 8, 0)
}

fn get(district: &District, path: &str, day: &str) -> (u16, String) {
    let answer = answer(district, path, at(day), BASE);
    (answer.status, String::from_utf8_lossy(&answer.page.body).into_owned())
}

/// The address of the next page as a reader of the page finds it.
fn next(column: &Column, path: &str, text: &str) -> Option<String> {
    if let Some(rest) = text.split_once("createPageHTML(").map(|(_, rest)| rest) {
        let mut numbers = rest.split([',', ')']).map(|n| n.trim().parse::<usize>());
        let (pages, number) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        return (number + 1 < pages).then(|| format!("{}index_{}.html", directory(column), number + 1));
    }
    let before = text.split_once("\">下一页</a>")?.0;
    let href = &before[before.rfind("href=\"")? + 6..];
    let parent = path.rsplit_once('/')?.0;
    Some(format!("{parent}/{href}"))
}

#[test]
fn every_item_of_every_list_is_on_some_page_and_its_article_is_there() {
    let district = district();
    let day = "2026-07-02";
    let open = |c: &&Column| !c.kind.is_new_media() && c.fault(at(day)).is_none();
    for column in district.columns().iter().filter(open) {
        let mut path = column.path.clone();
        let mut all = String::new();
        let mut seen = BTreeSet::new();
        loop {
            assert!(seen.insert(path.clone()), "{path} comes twice");
            let (status, text) = get(&district, &path, day);
            assert_eq!(status, 200, "{path}");
            all.push_str(&text);
            match next(column, &path, &text) {
                Some(following) => path = following,
                None => break,
            }
        }
        let rows = column.rows(at(day));
        for row in &rows {
            let name = address::article_name(column, row.post);
            assert!(all.contains(&name), "{}: {name} on none of {seen:?}", column.id);
        }
        if let Some(newest) = rows.first() {
            let path = address::article(column, newest.post);
            assert_eq!(get(&district, &path, day).0, 200, "{path}");
        }
    }
}

#[test]
fn what_is_new_stands_on_the_first_page_so_that_its_validators_tell() {
    let district = district();
    let days: Vec<model::Day> = district.plan().first.iter_days().take(93).collect();
    for column in district.columns() {
        for pair in days.windows(2) {
            let (before, now) = (stamp(pair[0], 8, 0), stamp(pair[1], 8, 0));
            let came = |r: &crate::column::Row<'_>| r.post.shown_from > before;
            let place = column.rows(now).iter().rposition(came);
            assert!(place.is_none_or(|n| n < 15), "{} on {}", column.id, pair[1]);
        }
    }
}

#[test]
fn a_list_that_changes_has_another_version() {
    let district = district();
    let days: Vec<model::Day> = district.plan().first.iter_days().take(93).step_by(3).collect();
    for column in district.columns() {
        for pair in days.windows(2) {
            let state = |day| {
                let a = answer(&district, &column.path, stamp(day, 8, 0), BASE);
                (column.version(stamp(day, 8, 0)), a.status, a.page)
            };
            let (a, b) = (state(pair[0]), state(pair[1]));
            if a.0 == b.0 {
                assert_eq!((a.1, a.2), (b.1, b.2), "{} on {}", column.id, pair[1]);
            }
        }
    }
}

#[test]
fn faults_come_and_go_on_their_days() {
    let district = district();
    let status = |path: &str, day: &str| get(&district, path, day).0;
    assert_eq!(
        ["2026-04-12", "2026-04-13", "2026-04-14", "2026-04-15"].map(|d| status("/jyj/gzdt/", d)),
        [200, 503, 503, 200]
    );
    assert_eq!(status("/wangjiazhai/gzdt/", "2026-04-27"), 412);
    assert_eq!(status("/zszx/gzdt/rss.xml", "2026-05-17"), 404);
    let body = |path: &str, day: &str| get(&district, path, day).1;
    assert!(body("/scjgj/gzdt/", "2026-04-22").contains("acw_sc__v2"));
    assert!(body("/xfj/gzdt/", "2026-05-02").contains("系统维护"));
    assert!(body("/czj/hygq/", "2026-05-26").contains("页面不存在"));
    assert!(!body("/yjj/gzdt/", "2026-05-05").contains("<li><a href=\"./"));
    assert!(answer(&district, "/zwzx/gzdt/", at("2026-05-21"), BASE).broken);
    let rows = |day: &str| body("/fgj/zcwj.htm", day).matches("id=\"line_u8_").count();
    assert_eq!(rows("2026-05-12"), 2);
    assert!(rows("2026-05-17") >= 6 && rows("2026-05-10") >= 6);
}

#[test]
fn a_moved_column_is_at_its_new_address_from_that_day_on() {
    let district = district();
    assert_eq!(get(&district, "/hecheng/gzdt_new/", "2026-05-30").0, 404);
    let (status, text) = get(&district, "/hecheng/gzdt/", "2026-05-31");
    assert!(status == 200 && text.contains("URL=/hecheng/gzdt_new/"));
    let (status, text) = get(&district, "/hecheng/gzdt_new/", "2026-06-20");
    assert!(status == 200 && text.contains("发布时间：2026-06-1"));
    let href = text.split_once("<h3><a href=\"").unwrap().1.split_once('"').unwrap().0;
    assert_eq!(get(&district, &format!("/hecheng/gzdt_new/{href}"), "2026-06-20").0, 200);
}

#[test]
fn the_blind_bridge_serves_the_same_for_three_weeks() {
    let district = district();
    let path = &district.columns().iter().find(|c| c.id.as_str() == "zfb/wx").unwrap().path;
    let feed = |day: &str| get(&district, path, day);
    assert_ne!(feed("2026-06-10"), feed("2026-06-11"));
    assert_eq!(feed("2026-06-12"), feed("2026-07-02"));
    assert_eq!(feed("2026-07-02").0, 200);
}

#[test]
fn an_undated_item_has_no_date_anywhere() {
    let district = district();
    let column = district.columns().iter().find(|c| c.id.as_str() == "muguo/gzdt").unwrap();
    let post = column.posts.iter().find(|p| p.claimed.is_none()).unwrap();
    let path = address::article(column, post);
    let (status, text) = get(&district, &path, "2026-05-10");
    assert!(status == 200 && !path.contains("2026"));
    assert!(!text.contains("PubDate") && !text.contains("2026-") && !text.contains("发布时间"));
}

#[test]
fn sections_lead_to_their_columns() {
    let district = district();
    let (_, home) = get(&district, "/", "2026-04-01");
    assert!(home.contains("<a href=\"/jyj/\">钟山区教育局</a>"));
    let (_, section) = get(&district, "/jyj/", "2026-04-01");
    assert!(section.contains("<a href=\"/jyj/gzdt/\">工作动态</a>"));
    assert_eq!(get(&district, "/zwzx/zdly-1/", "2026-04-01").0, 200);
    assert_eq!(get(&district, "/nowhere/", "2026-04-01").0, 404);
}
