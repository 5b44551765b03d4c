//! The shown text of a page as lines, as its reader sees them.

use crate::dom::{Id, Kind, Tag, decode_entities};
use crate::page::Page;
use crate::text::{self, is_blank};

/// Lines beyond this are not the head of an article.
const MAX_BYTES: usize = 400_000;

/// One line: the text between two breaks of the page.
#[derive(Debug)]
pub(crate) struct Line {
    /// Spaces folded, but the end of each text node kept as a tab: labels and values stand in nodes of their own.
    pub(crate) text: String,
    /// Its first node.
    pub(crate) node: Id,
    /// All of it is links.
    pub(crate) linked: bool,
    /// The first script that stands in it.
    pub(crate) script: Option<Id>,
}

/// A page as lines.
#[derive(Debug)]
pub(crate) struct Flat {
    pub(crate) lines: Vec<Line>,
}

impl Flat {
    pub(crate) fn of(page: &Page<'_>) -> Flat {
        let doc = &page.doc;
        let mut flat = Flat { lines: Vec::new() };
        let mut line = Line { text: String::new(), node: 0, linked: true, script: None };
        let (mut i, mut size, mut link_end) = (1, 0, 0);
        let mut ends: Vec<Id> = Vec::new();
        while i < doc.len() && size < MAX_BYTES {
            while ends.last().is_some_and(|&e| e <= i) {
                ends.pop();
                flat.end(&mut line);
            }
            let node = *doc.node(i);
            match node.kind {
                Kind::Element(Tag::Head | Tag::Style | Tag::Select | Tag::Template | Tag::Textarea) => {
                    i = node.end;
                    continue;
                }
                Kind::Element(Tag::Script) => {
                    line.script = line.script.or(Some(i));
                    i = node.end;
                    continue;
                }
                Kind::Element(Tag::A) => link_end = node.end,
                Kind::Element(tag) if !tag.is_inline() && tag != Tag::Img => {
                    flat.end(&mut line);
                    ends.push(node.end);
                }
                Kind::Text => {
                    let before = line.text.len();
                    push_folded(&mut line.text, &decode_entities(doc.source(i)));
                    if line.text.len() > before {
                        size += line.text.len() - before;
                        if line.node == 0 {
                            line.node = i;
                        }
                        line.linked &= i < link_end;
                    }
                }
                _ => {}
            }
            i += 1;
        }
        flat.end(&mut line);
        flat
    }

    fn end(&mut self, line: &mut Line) {
        let fresh = Line { text: String::new(), node: 0, linked: true, script: None };
        let done = std::mem::replace(line, fresh);
        if !done.text.trim().is_empty() {
            self.lines.push(done);
        }
    }
}

fn push_folded(out: &mut String, text: &str) {
    let mut any = false;
    for word in text::words(text) {
        if any || (text.starts_with(is_blank) && !out.is_empty() && !out.ends_with([' ', '\t'])) {
            out.push(' ');
        }
        out.push_str(word);
        any = true;
    }
    if any {
        out.push('\t');
    }
}
