//! Long lists a page at a time.

/// To the pages before and after.
pub(crate) struct Pager {
    pub(crate) page: u32,
    pub(crate) pages: u32,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// How many rows stand on the pages before this one.
    pub(crate) skip: u32,
}

impl Pager {
    /// `base` is the address with all but the page's number. A page that there is not is the nearest that there is.
    pub(crate) fn new(base: &str, page: Option<u32>, total: u64, rows: u32) -> Pager {
        let pages = u32::try_from(total.div_ceil(u64::from(rows))).unwrap_or(u32::MAX).max(1);
        let page = page.unwrap_or(1).clamp(1, pages);
        let joint = if base.contains('?') { '&' } else { '?' };
        let to = |n: u32| format!("{base}{joint}page={n}");
        Pager {
            page,
            pages,
            before: (page > 1).then(|| to(page - 1)),
            after: (page < pages).then(|| to(page + 1)),
            skip: (page - 1).saturating_mul(rows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_on_one_page() {
        let pager = |page, total| Pager::new("/a?b=1", page, total, 50);
        let first = pager(None, 101);
        assert_eq!((first.page, first.pages, first.skip), (1, 3, 0));
        assert_eq!((first.before, first.after.as_deref()), (None, Some("/a?b=1&page=2")));
        let last = pager(Some(9), 101);
        assert_eq!((last.page, last.skip, last.after), (3, 100, None));
        assert_eq!(pager(Some(0), 100).pages, 2);
        assert_eq!(pager(Some(7), 0).page, 1);
        assert_eq!(Pager::new("/a", Some(1), 51, 50).after.as_deref(), Some("/a?page=2"));
    }
}
