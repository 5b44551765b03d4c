//! Taking the corrected sheet of units and columns back into `units.toml`.
//!
//! Pure: the bytes of the sheet and the text of the file in, the new text and what changes out. Either every row is
//! understood, or nothing is changed and every mistake is told with its cell. Ids of units and columns that exist are never
//! changed, because looks, findings and the ledger hang on them; nothing that exists is ever removed, because what a sheet
//! does not mention it does not end. The text of the file is edited in place, so that comments and settings that the sheet
//! knows nothing of stay as they are.

mod edit;
mod merge;
mod sheet;
#[cfg(test)]
mod tests;

use rules::toml_reader::Mistake as TomlMistake;

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The new text of `units.toml`.
    pub text: String,
    /// New units.
    pub units_added: Vec<String>,
    /// New columns.
    pub added: Vec<String>,
    /// What changes in units and columns that exist.
    pub changed: Vec<String>,
    /// How many columns of the sheet are in the file already, as they are.
    pub unchanged: usize,
    /// Columns of the file that the sheet does not mention, or with 否: they stay.
    pub kept: Vec<String>,
    /// Rows of the sheet with 否, which are not in the file.
    pub left: usize,
    /// What the clerk should know besides.
    pub notes: Vec<String>,
}

/// Why nothing was imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The file is no sheet.
    #[error("{0}")]
    Sheet(#[from] sheets::SheetError),
    /// Mistakes in the sheet, each with its cell.
    #[error("表中有 {} 处错误，什么都没有导入：\n{}", .0.len(), lines(.0))]
    Mistakes(Vec<sheets::Mistake>),
    /// The file that it should be taken into has mistakes of its own.
    #[error("现有的 units.toml 有 {} 处错误，请先改正（可运行 duban check）：\n{}", .0.len(), lines(.0))]
    Existing(Vec<TomlMistake>),
    /// The text that we made is not what we wanted: nothing is written.
    #[error("生成的配置没有通过检查，什么都没有导入，请报告程序缺陷：{0}")]
    Broken(String),
}

fn lines(list: &[impl ToString]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What importing `bytes` (an XLSX or CSV file called `name`) into the text `existing` would do.
///
/// # Errors
/// When the sheet or the text has mistakes: all of them.
pub fn plan(name: &str, bytes: &[u8], existing: Option<&str>) -> Result<Plan, Refused> {
    let read = sheets::read(name, bytes, &sheets::Limits::default())?;
    let wanted = sheet::wanted(&read);
    let text = existing.map(|t| t.strip_prefix('\u{feff}').unwrap_or(t)).filter(|t| !t.trim().is_empty());
    let (units, channels) = match text {
        // A file that holds comments only has no units yet.
        Some(text) if edit::has_units(text) => crate::config::units(text, "units.toml").map_err(Refused::Existing)?,
        _ => (vec![], vec![]),
    };
    let mut mistakes = wanted.mistakes;
    let merged = merge::merge(&wanted.rows, &units, &channels, &mut mistakes);
    if !mistakes.is_empty() {
        mistakes.sort();
        mistakes.dedup();
        return Err(Refused::Mistakes(mistakes));
    }
    let mut plan = merged.plan;
    plan.text = edit::apply(text.unwrap_or_default(), &merged.edits);
    plan.notes.extend(wanted.notes);
    check(&plan, &units, &channels)?;
    Ok(plan)
}

/// The new text says everything that the old one said of ids, and is read without a mistake.
fn check(plan: &Plan, units: &[model::Unit], channels: &[model::Channel]) -> Result<(), Refused> {
    if units.is_empty() && plan.units_added.is_empty() {
        return Ok(());
    }
    let (new_units, new_channels) =
        crate::config::units(&plan.text, "units.toml").map_err(|m| Refused::Broken(lines(&m)))?;
    let lost = units.iter().find(|u| !new_units.iter().any(|n| n.id == u.id)).map(|u| u.id.to_string());
    let lost =
        lost.or_else(|| channels.iter().find(|c| !new_channels.iter().any(|n| n.id == c.id)).map(|c| c.id.to_string()));
    let expected = channels.len() + plan.added.len();
    match lost {
        Some(id) => Err(Refused::Broken(format!("「{id}」丢失"))),
        None if new_channels.len() != expected || new_units.len() != units.len() + plan.units_added.len() => {
            Err(Refused::Broken(format!("应有 {expected} 个栏目，实有 {} 个", new_channels.len())))
        }
        None => Ok(()),
    }
}
