//! Columns that fall silent now and then, and items whose dates are not what they seem.

use model::ChannelKind;
use model::calendar::shift;

use crate::Plan;
use crate::column::Column;
use crate::rng::Rng;

/// Takes out what was to be published for a while, and writes other dates on some of what is left.
pub(super) fn fall(column: &mut Column, plan: &Plan) {
    let mut rng = Rng::new(plan.seed, &format!("silences of {}", column.id));
    // How long silences are, and how far apart: about the length of the windows they are judged by.
    let (length, apart) = match column.kind {
        ChannelKind::WorkNews | ChannelKind::Wechat => ((9, 50), (20, 160)),
        ChannelKind::KeyArea | ChannelKind::Faq => ((60, 200), (60, 300)),
        ChannelKind::AnnualReport => return,
        _ => ((120, 380), (60, 500)),
    };
    let mut day = shift(plan.first, rng.between(-length.1, apart.1));
    while day <= plan.last() {
        let end = shift(day, rng.between(length.0, length.1));
        column.posts.retain(|p| p.shown_from.date() < day || p.shown_from.date() > end);
        day = shift(end, rng.between(apart.0, apart.1));
    }
    // A stream of its own, so that a longer plan begins as a shorter one does.
    let mut rng = Rng::new(plan.seed, &format!("dates of {}", column.id));
    for post in &mut column.posts {
        let day = post.shown_from.date();
        // Feeds state instants of their own, which nobody writes by hand.
        if day <= plan.first || column.family.is_feed() {
            continue;
        }
        match rng.between(0, 99) {
            0..=1 => post.claimed = Some(shift(day, -rng.between(1, 20))),
            2 => post.claimed = Some(shift(day, rng.between(1, 9))),
            3 => post.shown_until = Some(post.shown_from + chrono::TimeDelta::days(rng.between(1, 60))),
            4 => post.claimed = None,
            _ => {}
        }
    }
}
