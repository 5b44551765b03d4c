//! What is said of a matter, in one sentence, and how it is quoted.

use model::finding::{QuotedEntry, QuotedMatter, QuotedStatement};
use model::{Completeness, Day, MatterEntry, Waiver, WorkdayError};

use super::judge::Weighed;
use crate::rulebook::{EvidenceBy, Rule};
use crate::sentence::title;

fn named(w: &Weighed<'_>) -> String {
    let document = w.matter.document.as_ref().map_or_else(String::new, |d| format!("（{}）", title(d)));
    format!("{}《{}》{document}", title(w.matter.code.as_str()), title(&w.matter.title))
}

fn how(w: &Weighed<'_>) -> String {
    w.deadline.map_or_else(String::new, |d| format!("；期限：{}", d.steps.join("，")))
}

pub(super) fn due_soon(w: &Weighed<'_>, due: Day) -> String {
    format!("请在{due}（含当日）前完成{}{}", named(w), how(w))
}

pub(super) fn late(w: &Weighed<'_>, due: Day, entry: &MatterEntry) -> String {
    format!("{}在{due}（含当日）前完成即可；登记簿记载于{}完成{}{}", named(w), entry.day, how(w), points(w))
}

pub(super) fn missing(w: &Weighed<'_>, due: Day, complete: &Completeness) -> String {
    format!(
        "{}在{due}（含当日）前完成即可；{}声明登记簿已登记齐全至{}，其中没有完成的记载{}{}",
        named(w),
        title(&complete.who),
        complete.through,
        how(w),
        points(w)
    )
}

fn points(w: &Weighed<'_>) -> String {
    match &w.row.rule {
        Rule::External { scored_by } => format!("；本指标由{}计分，此处只作提示", title(scored_by)),
        _ => String::new(),
    }
}

pub(super) fn register_open(w: &Weighed<'_>, due: Day) -> String {
    let column = match w.row.evidence {
        EvidenceBy::Auto => "本单位未配置可供查看的栏目，登记簿中也",
        EvidenceBy::Assisted | EvidenceBy::Register => "登记簿中",
    };
    format!(
        "尚不能判定：{}已于{due}到期，{column}没有完成的记载；请补登完成日期，确未完成的，请声明登记簿已登记齐全至{due}或以后{}",
        named(w),
        how(w)
    )
}

pub(super) fn not_earned(w: &Weighed<'_>, due: Day) -> String {
    format!("{}应在{due}（含当日）前完成，逾期不再计加分，也不扣分{}", named(w), how(w))
}

pub(super) fn waived(w: &Weighed<'_>, due: Day, waiver: &Waiver) -> String {
    let (from, to, document) = (waiver.days.first, waiver.days.last, title(&waiver.document));
    format!("{}（截止{due}）：{from}至{to}已豁免（文号：{document}），不扣分{}", named(w), how(w))
}

pub(crate) fn no_calendar(missing: &WorkdayError, known: Day) -> String {
    format!("尚不能判定：期限在{known}或以后，{missing}")
}

/// How a finding quotes the matter.
pub(crate) fn quote(w: &Weighed<'_>) -> QuotedMatter {
    let entry = |e: &&MatterEntry| QuotedEntry {
        entry: e.id,
        what: e.step.label(),
        day: e.day,
        note: e.note.clone(),
        who: e.who.clone(),
        recorded_at: e.recorded_at,
        evidence: e.evidence.clone(),
    };
    QuotedMatter {
        code: w.matter.code.clone(),
        title: w.matter.title.clone(),
        document: w.matter.document.clone(),
        opened: w.matter.opened,
        due: w.deadline.map(|d| d.due),
        clock: w.deadline.map(|d| d.steps.clone()).unwrap_or_default(),
        entries: w.entries.iter().map(entry).collect(),
        complete: w.complete.map(|c| QuotedStatement {
            through: c.through,
            who: c.who.clone(),
            recorded_at: c.recorded_at,
        }),
    }
}
