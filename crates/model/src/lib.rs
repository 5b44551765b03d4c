//! The nouns of duban: what every room speaks of.
//!
//! This crate refuses to know where data comes from: it has no clock, no files, no network and no SQL. An instant is
//! always an argument, a calendar date is always a date in the district's time zone.

pub mod calendar;
pub mod entry;
pub mod finding;
pub mod ids;
pub mod ledger;
pub mod look;
pub mod matter;
pub mod points;
pub mod register;
pub mod suspicion;
pub mod timeline;
pub mod unit;
pub mod waiver;
pub mod workdays;

pub use calendar::{Day, DayRange, IsoWeek, Moment, Month, Period, PeriodKind, Quarter, Zone};
pub use entry::{Claim, DateFrom, Entry};
pub use finding::{CountingMode, Finding, FindingKey, FindingState, Flag, Judgement, Proof, Scope, Verdict};
pub use ids::{BridgeId, ChannelId, CriterionId, EvidenceHash, IdError, MatterCode, RulebookId, UnitId};
pub use ledger::{Charges, LedgerLine, LineSource, NewLine};
pub use look::{Coverage, Look, Outcome, Reason, Whose};
pub use matter::{Completeness, Matter, MatterEntry, MatterStep};
pub use points::Points;
pub use register::RegisterEntry;
pub use suspicion::{Confidence, Quote, SuspicionState};
pub use timeline::{Item, ItemFlag, Timeline};
pub use unit::{Bridge, Channel, ChannelKind, FeedKey, FeedProfile, Identity, Source, Trust, Unit, UnitKind};
pub use waiver::{DeclaredEmpty, Waiver};
pub use workdays::{LAST_WEEK_BEGINS, WorkdayError, Workdays};
