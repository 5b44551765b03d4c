//! What the pages work with.

use std::collections::HashMap;
use std::sync::Arc;

use model::{Channel, ChannelId, CriterionId, Day, Moment, Unit, UnitId, Zone};
use rules::{Criterion, Rulebook};
use store::Store;
use tokio::sync::Semaphore;

use crate::house::House;

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
    /// The channels, and the further sources of accounts.
    pub sources: Vec<Channel>,
    /// Do the pages stand behind a proxy that speaks https? Then cookies are sent over https only.
    pub https: bool,
    pub(crate) units_by_id: HashMap<UnitId, usize>,
    pub(crate) sources_by_id: HashMap<ChannelId, usize>,
    /// Passwords that are weighed at the same time: each takes a core and 19 MiB.
    pub(crate) hashing: Semaphore,
}

impl Office {
    /// The pages of a district; `streams` are the further sources of its accounts.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "each is another thing, and there is one place that hands them in")]
    pub fn new(
        store: Store,
        house: Arc<dyn House>,
        district: String,
        rulebook: Rulebook,
        units: Vec<Unit>,
        channels: Vec<Channel>,
        streams: Vec<Channel>,
        https: bool,
    ) -> Office {
        let units_by_id = units.iter().enumerate().map(|(i, u)| (u.id.clone(), i)).collect();
        let sources: Vec<Channel> = channels.iter().cloned().chain(streams).collect();
        let sources_by_id = sources.iter().enumerate().map(|(i, c)| (c.id.clone(), i)).collect();
        let zone = store.zone();
        let hashing = Semaphore::new(2);
        Office {
            store,
            house,
            district,
            zone,
            rulebook,
            units,
            channels,
            sources,
            https,
            units_by_id,
            sources_by_id,
            hashing,
        }
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

    /// A channel, or a further source of one.
    pub(crate) fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.sources_by_id.get(id).map(|i| &self.sources[*i])
    }

    pub(crate) fn criterion(&self, id: &CriterionId) -> Option<&Criterion> {
        self.rulebook.criterion(id)
    }

    /// Where what people enter is checked.
    pub(crate) fn desk(&self) -> rules::entries::Desk<'_> {
        rules::entries::Desk { rulebook: &self.rulebook, units: &self.units, today: self.today() }
    }

    /// What is entered hangs on units and channels: they must be known to the store first.
    pub(crate) async fn sync(&self) -> Result<(), store::StoreError> {
        self.store.sync_registry(&self.units, &self.channels, self.now()).await
    }
}
