//! How large the database is, how fast it grows, and how many years the disk lasts: measured, not assumed.

use std::path::Path;
use std::process::Command;

use chrono::TimeDelta;
use store::{Growth, Space};

use super::said::Said;
use crate::app::App;
use crate::keeping::mebibytes;

/// What came within so many days tells how fast it grows.
const MEASURED_DAYS: i64 = 90;
/// From fewer days nothing can be told.
const ENOUGH_DAYS: i64 = 7;
/// What a look takes with its indexes, in bytes; a test of the store holds it. Looks are never cleared.
const A_LOOK: i64 = 300;
/// With less room than this the next round may fail.
const TOO_LITTLE: i64 = 200 << 20;
/// The disk is to last so many days, or it is time to act.
const SOON: i64 = 365;
/// And so many, or it is urgent.
const URGENT: i64 = 30;
/// Beyond this nobody asks.
const LONG: i64 = 100 * 365;

pub(super) async fn examined(app: &App) -> anyhow::Result<Said> {
    let space = app.store.space().await?;
    let now = app.clock.now();
    // The first day brings every page for the first time, which no later day does.
    let first = app.store.first_look().await?;
    let since = first.map_or(now, |f| (f + TimeDelta::days(1)).max(now - TimeDelta::days(MEASURED_DAYS)));
    let growth = app.store.growth(since).await?;
    let age = first.map_or(0, |f| (now - f).num_days());
    let rate = Rate::of(&space, &growth, (now - since).num_days());
    let left = free_bytes(app.store.path());
    let growing = i64::from(app.config.keeping.evidence_days) - age;
    Ok(told(&space, rate, left, growing, planned(app.config.channels.len(), app.config.fetch.revisit_minutes)))
}

/// What the looks of a year take at the usual interval: known before anything can be measured.
fn planned(channels: usize, minutes: u32) -> i64 {
    let looks = 365 * 24 * 60 / i64::from(minutes.max(1));
    i64::try_from(channels).unwrap_or(i64::MAX).saturating_mul(looks).saturating_mul(A_LOOK)
}

/// Bytes that a day adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rate {
    /// Saved pages, which are cleared again after their time.
    evidence: i64,
    /// Everything else, which stays for ever.
    rest: i64,
}

impl Rate {
    fn of(space: &Space, growth: &Growth, days: i64) -> Option<Rate> {
        if days < ENOUGH_DAYS || growth.looks == 0 {
            return None;
        }
        let rest = (space.file - space.free - growth.evidence).max(0);
        let rest = i128::from(rest) * i128::from(growth.looks_since) / i128::from(growth.looks);
        Some(Rate { evidence: growth.evidence_since / days, rest: i64::try_from(rest).unwrap_or(i64::MAX) / days })
    }

    /// For how many days `room` is enough, where saved pages go on growing for `growing` days.
    fn lasts(self, room: i64, growing: i64) -> i64 {
        let both = (self.evidence + self.rest).max(1);
        let growing = growing.max(0);
        let used = both.saturating_mul(growing);
        if used >= room { room / both } else { growing + (room - used) / self.rest.max(1) }
    }
}

fn told(space: &Space, rate: Option<Rate>, room: Option<i64>, growing: i64, planned: i64) -> Said {
    let mut text = format!("数据库 {}（其中空闲 {}）", mebibytes(space.file), mebibytes(space.free));
    if let Some(room) = room {
        text += &format!("，磁盘剩余 {}", mebibytes(room));
    }
    let days = match (rate, room) {
        (None, _) => {
            text += &format!(
                "；检查的天数还少，看不出增长速度（按现有栏目和间隔，检查记录每年约 {}，永久保留）",
                mebibytes(planned)
            );
            None
        }
        (Some(rate), room) => {
            let a_year = |bytes: i64| mebibytes(bytes.saturating_mul(365));
            text += &format!(
                "；实测每年增加约 {}（存证正文 {}，过保存期即清理；其余 {}，永久保留）",
                a_year(rate.evidence + rate.rest),
                a_year(rate.evidence),
                a_year(rate.rest)
            );
            room.map(|room| rate.lasts(room, growing))
        }
    };
    if let Some(days) = days {
        text += &format!("，按此磁盘还够用{}", long(days));
    }
    let todo = "扩充磁盘，或把 --data 移到更大的磁盘；确有多余存证时缩短 [keeping] evidence_days";
    let Some(room) = room else {
        return Said::warn(text + "；看不出磁盘剩余多少", "用 df -h 查看数据目录所在磁盘");
    };
    if room < TOO_LITTLE || days.is_some_and(|d| d < URGENT) {
        return Said::fail(text, todo);
    }
    if days.is_some_and(|d| d < SOON) {
        return Said::warn(text, todo);
    }
    if room < space.file {
        return Said::warn(text + "；剩余不足以在同一磁盘上再备份一份", "把备份写到别的磁盘，或扩充磁盘");
    }
    Said::well(text)
}

