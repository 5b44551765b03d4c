//! The hosts of the channels: do they answer, and how long are their certificates good? One page of each is asked for.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use fetch::{Came, Target, Validity};
use futures::StreamExt as _;
use model::{Moment, Reason, Source, Zone};

use super::said::Said;
use crate::app::App;

/// More hosts are not asked: a district has a few.
const MOST: usize = 60;
/// So many are asked at once.
const AT_ONCE: usize = 8;
/// A certificate that ends within so many days is worth a word.
const SOON: TimeDelta = TimeDelta::days(30);
/// So many hosts are named in one line.
const NAMED: usize = 10;

/// A host that was asked.
pub(super) struct Seen {
    host: String,
    trouble: Option<Reason>,
    /// Whether anything answered at all.
    answered: bool,
    certificate: Option<Validity>,
}

/// Asks one page of each host.
pub(super) async fn visit(app: &App) -> Vec<Seen> {
    let asked = app.config.sources().filter(|c| !matches!(c.source, Source::Manual { .. }));
    let mut hosts: BTreeMap<String, &str> = BTreeMap::new();
    for channel in asked {
        if let Some(host) = url::Url::parse(&channel.url).ok().and_then(|u| u.host_str().map(str::to_owned)) {
            hosts.entry(host).or_insert(&channel.url);
        }
    }
    let visits = hosts.into_iter().take(MOST).map(|(host, url)| async move {
        let attempt = app.fetcher.get(&Target::new(url)).await;
        let trouble = match attempt.came {
            Came::Body | Came::NotModified => None,
            Came::Failed(reason) | Came::Blocked(reason) => Some(reason),
        };
        let certificate = attempt.certificate.as_deref().and_then(fetch::validity);
        Seen { host, trouble, answered: attempt.status.is_some(), certificate }
    });
    futures::stream::iter(visits).buffered(AT_ONCE).collect().await
}

/// Whether they answer. That a site is down is not this program's failure; that none answers, is.
pub(super) fn reachable(seen: &[Seen]) -> Said {
    let troubled: Vec<(&str, Reason)> = seen.iter().filter_map(|s| Some((s.host.as_str(), s.trouble?))).collect();
    let text = format!("{} 个网站（主机），{} 个正常应答", seen.len(), seen.len() - troubled.len());
    let Some((_, first)) = troubled.first() else { return Said::well(text) };
    let names = troubled.iter().map(|(host, reason)| format!("{host} {}（{}）", reason.text(), reason.whose().label()));
    let text = format!("{text}；{}", named(names, troubled.len()));
    if seen.iter().all(|s| !s.answered) {
        return Said::fail(text, Reason::MonitorOffline.for_admin());
    }
    Said::warn(text, first.for_admin())
}

/// How long their certificates are good. One that has run out is the site's matter: its columns are unknown, not silent.
pub(super) fn certificates(seen: &[Seen], now: Moment, zone: Zone) -> Said {
    let expired = seen.iter().filter(|s| s.trouble == Some(Reason::CertificateExpired)).map(|s| s.host.as_str());
    let expired: Vec<&str> = expired.collect();
    let known: Vec<(&str, DateTime<Utc>)> =
        seen.iter().filter_map(|s| Some((s.host.as_str(), s.certificate?.until))).collect();
    let mut soon: Vec<_> = known.iter().filter(|(_, until)| *until - now < SOON).collect();
    soon.sort_by_key(|(_, until)| *until);
    let todo = "告知网站方及时更换证书；过期后该网站的栏目都看不见（不扣分，记为无法判定）";
    if !expired.is_empty() {
        return Said::warn(format!("证书已过期：{}", named(expired.iter(), expired.len())), todo);
    }
    if !soon.is_empty() {
        let names = soon.iter().map(|(host, until)| format!("{host} 到 {}", zone.day(*until)));
        return Said::warn(format!("30 天内到期：{}", named(names, soon.len())), todo);
    }
    match known.iter().min_by_key(|(_, until)| *until) {
        None => Said::well("没有使用证书的网站，或都没有应答"),
        Some((host, until)) => {
            Said::well(format!("{} 个网站的证书都在有效期内，最早到期的是 {host}（{}）", known.len(), zone.day(*until)))
        }
    }
}

fn named(names: impl Iterator<Item = impl ToString>, all: usize) -> String {
    let shown: Vec<String> = names.take(NAMED).map(|n| n.to_string()).collect();
    let more = if all > shown.len() { format!(" 等 {all} 个") } else { String::new() };
    shown.join("，") + &more
}

#[cfg(test)]
mod tests {
    use super::super::said::State;
    use super::*;

    fn now() -> Moment {
        "2026-03-20T00:00:00Z".parse().unwrap()
    }

    fn seen(host: &str, trouble: Option<Reason>, days: Option<i64>) -> Seen {
        let certificate =
            days.map(|d| Validity { from: now() - TimeDelta::days(60), until: now() + TimeDelta::days(d) });
        let answered = !matches!(trouble, Some(Reason::Dns | Reason::CertificateExpired));
        Seen { host: host.to_owned(), trouble, answered, certificate }
    }

    #[test]
    fn a_certificate_is_told_of_a_month_before() {
        let said =
            |days| certificates(&[seen("a", None, Some(days)), seen("b", None, Some(200))], now(), Zone::SHANGHAI);
        assert_eq!(said(31).state, State::Well);
        assert!(said(31).text.contains("最早到期的是 a（2026-04-20）"), "{:?}", said(31));
        assert_eq!(said(29).state, State::Warn);
        assert!(said(29).text.contains("a 到 2026-04-18") && !said(29).text.contains('b'));
        let out = certificates(&[seen("a", Some(Reason::CertificateExpired), None)], now(), Zone::SHANGHAI);
        assert!(out.state == State::Warn && out.text.contains("证书已过期：a"));
        assert_eq!(certificates(&[], now(), Zone::SHANGHAI).state, State::Well);
    }

    #[test]
    fn a_site_that_is_down_is_a_warning_and_silence_all_around_a_failure() {
        let fine = seen("a", None, None);
        let gone = |host: &str| seen(host, Some(Reason::Dns), None);
        assert_eq!(reachable(&[seen("a", None, None)]).state, State::Well);
        let some = reachable(&[fine, gone("b")]);
        assert!(some.state == State::Warn && some.text.contains("b 域名无法解析（网络）"), "{some:?}");
        assert_eq!(reachable(&[gone("a"), gone("b")]).state, State::Fail);
        let many: Vec<Seen> = (0..15).map(|n| gone(&format!("h{n}"))).collect();
        assert!(reachable(&many).text.contains("等 15 个"));
    }
}
