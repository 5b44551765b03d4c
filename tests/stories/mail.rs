//! Letters leave once, and are tried until the server takes them.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{Office, list};

/// A mail server that takes what it is given, after refusing the first so many letters.
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
