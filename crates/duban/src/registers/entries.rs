//! What happened, a row each: which rows are new, which stand already, and which take the place of an earlier entry.

use std::collections::BTreeMap;

use model::{EvidenceHash, RegisterEntry};
use rules::entries::{Desk, EntryDraft, NewEntry, check_entry};
use sheets::{Address, Mistake, Table};
use store::{Change, NewRegister};

use super::columns::{ANOTHER, ENTRIES, NUMBER, REASON, TAKE_BACK};
use super::evidence::Files;
use super::reading::Line;

/// A row, valid in itself.
struct Row {
    at: Address,
    number_at: Address,
    id: Option<i64>,
    entry: NewRegister,
    another: bool,
    take_back: bool,
    reason: String,
    reason_at: Address,
}

/// What a row comes to.
pub(crate) enum Step {
    /// Something is written.
    Do(Change),
    /// It stands already under this number.
    Known(i64),
    /// It was taken back, under this number, and is not entered again.
    Gone(i64),
}

/// What the rows of all tables come to, or everything that is wrong with them.
pub(crate) struct Plan<'a> {
    desk: Desk<'a>,
    standing: Vec<&'a RegisterEntry>,
    /// Entries that were taken back, with the entry that says so.
    gone: BTreeMap<i64, &'a RegisterEntry>,
    all: &'a [RegisterEntry],
    by: &'a str,
    file: &'a str,
    rows: Vec<Row>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(desk: Desk<'a>, all: &'a [RegisterEntry], file: &'a str, by: &'a str) -> Plan<'a> {
        let gone: BTreeMap<i64, &RegisterEntry> = all.iter().filter_map(|e| Some((e.cancels?, e))).collect();
        let standing = all.iter().filter(|e| e.cancels.is_none() && !gone.contains_key(&e.id)).collect();
        Plan { desk, standing, gone, all, by, file, rows: Vec::new() }
    }

    /// Reads a table.
    pub(crate) fn read(&mut self, table: &Table<'_>, files: &mut Files<'_>, mistakes: &mut Vec<Mistake>) {
        for record in &table.records {
            let line = Line { table, record };
            let faults = line.faults(&ENTRIES);
            let before = mistakes.len();
            let id = line.number(mistakes);
            let another = line.yes(ANOTHER, mistakes);
            let take_back = line.yes(TAKE_BACK, mistakes);
            let evidence = files.named(&line.cell("佐证文件"), mistakes);
            // A row that changes nothing about the file of an earlier entry need not name it again.
            let has_evidence = evidence.is_some() || !line.cell("佐证文件").is_empty() || self.has_file(id);
            let by = line.draft("登记人");
            let draft = EntryDraft {
                criterion: line.draft("指标"),
                unit: line.draft("单位"),
                day: line.draft("日期"),
                count: line.draft("次数"),
                points: line.draft("分值"),
                description: line.draft("事由"),
                by: if by.is_empty() { self.by.to_owned() } else { by },
                has_evidence,
            };
            let checked = check_entry(&self.desk, &draft).map_err(|e| mistakes.extend(line.place(e, &faults)));
            mistakes.extend(faults);
            if let Ok(entry) = checked
                && mistakes.len() == before
            {
                self.rows.push(Row {
                    at: record.at(),
                    number_at: line.at(NUMBER),
                    id,
                    entry: registered(entry, evidence),
                    another,
                    take_back,
                    reason: line.cell(REASON).text(),
                    reason_at: line.at(REASON),
                });
            }
        }
    }

    fn has_file(&self, id: Option<i64>) -> bool {
        id.is_some_and(|id| self.all.iter().any(|e| e.id == id && e.evidence.is_some()))
    }

    /// What each row comes to, with the cell at which it begins.
    pub(crate) fn steps(&self, mistakes: &mut Vec<Mistake>) -> Vec<(Address, Step)> {
        self.doubles(mistakes);
        // Entries that the sheet shows as they stand: another row of that unit and day is then plainly another matter.
        let shown: Vec<i64> =
            self.rows.iter().filter_map(|r| r.id.or_else(|| self.same(&r.entry).map(|e| e.id))).collect();
        let mut steps = Vec::new();
        for row in &self.rows {
            match self.step(row, &shown) {
                Ok(step) => steps.push((row.at.clone(), step)),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        steps
    }

    /// Two rows that say the same, or name the same number.
    fn doubles(&self, mistakes: &mut Vec<Mistake>) {
        for (n, row) in self.rows.iter().enumerate() {
            let before = &self.rows[..n];
            if let Some(first) = before.iter().find(|r| row.id.is_some() && r.id == row.id) {
                mistakes.push(Mistake::at(&row.number_at, format!("与 {} 用了同一个登记编号", first.number_at)));
            } else if let Some(first) = before.iter().find(|r| says_the_same(&r.entry, &row.entry)) {
                let text = format!(
                    "与 {} 一行内容完全相同：同一件事只写一行，多次发生请填「次数」或在「事由」中写明区别",
                    first.at
                );
                mistakes.push(Mistake::at(&row.at, text));
            }
        }
    }

    fn same(&self, entry: &NewRegister) -> Option<&'a RegisterEntry> {
        self.standing.iter().find(|e| is_said_by(e, entry)).copied()
    }

    fn step(&self, row: &Row, shown: &[i64]) -> Result<Step, Mistake> {
        match row.id {
            Some(id) => self.numbered(row, id),
            None if row.take_back => {
                Err(Mistake::at(&row.number_at, format!("要撤销的登记请填「{NUMBER}」（见导出的登记表）")))
            }
            None => self.unnumbered(row, shown),
        }
    }

    fn numbered(&self, row: &Row, id: i64) -> Result<Step, Mistake> {
        let no = |text: String| Err(Mistake::at(&row.number_at, text));
        let Some(old) = self.all.iter().find(|e| e.id == id) else {
            return no(format!("没有编号为 {id} 的登记；新登记请留空"));
        };
        if old.cancels.is_some() {
            return no(format!("登记 {id} 本身是撤销记录，不能更正"));
        }
        if self.gone.contains_key(&id) {
            return match self.same(&row.entry) {
                Some(other) if !row.take_back => Ok(Step::Known(other.id)),
                _ if row.take_back || is_said_by(old, &row.entry) => Ok(Step::Gone(id)),
                _ => no(format!("登记 {id} 已撤销或更正过，不能再更正：请填现在有效的编号（见导出的登记表）")),
            };
        }
        if old.criterion != row.entry.criterion || old.unit != row.entry.unit {
            return no(format!(
                "登记 {id} 是 {} 的 {}，与本行的单位或指标不同：编号可能填错；如确要改单位或指标，请先撤销原登记再另行登记",
                old.unit, old.criterion
            ));
        }
        if row.take_back {
            if !is_said_by(old, &row.entry) {
                return no(format!("本行内容与登记 {id} 不同，为免误撤，请按导出的内容填写后再撤销"));
            }
            if row.reason.is_empty() {
                return Err(Mistake::at(&row.reason_at, format!("撤销登记 {id} 请在「{REASON}」写明理由")));
            }
            let (who, reason) = (row.entry.who.clone(), row.reason.clone());
            return Ok(Step::Do(Change::TakeBack { id, who, reason }));
        }
        if is_said_by(old, &row.entry) {
            return Ok(self.kept(row, old));
        }
        Ok(Step::Do(self.replace(row, old)))
    }

    fn unnumbered(&self, row: &Row, shown: &[i64]) -> Result<Step, Mistake> {
        if let Some(old) = self.same(&row.entry) {
            return Ok(self.kept(row, old));
        }
        if row.another {
            return Ok(Step::Do(Change::Make(row.entry.clone())));
        }
        if let Some(id) = self.gone.keys().find(|id| self.all.iter().any(|e| e.id == **id && is_said_by(e, &row.entry)))
        {
            return Ok(Step::Gone(*id));
        }
        let near = self.standing.iter().find(|e| {
            e.criterion == row.entry.criterion
                && e.unit == row.entry.unit
                && e.day == row.entry.day
                && !shown.contains(&e.id)
        });
        match near {
            None => Ok(Step::Do(Change::Make(row.entry.clone()))),
            Some(old) => Err(Mistake::at(
                &row.number_at,
                format!(
                    "该单位该指标在{}已有登记 {}（{}），与本行不同：如是更正请在「{NUMBER}」填 {}，如是另一件请在「{ANOTHER}」填「是」",
                    old.day, old.id, old.description, old.id
                ),
            )),
        }
    }

    /// It stands as it is, unless the row brings a file that the entry did not have.
    fn kept(&self, row: &Row, old: &RegisterEntry) -> Step {
        match &row.entry.evidence {
            Some(file) if old.evidence.as_ref() != Some(file) => Step::Do(self.replace(row, old)),
            _ => Step::Known(old.id),
        }
    }

    fn replace(&self, row: &Row, old: &RegisterEntry) -> Change {
        let reason = if row.reason.is_empty() { "按登记表更正" } else { &row.reason };
        let evidence = row.entry.evidence.clone().or_else(|| old.evidence.clone());
        let by = NewRegister { evidence, ..row.entry.clone() };
        Change::Replace { id: old.id, by, reason: format!("更正（{}{}）：{reason}", self.file, row.at) }
    }
}

fn registered(entry: NewEntry, evidence: Option<EvidenceHash>) -> NewRegister {
    NewRegister {
        criterion: entry.criterion,
        unit: entry.unit,
        day: entry.day,
        count: entry.count,
        points: entry.points,
        late: false,
        description: entry.description,
        evidence,
        who: entry.who,
    }
}

/// Do the two say the same? Who typed it and which file proves it does not matter.
fn says_the_same(a: &NewRegister, b: &NewRegister) -> bool {
    (&a.criterion, &a.unit, a.day, a.count, a.points, &a.description)
        == (&b.criterion, &b.unit, b.day, b.count, b.points, &b.description)
}

fn is_said_by(e: &RegisterEntry, new: &NewRegister) -> bool {
    (&e.criterion, &e.unit, e.day, e.count, e.points, &e.description)
        == (&new.criterion, &new.unit, new.day, new.count, new.points, &new.description)
        && !e.late
}
