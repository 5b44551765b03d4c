//! The site in a process of its own, so that only the monitor's work and memory are measured in this one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use demo::SoakPlan;
use model::Moment;

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

    fn answer(&mut self) {
        assert!(self.hear.read_line(&mut String::new()).unwrap() > 0, "the site has ended");
    }
}

impl World for Apart {
    fn set(&mut self, at: Moment) {
        writeln!(self.say, "{}", at.timestamp()).unwrap();
        self.answer();
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
        let seconds = line.unwrap().parse().unwrap();
        here.set(chrono::DateTime::from_timestamp(seconds, 0).unwrap());
        println!("set");
    }
}
