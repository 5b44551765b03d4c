//! What is in question: the windows of which something is to be said, and whose looks decide what.

use std::collections::BTreeMap;

use model::{Channel, ChannelId, Day, Judgement, Scope, UnitId};
use rules::{Rule, Rulebook};

/// The channels whose looks decide what becomes of some windows, each from the first day on: with a channel its further
/// sources, with a section all columns of the unit. A yearly duty speaks of its first column, and rests on all that may hold
/// what is due.
#[derive(Debug, Default)]
pub(super) struct Question {
    channels: BTreeMap<ChannelId, Day>,
    whole: BTreeMap<UnitId, Day>,
}

impl Question {
    pub(super) fn of(book: &Rulebook, judgements: &[Judgement]) -> Question {
        let mut asked = Question::default();
        for j in judgements {
            let is_duty = book.criterion(&j.key.criterion).is_some_and(|c| matches!(c.rule, Rule::Duty { .. }));
            let first = j.key.days.first;
            let earliest = match &j.key.scope {
                Scope::Channel(id) if !is_duty => asked.channels.entry(id.clone()).or_insert(first),
                Scope::Channel(_) | Scope::Section(_) => asked.whole.entry(j.key.scope.unit()).or_insert(first),
                // What was entered decides it.
                Scope::Matter { .. } => continue,
            };
            *earliest = first.min(*earliest);
        }
        asked
    }

    /// From which day on the looks of a channel decide; nothing where none of them does.
    pub(super) fn first_day(&self, channel: &Channel) -> Option<Day> {
        let own = self.channels.get(&channel.id.account()).into_iter();
        own.chain(self.whole.get(&channel.id.unit())).min().copied()
    }

    /// Is something in question that hangs on all columns of the unit?
    pub(super) fn is_of_whole(&self, unit: &UnitId) -> bool {
        self.whole.contains_key(unit)
    }
}
