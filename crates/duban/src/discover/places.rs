//! Addresses: which belong to the site, which lead to columns, and which are one page under two spellings.

use url::Url;

/// Longer addresses are no columns.
const LONGEST: usize = 300;

/// Columns do not lie deeper.
const DEEPEST: usize = 8;

const FILES: [&str; 28] = [
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "ofd", "zip", "rar", "7z", "gz", "tar", "jpg",
    "jpeg", "png", "gif", "bmp", "svg", "mp3", "mp4", "avi", "wmv", "flv", "apk", "exe",
];

/// The same site: the same host, with or without `www.`, on the same port, by http or https.
pub(super) fn same_site(a: &Url, b: &Url) -> bool {
    let host = |u: &Url| u.host_str().map(|h| h.trim_start_matches("www.").trim_end_matches('.').to_lowercase());
    let port = |u: &Url| u.port_or_known_default().filter(|p| !matches!(p, 80 | 443));
    host(a).is_some() && host(a) == host(b) && port(a) == port(b)
}

/// One page has one key, however it is spelled.
pub(super) fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    let path = url.path();
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let file = if is_index(file) { "" } else { file };
    let query = url.query().map_or_else(String::new, |q| format!("?{q}"));
    format!("{host}{folder}/{file}{query}")
}

fn is_index(file: &str) -> bool {
    let stem = file.split('.').next().unwrap_or_default();
    file.contains('.') && matches!(stem.to_ascii_lowercase().as_str(), "index" | "default")
}

/// The folder in which the columns of a section lie: `/jyj/` of `/jyj/index.html` and of `/jyj.htm`.
pub(super) fn folder(url: &Url) -> Option<String> {
    if url.query().is_some() {
        return None;
    }
    let path = url.path();
    let (dir, file) = path.rsplit_once('/')?;
    let folder = match file.split('.').next().unwrap_or_default() {
        "" => format!("{dir}/"),
        _ if is_index(file) => format!("{dir}/"),
        stem => format!("{dir}/{stem}/"),
    };
    (folder.len() > 1).then_some(folder)
}

/// Addresses that differ in figures only have one shape: calendars and counters.
pub(super) fn shape(url: &Url) -> String {
    let mut out = String::new();
    for c in url.path().chars() {
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    let keys: Vec<String> = url.query_pairs().map(|(k, _)| k.into_owned()).collect();
    format!("{out}?{}", keys.join("&"))
}

/// Why a link of the site is not walked; none where it may lead to a column.
pub(super) fn refused(url: &Url) -> Option<&'static str> {
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().filter(|p| !p.is_empty()).collect();
    if url.as_str().len() > LONGEST || parts.len() > DEEPEST {
        return Some("网址过长或层级过深");
    }
    if parts.iter().any(|p| parts.iter().filter(|q| q == &p).count() > 2) {
        return Some("网址中同一层级一再重复");
    }
    let ending = parts.last().and_then(|f| f.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    if ending.is_some_and(|e| FILES.contains(&e.as_str())) {
        return Some("附件或图片");
    }
    if dated(&parts) || url.query_pairs().any(|(k, _)| is_day_word(&k)) {
        return Some("文章或日历（网址中有日期）");
    }
    if parts.last().is_some_and(|f| is_article(f)) {
        return Some("文章");
    }
    let later = |(k, v): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| is_page_word(&k) && v != "1";
    if parts.last().is_some_and(|f| is_later_page(f)) || url.query_pairs().any(later) {
        return Some("列表的后续页");
    }
    None
}

fn is_day_word(key: &str) -> bool {
    matches!(key.to_ascii_lowercase().as_str(), "date" | "day" | "month" | "year" | "ym" | "riqi" | "time")
}

fn is_page_word(key: &str) -> bool {
    matches!(key.to_ascii_lowercase().as_str(), "page" | "pageno" | "pageindex" | "pagenum" | "curpage" | "currentpage")
}

/// A folder like `202607` or `20260731`, or a year followed by a month.
fn dated(parts: &[&str]) -> bool {
    let number = |s: &str| s.parse::<u32>().ok().filter(|_| s.bytes().all(|b| b.is_ascii_digit()));
    let year = |n: u32| (1990..=2100).contains(&n);
    parts.iter().enumerate().any(|(i, p)| {
        let stem = p.split('.').next().unwrap_or_default();
        let Some(n) = number(stem) else { return false };
        match stem.len() {
            8 => year(n / 10_000) && (1..=12).contains(&(n / 100 % 100)),
            6 => year(n / 100) && (1..=12).contains(&(n % 100)),
            4 => {
                let next = parts.get(i + 1).and_then(|q| number(q.split('.').next().unwrap_or_default()));
                year(n) && next.is_some_and(|m| (1..=12).contains(&m))
            }
            _ => false,
        }
    })
}

/// `t20260731_90682902.html`, `content_12.html`, `post_3.html`, `art_1_2.html`.
fn is_article(file: &str) -> bool {
    let low = file.to_ascii_lowercase();
    let stem = low.split('.').next().unwrap_or_default();
    let counted = |head: &str| {
        stem.strip_prefix(head)
            .is_some_and(|r| !r.is_empty() && r.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'_' | b'-')))
    };
    ["content_", "post_", "art_", "article_", "t19", "t20", "show_", "detail_"].iter().any(|h| counted(h))
}

