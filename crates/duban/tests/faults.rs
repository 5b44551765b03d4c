//! What the machine does to the program: a full, broken or read-only disk, a damaged file, another program in the way, a
//! clock that jumps. Each time a clear word and an exit code of failure, never half of something; and once the fault is
//! gone, all goes on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

const DUBAN: &str = env!("CARGO_BIN_EXE_duban");

/// Lists of columns that are long enough to fill a small disk.
fn site() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = String::new();
            BufReader::new(stream.try_clone().unwrap()).read_line(&mut asked).unwrap();
            let path = asked.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut state = path.bytes().fold(7_u32, |s, b| s.wrapping_mul(31).wrapping_add(u32::from(b)));
            let rows: String = (1..=28)
                .map(|n| {
                    // Text that hardly shrinks, as no real list is: it fills the disk all the sooner.
                    let noise: String = (0..200)
                        .map(|_| {
                            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                            char::from_u32(0x4e00 + (state >> 16) % 20_000).unwrap()
                        })
                        .collect();
                    format!("<li><a href=\"./t{n}.html\">第{n}号{noise}</a><span>2026-02-{:02}</span></li>", 29 - n)
                })
                .collect();
            let page = format!(
                "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>工作动态</title></head><body>\
                 <ul class=\"list\">{rows}</ul><script>createPageHTML(1, 0, \"index\", \"html\");</script></body></html>"
            );
            let (status, body) =
                if path.contains("gzdt") { ("200 OK", page) } else { ("404 Not Found", String::new()) };
            let head = "content-type: text/html; charset=utf-8\r\nconnection: close";
            write!(stream, "HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).ok();
        }
    });
    port
}

struct Office {
    dir: tempfile::TempDir,
}

impl Office {
    /// Twenty columns that were looked at once.
    fn new() -> Office {
        let office = Office { dir: tempfile::tempdir().unwrap() };
        let config = office.dir.path().join("config");
        std::fs::create_dir_all(config.join("rulebook")).unwrap();
        std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
        let main = "[district]\nname = \"钟山区\"\nrulebook = \"rulebook/zhongshan-2022.toml\"\nmonitoring_since = 2026-01-01\n\
             [schedule]\npoll = \"0 */15 * * * *\"\njudge = \"0 30 6 * * *\"\nweekly = \"0 0 9 * * Mon\"\nclose = \"0 0 8 5 * *\"\n\
             [fetch]\nuser_agent = \"duban\"\nper_host_per_second = 100000.0\nspot_checks_per_day = 0\n\
             allow_private_addresses = [\"127.0.0.1/32\"]\n\
             [mail]\nfrom = \"duban@example.gov.cn\"\ndistrict = [\"office@example.gov.cn\"]\n";
        std::fs::write(config.join("duban.toml"), main).unwrap();
        // Each round fetches some pages of items to search; how many rounds a fault costs is not what is tested.
        std::fs::write(config.join("hints.toml"), "scan = false\n").unwrap();
        let site = site();
        let mut units = String::from("[[unit]]\nid = \"jyj\"\nname = \"教育局\"\nkind = \"department\"\n");
        for n in 0..20 {
            units += &format!(
                "[[unit.channel]]\nid = \"c{n}\"\nkind = \"work-news\"\nname = \"工作动态{n}\"\n\
                 url = \"http://127.0.0.1:{site}/gzdt{n}/\"\n"
            );
        }
        std::fs::write(config.join("units.toml"), units).unwrap();
        office.ok("2026-03-01 08:00", &["cycle"]);
        office
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn data(&self) -> std::path::PathBuf {
        self.path().join("var")
    }

    /// Runs `duban` by way of another program, or of none.
    fn by(&self, way: &[&str], data: &str, now: &str, args: &[&str]) -> Output {
        let now = format!("{}:00+08:00", now.replace(' ', "T"));
        let (first, rest) = way.split_first().unwrap_or((&DUBAN, &[]));
        let mut command = Command::new(first);
        command.args(rest);
        if !way.is_empty() {
            command.arg(DUBAN);
        }
        command.args(["--config", "config", "--data", data, "--now", &now]).args(args);
        command.current_dir(self.path()).env_remove("RUST_LOG").output().unwrap()
    }

    fn run(&self, now: &str, args: &[&str]) -> Output {
        self.by(&[], "var", now, args)
    }

    fn ok(&self, now: &str, args: &[&str]) -> String {
        let out = self.run(now, args);
        assert!(out.status.success(), "{args:?}: {}", said(&out));
        String::from_utf8(out.stdout).unwrap()
    }

    /// Brings all that was written into the one file, so that it can be damaged.
    fn settle(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = store::Store::open(&self.data().join("duban.db"), model::Zone::SHANGHAI).await.unwrap();
            store.close().await;
        });
        assert!(!self.data().join("duban.db-wal").exists());
    }

    /// What stands in the database: looks, findings, and whether it is sound.
    fn standing(&self, now: &str) -> String {
        let doctor = self.run(now, &["--format", "json", "doctor"]);
        let sound = String::from_utf8(doctor.stdout).unwrap();
        assert!(sound.contains("完好；检查"), "{sound}");
        let checks: Vec<serde_json::Value> = serde_json::from_str(&sound).unwrap();
        let database = checks.iter().find(|c| c["check"] == "数据库").unwrap()["detail"].to_string();
        database + &self.ok(now, &["--format", "json", "findings"])
    }
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

