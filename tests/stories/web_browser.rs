//! The pages in a real browser, where one is installed: the day of an officer and of the clerk from a deduction to its
//! reversal, a sheet with a mistake, a month closed, a hostile title as text, another unit's page denied; and every main page
//! held against axe-core. The browser is driven over a pipe; no driver and no other program is needed.
//!
//! With `DUBAN_SCREENSHOTS=DIR` the main pages are kept there as pictures for the README.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::web_office::{PASSWORD, Pages};

/// axe-core 4.14.1 (MPL-2.0), as it is published: it looks at the pages and is part of no program.
const AXE: &str = concat!(include_str!("../axe/axe-4.14.1.min.js"), "\n;0");

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
        browser.call("DOM.enable", json!({}));
        // The pages allow no script but their own; what looks at them is not theirs.
        browser.call("Page.setBypassCSP", json!({ "enabled": true }));
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

    /// Puts a file of this machine into the field, as a person would choose it.
    fn choose(&mut self, selector: &str, file: &Path) {
        let root = self.call("DOM.getDocument", json!({}))["root"]["nodeId"].clone();
        let field = self.call("DOM.querySelector", json!({ "nodeId": root, "selector": selector }))["nodeId"].clone();
        self.call("DOM.setFileInputFiles", json!({ "files": [file], "nodeId": field }));
    }

    /// Faults of the page that keep people out: axe-core calls them serious or critical.
    fn faults(&mut self) -> Vec<String> {
        self.script(AXE);
        let script = "axe.run({ resultTypes: ['violations'], iframes: false }).then(r => r.violations\
                      .filter(v => ['serious', 'critical'].includes(v.impact))\
                      .map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3).join(' ')))";
        let asked = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let got = self.call("Runtime.evaluate", asked);
        assert!(got["exceptionDetails"].is_null(), "{got}");
        got["result"]["value"].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
    }

    /// Keeps a picture of the page where pictures are asked for.
    fn picture(&mut self, name: &str) {
        let Some(dir) = std::env::var_os("DUBAN_SCREENSHOTS") else { return };
        let got = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = bytes_of(got["data"].as_str().unwrap());
        // Tests run in the folder of their crate; the command is given in the folder of the project.
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(dir);
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join(format!("{name}.png")), bytes).unwrap();
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

