//! 桥接健康: what is known of each bridge that serves the feeds of accounts — login, canaries, the fleet, empty answers,
//! unreadable dates — and which verdicts are frozen because of it. Lines for the page, the command and the letter alike.

use model::{Day, DayRange, IsoWeek};

use crate::text::Plain;
use crate::weekly::Letter;

/// A canary as the bridge shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The account.
    pub name: Plain,
    /// Its newest item.
    pub newest: Option<Day>,
    /// How old that is today, in days.
    pub age: Option<i64>,
}

/// A verdict that waits for the bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The finding's number.
    pub number: i64,
    /// The account.
    pub account: Plain,
    /// The window that cannot be judged.
    pub days: DayRange,
    /// Why.
    pub why: Plain,
}

/// How many accounts came to what in their last look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub accounts: usize,
    /// Seen well.
    pub good: usize,
    /// The login is lost.
    pub login: usize,
    /// The answer was empty, or such that nothing follows from it.
    pub empty: usize,
    /// More than half of the dates cannot be read.
    pub undated: usize,
    /// Anything else.
    pub other: usize,
    /// Not looked at yet.
    pub never: usize,
}

/// One bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeView {
    /// Its id.
    pub id: Plain,
    /// How its accounts were seen last.
    pub tally: Tally,
    /// Its canaries.
    pub canaries: Vec<Canary>,
    /// The most days that a canary may be old.
    pub canary_days: u32,
    /// The last day on which any account was seen well.
    pub last_good: Option<Day>,
    /// Accounts with something of yesterday, and as many as are usual on that day of the week; nothing where there are
    /// too few accounts or weeks to say.
    pub fleet: Option<(usize, usize)>,
    /// Days that it did not see, and nobody has cleared.
    pub silences: Vec<DayRange>,
    /// The verdicts that wait.
    pub frozen: Vec<Frozen>,
}

/// Frozen verdicts that are listed one by one.
const LISTED: usize = 40;

impl BridgeView {
    /// Whether its word is good today, in one word.
    #[must_use]
    pub fn state(&self, today: Day) -> &'static str {
        let dark = self.silences.iter().any(|s| s.contains(today));
        let stale = self.canaries.iter().any(|c| c.age.is_none_or(|a| a > i64::from(self.canary_days)));
        let few = self.fleet.is_some_and(|(now, usual)| now * 3 < usual);
        match &self.tally {
            t if t.accounts == 0 => "没有账号",
            t if t.login > 0 => "登录失效",
            t if t.never == t.accounts => "尚未检查",
            t if t.good == 0 => "读不到",
            _ if dark || stale || few => "疑似失明",
            t if t.good < t.accounts => "部分账号有问题",
            _ if self.canaries.is_empty() => "正常（没有哨兵）",
            _ => "正常",
        }
    }

    /// What is known of it, a line each, with what to do.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let t = &self.tally;
        let mut lines = vec![format!("账号 {} 个，最近一次看清 {} 个", t.accounts, t.good)];
        let mut say = |n: usize, what: &str| {
            if n > 0 {
                lines.push(format!("{n} 个账号{what}"));
            }
        };
        say(t.login, "的桥接登录已失效：请重新登录桥接服务");
        say(t.empty, "返回空列表或不可信的内容：不能证明没有更新，请检查来源登录状态");
        say(t.undated, "的发布日期多数读不出：请核对来源的时区和格式设置");
        say(t.other, "读取失败：详见 duban channels --trouble");
        say(t.never, "尚未检查");
        match self.last_good {
            Some(day) => lines.push(format!("最近一次看清：{day}")),
            None => lines.push("至今没有一次看清".to_owned()),
        }
        if self.canaries.is_empty() {
            lines.push("没有设哨兵：请在 units.toml 的 [[bridge]] canaries 写上每天发文的账号".to_owned());
        }
        for c in &self.canaries {
            lines.push(match (c.newest, c.age) {
                (Some(day), Some(age)) => {
                    let late = if age > i64::from(self.canary_days) { "，已超过" } else { "，未超过" };
                    format!("哨兵「{}」最新一条 {day}，距今 {age} 天{late} {} 天的限度", c.name, self.canary_days)
                }
                _ => format!("哨兵「{}」还没有任何内容", c.name),
            });
        }
        if let Some((now, usual)) = self.fleet {
            lines.push(format!("昨天有更新的账号 {now} 个，往常同一星期日数为 {usual} 个"));
        }
        for s in &self.silences {
            lines.push(format!("失明：{} 至 {}，其间的检查不作为未更新的证据；确认正常后可放行", s.first, s.last));
        }
        lines
    }

    /// The verdicts that wait for it, a line each.
    #[must_use]
    pub fn frozen_lines(&self) -> Vec<String> {
        let line = |f: &Frozen| format!("第{}号 {} {}至{}：{}", f.number, f.account, f.days.first, f.days.last, f.why);
        let mut lines: Vec<String> = self.frozen.iter().take(LISTED).map(line).collect();
        if self.frozen.len() > LISTED {
            lines.push(format!("……另有 {} 项", self.frozen.len() - LISTED));
        }
        lines
    }
}

