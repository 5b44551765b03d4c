//! The browser as a process: found, started without a network, and surely ended.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fetch::{Attempt, Fetcher};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::{sleep, timeout};

use crate::page::{self, Rendered};
use crate::pipe::{self, Ear, Line};
use crate::{RenderError, Settings};

/// Where distributions put it.
const USUAL: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
];

/// A browser that has said nothing for so long does not start.
const START: Duration = Duration::from_secs(60);

/// The protocol wants file descriptors 3 and 4. A shell puts them there, so that no unsafe code is needed; it becomes the
/// browser and leaves nothing behind.
const SHELL: &str = r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

/// No network: the proxy is a closed port that loopback addresses are sent to as well, no name resolves, nothing is spoken
/// beside HTTP, and nothing of the browser's own runs in the background.
const FLAGS: [&str; 26] = [
    "--headless",
    "--remote-debugging-pipe",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=AutofillServerCommunication,DialMediaRouteProvider,MediaRouter,OptimizationHints,Translate",
    "--disable-crash-reporter",
    "--disable-breakpad",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--lang=zh-CN",
    // Without a compiler at work a page has less to attack, and memory need not be writable and executable.
    "--js-flags=--jitless --max-old-space-size=512",
];

/// A browser that runs, for one page.
pub struct Browser {
    settings: Settings,
    child: Child,
    line: Line,
    ear: Ear,
    product: String,
    profile: TempDir,
}

/// The program that would be started.
///
/// # Errors
/// When there is none, or it may not be started as this user.
pub fn find(settings: &Settings) -> Result<PathBuf, RenderError> {
    let program = match &settings.program {
        Some(program) => program.exists().then(|| program.clone()),
        None => USUAL.iter().map(PathBuf::from).find(|p| p.exists()),
    };
    let program = program.ok_or(RenderError::NotInstalled)?;
    let root = std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0);
    if root && settings.sandbox { Err(RenderError::Root) } else { Ok(program) }
}

impl Browser {
    /// Starts a browser with a profile that is thrown away.
    ///
    /// # Errors
    /// When there is none, or it does not start.
    pub async fn start(settings: &Settings) -> Result<Browser, RenderError> {
        let program = find(settings)?;
        let broken = |e: std::io::Error| RenderError::Start(e.to_string());
        let profile = tempfile::Builder::new().prefix("duban-browser-").tempdir().map_err(broken)?;
        let mut child = command(&program, settings, profile.path()).spawn().map_err(broken)?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(RenderError::Start("没有管道".to_owned()));
        };
        let words = child.stderr.take().map(|e| tokio::spawn(first_words(e)));
        // A message holds a page or an answer in base64, and quotes escaped.
        let (line, ear) = pipe::open(to, from, settings.max_bytes.saturating_mul(2).max(1 << 20));
        let version = timeout(START, line.call(None, "Browser.getVersion", json!({}))).await;
        match version {
            Ok(Ok(version)) => {
                let product = version["product"].as_str().unwrap_or("Chromium").to_owned();
                Ok(Browser { settings: settings.clone(), child, line, ear, product, profile })
            }
            Err(_) => Err(RenderError::Start(format!("{} 秒内没有应答", START.as_secs()))),
            Ok(Err(error)) => {
                child.start_kill().ok();
                let said = match words {
                    Some(words) => timeout(Duration::from_secs(5), words).await.ok().and_then(Result::ok),
                    None => None,
                };
                Err(RenderError::Start(said.filter(|s| !s.is_empty()).unwrap_or_else(|| error.to_string())))
            }
        }
    }

    /// Its name and version.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.product
    }

    /// Renders the page that `first` is the answer of; whatever else it wants is asked by `fetcher`. The browser ends with it.
    ///
    /// # Errors
    /// When the page does not come to an end, or the browser breaks down.
    pub async fn render(mut self, fetcher: &Fetcher, first: &Attempt) -> Result<Rendered, RenderError> {
        let page = page::render(&self.line, &mut self.ear, (&self.settings, &self.product), fetcher, first);
        let done = timeout(self.settings.timeout, page).await;
        let done = done.unwrap_or_else(|_| Err(RenderError::Endless(self.settings.timeout.as_secs())));
        self.close().await;
        done
    }

    /// Ends the browser and clears away what it has written.
    pub async fn close(mut self) {
        self.child.kill().await.ok();
        // Its other processes end by themselves now, and may write a last time.
        for _ in 0..40 {
            let path = self.profile.path();
            if std::fs::remove_dir_all(path).is_ok() || !path.exists() {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

fn command(program: &Path, settings: &Settings, profile: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(SHELL).arg("sh").arg(program).args(FLAGS);
    command.arg(format!("--user-data-dir={}", profile.display()));
    if !settings.sandbox {
        command.arg("--no-sandbox");
    }
    // Secrets stand in the environment of this program; the browser sees none of it.
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8").env("TZ", &settings.time_zone);
    for home in ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"] {
        command.env(home, profile);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// The beginning of what it says on standard error; the rest is read and forgotten, so that it never has to wait.
async fn first_words(mut from: ChildStderr) -> String {
    let (mut words, mut chunk) = (vec![], [0; 4096]);
    while let Ok(n @ 1..) = from.read(&mut chunk).await {
        if words.len() < 600 {
            words.extend_from_slice(&chunk[..n]);
        }
    }
    let words: String = String::from_utf8_lossy(&words).chars().take(300).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
