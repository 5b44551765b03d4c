//! Registers of what is due, by sheets: matters, their steps, and the word that a register is complete.

use serde_json::Value;

use crate::harness::Office;
use crate::registers::{import, mistakes, office, put, results};

const NOW: &str = "2026-06-10 08:00";
const HEAD: &str = "登记编号,指标,单位,事项编号,事项名称,起始日期,截止日期,文号,办理环节,日期,延期至,工作日数,备注,佐证文件,登记人,另计,撤销,更正理由\n";

fn words(said: &Value) -> Vec<String> {
    results(said).into_iter().map(|(_, word)| word).collect()
}

async fn handed(office: &Office, name: &str, rows: &str) -> Value {
    import(office, &put(office, name, format!("{HEAD}{rows}"))).await.json()
}

const ROWS: &str = ",D2.1 依申请,大河镇,2026-001,低保标准,2026年3月2日,,,延期,2026-03-20,,20,区长批准,a.txt,,,,\n\
                    ,D2.1,大河镇,2026-001,,,,,答复,2026-04-10,,,,,,,,\n\
                    ,D2.1,大河镇,2026-002,征地补偿,2026-05-06,,,,,,,,,,,,\n\
                    ,E3.1,jyj,提示单〔2026〕3号,错别字整改,2026-03-01,2026-03-10,钟府办〔2026〕3号,报送,2026-03-09,,,,,李四,,,\n\
                    ,E2.1,jyj,2026-03,,,,,报送,2026-04-08,,,,,,,,\n";

#[tokio::test]
async fn matters_their_steps_and_the_statement_are_entered_once() {
    let office = office().await;
    put(&office, "a.txt", "批准");
    let above = "本登记截至,2026年5月31日,\n截至日适用指标,D2.1、E3.1,\n截至日适用单位,,\n";
    let file = put(&office, "一.csv", format!("{above}{HEAD}{ROWS}"));
    let said = import(&office, &file).await.json();
    // The first and fourth rows open a matter and say what happened; the last are the two statements.
    assert_eq!(words(&said), ["made"; 9], "{said}");
    let app = office.app(NOW).await;
    let matters = app.store.matters().await.unwrap();
    let codes: Vec<&str> = matters.iter().map(|m| m.code.as_str()).collect();
    assert_eq!(codes, ["2026-001", "2026-002", "提示单〔2026〕3号", "2026-03"]);
    let steps: Vec<String> = matters[0].entries.iter().map(|e| e.step.label()).collect();
    assert_eq!(steps, ["延长20个工作日", "报送（办结）"]);
    assert!(matters[0].entries[0].evidence.is_some() && matters[0].evidence.is_none());
    assert_eq!((matters[2].due, matters[2].entries[0].who.as_str()), ("2026-03-10".parse().ok(), "李四"));
    let stated = app.store.completeness().await.unwrap();
    let stated: Vec<String> = stated.iter().map(|c| format!("{} {}", c.criterion, c.through)).collect();
    assert_eq!(stated, ["D2.1 2026-05-31", "E3.1 2026-05-31"]);

    let again = import(&office, &file).await.json();
    assert!(words(&again).iter().all(|w| w == "known"), "{again}");
    assert_eq!(app.store.matters().await.unwrap(), matters);
    assert_eq!(app.store.completeness().await.unwrap().len(), 2);

    let out = office.dir.path().join("all.xlsx").to_str().unwrap().to_owned();
    office.run(NOW, &["export", "register", "--out", &out]).await.ok();
    let back = import(&office, &out).await.json();
    assert_eq!(words(&back), ["known"; 5], "{back}");
    assert_eq!(app.store.matters().await.unwrap(), matters);
}