/// The letter of a week on all bridges; `None` where there is none.
#[must_use]
pub fn letter(bridges: &[BridgeView], week: IsoWeek, today: Day) -> Option<Letter> {
    if bridges.is_empty() {
        return None;
    }
    let frozen: usize = bridges.iter().map(|b| b.frozen.len()).sum();
    let ill = bridges.iter().filter(|b| !b.state(today).starts_with("正常")).count();
    let subject = format!("{week} 桥接健康：{} 个中 {ill} 个需要处理，待核 {frozen} 项", bridges.len());
    let (mut text, mut html) = (String::new(), String::from("<html><body>"));
    for b in bridges {
        let head = format!("桥接 {}：{}", b.id, b.state(today));
        text += &format!("{head}\n");
        html += &format!("<h2>{}</h2><ul>", escaped(&head));
        for line in b.lines() {
            text += &format!("· {line}\n");
            html += &format!("<li>{}</li>", escaped(&line));
        }
        html += "</ul>";
        let waiting = b.frozen_lines();
        if !waiting.is_empty() {
            text += &format!("因此待核、不扣分的判定（{} 项）：\n", b.frozen.len());
            html += &format!("<p>因此待核、不扣分的判定（{} 项）：</p><ul>", b.frozen.len());
            for line in waiting {
                text += &format!("  - {line}\n");
                html += &format!("<li>{}</li>", escaped(&line));
            }
            html += "</ul>";
        }
        text.push('\n');
    }
    html += "</body></html>";
    Some(crate::weekly::letter(&subject, &text, &html))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn view() -> BridgeView {
        BridgeView {
            id: Plain::new("b1"),
            tally: Tally { accounts: 3, good: 3, ..Tally::default() },
            canaries: vec![Canary { name: Plain::new("哨<兵>"), newest: Some(day("2026-03-19")), age: Some(1) }],
            canary_days: 3,
            last_good: Some(day("2026-03-20")),
            fleet: Some((5, 6)),
            silences: vec![],
            frozen: vec![],
        }
    }

    #[test]
    fn the_worst_that_is_known_is_its_state() {
        let today = day("2026-03-20");
        assert_eq!(view().state(today), "正常");
        let with = |change: &dyn Fn(&mut BridgeView)| {
            let mut v = view();
            change(&mut v);
            v.state(today)
        };
        assert_eq!(with(&|v| v.tally.login = 1), "登录失效");
        assert_eq!(with(&|v| v.canaries[0].age = Some(4)), "疑似失明");
        assert_eq!(with(&|v| v.fleet = Some((1, 6))), "疑似失明");
        assert_eq!(with(&|v| v.silences = vec![DayRange { first: today, last: today }]), "疑似失明");
        assert_eq!(with(&|v| v.tally.good = 0), "读不到");
        assert_eq!(with(&|v| v.canaries.clear()), "正常（没有哨兵）");
    }

    #[test]
    fn the_letter_lists_what_waits_and_escapes_names() {
        let mut v = view();
        let days = DayRange { first: day("2026-03-01"), last: day("2026-03-14") };
        v.frozen =
            (1..=50).map(|number| Frozen { number, account: Plain::new("甲"), days, why: Plain::new("x") }).collect();
        let letter = letter(&[v], IsoWeek::of(day("2026-03-18")), day("2026-03-20")).unwrap();
        assert!(letter.subject.contains("待核 50 项"), "{}", letter.subject);
        assert!(letter.text.contains("另有 10 项") && letter.text.contains("2026-03-01至2026-03-14"));
        assert!(letter.html.contains("哨&lt;兵&gt;") && !letter.html.contains("哨<"));
        assert_eq!(super::letter(&[], IsoWeek::of(day("2026-03-18")), day("2026-03-20")), None);
    }
}