fn long(days: i64) -> String {
    match days {
        LONG.. => " 100 年以上".to_owned(),
        SOON.. => format!("约 {} 年", days / 365),
        _ => format!("约 {days} 天"),
    }
}

/// What is free for us on the disk of that file, as `df` has it. `None` where there is no `df`.
fn free_bytes(file: &Path) -> Option<i64> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let said = Command::new("df").arg("-Pk").arg(folder).env("LC_ALL", "C").output().ok()?;
    said.status.success().then(|| available(&String::from_utf8_lossy(&said.stdout))).flatten()
}

/// The fourth column of POSIX's `df -P -k`; the names at both ends may hold blanks, so it is found by the percents.
fn available(table: &str) -> Option<i64> {
    let cells: Vec<&str> = table.lines().nth(1)?.split_whitespace().collect();
    let percent = cells.iter().position(|c| c.ends_with('%') && c.trim_end_matches('%').parse::<u32>().is_ok())?;
    let kib: i64 = cells.get(percent.checked_sub(1)?)?.parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::super::said::State;
    use super::*;

    const GIB: i64 = 1 << 30;

    #[test]
    fn the_room_is_read_from_df() {
        let table = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/my disk     263174212 33931200 61865600      36% /a b";
        assert_eq!(available(table), Some(61_865_600 * 1024));
        assert_eq!(available("nonsense"), None);
        assert!(free_bytes(Path::new("./duban.db")).is_some_and(|n| n > 0));
    }

    #[test]
    fn growth_is_measured_from_what_came() {
        let space = Space { file: 10 * GIB, free: GIB, returns: true };
        let growth = Growth { looks: 900_000, looks_since: 90_000, evidence: 3 * GIB, evidence_since: GIB };
        let rate = Rate::of(&space, &growth, 90).unwrap();
        assert_eq!(rate, Rate { evidence: GIB / 90, rest: 6 * GIB / 10 / 90 });
        assert_eq!(Rate::of(&space, &growth, 6), None, "too few days");
        assert_eq!(Rate::of(&space, &Growth::default(), 90), None);
    }

    #[test]
    fn saved_pages_stop_growing_when_the_first_ones_go() {
        let rate = Rate { evidence: 9, rest: 1 };
        assert_eq!(rate.lasts(100, 1000), 10);
        assert_eq!(rate.lasts(1000, 50), 50 + 500);
        assert_eq!(rate.lasts(1000, -5), 1000, "they go already");
        assert_eq!(Rate { evidence: 0, rest: 0 }.lasts(GIB, 0), GIB);
    }

    #[test]
    fn what_the_looks_of_a_year_take_is_told_before_it_can_be_measured() {
        assert_eq!(planned(3000, 360), 3000 * 1460 * A_LOOK);
        assert_eq!(planned(0, 0), 0);
        let space = Space { file: 1 << 20, free: 0, returns: true };
        let text = told(&space, None, Some(10 * GIB), 0, planned(3000, 360)).text;
        assert!(text.contains("检查记录每年约 1253.1 MiB"), "{text}");
    }

    #[test]
    fn little_room_is_said_in_time() {
        let space = Space { file: GIB, free: 0, returns: true };
        let rate = Some(Rate { evidence: 0, rest: GIB / 365 });
        let state = |room| told(&space, rate, Some(room), 0, 0).state;
        assert_eq!([state(10 * GIB), state(GIB * 9 / 10), state(GIB / 20)], [State::Well, State::Warn, State::Fail]);
        assert_eq!(told(&space, None, Some(TOO_LITTLE - 1), 0, 0).state, State::Fail);
        let tight = told(&space, None, Some(GIB - 1), 0, 0);
        assert!(tight.state == State::Warn && tight.text.contains("备份"), "{tight:?}");
        assert_eq!(told(&space, None, None, 0, 0).state, State::Warn);
        let text = told(&space, rate, Some(10 * GIB), 0, 0).text;
        assert!(text.contains("每年增加约") && text.contains("够用约 10 年"), "{text}");
    }
}
