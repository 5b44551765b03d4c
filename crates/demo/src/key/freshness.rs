//! Silent windows (section 3), found by counting quiet days one after the other.

use model::{Day, DayRange, Trust};

use super::Short;
use super::witness::Witness;
use crate::column::Column;
use crate::district::District;
use model::calendar::shift;

/// The windows of `n` days that have passed in silence by the end of `as_of`, as far as they count for the channel.
pub(crate) fn silent(
    district: &District,
    criterion: &str,
    column: &Column,
    witness: &Witness,
    n: i64,
    as_of: Day,
) -> Vec<Short> {
    let (from, until) = district.life(column);
    let last = until.map_or(as_of, |until| until.min(as_of));
    let mut out = Vec::new();
    let mut quiet = 0;
    // Without any update the day before the life began stands for one; with some, the count starts at the first.
    let mut day = witness.earliest().unwrap_or(from);
    while day <= last {
        let update = witness.updated(day) || district.waived(criterion, column, day);
        quiet = if update { 0 } else { quiet + 1 };
        if quiet == n {
            quiet = 0;
            let days = DayRange { first: shift(day, 1 - n), last: day };
            if day >= from && !district.declared(column, &days) {
                out.push(Short { days, proved: proved(column, witness, &days) });
            }
        }
        day = shift(day, 1);
    }
    out
}

/// Section 5, and a source that may only clear proves no silence (NEWMEDIA).
fn proved(column: &Column, witness: &Witness, days: &DayRange) -> bool {
    let may_accuse = !column.kind.is_new_media() || column.trust != Trust::Clears;
    may_accuse && witness.looked_after(days.first, days.last) && !witness.undated_may_fall_in(days.first, days.last)
}
