//! One queue per host for the whole process.
//!
//! The limiter says how long to wait, the gate says who is next. Without the gate all who wait would wake together and all
//! but one would go back to sleep.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// From this rate on nothing waits.
const NO_WAITING: f64 = 1000.0;

/// A host may ask for a longer rest, but longer rests are for the caller's schedule, not for a waiting task.
pub(crate) const LONGEST_REST: Duration = Duration::from_secs(10);

/// With this many hosts at hand, those that are not in use are forgotten.
const SWEEP_AT: usize = 1024;

pub(crate) struct Pace<C: Clock = DefaultClock> {
    limits: Option<Limits<C>>,
    gates: Mutex<HashMap<String, Arc<Gate>>>,
}

struct Limits<C: Clock> {
    limiter: RateLimiter<String, HashMapStateStore<String>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
}

#[derive(Default)]
struct Gate {
    /// Held by the one whose turn is next; tokio's mutex is first come, first served.
    next: tokio::sync::Mutex<()>,
    not_before: Mutex<Option<Instant>>,
}

impl Pace {
    /// `per_second` requests to each host; the settings have been checked.
    pub(crate) fn new(per_second: f64) -> Pace {
        Pace::with_clock(per_second, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Pace<C> {
    fn with_clock(per_second: f64, clock: C) -> Pace<C> {
        let quota = (per_second < NO_WAITING)
            .then(|| Quota::with_period(Duration::from_secs_f64(1.0 / per_second)))
            .flatten()
            .map(|quota| quota.allow_burst(NonZeroU32::MIN));
        let limits = quota.map(|quota| Limits {
            limiter: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            clock,
        });
        Pace { limits, gates: Mutex::default() }
    }

    /// Waits until `host` may be asked. `delay` is what its robots.txt wants between two requests, `apart` what we keep.
    pub(crate) async fn turn(&self, host: &str, delay: Option<Duration>, apart: Option<Duration>) {
        let Some(limits) = &self.limits else { return };
        let gate = self.gate(host, limits);
        let _next = gate.next.lock().await;
        while let Some(wait) = gate.wait().or_else(|| limits.wait(host)) {
            tokio::time::sleep(wait).await;
        }
        if let Some(delay) = delay {
            gate.rest(delay);
        }
        if let Some(apart) = apart {
            gate.leave_alone(apart);
        }
    }

    /// Leaves `host` alone for `rest`, as it asked.
    pub(crate) fn rest(&self, host: &str, rest: Duration) {
        if let Some(limits) = &self.limits {
            self.gate(host, limits).rest(rest);
        }
    }

    fn gate(&self, host: &str, limits: &Limits<C>) -> Arc<Gate> {
        let mut gates = lock(&self.gates);
        if let Some(gate) = gates.get(host) {
            return gate.clone();
        }
        if gates.len() >= SWEEP_AT {
            gates.retain(|_, gate| Arc::strong_count(gate) > 1 || gate.wait().is_some());
            limits.limiter.retain_recent();
        }
        gates.entry(host.to_owned()).or_default().clone()
    }
}

impl<C: Clock> Limits<C> {
    /// How long until `host` may be asked; nothing: now, and this was its turn.
    fn wait(&self, host: &str) -> Option<Duration> {
        let refused = self.limiter.check_key(&host.to_owned()).err()?;
        Some(refused.wait_time_from(self.clock.now()))
    }
}

impl Gate {
    fn wait(&self) -> Option<Duration> {
        let not_before = (*lock(&self.not_before))?;
        Some(not_before.saturating_duration_since(Instant::now())).filter(|wait| !wait.is_zero())
    }

    fn rest(&self, rest: Duration) {
        self.leave_alone(rest.min(LONGEST_REST));
    }

    fn leave_alone(&self, rest: Duration) {
        let until = Instant::now() + rest;
        let mut not_before = lock(&self.not_before);
        *not_before = Some(not_before.map_or(until, |set| set.max(until)));
    }
}

/// What these mutexes hold is whole between any two statements, so a panic elsewhere spoils nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
impl Pace {
    /// Would the next request to `host` have to wait for the rate?
    pub(crate) fn has_had_its_turn(&self, host: &str) -> bool {
        self.limits.as_ref().is_some_and(|limits| limits.wait(host).is_some())
    }

    /// Was `host` ever to be left alone for a while?
    pub(crate) fn was_given_rest(&self, host: &str) -> bool {
        let limits = self.limits.as_ref().expect("a pace with limits");
        lock(&self.gate(host, limits).not_before).is_some()
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limits(per_second: f64) -> (Limits<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Pace::with_clock(per_second, clock.clone()).limits.unwrap(), clock)
    }

    #[test]
    fn two_requests_to_one_host_are_spaced() {
        let (limits, clock) = limits(2.0);
        assert_eq!(limits.wait("a:80"), None);
        assert_eq!(limits.wait("a:80"), Some(Duration::from_millis(500)));
        clock.advance(Duration::from_millis(400));
        assert_eq!(limits.wait("a:80"), Some(Duration::from_millis(100)));
        clock.advance(Duration::from_millis(100));
        assert_eq!(limits.wait("a:80"), None);
        assert_eq!(limits.wait("a:80"), Some(Duration::from_millis(500)));
    }

    #[test]
    fn a_long_silence_earns_no_burst() {
        let (limits, clock) = limits(2.0);
        clock.advance(Duration::from_secs(3600));
        assert_eq!(limits.wait("a:80"), None);
        assert!(limits.wait("a:80").is_some());
    }

    #[test]
    fn hosts_do_not_wait_for_each_other() {
        let (limits, _clock) = limits(0.001);
        assert_eq!(limits.wait("a:80"), None);
        assert_eq!(limits.wait("a:81"), None);
        assert_eq!(limits.wait("b:80"), None);
    }

    #[test]
    fn a_thousand_a_second_is_no_limit() {
        assert!(Pace::new(1000.0).limits.is_none());
        assert!(Pace::new(999.0).limits.is_some());
    }

    #[test]
    fn a_host_that_asked_for_rest_gets_it_within_bounds() {
        let pace = Pace::new(2.0);
        let limits = pace.limits.as_ref().unwrap();
        pace.rest("a:80", Duration::from_secs(86_400));
        let wait = pace.gate("a:80", limits).wait().unwrap();
        assert!(wait <= LONGEST_REST);
        pace.rest("a:80", Duration::ZERO);
        assert!(pace.gate("a:80", limits).wait().is_some(), "a shorter rest does not shorten a longer one");
        assert_eq!(pace.gate("b:80", limits).wait(), None);
    }

    #[test]
    fn hosts_out_of_use_are_forgotten() {
        let clock = FakeRelativeClock::default();
        let pace = Pace::with_clock(2.0, clock.clone());
        let limits = pace.limits.as_ref().unwrap();
        let in_use = pace.gate("in use", limits);
        pace.rest("resting", LONGEST_REST);
        for n in 0..3 * SWEEP_AT {
            let host = n.to_string();
            pace.gate(&host, limits);
            limits.wait(&host);
            clock.advance(Duration::from_secs(1));
        }
        let gates = lock(&pace.gates);
        assert!(gates.len() <= SWEEP_AT && limits.limiter.len() <= SWEEP_AT + 1);
        assert!(gates.contains_key("resting") && Arc::ptr_eq(&gates["in use"], &in_use));
    }
}
