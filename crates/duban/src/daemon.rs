//! The daemon: one tick loop over a schedule that is kept in the database.
//!
//! A job is due when its instant has come, however long ago: what was missed while the program was down is made up once.
//! The weekly letters and the close are due *by period*: whatever period is over and not yet done is done.

mod alone;
mod ping;

use std::time::Duration;

use model::{IsoWeek, Moment};
use store::Job;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

pub use alone::Alone;
use ping::Ping;

use crate::app::App;
use crate::ops::{self, Ops};
use crate::schedule::Schedule;
use crate::{
    adoption, bridges, checklist, closing, crash, judge, keeping, letters, outbox, poll, reminders, settle, skew,
};

/// How often the schedule is looked at.
const TICK: Duration = Duration::from_secs(20);

/// A round that goes on for longer hangs; the program ends, and is started anew.
const LONGEST_ROUND: Duration = Duration::from_secs(6 * 3600);

/// What is done by schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Look at what is due.
    Poll,
    /// Judge.
    Judge,
    /// Write and send last week's letters.
    Weekly,
    /// Close the months that are over.
    Close,
    /// Remind units of what is about to be missed.
    Remind,
    /// Clear saved pages that are old and that nothing rests on.
    Prune,
}

impl Work {
    /// In the order in which they are done when several are due: what is reported rests on what was judged and seen.
    pub const ALL: [Work; 6] = [Work::Poll, Work::Judge, Work::Close, Work::Remind, Work::Weekly, Work::Prune];

    /// As the schedule and the metrics call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Work::Poll => "poll",
            Work::Judge => "judge",
            Work::Weekly => "weekly",
            Work::Close => "close",
            Work::Remind => "remind",
            Work::Prune => "prune",
        }
    }

    /// As the clerk calls it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Work::Poll => "检查栏目",
            Work::Judge => "判定",
            Work::Weekly => "每周通报",
            Work::Close => "月度关账",
            Work::Remind => "到期提醒",
            Work::Prune => "清理存证",
        }
    }

    fn schedule(self, app: &App) -> &Schedule {
        let jobs = &app.config.schedule;
        match self {
            Work::Poll => &jobs.poll,
            Work::Judge => &jobs.judge,
            Work::Weekly => &jobs.weekly,
            Work::Close => &jobs.close,
            Work::Remind => &jobs.remind,
            Work::Prune => &jobs.prune,
        }
    }
}

/// Each job, its line in the configuration and when it is next due.
///
/// # Errors
/// When the store fails.
pub async fn plan(app: &App) -> anyhow::Result<Vec<(Work, String, Moment)>> {
    let mut plan = vec![];
    for work in Work::ALL {
        plan.push((work, work.schedule(app).line().to_owned(), next_due(app, work).await?));
    }
    Ok(plan)
}

/// When `work` is due: as kept, or, for a job that the database does not know yet, at once for looking (a new
/// installation wants to see something) and by schedule for the rest.
async fn next_due(app: &App, work: Work) -> anyhow::Result<Moment> {
    if let Some(job) = app.store.job(work.name()).await? {
        return Ok(job.next_due_at);
    }
    let now = app.clock.now();
    let first = match work {
        Work::Poll => now,
        _ => work.schedule(app).next_after(now, app.zone()).unwrap_or(now),
    };
    app.store.set_job(work.name(), &Job { next_due_at: first, last_done_at: None, last_period: None }).await?;
    Ok(first)
}

/// What a round did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// A line a job.
    pub told: Vec<String>,
    /// A job failed and is to be tried again.
    pub failed: bool,
}

