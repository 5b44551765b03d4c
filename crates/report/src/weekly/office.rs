//! The letter to the district's office: all units at a glance.

use std::collections::BTreeMap;

use askama::Template;
use model::{Points, UnitId};

use super::{Blindness, BreachLine, DueLine, Head, Letter, Place, Refused, UnitLetter, letter};
use crate::ReportError;
use crate::text::{Plain, pad, width};

/// What is due within so many days is listed for the office.
const SOON: i64 = 7;

/// Up to so many places are named for each reason of blindness; all of them stand in the units' letters.
const NAMED: usize = 12;

/// How well the monitor itself has seen in this week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Looks of the week.
    pub looks: u64,
    /// Those that were good.
    pub good: u64,
    /// Channels that are watched.
    pub channels: u64,
    /// Those that had at least one good look.
    pub seen: u64,
}

impl Coverage {
    /// `1234/1300（94.9%）`.
    fn share(part: u64, whole: u64) -> String {
        // In thousandths and rounded down, so that 100% is said only when nothing was missed.
        match (u128::from(part) * 1000).checked_div(u128::from(whole)) {
            Some(t) => format!("{part}/{whole}（{}.{}%）", t / 10, t % 10),
            None => "0/0".to_owned(),
        }
    }
    /// Good looks of all looks.
    #[must_use]
    pub fn of_looks(&self) -> String {
        Coverage::share(self.good, self.looks)
    }
    /// Channels seen of all channels.
    #[must_use]
    pub fn of_channels(&self) -> String {
        Coverage::share(self.seen, self.channels)
    }
}

/// What waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Suspicions that nobody has decided on: until somebody does, they cost nothing and are no entry.
    pub suspicions: usize,
    /// Appeals that nobody has decided on.
    pub appeals: usize,
}

/// One unit in the office's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Its name.
    pub name: Plain,
    /// New breaches.
    pub breaches: usize,
    /// What they cost.
    pub points: Points,
    /// Due soon.
    pub due: usize,
    /// Not to be judged.
    pub unknown: usize,
    /// Waived, declared empty, dismissed, taken back.
    pub spared: usize,
    /// All deductions of the year that stand in the ledger.
    pub deducted: Option<Points>,
}

/// All windows that could not be judged for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownGroup {
    /// The reason, whose matter it is, and what to do.
    pub why: Blindness,
    /// How many windows.
    pub count: usize,
    /// Where, the first few.
    pub places: Vec<Plain>,
    /// How many places more.
    pub more: usize,
}

/// Windows at one place that could not be judged for the same reason, as their number: the office is told how many and
/// where, and reads no window of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blind {
    /// The reason, whose matter it is, and what to do.
    pub why: Blindness,
    /// Where.
    pub place: Place,
    /// How many.
    pub count: usize,
}

/// The weekly letter to the district's office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeLetter {
    head: Head,
    coverage: Coverage,
    units: BTreeMap<UnitId, UnitLetter>,
    blind: BTreeMap<UnitId, Vec<Blind>>,
    trial: Option<Plain>,
    waiting: Waiting,
}

impl OfficeLetter {
    /// A letter about no unit yet.
    #[must_use]
    pub fn new(head: &Head, coverage: Coverage) -> OfficeLetter {
        OfficeLetter {
            head: head.clone(),
            coverage,
            units: BTreeMap::new(),
            blind: BTreeMap::new(),
            trial: None,
            waiting: Waiting::default(),
        }
    }

    /// 试运行: says what of the letter is on trial, so that nobody takes it for a charge.
    #[must_use]
    pub fn with_trial(mut self, what: &str) -> OfficeLetter {
        self.trial = Some(Plain::new(what));
        self
    }

    /// Says what waits for a person.
    #[must_use]
    pub fn with_waiting(mut self, waiting: Waiting) -> OfficeLetter {
        self.waiting = waiting;
        self
    }

    /// Takes up what a unit is told.
    ///
    /// # Errors
    /// When that unit is in already, or its letter is of another week.
    pub fn add(&mut self, letter: &UnitLetter) -> Result<(), Refused> {
        if letter.head() != &self.head {
            return Err(Refused::OtherWeek(letter.unit().clone()));
        }
        if self.units.contains_key(letter.unit()) {
            return Err(Refused::Twice(letter.unit().clone()));
        }
        self.units.insert(letter.unit().clone(), letter.clone());
        Ok(())
    }

    /// The same, and beside the letter's own lines what could not be judged of that unit, counted.
    ///
    /// # Errors
    /// When that unit is in already, or its letter is of another week.
    pub fn add_with(&mut self, letter: &UnitLetter, blind: Vec<Blind>) -> Result<(), Refused> {
        self.add(letter)?;
        self.blind.insert(letter.unit().clone(), blind);
        Ok(())
    }

    fn blind(&self, unit: &UnitId) -> &[Blind] {
        self.blind.get(unit).map_or(&[], Vec::as_slice)
    }

    /// Each unit, in the order of their ids.
    #[must_use]
    pub fn rows(&self) -> Vec<UnitRow> {
        self.units.values().map(|l| row(l, self.blind(l.unit()))).collect()
    }

