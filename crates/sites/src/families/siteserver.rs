//! SiteServer CMS: the date stands before the link; the control goes grey at the end.

use super::Family;

/// How its pages are told.
pub(super) const FAMILY: Family = Family { name: "siteserver", generators: &["siteserver"], signs: &["sitefiles/"] };

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    #[test]
    fn its_list_is_read() {
        let r = reading(include_str!("../../fixtures/siteserver.html"), "http://x.example/channels/12.html");
        assert_eq!(
            rows(&r),
            [
                "2026-10-27 开展教育行业扶贫工作专项检查 http://x.example/contents/12/3344.html",
                "2026-10-20 召开干部职工大会 http://x.example/contents/12/3343.html",
            ]
        );
        assert_eq!((r.adapter, r.end), ("siteserver", End::Reached));
    }
}
