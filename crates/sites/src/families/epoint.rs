//! Epoint (新点): classes that begin with `ewb-`; its pager is made by scripts from figures.

use super::Family;

/// How its pages are told.
pub(super) const FAMILY: Family =
    Family { name: "epoint", generators: &[], signs: &["ewb-", "/epoint", "epointbuilder"] };

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    #[test]
    fn its_list_is_read() {
        let r = reading(include_str!("../../fixtures/epoint.html"), "http://x.example/zcfg/moreinfo.html");
        assert_eq!(
            rows(&r),
            [
                "2026-11-04 关于印发国有资产处置管理办法的通知（财资〔2026〕11号） http://x.example/zcfg/031002004/20261104/324adecd-b37e.html",
                "2026-10-01 公共资源交易平台整合共享实施意见 http://x.example/zcfg/031002001/20261001/d528dae9-fd55.html",
            ]
        );
        assert_eq!((r.adapter, r.end), ("epoint", End::Unknown));
    }
}
