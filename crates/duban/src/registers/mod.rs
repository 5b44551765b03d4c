//! Registers by sheets: what people fill in, checked as a whole, entered as a whole, and written out in the same form.
//!
//! A sheet never edits. A row that stands already changes nothing; a row with the number of an earlier entry and other
//! content becomes a later entry that names it.

mod columns;
mod entries;
mod evidence;
pub mod forms;
pub mod kind;
mod matters;
mod reading;

use std::path::Path;

use model::EvidenceHash;
use rules::matters::{Run, run as run_clock};
use sheets::{Limits, Mistake};
use store::{Change, Changed, NewImport, RegisterFilter};

use crate::app::App;
use entries::{Plan, Step};
pub use evidence::Beside;
use evidence::Files;
use kind::Shape;
use matters::Matters;

/// A sheet as it was handed in.
#[derive(Debug, Clone, Copy)]
pub struct Handed<'a> {
    /// The name of its file.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The files that its rows may name.
    pub beside: Beside<'a>,
    /// Who hands it in, for rows that name nobody.
    pub by: &'a str,
}

/// What a sheet came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Each row: the cell at which it begins, what became of it, and the number that it has now.
    pub rows: Vec<(String, Became)>,
    /// What should be known of the file beside its rows.
    pub notes: Vec<String>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// A new entry.
    Made(i64),
    /// Recognised: it stands already.
    Known(i64),
    /// Recognised: it was taken back, and is not entered again.
    Gone(i64),
    /// It takes the place of an earlier entry.
    Replaced {
        /// The earlier one.
        old: i64,
        /// What stands now.
        new: i64,
    },
    /// An entry was taken back.
    TakenBack(i64),
}

impl Became {
    /// The word of programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Became::Made(_) => "made",
            Became::Known(_) => "known",
            Became::Gone(_) => "gone",
            Became::Replaced { .. } => "replaced",
            Became::TakenBack(_) => "taken-back",
        }
    }

    /// Is something written for it?
    #[must_use]
    pub fn changes(self) -> bool {
        !matches!(self, Became::Known(_) | Became::Gone(_))
    }

    /// What a clerk reads.
    #[must_use]
    pub fn said(self) -> String {
        match self {
            Became::Made(id) => format!("新登记 {id}"),
            Became::Known(id) => format!("已有登记 {id}，未重复登记"),
            Became::Gone(id) => format!("与已撤销的登记 {id} 相同，未再登记；如确要恢复请在「另计」填「是」"),
            Became::Replaced { old, new } => format!("登记 {new} 更正登记 {old}"),
            Became::TakenBack(id) => format!("已撤销（见登记 {id}）"),
        }
    }
}

/// Checks a sheet and enters it as a whole; with `dry`, only says what would come of it.
///
/// # Errors
/// When the store fails. What is wrong with the sheet is the inner error: every mistake at once, and nothing entered.
pub async fn import(app: &App, handed: &Handed<'_>, dry: bool) -> anyhow::Result<Result<Outcome, Vec<Mistake>>> {
    let stem = Path::new(handed.name).file_stem().and_then(|s| s.to_str()).unwrap_or(handed.name);
    let book = match sheets::read(stem, handed.bytes, &Limits::default()) {
        Ok(book) => book,
        Err(e) => return Ok(Err(vec![Mistake { at: None, message: format!("{}：{e}", handed.name) }])),
    };
    let found = reading::tables(&book);
    let (mut mistakes, mut outcome) = (found.mistakes, Outcome { notes: found.notes, ..Outcome::default() });
    let register = app.store.register(&RegisterFilter::default()).await?;
    let mut files = Files::beside(handed.beside);
    let mut plan = Plan::new(app.desk(), &register, handed.name, handed.by);
    let (all, complete) = (app.store.matters().await?, app.store.completeness().await?);
    let mut due = Matters::new(app.desk(), (&all, &complete), app.clock.now(), handed.name, handed.by);
    for (shape, table) in &found.tables {
        outcome.notes.extend(reading::formulas(table));
        if !table.examples.is_empty() {
            outcome.notes.push(format!("{}个标明「示例」的行未导入", table.examples.len()));
        }
        match shape {
            Shape::Entries => plan.read(table, &mut files, &mut mistakes),
            Shape::Matters => due.read(table, &mut files, &mut mistakes),
        }
    }
    for (cell, hash) in std::mem::take(&mut files.kept) {
        if !files.bytes.contains_key(&hash) && app.store.evidence(&hash).await?.is_none() {
            mistakes.push(Mistake::at(&cell.at, "没有这一指纹的存证：请改写文件名，或留空".to_owned()));
        }
    }
    let mut steps = plan.steps(&mut mistakes);
    steps.extend(due.steps(&mut mistakes));
    if !mistakes.is_empty() {
        mistakes.sort();
        mistakes.dedup();
        return Ok(Err(mistakes));
    }
    enter(app, handed, steps, &files.bytes, dry, &mut outcome).await?;
    Ok(Ok(outcome))
}