/// `index_2.html`.
fn is_later_page(file: &str) -> bool {
    let stem = file.split('.').next().unwrap_or_default();
    stem.strip_prefix("index_").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn u(s: &str) -> Url {
        Url::parse(s).unwrap()
    }

    #[test]
    fn a_site_is_its_host_and_port() {
        assert!(same_site(&u("http://www.x.gov.cn/a"), &u("https://x.gov.cn/b")));
        for other in ["http://y.gov.cn/", "http://x.gov.cn:8080/", "http://x.gov.cn.evil.cn/", "http://10.0.0.1/"] {
            assert!(!same_site(&u("http://x.gov.cn/"), &u(other)), "{other}");
        }
    }

    #[test]
    fn one_page_has_one_key_and_a_section_one_folder() {
        assert_eq!(key(&u("http://www.x.cn/jyj/index.html")), key(&u("https://x.cn/jyj/")));
        assert_ne!(key(&u("http://x.cn/a?id=1")), key(&u("http://x.cn/a?id=2")));
        for (url, wanted) in [
            ("http://x.cn/jyj/index.html", Some("/jyj/")),
            ("http://x.cn/jyj.htm", Some("/jyj/")),
            ("http://x.cn/zwgk/jyj/", Some("/zwgk/jyj/")),
            ("http://x.cn/", None),
            ("http://x.cn/list?dept=3", None),
        ] {
            assert_eq!(folder(&u(url)).as_deref(), wanted, "{url}");
        }
    }

    #[test]
    fn articles_files_calendars_and_spirals_are_not_walked() {
        for url in [
            "http://x.cn/gzdt/202607/t20260731_90682902.html",
            "http://x.cn/gzdt/t20260731_9.html",
            "http://x.cn/art/2026/7/3/art_12_3.html",
            "http://x.cn/gzdt/content_1234.html",
            "http://x.cn/rl/2026/07/",
            "http://x.cn/rl?date=2026-07",
            "http://x.cn/f/年报.pdf",
            "http://x.cn/gzdt/index_2.html",
            "http://x.cn/list?page=3",
            "http://x.cn/a/a/a/",
            "http://x.cn/1/2/3/4/5/6/7/8/9/",
        ] {
            assert!(refused(&u(url)).is_some(), "{url}");
        }
        for url in [
            "http://x.cn/jyj/gzdt/",
            "http://x.cn/col/col1234/index.html",
            "http://x.cn/zwgk/002001/list.html",
            "http://x.cn/zwyw_502086/",
            "http://x.cn/list?page=1",
            "http://x.cn/fgj/zdly-1.htm",
        ] {
            assert_eq!(refused(&u(url)), None, "{url}");
        }
    }

    #[test]
    fn counters_have_one_shape() {
        assert_eq!(shape(&u("http://x.cn/a/12/b3?id=4")), shape(&u("http://x.cn/a/7/b99?id=5")));
        assert_ne!(shape(&u("http://x.cn/a/")), shape(&u("http://x.cn/b/")));
    }
}
