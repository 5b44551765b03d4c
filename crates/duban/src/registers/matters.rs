//! What is due, a row for each step of its life: matters that are opened, what happened to them, and the word that a
//! register is complete.

use model::{Completeness, CriterionId, EvidenceHash, Matter, MatterCode, MatterEntry, MatterStep, Moment, UnitId};
use rules::Due;
use rules::entries::{
    CompletenessDraft, Desk, Field, MatterDraft, NewMatter, NewStep, StepDraft, check_completeness, check_matter,
    check_step,
};
use sheets::{Address, Cell, Mistake, Table};
use store::{Change, CompletenessStated, MatterEvent, MatterOpening};

use super::columns::{ANOTHER, COMPLETE, COMPLETE_ROWS, COMPLETE_UNIT, MATTERS, NUMBER, REASON, TAKE_BACK};
use super::entries::Step;
use super::evidence::Files;
use super::reading::Line;

/// A row, valid in itself.
struct Row {
    at: Address,
    number_at: Address,
    code_at: Address,
    reason_at: Address,
    opening: Option<NewMatter>,
    step: Option<NewStep>,
    evidence: Option<EvidenceHash>,
    id: Option<i64>,
    another: bool,
    take_back: bool,
    reason: String,
}

impl Row {
    fn key(&self) -> Option<(&CriterionId, &UnitId, &MatterCode)> {
        let opened = self.opening.as_ref().map(|m| (&m.criterion, &m.unit, &m.code));
        opened.or_else(|| self.step.as_ref().map(|s| (&s.criterion, &s.unit, &s.code)))
    }
}

/// What the rows of all tables of matters come to.
pub(crate) struct Matters<'a> {
    desk: Desk<'a>,
    all: &'a [Matter],
    complete: &'a [Completeness],
    now: Moment,
    by: &'a str,
    file: &'a str,
    rows: Vec<Row>,
    stated: Vec<(Address, Step)>,
}

