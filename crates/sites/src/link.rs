//! Addresses: what the links of a page lead to.

use url::{Position, Url};

/// The absolute form of a link on the page at `base`; `None` for what leads nowhere (`javascript:`, `#`, mail).
pub(crate) fn join(base: Option<&Url>, href: &str) -> Option<String> {
    let href = leading(href)?;
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

fn leading(href: &str) -> Option<&str> {
    let href = href.trim();
    (!href.is_empty() && !href.starts_with('#') && href.len() <= 4_000).then_some(href)
}

/// The address of a page, ready to be joined with the hrefs that most links have: paths of plain characters, and whole
/// addresses of plain hosts. Of those it is known what joining makes of them without taking them apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Joiner<'u> {
    base: Option<&'u Url>,
    places: Option<Places>,
}

/// Where the path of an address begins, and where its last slash stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    path: usize,
    folder: usize,
}

impl Places {
    pub(crate) fn of(base: &Url) -> Option<Places> {
        if !matches!(base.scheme(), "http" | "https") {
            return None;
        }
        let path = base[..Position::BeforePath].len();
        let folder = path + base[Position::BeforePath..Position::AfterPath].rfind('/')?;
        Some(Places { path, folder })
    }
}

impl<'u> Joiner<'u> {
    pub(crate) fn new(base: Option<&'u Url>, places: Option<Places>) -> Joiner<'u> {
        Joiner { base, places }
    }

    /// The same as [`join`].
    pub(crate) fn join(&self, href: &str) -> Option<String> {
        let href = leading(href)?;
        self.plain(href).or_else(|| join(self.base, href))
    }

    /// What joining gives; `None` where that is not beyond doubt.
    fn plain(&self, href: &str) -> Option<String> {
        let (base, places) = (self.base?, self.places?);
        if href.starts_with("http") {
            return is_plain_address(href).then(|| href.to_owned());
        }
        let own = base.as_str();
        if let Some(path) = href.strip_prefix('/') {
            return (path.is_empty() || is_plain_path(path)).then(|| [&own[..places.path], href].concat());
        }
        let (mut rest, mut folder) = (href.strip_prefix("./").unwrap_or(href), places.folder);
        while let Some(path) = rest.strip_prefix("../") {
            // Above the root is the root.
            folder = own[places.path..folder].rfind('/').map_or(folder, |i| places.path + i);
            rest = path;
        }
        is_plain_path(rest).then(|| [&own[..=folder], rest].concat())
    }
}

/// A path, and a query behind it, that stand in an address as they are: no steps, no escapes, nothing that is escaped.
fn is_plain_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    let end = bytes.iter().position(|b| *b == b'?').unwrap_or(bytes.len());
    let mut before = b'/';
    for &b in &bytes[..end] {
        let allowed = match b {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'A'..=b'Z' => true,
            b'/' => before != b'/',
            b'.' => !matches!(before, b'/' | b'.'),
            _ => false,
        };
        if !allowed {
            return false;
        }
        before = b;
    }
    let query =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'=' | b'&' | b'_' | b'-' | b'.' | b'/' | b'%' | b'+' | b':');
    end > 0 && before != b'.' && bytes.get(end + 1..).is_none_or(|q| q.iter().all(query))
}

/// A whole address with a host of plain letters and a plain path.
fn is_plain_address(href: &str) -> bool {
    let Some(rest) = href.strip_prefix("http://").or_else(|| href.strip_prefix("https://")) else { return false };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let label = |l: &str| {
        let bytes = l.as_bytes();
        let inside = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
        l.len() < 60
            && bytes.iter().all(inside)
            && bytes.first().is_some_and(|b| *b != b'-')
            && bytes.last() != Some(&b'-')
    };
    // Names with two hyphens may be written in another alphabet, and hosts that end in a figure are numbers.
    host.len() < 200
        && !host.contains("--")
        && host.split('.').all(label)
        && host.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_lowercase()))
        && (path.is_empty() || is_plain_path(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(base: &Url, href: &str) -> Option<String> {
        Joiner::new(Some(base), Places::of(base)).plain(href)
    }

    #[test]
    fn plain_links_are_what_joining_gives() {
        let bases = [
            "http://x.example/a/b/c.html?d=/e#f",
            "https://x.example:8080/",
            "http://u:p@x.example/a//b/./c",
            "http://x.example?a/b",
            "http://[::1]/a/",
        ];
        let pieces = [
            "",
            "d",
            ".html",
            "/",
            "./",
            "../",
            "..",
            ".",
            "?",
            "?id=1&b=/../x:y",
            "http://",
            "https://",
            "HTTP://",
            "y.example",
            "y.example/",
            "1.2.3",
            "a-b_c.1",
            "xn--a.cn/",
            "a--b.cn/",
            "-a.cn/",
            "//",
            ":",
            "%2e",
            "%41",
            "#",
            "a..b/",
            "0x1/",
            "p:80/",
            "\\",
            "y.example./",
            "é",
            " ",
            "@",
            "A.cn/",
            ";",
            "index",
            "'",
        ];
        let mut taken = 0;
        for base in bases.iter().map(|b| Url::parse(b).unwrap()) {
            for a in pieces {
                for b in pieces {
                    for c in pieces {
                        let href = [a, b, c].concat();
                        let quick = leading(&href).and_then(|h| plain(&base, h));
                        taken += usize::from(quick.is_some());
                        assert!(quick.is_none() || quick == join(Some(&base), &href), "{base} {href} {quick:?}");
                    }
                }
            }
        }
        assert!(taken > 1_000, "{taken}");
        let base = Url::parse(bases[0]).unwrap();
        assert_eq!(plain(&base, "./d.html").as_deref(), Some("http://x.example/a/b/d.html"));
        assert_eq!(plain(&base, "../../../d.html?a=1").as_deref(), Some("http://x.example/d.html?a=1"));
        assert_eq!(plain(&base, "http://y.example/d.html").as_deref(), Some("http://y.example/d.html"));
    }
}
