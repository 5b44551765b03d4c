//! What a command works with: configuration, store, fetcher, clock.

use std::path::Path;

use anyhow::{Context as _, bail};
use fetch::Fetcher;
use model::{Channel, Zone};
use store::{Store, StoreError};
use tokio::sync::OnceCell;

use crate::browse::Browsing;
use crate::circular::Judged;
use crate::clock::Clock;
use crate::config::Config;
use crate::judge::Resting;
use crate::poll::Tokens;
use crate::secrets::Secrets;
use crate::suspect::Searched;

/// The wired program. Clones share database, queues and clock.
#[derive(Clone)]
pub struct App {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// The way to the sites.
    pub fetcher: Fetcher,
    /// The way to pages whose rows are made by scripts.
    pub browsing: Browsing,
    /// The time.
    pub clock: Clock,
    /// Tokens of platforms, which live in memory only.
    pub tokens: Tokens,
    /// Where secrets come from.
    pub secrets: Secrets,
    /// What was judged last, which lives in memory only.
    pub judged: Judged,
    /// The channels of which nothing new can have to be said for some time, which lives in memory only.
    pub resting: Resting,
    /// How far items were searched, which lives in memory only.
    pub searched: Searched,
    /// Set once all that is looked at is written down by name: the configuration stays the same as long as the program runs.
    pub registered: OnceCell<()>,
}

/// How far the host's clock may lie behind the newest record before we refuse to go on.
const CLOCK_SLACK_MINUTES: i64 = 10;

impl App {
    /// Opens the database in `data` and claims it for the kind of clock that is in use.
    ///
    /// # Errors
    /// When the database cannot be used, belongs to the other kind of clock, or lies in the clock's future.
    pub async fn open(config: Config, data: &Path, clock: Clock) -> anyhow::Result<App> {
        std::fs::create_dir_all(data).with_context(|| format!("无法建立数据目录 {}", data.display()))?;
        let store = Store::open(&data.join("duban.db"), config.district.zone).await?;
        store.claim_clock(clock.is_rehearsal()).await?;
        let app = App {
            fetcher: Fetcher::new(config.fetch.settings.clone())?,
            browsing: Browsing::new(&config.browser, config.district.zone),
            config,
            store,
            clock,
            tokens: Tokens::default(),
            secrets: Secrets::default(),
            judged: Judged::default(),
            resting: Resting::default(),
            searched: Searched::default(),
            registered: OnceCell::new(),
        };
        app.refuse_a_clock_set_back().await?;
        Ok(app)
    }

    async fn refuse_a_clock_set_back(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let Some(latest) = self.store.latest_instant().await? else { return Ok(()) };
        if latest - now > chrono::TimeDelta::minutes(CLOCK_SLACK_MINUTES) {
            let zone = self.zone();
            bail!(
                "时钟倒退：库中最新记录的时刻是 {}，而现在是 {}。请校准本机时间{}",
                zone.local(latest),
                zone.local(now),
                if self.clock.is_rehearsal() { "，或为演练换一个更晚的 --now" } else { "后再运行" }
            );
        }
        Ok(())
    }

    /// Writes down who is watched, so that all else can name them.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn register(&self) -> Result<(), StoreError> {
        let write = || async {
            let sources: Vec<Channel> = self.config.sources().cloned().collect();
            self.store.sync_registry(&self.config.units, &sources, self.clock.now()).await
        };
        self.registered.get_or_try_init(write).await.copied()
    }

    /// Where what people hand in is checked.
    #[must_use]
    pub fn desk(&self) -> rules::entries::Desk<'_> {
        rules::entries::Desk {
            rulebook: &self.config.rulebook,
            units: &self.config.units,
            today: self.zone().day(self.clock.now()),
        }
    }

    /// The district's time zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.config.district.zone
    }
}
