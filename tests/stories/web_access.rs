//! Who may use which route, held for every route there is, and that no unit sees another's.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::web_office::{PASSWORD, Pages};

/// Every route with the roles that may use it: a admin, c clerk, l leader, o officer. `*`: nobody need log in.
const TABLE: &[(&str, &str)] = &[
    ("GET /assets/app.css", "*"),
    ("GET /assets/app.js", "*"),
    ("GET /assets/htmx.js", "*"),
    ("GET /assets/icon.svg", "*"),
    ("GET /login", "*"),
    ("POST /login", "*"),
    ("GET /calendar/{secret}", "*"),
    ("GET /", "aclo"),
    ("POST /logout", "aclo"),
    ("GET /password", "aclo"),
    ("POST /password", "aclo"),
    ("GET /rulebook", "aclo"),
    ("GET /findings", "aclo"),
    ("GET /findings/{id}", "aclo"),
    ("GET /findings/{id}/files/{seq}", "aclo"),
    ("POST /findings/confirm", "ac"),
    ("POST /findings/{id}/decide", "ac"),
    ("POST /findings/{id}/appeal", "o"),
    ("GET /looks/{id}", "aclo"),
    ("GET /saved/{id}", "aclo"),
    ("GET /appeals", "ac"),
    ("GET /district", "acl"),
    ("GET /bridges", "acl"),
    ("GET /channels", "acl"),
    ("GET /channels/{unit}/{name}", "aclo"),
    ("GET /channels/{unit}/{name}/try", "ac"),
    ("POST /channels/{unit}/{name}/accept", "ac"),
    ("POST /channels/{unit}/{name}/save", "ac"),
    ("GET /suspicions", "ac"),
    ("GET /suspicions/{id}", "ac"),
    ("GET /suspicions/{id}/page", "ac"),
    ("POST /suspicions/{id}/confirm", "ac"),
    ("POST /suspicions/{id}/dismiss", "ac"),
    ("GET /registers", "ac"),
    ("GET /registers/{kind}/{form}", "ac"),
    ("POST /registers/import", "ac"),
    ("POST /registers/entries", "ac"),
    ("POST /registers/entries/{id}/revoke", "ac"),
    ("GET /registers/entries/{id}/file", "ac"),
    ("POST /registers/matters", "ac"),
    ("POST /registers/steps", "ac"),
    ("POST /registers/complete", "ac"),
    ("POST /registers/complete/{id}/revoke", "ac"),
    ("GET /spared", "ac"),
    ("POST /spared/waivers", "ac"),
    ("POST /spared/waivers/{id}/revoke", "ac"),
    ("POST /spared/declared", "ac"),
    ("POST /spared/declared/{id}/revoke", "ac"),
    ("GET /ledger", "acl"),
    ("GET /ledger/{month}", "acl"),
    ("GET /ledger/{month}/preview", "ac"),
    ("POST /ledger/{month}/close", "ac"),
    ("GET /scores", "acl"),
    ("GET /scores/{unit}", "aclo"),
    ("GET /scores/{unit}/card/{form}", "aclo"),
    ("GET /circular", "acl"),
    ("GET /circular/{span}/{form}", "acl"),
    ("GET /letters", "ac"),
    ("POST /letters/{week}/send", "ac"),
    ("GET /unit", "o"),
    ("GET /unit/calendar", "o"),
    ("POST /unit/calendar/feed", "o"),
    ("GET /accounts", "a"),
    ("POST /accounts", "a"),
    ("POST /accounts/{name}/reset", "a"),
    ("POST /accounts/{name}/disable", "a"),
    ("POST /accounts/{name}/enable", "a"),
    ("GET /audit", "a"),
];

/// The path with something in its braces. Logging out would end what comes after, so a fresh session is used for each.
fn filled(pages: &Pages, path: &str) -> String {
    path.replace("{id}", &pages.own.to_string())
        .replace("{seq}", "1")
        .replace("{unit}", "jyj")
        .replace("{name}", "gzdt")
        .replace("{month}", "2026-03")
        .replace("{week}", "2026-W13")
        .replace("{kind}", "incidents")
        .replace("{span}", "2026-03")
        .replace("/card/{form}", "/card/page")
        .replace("/2026-03/{form}", "/2026-03/page")
        .replace("{form}", "template")
        .replace("{secret}", "nobody-knows")
}

