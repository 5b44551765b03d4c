//! A3.2 and A3.3: the annual report on the disclosure of government information, by the form of 国办公开办函〔2021〕30号.
//!
//! Six sections, three tables of fixed form, and arithmetic that must come out (勾稽关系, C1–C12). The form prints C1
//! itself; the others are its sums, or practice. A table that cannot be read is unreadable, never a mistake.

mod checks;
mod outline;
mod prose;
mod tables;
#[cfg(test)]
mod tests;
mod years;

use model::Confidence;

use crate::text::{has_any, squeeze};
use crate::{Hint, Page};

pub use tables::{Documents, Requests, Suits, Unreadable};

/// With less text than this (characters) a page only announces its report, mostly as a file.
const TEXT: usize = 300;

/// A report as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The year that it is about.
    pub year: Option<i32>,
    /// Its sections, in the order of the page.
    sections: Vec<outline::Section>,
    /// The numbers of rules and of fees.
    pub documents: Result<Documents, Unreadable>,
    /// The numbers of requests.
    pub requests: Result<Requests, Unreadable>,
    /// The numbers of reviews and suits.
    pub suits: Result<Suits, Unreadable>,
    /// All text without blanks.
    text: String,
}

/// Does the title say that the item is such a report?
#[must_use]
pub fn is_report(title: &str) -> bool {
    let title = squeeze(title);
    title.contains("信息公开")
        && has_any(&title, &["年度报告", "年报"])
        && !has_any(&title, &["通知", "解读", "汇总", "目录"])
}

impl Report {
    /// Reads a page; `None` where it is no such report, or where its text is not on the page (a file, a scan).
    #[must_use]
    pub fn read(page: &Page) -> Option<Report> {
        let cells: usize = page.tables.iter().flatten().flatten().map(|c| c.chars().count()).sum();
        if !is_report(&page.title) || page.length() + cells < TEXT {
            return None;
        }
        let text: String = page.blocks().map(|b| squeeze(&b)).collect::<Vec<_>>().join("\n");
        Some(Report {
            year: outline::year(&page.title),
            sections: outline::sections(page),
            documents: tables::documents(&page.tables),
            requests: tables::requests(&page.tables),
            suits: tables::suits(&page.tables),
            text,
        })
    }

    /// A3.2: which of the six sections are missing. Nothing is said where fewer than three are found: then the page is
    /// likely built in a way that is not understood.
    #[must_use]
    pub fn missing_sections(&self) -> Option<Hint> {
        outline::missing(&self.sections, &self.text)
    }

    /// A3.3: what does not come out in the report itself (C1–C4, C7–C11).
    #[must_use]
    pub fn mistakes(&self) -> Vec<Hint> {
        let mut found = Vec::new();
        let mut wrong = Vec::new();
        if let Ok(requests) = &self.requests {
            wrong.extend(checks::requests(requests));
        }
        if let Ok(suits) = &self.suits {
            wrong.extend(checks::suits(suits));
        }
        if !wrong.is_empty() {
            let summary = format!("年报表格数据{}处勾稽不符", wrong.len());
            wrong.truncate(12);
            found.push(Hint::new("arithmetic", Confidence::High, summary, wrong));
        }
        found.extend(prose::outline(&self.sections, self.documents.as_ref().ok()));
        found.extend(prose::period(self));
        found.extend(checks::blanks(self.requests.as_ref().ok(), self.suits.as_ref().ok()));
        found.extend(prose::numbers(self));
        found
    }

    /// A3.3: what does not follow from the report of the year before (C5, C6, C10).
    #[must_use]
    pub fn against(&self, last_year: &Report) -> Vec<Hint> {
        match (self.year, last_year.year) {
            (Some(now), Some(then)) if now == then + 1 => years::compare(self, last_year),
            _ => vec![],
        }
    }

    /// C12: names of other places in the text. `places` are names that have no business in this district's reports.
    #[must_use]
    pub fn foreign_places(&self, places: &[String]) -> Option<Hint> {
        prose::foreign(&self.text, places)
    }

    /// What of the tables could not be read, for the person who looks.
    #[must_use]
    pub fn unreadable(&self) -> Vec<String> {
        let each = [
            ("主动公开表", self.documents.as_ref().err()),
            ("申请办理表", self.requests.as_ref().err()),
            ("复议诉讼表", self.suits.as_ref().err()),
        ];
        each.into_iter().filter_map(|(name, e)| e.map(|e| format!("{name}：{}", e.0))).collect()
    }
}
