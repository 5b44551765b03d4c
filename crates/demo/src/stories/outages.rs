//! The site and the bridge out of order: nobody is charged for what could not be seen.

use model::ChannelKind;

use super::Script;
use super::script::FOR_EVER;
use crate::column::FaultKind;
use crate::rng::Rng;

pub(super) fn play(s: &mut Script<'_>) {
    short(s);
    around_a_window(s);
    to_the_end(s);
    moved(s);
    blind_bridge(s);
}

fn short(s: &mut Script<'_>) {
    let sections: Vec<_> = s.offices.iter().map(|o| o.id.clone()).collect();
    for unit in &sections {
        s.section_fault(unit, 12, 13, FaultKind::Status(503));
    }
    s.tell("site-down", "", "全区网站两天无法访问（503）：恢复后补看，没有任何影响。");
    s.section_fault("scjgj", 20, 24, FaultKind::Challenge);
    s.tell("challenge", "scjgj", "区市场监管局专栏五天要求执行脚本验证：检查记为受阻，不影响判定。");
    s.section_fault("wangjiazhai", 25, 27, FaultKind::Gateway);
    s.tell("gateway", "wangjiazhai", "汪家寨镇专栏三天被网关拦截（412）：检查记为受阻，不影响判定。");
    s.section_fault("xfj", 30, 33, FaultKind::Maintenance);
    s.tell("maintenance", "xfj", "区信访局专栏四天显示维护公告（状态码200）：检查存疑，不影响判定。");
    s.fault("zwzx/gzdt", 50, 52, FaultKind::Close);
    s.tell("broken-off", "zwzx/gzdt", "区政务服务中心工作动态三天连接中断：检查失败，不影响判定。");
    s.fault("fgj/zcwj", 40, 44, FaultKind::Shrunk);
    s.tell("shrunk", "fgj/zcwj", "区发展和改革局政策文件列表五天只剩两条：检查存疑，不影响判定。");
    s.fault("czj/hygq", 55, 57, FaultKind::SoftMissing);
    s.tell("soft-404", "czj/hygq", "区财政局回应关切三天提示页面不存在（状态码200）：检查存疑，不影响判定。");
    s.fault("scjgj/ggqsy", 60, FOR_EVER, FaultKind::Status(404));
    s.tell("gone", "scjgj/ggqsy", "区市场监管局一个栏目自此404：列入监测待办，不扣分。");
}

fn around_a_window(s: &mut Script<'_>) {
    s.fault("dahe/gzdt", 36, 40, FaultKind::Challenge);
    s.tell("challenge-at-the-end", "dahe/gzdt", "大河镇第二个窗口到期时页面受阻：恢复后的检查证实静默，照扣。");
    s.only("yjj/gzdt", &[20, 36]);
    s.fault("yjj/gzdt", 33, 38, FaultKind::Empty);
    s.tell("items-gone", "yjj/gzdt", "区应急管理局列表在窗口到期前后突然变空：当时存疑，恢复后证实静默15天，扣一次。");
    s.fault("baohua/zcwj", 82, 84, FaultKind::Status(503));
    s.tell("proof-comes-late", "baohua/zcwj", "保华镇一个栏目恢复较晚：缺周的证据晚到三天，仍然成立。");
}

fn to_the_end(s: &mut Script<'_>) {
    s.section_clear("htp", 63, 69);
    s.only("htp/gzdt", &[62, 66]);
    for id in ["htp/zdly-1", "htp/zdly-2"] {
        s.publish(id, 25, 10, 0);
    }
    s.section_fault("htp", 70, FOR_EVER, FaultKind::Status(503));
    s.tell("down-to-the-end", "htp", "黄土坡街道专栏自第71天起一直无法访问：最后的窗口和缺周只能判为待核，不扣分。");
    s.fault("yjj/zcwj", 78, FOR_EVER, FaultKind::Status(503));
}

fn moved(s: &mut Script<'_>) {
    s.only("hecheng/gzdt", &[58]);
    s.clear("hecheng/gzdt", 59, 59);
    s.fault("hecheng/gzdt", 60, FOR_EVER, FaultKind::Moved);
    s.tell("moved", "hecheng/gzdt", "荷城街道工作动态改址，旧页只跳转：判为待核并提示改配置，不扣分。");
}

/// The bridge loses its login in the morning of day 71: until the end it serves what it had, with status 200.
fn blind_bridge(s: &mut Script<'_>) {
    let frozen = FaultKind::Frozen(s.at(71, 8, 30));
    let accounts: Vec<_> = s.columns.iter().filter(|c| c.bridged).map(|c| c.id.clone()).collect();
    for id in accounts {
        s.clear(id.as_str(), 70, 71);
        s.publish(id.as_str(), 70, 10, 0);
        s.publish(id.as_str(), 71, 7, 0);
        s.fault(id.as_str(), 72, FOR_EVER, frozen);
    }
    s.tell(
        "blind-bridge",
        "",
        "微信桥接服务最后三周登录失效，仍以200返回旧内容：所有账号同时静默，判为来源失明，不扣分。",
    );
}

/// One-day failures here and there, which must change nothing. They stay clear of the columns in which a day counts.
pub(crate) fn sprinkle(s: &mut Script<'_>, seed: u64) {
    const STATUS: &[u16] = &[500, 502, 503, 504];
    let calm = |k| matches!(k, ChannelKind::Policies | ChannelKind::Notices | ChannelKind::Interpretation);
    let ids: Vec<_> = s.columns.iter().filter(|c| calm(c.kind)).map(|c| c.id.clone()).collect();
    for id in ids {
        let mut rng = Rng::new(seed, &format!("failure {id}"));
        for _ in 0..2 {
            let n = rng.between(5, 85);
            let kind = if rng.chance(20) { FaultKind::Close } else { FaultKind::Status(rng.pick(STATUS)) };
            s.fault(id.as_str(), n, n, kind);
        }
    }
}
