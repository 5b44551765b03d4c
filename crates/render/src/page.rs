//! One page: each of its requests answered, until nothing happens any more.

use std::collections::HashMap;

use bytes::Bytes;
use fetch::{Attempt, Came, Fetcher, Parcel, Wish};
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::pipe::{Ear, Line};
use crate::policy::{self, Request, Way};
use crate::{RenderError, Settings, answer};

/// Troubles of one page that are told.
const MOST_TROUBLES: usize = 20;
/// Requests whose addresses are remembered.
const MOST_KNOWN: usize = 2_000;

/// Runs before any script of the page: ways out that are no requests, and that no row needs.
const BEFORE: &str =
    "for (const n of ['RTCPeerConnection','webkitRTCPeerConnection','RTCDataChannel']) delete window[n];";

/// The page as text, and its links in an order of their own: what must stand still before the page is done. Run in a world
/// apart, where the page's scripts have changed nothing.
const SNAPSHOT: &str = r"(() => {
    const root = document.documentElement;
    const html = root ? root.outerHTML : '';
    if (html.length > LARGEST) return { large: true };
    let mark = document.links.length + ':';
    let sum = 0;
    for (const a of document.links) {
        const text = a.href + ' ' + a.textContent.trim();
        let hash = 0;
        for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
        sum = (sum + hash) | 0;
    }
    return { html, mark: mark + sum };
})()";

/// A page as a reader's browser shows it.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The document, in UTF-8 with its mark.
    pub body: Bytes,
    /// The browser's name and version.
    pub by: String,
    /// The answers that it was built from, in the order in which they came: scripts, data, frames.
    pub answers: Vec<Attempt>,
    /// What the page asked for.
    pub asked: Vec<Asked>,
    /// What did not come, so that rows may be missing. Nothing may be concluded from what is not on such a page.
    pub trouble: Vec<Trouble>,
}

/// A request of the page that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `Script`, `XHR`, `Fetch`, `Document` (of a frame), `Other`.
    pub kind: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The address.
    pub url: String,
    /// The bytes of the answer.
    pub bytes: usize,
}

/// A request that came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The address without scheme and query.
    pub place: String,
    /// Why, in Chinese.
    pub why: String,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.place.is_empty() { f.write_str(&self.why) } else { write!(f, "{}（{}）", self.place, self.why) }
    }
}

struct Snapshot {
    html: String,
    mark: String,
}

struct Page<'a> {
    line: &'a Line,
    settings: &'a Settings,
    fetcher: &'a Fetcher,
    first: &'a Attempt,
    url: Url,
    session: String,
    frame: String,
    served: bool,
    loaded: bool,
    quiet_since: Instant,
    requests: usize,
    bytes: usize,
    asking: FuturesUnordered<BoxFuture<'a, (Request, Option<String>, Attempt)>>,
    /// Documents of frames that came from elsewhere, until the browser asks for them there.
    waiting: HashMap<String, Attempt>,
    known: HashMap<String, String>,
    answers: Vec<Attempt>,
    asked: Vec<Asked>,
    trouble: Vec<Trouble>,
}

pub(crate) async fn render(
    line: &Line,
    ear: &mut Ear,
    (settings, product): (&Settings, &str),
    fetcher: &Fetcher,
    first: &Attempt,
) -> Result<Rendered, RenderError> {
    let url = Url::parse(&first.final_url).map_err(|e| RenderError::Broken(e.to_string()))?;
    let (session, frame) = open(line, settings).await?;
    let mut page = Page {
        line,
        settings,
        fetcher,
        first,
        url,
        session,
        frame,
        served: false,
        loaded: false,
        quiet_since: Instant::now(),
        requests: 0,
        bytes: 0,
        asking: FuturesUnordered::new(),
        waiting: HashMap::new(),
        known: HashMap::new(),
        answers: vec![],
        asked: vec![],
        trouble: vec![],
    };
    line.tell(Some(&page.session), "Page.navigate", json!({ "url": page.url.as_str() })).await?;
    let html = page.settle(ear).await?;
    Ok(Rendered {
        body: format!("\u{feff}<!DOCTYPE html>\n{html}").into(),
        by: product.to_owned(),
        answers: page.answers,
        asked: page.asked,
        trouble: page.trouble,
    })
}

/// An empty page whose every request is held. Gives its session and its frame.
async fn open(line: &Line, settings: &Settings) -> Result<(String, String), RenderError> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    line.tell(None, "Browser.setDownloadBehavior", json!({ "behavior": "deny" })).await?;
    line.tell(None, "Target.setDiscoverTargets", json!({ "discover": true })).await?;
    let target = text(&line.call(None, "Target.createTarget", json!({ "url": "about:blank" })).await?["targetId"]);
    let attach = json!({ "targetId": target, "flatten": true });
    let session = text(&line.call(None, "Target.attachToTarget", attach).await?["sessionId"]);
    let on = Some(session.as_str());
    // Each of these must hold before the page is let in, so each answer is waited for.
    line.call(on, "Fetch.enable", held()).await?;
    line.call(on, "Target.setAutoAttach", attached()).await?;
    line.call(on, "Network.enable", json!({})).await?;
    line.call(on, "Page.enable", json!({})).await?;
    line.call(on, "Inspector.enable", json!({})).await?;
    line.call(on, "Emulation.setTimezoneOverride", json!({ "timezoneId": settings.time_zone })).await?;
    line.call(on, "Page.addScriptToEvaluateOnNewDocument", json!({ "source": BEFORE })).await?;
    Ok((session, target))
}