    /// All units together.
    #[must_use]
    pub fn total(&self) -> UnitRow {
        let rows = self.rows();
        UnitRow {
            name: Plain::new("合计"),
            breaches: rows.iter().map(|r| r.breaches).sum(),
            points: rows.iter().map(|r| r.points).sum(),
            due: rows.iter().map(|r| r.due).sum(),
            unknown: rows.iter().map(|r| r.unknown).sum(),
            spared: rows.iter().map(|r| r.spared).sum(),
            deducted: rows.iter().any(|r| r.deducted.is_some()).then(|| rows.iter().filter_map(|r| r.deducted).sum()),
        }
    }

    /// New breaches of all units.
    #[must_use]
    pub fn breaches(&self) -> Vec<(&Plain, &BreachLine)> {
        self.each(UnitLetter::breaches)
    }

    /// What is due in the next seven days, the nearest first.
    #[must_use]
    pub fn due(&self) -> Vec<(&Plain, &DueLine)> {
        let mut due = self.each(UnitLetter::due);
        due.retain(|(_, l)| l.days_left <= SOON);
        due.sort_by_key(|(_, l)| l.by);
        due
    }

    /// What could not be judged, by reason, the commonest first.
    #[must_use]
    pub fn unknown(&self) -> Vec<UnknownGroup> {
        let mut groups: BTreeMap<&Blindness, (usize, Vec<Plain>)> = BTreeMap::new();
        let mut take = |unit: &Plain, why, place: &Place, count| {
            let (all, places) = groups.entry(why).or_default();
            *all += count;
            places.push(Plain::new(&format!("{unit}·{}", place.name)));
        };
        for letter in self.units.values() {
            let unit = letter.unit_name();
            letter.unknown().iter().for_each(|l| take(unit, &l.why, &l.place, 1));
            self.blind(letter.unit()).iter().for_each(|b| take(unit, &b.why, &b.place, b.count));
        }
        let mut groups: Vec<UnknownGroup> =
            groups.into_iter().map(|(why, (count, places))| group(why, count, places)).collect();
        groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.why.cmp(&b.why)));
        groups
    }

    fn each<T>(&self, lines: fn(&UnitLetter) -> &[T]) -> Vec<(&Plain, &T)> {
        self.units.values().flat_map(|u| lines(u).iter().map(move |l| (u.unit_name(), l))).collect()
    }

    /// The letter as it is sent.
    ///
    /// # Errors
    /// When a template fails.
    pub fn render(&self) -> Result<Letter, ReportError> {
        let view = View {
            head: &self.head,
            trial: self.trial.as_ref(),
            coverage: self.coverage,
            rows: self.rows(),
            total: self.total(),
            breaches: self.breaches(),
            due: self.due(),
            unknown: self.unknown(),
            waiting: self.waiting,
        };
        let subject = Subject { v: &view }.render()?;
        let text = Text { v: &view, table: table(&view) }.render()?;
        let html = Html { v: &view }.render()?;
        Ok(letter(&subject, &text, &html))
    }
}

fn row(letter: &UnitLetter, blind: &[Blind]) -> UnitRow {
    UnitRow {
        name: letter.unit_name().clone(),
        breaches: letter.breaches().len(),
        points: letter.points(),
        due: letter.due().len(),
        unknown: letter.unknown().len() + blind.iter().map(|b| b.count).sum::<usize>(),
        spared: letter.spared().len(),
        deducted: letter.standing().map(|s| s.deducted),
    }
}

fn group(why: &Blindness, count: usize, mut places: Vec<Plain>) -> UnknownGroup {
    places.sort();
    places.dedup();
    let more = places.len().saturating_sub(NAMED);
    places.truncate(NAMED);
    UnknownGroup { why: why.clone(), count, places, more }
}

/// What the three templates read.
struct View<'a> {
    head: &'a Head,
    trial: Option<&'a Plain>,
    coverage: Coverage,
    rows: Vec<UnitRow>,
    total: UnitRow,
    breaches: Vec<(&'a Plain, &'a BreachLine)>,
    due: Vec<(&'a Plain, &'a DueLine)>,
    unknown: Vec<UnknownGroup>,
    waiting: Waiting,
}

/// The units' table in plain text: columns line up in a fixed-width font, where a Chinese character is two wide.
fn table(view: &View<'_>) -> Vec<String> {
    let rows: Vec<&UnitRow> = view.rows.iter().chain(std::iter::once(&view.total)).collect();
    let name = rows.iter().map(|r| width(r.name.as_str())).max().unwrap_or(0).max(4) + 2;
    let head = ["新增问题", "分值", "即将到期", "无法判定", "不扣分", "本年累计扣分"];
    let line = |first: &str, cells: [String; 6]| {
        let cells: String = cells.iter().zip(head).map(|(c, h)| pad(c, width(h) + 2)).collect();
        format!("{}{}", pad(first, name), cells).trim_end().to_owned()
    };
    let mut lines = vec![line("单位", head.map(str::to_owned))];
    for r in rows {
        let deducted = r.deducted.map_or_else(|| "—".to_owned(), Points::signed);
        let n = |n: usize| n.to_string();
        lines.push(line(
            r.name.as_str(),
            [n(r.breaches), r.points.signed(), n(r.due), n(r.unknown), n(r.spared), deducted],
        ));
    }
    lines
}

#[derive(Template)]
#[template(path = "weekly_office/subject.txt")]
struct Subject<'a> {
    v: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "weekly_office/letter.txt")]
struct Text<'a> {
    v: &'a View<'a>,
    table: Vec<String>,
}

#[derive(Template)]
#[template(path = "weekly_office/letter.html")]
struct Html<'a> {
    v: &'a View<'a>,
}
