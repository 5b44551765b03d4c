//! Setting a district up: the walk over its site, the sheet that a clerk corrects, and what becomes of it.

mod hostile;
mod importing;

use std::collections::BTreeMap;
use std::sync::Arc;

use demo::{District, Plan, Server, VirtualClock};
use duban::discover::{Clues, Proposal, Walked};
use model::Channel;
use serde_json::Value;

use crate::harness::Office;

/// The instant at which the districts of these stories are walked.
const NOON: &str = "2026-04-01 12:00";

async fn district() -> (Arc<District>, Server) {
    let district = Arc::new(District::new(&Plan::default()));
    let clock = Arc::new(VirtualClock::new(at(NOON)));
    let server = demo::serve(Arc::clone(&district), clock, ([127, 0, 0, 1], 0).into()).await.unwrap();
    (district, server)
}

fn at(text: &str) -> model::Moment {
    chrono::DateTime::parse_from_rfc3339(&format!("{}:00+08:00", text.replace(' ', "T"))).unwrap().to_utc()
}

/// The columns of the website as the district's own configuration names them: kind by (unit, address). Accounts of new
/// media are not on the website.
fn truth(district: &District, server: &Server) -> BTreeMap<(String, String), Channel> {
    let (units, channels) = duban::config::units(&district.units_toml(server.addr()), "units.toml").unwrap();
    let unit = |c: &Channel| units.iter().find(|u| u.id == c.id.unit()).unwrap().name.clone();
    channels.into_iter().filter(|c| !c.kind.is_new_media()).map(|c| ((unit(&c), c.url.clone()), c)).collect()
}

async fn walked(server: &Server, max_pages: usize) -> Walked {
    let settings = fetch::Settings {
        per_host_per_second: 1e6,
        max_redirects: 0,
        allow_private: vec!["127.0.0.1/32".parse().unwrap()],
        ..fetch::Settings::default()
    };
    let start = url::Url::parse(&format!("{}/", server.base_url())).unwrap();
    let fetcher = fetch::Fetcher::new(settings).unwrap();
    let today = model::Zone::SHANGHAI.day(at(NOON));
    duban::discover::walk(&fetcher, &start, max_pages, today, |_, _| {}).await.unwrap()
}

/// How many columns were found, and how many of them with the right unit and kind and sure enough.
fn found(truth: &BTreeMap<(String, String), Channel>, proposal: &Proposal) -> (usize, usize) {
    let mut right = 0;
    let mut met = 0;
    for ((unit, url), channel) in truth {
        let Some((_, c)) = proposal.channels().find(|(u, c)| u.name == *unit && c.url == *url) else { continue };
        met += 1;
        right += usize::from(c.kind == Some(channel.kind) && c.adopted());
    }
    (met, right)
}

#[tokio::test]
async fn the_columns_of_a_district_are_found_with_their_kinds_even_without_the_type_tag() {
    let (district, server) = district().await;
    let truth = truth(&district, &server);
    let walked = walked(&server, 3_000).await;
    assert_eq!(walked.unvisited, 0);
    for clues in [Clues::default(), Clues { column_type: false }] {
        let proposal = duban::discover::propose(&walked, clues);
        let (met, right) = found(&truth, &proposal);
        let share = right as f64 / truth.len() as f64;
        println!(
            "ColumnType {}: {met} of {} columns found, {right} with the right unit and kind ({:.1} %), {} pages",
            if clues.column_type { "read" } else { "ignored" },
            truth.len(),
            100.0 * share,
            walked.pages.len()
        );
        assert!(share >= 0.95, "{right} of {}", truth.len());
        let unsure = truth.iter().filter_map(|((unit, url), channel)| {
            let (_, c) = proposal.channels().find(|(u, c)| u.name == *unit && c.url == *url)?;
            (c.kind != Some(channel.kind) || !c.adopted())
                .then(|| format!("{unit} {} {:?} {}%: {:?}", c.name, c.kind, c.percent, c.why))
        });
        unsure.for_each(|line| println!("not sure: {line}"));
        let wrong: Vec<_> = proposal
            .channels()
            .filter(|(u, c)| !u.nobody && c.adopted() && !truth.contains_key(&(u.name.clone(), c.url.clone())))
            .map(|(u, c)| (&u.name, &c.name, &c.url))
            .collect();
        assert!(wrong.is_empty(), "proposed to be watched, and no column: {wrong:?}");
        assert_eq!(proposal.units.iter().filter(|u| !u.nobody).count(), district.unit_count());
    }
}

#[tokio::test]
async fn entries_of_the_menu_that_cannot_be_opened_are_told_and_nothing_is_walked_twice() {
    let (_, server) = district().await;
    let walked = walked(&server, 3_000).await;
    let proposal = duban::discover::propose(&walked, Clues::default());
    let missing: Vec<&str> = proposal.unclear.iter().map(|u| u.name.as_str()).collect();
    for name in ["走进钟山", "办事服务", "互动交流"] {
        assert!(missing.contains(&name), "{missing:?}");
    }
    let hits = server.hits();
    let twice: Vec<_> = hits.iter().filter(|(path, n)| **n > 1 && *path != "/robots.txt").collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(
        !hits.keys().any(|p| p.contains("content_") || p.contains("/t2026") || p.starts_with("/search")),
        "{hits:?}"
    );
}

/// Runs `discover` over the simulated district as a user does.
async fn discovered(office: &Office, server: &Server, more: &[&str]) -> Value {
    let out = office.dir.path().join("found");
    let start = format!("{}/", server.base_url());
    let mut args = vec!["discover", &start, "--out", out.to_str().unwrap()];
    args.extend(more);
    office.run(NOON, &args).await.json()
}

#[tokio::test]
async fn what_is_found_is_a_valid_configuration_with_everything_doubtful_commented_out() {
    let (_, server) = district().await;
    let office = Office::new(&[]).await;
    let said = discovered(&office, &server, &[]).await;
    let text = std::fs::read_to_string(office.dir.path().join("found/units.toml")).unwrap();
    office.write("units.toml", &text);
    let config = duban::config::Config::load(&office.config()).unwrap();
    assert_eq!(config.channels.len() as u64, said["adopted"].as_u64().unwrap());
    assert!(config.units.iter().any(|u| u.id.as_str() == "jyj" && u.name == "钟山区教育局"));
    assert!(
        config.channels.iter().any(|c| c.id.as_str() == "zwzx/zdly-1" && c.url.ends_with("/api/zwzx/zdly-1/list.json"))
    );
    assert!(text.contains("# - 走进钟山"), "{text}");
    // Whatever is there is not overwritten.
    let again = office
        .run(NOON, &["discover", &server.base_url(), "--out", office.dir.path().join("found").to_str().unwrap()])
        .await;
    assert_eq!(again.ended, duban::Ended::WrongUsage);
}

#[tokio::test]
async fn a_spent_budget_is_told() {
    let (_, server) = district().await;
    let office = Office::new(&[]).await;
    let said = discovered(&office, &server, &["--max-pages", "30"]).await;
    assert!(said["unvisited"].as_u64().unwrap() > 50, "{said}");
    assert!(server.hits().values().sum::<u64>() <= 31, "{:?}", server.hits());
    let text = std::fs::read_to_string(office.dir.path().join("found/units.toml")).unwrap();
    assert!(text.contains("页数预算用完"), "{text}");
}
