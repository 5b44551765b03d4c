//! The only room that knows SQLite.
//!
//! It keeps what was seen (evidence, captures, looks, items), what the rules said of it (findings), what people decided,
//! and what that costs (the ledger). Rows are appended; where a row may change (when to look next, whether a letter has
//! been sent) nothing is ever judged by it. Triggers hold the promises that matter even against a program that has gone
//! wrong: the ledger only grows, its chain has no gap, a closed month takes no line.
//!
//! This crate refuses to know the rules, the network, HTML and the clock: an instant is always an argument. It trusts
//! nothing that stands in the file; an error names table, column and row.
//!
//! Every statement is checked by the compiler against the migrations, but for the bulk insert of evidence, the integrity
//! checks and `VACUUM INTO`. `.ci/sqlx` renews the data that this needs
//! (`.sqlx/`), so that a clone builds without a database.

mod account;
mod adoption;
mod arrivals;
mod asked;
mod capture;
mod clock;
mod error;
mod evidence;
mod finding;
mod fleet_days;
mod gaps;
mod health;
mod item_date;
mod ledger;
mod limits;
mod look;
mod open;
mod outbox;
mod people;
mod prune;
mod registry;
mod row;
mod schedule;
mod seen;
mod suspicion;
mod timeline;

pub use account::{Account, Admitted, Audit, AuditFilter, Limits, NewAccount, Role, SignedIn};
pub use adoption::Filing;
pub use arrivals::Arrivals;
pub use asked::Watched;
pub use capture::{Answers, Capture, Hop, NewCapture, UnreadLook};
pub use error::{Refusal, RowError, StoreError};
pub use evidence::fingerprint;
pub use finding::{
    AppealFile, Basis, Decision, FindingEvent, FindingFilter, Judged, Listed, OpenAppeal, Recorded, Tally, Unjudged,
    Waiting,
};
pub use gaps::Gap;
pub use health::{Counts, Growth};
pub use ledger::{Deducted, Ledger, LedgerFilter, MonthClose, MonthSum, Posted, Trials};
pub use look::{Accepted, Disputed, LastRead, ListedItem, LookRecord, NewAccepted, NewClaim, NewLook, Shape};
pub use open::{Disk, Occupied, Store};
pub use outbox::{Bounce, BounceReport, Delivery, Mail, MailFilter, NewMail, Reminded, Via};
pub use people::{
    Change, Changed, Clearance, ClearanceOf, CompletenessStated, DeclaredRecord, MatterEvent, MatterOpening,
    NewClearance, NewDeclaredEmpty, NewImport, NewRegister, NewWaiver, RegisterFilter, Revoked, WaiverRecord,
};
pub use prune::{Cleared, Space};
pub use schedule::{Due, Job};
pub use seen::{DaySeen, SeenItem};
pub use suspicion::{
    Becoming, ItemBody, NewItemPage, NewSuspicion, PageMark, SavedItem, Suspicion, SuspicionDecision, SuspicionFilter,
};
pub use timeline::LookDays;

pub(crate) use people::said;
