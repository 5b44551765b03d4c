//! Findings as rows.

use model::Verdict;
use report::table::{KEYS, csv, json, rows};

use crate::support::*;

fn some() -> Vec<model::Finding> {
    vec![breach(12), finding(13, "E2.2", "jyj", "2026-11-09", "2026-11-15", Verdict::Breached)]
}

#[test]
fn json_has_exactly_the_keys_of_the_contract() {
    let text = json(&rows(&some())).unwrap();
    insta::assert_snapshot!(text, @r#"
    [
    {"id":12,"criterion":"B1.1","unit":"jyj","channel":"jyj/gzdt","from":"2026-11-03","to":"2026-11-16","missing":1,"points":-3,"verdict":"breached","state":"detected","month":"2026-11","flags":["repeated","proved-late"]},
    {"id":13,"criterion":"E2.2","unit":"jyj","channel":null,"from":"2026-11-09","to":"2026-11-15","missing":1,"points":-1,"verdict":"breached","state":"detected","month":"2026-11","flags":[]}
    ]
    "#);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&str> = value[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, KEYS);
    assert_eq!(json(&[]).unwrap().trim(), "[]");
}

#[test]
fn csv_has_the_same_columns() {
    insta::assert_snapshot!(csv(&rows(&some())).unwrap(), @r"
    id,criterion,unit,channel,from,to,missing,points,verdict,state,month,flags
    12,B1.1,jyj,jyj/gzdt,2026-11-03,2026-11-16,1,-3,breached,detected,2026-11,repeated proved-late
    13,E2.2,jyj,,2026-11-09,2026-11-15,1,-1,breached,detected,2026-11,
    ");
}
