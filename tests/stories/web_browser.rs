//! The pages in a real browser, where one is installed: from a deduction to its reversal, a hostile title as text, and
//! another unit's page denied. The browser is driven over a pipe; no driver and no other program is needed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::web_office::{PASSWORD, Pages};

struct Browser {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
    session: String,
    asked: u64,
}

impl Browser {
    /// Starts the browser; none where it is not installed.
    fn start(profile: &Path, size: (u32, u32)) -> Option<Browser> {
        let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].into_iter().find(|p| Path::new(p).exists())?;
        // The browser listens on descriptor 3 and answers on 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 >/dev/null </dev/null", program])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--remote-debugging-pipe", &format!("--user-data-dir={}", profile.display())])
            .arg(format!("--window-size={},{}", size.0, size.1))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (asks, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Browser { child, asks, answers, session: String::new(), asked: 0 };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let to = json!({ "targetId": target["targetId"], "flatten": true });
        browser.session = browser.call("Target.attachToTarget", to)["sessionId"].as_str().unwrap().to_owned();
        browser.call("Page.enable", json!({}));
        Some(browser)
    }

    fn read(&mut self) -> Value {
        let mut bytes = vec![];
        self.answers.read_until(0, &mut bytes).unwrap();
        bytes.pop();
        serde_json::from_slice(&bytes).expect("the browser has gone")
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let mut ask = json!({ "id": self.asked, "method": method, "params": params });
        if !self.session.is_empty() {
            ask["sessionId"] = json!(self.session);
        }
        self.asks.write_all(format!("{ask}\0").as_bytes()).unwrap();
        loop {
            let got = self.read();
            if got["id"] == json!(self.asked) {
                assert!(got["error"].is_null(), "{method}: {}", got["error"]);
                return got["result"].clone();
            }
        }
    }

    /// Does something that leads to another page, and waits until that is there.
    fn leads(&mut self, method: &str, params: Value) {
        self.asked += 1;
        let ask = json!({ "id": self.asked, "method": method, "params": params, "sessionId": self.session });
        self.asks.write_all(format!("{ask}\0").as_bytes()).unwrap();
        while self.read()["method"] != "Page.loadEventFired" {}
    }

    fn open(&mut self, url: &str) {
        self.leads("Page.navigate", json!({ "url": url }));
    }

    fn script(&mut self, script: &str) -> Value {
        let got = self.call("Runtime.evaluate", json!({ "expression": script, "returnByValue": true }));
        assert!(got["exceptionDetails"].is_null(), "{script}: {got}");
        got["result"]["value"].clone()
    }

    /// Presses what the selector finds, as a person would, and waits for the page that it leads to.
    fn press(&mut self, selector: &str) {
        let script = format!("document.querySelector({}).click()", json!(selector));
        self.leads("Runtime.evaluate", json!({ "expression": script }));
    }

    fn fill(&mut self, selector: &str, text: &str) {
        self.script(&format!("document.querySelector({}).value = {}", json!(selector), json!(text)));
    }

    fn text(&mut self) -> String {
        self.script("document.body.innerText").as_str().unwrap().to_owned()
    }

    fn login(&mut self, at: &str, name: &str) {
        self.open(&format!("{at}/login"));
        self.fill("[name=name]", name);
        self.fill("[name=password]", PASSWORD);
        self.press("form button");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_deduction_to_its_reversal_in_a_real_browser() {
    let pages = Pages::open().await;
    let profile = tempfile::tempdir().unwrap();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let service = web::router(std::sync::Arc::clone(&pages.web)).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let (own, other) = (pages.own, pages.other);
    let told = tokio::task::spawn_blocking(move || {
        let Some(mut browser) = Browser::start(profile.path(), (1366, 768)) else {
            eprintln!("没有安装 chromium：浏览器测试未运行（apt-get install chromium fonts-noto-cjk）");
            return;
        };
        browser.login(&at, "jyj");
        assert!(browser.text().contains("钟山区教育局"), "{}", browser.text());
        browser.open(&format!("{at}/findings/{other}"));
        assert!(browser.text().contains("没有这个页面"), "{}", browser.text());
        browser.open(&format!("{at}/findings/{own}"));
        browser.fill("textarea[name=reason]", "当日系统停电");
        browser.press("form[enctype] button");
        assert!(browser.text().contains("申诉已提交"), "{}", browser.text());
        // The saved page stands in its frame without any right, and the hostile title is text.
        browser.press("a[href^='/looks/']");
        assert!(browser.text().contains("<script>document.title='stolen'</script>"), "{}", browser.text());
        assert_ne!(browser.script("document.title"), "stolen");
        assert_eq!(browser.script("document.querySelector('iframe').getAttribute('sandbox')"), "");
        browser.press("form[action='/logout'] button");

        browser.login(&at, "clerk");
        browser.open(&format!("{at}/appeals"));
        browser.fill("article form [name=reason]", "核实属实");
        browser.press("article form button");
        assert!(browser.text().contains("已撤销扣分"), "{}", browser.text());
        browser.open(&format!("{at}/ledger/2026-04/preview"));
        assert!(browser.text().contains("红冲第"), "{}", browser.text());
        // Nothing is wider than a phone.
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true }),
        );
        for path in
            ["/district", "/findings?tab=all", "/appeals", "/channels", "/spared", "/ledger", "/scores", "/rulebook"]
        {
            browser.open(&format!("{at}{path}"));
            let over = browser.script("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert!(over.as_i64().unwrap() <= 0, "{path} is {over} pixels too wide");
        }
    });
    told.await.unwrap();
}