/// It failed with exit code 1 and one of these words, and without the word of a program that fell over.
fn failed_with(out: &Output, words: &[&str]) {
    let text = said(out);
    assert_eq!(out.status.code(), Some(1), "{text}");
    assert!(words.iter().any(|w| text.contains(w)), "{text}");
    assert!(!text.contains("panicked"), "{text}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::remove_dir_all(to).ok();
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn a_file_that_may_not_grow_leaves_no_half_and_goes_on_afterwards() {
    let (office, without) = (Office::new(), "2026-03-20 08:00");
    let before = office.dir.path().join("before");
    copy(&office.data(), &before);
    office.ok(without, &["cycle"]);
    let wanted = office.standing(without);

    let size = std::fs::metadata(before.join("duban.db")).unwrap().len() / 512;
    let mut failures = 0;
    // In blocks of 512 bytes, of each file, the log of SQLite too: from "not a byte" to "nearly enough".
    for blocks in [1, 8, 40, 100, 200, size, size + 200] {
        copy(&before, &office.data());
        let shell = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let out = office.by(&["sh", "-c", &shell], "var", without, &["cycle"]);
        if !out.status.success() {
            failures += 1;
            failed_with(&out, &["磁盘", "目录不可写"]);
        }
        office.ok(without, &["poll"]);
        office.ok(without, &["judge"]);
        assert_eq!(office.standing(without), wanted, "{blocks} blocks");
    }
    assert!(failures >= 3, "the fault was met only {failures} times");
}

/// Where this machine lets nobody mount anything, `true` cannot be run so either.
fn may_mount() -> bool {
    Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
        .output()
        .is_ok_and(|o| o.status.success())
}

#[test]
fn a_full_disk_and_a_disk_that_is_read_only() {
    if !may_mount() {
        eprintln!("not run: nothing can be mounted here (unshare -rm)");
        return;
    }
    let office = Office::new();
    office.settle();
    std::fs::create_dir(office.path().join("disk")).unwrap();
    let room = std::fs::metadata(office.data().join("duban.db")).unwrap().len() / 1024 + 40;
    let full = format!(
        "mount -t tmpfs -o size={room}k none disk && cp var/duban.db disk/ && \"$0\" \"$@\"; code=$?; \
         cp disk/duban.db* after/; exit $code"
    );
    std::fs::create_dir(office.path().join("after")).unwrap();
    let out = office.by(&["unshare", "-rm", "sh", "-c", &full], "disk", "2026-03-20 08:00", &["cycle"]);
    failed_with(&out, &["磁盘空间不足", "磁盘"]);
    // What lay on the full disk is sound, and goes on where there is room.
    let wanted = {
        office.ok("2026-03-20 08:00", &["cycle"]);
        office.standing("2026-03-20 08:00")
    };
    copy(&office.path().join("after"), &office.data());
    office.ok("2026-03-20 08:00", &["poll"]);
    office.ok("2026-03-20 08:00", &["judge"]);
    assert_eq!(office.standing("2026-03-20 08:00"), wanted);

    let read_only = "mount -t tmpfs none disk && cp var/* disk/ && mount -o remount,ro disk && exec \"$0\" \"$@\"";
    for args in [&["cycle"][..], &["findings"], &["doctor"], &["serve", "--once"]] {
        let out = office.by(&["unshare", "-rm", "sh", "-c", read_only], "disk", "2026-03-21 08:00", args);
        failed_with(&out, &["只读", "不可写", "无法建立"]);
    }
}

#[test]
fn a_page_that_is_not_what_its_fingerprint_says_is_named_and_no_case_is_made_of_it() {
    let office = Office::new();
    office.ok("2026-03-20 08:00", &["cycle"]);
    office.ok("2026-04-20 08:00", &["cycle"]);
    let found = office.ok("2026-04-20 08:00", &["--format", "json", "findings"]);
    let found: Vec<serde_json::Value> = serde_json::from_str(&found).unwrap();
    let id = found[0]["id"].to_string();
    office.ok("2026-04-20 08:00", &["evidence", "export", &id, "--out", "sound"]);
    office.settle();
    // Every compressed body is damaged behind its first bytes.
    let file = office.data().join("duban.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let magic = [0x28, 0xb5, 0x2f, 0xfd];
    let places: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, w)| *w == magic).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at + 40] ^= 0xff;
    }
    std::fs::write(&file, bytes).unwrap();
    for (args, out) in [(&["--out", "case"][..], "case"), (&["--zip", "--out", "case.zip"], "case.zip")] {
        let line = [&["evidence", "export", &id][..], args].concat();
        failed_with(&office.run("2026-04-20 08:00", &line), &["无法使用"]);
        assert!(!office.path().join(out).exists(), "half a case was left");
    }
}

