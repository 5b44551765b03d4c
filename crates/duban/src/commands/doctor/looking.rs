//! Is it looking, has it always been, and what does it not see?

use std::collections::BTreeMap;

use chrono::TimeDelta;
use model::calendar::shift;
use model::{ChannelId, Outcome, Reason, Source};

use super::super::channels::{TOLD_DAYS, stretch};
use super::said::Said;
use crate::app::App;
use crate::daemon;
use crate::poll::CAUGHT_DAYS;

/// A job that is overdue for so long waits for a daemon that does not run.
const OVERDUE: TimeDelta = TimeDelta::hours(2);
/// So many columns are named.
const NAMED: usize = 5;
/// A standstill of this length is told.
const STANDSTILL: TimeDelta = TimeDelta::hours(24);

/// The jobs and when they are due.
pub(super) async fn schedule(app: &App) -> anyhow::Result<Said> {
    if app.store.job(daemon::Work::Poll.name()).await?.is_none() {
        return Ok(Said::well("守护程序（duban serve）尚未在此数据库上运行过"));
    }
    let (now, zone) = (app.clock.now(), app.zone());
    let plan = daemon::plan(app).await?;
    let late: Vec<_> = plan.iter().filter(|(_, _, next)| now - *next > OVERDUE).collect();
    if !late.is_empty() {
        let late = late.iter().map(|(w, _, next)| format!("{} 应于 {}", w.label(), zone.local(*next)));
        let text = format!("任务逾期：{}", late.collect::<Vec<_>>().join("；"));
        return Ok(Said::warn(text, "守护程序没有运行：systemctl status duban；改用 cron 运行 duban cycle 的可不理会"));
    }
    let all = plan.iter().map(|(w, _, next)| format!("{} {}", w.label(), zone.local(*next)));
    Ok(Said::well(all.collect::<Vec<_>>().join("；")))
}

/// Whether the program, or its machine, has stood still.
pub(super) async fn gaps(app: &App) -> anyhow::Result<Said> {
    let since = app.clock.now() - TimeDelta::days(TOLD_DAYS);
    let longest = app.store.longest_standstill(since).await?.filter(|(from, to)| *to - *from >= STANDSTILL);
    let Some((from, to)) = longest else {
        return Ok(Said::well(format!("近 {TOLD_DAYS} 天没有超过一天的停顿")));
    };
    Ok(Said::warn(
        format!(
            "{}没有任何检查：其间的周期由之后读到的完整列表补证，补不到的记为无法判定，不扣分",
            stretch(app.zone(), from, to)
        ),
        "查是否停电、停机或程序未启动（journalctl -u duban）；看 duban channels 的“最长空档”",
    ))
}

/// The channels that were not seen well the last time, by reason.
pub(super) async fn blind(app: &App) -> anyhow::Result<Said> {
    let latest = app.store.latest_outcomes().await?;
    let today = app.zone().day(app.clock.now());
    let watched = app.config.sources().filter(|c| c.life.contains(today));
    let watched: Vec<_> = watched.filter(|c| !matches!(c.source, Source::Manual { .. })).collect();
    let mut troubles: BTreeMap<Reason, usize> = BTreeMap::new();
    let mut never = 0;
    for channel in &watched {
        match latest.get(&channel.id).copied() {
            None => never += 1,
            Some(outcome) => {
                if let Some(reason) = Outcome::reason(outcome) {
                    *troubles.entry(reason).or_default() += 1;
                }
            }
        }
    }
    let mut by_number: Vec<(Reason, usize)> = troubles.into_iter().collect();
    by_number.sort_by_key(|(reason, n)| (std::cmp::Reverse(*n), *reason));
    let blind: usize = by_number.iter().map(|(_, n)| n).sum();
    let mut text = format!("{} 个栏目（账号）中 {blind} 个最近一次没有看清", watched.len());
    if never > 0 {
        text += &format!("，{never} 个还没有看过");
    }
    if by_number.is_empty() {
        return Ok(Said::well(text));
    }
    let list = by_number.iter().map(|(r, n)| format!("{}（{}）{n} 个", r.text(), r.whose().label()));
    let text = format!("{text}：{}", list.collect::<Vec<_>>().join("，"));
    Ok(Said::warn(text, what_to_do(&by_number)))
}

/// The servers that were caught saying "not modified" of a page that had changed.
pub(super) async fn words(app: &App) -> anyhow::Result<Said> {
    let caught = app.store.wrongly_unchanged(shift(app.zone().day(app.clock.now()), -CAUGHT_DAYS)).await?;
    let mut names: Vec<&str> = caught.iter().map(ChannelId::as_str).collect();
    if names.is_empty() {
        return Ok(Said::well(format!("近 {CAUGHT_DAYS} 天没有发现网站误答")));
    }
    names.sort_unstable();
    let more = if names.len() > NAMED { " 等" } else { "" };
    let text = format!(
        "近 {CAUGHT_DAYS} 天有 {} 个栏目的网站在页面已有更新时仍答复“未修改”，有关检查不作数：{}{more}",
        names.len(),
        names[..names.len().min(NAMED)].join("、")
    );
    Ok(Said::warn(text, Reason::WronglyUnchanged.for_admin()))
}

/// For each reason, the most frequent first, what the system administrator does: one of them may hide behind another.
fn what_to_do(by_number: &[(Reason, usize)]) -> String {
    let each: Vec<String> = match by_number {
        [(only, _)] => vec![only.for_admin().to_owned()],
        several => several.iter().map(|(r, _)| format!("【{}】{}", r.text(), r.for_admin())).collect(),
    };
    format!("{}；逐个见 duban channels --trouble", each.join("；"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_closed_list_reaches_the_administrator() {
        let all: Vec<(Reason, usize)> = Reason::ALL.iter().map(|r| (*r, 1)).collect();
        let told = what_to_do(&all);
        for reason in Reason::ALL {
            assert!(told.contains(&format!("【{}】{}", reason.text(), reason.for_admin())), "{reason:?}");
        }
        let one = what_to_do(&[(Reason::Dns, 3)]);
        assert!(one.starts_with(Reason::Dns.for_admin()), "{one}");
    }
}
