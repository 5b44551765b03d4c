//! The sheet of a human inspection: whose, which row of the table, when, and whether something was wrong.

use model::{Day, DayRange};
use report::agreement::Inspected;
use sheets::{Cell, Column, Limits, Mistake, SheetError, Table};

use crate::config::Config;

const UNIT: &str = "单位";
const CRITERION: &str = "指标";
const CHANNEL: &str = "栏目";
const FROM: &str = "起";
const TO: &str = "止";
const FOUND: &str = "有问题";

const COLUMNS: [Column; 6] = [
    Column { name: UNIT, also: &["责任单位", "单位名称", "单位编号"], required: true },
    Column { name: CRITERION, also: &["指标编号", "考核指标", "细则"], required: true },
    Column { name: CHANNEL, also: &["栏目名称", "账号", "栏目（账号）"], required: false },
    Column { name: FROM, also: &["开始日期", "起始日期"], required: false },
    Column { name: TO, also: &["检查日期", "截止日期", "日期", "检查时间"], required: true },
    Column { name: FOUND, also: &["是否有问题", "结果", "检查结果"], required: false },
];

/// Why a sheet was not understood.
#[derive(Debug, thiserror::Error)]
pub enum InspectionError {
    /// The file as such.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// No table with such columns.
    #[error("没有找到检查表：表头应有「单位」「指标」「检查日期」三列，可另有「栏目」「起」「有问题」")]
    NoTable,
    /// Cells.
    #[error("检查表有 {} 处错误，未作比对：\n{}", .0.len(), .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Mistakes(Vec<Mistake>),
}

/// Reads the first table of an inspection that the file holds.
///
/// # Errors
/// Every mistake with its cell.
pub fn read(name: &str, bytes: &[u8], config: &Config) -> Result<Vec<Inspected>, InspectionError> {
    let sheets = sheets::read(name, bytes, &Limits::default())?;
    for sheet in &sheets {
        let Some(table) = Table::find(sheet, &COLUMNS).map_err(InspectionError::Mistakes)? else { continue };
        let mut mistakes = vec![];
        let mut rows = vec![];
        for record in &table.records {
            let row = Row { config, cell: &|name| table.cell(record, name) };
            match row.read() {
                Ok(inspected) => rows.push(inspected),
                Err(wrong) => mistakes.extend(wrong),
            }
        }
        return if mistakes.is_empty() { Ok(rows) } else { Err(InspectionError::Mistakes(mistakes)) };
    }
    Err(InspectionError::NoTable)
}

struct Row<'r> {
    config: &'r Config,
    cell: &'r dyn Fn(&str) -> Cell,
}

impl Row<'_> {
    fn read(&self) -> Result<Inspected, Vec<Mistake>> {
        let unit = self.unit();
        let channel = match &unit {
            Ok(unit) => self.channel(unit),
            Err(_) => Ok(None),
        };
        let (criterion, days, breach) = (self.criterion(), self.days(), self.breach());
        match (unit, criterion, channel, days, breach) {
            (Ok(unit), Ok(criterion), Ok(channel), Ok(days), Ok(breach)) => {
                let at = (self.cell)(UNIT).at.to_string();
                Ok(Inspected { at, unit: unit.id.clone(), criterion, channel, days, breach })
            }
            (unit, criterion, channel, days, breach) => {
                Err([unit.err(), criterion.err(), channel.err(), days.err(), breach.err()]
                    .into_iter()
                    .flatten()
                    .collect())
            }
        }
    }

    fn unit(&self) -> Result<&model::Unit, Mistake> {
        let cell = (self.cell)(UNIT);
        let text = cell.text();
        let known = self.config.units.iter().find(|u| u.id.as_str() == text || u.name == text);
        known.ok_or_else(|| Mistake::at(&cell.at, format!("没有单位「{text}」：请写 units.toml 中的单位名称或编号")))
    }

    fn criterion(&self) -> Result<model::CriterionId, Mistake> {
        let cell = (self.cell)(CRITERION);
        let text = cell.text();
        let first = text.split_whitespace().next().unwrap_or_default();
        let known = self.config.rulebook.criteria.iter().find(|c| c.id.as_str() == first || c.sentence == text);
        known
            .map(|c| c.id.clone())
            .ok_or_else(|| Mistake::at(&cell.at, format!("没有指标「{text}」：请写考核表的编号，例如 B1.1")))
    }

    fn channel(&self, unit: &model::Unit) -> Result<Option<model::ChannelId>, Mistake> {
        let cell = (self.cell)(CHANNEL);
        let text = cell.text();
        if text.is_empty() {
            return Ok(None);
        }
        let known = self
            .config
            .channels_of(&unit.id)
            .find(|c| c.id.as_str() == text || c.name == text || c.id.as_str().rsplit('/').next() == Some(&text));
        known.map(|c| Some(c.id.clone())).ok_or_else(|| {
            Mistake::at(&cell.at, format!("{}没有栏目「{text}」：请写栏目名称或编号，或留空", unit.name))
        })
    }

    fn days(&self) -> Result<DayRange, Mistake> {
        let (from, to) = ((self.cell)(FROM), (self.cell)(TO));
        let day = |cell: &Cell| -> Result<Day, Mistake> {
            cell.day().ok_or_else(|| Mistake::at(&cell.at, format!("「{}」不是日期：请写作 2026-03-16", cell.text())))
        };
        let last = day(&to)?;
        let first = if from.is_empty() { last } else { day(&from)? };
        DayRange::new(first, last).ok_or_else(|| Mistake::at(&from.at, format!("起（{first}）晚于止（{last}）")))
    }

    /// A sheet without that column lists breaches only.
    fn breach(&self) -> Result<bool, Mistake> {
        let cell = (self.cell)(FOUND);
        match cell.text().as_str() {
            "" | "有问题" | "不合格" | "未达标" | "未更新" | "存在问题" => Ok(true),
            "无问题" | "合格" | "达标" | "正常" | "已更新" => Ok(false),
            other => cell
                .yes()
                .ok_or_else(|| Mistake::at(&cell.at, format!("「{other}」看不懂：请写「有问题」或「无问题」"))),
        }
    }
}
