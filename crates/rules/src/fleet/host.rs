//! A website whose lists have not changed a byte, not one of them: a stale cache.

use std::collections::{BTreeMap, BTreeSet};

use model::calendar::shift;
use model::{Day, Outcome, Timeline};

use super::DAYS;
use crate::case::Case;

/// So many columns make a host a fleet.
const COLUMNS: usize = 50;

/// The host of an address as the fleet rule names it: lower case, with its port where that is not the usual one.
#[must_use]
pub fn host_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let usual = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    let host = host.strip_suffix(usual).unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_owned())
}

/// From the day after the last change of any list to the last good look before the next change, where that is at least
/// fourteen days.
pub(super) fn silent_days(case: &Case<'_>, members: &[&Timeline]) -> BTreeSet<Day> {
    if members.len() < COLUMNS {
        return BTreeSet::new();
    }
    let mut changed: BTreeMap<Day, bool> = BTreeMap::new();
    for look in members.iter().flat_map(|t| &t.looks).filter(|l| l.at <= case.as_of && l.outcome.is_good()) {
        *changed.entry(look.day).or_default() |= look.outcome == Outcome::Read;
    }
    let mut silent = BTreeSet::new();
    // Nothing is known of the days before the first good look: the silence can only begin with it.
    let mut last_change = changed.keys().next().map(|first| shift(*first, -1));
    let mut last_good = last_change;
    for (day, read) in changed.iter().map(|(d, r)| (Some(*d), *r)).chain([(None, true)]) {
        if read {
            if let (Some(change), Some(good)) = (last_change, last_good)
                && (good - change).num_days() >= DAYS
            {
                silent.extend(change.iter_days().skip(1).take_while(|d| *d <= good));
            }
            last_change = day;
        }
        last_good = day;
    }
    silent
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn hosts_are_told_apart_by_name_and_unusual_port() {
        assert_eq!(host_of("https://WWW.Example.gov.cn/a/b?c").as_deref(), Some("www.example.gov.cn"));
        assert_eq!(host_of("http://example.gov.cn:80/").as_deref(), Some("example.gov.cn"));
        assert_eq!(host_of("http://127.0.0.1:8080/x").as_deref(), Some("127.0.0.1:8080"));
        assert_eq!(host_of("http://a@b.cn#x").as_deref(), Some("b.cn"));
        assert_eq!(host_of("/relative"), None);
        assert_eq!(host_of("http:///x"), None);
    }
}
