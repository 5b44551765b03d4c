//! A small table and a few units, modelled on the district's.

use model::{
    ChannelKind, CountingMode, Day, DayRange, Finding, FindingKey, FindingState, Judgement, LedgerLine, LineSource,
    Moment, Month, NewLine, Points, Proof, RegisterEntry, Scope, Unit, UnitKind, Verdict,
};
use rules::{Criterion, Due, EvidenceBy, Group, Posting, Rule, Rulebook};
use scoring::{Settlement, seal};

pub(crate) fn day(s: &str) -> Day {
    s.parse().unwrap()
}

pub(crate) fn month(s: &str) -> Month {
    s.parse().unwrap()
}

pub(crate) fn p(s: &str) -> Points {
    s.parse().unwrap()
}

pub(crate) fn at(s: &str) -> Moment {
    s.parse().unwrap()
}

fn group(id: &str, points: Option<i64>, base: i64) -> Group {
    Group {
        id: id.into(),
        title: format!("{id}组"),
        points: points.map(Points::whole),
        base: Points::whole(base),
        bonus: points.is_none(),
    }
}

fn row(id: &str, sentence: &str, rule: Rule, evidence: EvidenceBy) -> Criterion {
    Criterion {
        id: id.parse().unwrap(),
        group: id[..1].into(),
        title: format!("{id}指标"),
        sentence: sentence.into(),
        note: None,
        rule,
        clock: None,
        evidence,
        posting: Posting::Automatic,
        unit_kinds: Vec::new(),
        only_units: Vec::new(),
    }
}

/// A: 20, B: 30, C: 10 with base 5, E: 30, F: bonus.
pub(crate) fn book() -> Rulebook {
    use EvidenceBy::{Assisted, Auto, Register};
    let incident = |n: &str, needs_evidence| Rule::Incident { points: p(n), needs_evidence };
    let veto = |g: &str| Rule::Veto { group: g.into() };
    let fresh = |days, n: &str, kind| Rule::Freshness {
        channels: vec![kind],
        window_days: days,
        warn_days: 3,
        counting: CountingMode::EachWindow,
        points: p(n),
    };
    let quota = Rule::Quota {
        scope: rules::QuotaScope::Section,
        period: model::PeriodKind::Week,
        at_least: 1,
        warn_days: 2,
        points: p("-1"),
    };
    let duty = Rule::Duty { due: Due::ByItem, late: Some(p("-1")), missing: p("-2"), channels: Vec::new() };
    let earned = |n: &str, cap: Option<&str>| Rule::Earned { points: p(n), cap: cap.map(p) };
    let mut criteria = vec![
        row("A1.1", "未按要求推进区政府安排部署的任务，一次扣1分", incident("-1", false), Register),
        row("A1.2", "报送督查材料迟报一次扣1分，漏报一次扣2分", duty, Register),
        row("A3.2", "年报6项内容有漏项，扣2分", incident("-2", true), Assisted),
        row("A5.1", "常见问题知识库每季度至少更新1条", incident("-1", false), Register),
        row("B1.1", "工作动态2周内未更新，发现一次扣3分", fresh(14, "-3", ChannelKind::WorkNews), Auto),
        row("B1.5", "错别字等，发现一次扣5分", incident("-5", false), Register),
        row("C1.1", "政务新媒体每2周更新少于1次，发现一次扣2分", fresh(14, "-2", ChannelKind::Wechat), Auto),
        row("C2.1", "稿件被采用一篇得1分，最高5分", earned("1", Some("5")), Register),
        row("C3.1", "引发严重负面舆情的，本项计0分", veto("C"), Register),
        row("E1.1", "安全事件处理不及时造成严重影响的，本项计0分", veto("E"), Register),
        row("E2.2", "每周至少一发布，每缺失一周扣1分", quota, Auto),
        row("E4.1", "办事服务数据同源", Rule::External { scored_by: "省政府办公厅".into() }, Register),
        row("F1", "可视化发布，每条加0.5分，最高2分", earned("0.5", Some("2")), Register),
        row("F2.1", "图片解读，每条加1分", earned("1", None), Register),
    ];
    criteria[3].unit_kinds = vec![UnitKind::Department];
    criteria[11].only_units = vec!["区政务服务中心".into()];
    Rulebook {
        id: "zhongshan-2026".parse().unwrap(),
        name: "2026年区级政务公开工作考核指标".into(),
        source: "区政府办文件".into(),
        posting: Posting::Automatic,
        groups: vec![
            group("A", Some(20), 20),
            group("B", Some(30), 30),
            group("C", Some(10), 5),
            group("E", Some(30), 30),
            group("F", None, 0),
        ],
        criteria,
    }
}

