//! Rows that scripts write as markup: `document.write("<li><a href='…'>…</a>2026-11-20</li>")`.

use crate::page::Page;
use crate::{Reading, list, paging};

/// No more of what scripts write is read than this.
const MAX_BYTES: usize = 1_000_000;

/// Reads the texts that scripts write into the page as a page of their own.
pub(super) fn read(page: &Page<'_>) -> Option<Reading> {
    let mut html = String::new();
    for (_, script) in page.doc.scripts().filter(|(_, s)| s.contains("document.write")) {
        for call in script.split("document.write").skip(1) {
            let call = call.trim_start_matches("ln").trim_start();
            if let Some(text) = call.strip_prefix('(').and_then(|c| literal(c.trim_start())) {
                html.push_str(&text);
            }
            if html.len() > MAX_BYTES {
                return None;
            }
        }
    }
    if !html.contains("<a ") && !html.contains("<A ") {
        return None;
    }
    let inner = page.inner(&html);
    let group = list::main_list(&inner, None).filter(|g| g.weight >= 1.0 && g.rows.len() >= 2)?;
    Some(Reading::good("script-rows", list::entries(&inner, &group), paging::of(page).end))
}

/// The text of a string that begins with its quote; `None` where variables stand between its parts.
fn literal(code: &str) -> Option<String> {
    let quote = code.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut out = String::new();
    let mut chars = code[1..].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next()?.1 {
                'n' | 'r' | 't' => out.push(' '),
                escaped => out.push(escaped),
            },
            c if c == quote => {
                let rest = code[1 + at + 1..].trim_start();
                return rest.starts_with([')', ';']).then_some(out);
            }
            c => out.push(c),
        }
        if out.len() > MAX_BYTES {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn strings_are_read_with_their_escapes() {
        assert_eq!(literal(r#""<a href=\"x\">it's<\/a>");"#).as_deref(), Some("<a href=\"x\">it's</a>"));
        assert_eq!(literal(r#""<a href='" + url + "'>")"#), None);
        assert_eq!(literal("\"open"), None);
    }
}
