//! A document before it has a form: headings, paragraphs, tables, a signature. It becomes HTML that prints on A4, plain
//! text, and (in a room of its own) DOCX.

use askama::Template;

use crate::ReportError;
use crate::grid::Grid;
use crate::text::Plain;

/// How a document looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// 公文 (GB/T 9704): 小标宋 title, 仿宋 of size 3, 黑体 and 楷体 headings, upright.
    Official,
    /// A sheet with many figures: smaller, upright.
    Sheet,
    /// The same, lying.
    WideSheet,
}

impl Look {
    /// The class that the style sheet knows.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Look::Official => "official",
            Look::Sheet => "sheet",
            Look::WideSheet => "wide",
        }
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// 主送: whom it addresses.
    Address(Plain),
    /// 一、
    Heading(Plain),
    /// （一）
    Subheading(Plain),
    /// A paragraph.
    Text(Plain),
    /// A remark in smaller type.
    Note(Plain),
    /// A name with what it is.
    Fact(Plain, Plain),
    /// A table under its name.
    Table(Grid),
    /// 落款: who signs and when, to the right.
    Signature(Vec<Plain>),
    /// What follows begins on a new page.
    NewPage,
}

impl Block {
    /// A paragraph, made harmless.
    #[must_use]
    pub fn text(text: &str) -> Block {
        Block::Text(Plain::new(text))
    }
    /// A heading, made harmless.
    #[must_use]
    pub fn heading(text: &str) -> Block {
        Block::Heading(Plain::new(text))
    }
    /// A smaller heading, made harmless.
    #[must_use]
    pub fn subheading(text: &str) -> Block {
        Block::Subheading(Plain::new(text))
    }
    /// A remark, made harmless.
    #[must_use]
    pub fn note(text: &str) -> Block {
        Block::Note(Plain::new(text))
    }
    /// A name with what it is, made harmless.
    #[must_use]
    pub fn fact(name: &str, text: &str) -> Block {
        Block::Fact(Plain::new(name), Plain::new(text))
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// How it looks.
    pub look: Look,
    /// Its title, line by line.
    pub title: Vec<Plain>,
    /// Its parts.
    pub blocks: Vec<Block>,
}

impl Paper {
    /// A document without parts.
    #[must_use]
    pub fn new(look: Look, title: &[&str]) -> Paper {
        Paper { look, title: title.iter().map(|t| Plain::new(t)).collect(), blocks: vec![] }
    }

    /// Adds a part.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// The title on one line.
    #[must_use]
    pub fn heading(&self) -> String {
        self.title.iter().map(Plain::as_str).collect()
    }

    /// As HTML of its own that prints on A4; nothing in it is fetched from anywhere.
    ///
    /// # Errors
    /// When the template fails.
    pub fn html(&self) -> Result<String, ReportError> {
        Ok(Html { p: self }.render()? + "\n")
    }

    /// As plain text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = self.heading() + "\n";
        let mut facts = false;
        for block in &self.blocks {
            let fact = matches!(block, Block::Fact(..));
            if !(fact && facts) {
                out.push('\n');
            }
            facts = fact;
            match block {
                Block::Address(t) | Block::Heading(t) | Block::Subheading(t) | Block::Text(t) | Block::Note(t) => {
                    out += t.as_str();
                    out.push('\n');
                }
                Block::Fact(name, text) => out += &format!("{name}：{text}\n"),
                Block::Table(grid) => {
                    if !grid.name.is_empty() {
                        out += &format!("{}\n", Plain::new(&grid.name));
                    }
                    out += &grid.text();
                }
                Block::Signature(lines) => {
                    for line in lines {
                        out += &format!("{line}\n");
                    }
                }
                Block::NewPage => {}
            }
        }
        out
    }
}

#[derive(Template)]
#[template(path = "paper/paper.html")]
struct Html<'a> {
    p: &'a Paper,
}
