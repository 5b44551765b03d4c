//! B1.5 上传红头文件: an item that is nothing but a scan.
//!
//! Whether a file carries a red head cannot be told from its name. What can be told is that the page gives its reader no
//! text: only files or pictures. That is what offices ask to be mended (公开去公章文字版), so it is put before a person.

use model::Confidence;

use crate::{Hint, Page, quote};

/// With this many characters the page has a text of its own.
const TEXT: usize = 120;

/// Official documents published only as a file or picture.
#[must_use]
pub fn without_text(page: &Page) -> Option<Hint> {
    let is_document = ["通知", "意见", "办法", "方案", "规定", "决定", "批复", "公告", "通告", "函", "规划", "纲要"]
        .iter()
        .any(|w| page.title.trim_end_matches(['》', '）', ')']).ends_with(w));
    let table_text: usize = page.tables.iter().flatten().flatten().map(|c| c.chars().count()).sum();
    if !is_document || page.length() + table_text >= TEXT {
        return None;
    }
    let path = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let scans = page.links.iter().filter(|(_, url)| path(url).ends_with(".pdf") || is_picture(&path(url)));
    let mut quotes: Vec<_> = scans
        .map(|(text, url)| {
            quote(format!("scan:{url}"), format!("{text} {url}"), "正文没有文字，只有附件；请核对是否为红头扫描件")
        })
        .collect();
    quotes.extend(
        page.images
            .iter()
            .filter(|u| is_picture(&path(u)))
            .map(|url| quote(format!("scan:{url}"), url.clone(), "正文没有文字，只有图片；请核对是否为红头扫描件")),
    );
    quotes.truncate(5);
    (!quotes.is_empty()).then(|| {
        Hint::new("scan-only", Confidence::Low, "公文只有扫描件或图片，没有网页文字，疑似上传红头文件", quotes)
    })
}

fn is_picture(path: &str) -> bool {
    [".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"].iter().any(|e| path.ends_with(e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str, text: &str, link: &str) -> Page {
        let links = vec![("附件".to_owned(), link.to_owned())];
        Page { title: title.into(), paragraphs: vec![text.to_owned()], links, ..Page::default() }
    }

    #[test]
    fn a_document_without_text_is_told_and_one_with_text_is_not() {
        let title = "关于印发《义务教育招生工作方案》的通知";
        assert!(without_text(&page(title, "见附件。", "https://x.gov.cn/P1.pdf?x=1")).is_some());
        assert!(without_text(&page(title, &"各学校要认真落实。".repeat(20), "https://x.gov.cn/P1.pdf")).is_none());
        assert!(
            without_text(&page(title, "见附件。", "https://x.gov.cn/P1.docx")).is_none(),
            "a text file can be searched"
        );
        assert!(without_text(&page("我区召开教育工作会议", "", "https://x.gov.cn/P1.jpg")).is_none());
    }

    #[test]
    fn a_text_that_stands_in_a_table_is_a_text() {
        let tables = vec![vec![vec!["单位".repeat(40), "金额".repeat(40)]]];
        let page = Page { tables, ..page("关于资金分配的公告", "见附件。", "https://x.gov.cn/P1.pdf") };
        assert!(without_text(&page).is_none());
    }
}
