//! Periods without an item (section 4), day by day.

use model::{Day, Period, PeriodKind};

use super::Short;
use super::witness::Witness;
use crate::column::Column;
use crate::district::District;

/// The whole periods inside `life` that have passed by the end of `as_of` without an item in any of `columns`.
pub(crate) fn short(
    district: &District,
    criterion: &str,
    columns: &[(&Column, &Witness)],
    (from, until): (Day, Option<Day>),
    kind: PeriodKind,
    as_of: Day,
) -> Vec<Short> {
    let last = until.map_or(as_of, |until| until.min(as_of));
    let mut out = Vec::new();
    let mut period = Period::of(kind, from);
    while period.days().last <= last {
        let days = period.days();
        period = period.next();
        if days.first < from {
            continue;
        }
        let updated = days.days().any(|day| {
            columns.iter().any(|(column, witness)| witness.updated(day) || district.waived(criterion, column, day))
        });
        // A statement of emptiness is for one column; it takes no section out of the count.
        let declared = matches!(columns, [(column, _)] if district.declared(column, &days));
        if updated || declared {
            continue;
        }
        let in_scope = columns.iter().filter(|(column, _)| alive(district, column, days.first, days.last));
        let proved = in_scope.clone().count() > 0
            && in_scope
                .clone()
                .all(|(_, w)| w.looked_after(days.first, days.last) && !w.undated_may_fall_in(days.first, days.last));
        out.push(Short { days, proved });
    }
    out
}

/// Does the channel live on one of the days?
fn alive(district: &District, column: &Column, first: Day, last: Day) -> bool {
    let (from, until) = district.life(column);
    from <= last && until.is_none_or(|until| first <= until)
}
