//! Registers and their sheets, for the pages.

use clap::ValueEnum as _;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use model::{Day, Matter};
use rules::Due;
use store::RegisterFilter;
use web::{Confirmed, Handed, Imported, Keeps, Register, Registers, Trouble, WrongCell};

use super::{Behind, trouble};
use crate::registers::Beside;
use crate::registers::forms::{self, Office};
use crate::registers::kind::{Kind, Shape};
use crate::suspect::{self, Became, Said};

/// The word of a register in addresses: the same as on the command line.
fn word(kind: Kind) -> String {
    kind.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned())
}

fn keeps(kind: Kind, rows: &[&rules::Criterion]) -> Keeps {
    let recurring = |c: &&rules::Criterion| matches!(c.clock(), Some(Due::Monthly { .. } | Due::Yearly { .. }));
    match kind.shape() {
        Shape::Entries if kind == Kind::External => Keeps::Scores,
        Shape::Entries => Keeps::Entries,
        Shape::Matters if rows.iter().all(recurring) => Keeps::Recurring,
        Shape::Matters => Keeps::Matters,
    }
}

impl Registers for Behind {
    fn registers(&self) -> Vec<Register> {
        let register = |kind: Kind| {
            let rows = kind.rows(&self.0.config.rulebook);
            let ids = rows.iter().map(|c| c.id.clone()).collect();
            let some = !rows.is_empty();
            some.then(|| Register {
                word: word(kind),
                title: kind.title().to_owned(),
                keeps: keeps(kind, &rows),
                rows: ids,
            })
        };
        Kind::ALL.into_iter().filter_map(register).collect()
    }

    fn sheet<'a>(&'a self, which: &'a str, filled: bool) -> BoxFuture<'a, Result<Vec<u8>, Trouble>> {
        async move { sheet(self, which, filled).await.map_err(trouble) }.boxed()
    }

    fn import<'a>(&'a self, handed: Handed<'a>) -> BoxFuture<'a, Result<Result<Imported, Vec<WrongCell>>, Trouble>> {
        async move { import(self, handed).await.map_err(trouble) }.boxed()
    }

    fn confirm_suspicion<'a>(&'a self, c: Confirmed<'a>) -> BoxFuture<'a, Result<String, Trouble>> {
        let said = Said { day: c.day, description: None, who: c.who, why: c.why, again: c.again };
        async move {
            Ok(match suspect::confirm(&self.0, c.id, said).await.map_err(trouble)? {
                Became::Entry { number, .. } => format!("登记 {number}"),
                Became::Matter { number, .. } => format!("事项 {number}"),
            })
        }
        .boxed()
    }

    fn clock(&self, matter: &Matter) -> (Option<Day>, String) {
        crate::registers::clock(&self.0, matter)
    }
}

async fn sheet(behind: &Behind, which: &str, filled: bool) -> anyhow::Result<Vec<u8>> {
    let app = &behind.0;
    let kind = Kind::from_str(which, false).map_err(|_| anyhow::anyhow!("没有登记簿「{which}」"))?;
    let office = Office { book: &app.config.rulebook, units: &app.config.units };
    let now = app.clock.now();
    let form = if filled {
        let (all, matters) = (app.store.register(&RegisterFilter::default()).await?, app.store.matters().await?);
        forms::filled(office, kind, &all, &matters, now)
    } else {
        forms::template(office, kind, app.zone().day(now))
    };
    let about = forms::about(&app.config.district.name, kind.title(), now);
    Ok(sheets::write::xlsx(&[form], &about)?)
}

async fn import(behind: &Behind, handed: Handed<'_>) -> anyhow::Result<Result<Imported, Vec<WrongCell>>> {
    let beside = Beside::Handed(handed.files);
    let sheet = crate::registers::Handed { name: handed.name, bytes: handed.bytes, beside, by: handed.by };
    Ok(match crate::registers::import(&behind.0, &sheet, handed.check).await? {
        Ok(outcome) => Ok(Imported {
            changed: outcome.rows.iter().filter(|(_, became)| became.changes()).count(),
            rows: outcome.rows.into_iter().map(|(cell, b)| (cell, told(b, handed.check))).collect(),
            notes: outcome.notes,
        }),
        Err(mistakes) => {
            let wrong = mistakes
                .into_iter()
                .map(|m| WrongCell { cell: m.at.map_or_else(String::new, |at| at.to_string()), says: m.message });
            Err(wrong.collect())
        }
    })
}

/// A row that was only tried has no number yet.
fn told(became: crate::registers::Became, tried: bool) -> String {
    use crate::registers::Became;
    match became {
        Became::Made(_) if tried => "将新登记".to_owned(),
        Became::Replaced { old, .. } if tried => format!("将更正登记 {old}"),
        Became::TakenBack(id) if tried => format!("将撤销登记 {id}"),
        other => other.said(),
    }
}
