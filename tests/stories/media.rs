//! Accounts that are asked of their platform, looked at by people, and read from several sources.

use std::sync::Arc;

use chrono::NaiveDateTime;
use demo::{FakeAccount, FakeMp, FakeWechat, MpPage, Push, VirtualClock, WechatFault, serve_fake};
use duban::secrets::Secrets;
use duban::{Ended, judge, poll};
use model::{Outcome, Reason, Verdict};
use store::FindingFilter;

use crate::harness::{Office, list};

const APPID: &str = "wx00000000000000aa";
const SECRET: &str = "app-secret-0123456789abcdef";
const BIZ: &str = "MzAwMDAwMDAwMQ==";

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(&format!("2026-{text}:00"), "%Y-%m-%d %H:%M:%S").unwrap()
}

fn push(at: &str, articles: u32, notified: bool) -> Push {
    Push { at: wall(at), articles, notified }
}

/// An office whose only account is asked of the platform, at `now`, and the platform.
struct Desk {
    office: Office,
    platform: Arc<FakeWechat>,
    clock: Arc<VirtualClock>,
    _server: demo::Server,
}

impl Desk {
    async fn open(pushes: Vec<Push>) -> Desk {
        let account = FakeAccount { appid: APPID.to_owned(), secret: SECRET.to_owned(), biz: BIZ.to_owned(), pushes };
        let platform = Arc::new(FakeWechat::new(vec![account]));
        let clock = Arc::new(VirtualClock::new("2026-03-01T00:00:00Z".parse().unwrap()));
        let server = serve_fake(Arc::clone(&platform), Arc::clone(&clock), ([127, 0, 0, 1], 0).into()).await.unwrap();
        let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
        office.site.page("/gzdt/", list(&[("通知", "t1.html", "2026-03-01")]));
        let account = format!(
            "[[unit.channel]]\nid = \"wx\"\nkind = \"wechat\"\nname = \"钟山教育\"\nurl = \"{}\"\naccount = {{ biz = \"{BIZ}\" }}\n\
             source = {{ wechat_official = {{ appid = \"{APPID}\", secret = \"WX_TEST\" }} }}\n",
            server.base_url()
        );
        office.write("units.toml", &(office.units_toml(&[("gzdt", "work-news", "/gzdt/")]) + &account));
        Desk { office, platform, clock, _server: server }
    }

    async fn app(&self, now: &str) -> duban::app::App {
        let mut app = self.office.app(now).await;
        app.secrets = Secrets::given([("WX_TEST".to_owned(), SECRET.to_owned())]);
        app
    }

    /// One look at `now`; what came of it, with its remarks.
    async fn look(&self, now: &str) -> (Outcome, String) {
        let app = self.app(now).await;
        self.clock.set(app.clock.now());
        let wx = "jyj/wx".parse().unwrap();
        poll::poll(&app, Some(&wx), &|_| ()).await.unwrap();
        let last = app.store.recent_looks(&wx, 1).await.unwrap().remove(0);
        (last.look.outcome, format!("{} {}", last.notes.join("；"), last.detail.unwrap_or_default()))
    }

    async fn verdicts(&self, now: &str) -> Vec<(Verdict, String)> {
        let app = self.app(now).await;
        judge::judge(&app, app.clock.now()).await.unwrap();
        let found = app.store.findings(&FindingFilter::default()).await.unwrap();
        let of_account = found.into_iter().filter(|f| f.judgement.key.criterion.as_str() == "C1.1");
        of_account.map(|f| (f.judgement.verdict, f.judgement.key.days.to_string())).collect()
    }
}

#[tokio::test]
async fn the_platform_itself_clears_and_accuses() {
    let desk = Desk::open(vec![push("03-01 10:00", 3, true), push("03-14 23:50", 1, false)]).await;
    let (outcome, notes) = desk.look("2026-03-16 07:30").await;
    assert!(outcome.is_good() && notes.contains("尚未就绪"), "before eight the figures of yesterday are late: {notes}");
    let (outcome, notes) = desk.look("2026-03-16 09:00").await;
    assert!(outcome.is_good() && !notes.contains("尚未就绪"), "{notes}");
    assert!(
        desk.verdicts("2026-03-16 09:30").await.iter().all(|v| v.0 != Verdict::Breached),
        "cleared by the quiet one"
    );
    for day in 17..=29 {
        assert!(desk.look(&format!("2026-03-{day} 09:00")).await.0.is_good());
    }
    let found = desk.verdicts("2026-03-29 09:30").await;
    assert!(found.contains(&(Verdict::Breached, "2026-03-15…2026-03-28".to_owned())), "{found:?}");
    let app = desk.app("2026-03-29 09:30").await;
    let items = app.store.timelines(&app.config.channels, app.clock.now()).await.unwrap();
    let wx = items.iter().find(|t| t.channel.id.as_str() == "jyj/wx").unwrap();
    assert_eq!(wx.items.len(), 4, "each article once, however often it was listed");
    assert!(wx.items.iter().all(|i| !i.withdrawn));
}

