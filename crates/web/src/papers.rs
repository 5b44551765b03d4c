//! Documents: the circular of a month, quarter or year, and the card of a unit. To read before they go out, to print and to
//! take away. They are made by the house; here they are shown.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use chrono::Datelike as _;
use model::{Month, Quarter, UnitId};
use report::span::Span;
use serde::Deserialize;

use crate::download;
use crate::house::{Form, Which};
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

/// Under which a document of ours is shown: it brings its own style, and nothing else.
const PAPER: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
                     frame-ancestors 'self'";

/// Months, and the quarters and years in them, that the list offers.
const MONTHS: usize = 18;

#[derive(Template)]
#[template(path = "circular.html")]
struct CircularPage {
    frame: Frame,
    span: Span,
    title: String,
    spans: Vec<Choice>,
    decides: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Over {
    span: Option<String>,
}

fn span(text: &str) -> Option<Span> {
    let year = |t: &str| t.parse::<i32>().ok().filter(|y| (2000..=2999).contains(y));
    let month = text.parse::<Month>().ok().map(Span::Month);
    month.or_else(|| text.parse::<Quarter>().ok().map(Span::Quarter)).or_else(|| year(text).map(Span::Year))
}

/// This month and those before it, each followed by the quarter and the year that it ends.
fn spans(this: Month) -> Vec<Span> {
    let mut all = vec![];
    for month in std::iter::successors(Some(this), |m| Some(m.previous())).take(MONTHS) {
        let last = month.days().last;
        if month.number() == 12 || month == this {
            all.push(Span::Year(month.year()));
        }
        if month.number() % 3 == 0 || month == this {
            all.push(Span::Quarter(Quarter::of(last)));
        }
        all.push(Span::Month(month));
    }
    all
}

/// The circular, with what it is about to be chosen.
pub(crate) async fn circular(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Over>) -> Answer {
    let this = Month::of(office.today());
    let chosen = q.span.as_deref().and_then(span).unwrap_or_else(|| Span::Month(this.previous()));
    let here = if viewer.decides() { "/letters" } else { "/circular" };
    page::html(&CircularPage {
        frame: Frame::new(&office, &viewer, "通报", here, None),
        title: chosen.title(),
        spans: choices(spans(this).into_iter().map(|s| (s, s.title())), Some(&chosen.to_string())),
        span: chosen,
        decides: viewer.decides(),
    })
}

/// The circular as a document.
pub(crate) async fn circular_as(
    State(office): State<Arc<Office>>,
    Path((over, form)): Path<(String, String)>,
) -> Answer {
    let over = span(&over).ok_or(Refused::NotFound)?;
    answer(&office, Which::Circular(over), &form, &format!("circular-{over}")).await
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct OfYear {
    year: Option<i32>,
}

/// A unit's card as a document.
pub(crate) async fn card_as(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path((unit, form)): Path<(String, String)>,
    Query(q): Query<OfYear>,
) -> Answer {
    let unit: UnitId = unit.parse().map_err(|_| Refused::NotFound)?;
    viewer.sees(&unit)?;
    office.unit(&unit).ok_or(Refused::NotFound)?;
    let year = q.year.unwrap_or_else(|| office.today().year());
    answer(&office, Which::Card(&unit, year), &form, &format!("unit-card-{unit}-{year}")).await
}

async fn answer(office: &Office, which: Which<'_>, form: &str, file: &str) -> Answer {
    let (form, shown) = match form {
        "page" => (Form::Html, true),
        "html" => (Form::Html, false),
        "docx" => (Form::Docx, false),
        "xlsx" => (Form::Xlsx, false),
        _ => return Err(Refused::NotFound),
    };
    let bytes = office.house.paper(which, form).await?.ok_or(Refused::NotFound)?;
    Ok(match form {
        Form::Html if shown => paper(bytes),
        Form::Html => download::named(file, "html", "text/html; charset=utf-8", bytes),
        Form::Docx => download::named(
            file,
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            bytes,
        ),
        Form::Xlsx => {
            download::named(file, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes)
        }
    })
}

fn paper(html: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAPER)),
    ];
    (headers, html).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_back_from_its_own_words() {
        for s in spans("2026-04".parse().unwrap()) {
            assert_eq!(span(&s.to_string()), Some(s));
        }
        for bad in ["", "26", "2026-13", "2026-Q5", "../x"] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_list_names_each_quarter_and_year_once() {
        let all: Vec<String> = spans("2026-04".parse().unwrap()).iter().map(ToString::to_string).collect();
        assert_eq!(all[..4], ["2026", "2026-Q2", "2026-04", "2026-Q1"]);
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), all.len());
    }
}
