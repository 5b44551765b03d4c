//! A look held against the one before it: unchanged, or read anew and changed as no list does by itself.

use fetch::{Attempt, Came};
use model::{Channel, Coverage, EvidenceHash, Moment, Outcome, Reason};
use sites::drift::{Known, Now, Previous};
use sites::walk::Walked;
use store::{LastRead, NewClaim, NewLook};

use super::look::header;
use crate::app::App;

/// The answer under which the first page of a list came.
pub(super) struct FirstPage {
    pub(super) url: String,
    pub(super) status: Option<u16>,
    pub(super) evidence: Option<EvidenceHash>,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

/// A look with its outcome and its first page; the rest is filled in by struct update.
pub(super) fn base(
    channel: &Channel,
    at: Moment,
    first: Option<FirstPage>,
    outcome: Outcome,
    detail: Option<String>,
) -> NewLook {
    let look = NewLook { detail, ..NewLook::new(channel.id.clone(), at, outcome, &channel.url) };
    match first {
        None => look,
        Some(f) => NewLook {
            url: f.url,
            status: f.status,
            evidence: f.evidence,
            etag: f.etag,
            last_modified: f.last_modified,
            ..look
        },
    }
}

/// What was read, held against what was there before: a list that changed as no list does by itself is suspect.
pub(super) async fn judged_against(
    app: &App,
    previous: Option<&LastRead>,
    (channel, at): (&Channel, Moment),
    first: Option<FirstPage>,
    walked: Walked,
) -> anyhow::Result<NewLook> {
    let today = app.zone().day(at);
    let alarm = if walked.outcome.is_good() {
        let before = before(app, previous).await?;
        sites::drift::compare(before.as_ref(), &Now::of(&walked, today))
    } else {
        None
    };
    let empty = channel.kind.is_new_media() && walked.outcome.is_good() && walked.entries.is_empty();
    let odd = alarm.as_ref().map(|a| a.reason).or(empty.then_some(Reason::EmptyList));
    let outcome = odd.map_or(walked.outcome, Outcome::Suspect);
    let good = outcome.is_good();
    let mut notes = walked.notes;
    notes.extend(alarm.map(|a| a.note));
    let entries = if good { walked.entries } else { vec![] };
    let address = |e: &model::Entry| {
        let claim = sites::address_claim(e, today)?;
        Some(NewClaim { key: e.key(), from: claim.from, day: Some(claim.day) })
    };
    Ok(NewLook {
        covers: if good { walked.covers } else { Coverage::Nothing },
        adapter: walked.adapter.to_owned(),
        notes,
        first_page_rows: walked.first_rows as u32,
        first_page_dated: walked.first_dated as u32,
        claims: entries.iter().filter_map(address).collect(),
        entries,
        ..base(channel, at, first, outcome, None)
    })
}

/// What the list is compared with: the last good look and its items, or the shape that a person has accepted since.
async fn before(app: &App, previous: Option<&LastRead>) -> anyhow::Result<Option<Previous>> {
    let Some(previous) = previous else { return Ok(None) };
    let day = app.zone().day(previous.at);
    if let Some(shape) = &previous.accepted {
        let (rows, dated) = (shape.rows as usize, shape.dated as usize);
        return Ok(Some(Previous { rows, dated, adapter: shape.adapter.clone(), day, known: vec![] }));
    }
    let listed = app.store.listed(previous.look).await?;
    Ok(Some(Previous {
        rows: previous.rows as usize,
        dated: previous.dated as usize,
        adapter: previous.adapter.clone(),
        day,
        known: listed.into_iter().map(|i| Known { key: i.key, date: i.date, date_from: i.date_from }).collect(),
    }))
}

/// A 304 from the address that the validators came from (an error page elsewhere may well be "not modified since"), or a
/// body with the fingerprint of the last one that was read, which is on disk already.
pub(super) fn is_unchanged(attempt: &Attempt, previous: &LastRead) -> bool {
    match attempt.came {
        Came::NotModified => attempt.final_url == previous.url,
        Came::Body => previous.body_hash.as_ref().is_some_and(|h| *h == store::fingerprint(&attempt.body)),
        _ => false,
    }
}

pub(super) fn unchanged(channel: &Channel, at: Moment, attempt: &Attempt, previous: &LastRead) -> NewLook {
    let first = FirstPage {
        url: attempt.final_url.clone(),
        status: attempt.status,
        evidence: previous.body_hash.clone(),
        etag: header(attempt, "etag").or_else(|| previous.etag.clone()),
        last_modified: header(attempt, "last-modified").or_else(|| previous.last_modified.clone()),
    };
    NewLook {
        covers: previous.covers,
        first_page_rows: previous.rows,
        first_page_dated: previous.dated,
        ..base(channel, at, Some(first), Outcome::Unchanged, None)
    }
}
