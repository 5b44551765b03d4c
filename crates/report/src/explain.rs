//! 说明: why a finding says what it says, from the sentence of the rule to the fingerprint of the page.

use model::finding::{QuotedItem, QuotedLook, QuotedMatter};
use model::{Channel, Day, Finding, FindingState, LedgerLine, Outcome, Points, Verdict, Zone};
use rules::{Criterion, Rule, Rulebook};
use serde::Serialize;

use crate::ReportError;
use crate::table::Row;
use crate::text::Plain;
use crate::weekly::Blindness;

/// What is needed beside the finding and its criterion to explain it.
#[derive(Debug, Clone, Copy)]
pub struct Details<'a> {
    /// The scoring table.
    pub rulebook: &'a Rulebook,
    /// The unit's name.
    pub unit_name: &'a str,
    /// The channel; none for a whole section, or where it is not known any more.
    pub channel: Option<&'a Channel>,
    /// What came of the channel's latest look.
    pub latest: Option<Outcome>,
    /// The zone in which times are printed.
    pub zone: Zone,
    /// What people have decided or said, oldest first, each in one sentence.
    pub decisions: &'a [String],
    /// The ledger lines that came of it: the charge, and what took it back.
    pub lines: &'a [LedgerLine],
}

/// The whole way of one finding in Chinese, section by section: rule, window, looks, items, fingerprints, what would
/// have been enough, where it stands.
#[must_use]
pub fn text(finding: &Finding, criterion: &Criterion, details: &Details<'_>) -> String {
    let sections = sections(finding, criterion, details);
    let body: Vec<String> = sections.iter().map(|(head, lines)| format!("{head}\n{}", indent(lines))).collect();
    format!("发现 #{} {}（{}）\n\n{}\n", finding.id, Plain::new(&criterion.title), criterion.id, body.join("\n\n"))
}