#[tokio::test]
async fn every_refusal_has_its_word_and_charges_nobody() {
    let desk = Desk::open(vec![push("03-01 10:00", 1, true), push("03-12 10:00", 1, true)]).await;
    let reasons = |fault| match fault {
        WechatFault::AppId | WechatFault::Secret | WechatFault::Frozen | WechatFault::TokensDie => Reason::AuthBroken,
        WechatFault::Ip => Reason::IpNotListed,
        WechatFault::Admin => Reason::AdminConsent,
        WechatFault::Unverified => Reason::NoPermission,
        WechatFault::Punished => Reason::Punished,
        WechatFault::TooFast => Reason::TooManyRequests,
        WechatFault::SystemError | WechatFault::BadGateway => Reason::HttpServer,
        WechatFault::HalfBody => Reason::Incomplete,
        WechatFault::DailyQuota(_) | WechatFault::Late | WechatFault::Omits | WechatFault::Bare => Reason::Doubtful,
    };
    for (fault, day) in WechatFault::ALL.into_iter().zip(4..) {
        desk.platform.set_fault(APPID, Some(fault));
        let (outcome, words) = desk.look(&format!("2026-03-{day:02} 09:00")).await;
        match fault {
            // What is read in part is good as far as it goes.
            WechatFault::DailyQuota(_) => assert!(words.contains("45009"), "{words}"),
            WechatFault::Omits => assert!(outcome.is_good(), "{words}"),
            WechatFault::Late => assert!(words.contains("尚未就绪"), "{words}"),
            WechatFault::Bare => assert!(outcome.is_good(), "{words}"),
            _ => assert_eq!(outcome.reason(), Some(reasons(fault)), "{fault:?}: {words}"),
        }
        assert!(desk.verdicts(&format!("2026-03-{day:02} 09:30")).await.iter().all(|v| v.0 != Verdict::Breached));
        if fault == WechatFault::Ip {
            assert!(words.contains("203.0.113.9") && words.contains("白名单"), "{words}");
        }
    }
    nothing_secret_is_kept(&desk).await;
}

/// Database, journal, exports: none holds the secret or a token.
async fn nothing_secret_is_kept(desk: &Desk) {
    let shown = desk.office.run("2026-03-21 09:00", &["channels"]).await.ok()
        + &desk.office.run("2026-03-21 09:01", &["findings"]).await.ok()
        + &desk.office.run("2026-03-21 09:02", &["doctor"]).await.out;
    let copy = desk.office.dir.path().join("copy.db");
    desk.office.run("2026-03-21 09:03", &["backup", copy.to_str().unwrap()]).await.ok();
    // What SQLite keeps beside the database goes when the last command lets go of it, which may be now.
    let mut files: Vec<Vec<u8>> = std::fs::read_dir(desk.office.data())
        .unwrap()
        .filter_map(|f| match std::fs::read(f.unwrap().path()) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            read => Some(read.unwrap()),
        })
        .collect();
    files.push(std::fs::read(copy).unwrap());
    files.push(shown.into_bytes());
    assert!(
        files.iter().any(|f| f.windows(APPID.len()).any(|w| w == APPID.as_bytes())),
        "the search finds what is there"
    );
    for needle in [SECRET, "FAKE-TOKEN"] {
        assert!(files.iter().all(|f| !f.windows(needle.len()).any(|w| w == needle.as_bytes())), "{needle} was kept");
    }
    let app = desk.app("2026-03-21 09:04").await;
    for finding in app.store.recent_looks(&"jyj/wx".parse().unwrap(), 50).await.unwrap() {
        if let Some(hash) = finding.look.evidence {
            let body = app.store.evidence(&hash).await.unwrap().unwrap();
            assert!(!String::from_utf8_lossy(&body).contains("FAKE-TOKEN"), "a token in a saved answer");
        }
    }
}

#[tokio::test]
async fn calls_are_bounded_by_the_day() {
    let desk = Desk::open(vec![push("03-01 10:00", 1, true)]).await;
    desk.platform.set_fault(APPID, Some(WechatFault::SystemError));
    let mut last = (Outcome::Read, String::new());
    for hour in 0..20 {
        last = desk.look(&format!("2026-03-05 {:02}:{:02}", hour + 1, 30)).await;
    }
    assert_eq!(last.0.reason(), Some(Reason::QuotaSpent), "{}", last.1);
    desk.platform.set_fault(APPID, None);
    assert!(desk.look("2026-03-06 09:00").await.0.is_good(), "the next day begins anew");
}

/// An office with one account that only people see, and article pages.
async fn manual() -> (Office, Arc<FakeMp>, demo::Server) {
    let mp = Arc::new(FakeMp::default());
    let clock = Arc::new(VirtualClock::new("2026-03-20T00:00:00Z".parse().unwrap()));
    let server = serve_fake(Arc::clone(&mp), clock, ([127, 0, 0, 1], 0).into()).await.unwrap();
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let account = format!(
        "[[unit.channel]]\nid = \"sph\"\nkind = \"other-media\"\nname = \"钟山教育视频号\"\nsource = \"manual\"\n\
         account = {{ biz = \"{BIZ}\" }}\n"
    );
    office.write("units.toml", &(office.units_toml(&[("gzdt", "work-news", "/gzdt/")]) + &account));
    (office, mp, server)
}

