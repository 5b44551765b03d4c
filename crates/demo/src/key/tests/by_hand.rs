//! The whole key of the shipped script, worked by hand from the stories: it must not depend on the seed.

use super::*;

const BREACHED: &[&str] = &[
    "A5.1 xfj/zsk 04-01…06-30 -100",
    "B1.1 baohua/gzdt 03-25…04-07 -300",
    "B1.1 baohua/gzdt 06-01…06-14 -300",
    "B1.1 czj/gzdt 04-12…04-25 -300",
    "B1.1 dahe/gzdt 04-11…04-24 -300",
    "B1.1 dahe/gzdt 04-25…05-08 -300",
    "B1.1 fenghuang/gzdt 05-02…05-15 -300",
    "B1.1 jyj/gzdt 04-08…04-21 -300",
    "B1.1 mzj/gzdt 04-11…04-24 -300",
    "B1.1 rsj/gzdt 05-05…05-18 -300",
    "B1.1 scjgj/gzdt 04-18…05-01 -300",
    "B1.1 wangjiazhai/gzdt 03-26…04-08 -300",
    "B1.1 wjj/gzdt 04-16…04-29 -300",
    "B1.1 wjj/gzdt 04-30…05-13 -300",
    "B1.1 wjj/gzdt 05-14…05-27 -300",
    "B1.1 yjj/gzdt 04-22…05-05 -300",
    "B1.1 zwzx/ckdt 05-11…05-24 -300",
    "B1.1 zwzx/ckdt 05-25…06-07 -300",
    "B1.1 zwzx/ckdt 06-08…06-21 -300",
    "B1.2 mzj/hygq 11-03…05-01 -200",
    "B1.2 zfb/ggqsy 12-03…05-31 -200",
    "B1.2 zwzx/tzgg 11-11…05-09 -200",
    "B1.3 dahe/zdly-1 04-01…06-30 -100",
    "B1.3 fgj/zdly-2 04-01…06-30 -100",
    "B1.3 wjj/zdly-1 04-01…06-30 -100",
    "C1.1 baohua/sph 05-02…05-15 -200",
    "C1.1 czj/wx 04-22…05-05 -200",
    "C1.1 czj/wx 05-06…05-19 -200",
    "C1.1 jyj/wx 04-12…04-25 -200",
    "C1.1 jyj/wx 04-26…05-09 -200",
    "C1.1 scjgj/wx 05-17…05-30 -200",
    "C1.1 scjgj/wx 05-31…06-13 -200",
    "C1.1 scjgj/wx 06-14…06-27 -200",
    "E2.2 baohua 06-01…06-07 -100",
    "E2.2 baohua 06-08…06-14 -100",
    "E2.2 baohua 06-15…06-21 -100",
    "E2.2 qinglin 04-20…04-26 -100",
    "E2.2 qinglin 05-11…05-17 -100",
];

const UNKNOWN: &[&str] = &[
    "B1.1 hecheng/gzdt 05-30…06-12 0",
    "B1.1 hecheng/gzdt 06-13…06-26 0",
    "B1.1 htp/gzdt 06-07…06-20 0",
    "B1.1 muguo/gzdt 05-02…05-15 0",
    "C1.1 dahe/wx 06-12…06-25 0",
    "C1.1 fgj/wx 06-12…06-25 0",
    "C1.1 jyj/wx 06-12…06-25 0",
    "C1.1 mzj/wx 06-12…06-25 0",
    "C1.1 rsj/wx 06-12…06-25 0",
    "C1.1 wjj/wb 05-12…05-25 0",
    "C1.1 wjj/wb 05-26…06-08 0",
    "C1.1 wjj/wb 06-09…06-22 0",
    "C1.1 wjj/wx 06-12…06-25 0",
    "C1.1 yjj/wx 05-24…06-06 0",
    "C1.1 yjj/wx 06-07…06-20 0",
    "C1.1 zfb/wx 06-12…06-25 0",
    "E2.2 htp 06-08…06-14 0",
    "E2.2 htp 06-15…06-21 0",
    "E2.2 htp 06-22…06-28 0",
    "E2.2 yjj 06-15…06-21 0",
];

fn lines(key: &[KeyFinding], verdict: Verdict) -> Vec<String> {
    let of = |k: &&KeyFinding| k.verdict == verdict;
    let line = |k: &KeyFinding| {
        assert_eq!(k.missing, 1);
        let place = k.channel.as_deref().unwrap_or(&k.unit);
        format!("{} {place} {}…{} {}", k.criterion, k.from.format("%m-%d"), k.to.format("%m-%d"), k.points)
    };
    key.iter().filter(of).map(line).collect()
}

#[test]
fn the_key_is_what_the_stories_say_whatever_the_seed() {
    for seed in 0..12 {
        let key = District::new(&Plan { seed, ..Plan::default() }).key();
        assert_eq!(lines(&key, Verdict::Breached), BREACHED, "seed {seed}");
        assert_eq!(lines(&key, Verdict::Unknown), UNKNOWN, "seed {seed}");
        assert_eq!(key.len(), BREACHED.len() + UNKNOWN.len());
    }
}

#[test]
fn no_silence_ends_on_the_last_day_where_readings_of_the_specification_may_differ() {
    let plan = Plan::default();
    assert!(District::new(&plan).key().iter().all(|k| k.to < plan.last()));
}

#[test]
fn a_breach_is_in_no_key_before_its_proof() {
    let district = District::new(&Plan::default());
    let at = |day: &str| lines(&district.key_as_of(d(day)), Verdict::Breached);
    assert!(!at("2026-04-21").contains(&BREACHED[7].to_owned()));
    assert!(at("2026-04-22").contains(&BREACHED[7].to_owned()));
    // The quarter ends on 06-30 and is proved by the look of 07-01.
    assert!(!at("2026-06-30").contains(&BREACHED[0].to_owned()));
    assert!(at("2026-07-01").contains(&BREACHED[0].to_owned()));
}

#[test]
fn a_blind_bridge_accuses_nobody() {
    let district = District::new(&Plan::default());
    let accounts = |day: &str| {
        let key = district.key_as_of(d(day));
        lines(&key, Verdict::Breached).iter().filter(|l| l.contains("/wx 06-12")).count()
    };
    assert_eq!([accounts("2026-06-25"), accounts("2026-06-26"), accounts("2026-07-02")], [0, 0, 0]);
}