/// Headed sections of lines.
pub type Sections = Vec<(&'static str, Vec<String>)>;

/// The sections of [`text`], each with its head: for pages that lay them out themselves.
#[must_use]
pub fn sections(finding: &Finding, criterion: &Criterion, details: &Details<'_>) -> Sections {
    vec![
        ("结论", verdict(finding, criterion, details)),
        ("一、规则", rule(criterion, details)),
        ("二、时段", window(finding, criterion, details)),
        match &finding.judgement.proof.matter {
            Some(matter) => ("三、期限", matter.clock.iter().map(|s| Plain::new(s).to_string()).collect()),
            None => ("三、检查", looks(finding, details)),
        },
        match &finding.judgement.proof.matter {
            Some(matter) => ("四、登记", entered(matter, details.zone)),
            None => ("四、信息", items(finding)),
        },
        ("五、证据指纹（SHA-256）", evidence(finding)),
        ("六、达标条件", enough(finding)),
        ("七、处理与台账", standing(finding, details)),
    ]
}

fn indent(lines: &[String]) -> String {
    lines.iter().map(|l| format!("  {l}")).collect::<Vec<_>>().join("\n")
}

fn verdict(finding: &Finding, criterion: &Criterion, details: &Details<'_>) -> Vec<String> {
    let judgement = &finding.judgement;
    let label = judgement.verdict.label();
    let mut lines = vec![match judgement.verdict {
        Verdict::Breached => {
            format!("{label}：{}，{}分", crate::weekly::what(finding, criterion), judgement.points.signed())
        }
        Verdict::Unknown => {
            let why = Blindness::of(finding, details.channel, details.latest);
            format!("{label}，不扣分：{}（责任方：{}；处理：{}）", why.what, why.whose, why.todo)
        }
        _ => format!("{label}，不扣分"),
    }];
    if !judgement.flags.is_empty() {
        let flags: Vec<&str> = judgement.flags.iter().map(|f| f.label()).collect();
        lines.push(format!("备注：{}", flags.join("、")));
    }
    lines
}

fn rule(criterion: &Criterion, details: &Details<'_>) -> Vec<String> {
    let book = details.rulebook;
    let mut lines = vec![
        format!("细则原文：{}", Plain::new(&criterion.sentence)),
        format!("出处：{}（{}）", Plain::new(&book.name), Plain::new(&book.source)),
    ];
    if let Some(note) = &criterion.note {
        lines.push(format!("校注：{}", Plain::new(note)));
    }
    lines
}

fn window(finding: &Finding, criterion: &Criterion, details: &Details<'_>) -> Vec<String> {
    let judgement = &finding.judgement;
    let days = judgement.key.days;
    let mut lines = vec![
        format!("单位：{}（{}）", Plain::new(details.unit_name), judgement.key.scope.unit()),
        match (judgement.key.scope.channel(), details.channel) {
            (Some(id), Some(c)) => format!("栏目（账号）：{}（{id}）{}", Plain::new(&c.name), Plain::new(&c.url)),
            (Some(id), None) => format!("栏目（账号）：{id}"),
            (None, _) => match &judgement.proof.matter {
                Some(matter) => {
                    let document = matter.document.as_ref().map_or_else(String::new, |d| format!("（{d}）"));
                    Plain::new(&format!("事项：{}《{}》{document}", matter.code, matter.title)).to_string()
                }
                None => "范围：全部网站栏目".to_owned(),
            },
        },
        format!("{}至{}，共{}天（含首尾两天），属于{}", days.first, days.last, days.len(), judgement.key.month()),
        format!("计数方式：{}", judgement.mode.label()),
    ];
    if judgement.missing > 0 && judgement.verdict == Verdict::Breached {
        lines.push(format!("计{}次，合计{}分", judgement.missing, judgement.points.signed()));
    }
    lines.push(format!("规则类型：{}", kind_label(&criterion.rule)));
    if criterion.is_on_trial() {
        lines.push("试运行：只判定、只告知公开办，不计分、不入账".to_owned());
    }
    lines
}

fn kind_label(rule: &Rule) -> &'static str {
    match rule {
        Rule::Freshness { .. } => "更新时限（连续未更新满一个周期）",
        Rule::Quota { .. } => "发布数量（每周、每月或每季度）",
        Rule::Availability { .. } => "网站可访问率（按周）",
        Rule::LateColumns { .. } => "超期栏目个数（按期检查）",
        Rule::BlankColumns { .. } => "空白栏目个数（按期检查）",
        Rule::Duty { .. } => "按期完成",
        Rule::Incident { .. } => "逐件计分",
        Rule::Earned { .. } => "逐项得分",
        Rule::Veto { .. } => "一票否决",
        Rule::External { .. } => "其他部门评分",
    }
}

/// What the register holds of a matter, entry by entry, and who has stated that it is complete.
fn entered(matter: &QuotedMatter, zone: Zone) -> Vec<String> {
    let mut lines = vec![format!("{}起", matter.opened)];
    lines.extend(matter.entries.iter().map(|e| {
        let note = if e.note.is_empty() { String::new() } else { format!("（{}）", e.note) };
        let file = e.evidence.as_ref().map_or_else(String::new, |h| format!("，佐证 {}", h.as_str()));
        let text = format!("{} {}{note}，{}于{}登记{file}", e.day, e.what, e.who, zone.local(e.recorded_at));
        Plain::new(&text).to_string()
    }));
    lines.push(match &matter.complete {
        Some(c) => format!("{}于{}声明登记簿已登记齐全至{}", Plain::new(&c.who), zone.local(c.recorded_at), c.through),
        None => "无人声明登记簿已登记齐全".to_owned(),
    });
    lines
}

