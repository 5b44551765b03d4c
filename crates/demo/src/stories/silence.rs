//! Columns that fall silent: once, for long, on the boundary, by the quarter and by the week.

use super::Script;
use super::script::FOR_EVER;

pub(super) fn play(s: &mut Script<'_>) {
    work_news(s);
    half_year(s);
    quarters(s);
    accounts(s);
    other_accounts(s);
    weeks(s);
}

fn work_news(s: &mut Script<'_>) {
    s.only("jyj/gzdt", &[6, 24]);
    s.tell("one-window", "jyj/gzdt", "区教育局工作动态静默17天：满一个14天窗口，扣一次。");
    s.only("dahe/gzdt", &[9, 41]);
    s.tell("two-windows", "dahe/gzdt", "大河镇工作动态静默31天：满两个窗口，扣两次。");
    s.only("wjj/gzdt", &[14, 58]);
    s.tell("three-windows", "wjj/gzdt", "区卫生健康局工作动态静默43天（列表日期不带年份）：扣三次。");
    s.only("fgj/gzdt", &[33, 47]);
    s.tell("thirteen-days", "fgj/gzdt", "区发展和改革局静默13天：未满窗口，不扣分。");
    s.only("rsj/gzdt", &[33, 48]);
    s.tell("fourteen-days", "rsj/gzdt", "区人社局静默恰好14天：满一个窗口，扣一次。");
    s.only("wangjiazhai/gzdt", &[-7, 19]);
    s.tell("across-the-start", "wangjiazhai/gzdt", "汪家寨镇的窗口始于监测开始之前、止于其后：按止日扣一次。");
    s.only("baohua/gzdt", &[-22, 9]);
    s.tell("before-the-start", "baohua/gzdt", "保华镇连续两个窗口，前一个在监测开始前已结束：只扣后一个。");
}

fn half_year(s: &mut Script<'_>) {
    s.only("zwzx/tzgg", &[-142, 60]);
    s.tell("notices-half-year", "zwzx/tzgg", "区政务服务中心通知公告超过180天未更新：扣一次。");
    s.only("mzj/hygq", &[-150]);
    s.clear("mzj/hygq", -149, FOR_EVER);
    s.tell("responses-half-year", "mzj/hygq", "区民政局回应关切自监测开始前起一直未更新，满180天：扣一次。");
    s.only("xfj/zcwj", &[-120, 60]);
    s.tell("policies-179-days", "xfj/zcwj", "区信访局政策文件静默179天：未满180天，不扣分。");
    s.only("zfb/ggqsy", &[-120, 61]);
    s.tell("institutions-180-days", "zfb/ggqsy", "区政府办公共企事业单位栏目静默恰好180天：扣一次。");
    s.only("czj/zcwj", &[-185, 20]);
    s.tell("policies-too-early", "czj/zcwj", "区财政局政策文件的180天窗口在监测开始前已结束：不扣分。");
}

fn quarters(s: &mut Script<'_>) {
    s.clear("fgj/zdly-2", 0, FOR_EVER);
    s.clear("dahe/zdly-1", 0, FOR_EVER);
    s.tell(
        "key-area-empty-quarter",
        "fgj/zdly-2",
        "区发展和改革局、大河镇各有一个重点领域子栏目全季没有信息：各扣一次。",
    );
    s.clear("rsj/zdly-1", 0, FOR_EVER);
    s.publish("rsj/zdly-1", 90, 12, 0);
    s.tell("key-area-last-day", "rsj/zdly-1", "区人社局重点领域子栏目在季度最后一天更新：不扣分。");
    s.clear("wjj/zdly-1", -1, FOR_EVER);
    s.publish("wjj/zdly-1", -1, 10, 0);
    s.publish("wjj/zdly-1", 91, 7, 0);
    s.tell(
        "key-area-missed-by-a-day",
        "wjj/zdly-1",
        "区卫生健康局重点领域子栏目在季度前一天和后一天更新：本季缺一条，扣一次。",
    );
    s.clear("xfj/zsk", 0, FOR_EVER);
    s.tell("faq-empty-quarter", "xfj/zsk", "区信访局常见问题知识库全季没有更新：扣一次。");
    s.clear("htp/zsk", 0, FOR_EVER);
    s.tell("faq-township", "htp/zsk", "黄土坡街道的知识库同样没有更新，但该项不适用于街道：不扣分。");
}

fn accounts(s: &mut Script<'_>) {
    s.only("jyj/wx", &[10, 40]);
    s.tell("account-silent", "jyj/wx", "公众号“钟山教育”静默29天，同桥接的其他账号正常：扣两次。");
    s.only("scjgj/wx", &[45]);
    s.clear("scjgj/wx", 46, FOR_EVER);
    s.tell("account-asleep", "scjgj/wx", "公众号“钟山市场监管”（独立订阅源）停更至期末：扣三次。");
    s.only("yjj/wx", &[52]);
    s.clear("yjj/wx", 53, FOR_EVER);
    s.tell("account-clears-only", "yjj/wx", "公众号“钟山应急”的订阅源只能证明更新、不能证明静默：判为待核，不扣分。");
}

fn other_accounts(s: &mut Script<'_>) {
    s.only("czj/wx", &[20, 51]);
    s.tell("account-by-the-platform", "czj/wx", "公众号“钟山财政”由公众平台接口逐日取得，静默30天：扣两次。");
    s.only("wjj/wb", &[40]);
    s.clear("wjj/wb", 41, FOR_EVER);
    s.tell("weibo-by-rsshub", "wjj/wb", "微博“健康钟山”经 RSSHub 读取，停更后只能判为待核：列入人工查看清单，不扣分。");
    s.only("baohua/sph", &[30, 52]);
    s.tell("account-by-a-person", "baohua/sph", "视频号“保华视频号”只能人工查看，每周一有人看一眼：静默21天，扣一次。");
}

fn weeks(s: &mut Script<'_>) {
    s.section_clear("qinglin", 12, 25);
    s.section_clear("qinglin", 40, 46);
    s.publish("qinglin/gzdt", 18, 23, 30);
    for n in [26, 39, 47] {
        s.publish("qinglin/gzdt", n, 10, 0);
    }
    s.tell("two-missing-weeks", "qinglin", "青林乡有两周全站没有发布：各扣一次；周日深夜的一条仍算当周。");
    s.section_clear("baohua", 61, 81);
    s.only("baohua/gzdt", &[60, 82]);
    s.tell("three-missing-weeks", "baohua", "保华镇连续三周全站没有发布：按周扣三次，工作动态另满一个窗口。");
    s.section_clear("yjj", 75, 81);
    s.only("yjj/gzdt", &[70, 74, 83]);
    s.tell("week-without-proof", "yjj", "区应急管理局有一周没有发布，但一个栏目此后再未读取成功：判为待核，不扣分。");
}
