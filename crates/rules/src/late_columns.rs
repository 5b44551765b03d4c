//! Late columns: how many of a unit's columns have had no update for too long on the day of a check
//! (国办秘函〔2019〕19号, 栏目不更新).

use model::calendar::shift;
use model::{DayRange, Judgement, Unit};

use crate::case::Docket;
use crate::count::{self, Column, Count};
use crate::proof::Standing;
use crate::rulebook::{Criterion, Rule};
use crate::view::View;

/// Judges the columns of one unit.
///
/// A column is late when the window that ends on the day of the check lies whole in its life and holds no update. A
/// column whose first known item is younger than the check may not have stood open before: it is not late. Neither is one
/// that is declared empty on a day of the window, or waived.
pub(crate) fn judge(
    docket: &Docket<'_>,
    criterion: &Criterion,
    unit: &Unit,
    columns: &[&View<'_>],
    found: &mut Vec<Judgement>,
) {
    let Rule::LateColumns { classes, period, at_least, points } = &criterion.rule else { return };
    let count = Count { criterion, period: *period, at_least: *at_least, points: *points, what: "超期未更新" };
    count::judge(
        docket,
        &count,
        unit,
        columns,
        |view, check| {
            let class = classes.iter().find(|c| c.channels.contains(&view.timeline.channel.kind));
            let Some(class) = class else { return Column::Fine };
            let days = DayRange { first: shift(check, 1 - i64::from(class.window_days)), last: check };
            late(docket, criterion, view, days)
        },
        found,
    );
}

fn late(docket: &Docket<'_>, criterion: &Criterion, view: &View<'_>, days: DayRange) -> Column {
    let alive = view.from() <= days.first && view.until().is_none_or(|until| days.last <= until);
    let opened_later = view.update_days().next().is_some_and(|first| first > days.last);
    if !alive || opened_later || !view.updates_within(&days).is_empty() {
        return Column::Fine;
    }
    if let Some(excused) = count::excused(docket, criterion, view, &days) {
        return excused;
    }
    Column::Short(days, Standing::of(&[view], &days))
}
