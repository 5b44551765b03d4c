//! The document itself.

use report::grid::{Cell, Grid};
use report::paper::{Block, Look, Paper};
use report::text::Plain;

/// The page: its width and height, its margins at the top, right, bottom and left, in twentieths of a point.
struct Page {
    size: (u32, u32),
    margins: (u32, u32, u32, u32),
    orient: &'static str,
}

impl Page {
    fn of(look: Look) -> Page {
        match look {
            // GB/T 9704: 37 mm above, 35 mm below, 28 mm to the left, 26 mm to the right.
            Look::Official => Page { size: (11906, 16838), margins: (2098, 1474, 1984, 1587), orient: "portrait" },
            Look::Sheet => Page { size: (11906, 16838), margins: (1021, 850, 1021, 850), orient: "portrait" },
            Look::WideSheet => Page { size: (16838, 11906), margins: (1021, 850, 1021, 850), orient: "landscape" },
        }
    }

    /// What is left for text.
    fn width(&self) -> u32 {
        self.size.0 - self.margins.1 - self.margins.3
    }
}

pub(crate) fn document(paper: &Paper) -> String {
    let page = Page::of(paper.look);
    let mut body: String = paper.title.iter().map(|line| paragraph("Title", line.as_str())).collect();
    if !paper.title.is_empty() {
        body += &paragraph("Address", "");
    }
    for b in &paper.blocks {
        body += &block(b, &page);
    }
    let (top, right, bottom, left) = page.margins;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>{body}<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"{}\" w:h=\"{}\" w:orient=\"{}\"/><w:pgMar w:top=\"{top}\" w:right=\"{right}\" w:bottom=\"{bottom}\" w:left=\"{left}\" w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
        page.size.0, page.size.1, page.orient
    )
}

fn block(block: &Block, page: &Page) -> String {
    match block {
        Block::Address(t) => paragraph("Address", t.as_str()),
        Block::Heading(t) => paragraph("Heading", t.as_str()),
        Block::Subheading(t) => paragraph("Subheading", t.as_str()),
        Block::Text(t) => paragraph("Text", t.as_str()),
        Block::Note(t) => paragraph("Note", t.as_str()),
        Block::Fact(name, text) => paragraph("Address", &format!("{name}：{text}")),
        Block::Signature(lines) => {
            lines.iter().fold(paragraph("Signature", ""), |all, line| all + &paragraph("Signature", line.as_str()))
        }
        Block::NewPage => "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>".to_owned(),
        Block::Table(grid) => table(grid, page),
    }
}

fn paragraph(style: &str, text: &str) -> String {
    let run = if text.is_empty() {
        String::new()
    } else {
        format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text))
    };
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{run}</w:p>")
}

fn table(grid: &Grid, page: &Page) -> String {
    let caption = if grid.name.is_empty() { String::new() } else { paragraph("Caption", &grid.name) };
    let widths = shares(&grid.widths(), page.width());
    let columns: String = widths.iter().map(|w| format!("<w:gridCol w:w=\"{w}\"/>")).collect();
    let head = grid.columns.iter().map(|c| ("CellHead", c.clone())).collect();
    let mut rows = row(head, &widths, true);
    for cells in grid.all() {
        let cells = cells.iter().map(|c| (if c.is_number() { "CellNumber" } else { "Cell" }, Cell::shown(c)));
        rows += &row(cells.collect(), &widths, false);
    }
    let edges: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .iter()
        .map(|e| format!("<w:{e} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>"))
        .collect();
    format!(
        "{caption}<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>{}",
        page.width(),
        // Two tables that touch would become one, and a table may not be the last thing in a document.
        paragraph("Note", "")
    )
}

fn row(cells: Vec<(&str, String)>, widths: &[u32], head: bool) -> String {
    let repeated = if head { "<w:tblHeader/>" } else { "" };
    let cells: String = cells
        .iter()
        .zip(widths)
        .map(|((style, text), w)| {
            format!(
                "<w:tc><w:tcPr><w:tcW w:w=\"{w}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
                paragraph(style, text)
            )
        })
        .collect();
    format!("<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>")
}

/// The width of the page, shared out by what the columns hold: a long text gets more, but does not squeeze the others away.
fn shares(widths: &[usize], whole: u32) -> Vec<u32> {
    let weight = |w: &usize| u32::try_from((*w).clamp(5, 36)).unwrap_or(36);
    let sum = widths.iter().map(weight).sum::<u32>().max(1);
    widths.iter().map(|w| whole * weight(w) / sum).collect()
}

/// Text as XML takes it: no control character, nothing that could be taken for markup.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in Plain::new(text).as_str().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_taken_for_markup() {
        assert_eq!(escaped("<w:p>&\"\u{0}\u{202E}尾"), "&lt;w:p&gt;&amp;&quot; 尾");
    }

    #[test]
    fn the_columns_fill_the_page_and_none_is_squeezed_away() {
        let widths = shares(&[4, 200, 8], 8845);
        assert!(widths.iter().sum::<u32>() <= 8845 && widths.iter().all(|w| *w > 600), "{widths:?}");
    }
}
