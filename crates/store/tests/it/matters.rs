//! Matters, statements of completeness, lists that are entered whole or not at all, and what older databases become.

use model::{FindingState, MatterStep, Scope, Verdict, Zone};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::{
    Basis, Change, Changed, CompletenessStated, Decision, Judged, MatterEvent, MatterOpening, NewImport, NewRegister,
    Refusal, Store, StoreError,
};

use crate::house::{House, at, day, house, judgement};
use crate::ledger::post;

const NOW: &str = "2026-03-20T01:00:00Z";

fn request(code: &str) -> MatterOpening {
    MatterOpening {
        criterion: "A1.2".parse().unwrap(),
        unit: "jyj".parse().unwrap(),
        code: code.parse().unwrap(),
        title: "报送落实情况".into(),
        opened: day("2026-03-02"),
        due: Some(day("2026-03-18")),
        document: Some("钟政办函〔2026〕7号".into()),
        evidence: None,
        who: "张三".into(),
    }
}

fn event(code: &str, step: MatterStep, on: &str, corrects: Option<i64>) -> MatterEvent {
    MatterEvent {
        criterion: "A1.2".parse().unwrap(),
        unit: "jyj".parse().unwrap(),
        code: code.parse().unwrap(),
        implied: None,
        step,
        day: day(on),
        note: String::new(),
        evidence: None,
        who: "张三".into(),
        corrects,
    }
}

async fn steps(h: &House) -> Vec<(MatterStep, String)> {
    let matters = h.store.matters().await.unwrap();
    matters[0].standing(at("2026-12-31T00:00:00Z")).iter().map(|e| (e.step, e.day.to_string())).collect()
}

#[tokio::test]
async fn a_matter_is_opened_once_and_its_history_only_grows() {
    let h = house().await;
    let now = at(NOW);
    let (id, new) = h.store.open_matter(&request("7号"), now).await.unwrap();
    assert!(new);
    assert_eq!(h.store.open_matter(&request("7号"), now).await.unwrap(), (id, false), "a list may be imported twice");
    let other = MatterOpening { title: "另一件事".into(), ..request("7号") };
    let refused = h.store.open_matter(&other, now).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused(Refusal::MatterExists(_))), "{refused}");
    let (first, _) = h.store.enter_matter(&event("7号", MatterStep::Submitted, "2026-03-19", None), now).await.unwrap();
    let again = h.store.enter_matter(&event("7号", MatterStep::Submitted, "2026-03-19", None), now).await.unwrap();
    assert_eq!(again, (first, false));
    let right = event("7号", MatterStep::Submitted, "2026-03-18", Some(first));
    let (second, _) = h.store.enter_matter(&right, now).await.unwrap();
    assert_eq!(steps(&h).await, [(MatterStep::Submitted, "2026-03-18".to_owned())]);
    let twice = h.store.enter_matter(&event("7号", MatterStep::Struck, "2026-03-20", Some(first)), now).await;
    assert!(matches!(twice, Err(StoreError::Refused(Refusal::AlreadyRevoked { .. }))), "{twice:?}");
    h.store.enter_matter(&event("7号", MatterStep::Struck, "2026-03-20", Some(second)), now).await.unwrap();
    assert_eq!(steps(&h).await, [(MatterStep::Submitted, "2026-03-19".to_owned())], "the correction was wrong");
    let unknown = h.store.enter_matter(&event("8号", MatterStep::Submitted, "2026-03-19", None), now).await;
    assert!(matches!(unknown, Err(StoreError::Refused(Refusal::NoMatter(_)))), "{unknown:?}");
    for sql in ["UPDATE matter SET title = 'x'", "DELETE FROM matter_entry", "UPDATE register_complete SET who = 'x'"] {
        let guarded = sqlx::query(sql).execute(&h.raw().await).await;
        assert!(guarded.is_err() || guarded.unwrap().rows_affected() == 0, "{sql}");
    }
}

