//! What the page of one item says: its paragraphs, tables, links and pictures, without the frame of the site.
//!
//! Whoever searches a text for mistakes must not search the footer with its telephone numbers, nor take for a mistake of
//! the article what stands in the navigation. So the main part is found first, and where it cannot be told from the frame,
//! what names itself a footer, a navigation or the like is left out.

mod grid;
mod main_part;

use model::Day;

use crate::dom::{Id, Kind, Tag, decode_entities};
use crate::page::Page;
use crate::text::{cut, fold, is_blank};
use crate::{Input, article, charset};

pub use grid::Grid;

/// Text beyond this is not kept.
const MAX_BYTES: usize = 600_000;
/// Links, pictures and tables beyond this are not kept.
const MAX_PARTS: usize = 500;

/// The content of an item's page. All texts are plain and untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// The title.
    pub title: String,
    /// The date that the page shows, where one can be read.
    pub day: Option<Day>,
    /// The text outside tables, a block each.
    pub paragraphs: Vec<String>,
    /// Tables of at least two rows and columns, merged cells filled in.
    pub tables: Vec<Grid>,
    /// Links of the main part: their text and absolute address.
    pub links: Vec<(String, String)>,
    /// Addresses of pictures that are no icons.
    pub images: Vec<String>,
    /// Films: players and links to film files.
    pub videos: u32,
    /// Charts that a script draws.
    pub charts: u32,
    /// Pages shown within the page.
    pub frames: Vec<String>,
}

/// The content of the page of one item; `None` where the page cannot be believed to be one.
///
/// ```
/// use model::Source;
/// use sites::{Input, ReadAs, content};
/// let page = "<html><head><meta name='ArticleTitle' content='关于开学的通知'></head><body><div class='nav'>首页</div>\
///     <h1>关于开学的通知</h1><div class='TRS_Editor'><p>各学校：</p><p>九月一日开学，请做好准备工作。</p></div>\
///     <div class='footer'>电话 0858-1234567</div></body></html>";
/// let input = Input {
///     bytes: page.as_bytes(),
///     url: "https://example.gov.cn/t1.html",
///     content_type: None,
///     read_as: ReadAs::Article,
///     source: &Source::Auto,
///     today: "2026-03-12".parse().unwrap(),
/// };
/// assert_eq!(content(&input).unwrap().paragraphs, ["各学校：", "九月一日开学，请做好准备工作。"]);
/// ```
#[must_use]
pub fn content(input: &Input<'_>) -> Option<Content> {
    let text = charset::decode(input.bytes, input.content_type)?;
    let page = Page::new(text.trim_start_matches(is_blank), input.url, input.today);
    let reading = article::read(&page, input.url);
    let entry = reading.entries.first().filter(|_| reading.outcome.is_good())?;
    let part = main_part::find(&page);
    let mut out = Content { title: entry.title.clone(), day: entry.date, ..Content::default() };
    let grids = grid::find(&page, part);
    Walk { page: &page, skip: grids.iter().map(|g| g.0).collect(), out: &mut out, line: String::new(), size: 0 }
        .walk(part);
    out.tables = grids.into_iter().map(|g| g.1).collect();
    Some(out)
}

struct Walk<'p, 't> {
    page: &'p Page<'t>,
    /// Tables that are read as such.
    skip: Vec<Id>,
    out: &'p mut Content,
    line: String,
    size: usize,
}

