//! What the office configures: read whole, every mistake at once with its place, unknown keys refused.

pub mod calendar;
mod district;
pub mod edit;
pub mod hints;
mod sources;
mod units;

use std::path::{Path, PathBuf};

use model::{Bridge, Channel, ChannelId, Day, Unit, UnitId, Workdays, Zone};
use rules::Rulebook;
use rules::toml_reader::{Doc, Mistake};

use crate::schedule::Schedule;
use crate::visits::{Hours, Visits};

/// The whole configuration, valid.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder that it was read from.
    pub dir: PathBuf,
    /// `[district]`.
    pub district: District,
    /// `[schedule]`.
    pub schedule: Jobs,
    /// `[schedule]` too: when sites are left in peace.
    pub visits: Visits,
    /// `[fetch]`.
    pub fetch: Fetch,
    /// `[browser]`.
    pub browser: Browser,
    /// `[mail]`.
    pub mail: Mail,
    /// `[reminders]`.
    pub reminders: Reminders,
    /// `[[webhook]]`.
    pub webhooks: Vec<Webhook>,
    /// `[report]`: what the office has decided about its circulars.
    pub report: report::circular::Manner,
    /// `[keeping]`.
    pub keeping: Keeping,
    /// `[ops]`.
    pub ops: Operations,
    /// `[web]`: where the pages are served, if anywhere.
    pub web: Option<Web>,
    /// The rulebook that `[district]` names.
    pub rulebook: Rulebook,
    /// The units.
    pub units: Vec<Unit>,
    /// The channels of all units.
    pub channels: Vec<Channel>,
    /// Further sources of accounts, each with the name of its account before the `@`.
    pub streams: Vec<Channel>,
    /// The bridges.
    pub bridges: Vec<Bridge>,
    /// The working days, as far as the notices of holidays are known.
    pub workdays: Workdays,
    /// What is searched for in published texts.
    pub hints: hints::Hints,
    /// The office's own accounts.
    pub adoption: Adoption,
}

/// Who is served.
#[derive(Debug, Clone)]
pub struct District {
    /// 钟山区.
    pub name: String,
    /// Who signs the reports.
    pub office: String,
    /// The time zone of every date.
    pub zone: Zone,
    /// Windows that end before this day are not charged.
    pub monitoring_since: Day,
}

/// When the jobs run.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "named after the jobs")]
pub struct Jobs {
    pub poll: Schedule,
    pub judge: Schedule,
    pub weekly: Schedule,
    pub close: Schedule,
    pub remind: Schedule,
    pub prune: Schedule,
}

/// How sites are visited.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// The fetcher's own settings.
    pub settings: fetch::Settings,
    /// Minutes until a channel is looked at again.
    pub revisit_minutes: u32,
    /// Article pages that are held against their list, a channel and day; 0: none.
    pub spot_checks_per_day: u32,
    /// Hosts that tell whether the own line is down.
    pub reference_urls: Vec<String>,
}

/// How pages are rendered whose rows are made by scripts.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The program; none: the usual places are tried.
    pub program: Option<PathBuf>,
    /// Whether the browser locks its own parts in; without it, it is started as root too.
    pub sandbox: bool,
    /// The longest that one page may take.
    pub timeout_seconds: u32,
    /// How many requests of a page are answered.
    pub max_requests: u32,
    /// The most that all answers of a page may have.
    pub max_mib: u32,
    /// Hosts, or beginnings of addresses, that have nothing to do with rows.
    pub ignore: Vec<String>,
}

impl Default for Browser {
    fn default() -> Self {
        Browser { program: None, sandbox: true, timeout_seconds: 60, max_requests: 100, max_mib: 16, ignore: vec![] }
    }
}

/// How letters leave.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The SMTP server; none: letters are only written to files.
    pub smtp: Option<String>,
    /// The sender.
    pub from: String,
    /// Who gets the office's letter.
    pub district: Vec<String>,
}

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// Saved pages that nothing rests on are cleared after so many days.
    pub evidence_days: u32,
}

impl Default for Keeping {
    /// The year that is scored, and the next, in which it may still be asked about.
    fn default() -> Keeping {
        Keeping { evidence_days: 731 }
    }
}

/// How others watch the program.
#[derive(Debug, Clone, Default)]
pub struct Operations {
    /// Where `/healthz` and `/metrics` are served, if anywhere.
    pub listen: Option<std::net::SocketAddr>,
    /// An address that is asked for every few minutes while all is well.
    pub ping: Option<String>,
}