#[tokio::test]
async fn a_matter_that_the_rulebook_makes_is_opened_with_its_first_entry() {
    let h = house().await;
    let sheets = MatterEvent {
        criterion: "E2.1".parse().unwrap(),
        implied: Some(("2026-02月度信息签审".into(), day("2026-03-01"))),
        ..event("2026-02", MatterStep::Submitted, "2026-03-09", None)
    };
    h.store.enter_matter(&sheets, at(NOW)).await.unwrap();
    let matters = h.store.matters().await.unwrap();
    assert_eq!((matters.len(), matters[0].opened, matters[0].entries.len()), (1, day("2026-03-01"), 1));
}

#[tokio::test]
async fn a_statement_is_taken_back_once_by_a_later_one() {
    let h = house().await;
    let stated = CompletenessStated {
        criterion: "E2.1".parse().unwrap(),
        unit: None,
        through: day("2026-03-10"),
        note: String::new(),
        who: "张三".into(),
    };
    let id = h.store.state_complete(&stated, at(NOW)).await.unwrap();
    let back = h.store.revoke_complete(id, "张三", "还有纸件", at(NOW)).await.unwrap();
    assert!(h.store.revoke_complete(id, "张三", "再次", at(NOW)).await.is_err());
    assert!(h.store.revoke_complete(back, "张三", "再次", at(NOW)).await.is_err());
    let all = h.store.completeness().await.unwrap();
    assert_eq!(all.iter().map(|c| c.cancels).collect::<Vec<_>>(), [None, Some(id)]);
}

#[tokio::test]
async fn a_list_is_entered_whole_or_not_at_all() {
    let h = house().await;
    let entry = NewRegister {
        criterion: "A1.1".parse().unwrap(),
        unit: "wjj".parse().unwrap(),
        day: day("2026-03-05"),
        count: 1,
        points: None,
        late: false,
        description: "未推进".into(),
        evidence: None,
        who: "张三".into(),
    };
    let good = [
        Change::Matter(request("7号")),
        Change::Event(event("7号", MatterStep::Submitted, "2026-03-18", None)),
        Change::Make(entry.clone()),
    ];
    let sheet = |changes: &[Change]| NewImport {
        file_name: "登记.csv".into(),
        sheet: b"sheet".to_vec(),
        files: vec![],
        who: "张三".into(),
        changes: changes.iter().enumerate().map(|(row, c)| (format!("A{}", row + 2), c.clone())).collect(),
    };
    let mut bad = good.to_vec();
    bad.push(Change::Make(NewRegister { unit: "nobody".parse().unwrap(), ..entry }));
    let why = h.store.import(&sheet(&bad), at(NOW)).await.unwrap_err();
    assert!(matches!(why, StoreError::Unregistered(_)), "{why}");
    assert_eq!(
        (h.number("SELECT count(*) FROM matter").await, h.number("SELECT count(*) FROM register").await),
        (0, 0)
    );
    let done = h.store.import(&sheet(&good), at(NOW)).await.unwrap();
    let numbers = done.iter().map(|c| if let Changed::Made(id) = c { *id } else { panic!("{c:?}") });
    let known: Vec<_> = numbers.map(Changed::Known).collect();
    assert_eq!(h.store.import(&sheet(&good), at(NOW)).await.unwrap(), known);
}

