//! Why something could not be judged, whose matter that is, and what to do.

use std::collections::BTreeMap;

use model::finding::QuotedLook;
use model::{Finding, Flag, Reason};
use serde::Serialize;

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

    /// What stood in the way of this finding: its flags say it, else the commonest reason among its looks.
    #[must_use]
    pub fn of(finding: &Finding) -> Blindness {
        let judgement = &finding.judgement;
        let has = |flag| judgement.flags.contains(&flag);
        if has(Flag::Undated) {
            return Blindness::new(
                "有信息没有可识别的日期",
                "区政务公开办、发布单位",
                "人工核对该信息的发布日期并补录",
            );
        }
        if has(Flag::FleetSilence) {
            return Blindness::of_reason(Reason::FleetSilence);
        }
        if has(Flag::ClearsOnly) {
            return Blindness::new(
                "该来源只能证明已更新，不能证明未更新",
                "区政务公开办",
                "人工查看账号；需要自动判定时请更换可信来源",
            );
        }
        let proof = &judgement.proof;
        commonest(proof.within.iter().chain(&proof.after)).unwrap_or_else(|| {
            Blindness::new(
                "该时段内外没有足以证明的有效检查",
                "监测系统",
                "检查监测任务是否按时运行；补做检查后自动判定",
            )
        })
    }
}

/// The commonest reason; of equals the first in the order of the list of reasons, so that the letter is always the same.
fn commonest<'a>(looks: impl Iterator<Item = &'a QuotedLook>) -> Option<Blindness> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for word in looks.filter_map(|l| l.reason.as_deref()) {
        *counted.entry(word).or_default() += 1;
    }
    let most = *counted.values().max()?;
    let (word, _) = counted.into_iter().find(|(_, n)| *n == most)?;
    let known = Reason::from_word(word).or_else(|| Reason::ALL.iter().copied().find(|r| r.text() == word));
    Some(known.map_or_else(
        || Blindness::new(crate::text::Plain::short(word, 60).as_str(), "监测系统", "人工查看检查记录"),
        Blindness::of_reason,
    ))
}
