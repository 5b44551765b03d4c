//! Years in virtual time: the real program against a simulated district in which everything is left to chance.
//!
//! The daemon's own rounds run at the hours of the plan. In between the site is out of order, the program is switched
//! off, has a wrong clock, or is killed in the middle of a round. At the end every breach and every window that could not
//! be judged must be the key's, no more and no less.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use demo::{District, Round, SoakPlan, VirtualClock, Watching};
use duban::app::App;
use duban::clock::Clock;
use duban::config::Config;
use duban::judge::Known;
use duban::rehearsal::{self, Difference};
use duban::{daemon, judge, poll, settle};
use model::calendar::shift;
use model::{Day, Judgement, Moment, Verdict};
use store::{LedgerFilter, Recorded};
use tokio::runtime::Runtime;
use tokio::sync::Notify;

/// How long after it was killed the program is back.
const RESTART: TimeDelta = TimeDelta::minutes(20);

/// The site, wherever it runs.
pub(crate) trait World {
    /// Moves its clock.
    fn set(&mut self, at: Moment);
    /// What must have been found with that verdict when the plan ends, or would end.
    fn key(&mut self, plan: &SoakPlan, verdict: Verdict) -> BTreeSet<String>;
}

/// The site in this process.
pub(crate) struct Here {
    clock: Arc<VirtualClock>,
    _server: demo::Server,
    _runtime: Runtime,
}

impl Here {
    /// Serves the district from threads of its own, and writes the configuration that watches it. A run that goes on finds it
    /// where it was: items are known by their addresses.
    pub(crate) fn new(plan: &SoakPlan, dir: &Path) -> Here {
        let port = std::fs::read_to_string(dir.join("config/units.toml")).map_or(0, |units| port_in(&units).unwrap());
        let runtime = Runtime::new().unwrap();
        let district = Arc::new(District::soak(plan));
        let clock = Arc::new(VirtualClock::new(plan.rounds().of(plan.first)[0].site));
        let serving = demo::serve(Arc::clone(&district), Arc::clone(&clock), ([127, 0, 0, 1], port).into());
        let server = runtime.block_on(serving).unwrap();
        configure(&district, &server, dir);
        Here { clock, _server: server, _runtime: runtime }
    }
}

impl World for Here {
    fn set(&mut self, at: Moment) {
        self.clock.set(at);
    }

    fn key(&mut self, plan: &SoakPlan, verdict: Verdict) -> BTreeSet<String> {
        rehearsal::key_lines(&District::soak(plan).key(), verdict)
    }
}

/// The port of the first address.
fn port_in(units: &str) -> Option<u16> {
    let (_, rest) = units.split_once("://127.0.0.1:")?;
    rest.split_once('/')?.0.parse().ok()
}

fn configure(district: &District, server: &demo::Server, dir: &Path) {
    let config = dir.join("config");
    std::fs::create_dir_all(config.join("rulebook")).unwrap();
    std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
    std::fs::write(config.join("duban.toml"), district.duban_toml(server.addr())).unwrap();
    std::fs::write(config.join("units.toml"), district.units_toml(server.addr())).unwrap();
}

/// The monitor, which may be killed and started again.
struct Program {
    runtime: Option<Runtime>,
    app: App,
    dir: PathBuf,
}

impl Program {
    fn start(dir: &Path, at: Moment) -> Program {
        let runtime = Runtime::new().unwrap();
        let config = Config::load(&dir.join("config")).unwrap();
        let app = runtime.block_on(App::open(config, &dir.join("var"), Clock::simulated(at))).unwrap();
        Program { runtime: Some(runtime), app, dir: dir.to_owned() }
    }

    /// Begins anew, or goes on where a run was stopped.
    fn begin(dir: &Path, plan: &SoakPlan) -> (Program, Option<LeftOff>) {
        let first = plan.rounds().of(plan.first)[0].monitor;
        if !dir.join("var/duban.db").exists() {
            return (Program::start(dir, first), None);
        }
        let program = Program::start(dir, morning_after(plan));
        let latest = program.run(program.app.store.latest_instant()).unwrap();
        let left_off = latest.and_then(|at| LeftOff::of(plan, at));
        program.app.clock.set(left_off.as_ref().map_or(first, |l| l.at));
        (program, left_off)
    }