impl<'a> Matters<'a> {
    pub(crate) fn new(
        desk: Desk<'a>,
        (all, complete): (&'a [Matter], &'a [Completeness]),
        now: Moment,
        file: &'a str,
        by: &'a str,
    ) -> Matters<'a> {
        Matters { desk, all, complete, now, by, file, rows: Vec::new(), stated: Vec::new() }
    }

    /// Reads a table and what is stated above it.
    pub(crate) fn read(&mut self, table: &Table<'_>, files: &mut Files<'_>, mistakes: &mut Vec<Mistake>) {
        self.statement(table, mistakes);
        for record in &table.records {
            let line = Line { table, record };
            let faults = line.faults(&MATTERS);
            let before = mistakes.len();
            let id = line.number(mistakes);
            let another = line.yes(ANOTHER, mistakes);
            let take_back = line.yes(TAKE_BACK, mistakes);
            let evidence = files.named(&line.cell("佐证文件"), mistakes);
            let by = Some(line.draft("登记人")).filter(|b| !b.is_empty()).unwrap_or_else(|| self.by.to_owned());
            let opening = self.opening(&line, &by).transpose();
            let opening = opening.map_err(|e| mistakes.extend(line.place(e, &faults))).ok().flatten();
            let happened = ["办理环节", "日期", "延期至", "工作日数"].iter().any(|c| !line.cell(c).is_empty());
            let step = happened.then(|| check_step(&self.desk, &step_draft(&line, &by))).transpose();
            let step = step.map_err(|e| mistakes.extend(line.place(e, &faults))).ok().flatten();
            let broken = !faults.is_empty();
            mistakes.extend(faults);
            if mistakes.len() > before || broken {
                continue;
            }
            if opening.is_none() && step.is_none() {
                let text =
                    "本行既没有事项名称，也没有办理环节：新事项请填事项名称和起始日期，办理情况请填办理环节和日期";
                mistakes.push(Mistake::at(&line.at("事项编号"), text));
                continue;
            }
            self.rows.push(Row {
                at: record.at(),
                number_at: line.at(NUMBER),
                code_at: line.at("事项编号"),
                reason_at: line.at(REASON),
                opening,
                step,
                evidence,
                id,
                another,
                take_back,
                reason: line.cell(REASON).text(),
            });
        }
    }

    /// The matter that a row opens, where it says what it is. Those of each month and year are there by themselves.
    fn opening(&self, line: &Line<'_, '_>, by: &str) -> Option<Result<NewMatter, Vec<rules::entries::FieldError>>> {
        let draft = MatterDraft {
            criterion: line.draft("指标"),
            unit: line.draft("单位"),
            code: line.draft("事项编号"),
            title: line.draft("事项名称"),
            opened: line.draft("起始日期"),
            due: line.draft("截止日期"),
            document: line.draft("文号"),
            by: by.to_owned(),
        };
        let row = self.desk.rulebook.criteria.iter().find(|c| c.id.as_str() == draft.criterion);
        let implied = row.is_some_and(|r| matches!(r.clock(), Some(Due::Monthly { .. } | Due::Yearly { .. })));
        let named = !draft.title.is_empty() || !draft.opened.is_empty() || !draft.due.is_empty();
        (named && !implied).then(|| check_matter(&self.desk, &draft))
    }

    /// 本登记截至: the statement above the table, for each row of the scoring table that it names.
    fn statement(&mut self, table: &Table<'_>, mistakes: &mut Vec<Mistake>) {
        let Some(through) = table.above(COMPLETE).filter(|c| !c.is_empty()) else { return };
        let rows = table.above(COMPLETE_ROWS).filter(|c| !c.is_empty());
        let unit = table.above(COMPLETE_UNIT).filter(|c| !c.is_empty());
        let Some(rows) = rows else {
            let text = format!("请在「{COMPLETE_ROWS}」写明是哪些指标的登记到这一天为止齐全");
            return mistakes.push(Mistake::at(&through.at, text));
        };
        let text = sheets::text::half_width(&rows.text());
        for id in text.split(|c: char| c.is_whitespace() || "、,;，；".contains(c)).filter(|id| !id.is_empty()) {
            let draft = CompletenessDraft {
                criterion: id.to_owned(),
                unit: unit.as_ref().map(Cell::text).unwrap_or_default(),
                through: through.day().map_or_else(|| through.text(), |d| d.to_string()),
                note: format!("登记表 {}", self.file),
                by: self.by.to_owned(),
            };
            match check_completeness(&self.desk, &draft) {
                Err(errors) => mistakes.extend(errors.into_iter().map(|e| {
                    let cell = match e.field {
                        Field::Unit => unit.as_ref().unwrap_or(&through),
                        Field::Criterion => &rows,
                        _ => &through,
                    };
                    Mistake::at(&cell.at, e.text)
                })),
                Ok(new) => {
                    let gone = |id: i64| self.complete.iter().any(|c| c.cancels == Some(id));
                    let known = self.complete.iter().find(|c| {
                        c.cancels.is_none()
                            && !gone(c.id)
                            && (&c.criterion, &c.unit, c.through) == (&new.criterion, &new.unit, new.through)
                    });
                    let step = known.map_or_else(
                        || {
                            Step::Do(Change::Complete(CompletenessStated {
                                criterion: new.criterion,
                                unit: new.unit,
                                through: new.through,
                                note: new.note,
                                who: new.who,
                            }))
                        },
                        |c| Step::Known(c.id),
                    );
                    self.stated.push((through.at.clone(), step));
                }
            }
        }
    }

    /// What each row comes to, in the order of the sheet; the statements last, when all that they speak of is entered.
    pub(crate) fn steps(self, mistakes: &mut Vec<Mistake>) -> Vec<(Address, Step)> {
        let mut steps = Vec::new();
        for (n, row) in self.rows.iter().enumerate() {
            let before = &self.rows[..n];
            let matter = row.key().and_then(|key| self.all.iter().find(|m| (&m.criterion, &m.unit, &m.code) == key));
            if let Some(opening) = &row.opening {
                match self.open(row, opening, matter, before) {
                    Ok(Some(step)) => steps.push((row.at.clone(), step)),
                    Ok(None) => {}
                    Err(mistake) => mistakes.push(mistake),
                }
            }
            if let Some(step) = &row.step {
                match self.happened(row, step, matter, before) {
                    Ok(step) => steps.push((row.at.clone(), step)),
                    Err(mistake) => mistakes.push(mistake),
                }
            }
        }
        steps.extend(self.stated);
        steps
    }

    fn open(
        &self,
        row: &Row,
        new: &NewMatter,
        matter: Option<&Matter>,
        before: &[Row],
    ) -> Result<Option<Step>, Mistake> {
        let other = |what: &str| {
            let text = format!(
                "编号「{}」{what}另一事项（名称、起止日期或文号不同）：登记不改写，请核对，或改用别的编号",
                new.code
            );
            Mistake::at(&row.code_at, text)
        };
        let earlier = before.iter().filter_map(|r| r.opening.as_ref());
        if let Some(first) =
            earlier.clone().find(|m| (&m.criterion, &m.unit, &m.code) == (&new.criterion, &new.unit, &new.code))
        {
            let same = (&first.title, first.opened, first.due, &first.document)
                == (&new.title, new.opened, new.due, &new.document);
            return if same { Ok(None) } else { Err(other("在本表中已用于")) };
        }
        match matter {
            Some(m) if (&m.title, m.opened, m.due, &m.document) == (&new.title, new.opened, new.due, &new.document) => {
                // Where the row also says what happened, that is its answer.
                Ok(row.step.is_none().then_some(Step::Known(m.id)))
            }
            Some(_) => Err(other("已登记为")),
            None => Ok(Some(Step::Do(Change::Matter(MatterOpening {
                criterion: new.criterion.clone(),
                unit: new.unit.clone(),
                code: new.code.clone(),
                title: new.title.clone(),
                opened: new.opened,
                due: new.due,
                document: new.document.clone(),
                evidence: row.evidence.clone().filter(|_| row.step.is_none()),
                who: new.who.clone(),
            })))),
        }
    }

    fn happened(&self, row: &Row, new: &NewStep, matter: Option<&Matter>, before: &[Row]) -> Result<Step, Mistake> {
        let opened_here = row.opening.is_some() || before.iter().any(|r| r.opening.is_some() && r.key() == row.key());
        if matter.is_none() && !opened_here && new.implied.is_none() {
            let text = format!("该单位的登记簿中没有编号为「{}」的事项：请填写事项名称和起始日期", new.code);
            return Err(Mistake::at(&row.code_at, text));
        }
        let twin = before.iter().find(|r| {
            r.key() == row.key()
                && r.step.as_ref().is_some_and(|s| (s.step, s.day, &s.note) == (new.step, new.day, &new.note))
        });
        if let Some(twin) = twin {
            return Err(Mistake::at(&row.at, format!("与 {} 一行的办理情况完全相同，请删去一行", twin.at)));
        }
        let standing = matter.map(|m| m.standing(self.now)).unwrap_or_default();
        let same = standing.iter().find(|e| says(e, new)).copied();
        if new.step == MatterStep::Struck || row.take_back {
            return self.strike(row, new, matter, &standing);
        }
        match row.id {
            Some(id) => self.numbered(row, new, id, matter, &standing),
            None => match same {
                Some(old) => Ok(kept(row, new, old)),
                None if row.another => Ok(event(row, new, None)),
                None => self.unnumbered(row, new, matter, &standing),
            },
        }
    }

    fn numbered(
        &self,
        row: &Row,
        new: &NewStep,
        id: i64,
        matter: Option<&Matter>,
        standing: &[&MatterEntry],
    ) -> Result<Step, Mistake> {
        let no = |text: String| Err(Mistake::at(&row.number_at, text));
        let Some(old) = matter.and_then(|m| m.entries.iter().find(|e| e.id == id)) else {
            return no(format!("该事项没有编号为 {id} 的办理记录；新登记请留空"));
        };
        if !standing.iter().any(|e| e.id == id) {
            return match standing.iter().find(|e| says(e, new)) {
                Some(other) => Ok(Step::Known(other.id)),
                None if says(old, new) => Ok(Step::Gone(id)),
                None => no(format!("办理记录 {id} 已更正过：请填现在有效的编号（见导出的登记表）")),
            };
        }
        if says(old, new) { Ok(kept(row, new, old)) } else { Ok(event(row, new, Some(old))) }
    }

    fn unnumbered(
        &self,
        row: &Row,
        new: &NewStep,
        matter: Option<&Matter>,
        standing: &[&MatterEntry],
    ) -> Result<Step, Mistake> {
        if let Some(old) = matter.and_then(|m| m.entries.iter().find(|e| says(e, new))) {
            return Ok(Step::Gone(old.id));
        }
        let shown = |id: i64| {
            self.rows.iter().any(|r| r.key() == row.key() && r.id == Some(id))
                || self.rows.iter().any(|r| {
                    r.key() == row.key()
                        && r.step.as_ref().is_some_and(|s| standing.iter().any(|e| e.id == id && says(e, s)))
                })
        };
        let near = standing.iter().find(|e| e.step.word() == new.step.word() && !shown(e.id));
        match near {
            None => Ok(event(row, new, None)),
            Some(old) => Err(Mistake::at(
                &row.number_at,
                format!(
                    "该事项已有{}（{}，编号 {}），与本行不同：如是更正请在「{NUMBER}」填 {}，如是又一次请在「{ANOTHER}」填「是」",
                    old.step.label(),
                    old.day,
                    old.id,
                    old.id
                ),
            )),
        }
    }

    /// What was entered wrongly is struck, and nothing takes its place.
    fn strike(
        &self,
        row: &Row,
        new: &NewStep,
        matter: Option<&Matter>,
        standing: &[&MatterEntry],
    ) -> Result<Step, Mistake> {
        let Some(id) = row.id else {
            return Err(Mistake::at(&row.number_at, format!("要撤销的办理记录请填「{NUMBER}」（见导出的登记表）")));
        };
        let Some(old) = matter.and_then(|m| m.entries.iter().find(|e| e.id == id)) else {
            return Err(Mistake::at(&row.number_at, format!("该事项没有编号为 {id} 的办理记录")));
        };
        if !standing.iter().any(|e| e.id == id) {
            return Ok(Step::Gone(id));
        }
        if new.step != MatterStep::Struck && !says(old, new) {
            let text = format!("本行内容与办理记录 {id} 不同，为免误撤，请按导出的内容填写后再撤销");
            return Err(Mistake::at(&row.number_at, text));
        }
        if row.reason.is_empty() {
            return Err(Mistake::at(&row.reason_at, format!("撤销办理记录 {id} 请在「{REASON}」写明理由")));
        }
        let struck =
            NewStep { step: MatterStep::Struck, day: self.desk.today, note: row.reason.clone(), ..new.clone() };
        Ok(event(row, &struck, Some(old)))
    }
}