/// How units are reminded.
#[derive(Debug, Clone)]
pub struct Reminders {
    /// So many days before the end of a window; empty: never.
    pub days_before: Vec<u16>,
    /// When nobody is disturbed.
    pub quiet: Quiet,
}

/// When nobody is disturbed.
#[derive(Debug, Clone)]
pub struct Quiet {
    /// From and to, on the district's wall clock; over midnight where the second is the earlier.
    pub hours: Hours,
    /// Whether reminders are sent on Saturdays and Sundays.
    pub weekends: bool,
}

/// A chat robot that is told what the reminders say.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Its name: that of its credential.
    pub name: String,
    /// What it understands.
    pub robot: Robot,
    /// Its address, without what is secret in it.
    pub url: String,
    /// The unit whose affairs it is told; none: everybody's.
    pub unit: Option<UnitId>,
}

/// What kinds of robots there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robot {
    /// 企业微信群机器人.
    Wecom,
    /// 钉钉群机器人.
    Dingtalk,
    /// Anything that takes JSON, signed by HMAC-SHA256.
    Json,
}

/// The office's own accounts, in which articles of the units appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The accounts; empty: nobody looks for adopted articles.
    pub accounts: Vec<ChannelId>,
    /// The row of the scoring table that an adopted article counts under.
    pub criterion: model::CriterionId,
    /// Article pages opened in one search.
    pub pages: u32,
}

impl Default for Adoption {
    fn default() -> Adoption {
        #[allow(clippy::expect_used, reason = "the id is a constant, and every test of the configuration reads it")]
        let criterion = "C2.1".parse().expect("a constant id");
        Adoption { accounts: vec![], criterion, pages: 20 }
    }
}

/// Where the pages are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Web {
    /// The address; the proxy stands before it.
    pub listen: std::net::SocketAddr,
    /// No proxy with https stands before it: only for trials, since passwords then travel in clear.
    pub plain_http: bool,
}

impl Config {
    /// Reads `duban.toml`, `units.toml`, the rulebook and the notices of holidays from `dir`.
    ///
    /// # Errors
    /// Every mistake in all of them.
    pub fn load(dir: &Path) -> Result<Config, Vec<Mistake>> {
        let mut mistakes = vec![];
        let main = read(dir, Path::new("duban.toml"))
            .and_then(|(text, name)| district::parse(&text, &name))
            .map_err(|m| mistakes.extend(m))
            .ok();
        let since = main.as_ref().map_or(Day::MIN, |m| m.district.monitoring_since);
        let rulebook = main.as_ref().and_then(|m| {
            read(dir, &m.rulebook)
                .and_then(|(text, name)| rules::load(&text, &name))
                .map_err(|m| mistakes.extend(m))
                .ok()
        });
        let units = read(dir, Path::new("units.toml"))
            .and_then(|(text, name)| units::parse(&text, &name, since))
            .map_err(|m| mistakes.extend(m))
            .ok();
        let workdays = calendar::load(dir).map_err(|m| mistakes.extend(m)).ok();
        let known = units.as_ref().map_or(&[][..], |u| &u.channels);
        let hints = hints::load(dir, known).map_err(|m| mistakes.extend(m)).ok();
        if let (Some(main), Some(book)) = (&main, &rulebook)
            && let Some(text) = crate::replay::too_impatient(book, &main.fetch)
        {
            let file = dir.join("duban.toml").display().to_string();
            mistakes.push(Mistake { file, line: 1, column: 1, path: "fetch.timeout_seconds".to_owned(), text });
        }
        if let (Some(main), Some(book), Some(units)) = (&main, &rulebook, &units) {
            let file = dir.join("duban.toml").display().to_string();
            let wrong = strange_adoption(&main.adoption, book, &units.channels);
            mistakes.extend(wrong.map(|text| Mistake { file, line: 1, column: 1, path: "adoption".to_owned(), text }));
        }
        match (main, rulebook, units, workdays, hints) {
            (Some(main), Some(rulebook), Some(units), Some(workdays), Some(hints)) if mistakes.is_empty() => {
                Ok(Config {
                    dir: dir.to_owned(),
                    district: main.district,
                    schedule: main.schedule,
                    visits: main.visits,
                    fetch: main.fetch,
                    browser: main.browser,
                    mail: main.mail,
                    reminders: main.reminders,
                    webhooks: main.webhooks,
                    report: main.report,
                    keeping: main.keeping,
                    ops: main.ops,
                    web: main.web,
                    adoption: main.adoption,
                    rulebook,
                    units: units.units,
                    channels: units.channels,
                    streams: units.streams,
                    bridges: units.bridges,
                    workdays,
                    hints,
                })
            }
            _ => Err(mistakes),
        }
    }

