//! A person says that a suspicion is right: what it then becomes, whether it was said on the command line or through the
//! pages.

use model::{Day, Month};
use rules::Rule;
use rules::entries::{EntryDraft, FieldError, MatterDraft, check_entry, check_matter};
use store::{Becoming, MatterOpening, NewRegister, Suspicion, SuspicionFilter};

use crate::app::App;
use crate::{Usage, adoption};

/// What a person says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The day that the entry names, or on which the matter was due; empty: the one that was proposed.
    pub day: &'a str,
    /// What the entry says; without it what was suspected, without the doubt.
    pub description: Option<&'a str>,
    /// Who says it.
    pub who: &'a str,
    /// Why.
    pub why: &'a str,
    /// It counts although the same item was counted before.
    pub again: bool,
}

/// What it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// An entry of the register.
    Entry {
        /// Its number.
        number: i64,
        /// The month whose close posts it; none where the register has it already.
        posted: Option<Month>,
    },
    /// A matter.
    Matter {
        /// Its number.
        number: i64,
        /// Its code.
        code: String,
    },
}

/// Confirms a suspicion.
///
/// # Errors
/// When there is none of that number, what is said has mistakes, it was counted before, or the store fails.
pub async fn confirm(app: &App, id: i64, said: Said<'_>) -> anyhow::Result<Became> {
    let s = one(app, id).await?;
    // An article is credited once for a unit, by whichever way it came into the register: that is looked up there.
    if s.detector == adoption::DETECTOR && !said.again {
        let number = adoption::confirm(app, s.id, said.who, said.why).await?;
        return Ok(Became::Entry { number, posted: None });
    }
    let row = app
        .config
        .rulebook
        .criterion(&s.criterion)
        .ok_or_else(|| Usage(format!("现行规则中没有指标 {}，不能认定；不需要的请作不予认定", s.criterion)))?;
    if let Some(other) = app.store.counted_before(&s).await?.filter(|_| !said.again) {
        let text = format!(
            "疑点 {other} 已就同一信息按指标 {} 认定过；确需另计一次的，请注明「另计」（命令行 --again）",
            s.criterion
        );
        return Err(Usage(text).into());
    }
    let now = app.clock.now();
    app.register().await?;
    if matches!(row.rule, Rule::Duty { .. }) {
        let matter = matter(app, &s, said)?;
        let code = matter.code.to_string();
        let number = app.store.confirm_suspicion(s.id, &Becoming::Matter(matter), said.why, now).await?;
        return Ok(Became::Matter { number, code });
    }
    let entry = entry(app, &s, said)?;
    let posted = Some(Month::of(entry.day));
    let number = app.store.confirm_suspicion(s.id, &Becoming::Entry(entry), said.why, now).await?;
    Ok(Became::Entry { number, posted })
}

/// The suspicion of that number.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn one(app: &App, id: i64) -> anyhow::Result<Suspicion> {
    let filter = SuspicionFilter { id: Some(id), ..SuspicionFilter::default() };
    let found = app.store.suspicions(&filter).await?.pop();
    Ok(found.ok_or_else(|| Usage(format!("没有编号为 {id} 的疑点；请用 duban suspect list --state all 查看")))?)
}

/// What was suspected, once a person has said that it is so: without the doubt and without what was to be checked.
fn as_confirmed(summary: &str) -> String {
    summary.split('；').next().unwrap_or(summary).replace("疑似", "").replace("疑缺", "缺")
}

fn about(s: &Suspicion, said: Said<'_>) -> String {
    let about = said.description.map_or_else(|| format!("{}：{}", as_confirmed(&s.summary), s.title), str::to_owned);
    format!("{}（疑点{}）", about.chars().take(150).collect::<String>(), s.id)
}

fn day(s: &Suspicion, said: Said<'_>) -> String {
    if said.day.trim().is_empty() { s.day.to_string() } else { said.day.trim().to_owned() }
}

fn mistakes(all: Vec<FieldError>) -> Usage {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    Usage(format!("没有认定，请修改：{}", all.join("；")))
}

fn entry(app: &App, s: &Suspicion, said: Said<'_>) -> Result<NewRegister, Usage> {
    let draft = EntryDraft {
        criterion: s.criterion.to_string(),
        unit: s.unit.to_string(),
        day: day(s, said),
        description: about(s, said),
        by: said.who.to_owned(),
        has_evidence: s.evidence.is_some(),
        ..EntryDraft::default()
    };
    let new = check_entry(&app.desk(), &draft).map_err(mistakes)?;
    Ok(NewRegister {
        criterion: new.criterion,
        unit: new.unit,
        day: new.day,
        count: new.count,
        points: new.points,
        late: false,
        description: new.description,
        evidence: s.evidence.clone(),
        who: new.who,
    })
}

/// A row with a clock gets a matter that was due on that day; what it costs is for the judgement to say.
fn matter(app: &App, s: &Suspicion, said: Said<'_>) -> Result<MatterOpening, Usage> {
    let due = day(s, said);
    let opened = due.parse::<Day>().map_or_else(|_| String::new(), |d| Month::of(d).days().first.to_string());
    let draft = MatterDraft {
        criterion: s.criterion.to_string(),
        unit: s.unit.to_string(),
        code: format!("疑点{}", s.id),
        title: about(s, said),
        opened,
        due,
        document: String::new(),
        by: said.who.to_owned(),
    };
    let new = check_matter(&app.desk(), &draft).map_err(mistakes)?;
    Ok(MatterOpening {
        criterion: new.criterion,
        unit: new.unit,
        code: new.code,
        title: new.title,
        opened: new.opened,
        due: new.due,
        document: new.document,
        evidence: s.evidence.clone(),
        who: new.who,
    })
}
