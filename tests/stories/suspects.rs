//! 疑点: proposed from what was crawled, decided by a person, and only then a line of the ledger.

use serde_json::Value;

use crate::harness::{Office, list};

fn article(title: &str, day: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title><meta name=\"ArticleTitle\" content=\"{title}\">\
         <meta name=\"PubDate\" content=\"{day} 09:00\"></head><body><div class=\"topnav\"><a href=\"/\">首页</a></div>\
         <h1>{title}</h1><p>发布时间：{day}</p><div class=\"TRS_Editor\">{body}</div>\
         <div class=\"footer\">咨询电话 13800138000</div></body></html>"
    )
}

const BODY: &str = "<p>各学校要落实校园安全主体责任，开展隐患排查，建立整改台账，按时报送情况，确保师生安全。</p>";

/// One column with these items: (title, day, body).
async fn office(kind: &str, items: &[(&str, &str, &str)]) -> Office {
    let office = Office::new(&[("lm", kind, "/lm/")]).await;
    publish(&office, "/lm/", items);
    office
}

fn publish(office: &Office, column: &str, items: &[(&str, &str, &str)]) {
    let names: Vec<String> = (1..=items.len()).map(|n| format!("t{n}.html")).collect();
    let rows: Vec<(&str, &str, &str)> = items.iter().zip(&names).map(|((t, d, _), n)| (*t, n.as_str(), *d)).collect();
    office.site.page(column, list(&rows));
    for ((title, day, body), name) in items.iter().zip(&names) {
        office.site.page(&format!("{column}{name}"), article(title, day, body));
    }
}

async fn open(office: &Office, now: &str) -> Vec<Value> {
    office.run(now, &["suspect", "list"]).await.json().as_array().unwrap().clone()
}

fn said(of: &[Value]) -> Vec<String> {
    let text = |v: &Value, k: &str| v[k].as_str().unwrap().to_owned();
    let mut all: Vec<String> = of.iter().map(|s| format!("{} {}", text(s, "criterion"), text(s, "title"))).collect();
    all.sort();
    all
}

async fn decide(office: &Office, now: &str, what: &str, id: &str) -> crate::harness::Ran {
    office.run(now, &["suspect", what, id, "--by", "张三", "--reason", "已核实"]).await
}

/// The lines of March under a row, once the months up to it are closed.
async fn march(office: &Office, criterion: &str) -> Vec<Value> {
    for month in ["2026-01", "2026-02", "2026-03"] {
        office.run("2026-04-05 08:00", &["close", month]).await.ok();
    }
    let lines = office.run("2026-04-05 08:00", &["ledger", "2026-03"]).await.json();
    lines.as_array().unwrap().iter().filter(|l| l["criterion"] == criterion).cloned().collect()
}

#[tokio::test]
async fn a_confirmed_typo_becomes_a_line_with_the_saved_page_and_an_unconfirmed_one_costs_nothing() {
    let wrong = "<p>各学校要按装监控设备，由区人名政府验收。</p>";
    let items = [
        ("关于校园安全的通知", "2026-03-03", BODY),
        ("关于监控设备的通知", "2026-03-02", wrong),
        ("关于设备验收的通知", "2026-03-01", wrong),
    ];
    let office = office("policies", &items).await;
    office.run("2026-03-10 08:00", &["cycle"]).await.ok();
    let found = open(&office, "2026-03-10 09:00").await;
    assert_eq!(said(&found), ["B1.5 关于监控设备的通知", "B1.5 关于设备验收的通知"]);
    let id = found.iter().find(|f| f["title"] == "关于监控设备的通知").unwrap()["id"].to_string();

    let shown = office.run("2026-03-10 09:00", &["suspect", "show", &id]).await.json();
    assert_eq!(shown["quotes"].as_array().unwrap().len(), 2, "{shown}");
    assert!(shown["quotes"][0]["text"].as_str().unwrap().contains("按装监控"));
    assert!(shown["sentence"].as_str().unwrap().contains("错别字"));
    let saved = office.dir.path().join("page.html");
    office.run("2026-03-10 09:00", &["suspect", "show", &id, "--save", saved.to_str().unwrap()]).await.ok();
    assert_eq!(std::fs::read_to_string(&saved).unwrap(), article(items[1].0, items[1].1, wrong));

    decide(&office, "2026-03-10 10:00", "confirm", &id).await.ok();
    assert_eq!(decide(&office, "2026-03-10 10:00", "confirm", &id).await.ended, duban::Ended::Failed, "once");
    let register = office.run("2026-03-10 10:00", &["register", "--list"]).await.json();
    assert_eq!(register.as_array().unwrap().len(), 1);
    assert_eq!(register[0]["evidence"], shown["evidence"]);

    let lines = march(&office, "B1.5").await;
    assert_eq!(lines.len(), 1, "the other one was only proposed: {lines:?}");
    assert_eq!(lines[0]["points"].as_f64(), Some(-5.0));
    assert_eq!(office.run("2026-04-06 08:00", &["suspect", "scan"]).await.json()["proposed"], serde_json::json!([]));
}

