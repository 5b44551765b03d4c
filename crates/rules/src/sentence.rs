//! The one sentence of a judgement: what would have been enough, or what is missing to decide.

use model::finding::{Proof, QuotedItem};
use model::{DayRange, Waiver, Zone};

use crate::proof::{Doubt, Standing};
use crate::view::View;

/// Longest title that a sentence repeats.
const TITLE: usize = 40;

/// What the rule asks of the window.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    /// Any update.
    Update,
    /// So many, of which so many were there.
    Count { at_least: u32, have: u32 },
}

/// For a window that has passed: what would have been enough.
pub(crate) fn enough(days: &DayRange, need: Need, proof: &Proof) -> String {
    format!("{}至{}之间{}即可；{}", days.first, days.last, publish(need), around(proof))
}

/// For a window that a waiver holds.
pub(crate) fn waived(days: &DayRange, need: Need, proof: &Proof, waiver: &Waiver) -> String {
    format!("{}；{}", waiver_of(waiver), enough(days, need, proof))
}

/// Which days a waiver holds, and by what document.
pub(crate) fn waiver_of(waiver: &Waiver) -> String {
    let (from, to, document) = (waiver.days.first, waiver.days.last, title(&waiver.document));
    format!("{from}至{to}已豁免（文号：{document}），不扣分")
}

/// For a column that has nothing to publish.
pub(crate) fn declared_empty(days: &DayRange) -> String {
    format!("已作零情况声明，{}至{}不适用；声明期满后照常考核", days.first, days.last)
}

/// For a window that is still open.
pub(crate) fn until(days: &DayRange, need: Need, proof: &Proof) -> String {
    let last = proof.items.iter().filter(|i| i.effective.is_some()).max_by_key(|i| (i.effective, i.first_seen));
    let last = last.or(proof.last_before.as_ref());
    let last = last.map_or_else(|| "此前没有已知的信息".to_owned(), |i| format!("最近一条是{}", named(i)));
    format!("请在{}（含当日）前{}；{last}", days.last, publish(need))
}

fn publish(need: Need) -> String {
    match need {
        Need::Update => "发布1条".to_owned(),
        Need::Count { at_least, have: 0 } => format!("发布{at_least}条"),
        Need::Count { at_least, have } => {
            format!("再发布{}条（应有{at_least}条，已有{have}条）", at_least.saturating_sub(have))
        }
    }
}

fn around(proof: &Proof) -> String {
    let before = proof
        .last_before
        .as_ref()
        .map_or_else(|| "此前没有已知的信息".to_owned(), |i| format!("最近一条是{}", named(i)));
    let after = proof
        .first_after
        .as_ref()
        .map_or_else(|| "之后尚无新的信息".to_owned(), |i| format!("之后第一条是{}", named(i)));
    format!("{before}，{after}")
}

fn named(item: &QuotedItem) -> String {
    let day = item.effective.unwrap_or(item.first_seen);
    let title = title(&item.title);
    match item.claimed {
        Some(claimed) if claimed != day => format!("{day}《{title}》（标注日期{claimed}）"),
        _ => format!("{day}《{title}》"),
    }
}

/// A stranger's words, made harmless for one line of text.
pub(crate) fn title(text: &str) -> String {
    let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut chars = plain.chars().filter(|c| !c.is_control());
    let mut short: String = chars.by_ref().take(TITLE).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// For a window that cannot be decided: what is missing, and what to do. The first doubtful channel is named, the others
/// are counted.
pub(crate) fn missing(days: &DayRange, views: &[&View<'_>], standing: &Standing, zone: Zone) -> String {
    let Some((n, doubt)) = standing.doubts.first() else { return String::new() };
    let view = views[*n];
    let name = title(&view.timeline.channel.name);
    let why = match doubt {
        Doubt::ClearsOnly => format!(
            "「{name}」的来源只能证明已更新、不能证明未更新；请人工查看该账号在{}至{}之间是否更新",
            days.first, days.last
        ),
        Doubt::FleetSilence if view.parts.iter().all(|p| p.timeline.channel.bridge().is_none()) => {
            format!(
                "「{name}」所在网站曾连续14天全部栏目毫无变化，疑似缓存失效；请人工打开网站核对，确认网站正常后放行"
            )
        }
        Doubt::FleetSilence => {
            format!("「{name}」的桥接服务疑似失明（多个账号同时静默或哨兵账号过旧）；请检查桥接登录，确认正常后放行")
        }
        Doubt::OwnSilence => format!(
            "「{name}」的来源自{}以后再未显示该账号的新内容，分不清是账号停更还是该来源单独停滞；请人工查看该账号后用 \
             duban observe 记下，或待来源再显示新内容后自动判定",
            days.last
        ),
        Doubt::Unproved => unproved(days, view, &name, zone),
        Doubt::Undated => undated(views, standing, &name),
        Doubt::Disputed => disputed(views, standing, &name),
    };
    let others = standing.doubts.len() - 1;
    let more = if others > 0 { format!("；另有{others}个栏目同样待查") } else { String::new() };
    format!("尚不能判定：{why}{more}")
}

fn unproved(days: &DayRange, view: &View<'_>, name: &str, zone: Zone) -> String {
    let lacking = format!("「{name}」缺少一次{}之后、列表完整到{}的有效检查", days.last, days.first);
    let Some(latest) = view.latest_look() else {
        return format!("{lacking}，至今没有任何检查；请检查监测任务");
    };
    let at = zone.local(latest.look.at);
    match latest.outcome.reason() {
        Some(reason) => {
            format!("{lacking}，最近一次检查（{at}）为：{}；{}", reason.text(), reason.what_to_do())
        }
        None => format!("{lacking}，最近一次检查（{at}）有效但时间或翻页深度不够；等待下次检查，或加大翻页深度"),
    }
}

fn disputed(views: &[&View<'_>], standing: &Standing, name: &str) -> String {
    let Some((n, i)) = standing.disputed.first() else {
        return format!("「{name}」有信息的列表日期与正文页日期不一致；请人工核定日期");
    };
    let item = views[*n].item(*i);
    let shown =
        item.other_dates.iter().find(|c| c.from.is_shown_on_page()).map_or(String::new(), |c| c.day.to_string());
    format!(
        "「{name}」的《{}》列表日期为{}，正文页日期为{shown}，后者在本期内；请人工核定（duban date-item {} 日期）",
        title(&item.title),
        item.claimed.map_or_else(|| "无".to_owned(), |d| d.to_string()),
        item.id
    )
}

fn undated(views: &[&View<'_>], standing: &Standing, name: &str) -> String {
    let Some((n, i)) = standing.undated.first() else {
        return format!("「{name}」有信息没有日期；请人工补录日期");
    };
    let item = views[*n].item(*i);
    format!(
        "「{name}」有信息没有日期：《{}》（{}首次发现）可能发布于本期；请人工查看并补录日期",
        title(&item.title),
        item.first_seen
    )
}