pub(crate) fn unit(id: &str, name: &str, kind: UnitKind) -> Unit {
    Unit {
        id: id.parse().unwrap(),
        name: name.into(),
        kind,
        aliases: Vec::new(),
        contacts: Vec::new(),
        from: None,
        until: None,
    }
}

pub(crate) fn units() -> Vec<Unit> {
    vec![unit("jyj", "钟山区教育局", UnitKind::Department), unit("dwz", "大湾镇", UnitKind::Township)]
}

pub(crate) fn finding(id: i64, criterion: &str, scope: &str, from: &str, to: &str, points: &str) -> Finding {
    let scope = match scope.split_once('/') {
        Some(_) => Scope::Channel(scope.parse().unwrap()),
        None => Scope::Section(scope.parse().unwrap()),
    };
    let days = DayRange::new(day(from), day(to)).unwrap();
    let quota = criterion == "E2.2";
    Finding {
        id,
        detected_at: at("2026-10-20T00:00:00Z"),
        judged_at: at("2026-10-20T00:00:00Z"),
        judgement: Judgement {
            key: FindingKey { rulebook: book().id, criterion: criterion.parse().unwrap(), scope, days },
            verdict: Verdict::Breached,
            missing: 1,
            points: p(points),
            mode: if quota { CountingMode::EachMissing } else { CountingMode::EachWindow },
            flags: Vec::new(),
            proof: Proof::default(),
        },
        state: FindingState::Detected,
    }
}

pub(crate) fn entry(id: i64, unit: &str, criterion: &str, on: &str, count: u32) -> RegisterEntry {
    RegisterEntry {
        id,
        criterion: criterion.parse().unwrap(),
        unit: unit.parse().unwrap(),
        day: day(on),
        count,
        points: None,
        late: false,
        description: "登记事项".into(),
        evidence: None,
        who: "区政务公开办".into(),
        recorded_at: at("2026-10-31T00:00:00Z"),
        cancels: None,
    }
}

/// Everything that a close rests on, owned, so that tests can change one thing at a time.
#[derive(Debug)]
pub(crate) struct Close {
    pub(crate) book: Rulebook,
    pub(crate) units: Vec<Unit>,
    pub(crate) month: Month,
    pub(crate) findings: Vec<Finding>,
    pub(crate) register: Vec<RegisterEntry>,
    pub(crate) to_reverse: Vec<LedgerLine>,
    pub(crate) ledger: Vec<LedgerLine>,
    pub(crate) closed: Vec<Month>,
}

impl Close {
    pub(crate) fn of(month: &str) -> Close {
        Close {
            book: book(),
            units: units(),
            month: self::month(month),
            findings: Vec::new(),
            register: Vec::new(),
            to_reverse: Vec::new(),
            ledger: Vec::new(),
            closed: Vec::new(),
        }
    }

    pub(crate) fn input(&self) -> Settlement<'_> {
        Settlement {
            rulebook: &self.book,
            units: &self.units,
            month: self.month,
            findings: &self.findings,
            register: &self.register,
            to_reverse: &self.to_reverse,
            existing: &self.ledger,
            closed: &self.closed,
        }
    }

    pub(crate) fn settle(&self) -> Vec<NewLine> {
        scoring::settle(&self.input())
    }

    /// Settles and lets the lines stand in the ledger.
    pub(crate) fn post(&mut self) -> Vec<NewLine> {
        let lines = self.settle();
        let sealed = seal(self.ledger.last(), lines.clone(), at("2026-11-05T00:00:00Z"));
        self.ledger.extend(sealed);
        lines
    }

    /// Why the source makes no line.
    pub(crate) fn why(&self, source: LineSource) -> Option<scoring::settle::Why> {
        scoring::left_out(&self.input()).into_iter().find(|l| l.source == source).map(|l| l.why)
    }
}

/// A line as it could stand in the ledger, without going through a close.
pub(crate) fn line(unit: &str, criterion: &str, points: &str, source: LineSource) -> NewLine {
    NewLine {
        month: month("2026-10"),
        belongs_to: month("2026-10"),
        unit: unit.parse().unwrap(),
        rulebook: book().id,
        criterion: criterion.parse().unwrap(),
        points: p(points),
        source,
        text: format!("{criterion} 记{points}分"),
    }
}

pub(crate) fn sealed(lines: Vec<NewLine>) -> Vec<LedgerLine> {
    seal(None, lines, at("2026-11-05T00:00:00Z"))
}
