//! Why something could not be judged, whose matter that is, and what to do.

use std::collections::BTreeMap;

use model::finding::QuotedLook;
use model::{Channel, Finding, Flag, Outcome, Reason, Whose};
use serde::Serialize;

use crate::text::Plain;

/// Why a window could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Blindness {
    /// What stood in the way.
    pub what: String,
    /// Whose matter it is.
    pub whose: String,
    /// What to do about it.
    pub todo: String,
}

impl Blindness {
    fn new(what: &str, whose: &str, todo: &str) -> Blindness {
        Blindness { what: what.to_owned(), whose: whose.to_owned(), todo: todo.to_owned() }
    }

    fn of_reason(reason: Reason) -> Blindness {
        Blindness::new(reason.text(), reason.whose().label(), reason.what_to_do())
    }

    /// What stood in the way of this finding: its flags say it, else the channel's latest look, which should have proved
    /// it; where that is not known, the looks that the finding quotes.
    #[must_use]
    pub fn of(finding: &Finding, channel: Option<&Channel>, latest: Option<Outcome>) -> Blindness {
        let told = Blindness::told(&finding.judgement.flags, channel, latest);
        told.or_else(|| of_quoted(finding)).unwrap_or_else(incomplete)
    }

    /// The same without the finding, where its flags and the channel's latest look say it: then nobody needs the looks that
    /// it quotes.
    #[must_use]
    pub fn told(flags: &[Flag], channel: Option<&Channel>, latest: Option<Outcome>) -> Option<Blindness> {
        let has = |flag| flags.contains(&flag);
        if has(Flag::NoCalendar) {
            let todo = "按国务院办公厅通知补充 config/calendar 中缺少的年份";
            return Some(Blindness::new("缺少节假日安排，期限无法推算", "区政务公开办", todo));
        }
        if has(Flag::RegisterOpen) {
            let todo = "补登完成日期；确未完成的，声明登记簿已登记齐全";
            return Some(Blindness::new("登记簿中没有完成的记载，也无人声明登记齐全", "区政务公开办", todo));
        }
        if has(Flag::Undated) {
            let whose = "发布单位、区政务公开办";
            return Some(Blindness::new("有信息没有可识别的日期", whose, "人工核对该信息的发布日期并补录"));
        }
        if has(Flag::FleetSilence) {
            return Some(fleet(channel));
        }
        if has(Flag::OwnSilence) {
            let what = "来源此后再未显示该账号的新内容，分不清是停更还是来源停滞";
            return Some(Blindness::new(what, "区政务公开办", "人工查看该账号，用 duban observe 记下所见"));
        }
        if has(Flag::ClearsOnly) {
            let what = "该来源只能证明已更新，不能证明未更新";
            return Some(Blindness::new(what, "区政务公开办", "人工查看账号；需要自动判定时请更换可信来源"));
        }
        if has(Flag::DateDisputed) && !has(Flag::Unproved) {
            let whose = "发布单位、区政务公开办";
            return Some(Blindness::new(
                "列表日期与正文页日期不一致",
                whose,
                "人工核定该信息的发布日期（duban date-item）",
            ));
        }
        latest.map(|outcome| outcome.reason().map_or_else(incomplete, Blindness::of_reason))
    }
}

/// Columns of a website fall silent together by its cache, accounts by the bridge that they share.
fn fleet(channel: Option<&Channel>) -> Blindness {
    match channel {
        Some(c) if c.bridge().is_none() => Blindness::new(
            "所在网站的栏目同时长期无变化，疑似网站缓存失效",
            Whose::Site.label(),
            "人工打开网站核对；确认网站正常后放行",
        ),
        _ => Blindness::of_reason(Reason::FleetSilence),
    }
}

/// The site answers, only not late or far enough.
fn incomplete() -> Blindness {
    let todo = "检查监测任务是否按时运行；补做检查后自动判定";
    Blindness::new("该时段之后没有列表完整的有效检查", Whose::Monitor.label(), todo)
}

/// Where nothing was seen, the commonest reason; where looks were good until the last, that one stands in the way.
fn of_quoted(finding: &Finding) -> Option<Blindness> {
    let proof = &finding.judgement.proof;
    if proof.within_good == 0 {
        return commonest(&proof.within);
    }
    let latest = proof.within.iter().max_by_key(|l| (l.at, l.look))?;
    latest.reason.as_deref().map(named)
}

/// The commonest reason; of equals the first by its word, so that the letter is always the same.
fn commonest(looks: &[QuotedLook]) -> Option<Blindness> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for word in looks.iter().filter_map(|l| l.reason.as_deref()) {
        *counted.entry(word).or_default() += 1;
    }
    let most = *counted.values().max()?;
    counted.into_iter().find(|(_, n)| *n == most).map(|(word, _)| named(word))
}

fn named(word: &str) -> Blindness {
    Reason::from_word(word).map_or_else(
        || {
            Blindness::new(
                &format!("检查未成功（{}）", Plain::short(word, 60)),
                Whose::Monitor.label(),
                "人工查看检查记录",
            )
        },
        Blindness::of_reason,
    )
}
