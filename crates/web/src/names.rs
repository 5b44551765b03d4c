//! Names for ids: what stands in the configuration, else the id itself.

use model::{ChannelId, CriterionId, UnitId};
use report::text::Plain;

use crate::office::Office;

impl Office {
    /// The unit's name.
    pub(crate) fn unit_name(&self, id: &UnitId) -> String {
        self.unit(id).map_or_else(|| id.to_string(), |u| Plain::new(&u.name).to_string())
    }

    /// The channel's name; for a whole section what it stands for.
    pub(crate) fn channel_name(&self, id: Option<&ChannelId>) -> String {
        match id {
            None => "全部网站栏目".to_owned(),
            Some(id) => match (self.channel(id), id.as_str().split_once('@')) {
                (None, _) => id.to_string(),
                (Some(c), None) => Plain::new(&c.name).to_string(),
                (Some(c), Some((_, stream))) => format!("{}（来源 {stream}）", Plain::new(&c.name)),
            },
        }
    }

    /// The criterion's title, and that it is on trial where it is.
    pub(crate) fn criterion_title(&self, id: &CriterionId) -> String {
        let title = |c: &rules::Criterion| {
            let trial = if c.is_on_trial() { "（试运行，不入账）" } else { "" };
            format!("{}{trial}", Plain::new(&c.title))
        };
        self.criterion(id).map_or_else(String::new, title)
    }

    /// The criteria on trial: they are told to the district's office only.
    pub(crate) fn on_trial(&self) -> Vec<CriterionId> {
        self.rulebook.criteria.iter().filter(|c| c.is_on_trial()).map(|c| c.id.clone()).collect()
    }
}

/// One choice of a list to choose from.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// Choices out of (value, label) with the chosen one marked.
pub(crate) fn choices<V: ToString, L: ToString>(
    all: impl IntoIterator<Item = (V, L)>,
    chosen: Option<&str>,
) -> Vec<Choice> {
    let all = all.into_iter().map(|(value, label)| {
        let value = value.to_string();
        Choice { chosen: chosen == Some(value.as_str()), value, label: label.to_string() }
    });
    all.collect()
}
