//! What becomes of a request of the page, before anybody is asked.

use serde_json::Value;
use url::Url;

/// A request as the protocol tells it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) method: String,
    pub(crate) kind: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) has_body: bool,
    pub(crate) body: Option<String>,
    pub(crate) frame: String,
}

impl Request {
    pub(crate) fn of(params: &Value) -> Request {
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let request = &params["request"];
        let headers = request["headers"].as_object().into_iter().flatten();
        Request {
            id: text(&params["requestId"]),
            url: text(&request["url"]),
            method: text(&request["method"]),
            kind: text(&params["resourceType"]),
            headers: headers.map(|(n, v)| (n.to_ascii_lowercase(), text(v))).collect(),
            has_body: request["hasPostData"].as_bool().unwrap_or(false),
            body: request["postData"].as_str().map(str::to_owned),
            frame: text(&params["frameId"]),
        }
    }

    /// The address without its scheme and query, as people are told it and settings name it.
    pub(crate) fn place(&self) -> String {
        place(&self.url)
    }
}

/// An address without its scheme and query.
pub(crate) fn place(url: &str) -> String {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    bare.split(['?', '#']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Our fetcher asks.
    Ask,
    /// It is answered with nothing.
    Nothing,
    /// It is refused, and no row depends on it.
    Refuse,
    /// It is let through: it holds its own answer and touches no network.
    Own,
    /// It is refused, and rows may depend on it.
    Trouble(&'static str),
}

/// What becomes of `request`, of the page at `page`.
pub(crate) fn way(request: &Request, page: &Url, ignore: &[String]) -> Way {
    let Ok(url) = Url::parse(&request.url) else { return Way::Trouble("网址无法识别") };
    match url.scheme() {
        "http" | "https" => {}
        "data" | "blob" => return Way::Own,
        _ => return Way::Trouble("不是网页地址"),
    }
    let place = request.place();
    if ignore.iter().any(|start| is_under(&place, start)) {
        return Way::Refuse;
    }
    match request.kind.as_str() {
        "Image" | "Media" | "Font" | "TextTrack" | "Ping" | "Manifest" | "CSPViolationReport" | "Prefetch" => {
            Way::Refuse
        }
        "Stylesheet" => Way::Nothing,
        "Other" if is_picture(&url) => Way::Refuse,
        "Script" | "Document" | "Other" if request.method == "GET" => Way::Ask,
        "XHR" | "Fetch" if request.method == "GET" => Way::Ask,
        "XHR" | "Fetch" if request.method == "POST" => posted(request, &url, page),
        "EventSource" | "WebSocket" => Way::Trouble("页面要求长连接"),
        _ => Way::Trouble("不代发这种请求"),
    }
}

/// Is `place` the host or within the path that `start` names?
pub(crate) fn is_under(place: &str, start: &str) -> bool {
    let start = start.trim_end_matches('/');
    let host = place.split('/').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    !start.is_empty()
        && (host == start
            || place.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':'])))
}

/// Only the page's own host is handed anything, and only what is told whole.
fn posted(request: &Request, url: &Url, page: &Url) -> Way {
    if url.host() != page.host() {
        return Way::Trouble("不向其他网站提交内容");
    }
    if request.has_body && request.body.is_none() {
        return Way::Trouble("提交的内容过大");
    }
    Way::Ask
}

/// The signs of sites come as "Other".
fn is_picture(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".ico", ".png", ".gif", ".svg", ".jpg", ".jpeg", ".webp"].iter().any(|end| path.ends_with(end))
}

/// Headers that are ours to set, or tell of a browser and of earlier visits.
const OURS: [&str; 13] = [
    "host",
    "user-agent",
    "cookie",
    "connection",
    "content-length",
    "content-type",
    "accept-encoding",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "te",
    "trailer",
    "range",
];

