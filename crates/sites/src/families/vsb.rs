//! 博达 VSB: rows with `id="line_u8_0"`, and page numbers that fall: behind `tzgg.htm` comes `tzgg/59.htm`.

use super::Family;
use crate::dom::Id;
use crate::page::Page;

/// How its pages are told.
pub(super) const FAMILY: Family = Family {
    name: "vsb",
    generators: &[],
    signs: &["/_sitegray/", "/system/resource/js/", "system/resource/js/", "_vsb_"],
};

/// The control of VSB has its own classes.
pub(crate) fn is_control(page: &Page<'_>, at: Id) -> Option<&'static str> {
    let own = |p: Id| page.doc.attr(p, "class").is_some_and(|c| c.starts_with("Next") || c.starts_with("p_next"));
    page.doc.parents(at).take(3).any(own).then_some(FAMILY.name)
}

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    fn page(control: &str) -> String {
        format!(
            r#"<script src="../system/resource/js/ajax.js"></script><table>
<tr id="line_u1_0"><td><font face="Wingdings">v</font></td><td><a class="news" href="../info/1004/12878.html">实训室设备购买项目公开招标文件（补遗文件）</a>
<font>(发布时间：2026-11-20 11:06:22 阅读次数：<span id="dynclicks_u1_12878"></span>)</font></td></tr>
<span id="section_u1_0" style="display:none;"><hr></span>
<tr id="line_u1_1"><td></td><td><a class="news" href="../info/1004/12877.html">数字马院实训室教学仪器采购公告</a><font>(发布时间：2026-11-18 15:40:37 阅读次数：)</font></td></tr>
</table>{control}"#
        )
    }

    #[test]
    fn rows_and_falling_page_numbers_are_read() {
        let r = reading(
            &page(
                "<div>共1183条 1/60 <span class=PrevDisabled>上页</span><a href=\"tzgg/59.html\" class=\"Next\">下页</a></div>",
            ),
            "http://x.example/index/tzgg.html",
        );
        assert_eq!(
            rows(&r),
            [
                "2026-11-20 实训室设备购买项目公开招标文件（补遗文件） http://x.example/info/1004/12878.html",
                "2026-11-18 数字马院实训室教学仪器采购公告 http://x.example/info/1004/12877.html",
            ]
        );
        assert_eq!((r.adapter, r.end), ("vsb", End::Next("http://x.example/index/tzgg/59.html".into())));
    }

    #[test]
    fn a_control_that_is_off_is_the_end() {
        let r = reading(
            &page("<div>共2条 1/1 <span class=NextDisabled>下页</span></div>"),
            "http://x.example/index/tzgg.html",
        );
        assert_eq!(r.end, End::Reached);
        let r = reading(&page("<span class=\"p_next_d p_fun_d\">下页</span>"), "http://x.example/index/tzgg.html");
        assert_eq!(r.end, End::Reached);
    }
}