#[test]
fn a_damaged_file_is_named_and_left_as_it_is() {
    let office = Office::new();
    office.settle();
    let file = office.data().join("duban.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let end = bytes.len();
    bytes[4096..end].fill(0x5a);
    std::fs::write(&file, &bytes).unwrap();
    for args in [&["cycle"][..], &["prune"], &["serve", "--once"]] {
        failed_with(&office.run("2026-03-20 08:00", args), &["损坏"]);
    }
    assert!(office.run("2026-03-20 08:00", &["doctor"]).status.code() == Some(1));
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

#[test]
fn a_clock_that_jumps_back_does_nothing_and_one_that_jumps_ahead_clears_nothing() {
    let office = Office::new();
    office.ok("2026-03-20 08:00", &["cycle"]);
    let before = office.standing("2026-03-20 08:00");
    for args in [&["cycle"][..], &["judge"], &["serve", "--once"], &["prune"], &["close", "2026-01"]] {
        failed_with(&office.run("2026-03-19 08:00", args), &["时钟倒退"]);
    }
    let ahead = office.ok("2046-03-20 08:00", &["--format", "json", "prune"]);
    let ahead: serde_json::Value = serde_json::from_str(&ahead).unwrap();
    assert_eq!(ahead["bodies"], 0, "twenty years ahead nothing is old: {ahead}");
    assert_eq!(office.standing("2026-03-20 08:00"), before);
}

#[test]
fn another_program_that_hangs_in_the_door_is_named() {
    let office = Office::new();
    let held = std::fs::File::options().write(true).open(office.data().join("duban.db.lock")).unwrap();
    held.lock().unwrap();
    failed_with(&office.run("2026-03-20 08:00", &["findings"]), &["另一个 duban 进程"]);
    drop(held);
    office.ok("2026-03-20 08:00", &["findings"]);
}
