//! C5, C6 and C10: what must follow from the report of the year before.

use model::{Confidence, Quote};

use super::Report;
use super::prose::shown;
use super::tables::{APPLICANTS, Cell, Documents, Requests};
use crate::{Hint, quote};

/// Below this many requests a year a leap means nothing.
const FEW: u64 = 20;

pub(super) fn compare(now: &Report, then: &Report) -> Vec<Hint> {
    let mut found = Vec::new();
    let mut wrong: Vec<Quote> = Vec::new();
    if let (Ok(now), Ok(then)) = (&now.requests, &then.requests) {
        wrong.extend(carried(now, then));
    }
    if let (Ok(now), Ok(then)) = (&now.documents, &then.documents) {
        wrong.extend(in_force(now, then));
    }
    if !wrong.is_empty() {
        let summary = format!("年报数据与上一年度{}处衔接不上", wrong.len());
        found.push(Hint::new("years", Confidence::Medium, summary, wrong));
    }
    if let (Ok(now), Ok(then)) = (&now.requests, &then.requests) {
        found.extend(leap(now, then));
    }
    found
}

/// C5: what last year carried over is what this year began with.
fn carried(now: &Requests, then: &Requests) -> Vec<Quote> {
    let pairs = APPLICANTS
        .iter()
        .enumerate()
        .map(|(c, name)| (c, name, &now.rows[now.carried].1[c], &then.rows[then.next].1[c]));
    let differ = |a: &Cell, b: &Cell| matches!((a.count(), b.count()), (Some(a), Some(b)) if a != b);
    pairs
        .filter(|(_, _, a, b)| differ(a, b))
        .map(|(c, name, a, b)| {
            quote(
                format!("C5:{c}"),
                format!("{name}：本年「上年结转」{}，上一年度「结转下年度」{}", shown(a), shown(b)),
                "C5：上年结转应等于上一年度报告的结转下年度",
            )
        })
        .collect()
}

/// C6: what is in force is what was, and what was made, without what was repealed.
fn in_force(now: &Documents, then: &Documents) -> Vec<Quote> {
    let mut wrong = Vec::new();
    for (name, cells) in &now.rules {
        let Some((_, before)) = then.rules.iter().find(|(n, _)| n == name) else { continue };
        let counts: Option<Vec<u64>> = cells.iter().chain([&before[2]]).map(Cell::count).collect();
        if let Some([made, repealed, valid, was]) = counts.as_deref()
            && was + made != valid + repealed
        {
            wrong.push(quote(
                format!("C6:{name}"),
                format!("{name}：上年有效{was}＋本年制发{made}－本年废止{repealed}，本年有效{valid}"),
                "C6：现行有效件数与上年衔接不上",
            ));
        }
    }
    wrong
}

/// C10: five times as many, or a fifth.
fn leap(now: &Requests, then: &Requests) -> Option<Hint> {
    let (now, then) = (now.rows[now.new].1[6].count()?, then.rows[then.new].1[6].count()?);
    if now.max(then) < FEW || (now <= then.saturating_mul(5) && then <= now.saturating_mul(5)) {
        return None;
    }
    let quotes =
        vec![quote("C10:leap", format!("本年新收{now}件，上一年度{then}件"), "C10：与上年相差五倍以上，请核对")];
    Some(Hint::new("leap", Confidence::Low, "年报申请件数与上年相差悬殊", quotes))
}
