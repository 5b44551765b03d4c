//! A [`Paper`] as DOCX: headings, paragraphs, tables and a signature in the type that official documents are set in, page
//! numbers at the foot.
//!
//! This crate refuses to know what a document says and where it is kept. It writes the little of OOXML that such a document
//! needs, part by part; nothing in it is fetched, run or calculated by the program that opens it, and the same document gives
//! the same bytes.

mod parts;
mod xml;

use std::io::{Cursor, Write as _};

use report::paper::Paper;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// The archive could not be packed.
    #[error("DOCX 无法打包：{0}。请报告程序缺陷，或改用 HTML")]
    Archive(#[from] zip::result::ZipError),
    /// A part could not be written into it.
    #[error("DOCX 无法写入：{0}。请报告程序缺陷，或改用 HTML")]
    Write(#[from] std::io::Error),
}

/// The bytes of the document.
///
/// # Errors
/// When the archive cannot be packed, which in memory it can.
pub fn docx(paper: &Paper) -> Result<Vec<u8>, DocxError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Without a time of its own: the same document is the same file.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for (name, text) in [
        ("[Content_Types].xml", parts::CONTENT_TYPES.to_owned()),
        ("_rels/.rels", parts::RELATIONS.to_owned()),
        ("docProps/core.xml", parts::core(paper)),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELATIONS.to_owned()),
        ("word/document.xml", xml::document(paper)),
        ("word/styles.xml", parts::styles(paper.look)),
        ("word/footer1.xml", parts::FOOTER.to_owned()),
    ] {
        archive.start_file(name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}
