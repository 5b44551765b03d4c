//! The conversation with 微信公众平台 about one account: a token, then day by day what was published, then what was put up
//! without notice to the readers (NEWMEDIA.md sections 1 and 7.1).
//!
//! A day counts as seen once the platform has counted it through; it is then never asked again. The look claims to be
//! complete from the first day of the unbroken row of such days that ends yesterday. If yesterday is not among them the
//! look shows what it saw and claims nothing.

mod talk;

use std::collections::BTreeSet;

use model::calendar::shift;
use model::{Channel, Coverage, DateFrom, Day, Entry, Moment, Outcome, Reason};
use serde_json::json;
use sites::official::{FIRST_DAY, back_from, covers, day, published, summary, take};
use store::NewLook;

use self::talk::{Stop, Talk};
use super::Recorder;
use super::look::Watch;
use crate::app::App;

/// Days that are asked for in one look at the most.
const MOST_DAYS: usize = 16;
/// How far back it is asked at all.
const DEEPEST_DAYS: i64 = 62;
/// Pages of what was put up without notice.
const MOST_PAGES: usize = 3;
/// Publications on such a page.
const PAGE: usize = 20;

/// What was learnt.
#[derive(Default)]
struct Learnt {
    entries: Vec<Entry>,
    /// Days that the platform has counted through.
    counted: Vec<Day>,
    notes: Vec<String>,
}

/// Looks at one account once.
pub(super) async fn look(
    app: &App,
    channel: &Channel,
    at: Moment,
    recorder: &Recorder,
    watch: &Watch<'_>,
) -> anyhow::Result<NewLook> {
    let Some(mut talk) = Talk::begin(app, channel, at, recorder, watch) else {
        let look = NewLook::new(channel.id.clone(), at, Outcome::Failed(Reason::Unreadable), &channel.url);
        return Ok(look);
    };
    let today = app.zone().day(at);
    let mut known: BTreeSet<Day> = app.store.counted_days(&channel.id).await?.into_iter().collect();
    let floor = floor(app, today);
    let asked: Vec<Day> = back_from(today, floor).filter(|d| !known.contains(d)).take(MOST_DAYS).collect();
    let mut learnt = Learnt::default();
    let mut stopped = match days(&mut talk, &asked, &mut learnt).await? {
        Err(stop) => Some(stop),
        Ok(()) => match without_notice(&mut talk, floor, &mut learnt).await? {
            // The account may lack this one interface and be well without it; a broken credential is another matter.
            Err(Stop { outcome: Outcome::Blocked(Reason::NoPermission), words }) if talk.answered() > 0 => {
                learnt.notes.push(format!("发布列表读不到：{words}"));
                None
            }
            other => other.err(),
        },
    };
    if learnt.entries.is_empty()
        && learnt.counted.is_empty()
        && let Some(stop) = stopped.take()
    {
        return Ok(talk.failed(stop));
    }
    if let Some(stop) = stopped {
        learnt.notes.push(format!("中途停止：{}", stop.words));
    }
    known.extend(&learnt.counted);
    let covers = covers(&known, today, floor);
    if covers == Coverage::Nothing {
        learnt.notes.push("昨日数据尚未就绪，本次只能证明更新，不能证明未更新".to_owned());
    }
    remember(app, channel, at, floor, &mut learnt.entries).await?;
    Ok(talk.done(covers, learnt.entries, learnt.counted, learnt.notes))
}

/// The first day that matters: no window that is charged begins earlier, and the platform knows no earlier one.
fn floor(app: &App, today: Day) -> Day {
    let since = shift(app.config.district.monitoring_since, -14);
    FIRST_DAY.max(since).max(shift(today, -DEEPEST_DAYS))
}

/// The days one by one, newest first. The summary over all of them comes before: it costs one call, and a day on which it
/// counts more than the list shows is not whole.
async fn days(talk: &mut Talk<'_>, asked: &[Day], learnt: &mut Learnt) -> anyhow::Result<Result<(), Stop>> {
    let (Some(last), Some(first)) = (asked.first(), asked.last()) else { return Ok(Ok(())) };
    let span = json!({ "begin_date": (*first).max(shift(*last, -29)), "end_date": last });
    let sent = match talk.ask("/datacube/getbizsummary", &format!("{first}..{last}"), &span).await? {
        Ok(body) => summary(&body).map(|s| s.sent).unwrap_or_default(),
        Err(stop) => return Ok(Err(stop)),
    };
    for on in asked {
        let body = match talk
            .ask("/datacube/getarticletotaldetail", &on.to_string(), &json!({ "begin_date": on, "end_date": on }))
            .await?
        {
            Ok(body) => body,
            Err(stop) => return Ok(Err(stop)),
        };
        let list = match day(&body, *on, talk.biz()) {
            Ok(list) => list,
            Err(bad) => {
                let words = format!("{on} 的明细无法识别");
                return Ok(Err(Stop { outcome: bad.outcome(), words }));
            }
        };
        let said = sent.iter().find(|(d, _)| d == on).map_or(0, |(_, n)| *n);
        let is_final = list.is_final;
        let (entries, whole) = take(*on, list, said);
        if whole {
            learnt.counted.push(*on);
        } else if is_final {
            learnt.notes.push(format!("{on} 平台统计发布 {said} 篇，明细中没有：该日不作为未更新的依据"));
        }
        learnt.entries.extend(entries);
    }
    Ok(Ok(()))
}

/// What was put up without notice: its order is not promised, so a few pages are read, and only what is there counts.
async fn without_notice(talk: &mut Talk<'_>, since: Day, learnt: &mut Learnt) -> anyhow::Result<Result<(), Stop>> {
    let mut offset = 0;
    for page in 0..MOST_PAGES {
        let body = json!({ "offset": offset, "count": PAGE, "no_content": 1 });
        let body = match talk.ask("/cgi-bin/freepublish/batchget", &format!("offset-{offset}"), &body).await? {
            Ok(body) => body,
            Err(stop) => return Ok(Err(stop)),
        };
        let Ok(found) = published(&body, since) else {
            learnt.notes.push(format!("发布列表第 {} 页无法识别", page + 1));
            break;
        };
        learnt.entries.extend(found.entries);
        offset += found.here;
        if found.here == 0 || offset >= found.total {
            break;
        }
    }
    Ok(Ok(()))
}

/// Adds what earlier looks saw on days that are not asked for again: it has not gone.
async fn remember(
    app: &App,
    channel: &Channel,
    at: Moment,
    floor: Day,
    entries: &mut Vec<Entry>,
) -> anyhow::Result<()> {
    let seen: BTreeSet<String> = entries.iter().map(Entry::key).collect();
    let timelines = app.store.timelines(std::slice::from_ref(channel), at).await?;
    let items = timelines.into_iter().flat_map(|t| t.items).filter(|i| i.claimed.is_some_and(|d| d >= floor));
    let earlier = items.filter(|i| !seen.contains(&i.key())).map(|i| Entry {
        title: i.title,
        url: i.url,
        date: i.claimed,
        date_from: Some(DateFrom::Record),
        source: None,
    });
    entries.extend(earlier);
    Ok(())
}
