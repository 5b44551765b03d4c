//! The district's configuration, as the binary reads it.

use std::fmt::{Display, Write as _};

use model::{Trust, UnitKind};

use crate::column::{Account, Column, Family, Office};
use crate::district::District;

/// The bridge that serves the feeds of several accounts.
const BRIDGE: &str = "wewe";

/// Where the simulated site stands in for 微信公众平台.
pub(crate) const OPEN_PLATFORM: &str = "/open/wechat";

/// The name and the value of the secret that the accounts of the simulated district have on that platform.
pub const DEMO_SECRET: (&str, &str) = ("WX_DEMO", "demo-app-secret");

/// The AppID of an account.
pub(crate) fn appid(column: &Column) -> String {
    format!("wx{:016}", column.number)
}

/// A canary publishes daily; older than this many days it shows the bridge blind.
const CANARY_DAYS: u32 = 5;

impl District {
    /// `duban.toml` for a monitor of this district. `addr` is where the site is served: `127.0.0.1:8080`.
    #[must_use]
    pub fn duban_toml(&self, addr: impl Display) -> String {
        let hours: Vec<String> = self.rounds().hours().iter().map(ToString::to_string).collect();
        format!(
            r#"# 模拟区的配置：站点在 http://{addr}/
[district]
name = "钟山区"
office = "区政务公开办"
time_zone = "Asia/Shanghai"
rulebook = "rulebook/zhongshan-2022.toml"
monitoring_since = {}

[schedule]
poll   = "0 0 {hours} * * *"
judge  = "0 30 8 * * *"
weekly = "0 0 9 * * Mon"
close  = "0 0 10 5 * *"

[fetch]
user_agent = "duban (office@example.gov.cn)"
per_host_per_second = 100000.0
timeout_seconds = {timeout}
max_body_mib = 8
revisit_hours = {revisit}
allow_private_addresses = ["127.0.0.1/32"]
reference_urls = []

[mail]
from = "政务公开监测 <duban@example.gov.cn>"
district = ["office@example.gov.cn"]
"#,
            self.plan().first,
            hours = hours.join(","),
            revisit = 6.min(24 / hours.len()).saturating_sub(usize::from(hours.len() > 1)).max(1),
            timeout = if hours.len() > 1 { 4 } else { 20 },
        )
    }

    /// `units.toml` for a monitor of this district, with the bridge.
    #[must_use]
    pub fn units_toml(&self, addr: impl Display) -> String {
        let base = format!("http://{addr}");
        let mut out = "# 模拟区的单位和栏目\n".to_owned();
        for (index, office) in self.offices().iter().enumerate() {
            write_unit(&mut out, office);
            for column in self.columns().iter().filter(|c| c.office == index) {
                write_channel(&mut out, column, office, &base);
            }
        }
        let canaries: Vec<String> =
            self.columns().iter().filter(|c| c.bridged).take(1).map(|c| format!("{:?}", c.id.as_str())).collect();
        line(
            &mut out,
            format_args!(
                "\n[[bridge]]\nid = {BRIDGE:?}\ncanaries = [{}]\ncanary_days = {CANARY_DAYS}",
                canaries.join(", ")
            ),
        );
        out
    }
}

/// Writing into a `String` cannot fail.
fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}

fn write_unit(out: &mut String, office: &Office) {
    let kind = match office.kind {
        UnitKind::Department => "department",
        UnitKind::Township => "township",
    };
    line(out, format_args!("\n[[unit]]\nid = {:?}\nname = {:?}\nkind = {kind:?}", office.id, office.name));
    if let Some(short) = office.name.strip_prefix("钟山") {
        line(out, format_args!("aliases = [{short:?}]"));
    }
    line(out, format_args!("contacts = [\"{}@example.gov.cn\"]", office.id));
    if let Some(until) = office.until {
        line(out, format_args!("until = {until}"));
    }
}

fn write_channel(out: &mut String, column: &Column, office: &Office, base: &str) {
    line(out, format_args!("\n[[unit.channel]]\nid = {:?}\nkind = {:?}", column.id.name(), column.kind.word()));
    line(out, format_args!("name = {:?}", column.name));
    match column.account {
        Account::Page => line(out, format_args!("url = \"{base}{}\"", column.path)),
        Account::Official => line(out, format_args!("url = \"{base}{OPEN_PLATFORM}\"")),
        Account::Manual => {}
    }
    if let Some(source) = source(column) {
        line(out, format_args!("source = {source}"));
    }
    if let Some(from) = column.from {
        line(out, format_args!("from = {from}"));
    }
    if let Some(until) = office.until {
        line(out, format_args!("until = {until}"));
    }
}

fn source(column: &Column) -> Option<String> {
    match column.account {
        Account::Manual => return Some("\"manual\"".to_owned()),
        Account::Official => {
            let appid = appid(column);
            return Some(format!("{{ wechat_official = {{ appid = {appid:?}, secret = {:?} }} }}", DEMO_SECRET.0));
        }
        Account::Page => {}
    }
    if column.kind.is_new_media() {
        let trust = match column.trust {
            Trust::Clears => "clears",
            Trust::Witnessed => "witnessed",
            Trust::Full => "full",
        };
        let bridge = if column.bridged { format!(", bridge = {BRIDGE:?}") } else { String::new() };
        return Some(format!("{{ feed = {{ trust = {trust:?}{bridge} }} }}"));
    }
    match column.family {
        Family::Json => Some(
            r#"{ json = { entries = "/data/list", title = "title", url = "url", date = "publishTime" } }"#.to_owned(),
        ),
        family if family.is_feed() => Some(r#""feed""#.to_owned()),
        _ => None,
    }
}
