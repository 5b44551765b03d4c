//! The letter to one unit.

use askama::Template;
use model::{Channel, Finding, Outcome, Points, UnitId, Verdict};
use rules::Criterion;

use super::lines::is_taken_back;
use super::{Blindness, BreachLine, DueLine, Head, Letter, Place, SparedLine, UnknownLine, letter};
use crate::ReportError;
use crate::text::Plain;

/// Why a letter does not take a finding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is another unit's.
    #[error("发现 #{number} 属于单位 {theirs}，不能写入单位 {ours} 的通报")]
    Foreign {
        /// The finding.
        number: i64,
        /// Its unit.
        theirs: UnitId,
        /// The unit of the letter.
        ours: UnitId,
    },
    /// The criterion or channel handed in is not the finding's.
    #[error("发现 #{0} 与所给的指标或栏目不符")]
    Mismatch(i64),
    /// The unit's letter is in already.
    #[error("单位 {0} 的通报已经计入，不能重复计入")]
    Twice(UnitId),
    /// The letter is of another week.
    #[error("单位 {0} 的通报不是同一周的")]
    OtherWeek(UnitId),
}

/// Whether a finding may stand in a letter to that unit, beside that criterion and channel.
pub(crate) fn belongs(
    finding: &Finding,
    unit: &UnitId,
    criterion: &Criterion,
    channel: Option<&Channel>,
) -> Result<(), Refused> {
    let key = &finding.judgement.key;
    let theirs = key.scope.unit();
    if theirs != *unit {
        return Err(Refused::Foreign { number: finding.id, theirs, ours: unit.clone() });
    }
    if criterion.id != key.criterion || channel.is_some_and(|c| Some(&c.id) != key.scope.channel()) {
        return Err(Refused::Mismatch(finding.id));
    }
    Ok(())
}

/// How the unit stands this year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The year.
    pub year: i32,
    /// All deductions that stand in the ledger so far (negative or zero), reversals set off.
    pub deducted: Points,
    /// All points earned so far, reversals set off, before caps.
    pub earned: Points,
    /// The score so far and what it is out of, where a scorecard was made.
    pub score: Option<(Points, Points)>,
}

/// The weekly letter to one unit. It takes findings of that unit only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitLetter {
    head: Head,
    unit: UnitId,
    unit_name: Plain,
    appeal: Plain,
    standing: Option<Standing>,
    breaches: Vec<BreachLine>,
    due: Vec<DueLine>,
    unknown: Vec<UnknownLine>,
    spared: Vec<SparedLine>,
}

impl UnitLetter {
    /// An empty letter: as it stands it says that the week brought nothing.
    #[must_use]
    pub fn new(head: &Head, unit: UnitId, unit_name: &str) -> UnitLetter {
        UnitLetter {
            head: head.clone(),
            unit,
            unit_name: Plain::new(unit_name),
            appeal: Plain::new("如有异议，请注明发现编号，连同网页截图、发布记录等材料向区政务公开办书面提出申诉。"),
            standing: None,
            breaches: Vec::new(),
            due: Vec::new(),
            unknown: Vec::new(),
            spared: Vec::new(),
        }
    }

    /// Says how to appeal in other words than the usual.
    #[must_use]
    pub fn with_appeal(mut self, how: &str) -> UnitLetter {
        self.appeal = Plain::new(how);
        self
    }

    /// Says how the unit stands this year.
    #[must_use]
    pub fn with_standing(mut self, standing: Standing) -> UnitLetter {
        self.standing = Some(standing);
        self
    }

    /// Takes one finding, under the heading that its verdict asks for; one that was met is left out. `latest` is what
    /// came of the channel's latest look: it says why an unknown one is unknown.
    ///
    /// # Errors
    /// When the finding is another unit's, or `criterion` or `channel` are not the finding's own.
    pub fn add(
        &mut self,
        finding: &Finding,
        criterion: &Criterion,
        channel: Option<&Channel>,
        latest: Option<Outcome>,
    ) -> Result<(), Refused> {
        belongs(finding, &self.unit, criterion, channel)?;
        let place = Place::of(finding, channel);
        match finding.judgement.verdict {
            Verdict::Breached if !is_taken_back(finding.state) => {
                insert(&mut self.breaches, BreachLine::of(finding, criterion, place), |l| {
                    (l.criterion.clone(), l.days, l.number)
                });
            }
            Verdict::Breached | Verdict::Waived | Verdict::NotApplicable => {
                insert(&mut self.spared, SparedLine::of(finding, criterion, place), |l| {
                    (l.criterion.clone(), l.days, l.number)
                });
            }
            Verdict::DueSoon => {
                let line = DueLine::of(finding, criterion, place, self.head.today);
                insert(&mut self.due, line, |l| (l.by, l.criterion.clone(), l.number));
            }
            Verdict::Unknown => {
                let why = Blindness::of(finding, channel, latest);
                let line = UnknownLine::of(finding, criterion, place, why);
                insert(&mut self.unknown, line, |l| (l.criterion.clone(), l.days, l.number));
            }
            Verdict::Met => {}
        }
        Ok(())
    }

    /// What its letters of this week share.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }
    /// The one unit that it is for.
    #[must_use]
    pub fn unit(&self) -> &UnitId {
        &self.unit
    }
    /// The unit's name.
    #[must_use]
    pub fn unit_name(&self) -> &Plain {
        &self.unit_name
    }
    /// How the unit stands this year.
    #[must_use]
    pub fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }
    /// New breaches.
    #[must_use]
    pub fn breaches(&self) -> &[BreachLine] {
        &self.breaches
    }
    /// What is due soon.
    #[must_use]
    pub fn due(&self) -> &[DueLine] {
        &self.due
    }
    /// What could not be judged.
    #[must_use]
    pub fn unknown(&self) -> &[UnknownLine] {
        &self.unknown
    }
    /// What is not charged: waived, declared empty, dismissed, taken back.
    #[must_use]
    pub fn spared(&self) -> &[SparedLine] {
        &self.spared
    }
    /// What the new breaches cost.
    #[must_use]
    pub fn points(&self) -> Points {
        self.breaches.iter().map(|b| b.points).sum()
    }
    /// Is there nothing to tell?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.breaches.is_empty() && self.due.is_empty() && self.unknown.is_empty() && self.spared.is_empty()
    }

    /// The letter as it is sent.
    ///
    /// # Errors
    /// When a template fails.
    pub fn render(&self) -> Result<Letter, ReportError> {
        let subject = Subject { l: self }.render()?;
        let text = Text { l: self }.render()?;
        let html = Html { l: self }.render()?;
        Ok(letter(&subject, &text, &html))
    }
}

/// Keeps the lines in order: the letter is the same in whatever order its findings came.
fn insert<T, K: Ord>(lines: &mut Vec<T>, line: T, key: impl Fn(&T) -> K) {
    let at = lines.partition_point(|l| key(l) <= key(&line));
    lines.insert(at, line);
}

#[derive(Template)]
#[template(path = "weekly_unit/subject.txt")]
struct Subject<'a> {
    l: &'a UnitLetter,
}

#[derive(Template)]
#[template(path = "weekly_unit/letter.txt")]
struct Text<'a> {
    l: &'a UnitLetter,
}

#[derive(Template)]
#[template(path = "weekly_unit/letter.html")]
struct Html<'a> {
    l: &'a UnitLetter,
}
