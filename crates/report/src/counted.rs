//! How a row of the scoring table is counted, in one Chinese sentence: what the rulebook's parameters come to.

use model::{ChannelKind, PeriodKind};
use rules::rulebook::{Due, EvidenceBy, QuotaScope, Rule};
use rules::{Criterion, Posting};

/// How the criterion is counted.
#[must_use]
pub fn how(criterion: &Criterion) -> String {
    match &criterion.rule {
        Rule::Freshness { channels, window_days, warn_days, counting, points } => format!(
            "{}连续{window_days}天没有更新，{}，每次{}分；到期前{warn_days}天起提醒",
            kinds(channels),
            counting.label(),
            points.signed()
        ),
        Rule::Quota { scope, period, at_least, warn_days, points } => {
            let over = match scope {
                QuotaScope::Channel(channels) => format!("每个{}", kinds(channels)),
                QuotaScope::Section => "本单位全部网站栏目合计".to_owned(),
            };
            format!(
                "{over}{}至少发布{at_least}条，每缺一条{}分；期末前{warn_days}天起提醒",
                every(*period),
                points.signed()
            )
        }
        Rule::Availability { per_day, timeout_seconds, failed_percent, points, .. } => format!(
            "每周访问中打不开（超过{timeout_seconds}秒也算）的达{failed_percent}%，{}分；每天少于{per_day}次访问不作结论",
            points.signed()
        ),
        Rule::LateColumns { period, at_least, points, .. } => {
            format!("{}末查看，逾期未更新的栏目达{at_least}个，{}分", every(*period), points.signed())
        }
        Rule::BlankColumns { period, at_least, points, .. } => {
            format!("{}末查看，空白栏目达{at_least}个，{}分", every(*period), points.signed())
        }
        Rule::Duty { due, late, missing, .. } => {
            let late = late.map_or_else(String::new, |p| format!("，迟报{}分", p.signed()));
            format!("{}；未完成{}分{late}", when(*due), missing.signed())
        }
        Rule::Incident { points, needs_evidence } => {
            let file = if *needs_evidence { "，须附佐证材料" } else { "" };
            format!("每件{}分{file}", points.signed())
        }
        Rule::Earned { points, cap } => {
            let cap = cap.map_or_else(|| "，细则未写上限".to_owned(), |c| format!("，全年至多计{c}分"));
            format!("每项{}分{cap}", points.signed())
        }
        Rule::Veto { group } => format!("发生一次，一级指标 {group} 记零分"),
        Rule::External { scored_by } => format!("分值由{scored_by}评定后登记"),
    }
}

/// How evidence of a criterion arrives, and what a person has to do before it is charged.
#[must_use]
pub fn by(criterion: &Criterion) -> &'static str {
    match (criterion.evidence, criterion.posting) {
        (EvidenceBy::Auto, Posting::Automatic) => "自动监测，关账时入账，可不予认定",
        (EvidenceBy::Auto, Posting::AfterConfirmation) => "自动监测，人工确认后入账",
        (_, Posting::Shadow) => "试运行：只判定、只给区政务公开办看，不入账",
        (EvidenceBy::Assisted, _) => "系统提出线索，人工确认后入账",
        (EvidenceBy::Register, _) => "人工登记",
    }
}

fn kinds(channels: &[ChannelKind]) -> String {
    channels.iter().map(|k| format!("「{}」", k.label())).collect::<Vec<_>>().join("")
}

fn every(period: PeriodKind) -> &'static str {
    match period {
        PeriodKind::Week => "每周",
        PeriodKind::Month => "每月",
        PeriodKind::Quarter => "每季度",
    }
}

fn when(due: Due) -> String {
    match due {
        Due::Yearly { month, day } => format!("每年{month}月{day}日前完成"),
        Due::Monthly { day } => format!("每月{day}日前完成上月任务"),
        Due::ByItem => "按各事项载明的期限完成".to_owned(),
        Due::Workdays(days) => format!("收到后{days}个工作日内完成"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_shipped_rulebook_is_explained() {
        let book = rules::load(rules::ZHONGSHAN_2022, "x").unwrap();
        for c in &book.criteria {
            let text = how(c);
            assert!(text.chars().count() >= 5 && !text.contains("  "), "{}: {text}", c.id);
        }
        let news = book.criteria.iter().find(|c| matches!(c.rule, Rule::Freshness { .. })).unwrap();
        assert!(how(news).contains("天没有更新") && how(news).contains("−3分"), "{}", how(news));
    }
}
