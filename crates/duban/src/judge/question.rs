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

/// Windows by their rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Windows(BTreeSet<(CriterionId, DayRange)>);

impl Windows {
    fn first_day(&self) -> Option<Day> {
        self.0.iter().map(|(_, days)| days.first).min()
    }
}

impl Question {
    pub(super) fn of(book: &Rulebook, judgements: &[Judgement]) -> Question {
        let mut asked = Question::default();
        for j in judgements {
            let rule = book.criterion(&j.key.criterion).map(|c| &c.rule);
            let window = (j.key.criterion.clone(), j.key.days);
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

    /// From which day on the looks of a channel decide, which are those of its further sources too; nothing where none does.
    pub(super) fn first_day(&self, channel: &Channel) -> Option<Day> {
        let unit = channel.id.unit();
        let own = self.of_channel(channel).and_then(Windows::first_day);
        let section = self.of_section(&unit).filter(|_| channel.kind.is_column()).and_then(Windows::first_day);
        let duties = self.duties.get(&unit).into_iter().flatten();
        let duties = duties.filter(|(kinds, _)| kinds.contains(&channel.kind)).map(|(_, first)| *first);
        own.into_iter().chain(section).chain(duties).min()
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
