//! Addresses as we ask them and as we show them.

use std::borrow::Cow;

use url::{Position, Url};

/// Longer addresses are refused: no column has one, and some parts below us fail on very long ones.
const LONGEST: usize = 8 << 10;

/// The address to ask, or in technical words why there is none.
pub(crate) fn parse(text: &str) -> Result<Url, &'static str> {
    if text.len() > LONGEST {
        return Err("address too long");
    }
    accept(Url::parse(text.trim()).map_err(|_| "address cannot be parsed")?)
}

/// Where a redirect from `base` to the bytes of `location` leads.
pub(crate) fn join(base: &Url, location: &[u8]) -> Result<Url, &'static str> {
    if location.len() > LONGEST {
        return Err("redirect to an address that is too long");
    }
    accept(base.join(&location_text(location)).map_err(|_| "redirect to an address that cannot be parsed")?)
}

fn accept(mut url: Url) -> Result<Url, &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("neither http nor https");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("address without a host");
    }
    if url.as_str().len() > LONGEST {
        return Err("address too long");
    }
    url.set_fragment(None);
    Ok(url)
}

/// A Location as text. Servers here send raw UTF-8 or GBK bytes; percent-encoding each keeps them what they were.
pub(crate) fn location_text(location: &[u8]) -> String {
    let mut text = String::with_capacity(location.len());
    for byte in location {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// `text`, which may be no address at all, without a user name and password before its host.
pub(crate) fn without_credentials(text: &str) -> String {
    let Some(start) = text.find("//").map(|at| at + 2) else {
        return text.to_owned();
    };
    let end = text[start..].find(['/', '?', '#', '\\']).map_or(text.len(), |at| start + at);
    match text[start..end].rfind('@') {
        Some(at) => format!("{}{}", &text[..start], &text[start + at + 1..]),
        None => text.to_owned(),
    }
}

/// Host and port: what a limit is kept for.
pub(crate) fn host_key(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// Scheme, host and port: what a robots.txt is for.
pub(crate) fn origin(url: &Url) -> Cow<'_, str> {
    if url.username().is_empty() && url.password().is_none() {
        Cow::Borrowed(&url[..Position::BeforePath])
    } else {
        Cow::Owned(url.origin().ascii_serialization())
    }
}

/// The robots.txt that speaks for `url`.
pub(crate) fn robots_of(url: &Url) -> Url {
    let mut robots = url.clone();
    robots.set_path("/robots.txt");
    robots.set_query(None);
    // Neither fails for an address that has a host, which `accept` saw to.
    let _ = robots.set_username("");
    let _ = robots.set_password(None);
    robots
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_http_addresses_with_a_host_are_asked() {
        for bad in [
            "",
            "example.gov.cn",
            "/jyj/",
            "ftp://a.cn/",
            "file:///etc/passwd",
            "javascript:1",
            "http://",
            "http://[::",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse(&format!("http://a.cn/{}", "x".repeat(9000))).is_err());
        assert_eq!(parse(" HTTP://A.cn/x#y ").unwrap().as_str(), "http://a.cn/x");
    }

    #[test]
    fn a_location_in_raw_bytes_keeps_them() {
        let base = parse("http://a.cn/old/").unwrap();
        let utf8 = join(&base, "../动态/".as_bytes()).unwrap();
        assert_eq!(utf8.as_str(), "http://a.cn/%E5%8A%A8%E6%80%81/");
        let gbk = join(&base, b"/\xb6\xaf/").unwrap();
        assert_eq!(gbk.as_str(), "http://a.cn/%B6%AF/");
        assert!(join(&base, b"ftp://a.cn/").is_err());
    }

    #[test]
    fn credentials_are_not_shown() {
        for (text, shown) in [
            ("http://u:p@a.cn/x", "http://a.cn/x"),
            ("http://u:p@ss@a.cn", "http://a.cn"),
            ("http://a.cn/x@y", "http://a.cn/x@y"),
            ("http://u:p@[bad", "http://[bad"),
            ("a@b", "a@b"),
        ] {
            assert_eq!(without_credentials(text), shown);
        }
    }

    #[test]
    fn robots_of_a_page_are_asked_without_its_credentials() {
        let url = parse("https://u:p@a.cn:8443/x?token=1").unwrap();
        assert_eq!(robots_of(&url).as_str(), "https://a.cn:8443/robots.txt");
        assert_eq!(host_key(&url), "a.cn:8443");
        assert_eq!(host_key(&parse("https://a.cn/").unwrap()), "a.cn:443");
        assert_eq!(origin(&url), "https://a.cn:8443");
    }

    proptest! {
        #[test]
        fn no_location_breaks_us(location in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(url) = join(&parse("http://a.cn/").unwrap(), &location) {
                prop_assert!(matches!(url.scheme(), "http" | "https") && url.fragment().is_none());
            }
        }

        #[test]
        fn no_text_breaks_the_scrubbing(text in ".{0,60}") {
            prop_assert!(without_credentials(&text).len() <= text.len());
        }
    }
}