#[tokio::test]
async fn findings_of_matters_live_beside_those_of_columns() {
    let h = house().await;
    let scope = Scope::Matter { unit: "jyj".parse().unwrap(), code: "钟政办函〔2026〕7号".parse().unwrap() };
    let mut found = judgement("jyj/gzdt", "2026-03-02", "2026-03-18", Verdict::Breached);
    found.key.scope = scope.clone();
    let rulebook = "zs".parse().unwrap();
    let judged = |judgements: Vec<model::Judgement>, when: &str| {
        let (scope, when, rulebook, store) = (scope.clone(), at(when), &rulebook, &h.store);
        async move {
            let scopes = [scope];
            let judged = Judged {
                rulebook,
                judged_at: when,
                as_of: when,
                scopes: &scopes,
                since: model::Day::MIN,
                judgements: &judgements,
            };
            store.record_judgements(&judged).await.unwrap()
        }
    };
    let id = judged(vec![found], "2026-03-19T00:00:00Z").await.new[0];
    assert_eq!(h.store.finding(id).await.unwrap().unwrap().judgement.key.scope, scope);
    assert_eq!(h.store.matter_scopes(&rulebook).await.unwrap(), std::slice::from_ref(&scope));
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    // It had been handed in: the next judgement says nothing of it any more.
    judged(vec![], "2026-04-06T00:00:00Z").await;
    assert_eq!(post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap().lines.len(), 1, "taken back");
}

#[tokio::test]
async fn an_appeal_keeps_what_was_handed_in() {
    let h = house().await;
    let judged =
        h.judge("2026-03-16T00:00:00Z", &[judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached)]).await;
    let id = judged.new[0];
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    let hash = h.store.put_evidence("说明材料".as_bytes()).await.unwrap();
    let basis = Basis { document: Some("教函〔2026〕3号"), evidence: Some(&hash), file_name: Some("说明.pdf") };
    let now = at("2026-04-06T00:00:00Z");
    h.store.decide_with(id, Decision::Appeal, "李四", "当日已发布", basis, now).await.unwrap();
    let events = h.store.events(id).await.unwrap();
    let last = events.last().unwrap();
    assert_eq!((last.state, last.document.as_deref()), (FindingState::Appealed, Some("教函〔2026〕3号")));
    assert_eq!(last.evidence.as_ref(), Some(&hash));
    assert_eq!(h.store.evidence(&hash).await.unwrap().unwrap(), "说明材料".as_bytes());
    // By whatever road it came in, it is the evidence of the event and has its name.
    let files = h.store.appeal_files(id).await.unwrap();
    assert_eq!(files.iter().map(|f| (f.name.as_str(), &f.evidence)).collect::<Vec<_>>(), [("说明.pdf", &hash)]);
    assert_eq!(h.store.open_appeals(0, 1).await.unwrap()[0].file.as_deref(), Some("说明.pdf"));
    assert!(h.store.open_appeals(1, 1).await.unwrap().is_empty());
    h.store.decide(id, Decision::Uphold, "王主任", "理由不成立", None, now).await.unwrap();
    let mut graver = judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached);
    graver.points = model::Points::whole(-4);
    h.judge("2026-04-07T00:00:00Z", &[graver]).await;
    post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    let again = at("2026-05-06T00:00:00Z");
    h.store.appeal(id, "李四", "仍不服", Some(("照片.jpg", "照片".as_bytes())), again).await.unwrap();
    let files = h.store.appeal_files(id).await.unwrap();
    let last = h.store.events(id).await.unwrap().pop().unwrap();
    assert_eq!(files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["说明.pdf", "照片.jpg"]);
    assert_eq!((last.seq, last.evidence.as_ref()), (files[1].seq, Some(&files[1].evidence)));
}

