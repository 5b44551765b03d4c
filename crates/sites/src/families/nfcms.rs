//! 南方 NFCMS of Guangdong: `/content/post_….html`, an old date kept in a comment beside the shown one, numbered links.

use super::Family;

/// How its pages are told.
pub(super) const FAMILY: Family =
    Family { name: "nfcms", generators: &[], signs: &["/content/post_", "content/post_"] };

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    #[test]
    fn its_list_is_read() {
        let r = reading(include_str!("../../fixtures/nfcms.html"), "http://x.example/gggs/index.html");
        assert_eq!(
            rows(&r),
            [
                "2026-11-04 关于征求工作规定意见的通知 http://x.example/gggs/content/post_303531.html",
                "2026-01-12 拟聘用人员名单公示 http://x.example/gggs/content/post_228872.html",
            ]
        );
        assert_eq!((r.adapter, r.end), ("nfcms", End::Next("http://x.example/gggs/index_2.html".into())));
    }
}