#[tokio::test]
async fn a_changed_step_is_a_later_entry_that_names_the_earlier_one() {
    let office = office().await;
    put(&office, "a.txt", "批准");
    handed(&office, "一.csv", ROWS).await;
    let asked = put(&office, "二.csv", format!("{HEAD},D2.1,大河镇,2026-001,,,,,答复,2026-04-08,,,,,,,,\n"));
    let said = mistakes(&import(&office, &asked).await);
    assert!(said[0].0 == "「二」!A2" && said[0].1.contains("编号 2"), "{said:?}");
    let said = handed(&office, "三.csv", "2,D2.1,大河镇,2026-001,,,,,答复,2026-04-08,,,,,,,,\n").await;
    assert_eq!(words(&said), ["replaced"]);
    let app = office.app(NOW).await;
    let matter = app.store.matters().await.unwrap().remove(0);
    let last = matter.entries.last().unwrap();
    assert_eq!((last.corrects, last.day.to_string()), (Some(2), "2026-04-08".to_owned()));
    let first = handed(&office, "一.csv", ROWS).await;
    assert_eq!(words(&first), ["known", "gone", "known", "known", "known"], "{first}");
    let back = "1,D2.1,大河镇,2026-001,,,,,延期,2026-03-20,,20,区长批准,,,,是,";
    let refused = put(&office, "四.csv", format!("{HEAD}{back}\n"));
    assert!(mistakes(&import(&office, &refused).await)[0].1.contains("写明理由"));
    assert_eq!(words(&handed(&office, "四.csv", &format!("{back}未经批准\n")).await), ["taken-back"]);
    assert_eq!(words(&handed(&office, "四.csv", &format!("{back}未经批准\n")).await), ["gone"]);
    let matter = app.store.matters().await.unwrap().remove(0);
    let standing: Vec<i64> = matter.standing(app.clock.now()).iter().map(|e| e.id).collect();
    assert_eq!(standing, [last.id]);
}

#[tokio::test]
async fn every_mistake_of_a_sheet_of_matters_has_its_cell() {
    let office = office().await;
    put(&office, "a.txt", "批准");
    handed(&office, "一.csv", ROWS).await;
    let rows = [
        ",C2.1,大河镇,1,稿件,2026-03-01,,,,,,,,,,,,",
        ",D2.1,大河镇,2026-009,,,,,答复,2026-04-10,,,,,,,,",
        ",D2.1,大河镇,2026-002,另一件,2026-05-06,,,,,,,,,,,,",
        ",D2.1,大河镇,2026-010,有截止,2026-05-06,2026-06-01,,,,,,,,,,,",
        ",E3.1,大河镇,11,没有截止,2026-05-06,,,,,,,,,,,,",
        ",E2.1,大河镇,三月,,,,,报送,2026-04-08,,,,,,,,",
        ",D2.1,大河镇,2026-002,,,,,延期,2026-05-20,,,没有天数,,,,,",
        ",D2.1,大河镇,2026-002,,,,,答完,2026-05-20,,,,,,,,",
        ",D2.1,大河镇,2026-002,,,,,答复,2026-07-20,,,,,,,,",
        ",D2.1,大河镇,2026-002,,,,,,,,,,,,,,",
        "77,D2.1,大河镇,2026-001,,,,,答复,2026-04-10,,,,,,,,",
    ];
    let above = "本登记截至,2026-06-10,\n截至日适用指标,C2.1,\n";
    let file = put(&office, "错.csv", format!("{above}{HEAD}{}\n", rows.join("\n")));
    let said = mistakes(&import(&office, &file).await);
    for (cell, word) in [
        ("B1", "只能声明今天"),
        ("B2", "没有期限"),
        ("B4", "没有期限"),
        ("D5", "没有编号为「2026-009」"),
        ("D6", "另一事项"),
        ("G7", "请留空"),
        ("G8", "请填写截止日期"),
        ("D9", "应为所属月份"),
        ("L10", "整数"),
        ("I11", "不认识办理环节"),
        ("J12", "尚未发生"),
        ("D13", "既没有事项名称"),
        ("A14", "没有编号为 77"),
    ] {
        let cell = format!("「错」!{cell}");
        assert!(said.iter().any(|(at, m)| *at == cell && m.contains(word)), "{cell} {word} in\n{said:#?}");
    }
    assert_eq!(office.app(NOW).await.store.matters().await.unwrap().len(), 4, "nothing of it was entered");
}

#[tokio::test]
async fn feedback_in_time_says_how_its_point_is_entered_and_late_feedback_that_there_is_none() {
    let office = office().await;
    for (code, day, word) in [("问卷一", "2026-06-03", "可加+1分"), ("问卷二", "2026-06-04", "不加分")] {
        // The tenth working day after 20 May.
        let about = ["--criterion", "F3", "--unit", "jyj", "--code", code, "--by", "张三"];
        let open = ["matter", "open", "--title", "营商环境问卷", "--opened", "2026-05-20"];
        office.run(NOW, &[&open[..], &about].concat()).await.ok();
        let said = office.run(NOW, &[&["matter", "submit", "--day", day][..], &about].concat()).await.ok();
        assert!(said.contains(word), "{said}");
    }
}
