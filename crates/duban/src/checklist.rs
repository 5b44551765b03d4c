//! The weekly list for a person with ten minutes: accounts that no source can accuse just now. What is seen there comes
//! back by `duban observe`.

use std::collections::HashMap;

use model::{Channel, ChannelId, Day, Outcome, Source, Timeline, Trust};
use report::text::Plain;
use sheets::write::{About, Form, Heading, Kind, Out};

use crate::app::App;
use crate::mail::Letter;

/// A look older than this many days proves no window that ended since.
const STALE_DAYS: i64 = 3;
/// A believed source that shows nothing new for so many days cannot be told from one that stands still.
const QUIET_DAYS: i64 = 10;
/// The most lines that a letter shows; the sheet holds all of them.
const SHOWN: usize = 60;

/// The columns of the sheet that come back filled in.
pub const COLUMNS: [&str; 4] = ["编号", "最新一条日期", "链接", "查看人"];

/// One account to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The account.
    pub channel: ChannelId,
    /// The name of its unit.
    pub unit: String,
    /// Its own name.
    pub name: String,
    /// Its platform.
    pub platform: &'static str,
    /// Where it is found, if anywhere.
    pub place: String,
    /// The newest item that any source has shown.
    pub newest: Option<Day>,
    /// When a person looked last.
    pub looked: Option<Day>,
    /// Why no source can accuse it.
    pub why: String,
}

/// Every account that nobody but a person can see in full today, those longest not looked at first.
///
/// # Errors
/// When the store fails.
pub async fn due(app: &App) -> anyhow::Result<Vec<Due>> {
    let now = app.clock.now();
    let today = app.zone().day(now);
    let latest = app.store.latest_outcomes().await?;
    let good: HashMap<ChannelId, Day> =
        app.store.last_reads().await?.into_iter().map(|(id, l)| (id, app.zone().day(l.at))).collect();
    let accounts: Vec<&Channel> =
        app.config.channels.iter().filter(|c| c.kind.is_new_media() && c.life.contains(today)).collect();
    let mut list = vec![];
    for account in accounts {
        let sources: Vec<Channel> = app.config.sources_of(&account.id).cloned().collect();
        let timelines = app.store.timelines(&sources, now).await?;
        let Some(why) = why(&sources, &timelines, (&latest, &good), today) else { continue };
        let newest = timelines.iter().flat_map(|t| &t.items).filter_map(|i| i.dated_by_person.or(i.claimed)).max();
        let manual = sources.iter().find(|s| matches!(s.source, Source::Manual { .. }));
        list.push(Due {
            channel: account.id.clone(),
            unit: app.config.unit(&account.id.unit()).map(|u| u.name.clone()).unwrap_or_default(),
            name: account.name.clone(),
            platform: account.kind.label(),
            place: account.identity.gh.clone().unwrap_or_default(),
            newest,
            looked: manual.and_then(|m| good.get(&m.id).copied()),
            why,
        });
    }
    list.sort_by(|a, b| (a.looked, &a.channel).cmp(&(b.looked, &b.channel)));
    Ok(list)
}

/// Why none of the sources can accuse; `None` where one can.
fn why(
    sources: &[Channel],
    timelines: &[Timeline],
    (latest, good): (&HashMap<ChannelId, Outcome>, &HashMap<ChannelId, Day>),
    today: Day,
) -> Option<String> {
    let automatic = || sources.iter().filter(|s| !matches!(s.source, Source::Manual { .. }));
    let accusing: Vec<&Channel> = automatic().filter(|s| s.trust() != Trust::Clears).collect();
    if accusing.is_empty() {
        let none = automatic().next().is_none();
        return Some(if none {
            "只能人工查看".to_owned()
        } else {
            "来源只能证明更新，不能证明未更新".to_owned()
        });
    }
    let fresh = |s: &&&Channel| good.get(&s.id).is_some_and(|d| (today - *d).num_days() <= STALE_DAYS);
    let quiet = |s: &Channel| {
        let shown = timelines.iter().filter(|t| t.channel.id == s.id).flat_map(|t| &t.items);
        let newest = shown.filter_map(|i| i.dated_by_person.or(i.claimed)).max();
        s.trust() == Trust::Witnessed && newest.is_none_or(|d| (today - d).num_days() > QUIET_DAYS)
    };
    if accusing.iter().any(|s| fresh(&s) && !quiet(s)) {
        return None;
    }
    if accusing.iter().any(|s| fresh(&s)) {
        return Some("来源多日没有显示新内容，分不清是账号停更还是来源停滞".to_owned());
    }
    let trouble = accusing.iter().find_map(|s| latest.get(&s.id)?.reason());
    Some(match trouble {
        Some(reason) => format!("来源看不见：{}；{}", reason.text(), reason.what_to_do()),
        None => "来源尚未检查过".to_owned(),
    })
}

