//! Pages whose rows are made by scripts: rendered before they are read, one at a time, where a browser is built in and
//! installed. What stands in the way is a look that proves nothing, never an empty column.

use std::sync::Arc;

use fetch::{Attempt, Fetcher};
use model::{Outcome, Zone};
use tokio::sync::Semaphore;

use crate::config::Browser;

/// The header that tells a rendered page from what a server gave.
const MARK: &str = "x-duban-rendered";

/// The way to pages whose rows are made by scripts. Clones take turns.
#[derive(Debug, Clone)]
pub struct Browsing {
    /// A browser takes hundreds of megabytes: there is one at a time.
    turn: Arc<Semaphore>,
    #[cfg(feature = "browser")]
    settings: render::Settings,
}

/// A rendered page.
#[derive(Debug)]
pub struct Page {
    /// The page, as if it had been fetched so.
    pub attempt: Attempt,
    /// The answers that it was built from.
    pub answers: Vec<Attempt>,
    /// What its scripts asked for data: address and size of the answer.
    pub data: Vec<(String, usize)>,
    /// Something that it asked for did not come; the attempt's detail says what.
    pub in_part: bool,
}

/// Why a page could not be rendered.
#[derive(Debug)]
pub struct Failure {
    /// What the look becomes.
    pub outcome: Outcome,
    /// Why, in Chinese.
    pub detail: String,
}

/// Is this a page that [`Browsing::render`] has made?
#[must_use]
pub fn is_rendered(headers: &[(String, String)]) -> bool {
    headers.iter().any(|(name, _)| name == MARK)
}

/// Is this a page for a browser, as far as its server says?
#[must_use]
pub fn is_html(attempt: &Attempt) -> bool {
    attempt.header("content-type").is_none_or(|t| t.to_ascii_lowercase().contains("html"))
}

#[cfg(feature = "browser")]
mod built_in {
    use std::time::Duration;

    use model::Reason;
    use render::{Rendered, Settings};

    use super::{Arc, Attempt, Browser, Browsing, Failure, Fetcher, MARK, Outcome, Page, Semaphore, Zone};

    /// Headers of the page that do not describe what became of it.
    const DROPPED: [&str; 6] =
        ["etag", "last-modified", "content-type", "content-length", "content-encoding", "transfer-encoding"];

    /// Troubles that are named in a look.
    const NAMED: usize = 3;

    impl Browsing {
        /// A way that nobody has gone yet: nothing is started before it is needed.
        #[must_use]
        pub fn new(config: &Browser, zone: Zone) -> Browsing {
            let settings = Settings {
                program: config.program.clone(),
                sandbox: config.sandbox,
                timeout: Duration::from_secs(config.timeout_seconds.into()),
                max_requests: config.max_requests as usize,
                max_bytes: config.max_mib as usize * 1024 * 1024,
                ignore: config.ignore.clone(),
                time_zone: zone.tz().name().to_owned(),
                ..Settings::default()
            };
            Browsing { turn: Arc::new(Semaphore::new(1)), settings }
        }

        /// Why no browser could be started, as far as it shows without starting one.
        #[must_use]
        pub fn obstacle(&self) -> Option<String> {
            render::find(&self.settings).err().map(|e| e.to_string())
        }

        /// Starts the browser once and tells its version.
        ///
        /// # Errors
        /// Why it does not start.
        pub async fn examined(&self) -> anyhow::Result<String> {
            let _turn = self.turn.acquire().await?;
            let browser = render::Browser::start(&self.settings).await?;
            let product = browser.product().to_owned();
            browser.close().await;
            Ok(product)
        }

        /// Renders the page that `first` is the answer of.
        ///
        /// # Errors
        /// What the look becomes, where no page came of it.
        pub async fn render(&self, fetcher: &Fetcher, first: &Attempt) -> Result<Page, Failure> {
            let rendered = async {
                let turn = self.turn.acquire().await;
                let _turn = turn.map_err(|e| render::RenderError::Broken(e.to_string()))?;
                render::Browser::start(&self.settings).await?.render(fetcher, first).await
            };
            rendered.await.map(|r| page(first, r)).map_err(|e| {
                let outcome = if e.is_of_page() {
                    Outcome::Suspect(Reason::RenderedInPart)
                } else {
                    Outcome::Failed(Reason::BrowserFailed)
                };
                tracing::warn!(page = first.final_url.split('?').next(), "未能渲染：{e}");
                Failure { outcome, detail: e.to_string() }
            })
        }
    }

    fn page(first: &Attempt, rendered: Rendered) -> Page {
        let kept = first.headers.iter().filter(|(n, _)| !DROPPED.contains(&n.as_str())).cloned();
        let own = [("content-type", "text/html; charset=utf-8".to_owned()), (MARK, rendered.by)];
        let headers = kept.chain(own.map(|(n, v)| (n.to_owned(), v))).collect();
        let told: Vec<String> = rendered.trouble.iter().take(NAMED).map(ToString::to_string).collect();
        let detail = if told.is_empty() { String::new() } else { format!("渲染时未取到：{}", told.join("；")) };
        let data = rendered.asked.iter().filter(|a| matches!(a.kind.as_str(), "XHR" | "Fetch"));
        Page {
            data: data.map(|a| (a.url.clone(), a.bytes)).collect(),
            in_part: !rendered.trouble.is_empty(),
            attempt: Attempt { headers, body: rendered.body, detail, ..first.clone() },
            answers: rendered.answers,
        }
    }
}

#[cfg(not(feature = "browser"))]
mod left_out {
    use super::{Arc, Attempt, Browser, Browsing, Failure, Fetcher, Outcome, Page, Semaphore, Zone};

    /// What a program says that was built without it.
    const WORD: &str = "本程序编译时没有包含浏览器渲染（feature browser）";

    impl Browsing {
        /// Nothing to set up.
        #[must_use]
        pub fn new(_: &Browser, _: Zone) -> Browsing {
            Browsing { turn: Arc::new(Semaphore::new(1)) }
        }

        /// Why no browser can be started.
        #[must_use]
        pub fn obstacle(&self) -> Option<String> {
            Some(WORD.to_owned())
        }

        /// Says that there is none.
        ///
        /// # Errors
        /// Always.
        pub async fn examined(&self) -> anyhow::Result<String> {
            let _turn = self.turn.acquire().await?;
            anyhow::bail!(WORD)
        }

        /// Says that there is none.
        ///
        /// # Errors
        /// Always.
        pub async fn render(&self, _: &Fetcher, _: &Attempt) -> Result<Page, Failure> {
            Err(Failure { outcome: Outcome::Failed(model::Reason::BrowserFailed), detail: WORD.to_owned() })
        }
    }
}
