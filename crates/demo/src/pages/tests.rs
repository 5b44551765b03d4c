//! One list of every family, as it is sent.

use super::*;
use crate::clock::stamp;
use crate::column::Post;
use crate::{District, Plan};

/// The first page of the first column of that family, with three items: an old one that is pinned, one with a hostile
/// title, one with a long one.
fn page(family: Family) -> String {
    let district = District::new(&Plan::default());
    let mut column = district.columns().iter().find(|c| c.family == family).unwrap().clone();
    let day = |n| stamp(model::Day::from_ymd_opt(2026, 4, n).unwrap(), 9, 30);
    let post = |no, n, title: &str| Post { no, title: title.to_owned(), ..Post::honest(day(n)) };
    column.posts = vec![
        Post { pinned: true, ..post(1001, 1, "网站使用说明") },
        post(1002, 8, "<script>alert(1)</script>"),
        post(1003, 9, "钟山区关于开展2026年度义务教育阶段招生入学工作有关事项的公告（第3号）"),
    ];
    column.faults.clear();
    let scene = Scene {
        office: &district.offices()[column.office],
        column: &column,
        columns: district.columns(),
        at: day(20),
        base: "http://127.0.0.1:8080",
    };
    let page = list(&scene, 0).unwrap();
    let (text, _, wrong) = if family == Family::Gbk { encoding_rs::GBK } else { encoding_rs::UTF_8 }.decode(&page.body);
    assert!(!wrong, "{family:?}");
    format!("{} {}\n{text}", column.path, page.content_type)
}

#[test]
fn every_family_looks_as_it_did() {
    let families = [
        Family::Trs,
        Family::Gbk,
        Family::Yearless,
        Family::Table,
        Family::Dl,
        Family::Vsb,
        Family::Jcms,
        Family::Divs,
        Family::Json,
        Family::Rss,
        Family::Atom,
        Family::JsonFeed,
    ];
    for family in families {
        insta::assert_snapshot!(format!("{family:?}").to_lowercase(), page(family));
    }
}

#[test]
fn no_page_holds_a_title_as_markup() {
    for family in [Family::Trs, Family::Table, Family::Jcms, Family::Rss, Family::Atom, Family::Vsb, Family::Divs] {
        assert!(!page(family).contains("<script>alert"), "{family:?}");
    }
}