/// The headers of the page that go out with the request: to its own host all that its scripts have set, elsewhere none.
pub(crate) fn headers(request: &Request, page: &Url) -> Vec<(String, String)> {
    let own = Url::parse(&request.url).is_ok_and(|u| u.host() == page.host());
    let kept = |name: &str| {
        let conditional = name.starts_with("if-") || name.starts_with("sec-") || name.starts_with("proxy-");
        !OURS.contains(&name) && !conditional
    };
    request.headers.iter().filter(|(name, _)| own && kept(name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(kind: &str, method: &str, url: &str) -> Request {
        Request {
            id: "1".into(),
            url: url.into(),
            method: method.into(),
            kind: kind.into(),
            headers: vec![],
            has_body: false,
            body: None,
            frame: String::new(),
        }
    }

    fn of(kind: &str, method: &str, url: &str) -> Way {
        let page = Url::parse("https://www.a.example/gzdt/").unwrap();
        way(&request(kind, method, url), &page, &["count.example".into(), "www.a.example/js/old.js".into()])
    }

    #[test]
    fn what_rows_may_depend_on_is_asked_or_is_trouble() {
        let own = "https://www.a.example/api?p=1";
        for kind in ["Script", "XHR", "Fetch", "Document"] {
            assert_eq!(of(kind, "GET", own), Way::Ask, "{kind}");
            assert!(matches!(of(kind, "PUT", own), Way::Trouble(_)), "{kind}");
        }
        assert_eq!(of("XHR", "POST", own), Way::Ask);
        assert!(matches!(of("XHR", "POST", "https://b.example/api"), Way::Trouble(_)));
        assert!(matches!(of("Document", "POST", own), Way::Trouble(_)));
        for kind in ["EventSource", "WebSocket", "Preflight", "FedCM", ""] {
            assert!(matches!(of(kind, "GET", own), Way::Trouble(_)), "{kind}");
        }
        for url in ["file:///etc/passwd", "chrome://version", "no address"] {
            assert!(matches!(of("Fetch", "GET", url), Way::Trouble(_)), "{url}");
        }
    }

    #[test]
    fn what_no_row_depends_on_is_not_asked() {
        for kind in ["Image", "Media", "Font", "Ping"] {
            assert_eq!(of(kind, "GET", "https://www.a.example/x"), Way::Refuse, "{kind}");
        }
        assert_eq!(of("Other", "GET", "https://www.a.example/favicon.ico"), Way::Refuse);
        assert_eq!(of("Stylesheet", "GET", "https://www.a.example/x.css"), Way::Nothing);
        assert_eq!(of("Script", "GET", "data:text/javascript,1"), Way::Own);
    }

    #[test]
    fn what_a_person_has_named_is_ignored_and_nothing_beside_it() {
        for (url, expected) in [
            ("https://count.example/h.js?1", Way::Refuse),
            ("http://count.example:8080/h.js", Way::Refuse),
            ("https://www.a.example/js/old.js?v=2", Way::Refuse),
            ("https://www.a.example/js/old.json", Way::Ask),
            ("https://count.example.b.example/h.js", Way::Ask),
        ] {
            assert_eq!(of("Script", "GET", url), expected, "{url}");
        }
    }

    #[test]
    fn what_scripts_set_goes_to_the_own_host_only() {
        let page = Url::parse("https://www.a.example/gzdt/").unwrap();
        let mut asked = request("XHR", "GET", "https://www.a.example/api");
        asked.headers = ["cookie", "sec-fetch-mode", "if-none-match", "x-requested-with", "appkey", "referer"]
            .map(|n| (n.to_owned(), "v".to_owned()))
            .to_vec();
        let names: Vec<String> = headers(&asked, &page).into_iter().map(|(n, _)| n).collect();
        assert_eq!(names, ["x-requested-with", "appkey", "referer"]);
        asked.url = "https://b.example/api".into();
        assert!(headers(&asked, &page).is_empty());
    }
}
