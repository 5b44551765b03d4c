//! The national page tags (国办发〔2017〕47号) and their common relatives.

use model::Day;

use crate::dates;
use crate::dom::Tag;
use crate::page::Page;
use crate::text;

/// What the meta tags of an article say.
#[derive(Debug, Default)]
pub(crate) struct Meta {
    pub(crate) title: Option<String>,
    pub(crate) og_title: Option<String>,
    pub(crate) date: Option<Day>,
    pub(crate) source: Option<String>,
    pub(crate) site: Option<String>,
    pub(crate) column: Option<String>,
    /// At least one national tag of an article is filled.
    pub(crate) tagged: bool,
}

impl Meta {
    /// The title that the page is tagged with, unless its maker has filled in the name of the site or the column.
    pub(crate) fn own_title(&self) -> Option<&String> {
        self.title.as_ref().filter(|t| self.site.as_ref() != Some(*t) && self.column.as_ref() != Some(*t))
    }

    /// Reads them, whatever their order and case.
    pub(crate) fn of(page: &Page<'_>) -> Meta {
        let mut meta = Meta::default();
        for id in page.doc.all(Tag::Meta).take(300) {
            let name = page.doc.attr(id, "name").or_else(|| page.doc.attr(id, "property")).unwrap_or_default();
            let content = page.doc.attr(id, "content").unwrap_or_default();
            let value = text::title(&content);
            if value.is_empty() || name.is_empty() {
                continue;
            }
            let date = dates::first(&value, page.today).filter(|f| !f.yearless).map(|f| f.day);
            match name.trim().to_ascii_lowercase().as_str() {
                "articletitle" => meta.title = meta.title.or(Some(value)),
                "og:title" => meta.og_title = meta.og_title.or(Some(value)),
                "pubdate" | "publishdate" | "article:published_time" | "og:release_date" | "publish_time" => {
                    meta.date = meta.date.or(date);
                }
                "contentsource" => meta.source = meta.source.or(Some(value)),
                "sitename" | "og:site_name" => meta.site = meta.site.or(Some(value)),
                "columnname" => meta.column = meta.column.or(Some(value)),
                _ => {}
            }
        }
        meta.tagged = meta.title.is_some() || meta.date.is_some();
        meta
    }
}
