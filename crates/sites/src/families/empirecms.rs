//! EmpireCMS (帝国): a summary that repeats the title, with its own 详情 link.

use super::Family;

/// How its pages are told.
pub(super) const FAMILY: Family =
    Family { name: "empirecms", generators: &["empirecms"], signs: &["/d/file/", "/e/action/", "/e/data/js/"] };

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    #[test]
    fn its_list_is_read() {
        let r = reading(include_str!("../../fixtures/empirecms.html"), "http://x.example/tzgg/");
        assert_eq!(
            rows(&r),
            [
                "2026-08-18 关于成果展准备工作的通知 http://x.example/tzgg/2026-08-18/5244.html",
                "2026-05-26 关于举办公益项目大赛的通知 http://x.example/tzgg/2026-05-26/5191.html",
            ]
        );
        assert_eq!((r.adapter, r.end), ("empirecms", End::Reached));
    }
}
