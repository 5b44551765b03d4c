//! The daemon as systemd has it: says when it is ready, gives signs of life, stops when told; and its log, at the most
//! talkative level, holds no secret and nobody's address.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const TOKEN: &str = "t0ken-of-the-bridge";
const PASSWORD: &str = "geheim-smtp-passwort";
const SIGN_IN: &str = "clerks-own-password";
const PEOPLE: [&str; 3] = ["jyj-contact@example.gov.cn", "office-desk@example.gov.cn", "sender-box@example.gov.cn"];

fn listen(serve: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

/// A bridge that answers each request with a list, whatever is asked.
fn site() -> u16 {
    listen(|mut stream| {
        let mut asked = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut asked).unwrap();
        let body = "<!DOCTYPE html><html><head><title>工作动态</title></head><body><ul class=\"list\">\
            <li><a href=\"./t1.html\">会议</a><span>2026-03-01</span></li></ul></body></html>";
        let status = if asked.contains("robots") { "404 Not Found" } else { "200 OK" };
        let head = "content-type: text/html; charset=utf-8\r\nconnection: close";
        write!(stream, "HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).ok();
    })
}

/// A mail server that wants a password and then knows nobody, naming whom it does not know.
fn mail_server() -> u16 {
    listen(|mut stream| {
        stream.write_all(b"220 fake\r\n").unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            let reply = match line.split(' ').next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" => "250-fake\r\n250 AUTH PLAIN LOGIN\r\n".to_owned(),
                "AUTH" => "235 ok\r\n".to_owned(),
                "RCPT" => format!("550 5.1.1 {}: User unknown\r\n", line.split(':').nth(1).unwrap_or_default()),
                _ => "250 ok\r\n".to_owned(),
            };
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    })
}

fn configure(dir: &Path) {
    let config = dir.join("config");
    std::fs::create_dir_all(config.join("rulebook")).unwrap();
    std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
    let (site, smtp) = (site(), mail_server());
    let [unit, office, sender] = PEOPLE;
    let main = format!(
        "[district]\nname = \"钟山区\"\nrulebook = \"rulebook/zhongshan-2022.toml\"\nmonitoring_since = 2026-01-01\n\
         [schedule]\npoll = \"0 */15 * * * *\"\njudge = \"0 30 6 * * *\"\nweekly = \"0 0 9 * * Mon\"\nclose = \"0 0 8 5 * *\"\n\
         [fetch]\nuser_agent = \"duban\"\nper_host_per_second = 100000.0\nallow_private_addresses = [\"127.0.0.1/32\"]\n\
         [mail]\nsmtp = \"smtp://bote@127.0.0.1:{smtp}\"\nfrom = \"{sender}\"\ndistrict = [\"{office}\"]\n\
         [web]\nlisten = \"127.0.0.1:0\"\nplain_http = true\n\
         [ops]\nping = \"http://127.0.0.1:{site}/ping?key={TOKEN}\"\n"
    );
    std::fs::write(config.join("duban.toml"), main).unwrap();
    let units = format!(
        "[[unit]]\nid = \"jyj\"\nname = \"教育局\"\nkind = \"department\"\ncontacts = [\"{unit}\"]\n\
         [[unit.channel]]\nid = \"gzdt\"\nkind = \"work-news\"\nname = \"工作动态\"\n\
         url = \"http://127.0.0.1:{site}/gzdt/?access_token={TOKEN}\"\n"
    );
    std::fs::write(config.join("units.toml"), units).unwrap();
}

fn duban(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command.args(["--config", "config", "--data", "var"]).current_dir(dir);
    command.env("RUST_LOG", "trace").env("DUBAN_SMTP_PASSWORD", PASSWORD).env_remove("NOTIFY_SOCKET");
    command
}

fn holds_nothing_of_that_kind(log: &str) {
    // The three forms in which SMTP sends a password: as it is, and the two of base 64.
    let plain = [TOKEN, PASSWORD, SIGN_IN, "Z2VoZWltLXNtdHAtcGFzc3dvcnQ", "AGJvdGUAZ2VoZWlt"];
    for secret in plain.into_iter().chain(PEOPLE) {
        let line = log.lines().find(|l| l.contains(secret));
        assert!(line.is_none(), "{secret} was told: {line:?}");
    }
}