fn looks(finding: &Finding, details: &Details<'_>) -> Vec<String> {
    let proof = &finding.judgement.proof;
    if finding.judgement.verdict == Verdict::DueSoon && proof.within_total == 0 {
        return vec!["时段还没有结束，检查情况待结束后列出".to_owned()];
    }
    let mut lines = Vec::new();
    let mut part = |name: &str, looks: &[QuotedLook]| {
        if looks.is_empty() {
            lines.push(format!("{name}：无"));
        } else {
            lines.push(format!("{name}："));
            lines.extend(looks.iter().map(|l| format!("  {}", look(l, details.zone))));
        }
    };
    part("时段之前最后一次", &proof.before);
    let within = format!("时段之内共{}次，其中有效{}次", proof.within_total, proof.within_good);
    part(&within, &proof.within);
    part("时段之后用以证明的", &proof.after);
    lines
}

fn look(look: &QuotedLook, zone: Zone) -> String {
    let outcome = Outcome::from_words(&look.outcome, look.reason.as_deref()).map_or_else(
        || Plain::short(&format!("{} {}", look.outcome, look.reason.as_deref().unwrap_or_default()), 80).to_string(),
        |o| o.text().to_owned(),
    );
    let good = matches!(look.outcome.as_str(), "read" | "unchanged");
    let covers = match (good, look.covers_from) {
        (true, Some(day)) => format!("，{day}以来的信息均已读到"),
        (true, None) => "，列表已读到末尾".to_owned(),
        (false, _) => "，不作为依据".to_owned(),
    };
    let evidence =
        look.evidence.as_ref().map_or_else(String::new, |e| format!("，证据 {}", e.as_str().get(..12).unwrap_or("")));
    format!("{} {}（检查 {}）：{outcome}{covers}{evidence}", zone.local(look.at), look.channel, look.look)
}

fn items(finding: &Finding) -> Vec<String> {
    let proof = &finding.judgement.proof;
    let one = |i: &Option<QuotedItem>| i.as_ref().map_or_else(|| "未见".to_owned(), item);
    let mut lines = vec![
        format!("时段之前最后一条：{}", one(&proof.last_before)),
        format!("时段之后第一条：{}", one(&proof.first_after)),
    ];
    if !proof.items.is_empty() {
        lines.push("时段之内：".to_owned());
        lines.extend(proof.items.iter().map(|i| format!("  {}", item(i))));
    }
    lines
}

fn item(item: &QuotedItem) -> String {
    let day = |d: Option<model::Day>| d.map_or_else(|| "无".to_owned(), |d| d.to_string());
    let flags: Vec<&str> = item.flags.iter().map(|f| f.label()).collect();
    let flags = if flags.is_empty() { String::new() } else { format!("，{}", flags.join("、")) };
    let others: String = item.other_dates.iter().map(|c| format!("（{}为{}）", c.from.label(), c.day)).collect();
    format!(
        "《{}》页面日期{}{others}，计入日期{}，首次看到{}{flags} {}",
        Plain::short(&item.title, 80),
        day(item.claimed),
        day(item.effective),
        item.first_seen,
        Plain::short(&item.url, 300)
    )
    .trim_end()
    .to_owned()
}

/// The fingerprints of all quoted looks, each once, in the order in which the looks are quoted.
fn hashes(finding: &Finding) -> Vec<&str> {
    let proof = &finding.judgement.proof;
    let mut out: Vec<&str> = Vec::new();
    for hash in proof.before.iter().chain(&proof.within).chain(&proof.after).filter_map(|l| l.evidence.as_ref()) {
        if !out.contains(&hash.as_str()) {
            out.push(hash.as_str());
        }
    }
    out
}

fn evidence(finding: &Finding) -> Vec<String> {
    let hashes = hashes(finding);
    if hashes.is_empty() { vec!["无".to_owned()] } else { hashes.into_iter().map(str::to_owned).collect() }
}

fn enough(finding: &Finding) -> Vec<String> {
    let enough = Plain::new(&finding.judgement.proof.enough);
    vec![if enough.is_empty() { "无须补充".to_owned() } else { enough.to_string() }]
}