#[tokio::test]
async fn a_person_looks_and_is_believed_as_far_as_the_person_saw() {
    let (office, mp, server) = manual().await;
    let due = office.run("2026-03-20 08:00", &["checklist"]).await.json();
    assert_eq!((due[0]["channel"].as_str(), due.as_array().unwrap().len()), (Some("jyj/sph"), 1), "{due}");
    let article = |at: &str, biz: &str| MpPage::Article {
        title: "招生公告".to_owned(),
        account: "钟山教育".to_owned(),
        biz: biz.to_owned(),
        at: wall(at),
    };
    mp.put("/s/good", article("03-02 00:20", BIZ));
    mp.put("/s/foreign", article("03-02 00:20", "MzkwMDAwMDAwMg=="));
    mp.put("/s/captcha", MpPage::CaptchaElsewhere);
    let url = |path: &str| format!("{}{path}", server.base_url());
    let observe = async |now: &str, rest: &[&str]| {
        let mut line = vec!["observe", "--channel", "jyj/sph", "--by", "张三"];
        line.extend(rest);
        office.run(now, &line).await
    };
    let refused = observe("2026-03-20 08:01", &["--newest", "2026-03-03", "--link", &url("/s/good")]).await;
    assert_eq!(refused.ended, Ended::WrongUsage, "the page says the second");
    let refused = observe("2026-03-20 08:02", &["--date", "2026-03-02", "--link", &url("/s/foreign")]).await;
    assert_eq!(refused.ended, Ended::WrongUsage, "the article of another account");
    let unclear = observe("2026-03-20 08:03", &["--date", "2026-03-01", "--link", &url("/s/captcha")]).await.json();
    assert!(unclear["observed"][0]["checked"].as_str().unwrap().contains("未能核对"), "{unclear}");
    let read = observe("2026-03-20 08:04", &["--newest", "2026-03-02", "--link", &url("/s/good")]).await.json();
    assert!(read["observed"][0]["checked"].as_str().unwrap().contains("2026-03-02"), "{read}");
    for wrong in ["2026-03-21", "2020-03-02", "2026-03-01"] {
        let refused = observe("2026-03-20 08:05", &["--newest", wrong]).await;
        assert_eq!(refused.ended, Ended::WrongUsage, "{wrong}: future, long ago, older than what is known");
    }
    office.run("2026-03-20 08:06", &["judge"]).await.ok();
    let found = office.run("2026-03-20 08:07", &["findings", "--criterion", "C1.1"]).await.json();
    let breached: Vec<_> = found.as_array().unwrap().iter().filter(|f| f["verdict"] == "breached").collect();
    assert_eq!(breached.len(), 1, "{found}");
    assert_eq!((breached[0]["from"].as_str(), breached[0]["to"].as_str()), (Some("2026-03-03"), Some("2026-03-16")));
    let why = office.run("2026-03-20 08:08", &["explain", &breached[0]["id"].to_string()]).await.ok();
    assert!(why.contains("jyj/sph"), "{why}");
}

#[tokio::test]
async fn the_list_goes_out_as_a_sheet_and_comes_back_filled_in() {
    let (office, _mp, _server) = manual().await;
    let sheet = office.dir.path().join("list.xlsx");
    office.run("2026-03-20 08:00", &["checklist", "--xlsx", sheet.to_str().unwrap()]).await.ok();
    let read = sheets::read("list.xlsx", &std::fs::read(&sheet).unwrap(), &sheets::Limits::default()).unwrap();
    assert!(read[0].rows.iter().any(|r| r.cells.iter().any(|c| c.text() == "jyj/sph")));
    let empty = office.run("2026-03-20 08:01", &["observe", "--file", sheet.to_str().unwrap()]).await;
    assert_eq!(empty.ended, Ended::WrongUsage, "nothing was filled in");
    let file = office.dir.path().join("filled.csv");
    let fill = |rows: &str| std::fs::write(&file, format!("编号,最新一条日期,链接,查看人\n{rows}")).unwrap();
    fill("jyj/sph,昨天,,张三\njyj/gzdt,2026-03-18,,张三\njyj/sph,2026-03-18,,\n");
    assert_eq!(
        office.run("2026-03-20 08:02", &["observe", "--file", file.to_str().unwrap()]).await.ended,
        Ended::WrongUsage
    );
    fill("jyj/sph,2026年3月18日,,张三\n");
    let done = office.run("2026-03-20 08:03", &["observe", "--file", file.to_str().unwrap()]).await.json();
    assert_eq!(done["observed"][0]["day"], "2026-03-18", "{done}");
    let due = office.run("2026-03-20 08:04", &["checklist"]).await.json();
    assert_eq!(due[0]["looked"], "2026-03-20", "still on the list, for no source but a person sees it: {due}");
}
