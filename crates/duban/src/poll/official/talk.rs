//! One conversation: calls within their bounds, each answer kept before it is read, the token sent and never kept.

use fetch::{Attempt, Came, Parcel, SecretQuery, Target};
use model::{Channel, Coverage, Day, Entry, EvidenceHash, Moment, Outcome, Reason, Source, Whose};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sites::official::{Bad, Refused, Remedy, refused, token};
use store::NewLook;

use super::super::Recorder;
use super::super::look::{Watch, keep};
use crate::app::App;

/// How often a call is made again after "system error".
const RETRIES: usize = 2;
/// Seconds for which an account is left alone that was asked too often within a minute.
const MINUTE: i64 = 90;
/// After midnight the platform counts anew; five minutes later its own clock has surely turned.
const MINUTES_PAST_MIDNIGHT: u32 = 5;

/// Why the conversation ended.
pub(super) struct Stop {
    pub(super) outcome: Outcome,
    pub(super) words: String,
}

/// A conversation under way.
pub(super) struct Talk<'a> {
    app: &'a App,
    channel: &'a Channel,
    at: Moment,
    recorder: &'a Recorder,
    watch: &'a Watch<'a>,
    appid: &'a str,
    secret: &'a str,
    daily_calls: u32,
    page: u32,
    answered: usize,
    first: Option<EvidenceHash>,
    status: Option<u16>,
}

