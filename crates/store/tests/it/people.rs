//! Waivers, statements, clearances and the register.

use model::Points;
use store::{ClearanceOf, NewClearance, NewDeclaredEmpty, NewRegister, NewWaiver, Refusal, RegisterFilter, StoreError};

use crate::house::{at, channel_id, day, days, house};

const NOW: &str = "2026-03-10T01:00:00Z";
const LATER: &str = "2026-03-11T01:00:00Z";

fn waiver() -> NewWaiver {
    NewWaiver {
        unit: "jyj".parse().unwrap(),
        channel: Some(channel_id("jyj/gzdt")),
        criterion: None,
        days: days("2026-03-01", "2026-03-31"),
        reason: "系统迁移".into(),
        document: "钟府办〔2026〕1号".into(),
        approver: "王主任".into(),
        who: "张三".into(),
    }
}

fn incident() -> NewRegister {
    NewRegister {
        criterion: "A1.1".parse().unwrap(),
        unit: "jyj".parse().unwrap(),
        day: day("2026-03-05"),
        count: 2,
        points: Some("-0.5".parse().unwrap()),
        late: true,
        description: "未按时反馈".into(),
        evidence: None,
        who: "张三".into(),
    }
}

#[tokio::test]
async fn a_waiver_stands_from_its_entry_to_its_revocation() {
    let h = house().await;
    let id = h.store.add_waiver(&waiver(), at(NOW)).await.unwrap();
    h.store.revoke_waiver(id, "李四", "批错了", at(LATER)).await.unwrap();
    assert_eq!(h.store.waivers(at("2026-03-09T00:00:00Z")).await.unwrap(), []);
    let stood = h.store.waivers(at(NOW)).await.unwrap();
    assert_eq!((stood.len(), stood[0].id, &stood[0].document), (1, id, &waiver().document));
    assert_eq!(h.store.waivers(at(LATER)).await.unwrap(), []);
    let record = h.store.waiver_records().await.unwrap().remove(0);
    assert_eq!(record.revoked.unwrap().why, "批错了");
    let again = h.store.revoke_waiver(id, "李四", "再来", at(LATER)).await.unwrap_err();
    assert!(matches!(again, StoreError::Refused(Refusal::AlreadyRevoked { .. })), "{again:?}");
}

#[tokio::test]
async fn a_waiver_without_its_papers_is_refused() {
    let h = house().await;
    for broken in [
        NewWaiver { document: String::new(), ..waiver() },
        NewWaiver { reason: " ".into(), ..waiver() },
        NewWaiver { approver: "\u{3000}".into(), ..waiver() },
    ] {
        let refused = h.store.add_waiver(&broken, at(NOW)).await.unwrap_err();
        assert!(refused.to_string().starts_with("请填写"), "{refused}");
    }
    let backwards = model::DayRange { first: day("2026-03-02"), last: day("2026-03-01") };
    assert!(h.store.add_waiver(&NewWaiver { days: backwards, ..waiver() }, at(NOW)).await.is_err());
    let stranger = NewWaiver { unit: "nobody".parse().unwrap(), channel: None, ..waiver() };
    assert!(matches!(h.store.add_waiver(&stranger, at(NOW)).await, Err(StoreError::Unregistered(_))));
}

#[tokio::test]
async fn a_statement_can_be_taken_back() {
    let h = house().await;
    let new = NewDeclaredEmpty {
        channel: channel_id("jyj/gzdt"),
        days: days("2026-01-01", "2026-12-31"),
        reason: "本年度无人事变动".into(),
        approver: "王主任".into(),
        who: "张三".into(),
    };
    let id = h.store.add_declared_empty(&new, at(NOW)).await.unwrap();
    assert_eq!(h.store.declared_empty(at(NOW)).await.unwrap()[0].days, new.days);
    h.store.revoke_declared_empty(id, "张三", "有变动", at(LATER)).await.unwrap();
    assert_eq!(h.store.declared_empty(at(LATER)).await.unwrap(), []);
    assert_eq!(h.store.declared_records().await.unwrap().len(), 1);
    assert!(h.store.revoke_declared_empty(77, "张三", "有变动", at(LATER)).await.is_err());
}

#[tokio::test]
async fn clearances_name_bridges_and_hosts() {
    let h = house().await;
    for of in [ClearanceOf::Bridge("wx1".parse().unwrap()), ClearanceOf::Host("x.gov.cn".into())] {
        let new =
            NewClearance { of, days: days("2026-03-01", "2026-03-14"), who: "张三".into(), why: "假期".into() };
        h.store.add_clearance(&new, at(NOW)).await.unwrap();
    }
    let all = h.store.clearances(at(NOW)).await.unwrap();
    assert_eq!(all[1].entered.of, ClearanceOf::Host("x.gov.cn".into()));
    assert_eq!(h.store.clearances(at("2026-03-01T00:00:00Z")).await.unwrap(), []);
}

#[tokio::test]
async fn a_list_can_be_imported_twice() {
    let h = house().await;
    let (id, new) = h.store.add_register(&incident(), at(NOW)).await.unwrap();
    assert!(new);
    assert_eq!(h.store.add_register(&incident(), at(LATER)).await.unwrap(), (id, false));
    let other = NewRegister { count: 3, ..incident() };
    assert!(h.store.add_register(&other, at(NOW)).await.unwrap().1);
    let plain = NewRegister { points: None, ..incident() };
    let (plain_id, _) = h.store.add_register(&plain, at(NOW)).await.unwrap();
    assert_eq!(h.store.add_register(&plain, at(NOW)).await.unwrap(), (plain_id, false));
    let found = h.store.register(&RegisterFilter::default()).await.unwrap();
    assert_eq!((found.len(), found[0].points, found[0].late), (3, Some(Points::from_hundredths(-50)), true));
}

#[tokio::test]
async fn an_entry_is_taken_back_once_and_can_be_made_again() {
    let h = house().await;
    let (id, _) = h.store.add_register(&incident(), at(NOW)).await.unwrap();
    let cancel = h.store.cancel_register(id, "李四", "登记错误", at(LATER)).await.unwrap();
    let twice = h.store.cancel_register(id, "李四", "登记错误", at(LATER)).await.unwrap_err();
    assert!(matches!(twice, StoreError::Refused(Refusal::AlreadyRevoked { .. })), "{twice:?}");
    let of_cancel = h.store.cancel_register(cancel, "李四", "反悔", at(LATER)).await.unwrap_err();
    assert!(matches!(of_cancel, StoreError::Refused(Refusal::CancelsCancel(_))), "{of_cancel:?}");
    let (again, new) = h.store.add_register(&incident(), at(LATER)).await.unwrap();
    assert!(new && again != id, "what was cancelled does not hide what is entered anew");
    let found =
        h.store.register(&RegisterFilter { unit: Some("jyj".parse().unwrap()), ..Default::default() }).await.unwrap();
    assert_eq!(found.iter().map(|e| e.cancels).collect::<Vec<_>>(), [None, Some(id), None]);
    let none = RegisterFilter { from: Some(day("2026-03-06")), ..Default::default() };
    assert_eq!(h.store.register(&none).await.unwrap(), []);
}

#[tokio::test]
async fn an_entry_needs_a_count_and_known_evidence() {
    let h = house().await;
    assert!(h.store.add_register(&NewRegister { count: 0, ..incident() }, at(NOW)).await.is_err());
    let ghost = NewRegister { evidence: Some(store::fingerprint(b"never stored")), ..incident() };
    assert!(matches!(h.store.add_register(&ghost, at(NOW)).await, Err(StoreError::Unregistered(_))));
}
