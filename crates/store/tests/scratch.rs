#![allow(missing_docs, clippy::all)]
use model::*;
use store::*;
#[tokio::test]
async fn scratch() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("duban.db");
    let store = Store::open(&path, Zone::SHANGHAI).await.unwrap();
    let units: Vec<_> = (0..90).map(|u| Unit { id: format!("u{u}").parse().unwrap(), name: "x".into(), kind: UnitKind::Department, aliases: vec![], contacts: vec![], from: None, until: None }).collect();
    let channels: Vec<_> = (0..3000).map(|n| Channel { id: format!("u{}/c{n}", n % 90).parse().unwrap(), kind: ChannelKind::WorkNews, name: "x".into(), url: "x".into(), source: Source::Auto, life: model::unit::Life { from: "2026-01-01".parse().unwrap(), until: None } }).collect();
    store.sync_registry(&units, &channels, "2026-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
    let mut conn = <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query("PRAGMA foreign_keys=ON").execute(&mut conn).await.unwrap();
    sqlx::query("INSERT INTO look (id, channel,at,day,outcome,covers,url,adapter,notes,first_page_rows,first_page_dated) SELECT row_number() over (), id, '2026-01-01T00:00:00.000Z','2026-01-01','read','everything','','','[]',0,0 FROM channel").execute(&mut conn).await.unwrap();
    let src = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/look/entries.rs")).unwrap();
    let mut sqls = vec![];
    for json in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.sqlx")).unwrap() {
        let v: serde_json::Value = serde_json::from_slice(&std::fs::read(json.unwrap().path()).unwrap()).unwrap();
        let sql = v["query"].as_str().unwrap().to_owned();
        if let Some(p) = src.find(&sql) { sqls.push((p, sql)); }
    }
    sqls.sort();
    let names: Vec<(i64, String)> = sqlx::query_as("SELECT id, channel FROM look").fetch_all(&mut conn).await.unwrap();
    let mut total = vec![std::time::Duration::ZERO; 8];
    for some in names.chunks(256) {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await.unwrap();
        let t = std::time::Instant::now();
        let s: Vec<_> = some.iter().flat_map(|(l, c)| (0..20).map(move |n| serde_json::json!({"l": l, "c": c, "k": format!("x.gov.cn/{c}/t2026_{n}.html"), "t": format!("关于第{n}号的通知公告的公示说明"), "u": format!("http://x.gov.cn/{c}/t2026_{n}.html"), "d": "2026-02-28", "f": "list", "s": null}))).collect();
        let json = serde_json::to_string(&s).unwrap();
        total[7] += t.elapsed();
        for (i, (_, sql)) in sqls.iter().enumerate().take(3) {
            let t = std::time::Instant::now();
            sqlx::query(sqlx::AssertSqlSafe(sql.clone())).bind(&json).fetch_all(&mut conn).await.unwrap();
            total[i] += t.elapsed();
        }
        let ids: Vec<(i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sqls[2].1.clone())).bind(&json).fetch_all(&mut conn).await.unwrap();
        let listed: Vec<(i64, i64)> = ids.iter().map(|(p, e)| (some[*p as usize / 20].0, *e)).collect();
        let looks: Vec<i64> = some.iter().map(|s| s.0).collect();
        let t = std::time::Instant::now();
        sqlx::query(sqlx::AssertSqlSafe(sqls[4].1.clone())).bind(serde_json::to_string(&looks).unwrap()).bind(serde_json::to_string(&listed).unwrap()).execute(&mut conn).await.unwrap();
        total[4] += t.elapsed();
        let t = std::time::Instant::now();
        sqlx::query("COMMIT").execute(&mut conn).await.unwrap();
        total[6] += t.elapsed();
    }
    for (i, (_, sql)) in sqls.iter().enumerate() { println!("{:?} {}", total[i], sql.chars().take(60).collect::<String>()); }
    println!("commit {:?} json {:?}", total[6], total[7]);
}