    /// Does what was left of a round.
    fn went_on(self, at: Moment, outcome: &mut Outcome) -> Program {
        let done = self.round(at);
        if done.failed {
            outcome.wrong.push(format!("{at}, going on: {:?}", done.told));
        }
        self
    }

    fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.as_ref().unwrap().block_on(work)
    }

    fn round(&self, at: Moment) -> daemon::Round {
        self.app.clock.set(at);
        self.run(daemon::run_due(&self.app))
    }

    /// Lets it look, and ends everything that it does when so many looks are done, without a last word.
    fn killed_after(mut self, looks: usize, at: Moment) -> Program {
        self.app.clock.set(at);
        let (enough, done) = (Notify::new(), AtomicUsize::new(0));
        let count = |_: &model::ChannelId| {
            if done.fetch_add(1, Ordering::Relaxed) + 1 == looks {
                enough.notify_one();
            }
        };
        self.run(async {
            tokio::select! {
                round = poll::poll(&self.app, None, &count) => { round.unwrap(); }
                () = enough.notified() => {}
            }
        });
        self.runtime.take().unwrap().shutdown_background();
        let dir = self.dir.clone();
        drop(self);
        Program::start(&dir, at + RESTART)
    }
}

/// Where a run was stopped: in or after which round of which day, counted from 1, and when it goes on.
struct LeftOff {
    day: u32,
    round: usize,
    at: Moment,
}

impl LeftOff {
    /// As the newest record says, by the clock of the monitor.
    fn of(plan: &SoakPlan, latest: Moment) -> Option<LeftOff> {
        let rounds = plan.rounds();
        let days = (1..).zip(plan.each_day()).flat_map(|(n, day)| {
            let looked = |r: &Round| matches!(r.watching, Watching::Well | Watching::Killed);
            rounds.of(day).into_iter().enumerate().filter(move |(_, r)| looked(r)).map(move |(k, r)| (n, k, r.monitor))
        });
        let (day, round, began) = days.take_while(|(.., monitor)| *monitor <= latest).last()?;
        Some(LeftOff { day, round, at: (began + RESTART).max(latest + TimeDelta::minutes(1)) })
    }
}

/// What a run has come to.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Rounds that were run, and of these the ones that were cut off or refused.
    pub(crate) rounds: usize,
    pub(crate) killed: usize,
    pub(crate) refused: usize,
    /// As they were when they were last held against the key.
    pub(crate) breached: Difference,
    pub(crate) unknown: Difference,
    /// Everything that is not as it must be, a line each.
    pub(crate) wrong: Vec<String>,
}

/// Runs the whole plan, or what is left of it where a run was stopped in this directory, and holds what was found against the
/// key every `step` days and at the end; `heard` is told of it, and of the day on which it begins.
pub(crate) fn run(
    plan: &SoakPlan,
    dir: &Path,
    world: &mut dyn World,
    step: u32,
    mut heard: impl FnMut(u32, &Outcome),
) -> Outcome {
    let rounds = plan.rounds();
    let mut outcome = Outcome::default();
    let (mut program, left_off) = Program::begin(dir, plan);
    let begun = left_off.as_ref().map_or((0, 0), |l| (l.day, l.round));
    heard(begun.0, &outcome);
    for (n, day) in (1..).zip(plan.each_day()).skip_while(|(n, _)| *n < begun.0) {
        for (k, round) in rounds.of(day).into_iter().enumerate().filter(|(k, _)| (n, *k) >= begun) {
            // Killed once in the times of trouble, not at every round of them.
            let watching = match round.watching {
                Watching::Killed if k % 2 == 0 => Watching::Well,
                other => other,
            };
            program = match &left_off {
                Some(l) if (n, k) == begun => {
                    world.set(round.site + (l.at - round.monitor));
                    program.went_on(l.at, &mut outcome)
                }
                _ => one(program, world, Round { watching, ..round }, &mut outcome),
            };
        }
        // For this the whole history is in memory at once, so it is asked of small districts only.
        if n % 10 == 0 && plan.units * plan.channels <= 50 {
            program.run(by_parts(&program.app, &mut outcome));
        }
        if n % step == 0 || n == plan.days {
            held(&program, world, &SoakPlan { days: n, ..*plan }, &mut outcome);
            heard(n, &outcome);
        }
    }
    close(&program, &mut outcome);
    outcome
}