    /// The channel with that id.
    #[must_use]
    pub fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|c| c.id == *id)
    }

    /// The source with that id: a channel, or a further source of one.
    #[must_use]
    pub fn source(&self, id: &ChannelId) -> Option<&Channel> {
        self.sources().find(|c| c.id == *id)
    }

    /// Every source: the channels, then the further sources of accounts.
    pub fn sources(&self) -> impl Iterator<Item = &Channel> {
        self.channels.iter().chain(&self.streams)
    }

    /// The sources of one account.
    pub fn sources_of<'a>(&'a self, account: &'a ChannelId) -> impl Iterator<Item = &'a Channel> {
        self.sources().filter(move |c| c.id.account() == *account)
    }

    /// The source under which is kept what people saw of an account.
    #[must_use]
    pub fn manual_of(&self, account: &ChannelId) -> Option<&Channel> {
        self.sources().find(|c| c.id.account() == *account && matches!(c.source, model::Source::Manual { .. }))
    }

    /// The unit with that id.
    #[must_use]
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.units.iter().find(|u| u.id == *id)
    }

    /// The unit's channels.
    pub fn channels_of<'a>(&'a self, unit: &'a UnitId) -> impl Iterator<Item = &'a Channel> {
        self.channels.iter().filter(|c| c.id.unit() == *unit)
    }
}

/// What is wrong with the office's own accounts, if anything.
fn strange_adoption(adoption: &Adoption, book: &rules::Rulebook, channels: &[Channel]) -> Option<String> {
    let known = |id: &ChannelId| channels.iter().any(|c| c.id == *id && c.kind.is_new_media());
    if let Some(id) = adoption.accounts.iter().find(|id| !known(id)) {
        return Some(format!("「{id}」不是已配置的新媒体账号，请先在 units.toml 中登记"));
    }
    let earned = book.criterion(&adoption.criterion).is_some_and(|c| matches!(c.rule, rules::Rule::Earned { .. }));
    (!adoption.accounts.is_empty() && !earned)
        .then(|| format!("评分表中没有加分项「{}」，请写明采用稿件计入哪一项（criterion）", adoption.criterion))
}

/// Reads one channel's `source` setting by itself, as `duban read --source` takes it.
///
/// # Errors
/// Every mistake in it.
pub fn source(text: &str) -> Result<model::Source, Vec<Mistake>> {
    let text = format!("source = {text}");
    let doc = Doc::parse(&text, "--source")?;
    let read = doc.root().need("source", |v| sources::source(v, &[]));
    doc.finish(read)
}

/// How sites are visited, as `duban.toml` in `dir` says it: while a district is being set up its units are not there yet.
#[must_use]
pub fn fetch(dir: &Path) -> Option<Fetch> {
    let (text, name) = read(dir, Path::new("duban.toml")).ok()?;
    district::parse(&text, &name).ok().map(|main| main.fetch)
}

/// How pages are rendered, as `duban.toml` in `dir` says it.
#[must_use]
pub fn browser(dir: &Path) -> Option<Browser> {
    let (text, name) = read(dir, Path::new("duban.toml")).ok()?;
    district::parse(&text, &name).ok().map(|main| main.browser)
}

/// Reads the text of a `units.toml` by itself, as the import of units takes it.
///
/// # Errors
/// Every mistake in it.
pub fn units(text: &str, file_name: &str) -> Result<(Vec<Unit>, Vec<Channel>), Vec<Mistake>> {
    units::parse(text, file_name, Day::MIN).map(|u| (u.units, u.channels))
}

/// The text of one file and the name under which mistakes call it.
pub(crate) fn read(dir: &Path, name: &Path) -> Result<(String, String), Vec<Mistake>> {
    let path: PathBuf = dir.join(name);
    let shown = path.display().to_string();
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok((text, shown)),
        Err(e) => {
            let text = match e.kind() {
                std::io::ErrorKind::NotFound => "文件不存在；可先运行 `duban init` 生成起步配置".to_owned(),
                std::io::ErrorKind::InvalidData => "文件不是 UTF-8 文本；请用 UTF-8 编码保存".to_owned(),
                _ => format!("无法读取：{e}"),
            };
            Err(vec![Mistake { file: shown, line: 1, column: 1, path: String::new(), text }])
        }
    }
}
