//! Tables as grids: merged cells are filled in, so that a column is a column.

use crate::dom::{Id, Tag};
use crate::page::Page;

/// A table wider, longer or larger than this is cut.
const MAX_COLUMNS: usize = 64;
const MAX_ROWS: usize = 2_000;
const MAX_CELLS: usize = 40_000;
/// More tables than this are not kept.
const MAX_TABLES: usize = 60;

/// A table: rows of cells. All rows are equally long, and a merged cell stands in each place that it covers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// The cell at that place.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|r| r.get(column)).map_or("", String::as_str)
    }
}

/// The tables of a part that hold no other and have at least two rows and columns, each with its place.
pub(super) fn find(page: &Page<'_>, part: Id) -> Vec<(Id, Grid)> {
    let doc = &page.doc;
    let mut found = Vec::new();
    let mut last_inner = 0;
    // From the end: a table that holds another one begins before it and ends behind it.
    let tables: Vec<Id> = doc.inside(part).filter(|&i| doc.is(i, Tag::Table)).collect();
    for &table in tables.iter().rev() {
        let outer = last_inner != 0 && doc.contains(table, last_inner);
        last_inner = table;
        if outer {
            continue;
        }
        let grid = read(page, table);
        if grid.rows.len() >= 2 && grid.rows[0].len() >= 2 {
            found.push((table, grid));
        }
    }
    found.reverse();
    found.truncate(MAX_TABLES);
    found
}

fn read(page: &Page<'_>, table: Id) -> Grid {
    let doc = &page.doc;
    // What a cell above still covers: how many rows more, and its text.
    let mut covered: Vec<Option<(usize, String)>> = Vec::new();
    let (mut rows, mut cells): (Vec<Vec<String>>, usize) = (Vec::new(), 0);
    let mut i = table + 1;
    let end = doc.node(table).end;
    while i < end && rows.len() < MAX_ROWS && cells < MAX_CELLS {
        if !doc.is(i, Tag::Tr) {
            i += 1;
            continue;
        }
        let mut row = Vec::new();
        let mut from_above = |row: &mut Vec<String>| {
            while let Some(slot) = covered.get_mut(row.len()) {
                let Some((left, text)) = slot else { break };
                row.push(text.clone());
                *left -= 1;
                if *left == 0 {
                    *slot = None;
                }
            }
        };
        let mut new: Vec<(usize, usize, String)> = Vec::new();
        for cell in doc.children(i).filter(|&c| matches!(doc.tag(c), Some(Tag::Td | Tag::Th))) {
            from_above(&mut row);
            if row.len() >= MAX_COLUMNS {
                break;
            }
            let text = doc.text(cell, 4_000);
            let wide = span(page, cell, "colspan").min(MAX_COLUMNS - row.len());
            let down = span(page, cell, "rowspan");
            for _ in 0..wide {
                if down > 1 {
                    new.push((row.len(), down - 1, text.clone()));
                }
                row.push(text.clone());
            }
        }
        from_above(&mut row);
        for (column, left, text) in new {
            if covered.len() <= column {
                covered.resize(column + 1, None);
            }
            covered[column] = Some((left, text));
        }
        cells += row.len();
        if !row.is_empty() {
            rows.push(row);
        }
        i = doc.node(i).end.max(i + 1);
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for row in &mut rows {
        row.resize(width, String::new());
    }
    Grid { rows }
}

fn span(page: &Page<'_>, cell: Id, name: &str) -> usize {
    let given = page.doc.attr(cell, name).and_then(|v| v.trim().parse::<usize>().ok());
    given.unwrap_or(1).clamp(1, 500)
}
