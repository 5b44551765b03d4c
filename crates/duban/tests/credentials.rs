//! Secrets come from where systemd puts them (`LoadCredential`), and the unit that is shipped is one that systemd reads.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

fn configure(dir: &Path) {
    let config = dir.join("config");
    std::fs::create_dir_all(config.join("rulebook")).unwrap();
    std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
    // Nobody listens there: that the password was found shows in what is said next.
    let main = "[district]\nname = \"钟山区\"\nrulebook = \"rulebook/zhongshan-2022.toml\"\nmonitoring_since = 2026-01-01\n\
         [schedule]\npoll = \"0 */15 * * * *\"\njudge = \"0 30 6 * * *\"\nweekly = \"0 0 9 * * Mon\"\nclose = \"0 0 8 5 * *\"\n\
         [fetch]\nuser_agent = \"duban\"\n\
         [mail]\nsmtp = \"smtps://office@127.0.0.1:9\"\nfrom = \"duban@example.gov.cn\"\ndistrict = [\"office@example.gov.cn\"]\n";
    std::fs::write(config.join("duban.toml"), main).unwrap();
    let units = "[[unit]]\nid = \"jyj\"\nname = \"教育局\"\nkind = \"department\"\n[[unit.channel]]\nid = \"gzdt\"\n\
         kind = \"work-news\"\nname = \"工作动态\"\nurl = \"http://127.0.0.1:9/gzdt/\"\n";
    std::fs::write(config.join("units.toml"), units).unwrap();
}

fn mail_line(dir: &Path, credentials: Option<&Path>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command.args(["--config", "config", "--data", "var", "--format", "json", "--now", "2026-03-20T08:00:00+08:00"]);
    command.arg("doctor").current_dir(dir).env_remove("DUBAN_SMTP_PASSWORD").env_remove("CREDENTIALS_DIRECTORY");
    if let Some(folder) = credentials {
        command.env("CREDENTIALS_DIRECTORY", folder);
    }
    let out = command.output().unwrap();
    let checks: Vec<serde_json::Value> = serde_json::from_slice(&out.stdout).unwrap();
    checks.iter().find(|c| c["check"] == "邮件").unwrap_or_else(|| panic!("{checks:?}"))["detail"].to_string()
}

#[test]
fn the_password_is_read_from_the_credentials_directory_and_never_shown() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path());
    let without = mail_line(dir.path(), None);
    assert!(without.contains("却没有密码") && without.contains("smtp-password"), "{without}");
    let folder = dir.path().join("credentials");
    std::fs::create_dir(&folder).unwrap();
    assert!(mail_line(dir.path(), Some(&folder)).contains("却没有密码"), "an empty directory holds none");
    std::fs::write(folder.join("smtp-password"), "geheim\n").unwrap();
    let with = mail_line(dir.path(), Some(&folder));
    assert!(with.contains("连不上邮件服务器") && !with.contains("geheim"), "{with}");
}

#[test]
fn the_unit_asks_for_the_credentials_that_the_program_looks_for() {
    let unit = include_str!("../../../deploy/duban.service");
    assert!(unit.lines().any(|l| l == "LoadCredential=smtp-password:duban.smtp-password"), "{unit}");
}
