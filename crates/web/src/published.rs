//! When something was published, by the dates that count: an item that is dated back or ahead stands where it counts, not
//! where it claims to stand, so that no page shows an update that no judgement takes for one.

use std::collections::HashMap;

use model::{Channel, ChannelId, Day, DayRange};

use crate::office::Office;
use crate::refused::Refused;

/// How many items count on each day, by account: what several sources of one show is one publication.
pub(crate) async fn published(
    office: &Office,
    channels: &[Channel],
    days: DayRange,
) -> Result<HashMap<ChannelId, HashMap<Day, u32>>, Refused> {
    let now = office.now();
    let mut first: HashMap<(ChannelId, String), Day> = HashMap::new();
    for timeline in office.store.recent(channels, days, now).await? {
        let account = timeline.channel.id.account();
        for dated in rules::effective(&timeline, now) {
            let Some(day) = dated.effective else { continue };
            let kept = first.entry((account.clone(), timeline.items[dated.index].key())).or_insert(day);
            *kept = day.min(*kept);
        }
    }
    let mut all: HashMap<ChannelId, HashMap<Day, u32>> = HashMap::new();
    for ((account, _), day) in first.into_iter().filter(|(_, day)| days.contains(*day)) {
        *all.entry(account).or_default().entry(day).or_default() += 1;
    }
    Ok(all)
}
