//! The story on a simulated district, through the real program: what `duban demo` runs, and the tests too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use demo::{District, KeyFinding, Plan, VirtualClock};
use model::{ChannelId, Day, Month, Verdict};
use store::{FindingFilter, Listed, NewDeclaredEmpty, NewWaiver};

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::observe::{self, Seen};
use crate::secrets::Secrets;
use crate::{daemon, settle};

/// A rehearsal with its site running.
pub struct Rehearsal {
    /// The script.
    pub district: Arc<District>,
    /// The program under rehearsal.
    pub app: App,
    /// The database, configuration and results.
    pub dir: PathBuf,
    site_clock: Arc<VirtualClock>,
    _site: demo::Server,
}

/// What the findings and the key have apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Breaches that both have.
    pub agreed: usize,
    /// Breaches of the key that were not found.
    pub missing: Vec<String>,
    /// Breaches that are not in the key.
    pub extra: Vec<String>,
}

impl Rehearsal {
    /// Starts the simulated site, writes its configuration into `dir` and opens the program on it.
    ///
    /// # Errors
    /// When the site or the program cannot be started.
    pub async fn start(plan: &Plan, dir: &Path) -> anyhow::Result<Rehearsal> {
        let district = Arc::new(District::new(plan));
        let first = demo::looks_at(plan.first);
        let site_clock = Arc::new(VirtualClock::new(first));
        let site = demo::serve(Arc::clone(&district), Arc::clone(&site_clock), ([127, 0, 0, 1], 0).into())
            .await
            .context("模拟网站无法启动")?;
        let config_dir = dir.join("config");
        std::fs::create_dir_all(config_dir.join("rulebook"))?;
        std::fs::write(config_dir.join("duban.toml"), district.duban_toml(site.addr()))?;
        std::fs::write(config_dir.join("units.toml"), district.units_toml(site.addr()))?;
        std::fs::write(config_dir.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022)?;
        let config = Config::load(&config_dir).map_err(|mistakes| {
            let list: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("演示配置有误：\n{}", list.join("\n"))
        })?;
        let mut app = App::open(config, &dir.join("var"), Clock::rehearsal(first)).await?;
        let (name, value) = demo::DEMO_SECRET;
        app.secrets = Secrets::given([(name.to_owned(), value.to_owned())]);
        let rehearsal = Rehearsal { district, app, dir: dir.to_owned(), site_clock, _site: site };
        rehearsal.enter_what_people_said().await?;
        Ok(rehearsal)
    }

    /// Waivers and statements that the script takes as entered beforehand.
    async fn enter_what_people_said(&self) -> anyhow::Result<()> {
        let (app, now) = (&self.app, self.app.clock.now());
        app.register().await?;
        for w in self.district.waivers() {
            let waiver = NewWaiver {
                unit: w.unit.clone(),
                channel: w.channel.clone(),
                criterion: w.criterion.clone(),
                days: w.days,
                reason: w.reason.clone(),
                document: w.document.clone(),
                approver: w.approver.clone(),
                who: w.approver.clone(),
            };
            app.store.add_waiver(&waiver, now).await?;
        }
        for d in self.district.declared_empty() {
            let statement = NewDeclaredEmpty {
                channel: d.channel.clone(),
                days: d.days,
                reason: d.reason.clone(),
                approver: d.approver.clone(),
                who: d.approver.clone(),
            };
            app.store.add_declared_empty(&statement, now).await?;
        }
        Ok(())
    }

    /// The days of the plan.
    pub fn days(&self) -> impl Iterator<Item = Day> + use<> {
        self.district.plan().first.iter_days().take(self.district.plan().days.max(1) as usize)
    }

    /// Moves both clocks to the look of `day` and lets the daemon do what is due.
    ///
    /// # Errors
    /// When a job fails.
    pub async fn live(&self, day: Day) -> anyhow::Result<()> {
        let at = demo::looks_at(day);
        self.site_clock.set(at);
        self.app.clock.set(at);
        for (channel, newest) in self.district.seen_by_people(day) {
            let (link, by) = (None, "区政务公开办 张三".to_owned());
            observe::record(&self.app, &Seen { channel, day: Some(newest), is_newest: true, link, by }).await?;
        }
        let round = daemon::run_due(&self.app).await;
        anyhow::ensure!(!round.failed, "{day} {}", round.told.join("；"));
        Ok(())
    }

    /// Closes every month that is over by the last day of the plan.
    ///
    /// # Errors
    /// When a close fails.
    pub async fn close(&self) -> anyhow::Result<Vec<Month>> {
        settle::close_what_is_over(&self.app).await?;
        Ok(self.app.store.closed_months().await?.into_iter().map(|c| c.month).collect())
    }

    /// Holds the breaches that were found against the script's own key.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn compare(&self) -> anyhow::Result<Difference> {
        let wanted = key_lines(&self.district.key(), Verdict::Breached);
        compare(&self.app, &wanted, Verdict::Breached).await
    }
}

/// Holds what was found with that verdict against the lines of a key. Of what could not be judged, only the rows that the key
/// speaks of: a register that nobody keeps leaves more open.
///
/// # Errors
/// When the store fails.
pub async fn compare(app: &App, wanted: &BTreeSet<String>, verdict: Verdict) -> anyhow::Result<Difference> {
    let filter = FindingFilter { verdict: Some(verdict), ..FindingFilter::default() };
    let found = app.store.finding_list(&filter, 0, u32::MAX).await?;
    let spoken_of = |f: &&Listed| verdict == Verdict::Breached || demo::is_in_key(f.criterion.as_str());
    let found: BTreeSet<String> = found
        .iter()
        .filter(spoken_of)
        .map(|f| {
            let (channel, days) = (f.channel.as_ref().map(ChannelId::as_str), (f.days.first, f.days.last));
            line(f.criterion.as_str(), f.unit.as_str(), channel, days, f.missing, f.points.hundredths())
        })
        .collect();
    Ok(Difference {
        agreed: found.intersection(wanted).count(),
        missing: wanted.difference(&found).cloned().collect(),
        extra: found.difference(wanted).cloned().collect(),
    })
}

/// What the key has of that verdict, a line each.
#[must_use]
pub fn key_lines(key: &[KeyFinding], verdict: Verdict) -> BTreeSet<String> {
    let line = |k: &KeyFinding| line(k.criterion, &k.unit, k.channel.as_deref(), (k.from, k.to), k.missing, k.points);
    key.iter().filter(|k| k.verdict == verdict).map(line).collect()
}

fn line(criterion: &str, unit: &str, channel: Option<&str>, days: (Day, Day), missing: u32, points: i64) -> String {
    let points = model::Points::from_hundredths(points);
    format!("{criterion} {} {}…{} 缺{missing} {points}分", channel.unwrap_or(unit), days.0, days.1)
}
