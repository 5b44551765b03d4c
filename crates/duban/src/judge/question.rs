//! What is in question: the windows of which something is to be said, and whose looks decide what.

use std::collections::{BTreeMap, BTreeSet};

use model::{Channel, ChannelId, ChannelKind, CriterionId, Day, DayRange, Judgement, Scope, UnitId};
use rules::{Rule, Rulebook};

/// The windows in question of channels, of all columns of units together, and of yearly duties, which speak of one column and
/// rest on all that may hold what is due.
#[derive(Debug, Default)]
pub(super) struct Question {
    channels: BTreeMap<ChannelId, Windows>,
    sections: BTreeMap<UnitId, Windows>,
    duties: BTreeMap<UnitId, Vec<(Vec<ChannelKind>, Day)>>,
}

/// Windows by their rows, and whether they are over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Windows(BTreeSet<(CriterionId, DayRange, bool)>);

impl Windows {
    /// Looks decide what becomes of windows that are over; one that is open needs no proof.
    fn first_day(&self) -> Option<Day> {
        self.0.iter().filter(|(.., is_over)| *is_over).map(|(_, days, _)| days.first).min()
    }
}

impl Question {
    /// Of judgements that were made on the day `today`.
    pub(super) fn of(book: &Rulebook, judgements: &[Judgement], today: Day) -> Question {
        let mut asked = Question::default();
        for j in judgements {
            let rule = book.criterion(&j.key.criterion).map(|c| &c.rule);
            let window = (j.key.criterion.clone(), j.key.days, j.key.days.last < today);
            match (&j.key.scope, rule) {
                (scope @ Scope::Channel(_), Some(Rule::Duty { channels, .. })) => {
                    asked.duties.entry(scope.unit()).or_default().push((channels.clone(), j.key.days.first));
                }
                (Scope::Channel(id), _) => _ = asked.channels.entry(id.clone()).or_default().0.insert(window),
                (Scope::Section(unit), _) => _ = asked.sections.entry(unit.clone()).or_default().0.insert(window),
                // What was entered decides it.
                (Scope::Matter { .. }, _) => {}
            }
        }
        asked
    }

    /// Is something to be said that quotes a channel, which quotes its further sources too?
    pub(super) fn quotes(&self, channel: &Channel) -> bool {
        self.of_channel(channel).is_some() || self.of_its_section(channel).is_some() || self.duties(channel).count() > 0
    }

    /// From which day on the looks of a channel decide; nothing where none does.
    pub(super) fn first_day(&self, channel: &Channel) -> Option<Day> {
        let windows = self.of_channel(channel).into_iter().chain(self.of_its_section(channel));
        windows.filter_map(Windows::first_day).chain(self.duties(channel)).min()
    }

    fn of_its_section(&self, channel: &Channel) -> Option<&Windows> {
        self.of_section(&channel.id.unit()).filter(|_| channel.kind.is_column())
    }

    fn duties(&self, channel: &Channel) -> impl Iterator<Item = Day> {
        let of_unit = self.duties.get(&channel.id.unit()).into_iter().flatten();
        of_unit.filter(|(kinds, _)| kinds.contains(&channel.kind)).map(|(_, first)| *first)
    }

    /// What is in question of a channel by itself, duties apart.
    pub(super) fn of_channel(&self, channel: &Channel) -> Option<&Windows> {
        self.channels.get(&channel.id.account())
    }

    /// What is in question of all columns of a unit.
    pub(super) fn of_section(&self, unit: &UnitId) -> Option<&Windows> {
        self.sections.get(unit)
    }
}