impl Walk<'_, '_> {
    fn walk(mut self, part: Id) {
        let doc = &self.page.doc;
        let end = doc.node(part).end;
        let mut ends: Vec<Id> = Vec::new();
        let mut next_table = 0;
        let mut i = part;
        while i < end {
            while ends.last().is_some_and(|&e| e <= i) {
                ends.pop();
                self.end_line();
            }
            while self.skip.get(next_table).is_some_and(|&t| t < i) {
                next_table += 1;
            }
            let node = *doc.node(i);
            let in_table = self.skip.get(next_table) == Some(&i);
            match node.kind {
                Kind::Element(Tag::Head | Tag::Style | Tag::Select | Tag::Template | Tag::Textarea | Tag::Noscript) => {
                    i = node.end;
                    continue;
                }
                Kind::Element(Tag::Script) => {
                    self.script(i);
                    i = node.end;
                    continue;
                }
                Kind::Element(_) if i != part && main_part::is_frame(self.page, i) => {
                    i = node.end;
                    continue;
                }
                Kind::Element(tag) => {
                    self.element(i, tag);
                    if !tag.is_inline() && tag != Tag::Img {
                        self.end_line();
                        ends.push(node.end);
                    }
                    if in_table {
                        self.media_within(i);
                        i = node.end;
                        continue;
                    }
                }
                Kind::Text if self.size < MAX_BYTES => {
                    let text = decode_entities(doc.source(i));
                    self.size += text.len();
                    self.line.push_str(&text);
                }
                _ => {}
            }
            i += 1;
        }
        self.end_line();
    }

    fn end_line(&mut self) {
        let line = fold(&std::mem::take(&mut self.line));
        if !line.is_empty() {
            self.out.paragraphs.push(line);
        }
    }

    fn media_within(&mut self, table: Id) {
        for i in self.page.doc.inside(table) {
            if let Some(tag) = self.page.doc.tag(i) {
                self.element(i, tag);
            }
        }
    }

    fn element(&mut self, i: Id, tag: Tag) {
        let doc = &self.page.doc;
        match tag {
            Tag::A => {
                if let Some(url) = self.page.href(i).filter(|_| self.out.links.len() < MAX_PARTS) {
                    if has_ending(&url, &[".mp4", ".m3u8", ".flv", ".wmv", ".avi", ".mov"]) {
                        self.out.videos += 1;
                    }
                    self.out.links.push((cut(doc.text(i, 400), 100), url));
                }
            }
            Tag::Img => {
                let src = doc.attr(i, "src").or_else(|| doc.attr(i, "data-src"));
                let url = src.and_then(|s| self.page.link(&s));
                if let Some(url) = url.filter(|u| self.out.images.len() < MAX_PARTS && !self.is_icon(i, u)) {
                    self.out.images.push(url);
                }
            }
            Tag::Iframe | Tag::Embed | Tag::Object => {
                let src = ["src", "data-src", "data"].iter().find_map(|n| doc.attr(i, n));
                if let Some(url) = src.and_then(|s| self.page.link(&s)).filter(|_| self.out.frames.len() < MAX_PARTS) {
                    if has_ending(&url, &[".mp4", ".m3u8", ".flv", ".swf"]) || url.contains("v.qq.com") {
                        self.out.videos += 1;
                    }
                    self.out.frames.push(url);
                }
            }
            Tag::Other => match doc.written(i).to_ascii_lowercase().as_str() {
                "video" => self.out.videos += 1,
                "canvas" => self.out.charts += 1,
                _ => {}
            },
            _ => {}
        }
    }

    fn script(&mut self, i: Id) {
        for raw in self.page.doc.inside(i).filter(|&r| self.page.doc.node(r).kind == Kind::Raw) {
            let text = self.page.doc.source(raw);
            if text.contains("echarts.init") || text.contains("Highcharts.chart") {
                self.out.charts += 1;
            }
            if text.contains(".mp4") || text.contains(".m3u8") {
                self.out.videos += 1;
            }
        }
    }

    /// Small pictures and those of the publishing system: signs of file kinds, buttons, two-dimensional codes.
    fn is_icon(&self, i: Id, url: &str) -> bool {
        let small = |name: &str| {
            let size = self.page.doc.attr(i, name).and_then(|v| v.trim().trim_end_matches("px").parse::<u32>().ok());
            size.is_some_and(|s| s < 120)
        };
        let low = url.to_ascii_lowercase();
        small("width")
            || small("height")
            || has_ending(&low, &[".gif", ".svg", ".ico"])
            || ["icon", "logo", "ewm", "qrcode", "share", "print", "fileico"].iter().any(|w| low.contains(w))
    }
}

/// Does the path of the address end so?
fn has_ending(url: &str, endings: &[&str]) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    endings.iter().any(|e| path.ends_with(e))
}

#[cfg(test)]
mod tests;