fn step_draft(line: &Line<'_, '_>, by: &str) -> StepDraft {
    StepDraft {
        criterion: line.draft("指标"),
        unit: line.draft("单位"),
        code: line.draft("事项编号"),
        // 延期至2026-04-01, as an export may be read aloud, is no word of the list: the list's words are single ones.
        step: line.draft("办理环节"),
        day: line.draft("日期"),
        until: line.draft("延期至"),
        workdays: line.draft("工作日数"),
        note: line.draft("备注"),
        by: by.to_owned(),
    }
}

fn says(e: &MatterEntry, new: &NewStep) -> bool {
    (e.step, e.day, &e.note) == (new.step, new.day, &new.note)
}

/// It stands as it is, unless the row brings a file that it did not have.
fn kept(row: &Row, new: &NewStep, old: &MatterEntry) -> Step {
    match &row.evidence {
        Some(file) if old.evidence.as_ref() != Some(file) => event(row, new, Some(old)),
        _ => Step::Known(old.id),
    }
}

/// A correction keeps the file of what it takes the place of, unless the row brings one.
fn event(row: &Row, new: &NewStep, old: Option<&MatterEntry>) -> Step {
    Step::Do(Change::Event(MatterEvent {
        criterion: new.criterion.clone(),
        unit: new.unit.clone(),
        code: new.code.clone(),
        implied: new.implied.clone(),
        step: new.step,
        day: new.day,
        note: new.note.clone(),
        evidence: row.evidence.clone().or_else(|| old.and_then(|o| o.evidence.clone())),
        who: new.who.clone(),
        corrects: old.map(|o| o.id),
    }))
}
