//! What is due, as a page and as an iCalendar feed that any calendar program subscribes to.
//!
//! The feed is found by a secret in its address, of which only the fingerprint is kept: a calendar program cannot log in.
//! It tells of one unit and of nothing but what is due.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse as _;
use model::Day;
use rules::Deadline;
use serde::Deserialize;

use crate::access::Told;
use crate::download::{self, Sheet};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::password;
use crate::refused::Refused;
use crate::registers::matters::{self, MatterRow};
use crate::session::Viewer;
use crate::unit::{Due, due};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    told: Option<String>,
    r#as: Option<String>,
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage {
    frame: Frame,
    months: Vec<MonthView>,
    /// What is open in the registers: reports, tasks, sign-off sheets, applications.
    matters: Vec<MatterRow>,
    /// The address of the feed, right after it was made; it cannot be shown again.
    feed: Option<String>,
}

struct MonthView {
    name: String,
    due: Vec<Due>,
}

pub(crate) async fn show(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let unit = viewer.bound().cloned().ok_or(Refused::Forbidden)?;
    let open = office.house.deadlines(&unit).await?;
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        let row = |d: &Deadline| {
            let d = due(&office, d);
            vec![d.last.to_string(), d.channel, d.criterion, d.title, d.what]
        };
        let matter = |m: MatterRow| {
            let last = m.due.map_or_else(|| "未定".to_owned(), |d| d.to_string());
            vec![last, m.title, m.criterion, m.code, m.clock]
        };
        let matters = matters::open_of(&office, &unit).await?;
        let head = vec!["最后一天", "栏目（账号）或事项", "指标", "二级指标（事项编号）", "要做什么"];
        let rows = open.iter().map(row).chain(matters.into_iter().map(matter)).collect();
        return download::file(form, &Sheet { file: "calendar", title: "到期日历", head, rows });
    }
    let matters = matters::open_of(&office, &unit).await?;
    shown(&office, &viewer, (&open, matters), q.told.as_deref(), None)
}

fn shown(
    office: &Office,
    viewer: &Viewer,
    (open, matters): (&[Deadline], Vec<MatterRow>),
    told: Option<&str>,
    feed: Option<String>,
) -> Answer {
    let mut months: Vec<MonthView> = vec![];
    for j in open {
        let name = j.key.month().to_string();
        match months.last_mut() {
            Some(m) if m.name == name => m.due.push(due(office, j)),
            _ => months.push(MonthView { name, due: vec![due(office, j)] }),
        }
    }
    let frame = Frame::new(office, viewer, "到期日历", "/unit/calendar", told);
    page::html(&CalendarPage { frame, months, matters, feed })
}

/// Makes a new secret address; the one before is worth nothing any more.
pub(crate) async fn renew(State(office): State<Arc<Office>>, viewer: Viewer, headers: HeaderMap) -> Answer {
    let unit = viewer.bound().cloned().ok_or(Refused::Forbidden)?;
    let secret = password::token().map_err(|e| Refused::Failed(e.to_string()))?;
    office.store.set_feed(viewer.account.id, &password::fingerprint(&secret)).await?;
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    let scheme = if office.https { "https" } else { "http" };
    let address = format!("{scheme}://{host}/calendar/{secret}");
    let open = office.house.deadlines(&unit).await?;
    let matters = matters::open_of(&office, &unit).await?;
    let mut response = shown(&office, &viewer, (&open, matters), Some("feed"), Some(address))?;
    response.extensions_mut().insert(Told("更新日历订阅地址".to_owned()));
    Ok(response)
}

pub(crate) async fn feed(State(office): State<Arc<Office>>, Path(secret): Path<String>) -> Answer {
    let account = office.store.account_of_feed(&password::fingerprint(&secret)).await?.ok_or(Refused::NotFound)?;
    let unit = account.role.unit().cloned().ok_or(Refused::NotFound)?;
    let open = office.house.deadlines(&unit).await?;
    let matters = matters::open_of(&office, &unit).await?;
    let text = ical(&office, &office.unit_name(&unit), &open, &matters);
    let headers =
        [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, text).into_response())
}

/// RFC 5545: one whole-day event for each last day.
fn ical(office: &Office, name: &str, open: &[Deadline], matters: &[MatterRow]) -> String {
    let stamp = office.now().format("%Y%m%dT%H%M%SZ").to_string();
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//duban//calendar//ZH".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        format!("X-WR-CALNAME:{}", text(&format!("{name} 政务公开到期"))),
    ];
    for j in open {
        let d = due(office, j);
        let summary = format!("{} 须更新（{}）", d.channel, d.criterion);
        lines.extend(event(&stamp, &j.key.to_string(), d.last, &summary, &d.what));
    }
    for (m, last) in matters.iter().filter_map(|m| Some((m, m.due?))) {
        let key = format!("{}/{}/{}", m.criterion, m.unit_id, m.code);
        let summary = format!("{} 须办结（{} {}）", m.title, m.criterion, m.code);
        lines.extend(event(&stamp, &key, last, &summary, &m.clock));
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|l| folded(l)).collect()
}

fn event(stamp: &str, key: &str, last: Day, summary: &str, what: &str) -> [String; 9] {
    let next = model::calendar::shift(last, 1);
    [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@duban", text(key)),
        format!("DTSTAMP:{stamp}"),
        format!("DTSTART;VALUE=DATE:{}", last.format("%Y%m%d")),
        format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")),
        format!("SUMMARY:{}", text(summary)),
        format!("DESCRIPTION:{}", text(what)),
        "TRANSP:TRANSPARENT".to_owned(),
        "END:VEVENT".to_owned(),
    ]
}

fn text(plain: &str) -> String {
    plain.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n").replace('\r', "")
}

/// Lines longer than 75 octets go on in the next, which begins with a blank; no character is cut in two.
fn folded(line: &str) -> String {
    let (mut out, mut room) = (String::with_capacity(line.len() + 8), 75);
    for c in line.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = 74;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_end_its_line_and_long_lines_are_folded_between_characters() {
        assert_eq!(text("a,b;c\\d\r\nX"), "a\\,b\\;c\\\\d\\nX");
        let long = folded(&"教".repeat(60));
        assert!(long.split("\r\n").all(|l| l.len() <= 75));
        assert_eq!(long.replace("\r\n ", "").trim_end(), "教".repeat(60));
    }
}
