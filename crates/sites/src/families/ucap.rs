//! 开普 UCAP: rows in `<ul>` with a date beside each, numbered links with `下一页`.

use super::Family;

/// How its pages are told.
pub(super) const FAMILY: Family = Family { name: "ucap", generators: &["ucap"], signs: &["ucap", "/ucapcms/"] };

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    #[test]
    fn its_list_is_read() {
        let r = reading(include_str!("../../fixtures/ucap.html"), "http://x.example/xwzx/bmdt/list.shtml");
        assert_eq!(
            rows(&r),
            [
                "2026-11-20 区教育局召开安全生产工作会议 http://x.example/xwzx/bmdt/202611/t123456.shtml",
                "2026-11-09 区民政局开展走访慰问活动 http://x.example/xwzx/bmdt/202611/t123455.shtml",
            ]
        );
        assert_eq!((r.adapter, r.end), ("ucap", End::Next("http://x.example/xwzx/bmdt/list_2.shtml".into())));
    }
}