/// Does everything that is due now, each once, and sends what waits in the outbox; tells what was done.
///
/// A job that fails is told, stays due and is tried again at the next tick; it does not keep the others from running.
///
/// A schedule that cannot be read or written, because another program holds the database, is such a failure too: the daemon
/// lives on.
pub async fn run_due(app: &App) -> Round {
    let mut told = vec![];
    let mut failed = false;
    let clock = match any_due(app).await {
        Ok(true) => skew::refuse_a_wrong_clock(app).await,
        Ok(false) => Ok(()),
        Err(e) => Err(e),
    };
    if let Err(e) = clock {
        tracing::error!("{e:#}");
        return Round { told: vec![format!("什么也没有做：失败，稍后重试（{e:#}）")], failed: true };
    }
    for work in Work::ALL {
        let now = app.clock.now();
        let done = match is_due(app, work, now).await {
            Ok(true) => run(app, work).await,
            Ok(false) => continue,
            Err(e) => Err(e),
        };
        match done {
            Ok((what, period)) => {
                told.push(format!("{}：{what}", work.label()));
                crash::point(work.name());
                let next = work.schedule(app).next_after(now, app.zone()).unwrap_or(now);
                let job = Job { next_due_at: next, last_done_at: Some(now), last_period: period };
                // Done but not noted: it is due once more, and doing anything again changes nothing.
                if let Err(e) = app.store.set_job(work.name(), &job).await {
                    tracing::error!(job = work.name(), "{e}");
                    failed = true;
                    told.push(format!("{}：已完成，但没有记下，稍后重试（{e}）", work.label()));
                }
            }
            Err(e) => {
                tracing::error!(job = work.name(), "{e:#}");
                failed = true;
                told.push(format!("{}：失败，稍后重试（{e:#}）", work.label()));
            }
        }
    }
    if let Err(e) = send_letters(app, &mut told).await {
        tracing::error!(job = "outbox", "{e:#}");
        failed = true;
        told.push(format!("邮件：失败，稍后重试（{e:#}）"));
    }
    Round { told, failed }
}

/// Sends what waits in the outbox, and tells it.
async fn send_letters(app: &App, told: &mut Vec<String>) -> anyhow::Result<()> {
    let unclear = outbox::settle_interrupted(app).await?;
    if unclear > 0 {
        told.push(format!("邮件：{unclear} 封发送中途被打断，不知是否送达；请看 duban outbox"));
    }
    let sent = outbox::flush(app).await?;
    if sent.tried > 0 {
        told.push(format!("邮件：发出 {} 封，未成 {} 封", sent.sent, sent.tried - sent.sent));
    }
    Ok(())
}

/// Puts a reminder off that would come at a quiet time.
async fn held(app: &App, work: Work, now: Moment) -> anyhow::Result<bool> {
    if work != Work::Remind {
        return Ok(false);
    }
    let Some(until) = reminders::held_until(&app.config.reminders.quiet, app.zone(), now) else { return Ok(false) };
    let kept = app.store.job(work.name()).await?;
    let (last_done_at, last_period) = kept.map_or((None, None), |j| (j.last_done_at, j.last_period));
    app.store.set_job(work.name(), &Job { next_due_at: until, last_done_at, last_period }).await?;
    Ok(true)
}

/// Is it due, and may it be done at this hour?
async fn is_due(app: &App, work: Work, now: Moment) -> anyhow::Result<bool> {
    Ok(next_due(app, work).await? <= now && !held(app, work, now).await?)
}

