//! What happened: entries, each counted once, never edited.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Multipart, Path, State};
use model::{Day, RegisterEntry};
use report::text::Plain;
use rules::entries::{EntryDraft, check_entry};
use store::{NewRegister, RegisterFilter};

use super::{Why, back, entered};
use crate::download::{self, Sheet};
use crate::handed_in::HandedIn;
use crate::house::Register;
use crate::office::Office;
use crate::page::{self, Answer};
use crate::refused::Refused;
use crate::session::Viewer;

pub(crate) struct EntryRow {
    pub(crate) id: i64,
    pub(crate) criterion: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) day: Day,
    pub(crate) count: u32,
    pub(crate) points: String,
    pub(crate) about: String,
    pub(crate) who: String,
    pub(crate) recorded: String,
    pub(crate) file: bool,
    /// Empty while it stands.
    pub(crate) gone: String,
}

/// The entries of a register in a year, the newest first.
pub(crate) async fn rows(office: &Office, kind: &Register, year: i32) -> Result<Vec<EntryRow>, Refused> {
    let day = |month, day| Day::from_ymd_opt(year, month, day);
    let filter = RegisterFilter { from: day(1, 1), to: day(12, 31), ..RegisterFilter::default() };
    let all = office.store.register(&filter).await?;
    let taken: HashMap<i64, &RegisterEntry> = all.iter().filter_map(|e| Some((e.cancels?, e))).collect();
    let mine = all.iter().filter(|e| e.cancels.is_none() && kind.rows.contains(&e.criterion));
    let row = |e: &RegisterEntry| EntryRow {
        id: e.id,
        criterion: e.criterion.to_string(),
        title: office.criterion_title(&e.criterion),
        unit: office.unit_name(&e.unit),
        day: e.day,
        count: e.count,
        points: e.points.map_or_else(String::new, |p| p.to_string()),
        about: Plain::short(&e.description, 200).to_string(),
        who: Plain::short(&e.who, 60).to_string(),
        recorded: office.zone.local(e.recorded_at),
        file: e.evidence.is_some(),
        gone: taken.get(&e.id).map_or_else(String::new, |by| {
            format!("{} 撤销（登记 {}）：{}", Plain::short(&by.who, 60), by.id, Plain::short(&by.description, 120))
        }),
    };
    let mut rows: Vec<EntryRow> = mine.map(row).collect();
    rows.sort_by_key(|r| std::cmp::Reverse((r.day, r.id)));
    Ok(rows)
}

pub(super) fn table(rows: &[EntryRow]) -> Sheet<'static> {
    Sheet::of(
        "register",
        "登记",
        rows,
        &[
            ("编号", |r| r.id.to_string()),
            ("指标", |r| r.criterion.clone()),
            ("二级指标", |r| r.title.clone()),
            ("单位", |r| r.unit.clone()),
            ("日期", |r| r.day.to_string()),
            ("次数", |r| r.count.to_string()),
            ("分值", |r| r.points.clone()),
            ("事由", |r| r.about.clone()),
            ("登记人", |r| r.who.clone()),
            ("登记时间", |r| r.recorded.clone()),
            ("撤销", |r| r.gone.clone()),
        ],
    )
}

pub(crate) async fn add(State(office): State<Arc<Office>>, viewer: Viewer, form: Multipart) -> Answer {
    let mut form = HandedIn::read(form).await?;
    let draft = EntryDraft {
        criterion: form.take("criterion"),
        unit: form.take("unit"),
        day: form.take("day"),
        count: form.take("count"),
        points: form.take("points"),
        description: form.take("description"),
        by: viewer.who(),
        has_evidence: form.file.is_some(),
    };
    let new = check_entry(&office.desk(), &draft).map_err(entered)?;
    office.sync().await?;
    let evidence = match &form.file {
        Some((_, bytes)) => Some(office.store.put_evidence(bytes).await?),
        None => None,
    };
    let new = NewRegister {
        criterion: new.criterion,
        unit: new.unit,
        day: new.day,
        count: new.count,
        points: new.points,
        late: false,
        description: new.description,
        evidence,
        who: new.who,
    };
    let (id, made) = office.store.add_register(&new, office.now()).await?;
    let to = back(&form.take("kind"));
    let what = format!("{}，{}，{}", new.unit, new.criterion, new.day);
    if made {
        page::done(&to, "entered", format!("登记 {id}（{what}）"))
    } else {
        page::done(&to, "known", format!("登记 {id} 已有（{what}），未重复登记"))
    }
}

pub(crate) async fn revoke(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    Form(why): Form<Why>,
) -> Answer {
    let by = office.store.cancel_register(id, &viewer.who(), why.reason.trim(), office.now()).await?;
    page::done(&back(&why.kind), "taken-back", format!("撤销登记 {id}（见登记 {by}）"))
}

/// The file that proves an entry: always saved by the browser, never shown.
pub(crate) async fn file(State(office): State<Arc<Office>>, Path(id): Path<i64>) -> Answer {
    let all = office.store.register(&RegisterFilter::default()).await?;
    let hash = all.into_iter().find(|e| e.id == id).and_then(|e| e.evidence).ok_or(Refused::NotFound)?;
    let bytes = office.store.evidence(&hash).await?.ok_or(Refused::NotFound)?;
    Ok(download::named(&format!("register-{id}"), ending(&bytes), "application/octet-stream", bytes))
}

/// What the bytes say that they are: the name of the file is not kept.
fn ending(bytes: &[u8]) -> &'static str {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => "pdf",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [0xff, 0xd8, 0xff, ..] => "jpg",
        [b'P', b'K', 3, 4, ..] if holds(bytes, b"word/") => "docx",
        [b'P', b'K', 3, 4, ..] if holds(bytes, b"xl/") => "xlsx",
        [b'P', b'K', 3, 4, ..] => "zip",
        _ => "bin",
    }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|w| w == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_get_the_ending_that_their_bytes_call_for() {
        assert_eq!(ending(b"%PDF-1.7"), "pdf");
        assert_eq!(ending(b"PK\x03\x04....word/document.xml"), "docx");
        assert_eq!(ending(b"PK\x03\x04....x"), "zip");
        assert_eq!(ending(b"<script>"), "bin");
    }
}
