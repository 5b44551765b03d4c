//! 登记簿: what no crawler sees. What happened, what is due, and the statements that a register is complete.

pub(crate) mod entries;
pub(crate) mod matters;
pub(crate) mod sheets;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use chrono::Datelike as _;
use model::Day;
use rules::entries::FieldError;
use serde::Deserialize;

use crate::download::{self, Sheet};
use crate::house::{Keeps, Register};
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame, encoded};
use crate::pager::Pager;
use crate::refused::Refused;
use crate::session::Viewer;
use entries::EntryRow;
use matters::{MatterRow, StatementRow};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    kind: Option<String>,
    year: Option<i32>,
    /// `1`: matters that are done as well.
    all: Option<String>,
    /// For which matter a step is to be entered.
    criterion: Option<String>,
    unit: Option<String>,
    code: Option<String>,
    page: Option<u32>,
    told: Option<String>,
    r#as: Option<String>,
}

#[derive(Template)]
#[template(path = "registers.html")]
struct RegistersPage {
    frame: Frame,
    /// The registers: word, name, is it shown.
    kinds: Vec<(String, String, bool)>,
    kind: Register,
    units: Vec<Choice>,
    criteria: Vec<Choice>,
    today: Day,
    year: i32,
    years: Vec<Choice>,
    all: bool,
    code: String,
    entries: Vec<EntryRow>,
    matters: Vec<MatterRow>,
    pager: Pager,
    statements: Vec<StatementRow>,
}

impl RegistersPage {
    fn dated(&self) -> bool {
        matches!(self.kind.keeps, Keeps::Matters | Keeps::Recurring)
    }

    fn opens(&self) -> bool {
        self.kind.keeps == Keeps::Matters
    }

    fn scored(&self) -> bool {
        self.kind.keeps == Keeps::Scores
    }
}

/// Matters on a page.
const MATTERS: u32 = 100;

/// Years to choose from: this one and those before it.
const YEARS: i32 = 4;

pub(crate) async fn show(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let mut registers = office.house.registers();
    let at = registers.iter().position(|r| Some(&r.word) == q.kind.as_ref()).unwrap_or(0);
    let kinds = registers.iter().enumerate().map(|(i, r)| (r.word.clone(), r.title.clone(), i == at)).collect();
    if registers.is_empty() {
        return Err(Refused::Conflict("考核细则中没有需要人工登记的指标。".to_owned()));
    }
    let kind = registers.swap_remove(at);
    let today = office.today();
    let year = q.year.unwrap_or_else(|| today.year());
    let all = q.all.as_deref() == Some("1");
    let (mut entries, mut matters, mut statements) = (vec![], vec![], vec![]);
    if matches!(kind.keeps, Keeps::Matters | Keeps::Recurring) {
        matters = matters::rows(&office, &kind, all).await?;
        statements = matters::statements(&office, &kind).await?;
    } else {
        entries = entries::rows(&office, &kind, year).await?;
    }
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        let dated = matches!(kind.keeps, Keeps::Matters | Keeps::Recurring);
        let sheet: Sheet<'static> = if dated { matters::table(&matters) } else { entries::table(&entries) };
        return download::file(form, &sheet);
    }
    let base = format!("/registers?kind={}&all={}", encoded(&kind.word), u8::from(all));
    let pager = Pager::new(&base, q.page, matters.len() as u64, MATTERS);
    let matters = matters.into_iter().skip(pager.skip as usize).take(MATTERS as usize).collect();
    let criteria = kind.rows.iter().map(|c| (c, format!("{c} {}", office.criterion_title(c))));
    page::html(&RegistersPage {
        frame: Frame::new(&office, &viewer, &format!("登记：{}", kind.title), "/registers", q.told.as_deref()),
        kinds,
        units: choices(office.units.iter().map(|u| (&u.id, &u.name)), q.unit.as_deref()),
        criteria: choices(criteria, q.criterion.as_deref()),
        years: choices(
            (0..YEARS).map(|n| (today.year() - n, format!("{} 年", today.year() - n))),
            Some(&year.to_string()),
        ),
        kind,
        today,
        year,
        all,
        code: q.code.unwrap_or_default(),
        entries,
        matters,
        pager,
        statements,
    })
}

/// Why something is taken back, and the register that the form stood on.
#[derive(Debug, Deserialize)]
pub(crate) struct Why {
    kind: String,
    reason: String,
}

/// All mistakes of what was entered, in one answer.
fn entered(mistakes: Vec<FieldError>) -> Refused {
    let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    Refused::Entered(format!("没有登记。请返回修改：{}", all.join("；")))
}

/// Back to the register that the form stood on.
fn back(kind: &str) -> String {
    format!("/registers?kind={}", encoded(kind))
}