#[tokio::test]
async fn a_dismissed_one_stays_dismissed_and_a_longer_list_tells_only_what_is_new() {
    let office = office(
        "notices",
        &[("关于整改的公告", "2026-03-02", "<p>要按装设备，并尽快做好各项筹备工做，确保按期完成验收任务。</p>")],
    )
    .await;
    office.run("2026-03-10 08:00", &["cycle"]).await.ok();
    let found = open(&office, "2026-03-10 09:00").await;
    decide(&office, "2026-03-10 09:30", "dismiss", &found[0]["id"].to_string()).await.ok();
    office.write("lexicon/more.toml", "kind = \"typo\"\n[[word]]\nwrong = \"筹备工做\"\nright = \"筹备工作\"\n");
    office.run("2026-03-11 08:00", &["suspect", "scan"]).await.ok();
    let found = open(&office, "2026-03-11 09:00").await;
    let shown = office.run("2026-03-11 09:00", &["suspect", "show", &found[0]["id"].to_string()]).await.json();
    assert_eq!((found.len(), shown["quotes"].as_array().unwrap().len()), (1, 1), "{shown}");
    assert!(shown["quotes"][0]["note"].as_str().unwrap().contains("筹备工作"));
    let all = office.run("2026-03-11 09:00", &["suspect", "list", "--state", "dismissed"]).await.json();
    assert_eq!(all.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn one_item_is_counted_once_a_row_unless_a_person_insists() {
    let body = "<p>救助对象李某，身份证号：11010519491231002X，要按装设备。请各单位认真落实，按时完成。</p>";
    let office = office("notices", &[("关于救助的公示", "2026-03-02", body)]).await;
    office.run("2026-03-10 08:00", &["cycle"]).await.ok();
    let found = open(&office, "2026-03-10 09:00").await;
    assert_eq!(found.len(), 2, "{found:?}");
    let shown = format!("{}", office.run("2026-03-10 09:00", &["suspect", "list"]).await.json());
    assert!(!shown.contains("11010519491231002X"));
    for f in &found {
        let one = office.run("2026-03-10 09:00", &["suspect", "show", &f["id"].to_string()]).await.ok();
        assert!(!one.contains("11010519491231002X"), "{one}");
    }
    let ids: Vec<String> = found.iter().map(|f| f["id"].to_string()).collect();
    decide(&office, "2026-03-10 10:00", "confirm", &ids[0]).await.ok();
    assert_eq!(decide(&office, "2026-03-10 10:00", "confirm", &ids[1]).await.ended, duban::Ended::WrongUsage);
    let again = ["suspect", "confirm", &ids[1], "--by", "张三", "--reason", "两类问题", "--again"];
    office.run("2026-03-10 10:00", &again).await.ok();
}

#[tokio::test]
async fn a_page_that_cannot_be_had_is_asked_for_again_another_day_and_accuses_nobody() {
    let office = office("policies", &[("关于监控设备的通知", "2026-03-02", "<p>要按装设备。</p>")]).await;
    office.write("hints.toml", "scan = false\n");
    office.run("2026-03-10 08:00", &["cycle"]).await.ok();
    office.site.status("/lm/t1.html", 503);
    let before = office.site.hits("/lm/t1.html");
    // A spot check may have kept the page before: such an office has nothing to fetch.
    let scan = office.run("2026-03-10 09:00", &["suspect", "scan", "--pages", "5"]).await.json();
    assert_eq!(scan["fetched"], 0);
    if before == 0 {
        assert_eq!((&scan["failed"], &scan["without_page"]), (&Value::from(1), &Value::from(1)));
        let hits = office.site.hits("/lm/t1.html");
        office.run("2026-03-10 12:00", &["suspect", "scan"]).await.ok();
        assert_eq!(office.site.hits("/lm/t1.html"), hits, "not twice a day");
        assert!(open(&office, "2026-03-10 13:00").await.is_empty());
        publish(&office, "/lm/", &[("关于监控设备的通知", "2026-03-02", "<p>要按装设备。</p>")]);
        office.run("2026-03-12 09:00", &["suspect", "scan"]).await.ok();
    }
    assert_eq!(open(&office, "2026-03-12 10:00").await.len(), 1);
}

fn table(rows: &[(&str, u32)]) -> String {
    let head = "<tr><td rowspan=2 colspan=2>（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</td>\
        <td colspan=7>申请人情况</td></tr><tr><td>自然人</td><td>商业企业</td><td>科研机构</td><td>社会公益组织</td>\
        <td>法律服务机构</td><td>其他</td><td>总计</td></tr>";
    let rows: String = rows
        .iter()
        .map(|(n, v)| format!("<tr><td colspan=2>{n}</td><td>{v}</td><td>0</td><td>0</td><td>&nbsp;</td><td>0</td><td>0</td><td>{v}</td></tr>"))
        .collect();
    format!("<table>{head}{rows}</table>")
}

fn report(unit: &str, carried: u32, last: &str) -> String {
    let work = [
        "组织开展政务公开专题培训两次，覆盖各科室业务骨干，并对信息发布审核流程逐项讲解",
        "建立信息发布三审三校台账，逐条留痕，对发现的问题当天反馈、当天整改并举一反三",
        "围绕群众关心的入学、助学等事项制作图解材料，通过政务大厅、公众号等渠道同步推送",
        "邀请群众代表列席政策座谈，公开意见采纳情况，对没有采纳的逐条说明理由",
        "将公开工作纳入科室年度考核内容，每季度通报一次进展，对滞后的科室当面约谈",
        "在政务大厅设置公开专区，安排专人引导查询，全年接待群众并现场解答各类政策疑问",
        "梳理历史文件并对失效文件作出明确标注，方便群众一眼看清文件是否仍在执行",
        "与融媒体中心建立稿件会商机制，重要政策发布前共同研究解读的重点和形式",
    ];
    let work = work.join("。");
    let three = table(&[
        ("一、本年新收政府信息公开申请数量", 12),
        ("二、上年结转政府信息公开申请数量", carried),
        ("（七）总计", 12),
        ("四、结转下年度继续办理", 1),
    ]);
    format!(
        "<p><b>一、总体情况</b></p><p>{unit}{work}。</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>{three}\
         <p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p>\
         <p>公开深度还不够，下一步将加强培训和指导，进一步提高公开质量。</p>{last}"
    )
}

#[tokio::test]
async fn reports_are_held_against_their_form_their_sums_and_each_other() {
    let office = Office::new(&[]).await;
    let unit = |id: &str, name: &str| {
        format!(
            "[[unit]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"department\"\n[[unit.channel]]\nid = \"nb\"\n\
             kind = \"annual-report\"\nname = \"年报\"\nurl = \"{}\"\n",
            office.site.url(&format!("/{id}/"))
        )
    };
    office.write("units.toml", &(unit("jyj", "钟山区教育局") + &unit("mzj", "钟山区民政局")));
    let sixth = "<p>六、其他需要报告的事项</p><p>本年度没有收取信息处理费，没有其他需要报告的事项。</p>";
    let title = |name: &str| format!("{name}2025年政府信息公开工作年度报告");
    let (a, b) = (title("钟山区教育局"), title("钟山区民政局"));
    publish(&office, "/jyj/", &[(&a, "2026-01-10", &report("钟山区教育局", 1, sixth))]);
    publish(&office, "/mzj/", &[(&b, "2026-01-20", &report("钟山区民政局", 3, ""))]);
    office.run("2026-02-01 08:00", &["cycle"]).await.ok();
    let found = open(&office, "2026-02-01 09:00").await;
    let mut all: Vec<String> = found
        .iter()
        .map(|f| {
            format!(
                "{} {} {}",
                f["unit"].as_str().unwrap(),
                f["criterion"].as_str().unwrap(),
                f["summary"].as_str().unwrap()
            )
        })
        .collect();
    all.sort();
    assert_eq!(all.len(), 3, "{all:#?}");
    assert!(all[0].starts_with("mzj A3.2 年报疑缺1项：其他需要报告的事项"), "{all:#?}");
    assert!(all.iter().any(|s| s.starts_with("mzj A3.3 年报表格数据2处勾稽不符")), "{all:#?}");
    assert!(all.iter().any(|s| s.starts_with("mzj A3.3 与其他单位年报文字雷同")), "{all:#?}");
}

#[tokio::test]
async fn what_earns_points_is_proposed_too_and_becomes_points_once_confirmed() {
    let office = Office::new(&[
        ("zc", "policies", "/zc/"),
        ("jd", "interpretation", "/jd/"),
        ("sj", "statistics", "/sj/"),
        ("zj", "survey", "/zj/"),
    ])
    .await;
    let clauses: Vec<String> = (1..=12)
        .map(|n| format!("<p>第{n}条　适龄儿童应当在户籍所在地学校登记入学，学校按照第{n}项程序核验材料{}并在规定时限内告知结果。</p>", "，逐一登记".repeat(n % 4)))
        .collect();
    let policy = "钟山区教育局关于印发《钟山区义务教育招生工作实施办法》的通知";
    publish(&office, "/zc/", &[(policy, "2026-03-02", &clauses.concat())]);
    let copy = clauses[1..9].concat();
    publish(
        &office,
        "/jd/",
        &[
            ("《钟山区义务教育招生工作实施办法》政策解读", "2026-03-12", &copy),
            (
                "一图读懂春季开学工作",
                "2026-03-05",
                "<p><img src='./P1.jpg' width=800></p><p>请看图了解春季开学各项安排。</p>",
            ),
        ],
    );
    publish(
        &office,
        "/sj/",
        &[(
            "图解2025年教育统计数据",
            "2026-03-06",
            "<p>统计数据以图表展示如下，供社会各界参考使用。</p><img src='./P2.png' width=900>",
        )],
    );
    let ask = "<p>为提高质量，现公开征求意见。征求意见时间为2026年3月2日至2026年3月6日。</p>";
    publish(
        &office,
        "/zj/",
        &[
            ("关于《钟山区校外培训管理办法》征求意见采纳情况的公告", "2026-03-16", BODY),
            ("关于《钟山区校外培训管理办法》公开征求意见的公告", "2026-03-02", ask),
        ],
    );
    office.run("2026-03-20 08:00", &["cycle"]).await.ok();
    let found = open(&office, "2026-03-20 09:00").await;
    assert_eq!(
        said(&found),
        [
            "A4.1 钟山区教育局关于印发《钟山区义务教育招生工作实施办法》的通知",
            "A4.2 《钟山区义务教育招生工作实施办法》政策解读",
            "F1 图解2025年教育统计数据",
            "F2.1 一图读懂春季开学工作",
            "F3 关于《钟山区校外培训管理办法》公开征求意见的公告",
        ]
    );
    for f in &found {
        decide(&office, "2026-03-20 10:00", "confirm", &f["id"].to_string()).await.ok();
    }
    for (row, points) in [("A4.1", -2.0), ("A4.2", -2.0), ("F1", 0.5), ("F2.1", 1.0), ("F3", 1.0)] {
        let lines = march(&office, row).await;
        assert_eq!((lines.len(), lines[0]["points"].as_f64()), (1, Some(points)), "{row}: {lines:?}");
    }
}

#[tokio::test]
async fn what_a_column_should_have_published_becomes_a_matter() {
    let office = office("key-area", &[("1月统计月报", "2026-02-10", BODY)]).await;
    office.write(
        "hints.toml",
        "[[expected]]\nchannel = \"jyj/lm\"\nwhat = \"统计月报\"\nevery = \"month\"\nby_day = 15\nwords = [\"月报\"]\n",
    );
    office.run("2026-03-15 08:00", &["cycle"]).await.ok();
    assert!(open(&office, "2026-03-15 09:00").await.is_empty(), "the day is not over");
    office.run("2026-03-16 08:00", &["cycle"]).await.ok();
    let found = open(&office, "2026-03-16 09:00").await;
    assert_eq!(
        (found.len(), &found[0]["criterion"], &found[0]["day"]),
        (1, &Value::from("B1.4"), &Value::from("2026-03-15")),
        "{found:?}"
    );
    decide(&office, "2026-03-16 10:00", "confirm", &found[0]["id"].to_string()).await.ok();
    let matters = office.run("2026-03-16 10:00", &["matter", "list"]).await.ok();
    assert!(matters.contains("统计月报"), "{matters}");
    let complete = ["matter", "complete", "--criterion", "B1.4", "--through", "2026-03-31", "--by", "张三"];
    office.run("2026-04-01 08:00", &complete).await.ok();
    office.run("2026-04-01 09:00", &["cycle"]).await.ok();
    let lines = march(&office, "B1.4").await;
    assert_eq!((lines.len(), lines[0]["points"].as_f64()), (1, Some(-1.0)), "{lines:?}");
}

#[tokio::test]
async fn links_of_accounts_to_listed_hosts_are_proposed_as_a_veto_and_columns_are_not() {
    let link = "<p>点击了解更多活动内容，参与互动赢取礼品，欢迎大家转发分享给身边的朋友。<a href='http://a.bad.example/x'>链接</a></p>";
    let office = Office::new(&[("wx", "wechat", "/wx/")]).await;
    office.write("hints.toml", "blocked_hosts = [\"bad.example\"]\n");
    publish(&office, "/wx/", &[("活动预告来了", "2026-03-02", link)]);
    office.run("2026-03-10 08:00", &["cycle"]).await.ok();
    let found = open(&office, "2026-03-10 09:00").await;
    assert_eq!(said(&found), ["C4.1 活动预告来了"]);
    assert_eq!(found[0]["confidence"], "高");
    assert_eq!(office.run("2026-03-10 09:00", &["suspect", "show", "99"]).await.ended, duban::Ended::WrongUsage);
}

#[tokio::test]
async fn a_program_that_runs_on_leaves_nothing_to_search_for_one_that_is_started_anew() {
    let wrong = "<p>各学校要按装监控设备，并由专人负责日常检查和维护，发现问题及时报告。</p>";
    let title = |n: usize| format!("关于第{n}批监控设备的通知");
    let day = |n: usize| format!("2026-03-{n:02}");
    let titles: Vec<(String, String)> = (1..=9).map(|n| (title(n), day(n))).collect();
    let old = ("关于往年监控设备的通知", "2025-12-30", wrong);
    // On a page `n` items stand in the order in which they came, so that each keeps its address.
    let shown = |n: usize| {
        let new = titles.iter().take(n).map(|(t, d)| (t.as_str(), d.as_str(), wrong));
        std::iter::once(old).chain(new).collect::<Vec<_>>()
    };
    let office = office("notices", &shown(3)).await;
    office.write("hints.toml", "pages_per_round = 1\n");
    office.write(
        "duban.toml",
        &office.main_toml("\"127.0.0.1/32\"").replace("timeout", "spot_checks_per_day = 0\ntimeout"),
    );
    let app = office.app("2026-03-10 08:00").await;
    for n in 0..16_usize {
        publish(&office, "/lm/", &shown((3 + n / 2).min(9)));
        if n < 4 {
            office.site.status("/lm/t3.html", 503);
        }
        if n == 9 {
            let items =
                app.store.saved_items(&["jyj/lm".parse().unwrap()], "2025-01-01".parse().unwrap()).await.unwrap();
            let id = items.iter().find(|i| i.title == old.0).unwrap().id.to_string();
            let dated = ["date-item", &id, "2026-01-02", "--by", "张三", "--reason", "核对底稿"];
            office.run("2026-03-14 21:00", &dated).await.ok();
        }
        app.clock.set(app.clock.now() + chrono::TimeDelta::hours(12));
        duban::poll::poll(&app, None, &|_| ()).await.unwrap();
        duban::suspect::after_round(&app).await;
    }
    let found = open(&office, "2026-03-19 09:00").await;
    let mut all: Vec<String> = titles.iter().map(|(t, _)| format!("B1.5 {t}")).collect();
    all.push(format!("B1.5 {}", old.0));
    all.sort();
    assert_eq!(
        said(&found),
        all,
        "also what failed at first, and what a person has brought into the time that is searched"
    );
    let hits: usize = (1..=10).map(|n| office.site.hits(&format!("/lm/t{n}.html"))).sum();
    let again = office.run("2026-03-19 10:00", &["suspect", "scan"]).await.json();
    for what in ["searched", "fetched", "failed", "without_page"] {
        assert_eq!(again[what], 0, "{what}: {again}");
    }
    let now: usize = (1..=10).map(|n| office.site.hits(&format!("/lm/t{n}.html"))).sum();
    assert_eq!(now, hits);
}