/// The list as a workbook whose empty cells come back by `duban observe --file`.
///
/// # Errors
/// When the workbook cannot be made.
pub fn xlsx(app: &App, list: &[Due]) -> anyhow::Result<Vec<u8>> {
    let heading = |name: &str, kind, required, hint: &str| Heading {
        name: name.to_owned(),
        kind,
        required,
        hint: hint.to_owned(),
    };
    let text = |name: &str, hint: &str| heading(name, Kind::Text, false, hint);
    let form = Form {
        name: "人工查看清单".to_owned(),
        above: vec![],
        headings: vec![
            text("单位", "不必改"),
            text("账号", "不必改"),
            text("平台", "不必改"),
            text("原始号", "在公众平台搜索账号时核对"),
            text("为什么", "自动来源为何看不全"),
            heading("已知最新", Kind::Date, false, "系统已知的最新一条"),
            heading("上次查看", Kind::Date, false, "上一次人工查看"),
            text(COLUMNS[0], "不要改"),
            heading(COLUMNS[1], Kind::Date, true, "打开账号，填写最新一条的发布日期；没有看的行留空"),
            text(COLUMNS[2], "可填该条的网址，系统会打开核对日期"),
            heading(COLUMNS[3], Kind::Text, true, "谁看的"),
        ],
        examples: vec![],
        rows: list
            .iter()
            .map(|d| {
                let day = |d: Option<Day>| d.map_or(Out::Empty, Out::Date);
                vec![
                    Out::text(&d.unit),
                    Out::text(&d.name),
                    Out::text(d.platform),
                    Out::text(&d.place),
                    Out::text(&d.why),
                    day(d.newest),
                    day(d.looked),
                    Out::text(d.channel.as_str()),
                    Out::Empty,
                    Out::Empty,
                    Out::Empty,
                ]
            })
            .collect(),
    };
    let about = About {
        title: format!("{}政务新媒体人工查看清单", app.config.district.name),
        notes: vec![("填好以后".to_owned(), "duban observe --file 本文件".to_owned())],
        made_at: app.clock.now(),
    };
    Ok(sheets::write::xlsx(&[form], &about)?)
}

/// The list as the office's letter of `week`; `None` where there is nothing to look at.
///
/// # Errors
/// When the store fails or the workbook cannot be made.
pub async fn letter(app: &App, week: model::IsoWeek) -> anyhow::Result<Option<Letter>> {
    let list = due(app).await?;
    if list.is_empty() {
        return Ok(None);
    }
    let head = format!(
        "下列 {} 个账号目前没有任何来源能证明其未更新，请人工各看一眼（约十分钟），把最新一条的日期填在附件里，\
         然后运行 duban observe --file 附件。没有看的行留空；不看就不会扣分，只会一直待核。",
        list.len()
    );
    let line = |d: &Due| {
        let day = |d: Option<Day>| d.map_or_else(|| "无".to_owned(), |d| d.to_string());
        format!(
            "· {} {}（{}，{}）：已知最新 {}，上次查看 {}；{}",
            Plain::new(&d.unit),
            Plain::new(&d.name),
            d.platform,
            d.channel,
            day(d.newest),
            day(d.looked),
            d.why
        )
    };
    let mut lines: Vec<String> = list.iter().take(SHOWN).map(line).collect();
    if list.len() > SHOWN {
        lines.push(format!("……其余 {} 个见附件", list.len() - SHOWN));
    }
    let html: String = lines.iter().map(|l| format!("<p>{}</p>", escaped(l))).collect();
    let subject = format!("{} 政务新媒体人工查看清单（{} 个账号）", week, list.len());
    let sheet = xlsx(app, &list)?;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(Some(Letter {
        key: format!("checklist:{week}:office"),
        to: app.config.mail.district.clone(),
        subject,
        text: format!("{head}\n\n{}\n", lines.join("\n")),
        html: format!("<html><body><p>{}</p>{html}</body></html>", escaped(&head)),
        attachments: vec![(format!("checklist-{week}.xlsx"), media, sheet)],
    }))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
