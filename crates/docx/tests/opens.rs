//! The document as programs that open it will find it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Cursor, Read as _};

use model::Points;
use report::grid::{Cell, Grid};
use report::paper::{Block, Look, Paper};
use report::text::Plain;

fn paper() -> Paper {
    let mut paper = Paper::new(Look::Official, &["钟山区政务公开办公室", "关于2026年10月<情况>的通报"]);
    paper.push(Block::Address(Plain::new("各单位：")));
    paper.push(Block::heading("一、总体情况"));
    paper.push(Block::text("=HYPERLINK(\"http://evil.example\") & <script>"));
    let mut grid = Grid::new("附件1", &["单位", "分值"]);
    grid.rows = vec![vec![Cell::text("大湾镇"), Cell::Points(Points::whole(-3))]];
    paper.push(Block::Table(grid));
    paper.push(Block::Signature(vec![Plain::new("2026年11月5日")]));
    paper
}

fn parts(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|n| {
            let mut file = archive.by_index(n).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            let name = file.name().unwrap().into_owned();
            drop(file);
            (name, text)
        })
        .collect()
}

/// Do all elements close in the order in which they open?
fn is_well_formed(xml: &str) -> bool {
    let mut open: Vec<&str> = vec![];
    for tag in xml.split('<').skip(1) {
        let Some((tag, text)) = tag.split_once('>') else { return false };
        let bare = !text.contains('&')
            || text.split('&').skip(1).all(|e| ["amp;", "lt;", "gt;", "quot;"].iter().any(|k| e.starts_with(k)));
        if !bare {
            return false;
        }
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or("");
        if tag.starts_with('?') || tag.ends_with('/') {
            continue;
        }
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else {
            open.push(name);
        }
    }
    open.is_empty()
}

#[test]
fn every_part_is_named_and_well_formed() {
    let parts = parts(docx::docx(&paper()).unwrap());
    let types = &parts[0];
    assert_eq!(types.0, "[Content_Types].xml", "readers look for it first");
    for (name, text) in &parts {
        assert!(is_well_formed(text), "{name}: {text}");
        let declared =
            types.1.contains(&format!("PartName=\"/{name}\"")) || name.ends_with(".rels") || name == &types.0;
        assert!(declared, "{name} has a content type");
    }
    assert!(!is_well_formed("<a><b></a></b>") && !is_well_formed("<a>&</a>"), "the check can fail");
}

#[test]
fn texts_are_texts_and_figures_keep_their_sign() {
    let parts = parts(docx::docx(&paper()).unwrap());
    let (_, document) = parts.iter().find(|(n, _)| n == "word/document.xml").unwrap();
    assert!(document.contains("&amp; &lt;script&gt;") && !document.contains("<script"));
    assert!(document.contains("关于2026年10月&lt;情况&gt;的通报"));
    assert!(document.contains(">−3<") && document.contains("大湾镇") && document.contains("2026年11月5日"));
    // No field of the document calculates or fetches anything; the page number is the footer's.
    assert!(!document.contains("instrText") && !document.contains("r:embed") && !document.contains("hyperlink"));
}

#[test]
fn the_same_document_is_the_same_file() {
    assert_eq!(docx::docx(&paper()).unwrap(), docx::docx(&paper()).unwrap());
}
