//! The program dies at each place where it has just written, or is about to, and is started again. Whatever the place:
//! no look that was kept is lost, no letter leaves twice, no line is posted twice, nothing due is missed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use duban::app::App;
use duban::clock::Clock;
use duban::config::Config;
use store::{FindingFilter, LedgerFilter, MailFilter};

/// A list whose bytes differ at each visit, so that each look has something to keep.
fn site() -> u16 {
    let visits = AtomicUsize::new(0);
    listen(move |mut stream| {
        let mut asked = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut asked).unwrap();
        let n = visits.fetch_add(1, Ordering::Relaxed);
        let page = format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>工作动态</title></head><body><ul class=\"list\">\
             <li><a href=\"./t1.html\" title=\"关于召开会议的通知\">关于召开会议的通知</a><span>2026-03-01</span></li>\
             <li><a href=\"./t2.html\" title=\"关于开展检查的通知\">关于开展检查的通知</a><span>2026-02-20</span></li>\
             <li><a href=\"./t3.html\" title=\"关于举办培训的通知\">关于举办培训的通知</a><span>2026-02-10</span></li>\
             </ul><!-- {n} --><script>createPageHTML(1, 0, \"index\", \"html\");</script></body></html>"
        );
        let (status, body) =
            if asked.contains("/gzdt/ ") { ("200 OK", page) } else { ("404 Not Found", String::new()) };
        let head = "content-type: text/html; charset=utf-8\r\nconnection: close";
        write!(stream, "HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).ok();
    })
}

/// A mail server that takes everything, and remembers the Message-ID of what it took.
fn mail_server(taken: Arc<Mutex<Vec<String>>>) -> u16 {
    listen(move |mut stream| {
        stream.write_all(b"220 fake\r\n").unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        while let Some(Ok(line)) = lines.next() {
            let reply: &[u8] = if line.eq_ignore_ascii_case("DATA") {
                stream.write_all(b"354 go\r\n").unwrap();
                let letter: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|l| l != ".").collect();
                let id = letter.iter().find(|l| l.starts_with("Message-ID:")).unwrap();
                taken.lock().unwrap().push(id.clone());
                b"250 taken\r\n"
            } else {
                b"250 ok\r\n"
            };
            if stream.write_all(reply).is_err() {
                return;
            }
        }
    })
}

/// A chat robot that takes everything, and remembers the keys of what it took and how it was signed.
fn robot(taken: Arc<Mutex<Vec<String>>>) -> u16 {
    listen(move |mut stream| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut length, mut signed) = (0, false);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            signed |= line.starts_with("x-duban-signature: sha256=");
            if let Some(n) = line.strip_prefix("content-length: ") {
                length = n.parse().unwrap();
            }
        }
        assert!(signed);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let notice: serde_json::Value = serde_json::from_slice(&body).unwrap();
        taken.lock().unwrap().push(notice["key"].as_str().unwrap().to_owned());
        write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}").ok();
    })
}

fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

fn configure(dir: &Path, site: u16, smtp: u16, robot: u16) {
    let config = dir.join("config");
    std::fs::create_dir_all(config.join("rulebook")).unwrap();
    std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
    let main = format!(
        "[district]\nname = \"钟山区\"\nrulebook = \"rulebook/zhongshan-2022.toml\"\nmonitoring_since = 2026-01-01\n\
         [schedule]\npoll = \"0 */15 * * * *\"\njudge = \"0 30 6 * * *\"\nweekly = \"0 0 9 * * Mon\"\nclose = \"0 0 8 5 * *\"\n\
         [fetch]\nuser_agent = \"duban\"\nper_host_per_second = 100000.0\nallow_private_addresses = [\"127.0.0.1/32\"]\n\
         [mail]\nsmtp = \"smtp://127.0.0.1:{smtp}\"\nfrom = \"duban@example.gov.cn\"\ndistrict = [\"office@example.gov.cn\"]\n\
         [[webhook]]\nname = \"qun\"\nkind = \"json\"\nurl = \"http://127.0.0.1:{robot}/\"\n"
    );
    std::fs::write(config.join("duban.toml"), main).unwrap();
    let units = format!(
        "[[unit]]\nid = \"jyj\"\nname = \"教育局\"\nkind = \"department\"\ncontacts = [\"jyj@example.gov.cn\"]\n\
         [[unit.channel]]\nid = \"gzdt\"\nkind = \"work-news\"\nname = \"工作动态\"\nurl = \"http://127.0.0.1:{site}/gzdt/\"\n"
    );
    std::fs::write(config.join("units.toml"), units).unwrap();
}

/// What the robot knows us by.
const SECRET: &str = "qun-geheim";

