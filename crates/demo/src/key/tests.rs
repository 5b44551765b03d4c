use super::*;
use crate::Plan;

fn lines(key: &[KeyFinding], verdict: Verdict) -> Vec<String> {
    let of = |k: &&KeyFinding| k.verdict == verdict;
    key.iter()
        .filter(of)
        .map(|k| {
            let place = k.channel.clone().unwrap_or_else(|| k.unit.clone());
            format!(
                "{} {place} {}…{} {} {}",
                k.criterion,
                k.from.format("%m-%d"),
                k.to.format("%m-%d"),
                k.missing,
                k.points
            )
        })
        .collect()
}

#[test]
fn show() {
    let key = District::new(&Plan::default()).key();
    println!("{}", lines(&key, Verdict::Breached).join("\n"));
    println!("--\n{}", lines(&key, Verdict::Unknown).join("\n"));
}
