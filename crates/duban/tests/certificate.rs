//! The certificate that a site shows is kept with its page, and handed over with the case; one that has run out is a reason
//! of its own, and costs nobody a point.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use store::Store;

/// For `localhost`, by an authority of these tests alone, whose key is nowhere.
const LEAF: &[u8] = include_bytes!("tls/leaf.der");
const EXPIRED: &[u8] = include_bytes!("tls/expired.der");
const KEY: &[u8] = include_bytes!("tls/leaf.key");
const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/ca.pem");

fn site(leaf: &'static [u8]) -> u16 {
    fetch::install_tls();
    let key = PrivatePkcs8KeyDer::from(KEY.to_vec());
    let config = ServerConfig::builder().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![CertificateDer::from(leaf)], key.into()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let mut asked = [0; 2048];
            let Ok(n) = tls.read(&mut asked) else { continue };
            let (status, body) = if asked[..n].starts_with(b"GET /gzdt/") {
                let row = "<li><a href=\"./t1.html\">全区教育工作会议召开</a><span>2026-12-01</span></li>";
                let page = format!(
                    "<!DOCTYPE html><html><head><title>动态</title></head><ul class=\"list\">{row}</ul></html>"
                );
                ("200 OK", page)
            } else {
                ("404 Not Found", String::new())
            };
            let head = "content-type: text/html; charset=utf-8\r\nconnection: close";
            write!(tls, "HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).ok();
            tls.conn.send_close_notify();
            tls.flush().ok();
        }
    });
    port
}

fn configure(dir: &Path, port: u16) {
    let config = dir.join("config");
    std::fs::create_dir_all(config.join("rulebook")).unwrap();
    std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
    let main = "[district]\nname = \"钟山区\"\nrulebook = \"rulebook/zhongshan-2022.toml\"\nmonitoring_since = 2026-12-01\n\
         [schedule]\npoll = \"0 */15 * * * *\"\njudge = \"0 30 6 * * *\"\nweekly = \"0 0 9 * * Mon\"\nclose = \"0 0 8 5 * *\"\n\
         [fetch]\nuser_agent = \"duban\"\nspot_checks_per_day = 0\nallow_private_addresses = [\"127.0.0.1/32\", \"::1/128\"]\n\
         [mail]\nfrom = \"duban@example.gov.cn\"\ndistrict = [\"office@example.gov.cn\"]\n";
    std::fs::write(config.join("duban.toml"), main).unwrap();
    let units = format!(
        "[[unit]]\nid = \"jyj\"\nname = \"教育局\"\nkind = \"department\"\n[[unit.channel]]\nid = \"gzdt\"\n\
         kind = \"work-news\"\nname = \"工作动态\"\nurl = \"https://localhost:{port}/gzdt/\"\n"
    );
    std::fs::write(config.join("units.toml"), units).unwrap();
}

fn command(dir: &Path, now: &str, args: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command.args(["--config", "config", "--data", "var", "--format", "json", "--now", now]).args(args);
    command.current_dir(dir).env("SSL_CERT_FILE", AUTHORITY).output().unwrap()
}

fn duban(dir: &Path, now: &str, args: &[&str]) -> String {
    let out = command(dir, now, args);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn the_certificate_is_kept_with_the_page_and_goes_with_the_case() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), site(LEAF));
    let run = |now: &str, args: &[&str]| duban(dir.path(), now, args);
    let round = run("2026-12-02T08:00:00+08:00", &["cycle"]);
    assert!(round.contains("\"good\": 1"), "{round}");
    run("2027-01-20T08:00:00+08:00", &["cycle"]);
    let found = json(&run("2027-01-20T08:00:00+08:00", &["findings", "--verdict", "breached"]));
    run("2027-01-20T09:00:00+08:00", &["evidence", "export", &found[0]["id"].to_string(), "--out", "case"]);

    let store = Store::open(&dir.path().join("var/duban.db"), model::Zone::SHANGHAI).await.unwrap();
    let channel = "jyj/gzdt".parse().unwrap();
    let captures = store.captures_of(&channel, "2026-12-02T00:00:00Z".parse().unwrap()).await.unwrap();
    let shown = captures[0].certificate.as_ref().unwrap();
    assert_eq!(store.certificate(shown).await.unwrap().unwrap(), LEAF);
    let records = case::warc::read(&std::fs::read(dir.path().join("case/evidence.warc.gz")).unwrap()).unwrap();
    let der: Vec<_> = records.iter().filter(|r| r.header("Content-Type") == Some("application/pkix-cert")).collect();
    assert_eq!(der.len(), 1, "one site, one certificate");
    assert_eq!(der[0].block, LEAF);
    // The notice of holidays of that year may be missing; what is said of certificates is asked here.
    let checks = command(dir.path(), "2027-01-20T10:00:00+08:00", &["doctor"]).stdout;
    let checks = json(&String::from_utf8(checks).unwrap());
    let certificates = checks.as_array().unwrap().iter().find(|c| c["check"] == "证书").unwrap();
    assert!(
        certificates["state"] == "ok" && certificates["detail"].as_str().unwrap().contains("2126-"),
        "{certificates}"
    );
}

#[test]
fn an_expired_certificate_is_named_and_never_a_breach() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), site(EXPIRED));
    let run = |now: &str, args: &[&str]| duban(dir.path(), now, args);
    let round = json(&run("2026-12-02T08:00:00+08:00", &["poll"]));
    assert_eq!((&round["good"], &round["troubles"]["certificate-expired"]), (&0.into(), &1.into()), "{round}");
    run("2027-01-20T08:00:00+08:00", &["cycle"]);
    assert_eq!(json(&run("2027-01-20T08:00:00+08:00", &["findings", "--verdict", "breached"])), serde_json::json!([]));
    let unknown = json(&run("2027-01-20T08:00:00+08:00", &["findings", "--verdict", "unknown"]));
    assert!(!unknown.as_array().unwrap().is_empty(), "the monitor's debt is shown");
    let trouble = json(&run("2027-01-20T08:01:00+08:00", &["channels", "--trouble"]));
    assert_eq!(trouble[0]["latest"], "网站证书已过期");
    assert_eq!(trouble[0]["whose"], "网站（账号）方");
}
