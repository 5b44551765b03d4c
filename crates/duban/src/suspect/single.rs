//! What one page shows by itself, and the row that each kind of suspicion counts under.

use hints::visual::Form;
use hints::{attachments, lexicon, personal, policy, visual};
use model::ChannelKind;
use store::NewSuspicion;

use super::pages::ReadItem;
use super::propose;
use crate::app::App;

pub(super) fn search(app: &App, item: &ReadItem) -> Vec<NewSuspicion> {
    let hints = &app.config.hints;
    let page = &item.page;
    let media = item.kind.is_new_media();
    let mut found = vec![];
    if !media {
        // B1.5 is about what units publish in their section of the website.
        let b = [hints.typos.typos(page), personal::numbers(page), attachments::without_text(page)];
        found.extend(b.into_iter().flatten().filter_map(|h| propose(item, "B1.5", h)));
    }
    // Of accounts C4.1 speaks, of the website E1.1.
    let row = if media { "C4.1" } else { "E1.1" };
    let c = [hints.sensitive.sensitive(page), lexicon::blocked_links(page, &hints.blocked_hosts)];
    found.extend(c.into_iter().flatten().filter_map(|h| propose(item, row, h)));
    if item.kind == ChannelKind::Statistics {
        found.extend(visual::charts(&item.dated()).and_then(|h| propose(item, "F1", h)));
    }
    let explains = item.kind == ChannelKind::Policies && policy::is_interpretation(&page.title);
    if item.kind == ChannelKind::Interpretation || explains {
        found.extend(match visual::interpretation(&item.dated()) {
            Some(Form::Picture(h)) => propose(item, "F2.1", h),
            Some(Form::Film(h)) => propose(item, "F2.2", h),
            None => None,
        });
    }
    found
}