#[test]
fn letters_that_are_refused_and_pages_behind_tokens_leave_no_secret_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path());
    for now in ["2026-03-20T08:00:00+08:00", "2026-04-13T09:30:00+08:00"] {
        let out = duban(dir.path()).args(["--now", now, "serve", "--once"]).output().unwrap();
        let log = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success(), "{log}");
        assert!(log.contains("/gzdt/"), "the most talkative level tells what is asked: {log}");
        holds_nothing_of_that_kind(&log);
        if now.starts_with("2026-04") {
            assert!(log.contains("User unknown"), "the refusal is told, without the address");
        }
    }
}

#[test]
fn a_pass_in_which_a_job_failed_ends_as_a_failure_and_tells_which() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path());
    let pass = || {
        let mut command = duban(dir.path());
        command.args(["--now", "2026-03-20T08:00:00+08:00", "serve", "--once"]);
        command
    };
    // The letters cannot be sent; the columns are looked at all the same.
    let out = pass().env_remove("DUBAN_SMTP_PASSWORD").output().unwrap();
    let (told, errors) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert_eq!(out.status.code(), Some(1), "{told}{errors}");
    assert!(told.contains("检查栏目：检查 1 个"), "{told}");
    assert!(told.contains("邮件：失败，稍后重试") && told.contains("DUBAN_SMTP_PASSWORD"), "{told}");
    assert!(errors.contains("有任务没有完成"), "{errors}");
    // Mended, the same pass ends well.
    let out = pass().output().unwrap();
    let told = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && !told.contains("失败"), "{told}");
}

#[test]
fn the_daemon_judges_for_its_readers_when_it_starts() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path());
    let out = duban(dir.path()).args(["serve", "--once"]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let child = duban(dir.path()).arg("serve").stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut daemon = Daemon(child.unwrap());
    let log = BufReader::new(daemon.0.stderr.take().unwrap());
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| told.send(line)));
    // A daemon that never says it must not hang the tests; nothing is measured by this.
    while !heard.recv_timeout(std::time::Duration::from_secs(120)).unwrap().contains("通报所需的判定已备好") {
    }
}

/// What the daemon tells systemd, one message after the other, until one of them holds `word`.
fn hear(systemd: &UnixDatagram, word: &str) {
    let mut buffer = [0; 512];
    loop {
        let n = systemd.recv(&mut buffer).unwrap_or_else(|e| panic!("{word} was not heard: {e}"));
        if String::from_utf8_lossy(&buffer[..n]).contains(word) {
            return;
        }
    }
}

/// Ends the daemon where the test ends before it.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn systemd_is_told_and_a_password_that_was_typed_stays_between_the_lines() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path());
    let socket = dir.path().join("notify");
    let systemd = UnixDatagram::bind(&socket).unwrap();
    // A daemon that says nothing must not hang the tests; nothing is measured by this.
    systemd.set_read_timeout(Some(std::time::Duration::from_secs(120))).unwrap();
    let log = std::fs::File::create(dir.path().join("log")).unwrap();
    let child = duban(dir.path()).arg("serve").env("NOTIFY_SOCKET", &socket).stdout(Stdio::null()).stderr(log).spawn();
    let mut daemon = Daemon(child.unwrap());
    hear(&systemd, "READY=1");
    let told = || String::from_utf8_lossy(&std::fs::read(dir.path().join("log")).unwrap()).into_owned();
    let line = told();
    let at = line.split("网页在 http://").nth(1).unwrap().split_whitespace().next().unwrap();
    let mut door = TcpStream::connect(at).unwrap();
    let form = format!("name=clerk&password={SIGN_IN}");
    write!(
        door,
        "POST /login HTTP/1.1\r\nhost: {at}\r\norigin: http://{at}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    door.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "nobody has an account here: {answer}");
    hear(&systemd, "WATCHDOG=1");
    assert!(Command::new("kill").args(["-TERM", &daemon.0.id().to_string()]).status().unwrap().success());
    hear(&systemd, "STOPPING=1");
    assert!(daemon.0.wait().unwrap().success());
    let log = told();
    assert!(log.contains("登录失败"), "{log}");
    holds_nothing_of_that_kind(&log);
}