/// Writes what is to be written, all in one.
async fn enter(
    app: &App,
    handed: &Handed<'_>,
    steps: Vec<(sheets::Address, Step)>,
    files: &std::collections::BTreeMap<EvidenceHash, Vec<u8>>,
    dry: bool,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let (mut changes, mut places) = (Vec::new(), Vec::new());
    for (at, step) in steps {
        let became = match step {
            Step::Known(id) => Became::Known(id),
            Step::Gone(id) => Became::Gone(id),
            Step::Do(change) => {
                places.push(outcome.rows.len());
                let became = expected(&change);
                changes.push((at.to_string(), change));
                became
            }
        };
        outcome.rows.push((at.to_string(), became));
    }
    if dry || changes.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    app.register().await?;
    let new = NewImport {
        file_name: handed.name.to_owned(),
        sheet: handed.bytes.to_vec(),
        files: files.values().cloned().collect(),
        who: handed.by.to_owned(),
        changes,
    };
    let changed = app.store.import(&new, now).await?;
    // One row may open a matter and say what happened to it, so that places are counted and not compared.
    for (place, changed) in places.into_iter().zip(changed) {
        outcome.rows[place].1 = match changed {
            Changed::Made(id) => Became::Made(id),
            Changed::Known(id) => Became::Known(id),
            Changed::Replaced { old, new } => Became::Replaced { old, new },
            Changed::TakenBack(id) => Became::TakenBack(id),
        };
    }
    Ok(())
}

/// What a change would become, where it is only tried: it has no number yet.
fn expected(change: &Change) -> Became {
    match change {
        Change::Make(_) => Became::Made(0),
        Change::Replace { id, .. } => Became::Replaced { old: *id, new: 0 },
        Change::TakeBack { id, .. } => Became::TakenBack(*id),
        Change::Matter(_) | Change::Complete(_) => Became::Made(0),
        Change::Event(new) => match (new.corrects, new.step) {
            (Some(old), model::MatterStep::Struck) => Became::TakenBack(old),
            (Some(old), _) => Became::Replaced { old, new: 0 },
            (None, _) => Became::Made(0),
        },
    }
}

/// The due day, and how it was reached or why it is not known.
#[must_use]
pub fn clock(app: &App, matter: &model::Matter) -> (Option<model::Day>, String) {
    let Some(clock) = app.config.rulebook.criterion(&matter.criterion).and_then(|row| row.clock) else {
        return (None, "现行考核细则中该指标没有期限".to_owned());
    };
    match run_clock(&clock, matter, &matter.standing(app.clock.now()), &app.config.workdays) {
        Run::Due(d) => (Some(d.due), format!("期限：{}（{}）", d.due, d.steps.join("，"))),
        Run::Paused { since } => (None, format!("自{since}起中止计时")),
        Run::Unknown { missing, known } => (None, format!("期限在{known}或以后，{missing}")),
        Run::Undated => (None, "没有截止日期".to_owned()),
    }
}
