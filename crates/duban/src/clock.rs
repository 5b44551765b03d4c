//! The one place that may ask the wall clock. Everything else is handed an instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use model::Moment;

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The host's clock.
    Real,
    /// A rehearsal: the instant stands still until it is moved.
    Rehearsal(Arc<AtomicI64>),
    /// A rehearsal of the clock too: moved by hand, and held against the clocks of the sites like the host's.
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `at` until it is moved.
    #[must_use]
    pub fn rehearsal(at: Moment) -> Clock {
        Clock::Rehearsal(Arc::new(AtomicI64::new(at.timestamp())))
    }

    /// A rehearsal whose clock may be wrong: the sites tell.
    #[must_use]
    pub fn simulated(at: Moment) -> Clock {
        Clock::Simulated(Arc::new(AtomicI64::new(at.timestamp())))
    }

    /// The instant, to the second.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the named exception: the only reading of the wall clock")]
    pub fn now(&self) -> Moment {
        let seconds = match self {
            Clock::Real => chrono::Utc::now().timestamp(),
            Clock::Rehearsal(at) | Clock::Simulated(at) => at.load(Ordering::Relaxed),
        };
        chrono::DateTime::from_timestamp(seconds, 0).unwrap_or(chrono::DateTime::UNIX_EPOCH)
    }

    /// Moves a rehearsal's clock; the real one cannot be moved.
    pub fn set(&self, to: Moment) {
        if let Clock::Rehearsal(at) | Clock::Simulated(at) = self {
            at.store(to.timestamp(), Ordering::Relaxed);
        }
    }

    /// Is it a rehearsal?
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        matches!(self, Clock::Rehearsal(_) | Clock::Simulated(_))
    }

    /// Is it to show the time that everybody else's shows?
    #[must_use]
    pub fn is_held_against_others(&self) -> bool {
        !matches!(self, Clock::Rehearsal(_))
    }
}
