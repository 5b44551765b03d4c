//! From what was typed to the types, with every mistake kept.

use std::ops::RangeInclusive;

use model::{Day, Points, Unit};

use super::{Desk, Field, FieldError};
use crate::Criterion;
use crate::toml_reader::nearest;

/// Longest text of one field: a cell or a form that holds more was pasted by mistake.
const LONGEST: usize = 2000;

/// Reads the fields of one draft and keeps what is wrong with them.
pub(super) struct Reader<'d> {
    desk: &'d Desk<'d>,
    mistakes: Vec<FieldError>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(desk: &'d Desk<'d>) -> Reader<'d> {
        Reader { desk, mistakes: Vec::new() }
    }

    pub(super) fn no(&mut self, field: Field, text: impl Into<String>) {
        self.mistakes.push(FieldError { field, text: text.into() });
    }

    fn none<T>(&mut self, field: Field, text: impl Into<String>) -> Option<T> {
        self.no(field, text);
        None
    }

    /// What was read, if nothing is wrong with any field.
    pub(super) fn done<T>(mut self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.mistakes.is_empty() => Ok(value),
            _ => {
                self.mistakes.sort_by_key(|m| m.field);
                Err(self.mistakes)
            }
        }
    }

    pub(super) fn row(&mut self, text: &str) -> Option<&'d Criterion> {
        let text = text.trim();
        if text.is_empty() {
            return self.none(Field::Criterion, "请填写指标编号，例如 B1.5");
        }
        let rows = &self.desk.rulebook.criteria;
        if let Some(row) = rows.iter().find(|c| c.id.as_str() == text) {
            return Some(row);
        }
        let near = nearest(text, rows.iter().map(|c| c.id.as_str()));
        let hint = near.map_or_else(String::new, |n| format!("，是否应为「{n}」？"));
        self.none(Field::Criterion, format!("考核细则中没有指标「{}」{hint}", short(text)))
    }

    /// The unit, where the row applies to it.
    pub(super) fn unit(&mut self, text: &str, row: Option<&Criterion>) -> Option<&'d Unit> {
        if text.trim().is_empty() {
            return self.none(Field::Unit, "请填写单位编号或名称");
        }
        let Some(unit) = self.desk.unit(text) else {
            let names = self.desk.units.iter().flat_map(|u| [u.id.as_str(), u.name.as_str()]);
            let hint = nearest(text.trim(), names).map_or_else(String::new, |n| format!("，是否应为「{n}」？"));
            return self.none(Field::Unit, format!("配置中没有单位「{}」{hint}", short(text.trim())));
        };
        match row {
            Some(row) if !row.applies_to(unit) => {
                self.none(Field::Unit, format!("指标 {} 不适用于{}", row.id, unit.name))
            }
            _ => Some(unit),
        }
    }

    /// Was the unit scored on that day?
    pub(super) fn lives(&mut self, field: Field, unit: Option<&Unit>, day: Option<Day>) {
        let (Some(unit), Some(day)) = (unit, day) else { return };
        if unit.from.is_some_and(|f| day < f) || unit.until.is_some_and(|u| u < day) {
            self.no(field, format!("{day}当日{}不在考核期内，请核对日期或单位的起止日期", unit.name));
        }
    }

    pub(super) fn day(&mut self, field: Field, text: &str) -> Option<Day> {
        let text = text.trim();
        if text.is_empty() {
            return self.none(field, "请填写日期，例如 2026-03-18");
        }
        match read_day(text) {
            Some(day) => Some(day),
            None => self.none(field, format!("「{}」不是日期，应写作 2026-03-18", short(text))),
        }
    }

    /// A day that may be left out.
    pub(super) fn maybe_day(&mut self, field: Field, text: &str) -> Option<Option<Day>> {
        if text.trim().is_empty() { Some(None) } else { self.day(field, text).map(Some) }
    }

    pub(super) fn past_day(&mut self, field: Field, text: &str) -> Option<Day> {
        let day = self.day(field, text)?;
        if day > self.desk.today {
            return self.none(field, format!("{day}在今天（{}）之后，尚未发生的不能登记", self.desk.today));
        }
        Some(day)
    }

    pub(super) fn count(
        &mut self,
        field: Field,
        text: &str,
        range: RangeInclusive<u32>,
        otherwise: Option<u32>,
    ) -> Option<u32> {
        let text = text.trim();
        if text.is_empty() && otherwise.is_some() {
            return otherwise;
        }
        match text.parse::<u32>().ok().filter(|n| range.contains(n)) {
            Some(n) => Some(n),
            None => {
                let (least, most) = (range.start(), range.end());
                self.none(field, format!("「{}」应为{least}至{most}之间的整数", short(text)))
            }
        }
    }

    /// Points, or none where nothing was typed.
    pub(super) fn points(&mut self, text: &str) -> Option<Option<Points>> {
        let text = text.trim();
        if text.is_empty() {
            return Some(None);
        }
        match text.parse::<Points>() {
            Ok(points) => Some(Some(points)),
            Err(_) => {
                self.none(Field::Points, format!("「{}」不是分值，应写作 -1 或 0.5（至多两位小数）", short(text)))
            }
        }
    }

    /// A text that must say something.
    pub(super) fn said(&mut self, field: Field, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return self.none(field, format!("请填写{}", field.label()));
        }
        self.bounded(field, text)
    }

    /// A text that may be empty.
    pub(super) fn bounded(&mut self, field: Field, text: &str) -> Option<String> {
        let text = text.trim();
        if text.chars().count() > LONGEST {
            return self.none(field, format!("不得超过{LONGEST}个字"));
        }
        Some(text.to_owned())
    }
}

/// What a mistake repeats of a text.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// `2026-03-18`, `2026-3-18`, `2026/3/18`, `2026.3.18`, `2026年3月18日`.
fn read_day(text: &str) -> Option<Day> {
    let plain = text.strip_suffix('日').unwrap_or(text).replace(['/', '.', '年', '月'], "-");
    let mut parts = plain.split('-').map(str::trim);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |s: &str, most| !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Day::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}
