//! The site in a process of its own, so that only the monitor's work and memory are measured in this one.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use demo::SoakPlan;
use model::{Moment, Verdict};

use crate::run::{Here, World};

/// The site as this process sees it.
pub(crate) struct Apart {
    child: Child,
    say: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Apart {
    /// Starts it, and waits until it serves.
    pub(crate) fn start(command: &mut Command) -> Apart {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (say, hear) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut apart = Apart { child, say, hear };
        apart.answer();
        apart
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        assert!(self.hear.read_line(&mut line).unwrap() > 0, "the site has ended");
        line.truncate(line.trim_end().len());
        line
    }
}

impl World for Apart {
    fn set(&mut self, at: Moment) {
        writeln!(self.say, "{}", at.timestamp()).unwrap();
        self.answer();
    }

    /// Worked out over there: it takes more memory than the monitor does.
    fn key(&mut self, plan: &SoakPlan, verdict: Verdict) -> BTreeSet<String> {
        writeln!(self.say, "key {} {}", plan.days, verdict.word()).unwrap();
        std::iter::from_fn(|| Some(self.answer()).filter(|line| !line.is_empty())).collect()
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What the process of its own does.
pub(crate) fn serve(plan: &SoakPlan, dir: &Path) {
    let mut here = Here::new(plan, dir);
    println!("ready");
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["key", days, verdict] => {
                let plan = SoakPlan { days: days.parse().unwrap(), ..*plan };
                here.key(&plan, Verdict::from_word(verdict).unwrap()).iter().for_each(|line| println!("{line}"));
                println!();
            }
            _ => {
                here.set(chrono::DateTime::from_timestamp(line.parse().unwrap(), 0).unwrap());
                println!("set");
            }
        }
    }
}
