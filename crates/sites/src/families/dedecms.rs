//! DedeCMS: each item may be a `<ul>` of its own with title, summary and date.

use super::Family;

/// How its pages are told.
pub(super) const FAMILY: Family =
    Family { name: "dedecms", generators: &["dedecms"], signs: &["/plus/list.php", "/plus/ad_js.php", "/templets/"] };

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    #[test]
    fn its_list_is_read() {
        let r = reading(include_str!("../../fixtures/dedecms.html"), "http://x.example/gonggao/list_346_1.html");
        assert_eq!(
            rows(&r),
            [
                "2026-04-23 全国首开先河 推广使用电子劳动合同 http://x.example/gonggao/53345.html",
                "2026-03-11 做好疫情防控期间困难群众兜底保障工作 http://x.example/gonggao/52650.html",
            ]
        );
        assert_eq!((r.adapter, r.end), ("dedecms", End::Next("http://x.example/gonggao/list_346_2.html".into())));
    }
}
