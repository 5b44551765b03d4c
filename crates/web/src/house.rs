//! What the program does for the pages: whatever needs files, the network, the configuration or the clock.

use futures::future::BoxFuture;
use model::{ChannelId, CriterionId, Day, DayRange, Finding, IsoWeek, Matter, Moment, Month, NewLine, UnitId};
use report::bridges::BridgeView;
use report::explain::Sections;
use report::scorecard::CardView;
use report::span::Span;
use rules::{Criterion, Deadline};
use scoring::Scorecard;

/// Why the house did not do what was asked, in words for the clerk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);

/// Somebody to whom a letter is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// The key of the letter, unique among all letters.
    pub key: String,
    /// The unit, or the office.
    pub name: String,
    /// The addresses.
    pub to: Vec<String>,
}

/// A letter as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterView {
    /// Who would get it.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The body as text.
    pub text: String,
}

/// What came of sending letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Letters that had not been written before.
    pub queued: usize,
    /// Letters that the server has taken.
    pub sent: usize,
}

/// What the program does for the pages, and the pages cannot do themselves.
pub trait House: Registers + Workbench + Papers + Send + Sync + 'static {
    /// The instant.
    fn now(&self) -> Moment;
    /// The lines that closing `month` now would post.
    fn preview(&self, month: Month) -> BoxFuture<'_, Result<Vec<NewLine>, Trouble>>;
    /// Closes `month`; tells how many lines were posted.
    fn close(&self, month: Month) -> BoxFuture<'_, Result<usize, Trouble>>;
    /// To whom letters of a week are written.
    fn addressees(&self, week: IsoWeek) -> Vec<Addressee>;
    /// One of the letters of a week.
    fn letter<'a>(&'a self, week: IsoWeek, key: &'a str) -> BoxFuture<'a, Result<Option<LetterView>, Trouble>>;
    /// Sends the letters of a week, each once.
    fn send(&self, week: IsoWeek) -> BoxFuture<'_, Result<Sent, Trouble>>;
    /// The windows and periods of a unit that are still open and still short, the nearest first.
    fn deadlines<'a>(&'a self, unit: &'a UnitId) -> BoxFuture<'a, Result<Vec<Deadline>, Trouble>>;
    /// What is known of every bridge.
    fn bridges(&self) -> BoxFuture<'_, Result<Vec<BridgeView>, Trouble>>;
    /// A scorecard as people read it.
    fn card(&self, card: &Scorecard) -> CardView;
    /// Why a finding is what it is: headed sections of lines.
    fn explained<'a>(
        &'a self,
        finding: &'a Finding,
        criterion: &'a Criterion,
    ) -> BoxFuture<'a, Result<Sections, Trouble>>;
}

/// A register that sheets are kept of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// Its word in addresses.
    pub word: String,
    /// Its name.
    pub title: String,
    /// The rows of the scoring table that are kept in it.
    pub rows: Vec<CriterionId>,
    /// What it keeps.
    pub keeps: Keeps,
}

/// What a register keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// What happened.
    Entries,
    /// What another office scored: each entry carries its points.
    Scores,
    /// What is due, each with a life of its own that begins when a person enters it.
    Matters,
    /// What is due each month or year: the rulebook makes the matter.
    Recurring,
}

/// A sheet that was handed in.
#[derive(Debug, Clone, Copy)]
pub struct Handed<'a> {
    /// The name of its file.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Files that its rows may name: names and bytes.
    pub files: &'a [(String, Vec<u8>)],
    /// Who hands it in.
    pub by: &'a str,
    /// Only say what would come of it.
    pub check: bool,
}

/// What a sheet came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Each row: the cell at which it begins, and what became of it.
    pub rows: Vec<(String, String)>,
    /// How many rows changed anything.
    pub changed: usize,
    /// What should be known beside that.
    pub notes: Vec<String>,
}

/// What is wrong with a sheet, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongCell {
    /// The cell; empty where it is the whole file.
    pub cell: String,
    /// What is wrong and what to do.
    pub says: String,
}

