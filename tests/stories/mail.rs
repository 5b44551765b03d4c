//! Letters leave once, and are tried until the server takes them.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{Office, list};

/// A mail server that takes what it is given, after refusing the first so many letters. It knows nobody whose address
/// begins with `nobody`, and asks those whose address begins with `full` to come back later.
struct FakeSmtp {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

impl FakeSmtp {
    async fn start(refuse: usize) -> FakeSmtp {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(vec![]));
        let refuse = Arc::new(Mutex::new(refuse));
        let (to, left) = (Arc::clone(&taken), Arc::clone(&refuse));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&to), Arc::clone(&left)));
            }
        });
        FakeSmtp { port, taken }
    }
}

async fn talk(stream: TcpStream, taken: Arc<Mutex<Vec<String>>>, refuse: Arc<Mutex<usize>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 fake\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let reply = match verb.as_str() {
            "EHLO" | "HELO" => "250 fake\r\n",
            "MAIL" => {
                let mut left = refuse.lock().unwrap();
                if *left > 0 {
                    *left -= 1;
                    "451 later\r\n"
                } else {
                    "250 ok\r\n"
                }
            }
            "RCPT" if line.contains("<nobody") => "550 5.1.1 no such user\r\n",
            "RCPT" if line.contains("<full") => "452 4.2.2 mailbox full\r\n",
            "DATA" => {
                write.write_all(b"354 go\r\n").await.unwrap();
                let mut body = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    body += &line;
                    body += "\n";
                }
                taken.lock().unwrap().push(body);
                "250 taken\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.unwrap();
                return;
            }
            _ => "250 ok\r\n",
        };
        write.write_all(reply.as_bytes()).await.unwrap();
    }
}

async fn office_with(smtp: &FakeSmtp) -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let main = office.main_toml("\"127.0.0.1/32\"");
    office.write("duban.toml", &main.replace("[mail]", &format!("[mail]\nsmtp = \"smtp://127.0.0.1:{}\"", smtp.port)));
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    office.run("2026-03-20 08:00", &["cycle"]).await.ok();
    office
}

#[tokio::test]
async fn the_weekly_letters_leave_once() {
    let smtp = FakeSmtp::start(0).await;
    let office = office_with(&smtp).await;
    for minute in ["00", "05", "10"] {
        office.run(&format!("2026-03-23 09:{minute}"), &["report", "weekly", "--send"]).await.ok();
    }
    let taken = smtp.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 2, "one to the unit, one to the office");
    assert!(taken.iter().any(|m| m.contains("To: jyj@example.gov.cn")));
    assert!(taken.iter().any(|m| m.contains("To: office@example.gov.cn")));
}

#[tokio::test]
async fn a_letter_that_is_refused_is_tried_again_and_then_left_in_peace() {
    let smtp = FakeSmtp::start(1).await;
    let office = office_with(&smtp).await;
    office.run("2026-03-23 09:00", &["report", "weekly", "--send"]).await.ok();
    assert_eq!(smtp.taken.lock().unwrap().len(), 1, "the other went through");
    office.run("2026-03-23 09:02", &["report", "weekly", "--send"]).await.ok();
    assert_eq!(smtp.taken.lock().unwrap().len(), 1, "not before its time");
    office.run("2026-03-23 09:30", &["report", "weekly", "--send"]).await.ok();
    office.run("2026-03-23 10:30", &["report", "weekly", "--send"]).await.ok();
    assert_eq!(smtp.taken.lock().unwrap().len(), 2);
}

fn outbox(shown: &serde_json::Value) -> Vec<String> {
    let word = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = shown.as_array().unwrap().iter();
    rows.map(|r| format!("{} {} {}", word(r, "to"), word(r, "state"), word(r, "last_error"))).collect()
}

#[tokio::test]
async fn a_recipient_who_is_refused_costs_the_others_nothing() {
    let smtp = FakeSmtp::start(0).await;
    let office = office_with(&smtp).await;
    let units = std::fs::read_to_string(office.config().join("units.toml")).unwrap();
    let three = "[\"jyj@example.gov.cn\", \"nobody@example.gov.cn\", \"full@example.gov.cn\"]";
    office.write("units.toml", &units.replace("[\"jyj@example.gov.cn\"]", three));
    office.run("2026-03-23 09:00", &["report", "weekly", "--send"]).await.ok();
    assert_eq!(smtp.taken.lock().unwrap().len(), 2, "the letter went to the one who could take it, and to the office");
    let shown = outbox(&office.run("2026-03-23 09:01", &["outbox"]).await.json());
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].starts_with("nobody@example.gov.cn 已放弃") && shown[0].contains("no such user"), "{shown:?}");
    assert!(shown[1].starts_with("full@example.gov.cn 待发") && shown[1].contains("mailbox full"), "{shown:?}");
    office.run("2026-03-23 09:30", &["report", "weekly", "--send"]).await.ok();
    assert_eq!(smtp.taken.lock().unwrap().len(), 2, "nobody gets it twice while one is tried again");
    let key = "weekly:2026-W12:jyj";
    let again = office.run("2026-03-23 10:00", &["outbox", "--retry", key, "--to", "nobody@example.gov.cn"]).await.ok();
    assert!(again.contains("1 个收件人"), "{again}");
}

