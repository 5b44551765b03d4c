//! A small table, a unit with a few columns, and findings of every kind.

use model::finding::{QuotedItem, QuotedLook};
use model::unit::Life;
use model::{
    Channel, ChannelKind, CountingMode, Day, DayRange, Finding, FindingKey, FindingState, Flag, ItemFlag, Judgement,
    LedgerLine, LineSource, Moment, NewLine, Points, Proof, Scope, Source, Unit, UnitKind, Verdict,
};
use report::text::Plain;
use report::weekly::{Head, UnitLetter};
use rules::{Criterion, EvidenceBy, Group, Posting, QuotaScope, Rule, Rulebook};

/// What a website may put into a title to do harm.
pub(crate) const HOSTILE: [&str; 5] = [
    "<script>alert('xss')</script>公告",
    "=HYPERLINK(\"http://evil.example\",\"点我\")",
    "第一行\r\nBcc: victim@example.com\n第三行",
    "关于\u{202E}gpj.exe\u{2066}的通知\u{200B}",
    "@SUM(1+1)|' \t\u{0}\u{7}\u{1b}[31m",
];

pub(crate) fn day(s: &str) -> Day {
    s.parse().unwrap()
}

pub(crate) fn p(s: &str) -> Points {
    s.parse().unwrap()
}

pub(crate) fn at(s: &str) -> Moment {
    s.parse().unwrap()
}

fn row(id: &str, title: &str, sentence: &str, rule: Rule) -> Criterion {
    Criterion {
        id: id.parse().unwrap(),
        group: id[..1].into(),
        title: title.into(),
        sentence: sentence.into(),
        note: (id == "B1.1").then(|| "“2周”按14个日历日计".into()),
        rule,
        clock: None,
        evidence: EvidenceBy::Auto,
        posting: Posting::Automatic,
        unit_kinds: Vec::new(),
        only_units: Vec::new(),
    }
}

pub(crate) fn book() -> Rulebook {
    let fresh = |days, points: &str, kind| Rule::Freshness {
        channels: vec![kind],
        window_days: days,
        warn_days: 3,
        counting: CountingMode::EachWindow,
        points: p(points),
    };
    let quota = Rule::Quota {
        scope: QuotaScope::Section,
        period: model::PeriodKind::Week,
        at_least: 1,
        warn_days: 2,
        points: p("-1"),
    };
    let group = |id: &str, title: &str, points: Option<i64>, base: i64| Group {
        id: id.into(),
        title: title.into(),
        points: points.map(Points::whole),
        base: Points::whole(base),
        bonus: points.is_none(),
    };
    Rulebook {
        id: "zhongshan-2026".parse().unwrap(),
        name: "2026年区级政务公开工作考核指标".into(),
        source: "区政府办公室文件".into(),
        posting: Posting::Automatic,
        groups: vec![
            group("B", "重点领域信息公开", Some(30), 30),
            group("C", "政务新媒体运维", Some(10), 5),
            group("E", "政府网站", Some(30), 30),
        ],
        criteria: vec![
            row("B1.1", "工作动态更新", "工作动态2周内未更新，发现一次扣3分。", fresh(14, "-3", ChannelKind::WorkNews)),
            row(
                "C1.1",
                "新媒体更新",
                "政务新媒体每2周更新少于1次，发现一次扣2分。",
                fresh(14, "-2", ChannelKind::Wechat),
            ),
            row("E1.1", "安全事件", "安全事件处理不及时造成严重影响的，本项计0分。", Rule::Veto { group: "E".into() }),
            row("E2.2", "每周签审发布", "网站前台每缺失一周扣1分。", quota),
        ],
    }
}

pub(crate) fn criterion(id: &str) -> Criterion {
    book().criteria.into_iter().find(|c| c.id.as_str() == id).unwrap()
}

pub(crate) fn units() -> Vec<Unit> {
    let unit = |id: &str, name: &str, kind| Unit {
        id: id.parse().unwrap(),
        name: name.into(),
        kind,
        aliases: Vec::new(),
        contacts: Vec::new(),
        from: None,
        until: None,
    };
    vec![unit("dwz", "大湾镇", UnitKind::Township), unit("jyj", "钟山区教育局", UnitKind::Department)]
}

pub(crate) fn channel(id: &str, name: &str) -> Channel {
    Channel {
        id: id.parse().unwrap(),
        kind: ChannelKind::WorkNews,
        name: name.into(),
        url: format!("https://www.example.gov.cn/{id}/"),
        source: Source::Auto,
        identity: Default::default(),
        life: Life { from: day("2022-01-01"), until: None },
    }
}