async fn any_due(app: &App) -> anyhow::Result<bool> {
    let now = app.clock.now();
    for work in Work::ALL {
        if next_due(app, work).await? <= now {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn run(app: &App, work: Work) -> anyhow::Result<(String, Option<String>)> {
    let now = app.clock.now();
    match work {
        Work::Poll => {
            let round = poll::poll(app, None, &|_| ()).await?;
            let suspicions = Box::pin(crate::suspect::after_round(app)).await;
            let more = if suspicions > 0 { format!("，新疑点 {suspicions} 条") } else { String::new() };
            let waiting =
                Some(round.waiting()).filter(|w| !w.is_empty()).map_or_else(String::new, |w| format!("；{w}"));
            Ok((format!("检查 {} 个，有效 {}{waiting}{more}", round.looks, round.good), None))
        }
        Work::Judge => {
            let last = app.store.job(work.name()).await?.and_then(|j| j.last_period);
            let (r, standing) = Box::pin(judge::keep_up(app, now, last.as_deref())).await?;
            let adopted = look_for_adopted(app).await;
            let (new, changed, back) = (r.new.len(), r.changed.len(), r.retracted.len());
            Ok((format!("新发现 {new}，变化 {changed}，撤回 {back}{adopted}"), Some(standing)))
        }
        Work::Weekly => {
            let week = IsoWeek::of(app.zone().day(now)).previous();
            let mut letters = letters::weekly(app, week).await?;
            letters.extend(checklist::letter(app, week).await?);
            letters.extend(bridges::letter(app, week).await?);
            let n = outbox::enqueue(app, &letters).await?;
            Ok((format!("{week} 共 {} 封，新写 {n} 封", letters.len()), Some(week.to_string())))
        }
        Work::Remind => Ok((format!("新写 {} 封", reminders::remind(app).await?), None)),
        Work::Prune => Ok((keeping::prune(app).await?.told(false), None)),
        Work::Close => {
            // What is posted was judged anew to its beginning, with all that is known by now.
            if settle::is_due(app).await? {
                Box::pin(judge::judge(app, now)).await?;
            }
            let closed = settle::close_what_is_over(app).await?;
            let list: Vec<String> = closed.iter().map(ToString::to_string).collect();
            let what = if list.is_empty() { "没有待关账的月份".to_owned() } else { list.join("、") };
            let n = Box::pin(closing::tell(app)).await?;
            let what = if n > 0 { format!("{what}；新写关账通知 {n} 封") } else { what };
            Ok((what, list.last().cloned()))
        }
    }
}

/// Looks for adopted articles where the office has an account of its own. What goes wrong there keeps nobody from being
/// judged: it is told, and the next round takes it up again.
async fn look_for_adopted(app: &App) -> String {
    if app.config.adoption.accounts.is_empty() {
        return String::new();
    }
    match adoption::scan(app).await {
        Ok(scan) => format!("；拟采用稿件新增 {} 条", scan.proposed.len()),
        Err(e) => {
            tracing::error!(job = "adoption", "{e:#}");
            format!("；稿件采用检索失败（{e:#}）")
        }
    }
}

/// Runs until it is told to stop. The job in hand is finished first; a second signal stops at once.
///
/// # Errors
/// When the schedule cannot be kept.
pub async fn serve(app: &App) -> anyhow::Result<()> {
    if let Some(listen) = app.config.ops.listen {
        ops::open(Ops { store: app.store.clone(), clock: app.clock.clone() }, listen).await?;
    }
    if let Some(web) = app.config.web {
        let at = crate::house::open(app, web).await?;
        tracing::info!("网页在 http://{at}");
    }
    // Only now: a door that could not be opened is a start that failed.
    sd_notify::notify(&[sd_notify::NotifyState::Ready]).ok();
    tracing::info!("运行中");
    if app.config.web.is_some() {
        tokio::spawn(prepare(app.clone()));
    }
    let mut asked = asked_to_stop();
    let mut ping = Ping::default();
    loop {
        let work = async {
            let round = run_due(app).await;
            for done in &round.told {
                tracing::info!("{done}");
            }
            ping.tell(app, !round.failed).await;
            anyhow::Ok(())
        };
        tokio::select! {
            done = work => done?,
            () = give_signs_of_life() => {
                anyhow::bail!("一轮任务超过 {} 小时没有结束", LONGEST_ROUND.as_secs() / 3600)
            }
            Ok(_) = asked.wait_for(|times| *times >= 2) => break,
        }
        sd_notify::notify(&[sd_notify::NotifyState::Watchdog]).ok();
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            Ok(_) = asked.wait_for(|times| *times >= 1) => break,
        }
    }
    sd_notify::notify(&[sd_notify::NotifyState::Stopping]).ok();
    tracing::info!("已停止");
    Ok(())
}

/// Judges what readers of the circular would wait for. What goes wrong is told, and the first reader judges.
async fn prepare(app: App) {
    match crate::circular::prepare(&app).await {
        Ok(true) => tracing::info!("通报所需的判定已备好"),
        Ok(false) => {}
        Err(e) => tracing::error!("通报所需的判定未能备好，首次查看通报时再判定：{e:#}"),
    }
}

/// Tells systemd that the program lives while a long round goes on: a district on one host takes longer than the watchdog
/// waits. It ends when no round can still be honest work.
async fn give_signs_of_life() {
    for _ in 0..LONGEST_ROUND.as_secs() / TICK.as_secs() {
        tokio::time::sleep(TICK).await;
        sd_notify::notify(&[sd_notify::NotifyState::Watchdog]).ok();
    }
}

/// How often somebody has asked the program to stop: by Ctrl-C or by SIGTERM.
pub(crate) fn asked_to_stop() -> watch::Receiver<u32> {
    let (count, asked) = watch::channel(0);
    tokio::spawn(async move {
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        loop {
            tokio::select! {
                pressed = tokio::signal::ctrl_c() => if pressed.is_err() { return },
                _ = terminate.recv() => {}
            }
            count.send_modify(|times| *times += 1);
        }
    });
    asked
}