/// Does what is due at `now`, and dies at `crash_at`.
fn run(dir: &Path, now: &str, crash_at: &str) -> ExitStatus {
    let out = Command::new(env!("CARGO_BIN_EXE_duban"))
        .args(["--config", "config", "--data", "var", "--now", now, "serve", "--once"])
        .current_dir(dir)
        .env("DUBAN_CRASH_AT", crash_at)
        .env("DUBAN_WEBHOOK_QUN", SECRET)
        .env("RUST_LOG", "trace")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(!said.contains("失败"), "{said}");
    assert!(!said.contains(SECRET) && !String::from_utf8_lossy(&out.stderr).contains(SECRET), "a secret was told");
    out.status
}

/// What stands in the database in the end, without instants, which differ.
#[derive(Debug, PartialEq, Eq)]
struct Standing {
    findings: Vec<String>,
    lines: Vec<String>,
    letters: Vec<String>,
    looks_unread: usize,
    closed: usize,
}

async fn standing(dir: &Path) -> (Standing, App) {
    let config = Config::load(&dir.join("config")).unwrap();
    let now = "2026-04-20T12:00:00+08:00".parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap().to_utc();
    let app = App::open(config, &dir.join("var"), Clock::rehearsal(now)).await.unwrap();
    let lines = app.store.lines(&LedgerFilter::default()).await.unwrap();
    scoring::verify(&lines).unwrap();
    assert!(app.store.integrity_check().await.unwrap().is_empty());
    let findings = app.store.findings(&FindingFilter::default()).await.unwrap();
    let letters = app.store.mail(&MailFilter::default()).await.unwrap();
    let mut letters: Vec<String> = letters.into_iter().map(|m| m.mail.key).collect();
    letters.sort();
    let standing = Standing {
        findings: findings.iter().map(|f| format!("{} {:?}", f.judgement.key, f.judgement.verdict)).collect(),
        lines: lines
            .iter()
            .map(|l| format!("{} {} {} {}", l.seq, l.line.criterion, l.line.points, l.line.text))
            .collect(),
        letters,
        looks_unread: app.store.unread_captures().await.unwrap().len(),
        closed: app.store.closed_months().await.unwrap().len(),
    };
    (standing, app)
}

/// Lives through a first day, then through one of April on which much is due and on which it dies at `crash_at`.
async fn lived(day: u32, crash_at: &str) -> (Standing, BTreeMap<String, usize>, App, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let taken = Arc::new(Mutex::new(vec![]));
    configure(dir.path(), site(), mail_server(Arc::clone(&taken)), robot(Arc::clone(&taken)));
    assert!(run(dir.path(), "2026-03-20T08:00:00+08:00", "").success());
    let died = !run(dir.path(), &format!("2026-04-{day:02}T09:30:00+08:00"), crash_at).success();
    assert_eq!(died, !crash_at.is_empty(), "「{crash_at}」 is a place that is passed");
    assert!(run(dir.path(), &format!("2026-04-{day:02}T09:50:00+08:00"), "").success());
    assert!(run(dir.path(), &format!("2026-04-{:02}T11:00:00+08:00", day + 1), "").success());
    let mut counts = BTreeMap::new();
    for id in taken.lock().unwrap().iter() {
        *counts.entry(id.clone()).or_insert(0) += 1;
    }
    let (standing, app) = standing(dir.path()).await;
    for file in std::fs::read_dir(dir.path().join("var")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes()), "a secret was kept");
    }
    (standing, counts, app, dir)
}

/// A letter that was in a sender's hands when the program died is not sent again by itself: nobody knows whether it left.
const IN_HAND: [&str; 2] = ["letter-taken", "letter-handed-over"];

#[tokio::test]
async fn wherever_it_dies_the_end_is_the_same() {
    let (wanted, sent, ..) = lived(6, "").await;
    assert!(!wanted.lines.is_empty() && wanted.closed == 3 && wanted.looks_unread == 0, "{wanted:?}");
    let told =
        "to the unit and to the office: the week's letter, and one for each of the three months that were closed";
    assert_eq!((wanted.letters.len(), sent.len()), (8, 8), "{told}");
    let places = [
        "before-captures",
        "captures-kept",
        "before-looks",
        "looks-recorded",
        "poll",
        "judge",
        "before-close",
        "month-closed",
        "close",
        "letter-queued",
        "weekly",
        "letter-taken",
        "letter-handed-over",
        "letter-noted",
    ];
    for place in places {
        let (end, counts, app, _dir) = lived(6, place).await;
        assert_eq!(end, wanted, "{place}");
        assert!(counts.values().all(|n| *n == 1), "{place}: a letter left twice: {counts:?}");
        let unclear = app.store.mail(&MailFilter { sent: Some(false), ..MailFilter::default() }).await.unwrap();
        if IN_HAND.contains(&place) {
            assert_eq!(unclear.len(), 1, "{place}");
            let held = &unclear[0].deliveries[0];
            assert!(held.gave_up && held.last_error.as_ref().unwrap().contains("outbox --retry"));
        } else {
            assert!(unclear.is_empty(), "{place}");
            assert_eq!(counts, sent, "{place}: every letter left");
        }
        let dead = app.config.channels[0].id.clone();
        let kept_at: model::Moment = "2026-04-06T01:30:00Z".parse().unwrap();
        let looked = app.store.recent_looks(&dead, 50).await.unwrap().iter().any(|l| l.look.at == kept_at);
        assert!(looked || place == "before-captures", "{place}: an acknowledged look is lost");
    }
}