pub(crate) fn look(number: i64, when: &str, outcome: &str, reason: Option<&str>) -> QuotedLook {
    QuotedLook {
        look: number,
        channel: "jyj/gzdt".parse().unwrap(),
        at: at(when),
        outcome: outcome.into(),
        reason: reason.map(str::to_owned),
        covers_from: reason.is_none().then(|| day("2026-09-01")),
        evidence: reason.is_none().then(|| format!("{number:064x}").parse().unwrap()),
    }
}

pub(crate) fn item(number: i64, title: &str, on: &str) -> QuotedItem {
    QuotedItem {
        item: number,
        channel: "jyj/gzdt".parse().unwrap(),
        title: title.into(),
        url: format!("https://www.example.gov.cn/jyj/gzdt/{number}.html"),
        claimed: Some(day(on)),
        effective: Some(day(on)),
        first_seen: day(on),
        other_dates: vec![],
        flags: vec![ItemFlag::Repeated],
    }
}

pub(crate) fn finding(id: i64, criterion: &str, scope: &str, from: &str, to: &str, verdict: Verdict) -> Finding {
    let scope = match scope.split_once('/') {
        Some(_) => Scope::Channel(scope.parse().unwrap()),
        None => Scope::Section(scope.parse().unwrap()),
    };
    let breached = verdict == Verdict::Breached;
    let cost = |n| if breached { Points::whole(n) } else { Points::ZERO };
    let (points, mode) = match criterion {
        "E2.2" => (cost(-1), CountingMode::EachMissing),
        "C1.1" => (cost(-2), CountingMode::EachWindow),
        _ => (cost(-3), CountingMode::EachWindow),
    };
    Finding {
        id,
        detected_at: at("2026-11-16T22:30:00Z"),
        judged_at: at("2026-11-22T22:30:00Z"),
        judgement: Judgement {
            key: FindingKey {
                rulebook: book().id,
                criterion: criterion.parse().unwrap(),
                scope,
                days: DayRange::new(day(from), day(to)).unwrap(),
            },
            verdict,
            missing: u32::from(breached),
            points,
            mode,
            flags: Vec::new(),
            proof: Proof::default(),
        },
        state: FindingState::Detected,
    }
}

/// A silence of the column 工作动态, with its whole proof.
pub(crate) fn breach(id: i64) -> Finding {
    let mut f = finding(id, "B1.1", "jyj/gzdt", "2026-11-03", "2026-11-16", Verdict::Breached);
    f.judgement.flags = vec![Flag::Repeated, Flag::ProvedLate];
    f.judgement.proof = Proof {
        before: vec![look(101, "2026-11-02T01:00:00Z", "read", None)],
        within: vec![
            look(102, "2026-11-05T01:00:00Z", "failed", Some("timeout")),
            look(103, "2026-11-09T01:00:00Z", "unchanged", None),
        ],
        within_total: 14,
        within_good: 13,
        after: vec![look(115, "2026-11-17T01:00:00Z", "read", None)],
        last_before: Some(item(51, "我区召开教育工作会议", "2026-11-02")),
        first_after: Some(item(52, "校园安全检查", "2026-11-18")),
        items: Vec::new(),
        matter: None,
        enough: "2026-11-03至2026-11-16之间发布1条即可".into(),
    };
    f
}

pub(crate) fn head() -> Head {
    Head { district: Plain::new("钟山区"), week: "2026-W47".parse().unwrap(), today: day("2026-11-23") }
}

pub(crate) fn letter() -> UnitLetter {
    UnitLetter::new(&head(), "jyj".parse().unwrap(), "钟山区教育局")
}

pub(crate) fn line(unit: &str, criterion: &str, points: &str, source: LineSource, text: &str) -> NewLine {
    NewLine {
        month: "2026-10".parse().unwrap(),
        belongs_to: "2026-10".parse().unwrap(),
        unit: unit.parse().unwrap(),
        rulebook: book().id,
        criterion: criterion.parse().unwrap(),
        points: p(points),
        source,
        text: text.into(),
    }
}

/// Lines with made-up hashes: how they are made is the scoring's matter.
pub(crate) fn posted(lines: Vec<NewLine>) -> Vec<LedgerLine> {
    let one = |(seq, line): (i64, NewLine)| LedgerLine {
        seq,
        line,
        posted_at: at("2026-11-05T00:00:00Z"),
        previous: format!("{:064x}", seq - 1),
        hash: format!("{seq:064x}"),
    };
    (1..).zip(lines).map(one).collect()
}
