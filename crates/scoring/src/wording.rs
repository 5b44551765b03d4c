//! How a line of the ledger is put into words: plain, short, and the same for the same facts.

use model::finding::QuotedMatter;
use model::{DayRange, Finding, Flag, Month, Points, RegisterEntry};
use rules::{Criterion, Rule};

/// The source sentence is quoted up to this many characters: enough to know the row again.
const SENTENCE: usize = 48;

/// The row id, its title and its sentence in short.
fn row(criterion: &Criterion) -> String {
    let sentence = shorten(&criterion.sentence, SENTENCE);
    format!("{} {}（{sentence}）", criterion.id, one_line(&criterion.title))
}

/// Without control characters, at most `n` characters, with an ellipsis where something was cut.
fn shorten(text: &str, n: usize) -> String {
    let clean = one_line(text);
    if clean.chars().count() <= n {
        return clean;
    }
    let mut short: String = clean.chars().take(n.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// What a clerk typed may hold line breaks; a line of the ledger is one line.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn window(days: &DayRange) -> String {
    format!("{}至{}", days.first, days.last)
}

/// Named only where it is not the month of the ledger itself.
fn late(belongs_to: Month, month: Month, closed: &[Month]) -> String {
    if belongs_to == month {
        return String::new();
    }
    let because = if closed.contains(&belongs_to) { "（该月已结账）" } else { "" };
    format!("；所属月份{belongs_to}{because}，补记入{month}台账")
}

pub(crate) fn of_finding(finding: &Finding, criterion: &Criterion, month: Month, closed: &[Month]) -> String {
    let judgement = &finding.judgement;
    if let Some(matter) = &judgement.proof.matter {
        return of_matter(finding, matter, criterion, month, closed);
    }
    let channel = match judgement.key.scope.channel() {
        Some(id) => format!("栏目（账号）{id}"),
        None => "全部网站栏目".to_owned(),
    };
    let short = match &criterion.rule {
        Rule::Quota { at_least, points, .. } => {
            format!("应发布{at_least}条，缺{}条，每条{}分", judgement.missing, points.signed())
        }
        Rule::Freshness { window_days, .. } => format!("连续{window_days}天未更新"),
        Rule::Availability { failed_percent, .. } => format!("打不开的访问达到{failed_percent}%"),
        Rule::LateColumns { at_least, .. } => format!("超期未更新的栏目达到{at_least}个"),
        Rule::BlankColumns { at_least, .. } => format!("空白栏目达到{at_least}个"),
        _ => "未达标".to_owned(),
    };
    format!(
        "{}：{channel}在{}期间{short}；计数方式：{}；记{}分{}",
        row(criterion),
        window(&judgement.key.days),
        judgement.mode.label(),
        judgement.points.signed(),
        late(judgement.key.month(), month, closed)
    )
}

/// What is due is named, with its day and how that was reached.
fn of_matter(
    finding: &Finding,
    matter: &QuotedMatter,
    criterion: &Criterion,
    month: Month,
    closed: &[Month],
) -> String {
    let judgement = &finding.judgement;
    let document = matter.document.as_ref().map_or_else(String::new, |d| format!("（{}）", shorten(d, 40)));
    let what = if judgement.flags.contains(&Flag::Late) { "逾期完成" } else { "未完成" };
    format!(
        "{}：事项{}《{}》{document}应于{}前完成，{what}；期限：{}；计数方式：{}；记{}分{}",
        row(criterion),
        shorten(matter.code.as_str(), 40),
        shorten(&matter.title, 40),
        judgement.key.days.last,
        matter.clock.iter().map(|s| one_line(s)).collect::<Vec<_>>().join("，"),
        judgement.mode.label(),
        judgement.points.signed(),
        late(judgement.key.month(), month, closed)
    )
}

pub(crate) fn of_entry(
    entry: &RegisterEntry,
    criterion: &Criterion,
    each: Points,
    total: Points,
    month: Month,
    closed: &[Month],
) -> String {
    let n = entry.count.max(1);
    let sum = format!("每次{}分，计{n}次，记{}分", each.signed(), total.signed());
    let how = match &criterion.rule {
        Rule::Earned { cap: Some(cap), .. } => format!("{sum}；本指标全年至多计{cap}分，封顶在得分表中计算"),
        Rule::Earned { cap: None, .. } => format!("{sum}；本指标未设上限"),
        Rule::Duty { .. } if entry.late => format!("迟报，{sum}"),
        Rule::Duty { .. } => format!("未完成，{sum}"),
        Rule::Veto { group } => format!("一票否决：{group}组得分计为0"),
        Rule::External { scored_by } => format!("按{}的评分记{}分", one_line(scored_by), total.signed()),
        _ => sum,
    };
    format!(
        "{}：{}（{}发生）；{how}{}",
        row(criterion),
        shorten(&entry.description, 80),
        entry.day,
        late(Month::of(entry.day), month, closed)
    )
}

pub(crate) fn of_reversal(seq: i64, criterion: &str, was: Points, belongs_to: Month, month: Month) -> String {
    let what = if was == Points::ZERO {
        "原记0分（一票否决等），予以撤销".to_owned()
    } else {
        format!("原记{}分，现记{}分", was.signed(), (-was).signed())
    };
    let late = late(belongs_to, month, &[]);
    format!("红冲第{seq}号：{criterion}，{what}{late}")
}
