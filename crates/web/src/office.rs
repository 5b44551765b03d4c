//! What the pages work with.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use model::{
    Channel, ChannelId, CriterionId, Day, Finding, IsoWeek, Judgement, Moment, Month, NewLine, Unit, UnitId, Zone,
};
use report::bridges::BridgeView;
use report::explain::Sections;
use report::scorecard::CardView;
use rules::{Criterion, Rulebook};
use scoring::Scorecard;
use store::Store;
use tokio::sync::Semaphore;

/// Why the house did not do what was asked, in words for the clerk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);

/// A letter as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterView {
    /// Its key, unique among all letters.
    pub key: String,
    /// Who would get it.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The body as text.
    pub text: String,
}

/// What came of sending letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Letters that had not been written before.
    pub queued: usize,
    /// Letters that the server has taken.
    pub sent: usize,
}

/// What the program does for the pages, and the pages cannot do themselves.
pub trait House: Send + Sync + 'static {
    /// The instant.
    fn now(&self) -> Moment;
    /// The lines that closing `month` now would post.
    fn preview(&self, month: Month) -> BoxFuture<'_, Result<Vec<NewLine>, Trouble>>;
    /// Closes `month`; tells how many lines were posted.
    fn close(&self, month: Month) -> BoxFuture<'_, Result<usize, Trouble>>;
    /// The letters of a week.
    fn letters(&self, week: IsoWeek) -> BoxFuture<'_, Result<Vec<LetterView>, Trouble>>;
    /// Sends the letters of a week, each once.
    fn send(&self, week: IsoWeek) -> BoxFuture<'_, Result<Sent, Trouble>>;
    /// The windows and periods of a unit that are still open and still short, with their last day.
    fn deadlines<'a>(&'a self, unit: &'a UnitId) -> BoxFuture<'a, Result<Vec<Judgement>, Trouble>>;
    /// What is known of every bridge.
    fn bridges(&self) -> BoxFuture<'_, Result<Vec<BridgeView>, Trouble>>;
    /// A scorecard as people read it.
    fn card(&self, card: &Scorecard) -> CardView;
    /// Why a finding is what it is: headed sections of lines.
    fn explained<'a>(
        &'a self,
        finding: &'a Finding,
        criterion: &'a Criterion,
    ) -> BoxFuture<'a, Result<Sections, Trouble>>;
}

/// The district's office, as its pages know it.
pub struct Office {
    /// The database.
    pub store: Store,
    /// The program behind the pages.
    pub house: Arc<dyn House>,
    /// The district's name.
    pub district: String,
    /// The time zone of every date.
    pub zone: Zone,
    /// The scoring table.
    pub rulebook: Rulebook,
    /// The units.
    pub units: Vec<Unit>,
    /// Their channels.
    pub channels: Vec<Channel>,
    /// Do the pages stand behind a proxy that speaks https? Then cookies are sent over https only.
    pub https: bool,
    pub(crate) units_by_id: HashMap<UnitId, usize>,
    pub(crate) channels_by_id: HashMap<ChannelId, usize>,
    /// Passwords that are weighed at the same time: each takes a core and 19 MiB.
    pub(crate) hashing: Semaphore,
}

impl Office {
    /// The pages of a district.
    #[must_use]
    pub fn new(
        store: Store,
        house: Arc<dyn House>,
        district: String,
        rulebook: Rulebook,
        units: Vec<Unit>,
        channels: Vec<Channel>,
        https: bool,
    ) -> Office {
        let units_by_id = units.iter().enumerate().map(|(i, u)| (u.id.clone(), i)).collect();
        let channels_by_id = channels.iter().enumerate().map(|(i, c)| (c.id.clone(), i)).collect();
        let zone = store.zone();
        let hashing = Semaphore::new(2);
        Office { store, house, district, zone, rulebook, units, channels, https, units_by_id, channels_by_id, hashing }
    }

    pub(crate) fn now(&self) -> Moment {
        self.house.now()
    }

    pub(crate) fn today(&self) -> Day {
        self.zone.day(self.now())
    }

    pub(crate) fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.units_by_id.get(id).map(|i| &self.units[*i])
    }

    pub(crate) fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels_by_id.get(id).map(|i| &self.channels[*i])
    }

    pub(crate) fn criterion(&self, id: &CriterionId) -> Option<&Criterion> {
        self.rulebook.criterion(id)
    }
}
