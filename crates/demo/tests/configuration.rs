//! The configuration is TOML with the keys of the manual, and names what the site serves.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use demo::{District, Plan, bench_site};

fn table(text: &str) -> toml::Table {
    text.parse().unwrap()
}

#[test]
fn the_district_describes_itself() {
    let district = District::new(&Plan::default());
    let main = table(&district.duban_toml("127.0.0.1:8080"));
    assert_eq!(main["district"]["monitoring_since"].to_string(), "2026-04-01");
    assert_eq!(main["fetch"]["allow_private_addresses"].to_string(), "[\"127.0.0.1/32\"]");
    let units = table(&district.units_toml("127.0.0.1:8080"));
    let list = units["unit"].as_array().unwrap();
    assert_eq!((list.len(), district.unit_count()), (20, 20));
    let channels: Vec<&toml::Value> = list.iter().flat_map(|u| u["channel"].as_array().unwrap()).collect();
    assert_eq!(channels.len(), district.channel_count());
    assert!(channels.len() >= 110);
    let with = |words: &str| {
        channels.iter().filter(|c| c.get("source").is_some_and(|s| s.to_string().contains(words))).count()
    };
    assert_eq!((with("bridge"), with("json"), with("clears")), (7, 3, 2));
    assert_eq!(units["bridge"][0]["canaries"].to_string(), "[\"zfb/wx\"]");
}

#[test]
fn the_same_seed_gives_the_same_district() {
    let key = |seed| District::new(&Plan { seed, ..Plan::default() });
    assert_eq!(key(3).key(), key(3).key());
    assert_eq!(key(3).units_toml("x"), key(4).units_toml("x"));
}

#[test]
fn every_story_has_its_place_and_is_told_in_one_sentence() {
    let district = District::new(&Plan::default());
    let units = district.units_toml("x");
    let mut names: Vec<&str> = district.stories().iter().map(|s| s.name).collect();
    for story in district.stories() {
        let unit = story.place.split('/').next().unwrap();
        assert!(unit.is_empty() || units.contains(&format!("id = \"{unit}\"")), "{}", story.name);
        assert!(story.sentence.ends_with('。') && story.sentence.matches('。').count() == 1, "{}", story.name);
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), all >= 35), (all, true));
    assert_eq!((district.waivers().len(), district.declared_empty().len()), (1, 1));
}

#[test]
fn the_large_site_describes_itself() {
    let site = bench_site(90, 30, 60, 7);
    let units = table(&site.units_toml("127.0.0.1:8080"));
    let list = units["unit"].as_array().unwrap();
    let channels: usize = list.iter().map(|u| u["channel"].as_array().unwrap().len()).sum();
    assert_eq!((list.len(), channels), (90, 2760));
    assert!(table(&site.duban_toml("127.0.0.1:8080", site.today())).contains_key("fetch"));
}
