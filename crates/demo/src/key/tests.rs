use super::*;
use crate::Plan;
use crate::column::{Fault, FaultKind, Post};

mod by_hand;
mod table;

fn d(s: &str) -> Day {
    s.parse().unwrap()
}

/// A district and a column of it that is empty and sound, for a test to fill.
fn bare(first: &str, days: u32) -> (District, Column) {
    let district = District::new(&Plan { seed: 1, first: d(first), days });
    let mut column = district.columns().iter().find(|c| c.id.as_str() == "jyj/gzdt").unwrap().clone();
    column.posts.clear();
    column.faults.clear();
    (district, column)
}

fn honest(no: u32, day: &str) -> Post {
    Post { no, ..Post::honest(crate::clock::stamp(d(day), 7, 0)) }
}

/// Items that say when they were published, one for each day.
fn honest_days(days: &[&str]) -> Vec<Post> {
    (0..).zip(days).map(|(no, day)| honest(no, day)).collect()
}

/// `03-02…03-15` for a proved window, `03-02…03-15?` for one that is not.
fn windows(district: &District, column: &Column, n: i64, as_of: &str) -> Vec<String> {
    let last = d(as_of);
    let days = district.plan().first.iter_days().take_while(|day| *day <= last);
    let looks = days.flat_map(|day| district.rounds().seeing(day));
    let witness = Witness::watch(column, looks, |_| false);
    let found = freshness::silent(district, "B1.1", column, &witness, n, last);
    let show = |s: &Short| {
        format!("{}…{}{}", s.days.first.format("%m-%d"), s.days.last.format("%m-%d"), if s.proved { "" } else { "?" })
    };
    found.iter().map(show).collect()
}
