//! PowerEasy and JEECMS kin: the address of the next page stands in an `onclick`.

use super::Family;

/// How its pages are told.
pub(super) const FAMILY: Family = Family { name: "powereasy", generators: &["powereasy"], signs: &[".jhtml"] };

#[cfg(test)]
mod tests {
    use crate::End;
    use crate::testing::{reading, rows};

    #[test]
    fn its_list_is_read() {
        let r = reading(include_str!("../../fixtures/powereasy.html"), "http://x.example/zwtz/index.jhtml");
        assert_eq!(
            rows(&r),
            [
                "2026-11-12 农药登记信息(2026年第25期) http://x.example/zwtz/18747.jhtml",
                "2026-07-27 农药登记信息(2026年第13期) -",
            ]
        );
        assert_eq!((r.adapter, r.end), ("powereasy", End::Next("http://x.example/zwtz/index_2.jhtml".into())));
    }
}