/// A database of the tables before matters, with a finding that stands in the ledger, keeps every row, guard and foreign key.
#[tokio::test]
async fn an_older_database_is_brought_up_to_date_with_all_that_it_holds() {
    static ALL: Migrator = sqlx::migrate!("../../migrations");
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("duban.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true).foreign_keys(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let early: Vec<_> = ALL.migrations.iter().filter(|m| m.version <= 7).cloned().collect();
    Migrator { migrations: early.into(), ..Migrator::DEFAULT }.run(&pool).await.unwrap();
    let zeros = "0".repeat(64);
    let rows = format!(
        "INSERT INTO unit VALUES ('jyj', '教育局', 'department', '2026-01-01T00:00:00.000Z');
         INSERT INTO channel VALUES ('jyj/gzdt', 'jyj', 'work-news', '工作动态', 'u', '2026-01-01T00:00:00.000Z');
         WITH late(day) AS (VALUES ('2026-03-05'), ('2026-03-03'), ('2026-03-09'), ('2026-03-04'), ('2026-03-09'))
         INSERT INTO look (channel, at, day, outcome, reason, covers, url, adapter, notes, first_page_rows, first_page_dated)
             SELECT 'jyj/gzdt', day || printf('T01:00:%02d.000Z', row_number() OVER ()), day, 'failed', 'dns', 'nothing', 'u',
                    '', '[]', 0, 0 FROM late;
         INSERT INTO finding (rulebook, criterion, scope, unit, first_day, last_day, month, detected_at)
             VALUES ('zs', 'E2.2', 'jyj/*', 'jyj', '2026-03-02', '2026-03-08', '2026-03', '2026-03-09T00:00:00.000Z');
         INSERT INTO finding_event VALUES (1, 1, '2026-03-09T00:00:00.000Z', 'detected', '', '', NULL);
         INSERT INTO judgement (finding, judged_at, as_of, verdict, missing, points, mode, flags, proof, digest)
             VALUES (1, '2026-03-09T00:00:00.000Z', '2026-03-09T00:00:00.000Z', 'breached', 1, -100, 'each-missing', '[]',
                     '{{\"before\":[],\"within\":[],\"within_total\":0,\"within_good\":0,\"after\":[],\"last_before\":null,
                        \"first_after\":null,\"items\":[],\"enough\":\"\"}}', 'x');
         INSERT INTO ledger_line (seq, month, belongs_to, unit, rulebook, criterion, points, source, source_id, text,
                                  posted_at, previous, hash)
             VALUES (1, '2026-03', '2026-03', 'jyj', 'zs', 'E2.2', -100, 'finding', 1, 't', '2026-04-05T00:00:00.000Z',
                     '{zeros}', '{}');",
        "1".repeat(64)
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(rows)).execute(&pool).await.unwrap();
    pool.close().await;
    let store = Store::open(&path, Zone::SHANGHAI).await.unwrap();
    assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());
    let found = store.finding(1).await.unwrap().unwrap();
    assert_eq!(found.judgement.key.scope, Scope::Section("jyj".parse().unwrap()));
    assert_eq!(store.lines(&store::LedgerFilter::default()).await.unwrap().len(), 1);
    let raw = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path).foreign_keys(true)).await.unwrap();
    let from: Vec<(String, i64)> =
        sqlx::query_as("SELECT day, look FROM looks_from ORDER BY day").fetch_all(&raw).await.unwrap();
    let lowest = [("2026-03-03", 1), ("2026-03-04", 1), ("2026-03-05", 1), ("2026-03-09", 3)];
    assert_eq!(from, lowest.map(|(day, look)| (day.to_owned(), look)), "the lowest look on a day or after it");
    let insert = |scope: &str, matter: &str| {
        let sql = format!(
            "INSERT INTO finding (rulebook, criterion, scope, unit, matter, first_day, last_day, month, detected_at)
             VALUES ('zs', 'A1.2', '{scope}', 'jyj', {matter}, '2026-03-02', '2026-03-18', '2026-03', 't')"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&raw)
    };
    insert("jyj#7", "'7'").await.unwrap();
    assert!(insert("jyj#8", "'7'").await.is_err(), "the scope is still held to the columns");
    assert!(insert("elsewhere", "NULL").await.is_err());
    assert!(sqlx::query("DELETE FROM finding").execute(&raw).await.is_err(), "the guards stand");
    assert!(sqlx::query("UPDATE ledger_line SET points = 0").execute(&raw).await.is_err());
    let broken: Vec<(String,)> =
        sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&raw).await.unwrap();
    assert_eq!(broken, []);
}