fn held() -> Value {
    json!({ "patterns": [{ "urlPattern": "*", "requestStage": "Request" }] })
}

fn attached() -> Value {
    json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true })
}

impl Page<'_> {
    /// Answers until the page stands still: loaded, nothing asked, and the same links twice.
    async fn settle(&mut self, ear: &mut Ear) -> Result<String, RenderError> {
        let mut before: Option<String> = None;
        let mut looking: Option<BoxFuture<'_, Result<Snapshot, RenderError>>> = None;
        loop {
            let quiet = self.loaded && self.asking.is_empty();
            let due = self.quiet_since + self.settings.settle;
            tokio::select! {
                biased;
                event = ear.events.recv() => {
                    let event = event.ok_or_else(|| RenderError::Broken("已退出".to_owned()))?;
                    if self.hear(&event).await? {
                        // What was being looked at has changed meanwhile.
                        (before, looking) = (None, None);
                    }
                }
                Some((request, session, attempt)) = self.asking.next() => {
                    self.answered(&request, session.as_deref(), attempt).await?;
                }
                snapshot = async { match looking.as_mut() { Some(l) => l.await, None => std::future::pending().await } } => {
                    looking = None;
                    let snapshot = snapshot?;
                    if before.as_ref() == Some(&snapshot.mark) {
                        return Ok(snapshot.html);
                    }
                    before = Some(snapshot.mark);
                    self.quiet_since = Instant::now();
                }
                () = sleep_until(due), if quiet && looking.is_none() => {
                    let (line, session, frame) = (self.line.clone(), self.session.clone(), self.frame.clone());
                    looking = Some(Box::pin(look(line, session, frame, self.settings.max_bytes)));
                }
            }
        }
    }

    /// Takes in what the browser tells. Whether the page is still at work.
    async fn hear(&mut self, event: &Value) -> Result<bool, RenderError> {
        let (params, session) = (&event["params"], event["sessionId"].as_str());
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        match event["method"].as_str().unwrap_or_default() {
            "Fetch.requestPaused" => {
                self.quiet_since = Instant::now();
                self.paused(Request::of(params), session).await?;
                return Ok(true);
            }
            "Page.loadEventFired" if session == Some(&self.session) => {
                self.loaded = true;
                self.quiet_since = Instant::now();
                return Ok(true);
            }
            "Page.javascriptDialogOpening" => {
                self.line.tell(session, "Page.handleJavaScriptDialog", json!({ "accept": false })).await?;
            }
            "Target.attachedToTarget" => self.join(params["sessionId"].as_str()).await?,
            "Target.targetCreated" => {
                let info = &params["targetInfo"];
                if matches!(info["type"].as_str(), Some("shared_worker" | "service_worker")) {
                    self.note(&text(&info["url"]), "页面使用后台脚本，其请求看不到");
                }
            }
            "Network.webSocketCreated" | "Network.webTransportCreated" => {
                self.note(&text(&params["url"]), "页面要求长连接");
            }
            "Network.requestWillBeSent" if self.known.len() < MOST_KNOWN => {
                self.known.insert(text(&params["requestId"]), text(&params["request"]["url"]));
            }
            "Network.loadingFailed" => self.lost(params),
            "Inspector.targetCrashed" | "Target.targetCrashed" => {
                return Err(RenderError::Broken("页面进程崩溃".to_owned()));
            }
            _ => {}
        }
        Ok(false)
    }

    /// A frame or worker of the page waits to be let go: its requests are held too.
    async fn join(&mut self, session: Option<&str>) -> Result<(), RenderError> {
        if session.is_none() || session == Some(&self.session) {
            return Ok(());
        }
        // Workers have no such domain of their own: their requests are held with those of the page.
        self.line.tell(session, "Fetch.enable", held()).await?;
        self.line.tell(session, "Network.enable", json!({})).await?;
        self.line.tell(session, "Target.setAutoAttach", attached()).await?;
        self.line.tell(session, "Runtime.runIfWaitingForDebugger", json!({})).await
    }

    /// A request that failed without our doing: mixed content, the rules of other origins, no network where we did not see it.
    fn lost(&mut self, params: &Value) {
        let ours = params["blockedReason"] == "inspector" || params["canceled"].as_bool().unwrap_or(false);
        let needed = matches!(params["type"].as_str(), Some("Script" | "XHR" | "Fetch" | "Document" | "Other"));
        if needed && !ours {
            let id = params["requestId"].as_str().unwrap_or_default();
            let url = self.known.get(id).cloned().unwrap_or_default();
            self.note(&url, "浏览器没有取到");
        }
    }

    fn note(&mut self, url: &str, why: impl Into<String>) {
        let place = policy::place(url);
        if self.settings.ignore.iter().any(|start| policy::is_under(&place, start)) {
            return;
        }
        let trouble = Trouble { place, why: why.into() };
        if self.trouble.len() < MOST_TROUBLES && !self.trouble.contains(&trouble) {
            self.trouble.push(trouble);
        }
    }

    async fn paused(&mut self, request: Request, session: Option<&str>) -> Result<(), RenderError> {
        if request.kind == "Document" && request.frame == self.frame {
            return self.main_document(&request, session).await;
        }
        if let Some(attempt) = self.waiting.remove(&request.url) {
            return self.line.tell(session, "Fetch.fulfillRequest", answer::fulfil(&request.id, &attempt)).await;
        }
        match policy::way(&request, &self.url, &self.settings.ignore) {
            Way::Nothing => self.line.tell(session, "Fetch.fulfillRequest", answer::nothing(&request.id)).await,
            Way::Own => self.line.tell(session, "Fetch.continueRequest", json!({ "requestId": request.id })).await,
            Way::Refuse => self.refuse(&request, session).await,
            Way::Trouble(why) => {
                self.note(&request.url, why);
                self.refuse(&request, session).await
            }
            Way::Ask if self.requests >= self.settings.max_requests => {
                self.note("", format!("页面的请求超过 {} 个", self.settings.max_requests));
                self.refuse(&request, session).await
            }
            Way::Ask => {
                self.ask(request, session);
                Ok(())
            }
        }
    }

    /// The page itself is at hand already. Where its scripts lead elsewhere, the channel should name that place.
    async fn main_document(&mut self, request: &Request, session: Option<&str>) -> Result<(), RenderError> {
        if self.served {
            self.note(&request.url, "页面脚本要求转到这里");
            return self.refuse(request, session).await;
        }
        self.served = true;
        self.line.tell(session, "Fetch.fulfillRequest", answer::fulfil(&request.id, self.first)).await
    }

    async fn refuse(&self, request: &Request, session: Option<&str>) -> Result<(), RenderError> {
        self.line.tell(session, "Fetch.failRequest", answer::refuse(&request.id)).await
    }

    fn ask(&mut self, request: Request, session: Option<&str>) {
        self.requests += 1;
        let headers = policy::headers(&request, &self.url);
        let parcel = (request.method == "POST").then(|| {
            let media = request.headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone());
            Parcel {
                media: media.unwrap_or_else(|| "application/octet-stream".to_owned()).into(),
                headers: vec![],
                bytes: request.body.clone().unwrap_or_default().into(),
            }
        });
        let most_bytes = self.settings.max_bytes.saturating_sub(self.bytes);
        let wish = Wish { url: request.url.clone(), headers, parcel, most_bytes };
        let (fetcher, session) = (self.fetcher.clone(), session.map(str::to_owned));
        self.asking.push(Box::pin(async move {
            let attempt = fetcher.relay(wish).await;
            (request, session, attempt)
        }));
    }

    async fn answered(
        &mut self,
        request: &Request,
        session: Option<&str>,
        attempt: Attempt,
    ) -> Result<(), RenderError> {
        self.quiet_since = Instant::now();
        self.bytes = self.bytes.saturating_add(attempt.body.len());
        let (kind, method) = (request.kind.clone(), request.method.clone());
        self.asked.push(Asked { kind, method, url: request.url.clone(), bytes: attempt.body.len() });
        if let Some(why) = answer::fault(&attempt) {
            self.note(&request.url, why);
        }
        let usable = attempt.came == Came::Body || attempt.status.is_some_and(|s| s >= 400);
        if !usable || self.bytes > self.settings.max_bytes {
            if usable {
                self.note("", "页面的内容超过大小上限");
            }
            self.answers.push(attempt);
            return self.refuse(request, session).await;
        }
        let moved = request.kind == "Document" && !attempt.hops.is_empty();
        let told = if moved {
            self.waiting.insert(attempt.final_url.clone(), attempt.clone());
            answer::send_on(&request.id, &attempt.final_url)
        } else {
            answer::fulfil(&request.id, &attempt)
        };
        self.answers.push(attempt);
        self.line.tell(session, "Fetch.fulfillRequest", told).await
    }
}

async fn look(line: Line, session: String, frame: String, largest: usize) -> Result<Snapshot, RenderError> {
    let on = Some(session.as_str());
    let world = json!({ "frameId": frame, "worldName": "duban" });
    let world = line.call(on, "Page.createIsolatedWorld", world).await?;
    let expression = SNAPSHOT.replace("LARGEST", &(largest / 3).to_string());
    let what = json!({
        "expression": expression, "contextId": world["executionContextId"], "returnByValue": true,
    });
    let mut result = line.call(on, "Runtime.evaluate", what).await?["result"]["value"].take();
    if result["large"] == true {
        return Err(RenderError::TooLarge);
    }
    match (result["html"].take(), result["mark"].take()) {
        (Value::String(html), Value::String(mark)) => Ok(Snapshot { html, mark }),
        _ => Err(RenderError::Broken("页面没有内容".to_owned())),
    }
}