#[tokio::test]
async fn every_route_opens_for_its_roles_and_for_nobody_else() {
    let pages = Pages::open().await;
    let wanted: BTreeMap<&str, &str> = TABLE.iter().copied().collect();
    let table = web::table(Arc::clone(&pages.web));
    let there: Vec<String> = table.iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    let mut named: Vec<&str> = wanted.keys().copied().collect();
    let mut known: Vec<&str> = there.iter().map(String::as_str).collect();
    named.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, named, "every route stands in the table, and nothing else");
    for route in &table {
        let roles = wanted[format!("{} {}", route.method, route.path).as_str()];
        let path = filled(&pages, route.path);
        let open = roles == "*";
        let stranger = match route.method {
            "GET" => pages.get("", &path).await,
            _ => pages.post("", &path, &[]).await,
        };
        let turned_away =
            stranger.status == StatusCode::UNAUTHORIZED || stranger.header("location").starts_with("/login?next=");
        assert_eq!(turned_away, !open, "{} {path} without logging in: {}", route.method, stranger.status);
        for (letter, name) in [('a', "admin"), ('c', "clerk"), ('l', "leader"), ('o', "jyj")] {
            if open {
                continue;
            }
            let cookie = pages.as_(name).await;
            let got = match route.method {
                "GET" => pages.get(&cookie, &path).await,
                // Empty forms: what matters is whether the door opens.
                _ => pages.post(&cookie, &path, &[]).await,
            };
            let refused = got.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !roles.contains(letter), "{} {path} as {name}: {}", route.method, got.status);
        }
    }
}

/// What belongs to a unit, reached by an address: each must be there for its own officer and not for another's.
async fn belongings(pages: &Pages, finding: i64, unit: &str) -> Vec<String> {
    let found = pages.app.store.finding(finding).await.unwrap().unwrap();
    let proof = &found.judgement.proof;
    let look = proof.after.iter().chain(&proof.within).chain(&proof.before).find(|l| l.evidence.is_some()).unwrap();
    let capture =
        pages.app.store.capture_of_body(&look.channel, look.evidence.as_ref().unwrap()).await.unwrap().unwrap();
    vec![
        format!("/findings/{finding}"),
        format!("/findings/{finding}/files/{}", pages.app.store.appeal_files(finding).await.unwrap()[0].seq),
        format!("/looks/{}", look.look),
        format!("/saved/{}", capture.id),
        format!("/channels/{unit}/gzdt"),
        format!("/scores/{unit}"),
        format!("/scores/{unit}/card/page"),
    ]
}

