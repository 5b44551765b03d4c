//! A small district to test with.

use std::path::PathBuf;

use model::{
    Channel, ChannelId, ChannelKind, CountingMode, Coverage, Day, DayRange, Entry, FindingKey, Judgement, Moment,
    Outcome, Points, Proof, Scope, Unit, UnitKind, Verdict, Zone,
};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::{Judged, NewLook, Recorded, Store};
use tempfile::TempDir;

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) path: PathBuf,
    _folder: TempDir,
}

pub(crate) fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn days(first: &str, last: &str) -> DayRange {
    DayRange::new(day(first), day(last)).unwrap()
}

pub(crate) fn channel_id(text: &str) -> ChannelId {
    text.parse().unwrap()
}

pub(crate) fn unit(id: &str) -> Unit {
    Unit {
        id: id.parse().unwrap(),
        name: format!("{id}局"),
        kind: UnitKind::Department,
        aliases: vec![],
        contacts: vec![],
        from: None,
        until: None,
    }
}

pub(crate) fn channel(id: &str) -> Channel {
    Channel {
        id: channel_id(id),
        kind: ChannelKind::WorkNews,
        name: "工作动态".into(),
        url: format!("http://x.gov.cn/{id}/"),
        source: model::Source::Auto,
        identity: Default::default(),
        life: model::unit::Life { from: day("2026-01-01"), until: None },
    }
}

/// A database with the units `jyj` and `wjj`, and two columns of the first and one of the second.
pub(crate) async fn house() -> House {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("duban.db");
    let store = Store::open(&path, Zone::SHANGHAI).await.unwrap();
    let channels = ["jyj/gzdt", "jyj/tzgg", "wjj/gzdt"].map(channel);
    store.sync_registry(&[unit("jyj"), unit("wjj")], &channels, at("2026-01-01T00:00:00Z")).await.unwrap();
    House { store, path, _folder: folder }
}

impl House {
    /// The same file behind the store's back.
    pub(crate) async fn raw(&self) -> SqlitePool {
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(&self.path).foreign_keys(true)).await.unwrap()
    }

    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.raw().await).await.unwrap()
    }

    pub(crate) async fn see(&self, channel: &str, when: &str, entries: &[Entry]) -> i64 {
        self.store.record_looks(&[read(channel, when, entries)]).await.unwrap()[0]
    }

    pub(crate) async fn judge(&self, when: &str, judgements: &[Judgement]) -> Recorded {
        let scopes = [channel("jyj/gzdt").id, channel("jyj/tzgg").id, channel("wjj/gzdt").id].map(Scope::Channel);
        let judged = Judged {
            rulebook: &"zs".parse().unwrap(),
            judged_at: at(when),
            as_of: at(when),
            scopes: &scopes,
            since: Day::MIN,
            judgements,
        };
        self.store.record_judgements(&judged).await.unwrap()
    }
}

pub(crate) fn entry(url: &str, date: Option<&str>) -> Entry {
    Entry {
        title: format!("关于{url}的通知"),
        url: format!("http://x.gov.cn/{url}"),
        date: date.map(day),
        date_from: date.map(|_| model::DateFrom::List),
        source: None,
    }
}

pub(crate) fn read(channel: &str, when: &str, entries: &[Entry]) -> NewLook {
    NewLook {
        covers: Coverage::Everything,
        entries: entries.to_vec(),
        first_page_rows: 20,
        first_page_dated: 19,
        ..NewLook::new(channel_id(channel), at(when), Outcome::Read, "http://x.gov.cn/list")
    }
}

pub(crate) fn look(channel: &str, when: &str, outcome: Outcome) -> NewLook {
    NewLook::new(channel_id(channel), at(when), outcome, "http://x.gov.cn/list")
}

pub(crate) fn judgement(channel: &str, first: &str, last: &str, verdict: Verdict) -> Judgement {
    Judgement {
        key: FindingKey {
            rulebook: "zs".parse().unwrap(),
            criterion: "B1.1".parse().unwrap(),
            scope: Scope::Channel(channel_id(channel)),
            days: days(first, last),
        },
        verdict,
        missing: 1,
        points: if verdict == Verdict::Breached { Points::whole(-2) } else { Points::ZERO },
        mode: CountingMode::EachWindow,
        flags: vec![],
        proof: Proof { enough: "只要有一条".into(), ..Proof::default() },
    }
}
