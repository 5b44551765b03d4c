//! What people decide: waivers, statements, offices and columns that come and go.

use model::{DeclaredEmpty, Waiver};

use super::Script;
use super::script::FOR_EVER;
use crate::column::FaultKind;

pub(super) fn play(s: &mut Script<'_>) {
    waived(s);
    declared_empty(s);
    dissolved(s);
    opened(s);
}

fn waived(s: &mut Script<'_>) {
    s.only("xfj/gzdt", &[60, 82]);
    let channel = s.column("xfj/gzdt").id.clone();
    let waiver = Waiver {
        id: 1,
        unit: channel.unit(),
        channel: Some(channel),
        criterion: "B1.1".parse().ok(),
        days: s.days(62, 81),
        reason: "办公场所搬迁，网站专栏停更".to_owned(),
        document: "钟政公开办函〔2026〕8号".to_owned(),
        approver: "区政务公开办".to_owned(),
    };
    s.waivers.push(waiver);
    s.tell("waived", "xfj/gzdt", "区信访局搬迁期间经批准豁免：豁免日视同已更新，不扣分。");
}

fn declared_empty(s: &mut Script<'_>) {
    s.clear("mzj/zdly-2", 0, FOR_EVER);
    let statement = DeclaredEmpty {
        id: 1,
        channel: s.column("mzj/zdly-2").id.clone(),
        days: s.days(0, 90),
        reason: "本季度无新增财政资金事项".to_owned(),
        approver: "区政务公开办".to_owned(),
    };
    s.empties.push(statement);
    s.tell("declared-empty", "mzj/zdly-2", "区民政局申明本季度该子栏目无信息可发：不适用，不扣分。");
}

fn dissolved(s: &mut Script<'_>) {
    let last = s.day(45);
    if let Some(office) = s.offices.iter_mut().find(|o| o.id == "zszx") {
        office.until = Some(last);
    }
    s.section_clear("zszx", 46, FOR_EVER);
    s.section_fault("zszx", 46, FOR_EVER, FaultKind::Status(404));
    s.tell("dissolved", "zszx", "区招商引资服务中心季中撤并：此后不再计分，也不再检查。");
}

fn opened(s: &mut Script<'_>) {
    s.clear("zwzx/ckdt", -FOR_EVER, FOR_EVER);
    let from = s.day(40);
    s.column("zwzx/ckdt").from = Some(from);
    s.tell(
        "opened-and-empty",
        "zwzx/ckdt",
        "区政务服务中心季中新开“窗口动态”，一直没有发布：自开设之日起每满一个窗口扣一次。",
    );
    s.clear("zwzx/zdly-3", -FOR_EVER, FOR_EVER);
    let from = s.day(20);
    s.column("zwzx/zdly-3").from = Some(from);
    s.tell("opened-mid-quarter", "zwzx/zdly-3", "重点领域子栏目季中才开设：本季不满整季，不扣分。");
}
