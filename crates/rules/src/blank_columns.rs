//! Blank columns: how many of a unit's columns hold nothing at all on the day of a check (国办秘函〔2019〕19号, 空白栏目).

use model::{DayRange, Judgement, Unit};

use crate::case::Docket;
use crate::count::{self, Column, Count};
use crate::proof::Standing;
use crate::rulebook::{Criterion, Rule};
use crate::view::View;

/// No government website is older than this year.
const BEFORE_ALL: i32 = 1990;

/// Judges the columns of one unit.
///
/// A column is blank when nothing has ever been seen in it that was there by the day of the check, and a later look has
/// read its list to the end. What once stood there and has vanished was seen: such a column is not called blank.
pub(crate) fn judge(
    docket: &Docket<'_>,
    criterion: &Criterion,
    unit: &Unit,
    columns: &[&View<'_>],
    found: &mut Vec<Judgement>,
) {
    let Rule::BlankColumns { channels, period, at_least, points } = &criterion.rule else { return };
    let count = Count { criterion, period: *period, at_least: *at_least, points: *points, what: "空白" };
    count::judge(
        docket,
        &count,
        unit,
        columns,
        |view, check| {
            let counted = channels.is_empty() || channels.contains(&view.timeline.channel.kind);
            let alive = view.from() <= check && view.until().is_none_or(|until| check <= until);
            if counted && alive { blank(docket, criterion, view, check) } else { Column::Fine }
        },
        found,
    );
}

fn blank(docket: &Docket<'_>, criterion: &Criterion, view: &View<'_>, check: model::Day) -> Column {
    let day = DayRange { first: check, last: check };
    // An item that was seen by then, or that counts for a day until then, or whose date nobody knows, was there.
    if view.update_days().next().is_some_and(|first| first <= check) || view.saw_anything_by(check) {
        return Column::Fine;
    }
    if let Some(excused) = count::excused(docket, criterion, view, &day) {
        return excused;
    }
    // Back to before there were such websites, which only a list that was read to its end reaches.
    let Some(first) = model::Day::from_ymd_opt(BEFORE_ALL, 1, 1).filter(|first| *first <= check) else {
        return Column::Fine;
    };
    let always = DayRange { first, last: check };
    Column::Short(always, Standing::of(&[view], &always))
}
