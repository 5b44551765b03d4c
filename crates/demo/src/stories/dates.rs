//! Items whose dates are not what they seem.

use super::Script;
use crate::column::Post;

pub(super) fn play(s: &mut Script<'_>) {
    backdated(s);
    dated_ahead(s);
    changed(s);
    undated(s);
    hostile(s);
}

fn backdated(s: &mut Script<'_>) {
    s.only("mzj/gzdt", &[9, 31]);
    let post = Post { claimed: Some(s.day(18)), ..Post::honest(s.at(30, 7, 0)) };
    s.column("mzj/gzdt").posts.push(post);
    s.tell("backdated", "mzj/gzdt", "区民政局补发一条倒签日期的动态，此前多次检查都没有它：按首见之日计，窗口照扣。");
}

fn dated_ahead(s: &mut Script<'_>) {
    s.only("scjgj/gzdt", &[9, 40]);
    let post = Post { claimed: Some(s.day(44)), ..Post::honest(s.at(16, 7, 0)) };
    s.column("scjgj/gzdt").posts.push(post);
    s.tell("dated-ahead", "scjgj/gzdt", "区市场监管局一条动态的日期写在未来：按首见之日计，此后23天静默扣一次。");
}

fn changed(s: &mut Script<'_>) {
    s.only("czj/gzdt", &[10, 28]);
    let later = (s.at(26, 7, 0), s.day(26));
    s.post("czj/gzdt", 10).redated = Some(later);
    s.tell("re-dated", "czj/gzdt", "区财政局把旧信息改成新日期：仍按最早日期计，窗口照扣。");
    s.only("fgj/gzdt", &[50, 60, 70]);
    let end = s.at(63, 9, 0);
    s.post("fgj/gzdt", 60).shown_until = Some(end);
    s.tell("withdrawn", "fgj/gzdt", "区发展和改革局撤下一条已发布的动态：看见过的仍然算数，不扣分。");
}

fn undated(s: &mut Script<'_>) {
    s.only("muguo/gzdt", &[30, 50]);
    let post = Post { claimed: None, ..Post::honest(s.at(38, 7, 0)) };
    s.column("muguo/gzdt").posts.push(post);
    s.tell("undated-inside", "muguo/gzdt", "木果镇静默窗口内出现一条没有日期的信息：判为待核，不扣分。");
    s.only("fenghuang/gzdt", &[30, 49]);
    let post = Post { claimed: None, ..Post::honest(s.at(48, 7, 0)) };
    s.column("fenghuang/gzdt").posts.push(post);
    s.tell("undated-after", "fenghuang/gzdt", "凤凰街道的窗口先被证实静默，之后才出现无日期信息：照扣一次。");
}

fn hostile(s: &mut Script<'_>) {
    for id in ["jyj/tzgg", "jyj/wx"] {
        s.only(id, &[4, 5]);
        s.post(id, 4).title = "<script>alert(1)</script>".to_owned();
        s.post(id, 5).title = "=HYPERLINK(\"http://x\",\"y\")".to_owned();
    }
    s.tell("hostile-titles", "jyj/tzgg", "区教育局的标题里混入脚本和表格公式：原样保存，显示和导出时不起作用。");
    let pinned = Post { pinned: true, ..Post::honest(s.at(-60, 10, 0)) };
    s.column("zfb/tzgg").posts.push(pinned);
    s.tell("pinned", "zfb/tzgg", "区政府办通知公告置顶一条旧信息：最新日期按全部信息取，不按第一行取。");
}
