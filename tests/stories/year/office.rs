//! The program under test, worked as a clerk works it: a site that changes with the days, and commands.

use std::collections::BTreeMap;

use serde_json::Value;

use super::reckoning::closes;
use super::script::{Channel, Day, Event, Script};
use crate::harness::{Office, list};

pub(super) struct YearOffice<'s> {
    script: &'s Script,
    pub(super) office: Office,
    /// Numbers of entries that are taken back later, by their names.
    entries: BTreeMap<&'s str, String>,
}

/// The heading of the sheet of what is due, and the statement above it.
const STATED: &str = "A1.2、A1.3、A2.1、D2.1、E2.1、E3.1";
const HEAD: &str = "指标,单位,事项编号,办理环节,日期";

impl<'s> YearOffice<'s> {
    pub(super) async fn new(script: &'s Script) -> YearOffice<'s> {
        YearOffice { script, office: Office::new(&[]).await, entries: BTreeMap::new() }
    }

    /// All of it in the order of the days: what people enter, the looks, and at the fifth of each month the close of the one
    /// before.
    pub(super) async fn live(&mut self) {
        let first = Day::from_ymd_opt(2026, 1, 2).unwrap();
        self.configure(first);
        self.look(first, None).await;
        let mut events = self.script.events.iter().peekable();
        for (end, on) in closes() {
            while let Some(event) = events.next_if(|e| e.entered <= on) {
                self.configure(event.entered);
                self.enter(event).await;
            }
            self.configure(on);
            self.hand_in_sheets(end, on).await;
            self.look(on, None).await;
            self.run(on, "09:00", &["close", &end.format("%Y-%m").to_string()]).await;
        }
        assert!(events.peek().is_none(), "an event after the last close");
    }

    async fn run(&self, on: Day, at: &str, line: &[&str]) -> String {
        self.office.run(&format!("{on} {at}"), line).await.ok()
    }

    /// The units as the office knows them on a day.
    fn configure(&self, today: Day) {
        let mut text = String::new();
        for unit in &self.script.units {
            let told = unit.told.is_none_or(|t| t <= today);
            if unit.from.is_some() && !told {
                continue;
            }
            let kind = if unit.department { "department" } else { "township" };
            text += &format!("[[unit]]\nid = \"{}\"\nname = \"{}\"\nkind = \"{kind}\"\n", unit.id, unit.name);
            for (key, day) in [("from", unit.from), ("until", unit.until.filter(|_| told))] {
                text += &day.map_or_else(String::new, |d| format!("{key} = {d}\n"));
            }
            for c in self.script.channels.iter().filter(|c| c.unit == unit.id) {
                let url = self.office.site.url(&path(c));
                text += &format!(
                    "[[unit.channel]]\nid = \"{0}\"\nkind = \"{1}\"\nname = \"{0}\"\nurl = \"{url}\"\n",
                    c.id, c.kind
                );
                if c.kind == "wechat" {
                    text += "source = { feed = { trust = \"full\" } }\n";
                }
            }
        }
        self.office.write("units.toml", &text);
    }

    /// Shows the site as it stands on a day, looks at it and judges.
    async fn look(&self, today: Day, only: Option<&str>) {
        for channel in &self.script.channels {
            self.publish(channel, today);
        }
        match only {
            Some(channel) => self.run(today, "08:00", &["poll", "--channel", channel]).await,
            None => self.run(today, "08:00", &["poll"]).await,
        };
        self.run(today, "08:30", &["judge"]).await;
    }

    fn publish(&self, channel: &Channel, today: Day) {
        let (site, path) = (&self.office.site, path(channel));
        if channel.out.iter().any(|(a, b)| *a <= today && today <= *b) {
            return site.status(&path, 503);
        }
        let mut days: Vec<Day> = channel.items.iter().filter(|i| i.1 <= today).map(|i| i.0).collect();
        days.sort_unstable_by(|a, b| b.cmp(a));
        if channel.kind != "wechat" {
            let rows: Vec<[String; 3]> = days
                .iter()
                .map(|d| [format!("{d}关于开展工作的情况"), format!("./t{}.html", d.format("%Y%m%d")), d.to_string()])
                .collect();
            let rows: Vec<(&str, &str, &str)> =
                rows.iter().map(|[t, h, d]| (t.as_str(), h.as_str(), d.as_str())).collect();
            return site.page(&path, list(&rows));
        }
        let items: String = days
            .iter()
            .map(|d| {
                let at = d.format("%a, %d %b %Y 10:00:00 +0800");
                format!("<item><title>{d}推送</title><link>https://example.gov.cn/{path}{d}</link><pubDate>{at}</pubDate></item>")
            })
            .collect();
        let feed =
            format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>账号</title>{items}</channel></rss>");
        site.set(&path, move || {
            axum::http::Response::builder()
                .header("content-type", "application/rss+xml; charset=utf-8")
                .body(axum::body::Body::from(feed.clone()))
                .unwrap()
        });
    }

    /// The month's sign-off sheets in one file, which also says that the registers are complete to the end of the month.
    async fn hand_in_sheets(&self, end: Day, on: Day) {
        use chrono::Datelike as _;
        let mut text = format!("本登记截至,{end},,,\n截至日适用指标,{STATED},,,\n{HEAD}\n");
        for (unit, about, day) in self.script.sheets_in(end.year(), end.month()) {
            text += &format!("E2.1,{unit},{about},报送,{day}\n");
        }
        let file = self.office.dir.path().join(format!("签审单{}.csv", end.format("%Y-%m")));
        std::fs::write(&file, text).unwrap();
        self.run(on, "07:45", &["import", "register", file.to_str().unwrap(), "--by", "张三"]).await;
    }

    async fn enter(&mut self, e: &'s Event) {
        let day = |d: Option<Day>| d.map_or_else(String::new, |d| d.to_string());
        let (first, last) = (day(e.first), day(e.last));
        let channel = format!("{}/{}", e.unit, e.code);
        let about = ["--criterion", &e.criterion, "--unit", &e.unit];
        let by = ["--by", "张三"];
        match e.what.as_str() {
            "register" => return self.register(e, &first).await,
            "cancel" => {
                let id = self.entries[e.code.as_str()].clone();
                self.run(
                    e.entered,
                    "07:30",
                    &[&["register", "--cancel", &id, "--description", &e.text][..], &by].concat(),
                )
                .await;
            }
            "open" => {
                let due = e.more("due").unwrap_or_default();
                let what = ["--code", &e.code, "--title", &e.text, "--opened", &first, "--due", due];
                self.run(e.entered, "07:30", &[&["matter", "open"][..], &about, &what, &by].concat()).await;
            }
            "complete" => {
                self.run(
                    e.entered,
                    "07:30",
                    &[&["matter", "complete"][..], &about, &["--through", &first], &by].concat(),
                )
                .await;
            }
            "submit" | "extend" | "pause" | "resume" | "amend" | "withdraw" | "strike" => self.step(e, &first).await,
            "waive" => {
                let mut line = vec!["waive", "--unit", &e.unit, "--from", &first, "--to", &last, "--reason", &e.text];
                line.extend(["--document", "钟府办〔2026〕9号", "--approver", "王五"]);
                if !e.criterion.is_empty() {
                    line.extend(["--criterion", &e.criterion]);
                }
                if !e.code.is_empty() {
                    line.extend(["--channel", &channel]);
                }
                self.run(e.entered, "07:30", &line).await;
            }
            "declare" => {
                let line = ["declare-empty", "--channel", &channel, "--from", &first, "--to", &last];
                self.run(e.entered, "07:30", &[&line[..], &["--reason", &e.text, "--approver", "王五"]].concat()).await;
            }
            "look" => self.look(e.entered, Some(&channel)).await,
            _ => self.decide(e, &first).await,
        }
    }

    async fn register(&mut self, e: &'s Event, day: &str) {
        let count = e.more("count").unwrap_or("1");
        let mut line = vec!["register", "--criterion", &e.criterion, "--unit", &e.unit, "--day", day, "--count", count];
        line.extend(["--description", &e.text, "--by", "张三"]);
        if let Some(points) = e.more("points") {
            line.extend(["--points", points]);
        }
        let file = self.office.dir.path().join("evidence.txt");
        if let Some(evidence) = e.more("evidence") {
            std::fs::write(&file, evidence).unwrap();
            line.extend(["--evidence", file.to_str().unwrap()]);
        }
        let said = self.run(e.entered, "07:30", &line).await;
        if !e.code.is_empty() {
            let id: String =
                said.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
            self.entries.insert(&e.code, id);
        }
    }

    async fn step(&self, e: &Event, day: &str) {
        let mut line =
            vec!["matter", e.what.as_str(), "--criterion", &e.criterion, "--unit", &e.unit, "--code", &e.code];
        line.extend(["--day", day, "--by", "张三", "--note", &e.text]);
        for key in ["workdays", "until"] {
            if let Some(value) = e.more(key) {
                line.extend([if key == "until" { "--until" } else { "--workdays" }, value]);
            }
        }
        let corrects = if e.what == "strike" { self.submission(e).await } else { String::new() };
        if !corrects.is_empty() {
            line.extend(["--corrects", &corrects]);
        }
        self.run(e.entered, "07:30", &line).await;
    }

    /// The number of the submission that an event strikes out.
    async fn submission(&self, e: &Event) -> String {
        let app = self.office.app(&format!("{} 07:30", e.entered)).await;
        let matters = app.store.matters().await.unwrap();
        let mine = matters.iter().find(|m| m.unit.as_str() == e.unit && m.code.as_str() == e.code);
        let entries = &mine.unwrap().entries;
        let step = entries.iter().find(|s| s.step == model::MatterStep::Submitted && s.day == e.day());
        step.unwrap().id.to_string()
    }

    /// A decision on the finding of a unit and row that ends on the day.
    async fn decide(&self, e: &Event, day: &str) {
        let line = ["findings", "--criterion", &e.criterion, "--unit", &e.unit, "--from", day, "--to", day];
        let found: Value = self.office.run(&format!("{} 07:20", e.entered), &line).await.json();
        let [finding] = &found.as_array().unwrap()[..] else { panic!("{} {} {day}: {found}", e.what, e.unit) };
        let id = finding["id"].to_string();
        let rest = ["--by", "李四", "--reason", &e.text];
        let line = if e.what == "appeal" { vec!["appeal", &id] } else { vec!["decide", &id, &e.what] };
        self.run(e.entered, "07:30", &[&line[..], &rest].concat()).await;
    }
}

fn path(channel: &Channel) -> String {
    format!("/{}/{}/", channel.unit, channel.id)
}
