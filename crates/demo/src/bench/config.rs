//! The large site's configuration, as the binary reads it.

use std::fmt::{Display, Write as _};

use model::ChannelKind;

use super::pages::{column_name, unit_name};
use super::{BenchSite, list_path};
use crate::district::{District, Plan};

/// What column `n` is for.
fn kind(n: usize) -> ChannelKind {
    match n {
        0 => ChannelKind::WorkNews,
        1 => ChannelKind::Notices,
        2 => ChannelKind::Policies,
        3 => ChannelKind::Interpretation,
        n if n % 2 == 0 => ChannelKind::KeyArea,
        _ => ChannelKind::Disclosure,
    }
}

impl BenchSite {
    /// `duban.toml` for a monitor of this site, watched since `since`.
    #[must_use]
    pub fn duban_toml(&self, addr: impl Display, since: model::Day) -> String {
        District::new(&Plan { seed: self.seed, first: since, days: 1 }).duban_toml(addr)
    }

    /// `units.toml` for a monitor of this site: its columns, and the feeds shared out among the units.
    #[must_use]
    pub fn units_toml(&self, addr: impl Display) -> String {
        let mut out = String::new();
        for unit in 0..self.frames.len() {
            let name = unit_name(unit);
            let class = if name.starts_with("钟山区") { "department" } else { "township" };
            let _ = writeln!(out, "\n[[unit]]\nid = \"u{unit:03}\"\nname = {name:?}\nkind = {class:?}\ncontacts = []");
            for column in 0..self.columns {
                let (path, word, name) = (list_path(unit, column), kind(column).word(), column_name(column));
                let _ = writeln!(
                    out,
                    "\n[[unit.channel]]\nid = \"c{column:02}\"\nkind = {word:?}\nname = {name:?}\nurl = \"http://{addr}{path}\""
                );
            }
            for n in (unit..self.feeds.len()).step_by(self.frames.len().max(1)) {
                let _ = writeln!(
                    out,
                    "\n[[unit.channel]]\nid = \"wx{n:02}\"\nkind = \"wechat\"\nname = \"钟山账号{n}\"\nurl = \"http://{addr}/feed/f{n:02}.xml\"\nsource = {{ feed = {{ trust = \"full\" }} }}"
                );
            }
        }
        out
    }
}