#[tokio::test]
async fn an_officer_finds_nothing_of_another_unit_on_any_route() {
    let pages = Pages::open().await;
    let (jyj, mzj) = (pages.as_("jyj").await, pages.as_("mzj").await);
    for (cookie, finding, path) in [(&jyj, pages.own, "a.pdf"), (&mzj, pages.other, "b.pdf")] {
        let form = format!(
            "--x\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\n当日系统停电\r\n--x\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"{path}\"\r\n\r\n%PDF of {path}\r\n--x--\r\n"
        );
        let request = Request::post(format!("/findings/{finding}/appeal"))
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from(form))
            .unwrap();
        assert_eq!(pages.ask(request).await.status, StatusCode::SEE_OTHER);
    }
    let (own, other) = (belongings(&pages, pages.own, "jyj").await, belongings(&pages, pages.other, "mzj").await);
    // Every route that an officer may use and that names something stands among the belongings.
    let reached = |path: &str| {
        let pattern = path.split('/').map(|p| if p.starts_with('{') { None } else { Some(p) }).collect::<Vec<_>>();
        own.iter().any(|url| {
            let parts: Vec<&str> = url.split('/').collect();
            parts.len() == pattern.len() && pattern.iter().zip(&parts).all(|(want, got)| want.is_none_or(|w| w == *got))
        })
    };
    for route in web::table(Arc::clone(&pages.web)) {
        let own_only = route.access == web::routes::Access::Own && route.path.contains('{');
        assert!(!own_only || reached(route.path), "{} is not tried", route.path);
    }
    for path in &own {
        assert_eq!(pages.get(&jyj, path).await.status, StatusCode::OK, "{path}");
        assert_eq!(pages.get(&mzj, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in &other {
        assert_eq!(pages.get(&jyj, path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(pages.get(&pages.as_("clerk").await, path).await.status, StatusCode::OK, "{path}");
    }
    let deed = format!("/findings/{}/appeal", pages.other);
    let request = Request::post(&deed)
        .header(header::COOKIE, &jyj)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from("--x\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\nx\r\n--x--\r\n"))
        .unwrap();
    assert_eq!(pages.ask(request).await.status, StatusCode::NOT_FOUND);
    // Pages without a parameter: the other's name stands on none of them, whatever is asked for.
    let lists =
        ["/unit", "/unit/calendar", "/findings?tab=all&unit=mzj", "/findings?as=csv&tab=all&unit=mzj", "/rulebook"];
    for path in lists {
        let got = pages.get(&jyj, path).await;
        assert_eq!(got.status, StatusCode::OK, "{path}");
        assert!(!got.text().contains("民政局") && !got.text().contains("mzj"), "{path}");
    }
}

#[tokio::test]
async fn five_wrong_passwords_shut_the_door_even_to_the_right_one_until_time_has_passed() {
    let pages = Pages::open().await;
    for _ in 0..5 {
        assert_eq!(pages.login("clerk", "wrong password").await.unwrap_err().status, StatusCode::UNAUTHORIZED);
    }
    let shut = pages.login("clerk", PASSWORD).await.unwrap_err();
    assert_eq!(shut.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(shut.text().contains("15 分钟"));
    pages.as_("leader").await;
    pages.app.clock.set(pages.app.clock.now() + chrono::TimeDelta::minutes(16));
    pages.as_("clerk").await;
    // A name that does not exist is answered like a wrong password.
    let (none, wrong) = (pages.login("nobody", "x").await.unwrap_err(), pages.login("clerk", "x").await.unwrap_err());
    assert_eq!((none.status, none.text().replace("nobody", "clerk")), (wrong.status, wrong.text()));
}

#[tokio::test]
async fn a_stranger_who_knows_a_name_shuts_himself_out_and_not_its_owner() {
    let pages = Pages::open().await;
    let later = |n: i64| pages.app.clock.set(pages.app.clock.now() + chrono::TimeDelta::seconds(n));
    let (shut, wrong, right) = (StatusCode::TOO_MANY_REQUESTS, StatusCode::UNAUTHORIZED, StatusCode::SEE_OTHER);
    assert_eq!(pages.login_from("10.0.0.1", "clerk", PASSWORD).await, right);
    for _ in 0..5 {
        assert_eq!(pages.login_from("10.9.9.9", "clerk", "wrong password").await, wrong);
    }
    assert_eq!(pages.login_from("10.9.9.9", "clerk", "wrong password").await, shut);
    // The owner comes in from where he has been, and from where he has never been.
    assert_eq!(pages.login_from("10.0.0.1", "clerk", PASSWORD).await, right);
    assert_eq!(pages.login_from("10.0.0.2", "clerk", PASSWORD).await, right);
    // From many addresses: strange ones get a turn each half minute, and those of the owner are not asked to wait.
    for stranger in 0..9 {
        for _ in 0..5 {
            let address = format!("2001:db8:0:{stranger}::1");
            assert_eq!(pages.login_from(&address, "clerk", "wrong password").await, wrong);
        }
    }
    assert_eq!(pages.login_from("10.0.0.3", "clerk", PASSWORD).await, shut);
    assert_eq!(pages.login_from("10.0.0.1", "clerk", PASSWORD).await, right);
    assert_eq!(pages.login_from("10.0.0.3", "leader", PASSWORD).await, right, "other names go on as ever");
    later(31);
    assert_eq!(pages.login_from("2001:db8:0:99::1", "clerk", "wrong password").await, wrong);
    later(10);
    assert_eq!(pages.login_from("10.0.0.3", "clerk", PASSWORD).await, shut);
    later(21);
    assert_eq!(pages.login_from("10.0.0.3", "clerk", PASSWORD).await, right, "its turn has come");
    // One address that tries one name after the other is shut out of all.
    for n in 0..30 {
        assert_eq!(pages.login_from("10.8.8.8", &format!("name{}", n / 4), "wrong password").await, wrong);
    }
    assert_eq!(pages.login_from("10.8.8.8", "leader", PASSWORD).await, shut);
    later(16 * 60);
    assert_eq!(pages.login_from("10.8.8.8", "leader", PASSWORD).await, right);
}

#[tokio::test]
async fn a_session_ends_by_logging_out_by_idling_by_a_new_password_and_by_disabling() {
    let pages = Pages::open().await;
    let signed_out = async |cookie: &str| pages.get(cookie, "/rulebook").await.header("location").starts_with("/login");
    let cookie = pages.as_("clerk").await;
    assert!(!signed_out(&cookie).await);
    assert!(signed_out("duban=0000").await);
    pages.post(&cookie, "/logout", &[]).await;
    assert!(signed_out(&cookie).await);

    let (idle, busy) = (pages.as_("leader").await, pages.as_("jyj").await);
    for _ in 0..3 {
        pages.app.clock.set(pages.app.clock.now() + chrono::TimeDelta::hours(5));
        assert!(!signed_out(&busy).await);
    }
    assert!(signed_out(&idle).await);

    let (here, there) = (pages.as_("clerk").await, pages.as_("clerk").await);
    let change = |old: &'static str, new: &'static str| [("old", old), ("new", new), ("again", new)];
    let got = pages.post(&here, "/password", &change("not my password", "a longer password 7")).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        pages.post(&here, "/password", &change(PASSWORD, "short")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let got = pages.post(&here, "/password", &change(PASSWORD, "a longer password 7")).await;
    assert_eq!(got.header("location"), "/password?told=password");
    assert!(signed_out(&there).await && signed_out(&here).await);
    assert!(!signed_out(got.header("set-cookie").split(';').next().unwrap()).await);
    assert!(pages.login("clerk", PASSWORD).await.is_err());

    let (admin, officer) = (pages.as_("admin").await, pages.as_("mzj").await);
    pages.post(&admin, "/accounts/mzj/disable", &[]).await;
    assert!(signed_out(&officer).await);
    assert_eq!(pages.login("mzj", PASSWORD).await.unwrap_err().status, StatusCode::UNAUTHORIZED);
    let last = pages.post(&admin, "/accounts/admin/disable", &[]).await;
    assert_eq!(last.status, StatusCode::CONFLICT, "{}", last.text());
}

#[tokio::test]
async fn an_account_made_by_another_must_choose_its_password_before_anything_else() {
    let pages = Pages::open().await;
    let told =
        pages.office.run("2026-04-06 10:30", &["account", "add", "New-1", "--person", "新人", "--role", "clerk"]).await;
    let told = told.json();
    let secret = told["password"].as_str().unwrap();
    let cookie = pages.login("new-1", secret).await.unwrap_or_else(|g| panic!("{}", g.text()));
    assert_eq!(pages.get(&cookie, "/findings").await.header("location"), "/password");
    assert_eq!(pages.post(&cookie, "/ledger/2026-04/close", &[]).await.header("location"), "/password");
    let got = pages
        .post(
            &cookie,
            "/password",
            &[("old", secret), ("new", "我自己想的一个长密码"), ("again", "我自己想的一个长密码")],
        )
        .await;
    let cookie = got.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(pages.get(&cookie, "/findings").await.status, StatusCode::OK);
    // On the command line: the last administrator stays, a taken name is refused, an officer needs a unit.
    let run = |args: &'static [&'static str]| pages.office.run("2026-04-06 11:00", args);
    assert_ne!(run(&["account", "disable", "admin"]).await.ended, duban::Ended::Done);
    assert_ne!(run(&["account", "add", "clerk", "--person", "x", "--role", "clerk"]).await.ended, duban::Ended::Done);
    assert_ne!(
        run(&["account", "add", "x1", "--person", "x", "--role", "officer", "--unit", "no"]).await.ended,
        duban::Ended::Done
    );
    assert!(run(&["account", "list"]).await.ok().contains("new-1"));
}

#[tokio::test]
async fn forms_of_other_sites_are_refused_and_every_answer_is_under_the_strict_policy() {
    let pages = Pages::open().await;
    let clerk = pages.as_("clerk").await;
    let from = |origin: &str| {
        Request::post("/spared/waivers/1/revoke")
            .header(header::COOKIE, &clerk)
            .header(header::HOST, "duban.test")
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("reason=x"))
            .unwrap()
    };
    assert_eq!(pages.ask(from("http://evil.test")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(pages.ask(from("null")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(pages.ask(from("http://duban.test")).await.status, StatusCode::NOT_FOUND, "there is no waiver 1");
    for path in ["/findings", "/login", "/nowhere", "/assets/app.css", "/findings/999999"] {
        let got = pages.get(&clerk, path).await;
        let policy = got.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{path}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
    }
}