impl<'a> Talk<'a> {
    pub(super) fn begin(
        app: &'a App,
        channel: &'a Channel,
        at: Moment,
        recorder: &'a Recorder,
        watch: &'a Watch<'a>,
    ) -> Option<Talk<'a>> {
        let Source::WechatOfficial { appid, secret, daily_calls, .. } = &channel.source else { return None };
        let daily_calls = *daily_calls;
        let (page, answered, first, status) = (0, 0, None, None);
        Some(Talk { app, channel, at, recorder, watch, appid, secret, daily_calls, page, answered, first, status })
    }

    /// Calls that brought something home.
    pub(super) fn answered(&self) -> usize {
        self.answered
    }

    /// What the account is known by.
    pub(super) fn biz(&self) -> Option<&'a str> {
        self.channel.identity.biz.as_deref()
    }

    /// Asks `path`. `about` says in the kept address what was asked, for an empty answer does not.
    pub(super) async fn ask(&mut self, path: &str, about: &str, body: &Value) -> anyhow::Result<Result<Vec<u8>, Stop>> {
        let mut fresh = false;
        let mut left = RETRIES;
        loop {
            let token = match self.token(fresh).await? {
                Ok(token) => token,
                Err(stop) => return Ok(Err(stop)),
            };
            let said = match self.post(path, about, body, Some(&token)).await? {
                Ok(said) => said,
                Err(stop) => return Ok(Err(stop)),
            };
            let Some(no) = refused(&said) else {
                self.answered += 1;
                return Ok(Ok(said));
            };
            match no.remedy() {
                Remedy::NewToken if !fresh => {
                    self.app.tokens.drop_stale(self.appid, &token);
                    fresh = true;
                }
                Remedy::Retry if left > 0 => left -= 1,
                _ => return Ok(Err(self.refused(&no).await?)),
            }
        }
    }

    /// The token, from memory or by asking for it.
    async fn token(&mut self, fresh: bool) -> anyhow::Result<Result<SecretString, Stop>> {
        let now = self.app.clock.now();
        if let Some(token) = self.app.tokens.get(self.appid, now).filter(|_| !fresh) {
            return Ok(Ok(token));
        }
        let Some(secret) = self.app.secrets.get(self.secret) else {
            let words = format!("没有找到密钥 {}：{}", self.secret, Reason::SecretMissing.what_to_do());
            return Ok(Err(Stop { outcome: Outcome::Failed(Reason::SecretMissing), words }));
        };
        let body = json!({
            "grant_type": "client_credential", "appid": self.appid, "secret": secret.expose_secret(),
            "force_refresh": false,
        });
        let said = match self.post("/cgi-bin/stable_token", "token", &body, None).await? {
            Ok(said) => said,
            Err(stop) => return Ok(Err(stop)),
        };
        Ok(match token(&said) {
            Ok(token) => Ok(self.app.tokens.put(self.appid, &token, now)),
            Err(Bad::Refused(no)) => Err(self.refused(&no).await?),
            Err(Bad::Unreadable) => {
                let words = "取令牌时得到的不是令牌".to_owned();
                Err(Stop { outcome: Outcome::Failed(Reason::Unreadable), words })
            }
        })
    }

    async fn post(
        &mut self,
        path: &str,
        about: &str,
        body: &Value,
        token: Option<&SecretString>,
    ) -> anyhow::Result<Result<Vec<u8>, Stop>> {
        if let Some(stop) = self.out_of_bounds().await? {
            return Ok(Err(stop));
        }
        let secret =
            token.map(|t| SecretQuery { name: "access_token".to_owned(), value: t.expose_secret().to_owned() });
        let url = format!("{}{path}", self.channel.url.trim_end_matches('/'));
        let target = Target { secret, ..Target::new(url) };
        let parcel =
            Parcel { media: "application/json".into(), headers: vec![], bytes: serde_json::to_vec(body)?.into() };
        let mut attempt = self.app.fetcher.post_to(&target, parcel).await;
        self.status = attempt.status.or(self.status);
        // What holds a token is not kept, whatever else stands in it.
        if token.is_some() || refused(&attempt.body).is_some() {
            attempt.url = format!("{}#{about}", attempt.url);
            let kept = keep(self.recorder, self.channel, self.at, self.page, &attempt, self.app).await?;
            self.page += 1;
            self.first = self.first.take().or(kept);
        }
        match attempt.came {
            Came::Body => Ok(Ok(attempt.body.to_vec())),
            came => Ok(Err(self.did_not_come(came, attempt).await)),
        }
    }

    /// Is the account left alone, or are its calls of today spent?
    async fn out_of_bounds(&self) -> anyhow::Result<Option<Stop>> {
        let (app, what, now) = (self.app, self.books(), self.app.clock.now());
        if let Some((until, reason)) = app.store.left_alone(&what, now).await? {
            let words = format!("{}，{} 以后再问", reason.text(), app.zone().local(until));
            return Ok(Some(Stop { outcome: Outcome::Failed(reason), words }));
        }
        if app.store.spend(&what, app.zone().day(now), self.daily_calls).await? {
            return Ok(None);
        }
        let words = format!("本账号今日已调用 {} 次，达到 daily_calls", self.daily_calls);
        Ok(Some(Stop { outcome: Outcome::Failed(Reason::QuotaSpent), words }))
    }

    fn books(&self) -> String {
        format!("wechat:{}", self.appid)
    }

    async fn refused(&self, no: &Refused) -> anyhow::Result<Stop> {
        let (app, now) = (self.app, self.app.clock.now());
        let until = match no.remedy() {
            Remedy::WaitAMinute => Some(now + chrono::TimeDelta::seconds(MINUTE)),
            Remedy::Tomorrow => Some(tomorrow(app, now)),
            Remedy::Retry | Remedy::NewToken | Remedy::Person => None,
        };
        if let Some(until) = until {
            app.store.leave_alone(&self.books(), until, no.reason()).await?;
        }
        tracing::warn!(channel = %self.channel.id, code = no.code, rid = no.rid, "{}", no.reason().text());
        Ok(Stop { outcome: no.outcome(), words: no.words() })
    }

    async fn did_not_come(&self, came: Came, attempt: Attempt) -> Stop {
        let outcome = match came {
            Came::Blocked(reason) => Outcome::Blocked(reason),
            Came::Failed(reason) if reason.whose() == Whose::Network && self.watch.offline().await => {
                Outcome::Failed(Reason::MonitorOffline)
            }
            Came::Failed(reason) => Outcome::Failed(reason),
            Came::NotModified | Came::Body => Outcome::Failed(Reason::Unreadable),
        };
        Stop { outcome, words: attempt.detail }
    }

    /// A look that brought nothing home.
    pub(super) fn failed(self, stop: Stop) -> NewLook {
        NewLook { detail: Some(stop.words).filter(|w| !w.is_empty()), ..self.blank(stop.outcome) }
    }

    /// A look with what it saw.
    pub(super) fn done(self, covers: Coverage, entries: Vec<Entry>, counted: Vec<Day>, notes: Vec<String>) -> NewLook {
        let rows = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let dated = entries.iter().filter(|e| e.date.is_some()).count();
        NewLook {
            covers,
            entries,
            counted,
            notes,
            first_page_rows: rows,
            first_page_dated: u32::try_from(dated).unwrap_or(u32::MAX),
            ..self.blank(Outcome::Read)
        }
    }

    fn blank(&self, outcome: Outcome) -> NewLook {
        NewLook {
            evidence: self.first.clone(),
            status: self.status,
            adapter: "wechat-official".to_owned(),
            ..NewLook::new(self.channel.id.clone(), self.at, outcome, &self.channel.url)
        }
    }
}

/// Five past midnight in the district.
fn tomorrow(app: &App, now: Moment) -> Moment {
    let next = model::calendar::shift(app.zone().day(now), 1);
    app.zone().at(next, chrono::NaiveTime::from_hms_opt(0, MINUTES_PAST_MIDNIGHT, 0).unwrap_or_default())
}
