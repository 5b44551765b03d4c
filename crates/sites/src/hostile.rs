//! Whatever the bytes are: no panic, and an answer that is bounded.

use model::Source;
use proptest::prelude::*;

use crate::{Input, ReadAs, Reading, read, reading::MAX_ROWS, text::MAX_TITLE};

const PAGES: &[&str] = &[
    include_str!("../fixtures/trs.html"),
    include_str!("../fixtures/dedecms.html"),
    include_str!("../fixtures/empirecms.html"),
    include_str!("../fixtures/epoint.html"),
    include_str!("../fixtures/powereasy.html"),
    "<rss version=\"2.0\"><channel><title>t</title><item><title>安全 &amp; 生产</title><link>http://x.example/a</link><pubDate>Fri, 20 Nov 2026 00:30:00 CST</pubDate></item></channel></rss>",
    "{\"classify\":{\"post_count\":203},\"articles\":[{\"title\":\"受理公告\",\"date\":1783353600,\"url\":\"/content/post_3255421.html\"}]}",
    "<title>关于检查的通知</title><h1>关于检查的通知</h1>发布时间：2026-11-20 来源：区应急局",
    "<datastore><nextgroup><![CDATA[<a href=\"/p.jsp?page=1\"></a>]]></nextgroup><record><![CDATA[<li><a href='/art/1001.html'>通知公告</a>2026-11-20</li>]]></record></datastore>",
    "<script>var str_1=\"./a/1001.html\"; var str_2=\"2026-11-20\"; var t='召开会议'; var str_1=\"b/1002.html\"; rows=[{\"title\":\"会议\",\"url\":\"/1.html\",\"date\":\"1\"}]</script>",
];

/// Pieces that readers look for, so that mutations hit more than plain text.
const PIECES: &[&str] = &[
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&#x110000;",
    "<a href=",
    "</a>",
    "<li>",
    "</ul>",
    "<table>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<script>",
    "</script>",
    "2026-11-20",
    "11-20",
    "0000年00月",
    "99999999999999",
    "来源：",
    "发布时间：",
    "下一页",
    "createPageHTML(",
    "\u{0}",
    "\u{202e}",
    "𠀀",
    "￥",
    "：",
    "[{",
    "{\"title\":",
    "<base href='::'>",
    "…",
];

fn look(bytes: &[u8], read_as: ReadAs, source: &Source) -> Reading {
    let today = "2026-11-24".parse().unwrap();
    read(&Input {
        bytes,
        url: "http://x.example/a/b.html?page=1",
        content_type: Some("text/html"),
        read_as,
        source,
        today,
    })
}

fn sources() -> Vec<Source> {
    let none = || None;
    vec![
        Source::Auto,
        Source::Selectors { row: "li".into(), link: none(), title: none(), date: none(), next: Some("a".into()) },
        Source::Json { entries: "/articles".into(), title: "title".into(), url: "/url".into(), date: "date".into() },
        Source::Feed {
            trust: model::Trust::Full,
            bridge: None,
            zone_hours: Some(i32::MAX),
            profile: model::FeedProfile::Generic,
            key: None,
        },
    ]
}

fn holds(bytes: &[u8]) -> Result<(), TestCaseError> {
    for read_as in [ReadAs::List, ReadAs::Article, ReadAs::Feed, ReadAs::Auto] {
        for source in sources() {
            let r = look(bytes, read_as, &source);
            prop_assert!(r.entries.len() <= MAX_ROWS && r.notes.len() < 20);
            for e in &r.entries {
                prop_assert!(e.title.chars().count() <= MAX_TITLE, "{}", e.title);
                prop_assert!(
                    e.url.is_empty() || e.url.starts_with("http://") || e.url.starts_with("https://"),
                    "{}",
                    e.url
                );
                prop_assert_eq!(e.date.is_some(), e.date_from.is_some());
                let tricks = ['\u{202e}', '\n', '\0'];
                prop_assert!(!e.title.contains(tricks), "{:?}", e.title);
            }
            prop_assert!(r.outcome.is_good() || r.outcome.reason().is_some());
            prop_assert!(!matches!(r.end, crate::End::Reached) || r.outcome.is_good() || !r.entries.is_empty());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        holds(&bytes)?;
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        holds(text.as_bytes())?;
    }

    #[test]
    fn mutated_pages_are_read(
        which in 0..PAGES.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, 0..PIECES.len()), 1..12),
        gbk in any::<bool>(),
    ) {
        let mut bytes = PAGES[which].as_bytes().to_vec();
        for (at, cut, piece) in edits {
            let from = at.index(bytes.len() + 1);
            let to = (from + cut).min(bytes.len());
            bytes.splice(from..to, PIECES[piece].bytes());
        }
        if gbk {
            bytes = encoding_rs::GBK.encode(&String::from_utf8_lossy(&bytes)).0.into_owned();
        }
        holds(&bytes)?;
    }

    #[test]
    fn soup_of_what_readers_look_for_is_read(pieces in prop::collection::vec(0..PIECES.len(), 0..120)) {
        let soup: String = pieces.into_iter().map(|i| PIECES[i]).collect();
        holds(soup.as_bytes())?;
    }
}

#[test]
fn what_is_too_long_is_cut_and_says_so() {
    let rows: String = (0..3_000)
        .map(|i| format!("<li><a href=a/{i}001.html>关于开展第{i}次检查的通知{}</a>2026-11-20", "长".repeat(400)))
        .collect();
    let r = look(format!("<ul>{rows}</ul>").as_bytes(), ReadAs::List, &Source::Auto);
    assert_eq!((r.entries.len(), &r.end), (MAX_ROWS, &crate::End::Unknown));
    assert!(r.entries.iter().all(|e| e.title.chars().count() == MAX_TITLE));
}