fn one(program: Program, world: &mut dyn World, round: Round, outcome: &mut Outcome) -> Program {
    if round.watching == Watching::Off {
        return program;
    }
    outcome.rounds += 1;
    world.set(round.site);
    let looks = program.app.config.channels.len();
    let program = if round.watching == Watching::Killed {
        outcome.killed += 1;
        let n = usize::try_from(round.site.timestamp() / 3600).unwrap_or(0);
        let program = program.killed_after(n % looks + 1, round.monitor);
        world.set(round.site + RESTART);
        program
    } else {
        program
    };
    let at = if round.watching == Watching::Killed { round.monitor + RESTART } else { round.monitor };
    let done = program.round(at);
    if round.watching == Watching::ClockWrong {
        outcome.refused += 1;
        if !done.failed {
            outcome.wrong.push(format!("{at}: worked with a wrong clock: {:?}", done.told));
        }
    } else if done.failed {
        outcome.wrong.push(format!("{at}: {:?}", done.told));
    }
    program
}

/// Holds what stands in a database against the key, without a look: what a run left behind that was stopped.
pub(crate) fn hold(plan: &SoakPlan, dir: &Path, world: &mut dyn World) -> Outcome {
    let mut outcome = Outcome::default();
    held(&Program::start(dir, morning_after(plan)), world, plan, &mut outcome);
    outcome
}

fn morning_after(plan: &SoakPlan) -> Moment {
    plan.rounds().of(shift(plan.first, i64::from(plan.days)))[0].monitor
}

/// Judges as of the morning after the last day of the plan, closes what is over, and holds all that was found against the
/// key. A longer plan begins as a shorter one does, so that this may be asked on any day.
fn held(program: &Program, world: &mut dyn World, plan: &SoakPlan, outcome: &mut Outcome) {
    let end = morning_after(plan);
    let app = &program.app;
    app.clock.set(end);
    program.run(async {
        judge::judge(app, end).await.unwrap();
        settle::close_what_is_over(app).await.unwrap();
        for (verdict, difference) in
            [(Verdict::Breached, &mut outcome.breached), (Verdict::Unknown, &mut outcome.unknown)]
        {
            *difference = rehearsal::compare(app, &world.key(plan, verdict), verdict).await.unwrap();
            let (missing, extra) = (difference.missing.iter(), difference.extra.iter());
            let missing = missing.map(|l| format!("{verdict:?} by {end}, in the key only: {l}"));
            outcome.wrong.extend(missing.chain(extra.map(|l| format!("{verdict:?} by {end}, not in the key: {l}"))));
        }
        let lines = app.store.lines(&LedgerFilter::default()).await.unwrap();
        if let Err(e) = scoring::verify(&lines) {
            outcome.wrong.push(format!("{end}: the ledger: {e}"));
        }
    });
}

/// Judges and closes once more what was judged and closed this very moment, which must change nothing.
fn close(program: &Program, outcome: &mut Outcome) {
    let app = &program.app;
    program.run(async {
        let again = judge::judge(app, app.clock.now()).await.unwrap();
        if again != Recorded::default() {
            outcome.wrong.push(format!("judging again changed something: {again:?}"));
        }
        if !settle::close_what_is_over(app).await.unwrap().is_empty() {
            outcome.wrong.push("closed again what was closed".to_owned());
        }
    });
}

/// What is judged unit by unit, or of the younger windows alone, is what the whole district comes to at once.
async fn by_parts(app: &App, outcome: &mut Outcome) {
    let (at, today) = (app.clock.now(), app.zone().day(app.clock.now()));
    let mut whole = Known::of(app, at).await.unwrap().judge(app, &app.config.rulebook);
    whole.sort_by(|a, b| a.key.cmp(&b.key));
    for since in [Day::MIN, shift(today, -60), shift(today, -21), shift(today, -2)] {
        let mut parts = judge::judgements_since(app, at, since).await.unwrap();
        parts.sort_by(|a, b| a.key.cmp(&b.key));
        let expected: Vec<&Judgement> = whole.iter().filter(|j| j.key.days.last >= since).collect();
        if parts.iter().collect::<Vec<_>>() != expected {
            let differs = parts.iter().zip(&expected).find(|(a, b)| *a != **b);
            outcome.wrong.push(format!("{at}, since {since}: {} not {}: {differs:?}", parts.len(), expected.len()));
        }
    }
}