/// The remark beside an event of a finding: what was written; of the first one, where it is so, that the window had not
/// ended yet.
#[must_use]
pub fn remark<'n>(finding: &Finding, state: FindingState, day: Day, written: &'n str) -> &'n str {
    let early = state == FindingState::Detected && day <= finding.judgement.key.days.last;
    if written.is_empty() && early { "时段尚未结束，开始跟踪" } else { written }
}

fn standing(finding: &Finding, details: &Details<'_>) -> Vec<String> {
    let zone = details.zone;
    let mut lines = vec![format!(
        "状态：{}；{}首次发现，{}最近一次判定",
        finding.state.label(),
        zone.local(finding.detected_at),
        zone.local(finding.judged_at)
    )];
    lines.extend(details.decisions.iter().map(|d| Plain::new(d).to_string()));
    if details.lines.is_empty() {
        lines.push("尚未入账".to_owned());
    }
    for l in details.lines {
        let points = l.line.points.signed();
        lines.push(format!("台账第{}号（{}）：{points}分，{}", l.seq, l.line.month, Plain::new(&l.line.text)));
    }
    lines
}

#[derive(Serialize)]
struct Document<'a> {
    finding: Row,
    verdict: &'a str,
    rule: RuleDocument<'a>,
    unit_name: &'a str,
    channel_name: Option<&'a str>,
    channel_url: Option<&'a str>,
    mode: &'a str,
    points: Points,
    looks: LooksDocument<'a>,
    evidence: Vec<&'a str>,
    last_before: &'a Option<QuotedItem>,
    first_after: &'a Option<QuotedItem>,
    items: &'a [QuotedItem],
    #[serde(skip_serializing_if = "Option::is_none")]
    matter: Option<&'a QuotedMatter>,
    enough: &'a str,
    unknown_because: Option<Blindness>,
    decisions: &'a [String],
    ledger: &'a [LedgerLine],
}

#[derive(Serialize)]
struct RuleDocument<'a> {
    rulebook: &'a str,
    criterion: &'a str,
    kind: &'a str,
    title: &'a str,
    sentence: &'a str,
    note: Option<&'a str>,
    on_trial: bool,
}

#[derive(Serialize)]
struct LooksDocument<'a> {
    before: &'a [QuotedLook],
    within: &'a [QuotedLook],
    within_total: usize,
    within_good: usize,
    after: &'a [QuotedLook],
}

/// The same as JSON, with every quoted look and item whole.
///
/// # Errors
/// Never in practice: every value has a JSON form.
pub fn json(finding: &Finding, criterion: &Criterion, details: &Details<'_>) -> Result<String, ReportError> {
    let judgement = &finding.judgement;
    let proof = &judgement.proof;
    let document = Document {
        finding: Row::from(finding),
        verdict: judgement.verdict.word(),
        rule: RuleDocument {
            rulebook: details.rulebook.id.as_str(),
            criterion: criterion.id.as_str(),
            kind: criterion.rule.kind(),
            title: &criterion.title,
            sentence: &criterion.sentence,
            note: criterion.note.as_deref(),
            on_trial: criterion.is_on_trial(),
        },
        unit_name: details.unit_name,
        channel_name: details.channel.map(|c| c.name.as_str()),
        channel_url: details.channel.map(|c| c.url.as_str()),
        mode: judgement.mode.word(),
        points: judgement.points,
        looks: LooksDocument {
            before: &proof.before,
            within: &proof.within,
            within_total: proof.within_total,
            within_good: proof.within_good,
            after: &proof.after,
        },
        evidence: hashes(finding),
        last_before: &proof.last_before,
        first_after: &proof.first_after,
        items: &proof.items,
        matter: proof.matter.as_ref(),
        enough: &proof.enough,
        unknown_because: (judgement.verdict == Verdict::Unknown)
            .then(|| Blindness::of(finding, details.channel, details.latest)),
        decisions: details.decisions,
        ledger: details.lines,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