/// What base64 stands for.
fn bytes_of(text: &str) -> Vec<u8> {
    let value = |b: u8| match b {
        b'A'..=b'Z' => u32::from(b - b'A'),
        b'a'..=b'z' => u32::from(b - b'a') + 26,
        b'0'..=b'9' => u32::from(b - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for b in text.bytes().filter(|b| *b != b'=') {
        held = (held << 6 | value(b)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}

/// Serves the pages on loopback and gives what a browser finds there to `people`; nothing where no browser is installed.
async fn in_a_browser(pages: &Pages, people: impl FnOnce(&mut Browser, &str) + Send + 'static) {
    let profile = tempfile::tempdir().unwrap();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let service = web::router(std::sync::Arc::clone(&pages.web)).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let told = tokio::task::spawn_blocking(move || match Browser::start(profile.path(), (1366, 768)) {
        Some(mut browser) => people(&mut browser, &at),
        None => eprintln!("没有安装 chromium：浏览器测试未运行（apt-get install chromium fonts-noto-cjk）"),
    });
    told.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_deduction_to_its_reversal_in_a_real_browser() {
    let pages = Pages::open().await;
    // Both were silent again after 3 April.
    pages.office.run("2026-04-20 08:00", &["cycle"]).await.ok();
    let (own, other, app) = (pages.own, pages.other, pages.app.clone());
    app.clock.set("2026-04-20T02:00:00Z".parse().unwrap());
    let new = store::FindingFilter {
        verdict: Some(model::Verdict::Breached),
        state: Some(model::FindingState::Detected),
        ..store::FindingFilter::default()
    };
    let fresh = app.store.finding_list(&new, 0, 1).await.unwrap()[0].id;
    in_a_browser(&pages, move |browser, at| {
        browser.login(at, "jyj");
        assert!(browser.text().contains("钟山区教育局"), "{}", browser.text());
        browser.picture("unit");
        browser.open(&format!("{at}/findings/{other}"));
        assert!(browser.text().contains("没有这个页面"), "{}", browser.text());
        browser.open(&format!("{at}/findings/{own}"));
        browser.picture("finding");
        browser.fill("textarea[name=reason]", "当日系统停电");
        browser.press("form[enctype] button");
        assert!(browser.text().contains("申诉已提交"), "{}", browser.text());
        // The saved page stands in its frame without any right, and the hostile title is text.
        browser.press("a[href^='/looks/']");
        assert!(browser.text().contains("<script>document.title='stolen'</script>"), "{}", browser.text());
        assert_ne!(browser.script("document.title"), "stolen");
        assert_eq!(browser.script("document.querySelector('iframe').getAttribute('sandbox')"), "");
        browser.picture("saved-page");
        browser.press("form[action='/logout'] button");

        browser.login(at, "clerk");
        browser.open(&format!("{at}/findings/{fresh}"));
        browser.press("form.deed:has([value=confirm]) button");
        assert!(browser.text().contains("已确认。"), "{}", browser.text());
        browser.open(&format!("{at}/appeals"));
        browser.picture("appeals");
        browser.fill("article form [name=reason]", "核实属实");
        browser.press("article form button");
        assert!(browser.text().contains("已撤销扣分"), "{}", browser.text());
        browser.open(&format!("{at}/ledger/2026-04/preview"));
        assert!(browser.text().contains("红冲第"), "{}", browser.text());
        // The month is over: it is closed from its preview, and the reversal stands in the ledger.
        app.clock.set("2026-05-02T02:00:00Z".parse().unwrap());
        browser.login(at, "clerk");
        browser.open(&format!("{at}/ledger/2026-04/preview"));
        browser.press("form[action='/ledger/2026-04/close'] button");
        let ledger = browser.text();
        assert!(ledger.contains("已关账。") && ledger.contains("红冲第"), "{ledger}");
        browser.picture("ledger");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_with_a_mistake_names_its_cell_in_a_real_browser() {
    let pages = Pages::open().await;
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("登记.csv");
    let text = "登记编号,指标,单位,日期,次数,分值,事由,佐证文件,登记人,另计,撤销,更正理由\n,C2.1,教育厅,2026-03-02,,,被采用,,,,,\n";
    std::fs::write(&sheet, text).unwrap();
    in_a_browser(&pages, move |browser, at| {
        browser.login(at, "clerk");
        browser.open(&format!("{at}/registers?kind=articles"));
        browser.picture("registers");
        browser.choose("form[action='/registers/import'] [name=file]", &sheet);
        browser.press("form[action='/registers/import'] button");
        let told = browser.text();
        assert!(told.contains("整张表都没有登记") && told.contains("「登记」!C2"), "{told}");
        browser.picture("import-mistake");
        std::fs::write(&sheet, text.replace("教育厅", "钟山区教育局")).unwrap();
        browser.open(&format!("{at}/registers?kind=articles"));
        browser.choose("form[action='/registers/import'] [name=file]", &sheet);
        browser.press("form[action='/registers/import'] button");
        assert!(browser.text().contains("登记或更正 1 行"), "{}", browser.text());
    })
    .await;
    drop(dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_keeps_anybody_out_and_none_is_wider_than_a_phone() {
    let pages = Pages::open().await;
    let own = pages.own;
    in_a_browser(&pages, move |browser, at| {
        let mut wrong = vec![];
        browser.open(&format!("{at}/login"));
        wrong.extend(browser.faults().into_iter().map(|f| format!("/login {f}")));
        let finding = format!("/findings/{own}");
        let of = [
            ("jyj", vec!["/unit", "/unit/calendar", "/scores/jyj", finding.as_str()]),
            (
                "admin",
                vec![
                    "/district",
                    "/findings?tab=all",
                    "/appeals",
                    "/suspicions",
                    "/channels",
                    "/channels/jyj/gzdt",
                    "/channels/jyj/gzdt/try",
                    "/registers",
                    "/registers?kind=incidents",
                    "/spared",
                    "/ledger",
                    "/ledger/2026-03",
                    "/scores",
                    "/letters",
                    "/rulebook",
                    "/accounts",
                    "/audit",
                ],
            ),
        ];
        for (name, paths) in of {
            browser.login(at, name);
            for path in paths {
                browser.open(&format!("{at}{path}"));
                wrong.extend(browser.faults().into_iter().map(|f| format!("{path} {f}")));
                if path == "/district" {
                    browser.picture("district");
                }
                let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true });
                browser.call("Emulation.setDeviceMetricsOverride", phone);
                let over =
                    browser.script("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if over.as_i64().unwrap() > 0 {
                    wrong.push(format!("{path} is {over} pixels too wide for a phone"));
                }
                browser.call("Emulation.clearDeviceMetricsOverride", json!({}));
            }
            browser.press("form[action='/logout'] button");
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
}
