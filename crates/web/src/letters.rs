//! The weekly letters: to read before they go, and to send.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use model::IsoWeek;
use serde::Deserialize;

use crate::house::{Addressee, LetterView};
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

#[derive(Template)]
#[template(path = "letters.html")]
struct LettersPage {
    frame: Frame,
    week: IsoWeek,
    weeks: Vec<Choice>,
    letters: Vec<Addressee>,
    /// The letter that is read.
    opened: Option<LetterView>,
    over: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    week: Option<String>,
    letter: Option<String>,
    told: Option<String>,
}

pub(crate) async fn show(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let this = IsoWeek::of(office.today());
    let week = q.week.as_deref().and_then(|w| w.parse().ok()).unwrap_or_else(|| this.previous());
    let weeks = std::iter::successors(Some(this), |w| Some(w.previous())).take(16);
    page::html(&LettersPage {
        frame: Frame::new(&office, &viewer, "每周通报", "/letters", q.told.as_deref()),
        opened: match q.letter.as_deref() {
            Some(key) => Some(office.house.letter(week, key).await?.ok_or(Refused::NotFound)?),
            None => None,
        },
        letters: office.house.addressees(week),
        weeks: choices(
            weeks.map(|w| (w, format!("{w}（{} 至 {}）", w.days().first, w.days().last))),
            Some(&week.to_string()),
        ),
        over: week.days().last < office.today(),
        week,
    })
}

pub(crate) async fn send(State(office): State<Arc<Office>>, Path(which): Path<String>) -> Answer {
    let week: IsoWeek = which.parse().map_err(|_| Refused::NotFound)?;
    let sent = office.house.send(week).await?;
    let sentence = format!("发送 {week} 通报：新入队 {} 封，发出 {} 封", sent.queued, sent.sent);
    page::done(&format!("/letters?week={week}"), "sent", sentence)
}
