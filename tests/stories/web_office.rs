//! Two units with a breach each, accounts of every role, and a browser without a screen.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use duban::app::App;
use store::{NewAccount, Role};
use tower::ServiceExt as _;

use crate::harness::{Office, list};

/// The password of every account here.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// When the pages are looked at.
pub(crate) const NOW: &str = "2026-04-06 10:00";

/// A title that would do harm if it were not text, as the website writes it.
pub(crate) const HOSTILE: &str = "会议&lt;script&gt;document.title='stolen'&lt;/script&gt;通知";

pub(crate) struct Pages {
    pub(crate) office: Office,
    pub(crate) app: App,
    pub(crate) web: Arc<web::Office>,
    router: Router,
    /// A posted finding of each unit.
    pub(crate) own: i64,
    pub(crate) other: i64,
}

pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Got {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

fn units_toml(site: &crate::harness::Site) -> String {
    let unit = |id: &str, name: &str| {
        let url = site.url(&format!("/{id}/"));
        format!(
            "[[unit]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"department\"\ncontacts = [\"{id}@example.gov.cn\"]\n\
             [[unit.channel]]\nid = \"gzdt\"\nkind = \"work-news\"\nname = \"工作动态\"\nurl = \"{url}\"\n"
        )
    };
    format!("{}{}", unit("jyj", "钟山区教育局"), unit("mzj", "钟山区民政局"))
}

impl Pages {
    /// Both units were silent from 1 March to 3 April; the months up to March are closed.
    pub(crate) async fn open() -> Pages {
        let office = Office::new(&[]).await;
        office.write("units.toml", &units_toml(&office.site));
        for unit in ["jyj", "mzj"] {
            office.site.page(&format!("/{unit}/"), list(&[(HOSTILE, "./t1.html", "2026-03-01")]));
        }
        office.run("2026-03-20 08:00", &["cycle"]).await.ok();
        for unit in ["jyj", "mzj"] {
            let rows = [(HOSTILE, "./t1.html", "2026-03-01"), ("培训", "./t2.html", "2026-04-03")];
            office.site.page(&format!("/{unit}/"), list(&rows));
        }
        office.run("2026-04-04 08:00", &["cycle"]).await.ok();
        for month in ["2026-01", "2026-02", "2026-03"] {
            office.run("2026-04-06 08:00", &["close", month]).await.ok();
        }
        let found = office.run("2026-04-06 08:00", &["findings", "--verdict", "breached"]).await.json();
        let of = |unit: &str| {
            let rows = found.as_array().unwrap().iter();
            rows.filter(|f| f["unit"] == unit && f["state"] == "posted")
                .map(|f| f["id"].as_i64().unwrap())
                .next()
                .unwrap()
        };
        let (own, other) = (of("jyj"), of("mzj"));
        let app = office.app(NOW).await;
        let password = tokio::task::spawn_blocking(|| web::password::hash(PASSWORD).unwrap()).await.unwrap();
        let officer = |unit: &str| Role::Officer(unit.parse().unwrap());
        for (name, role) in [
            ("admin", Role::Admin),
            ("clerk", Role::Clerk),
            ("leader", Role::Leader),
            ("jyj", officer("jyj")),
            ("mzj", officer("mzj")),
        ] {
            let new = NewAccount { name, person: "某人", role: &role, password: &password };
            app.store.add_account(&new, app.clock.now()).await.unwrap();
            app.store.set_password(name, &password, false).await.unwrap();
        }
        let web = duban::house::office(&app, false);
        let router = web::router(Arc::clone(&web));
        Pages { office, app, web, router, own, other }
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Got { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn get(&self, cookie: &str, path: &str) -> Got {
        self.ask(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    /// A form as a page of this site sends it.
    pub(crate) async fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let body: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={}", encoded(v))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::HOST, "duban.test")
            .header(header::ORIGIN, "http://duban.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.ask(request).await
    }

    /// A form with a file, as a page of this site sends it.
    pub(crate) async fn hand_in(
        &self,
        cookie: &str,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Got {
        let mut body = Vec::new();
        for (name, text) in fields {
            let part = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
            body.extend(part.into_bytes());
        }
        for (name, file, bytes) in files {
            let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n");
            body.extend(head.into_bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--x--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from(body))
            .unwrap();
        self.ask(request).await
    }

    /// Logs in and gives the cookie.
    pub(crate) async fn login(&self, name: &str, password: &str) -> Result<String, Got> {
        let got = self.post("", "/login", &[("name", name), ("password", password)]).await;
        match got.header("set-cookie").split(';').next() {
            Some(pair) if !pair.is_empty() => Ok(pair.to_owned()),
            _ => Err(got),
        }
    }

    /// Tries to log in from an address, as the proxy on this host hands it on.
    pub(crate) async fn login_from(&self, address: &str, name: &str, password: &str) -> StatusCode {
        let body = format!("name={}&password={}", encoded(name), encoded(password));
        let request = Request::post("/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("x-real-ip", address)
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9))))
            .body(Body::from(body))
            .unwrap();
        self.ask(request).await.status
    }

    /// Logs in where nothing else is expected.
    pub(crate) async fn as_(&self, name: &str) -> String {
        self.login(name, PASSWORD).await.unwrap_or_else(|got| panic!("{name}: {}", got.text()))
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// What a unit or the clerk does about a column that is not seen is said to everybody who sees it; what is to be done at the
/// machine is said to who looks after the machine.
#[tokio::test]
async fn the_administrator_is_told_what_to_do_at_the_machine_and_nobody_else_is() {
    let pages = Pages::open().await;
    pages.office.site.status("/jyj/", 404);
    pages.office.run("2026-04-06 20:00", &["poll"]).await.ok();
    pages.app.clock.set("2026-04-06T12:30:00Z".parse().unwrap());
    let reason = model::Reason::NotFound;
    for (who, path, told) in [
        ("admin", "/channels?trouble=1", true),
        ("clerk", "/channels?trouble=1", false),
        ("admin", "/channels/jyj/gzdt", true),
        ("clerk", "/channels/jyj/gzdt", false),
        ("jyj", "/channels/jyj/gzdt", false),
    ] {
        let cookie = pages.as_(who).await;
        let text = pages.get(&cookie, path).await.text();
        assert!(text.contains(reason.what_to_do()) && text.contains(reason.whose().label()), "{who} {path}: {text}");
        assert_eq!(text.contains(reason.for_admin()), told, "{who} {path}");
    }
    let clerk = pages.as_("clerk").await;
    let sheet = pages.get(&clerk, "/channels?as=csv").await.text();
    assert!(sheet.contains("系统管理员怎么办") && sheet.contains(reason.for_admin()), "to be handed on: {sheet}");
}