/// A suspicion that a person says is right.
#[derive(Debug, Clone, Copy)]
pub struct Confirmed<'a> {
    /// Its number.
    pub id: i64,
    /// The day that the entry names, as it was typed; empty: the one that was proposed.
    pub day: &'a str,
    /// Who says so.
    pub who: &'a str,
    /// Why.
    pub why: &'a str,
    /// It counts although the same item was counted before.
    pub again: bool,
}

/// Registers and their sheets, and what is entered there from suspicions.
pub trait Registers {
    /// The registers that the rulebook has rows for.
    fn registers(&self) -> Vec<Register>;
    /// The sheet of a register as a workbook: empty, or with all that stands in it.
    fn sheet<'a>(&'a self, word: &'a str, filled: bool) -> BoxFuture<'a, Result<Vec<u8>, Trouble>>;
    /// Enters a sheet as a whole, or says everything that is wrong with it.
    fn import<'a>(&'a self, handed: Handed<'a>) -> BoxFuture<'a, Result<Result<Imported, Vec<WrongCell>>, Trouble>>;
    /// Confirms a suspicion; tells what it became. Adopted articles are credited once, however they came into the register.
    fn confirm_suspicion<'a>(&'a self, confirmed: Confirmed<'a>) -> BoxFuture<'a, Result<String, Trouble>>;
    /// When a matter is due, and how that was reached or why it is not known.
    fn clock(&self, matter: &Matter) -> (Option<Day>, String);
}

/// Which document.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// The circular of a month, quarter or year.
    Circular(Span),
    /// The card of a unit for a year.
    Card(&'a UnitId, i32),
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// HTML of its own that prints on A4.
    Html,
    /// A text document that can be edited.
    Docx,
    /// A workbook.
    Xlsx,
}

/// Documents.
pub trait Papers {
    /// The document in that form; none where it has no such form.
    fn paper<'a>(&'a self, which: Which<'a>, form: Form) -> BoxFuture<'a, Result<Option<Vec<u8>>, Trouble>>;
}

/// What one way of reading gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Whether it may be believed, in words.
    pub outcome: &'static str,
    /// May it?
    pub good: bool,
    /// The family that read it.
    pub adapter: &'static str,
    /// How many rows it found.
    pub rows: usize,
    /// How many of them have a date.
    pub dated: usize,
    /// The newest date.
    pub newest: Option<Day>,
    /// Its remarks.
    pub notes: Vec<String>,
}

/// A saved page, read both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The days on which it was seen.
    pub days: DayRange,
    /// How many looks saw it.
    pub looks: usize,
    /// The way of today.
    pub old: Side,
    /// The way that is tried.
    pub new: Side,
    /// Titles that only the old way finds.
    pub lost: Vec<String>,
    /// Titles that only the new way finds.
    pub gained: Vec<String>,
    /// Items with another date: title, old, new.
    pub changed: Vec<(String, Option<Day>, Option<Day>)>,
    /// Why the new way is worse.
    pub objections: Vec<String>,
}

/// A way of reading that a person wants written down.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    /// As selectors; empty where `source` is given.
    pub selectors: &'a str,
    /// As a table of the configuration.
    pub source: &'a str,
    /// Although it is worse on a saved page than the way of today.
    pub force: bool,
    /// Who wants it.
    pub who: &'a str,
    /// Why.
    pub why: &'a str,
}

/// Other ways of reading, tried on what is saved.
pub trait Workbench {
    /// Reads the saved pages of a channel as `source` says, a table of the configuration; where that is empty as
    /// `selectors` say. Both empty: as it is read today.
    fn tried<'a>(
        &'a self,
        channel: &'a ChannelId,
        selectors: &'a str,
        source: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Tried>, Trouble>>;
    /// A person has looked at the list that changed and says that it is right; tells what was accepted.
    fn accept<'a>(
        &'a self,
        channel: &'a ChannelId,
        who: &'a str,
        why: &'a str,
    ) -> BoxFuture<'a, Result<String, Trouble>>;
    /// Writes a way of reading into the configuration; tells what was written. It holds once the program is started again.
    fn save<'a>(&'a self, channel: &'a ChannelId, way: Way<'a>) -> BoxFuture<'a, Result<String, Trouble>>;
}