#[tokio::test]
async fn reminders_and_notices_leave_once_wherever_it_dies() {
    // A Friday, two days before the end of a window and of a week.
    let (wanted, sent, ..) = lived(10, "").await;
    let reminders = |letters: &[String]| letters.iter().filter(|k| k.starts_with("remind:")).count();
    assert_eq!(reminders(&wanted.letters), 2, "the mail and the notice: {:?}", wanted.letters);
    assert!(sent.contains_key("remind:2026-04-10:jyj@qun"), "{sent:?}");
    for place in ["notice-queued", "reminder-queued", "remind", "notice-taken", "notice-noted"] {
        let (end, counts, app, _dir) = lived(10, place).await;
        assert_eq!(end, wanted, "{place}");
        assert!(counts.values().all(|n| *n == 1), "{place}: sent twice: {counts:?}");
        let unclear = app.store.mail(&MailFilter { sent: Some(false), ..MailFilter::default() }).await.unwrap();
        assert_eq!(unclear.len(), usize::from(place == "notice-taken"), "{place}");
        assert!(place == "notice-taken" || counts == sent, "{place}: everything left: {counts:?}");
    }
}

/// Runs one command at `now`, and dies at `crash_at`.
fn command(dir: &Path, now: &str, crash_at: &str, args: &[&str]) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command.args(["--config", "config", "--data", "var", "--now", now]).args(args);
    command.current_dir(dir).env("DUBAN_CRASH_AT", crash_at).output().unwrap().status.success()
}

/// Four days of looks, each of which finds other bytes, and a year in which nobody looks: most of these pages are nobody's
/// proof. Then they are cleared, and the program dies at `crash_at`. Gives each look with whether its page is there.
async fn cleared(crash_at: &str) -> Vec<(model::Moment, bool)> {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), site(), 9, 9);
    let config = dir.path().join("config/duban.toml");
    let text = std::fs::read_to_string(&config).unwrap() + "[keeping]\nevidence_days = 400\n";
    std::fs::write(&config, text).unwrap();
    for n in 0..14 {
        let now = format!("2026-03-{:02}T{:02}:00:00+08:00", 2 + n / 4, 6 * (n % 4) + 1);
        assert!(command(dir.path(), &now, "", &["cycle"]));
    }
    let later = "2027-06-06T09:30:00+08:00";
    let mut month = model::Month::of("2026-01-01".parse().unwrap());
    while month < model::Month::of("2027-06-01".parse().unwrap()) {
        assert!(command(dir.path(), later, "", &["close", &month.to_string()]));
        month = month.next();
    }
    let died = !command(dir.path(), later, crash_at, &["prune"]);
    assert_eq!(died, !crash_at.is_empty(), "「{crash_at}」 is a place that is passed");
    assert!(command(dir.path(), later, "", &["prune"]));

    let config = Config::load(&dir.path().join("config")).unwrap();
    let now = later.parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap().to_utc();
    let app = App::open(config, &dir.path().join("var"), Clock::rehearsal(now)).await.unwrap();
    assert!(app.store.integrity_check().await.unwrap().is_empty(), "{crash_at}");
    assert_eq!(app.store.prunable(now).await.unwrap().bodies, 0, "{crash_at}: everything was cleared");
    let found = app.store.findings(&FindingFilter::default()).await.unwrap();
    assert!(!found.is_empty());
    for finding in &found {
        let case = dir.path().join(format!("case-{}", finding.id));
        duban::casefile::export(&app, finding, &case, false).await.unwrap();
        duban::casefile::verify(&case).unwrap();
    }
    let mut seen = vec![];
    for look in app.store.recent_looks(&app.config.channels[0].id, 50).await.unwrap() {
        let there = app.store.evidence(look.look.evidence.as_ref().unwrap()).await.unwrap().is_some();
        seen.push((look.look.at, there));
    }
    seen
}

#[tokio::test]
async fn wherever_a_clearing_dies_it_has_cleared_all_or_nothing_of_a_body_and_goes_on() {
    let wanted = cleared("").await;
    let gone = wanted.iter().filter(|(_, there)| !there).count();
    assert!(gone > 0 && gone < wanted.len(), "{wanted:?}");
    for place in ["before-prune", "pruned", "space-given-back"] {
        assert_eq!(cleared(place).await, wanted, "{place}");
    }
}
