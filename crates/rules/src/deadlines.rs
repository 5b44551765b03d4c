//! What is still open and still short, however far off its last day: for calendars, not for verdicts.

use model::{Judgement, Verdict};

use crate::case::Case;
use crate::rulebook::{Rule, Rulebook};

/// Days ahead of which nothing is asked: the longest period that a table counts in is a quarter.
const FAR: u32 = 366;

/// The windows and periods that are open and not yet satisfied, each with its last day and what would be enough.
///
/// It is [`crate::judge()`] with a warning so long that nothing is left out; what it says is never recorded.
#[must_use]
pub fn deadlines(case: &Case<'_>) -> Vec<Judgement> {
    let early = early(case.rulebook);
    let open = crate::judge(&Case { rulebook: &early, ..*case });
    open.into_iter().filter(|j| j.verdict == Verdict::DueSoon).collect()
}

/// The rulebook with the longest warnings, without what is on trial: of that nobody is reminded.
fn early(book: &Rulebook) -> Rulebook {
    let mut book = book.clone();
    book.criteria.retain(|c| !c.is_on_trial());
    for criterion in &mut book.criteria {
        if let Rule::Freshness { warn_days, .. } | Rule::Quota { warn_days, .. } = &mut criterion.rule {
            *warn_days = FAR;
        }
    }
    book
}