#[tokio::test]
async fn a_letter_that_comes_back_is_written_down() {
    let smtp = FakeSmtp::start(0).await;
    let office = office_with(&smtp).await;
    office.run("2026-03-23 09:00", &["report", "weekly", "--send"]).await.ok();
    let report = "Content-Type: multipart/report; report-type=delivery-status\r\n\r\n\
        Final-Recipient: rfc822; jyj@example.gov.cn\r\nAction: failed\r\nStatus: 5.2.2\r\n\
        Diagnostic-Code: smtp; 552 mailbox full\r\n\r\nMessage-ID: <weekly.2026.W12.jyj@example.gov.cn>\r\n";
    let file = office.dir.path().join("bounce.eml");
    std::fs::write(&file, report).unwrap();
    let said = office.run("2026-03-23 11:00", &["outbox", "--bounce", file.to_str().unwrap()]).await.ok();
    assert!(said.contains("已登记"), "{said}");
    let shown = outbox(&office.run("2026-03-23 11:01", &["outbox"]).await.json());
    assert_eq!(shown, ["jyj@example.gov.cn 退信 5.2.2 552 mailbox full"]);
    std::fs::write(&file, report.replace("W12", "W99")).unwrap();
    let stranger = office.run("2026-03-23 11:02", &["outbox", "--bounce", file.to_str().unwrap()]).await;
    assert_eq!(stranger.ended, duban::Ended::WrongUsage);
}

/// The reminders of a day: their keys and texts.
async fn reminders(office: &Office, now: &str) -> Vec<(String, String)> {
    let app = office.app(now).await;
    duban::daemon::run_due(&app).await;
    let filter = store::MailFilter { key_starts: Some("remind:".into()), sent: None };
    let mail = app.store.mail(&filter).await.unwrap();
    app.store.close().await;
    let text = |m: &store::Mail| {
        mail_parser::MessageParser::default().parse(&m.mail.message).unwrap().body_text(0).unwrap().into_owned()
    };
    mail.iter().map(|m| (m.mail.key.clone(), text(m))).collect()
}

#[tokio::test]
async fn a_unit_is_reminded_step_by_step_until_it_publishes() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let old = ("全区教育工作会议召开", "./t1.html", "2026-03-01");
    office.site.page("/gzdt/", list(&[old]));
    // The window is 2026-03-02 to 2026-03-15, the week ends on the same Sunday.
    let keys = |sent: &[(String, String)]| sent.iter().map(|(k, _)| k[7..17].to_owned()).collect::<Vec<_>>();
    assert!(reminders(&office, "2026-03-10 09:00").await.is_empty(), "five days are time enough");
    let sent = reminders(&office, "2026-03-11 09:00").await;
    assert_eq!(keys(&sent), ["2026-03-11"]);
    assert!(
        sent[0].1.contains("B1.1") && sent[0].1.contains("还剩4天") && !sent[0].1.contains("请注意"),
        "{}",
        sent[0].1
    );
    assert_eq!(keys(&reminders(&office, "2026-03-11 15:00").await), ["2026-03-11"], "one a day at most");
    assert_eq!(keys(&reminders(&office, "2026-03-12 09:00").await), ["2026-03-11"], "three days are no step");
    // Seen at night, said in the morning; and the site is down by then.
    assert_eq!(keys(&reminders(&office, "2026-03-13 03:00").await), ["2026-03-11"]);
    office.site.status("/gzdt/", 503);
    let sent = reminders(&office, "2026-03-13 09:10").await;
    assert_eq!(keys(&sent), ["2026-03-11", "2026-03-13"]);
    assert!(sent[1].1.contains("还剩2天") && sent[1].1.contains("请注意"), "{}", sent[1].1);
    office.site.page("/gzdt/", list(&[("全区教育系统安全检查", "./t2.html", "2026-03-14"), old]));
    let sent = reminders(&office, "2026-03-15 09:00").await;
    assert_eq!(keys(&sent), ["2026-03-11", "2026-03-13"], "it has published: {sent:?}");
}

#[tokio::test]
async fn steps_that_passed_while_the_program_was_down_are_not_made_up_for() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    assert!(reminders(&office, "2026-03-10 09:00").await.is_empty());
    let sent = reminders(&office, "2026-03-15 09:00").await;
    assert_eq!(sent.len(), 1, "one letter for what is still true: {sent:?}");
    assert!(sent[0].1.contains("今天截止"), "{}", sent[0].1);
    assert_eq!(reminders(&office, "2026-03-15 11:00").await.len(), 1);
}

#[tokio::test]
async fn without_a_server_the_letters_are_files() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")]));
    office.run("2026-03-20 08:00", &["cycle"]).await.ok();
    let refused = office.run("2026-03-23 09:00", &["report", "weekly", "--send"]).await;
    assert_eq!(refused.ended, duban::Ended::WrongUsage);
    let out = office.dir.path().join("letters");
    office.run("2026-03-23 09:00", &["report", "weekly", "--out", out.to_str().unwrap()]).await.ok();
    let names: Vec<_> =
        std::fs::read_dir(&out).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}
