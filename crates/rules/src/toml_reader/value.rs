//! A value with its place, read as what it should be.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use model::{Day, Points};
use toml::Spanned;
use toml::de::DeValue;

use super::{Doc, Table, nearest};

/// A value of the file. Each reading function notes a mistake at the value's place and returns `None` if it does not fit.
#[derive(Debug)]
pub struct Value<'d> {
    doc: &'d Doc<'d>,
    path: String,
    node: &'d Spanned<DeValue<'d>>,
}

impl<'d> Value<'d> {
    pub(super) fn new(doc: &'d Doc<'d>, path: String, node: &'d Spanned<DeValue<'d>>) -> Value<'d> {
        Value { doc, path, node }
    }

    /// Notes a mistake at this value and returns `None`, to end a reading function with.
    pub fn mistake<T>(&self, text: impl Into<String>) -> Option<T> {
        self.doc.note(self.node.span().start, &self.path, text);
        None
    }

    /// Text that is not blank.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let text = self.any_text()?;
        if text.trim().is_empty() { self.mistake("不能为空，请填写") } else { Some(text) }
    }

    /// Text, which may be empty.
    #[must_use]
    pub fn any_text(&self) -> Option<String> {
        match self.node.get_ref() {
            DeValue::String(text) => Some(text.clone().into_owned()),
            _ => self.wrong_type("文字（写在引号里）"),
        }
    }

    /// Text that a type of ours understands; its own message is the mistake.
    #[must_use]
    pub fn parsed<T>(&self) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.text()?.parse() {
            Ok(value) => Some(value),
            Err(why) => self.mistake(why.to_string()),
        }
    }

    /// One of a closed list of words.
    #[must_use]
    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, value)) = words.iter().find(|(w, _)| *w == text) {
            return Some(*value);
        }
        let all: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
        match nearest(&text, all.iter().copied()) {
            Some(near) => self.mistake(format!("不认识「{text}」，是否应为「{near}」？可用：{}", all.join("、"))),
            None => self.mistake(format!("不认识「{text}」，请改用：{}", all.join("、"))),
        }
    }

    /// A whole number within bounds.
    #[must_use]
    pub fn integer(&self, bounds: RangeInclusive<i64>) -> Option<i64> {
        let DeValue::Integer(n) = self.node.get_ref() else { return self.wrong_type("整数") };
        match i64::from_str_radix(n.as_str(), n.radix()).ok().filter(|n| bounds.contains(n)) {
            Some(n) => Some(n),
            None => self.mistake(format!("应在 {} 到 {} 之间，现为 {}", bounds.start(), bounds.end(), n.as_str())),
        }
    }

    /// A whole number of days, items and the like, within bounds.
    #[must_use]
    pub fn count(&self, bounds: RangeInclusive<u32>) -> Option<u32> {
        self.integer(i64::from(*bounds.start())..=i64::from(*bounds.end())).and_then(|n| u32::try_from(n).ok())
    }

    /// A number that may have decimals, within bounds. Not for points, which are exact.
    #[must_use]
    pub fn number(&self, bounds: RangeInclusive<f64>) -> Option<f64> {
        let text = match self.node.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str(),
            DeValue::Float(x) => x.as_str(),
            _ => return self.wrong_type("数字"),
        };
        match text.parse().ok().filter(|x| bounds.contains(x)) {
            Some(x) => Some(x),
            None => self.mistake(format!("应在 {} 到 {} 之间，现为 {text}", bounds.start(), bounds.end())),
        }
    }

    /// Is it exactly this word?
    #[must_use]
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self.node.get_ref(), DeValue::String(text) if text.as_ref() == word)
    }

    /// Exact points: a number with at most two decimals, read from its digits, never through floating point.
    #[must_use]
    pub fn points(&self) -> Option<Points> {
        let text = match self.node.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str(),
            DeValue::Float(x) => x.as_str(),
            _ => return self.wrong_type("分值（数字，例如 -3 或 0.5）"),
        };
        match text.parse::<Points>() {
            Ok(points) => Some(points),
            Err(why) => self.mistake(why.to_string()),
        }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self.node.get_ref() {
            DeValue::Boolean(b) => Some(*b),
            _ => self.wrong_type("true 或 false"),
        }
    }

    /// A calendar date, as `2022-01-31` or in quotes.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        let text = match self.node.get_ref() {
            DeValue::Datetime(d) if d.time.is_none() => d.to_string(),
            DeValue::String(text) => text.clone().into_owned(),
            _ => return self.wrong_type("日期，例如 2022-01-31"),
        };
        match text.parse() {
            Ok(day) => Some(day),
            Err(_) => self.mistake(format!("「{text}」不是日期，应写作 2022-01-31")),
        }
    }

    /// The elements of an array.
    #[must_use]
    pub fn list(&self) -> Option<Vec<Value<'d>>> {
        let DeValue::Array(all) = self.node.get_ref() else { return self.wrong_type("列表，例如 [\"…\"]") };
        let element = |(i, node)| Value::new(self.doc, format!("{}[{}]", self.path, i + 1), node);
        Some(all.iter().enumerate().map(element).collect())
    }

    /// An array whose elements are all read alike; `None` if any of them holds a mistake, after all have been read.
    #[must_use]
    pub fn each<T>(&self, read: impl Fn(&Value<'d>) -> Option<T>) -> Option<Vec<T>> {
        let all: Vec<Option<T>> = self.list()?.iter().map(read).collect();
        all.into_iter().collect()
    }

    /// Is it a table? For values that may be written in two ways.
    #[must_use]
    pub fn is_table(&self) -> bool {
        self.node.get_ref().is_table()
    }

    /// A table.
    #[must_use]
    pub fn table(&self) -> Option<Table<'d>> {
        match self.node.get_ref() {
            DeValue::Table(entries) => Some(Table::new(self.doc, self.path.clone(), entries, self.node.span().start)),
            _ => self.wrong_type("一组配置项（表）"),
        }
    }

    fn wrong_type<T>(&self, wanted: &str) -> Option<T> {
        let is = match self.node.get_ref() {
            DeValue::String(_) => "文字",
            DeValue::Integer(_) => "整数",
            DeValue::Float(_) => "小数",
            DeValue::Boolean(_) => "true/false",
            DeValue::Datetime(_) => "日期时间",
            DeValue::Array(_) => "列表",
            DeValue::Table(_) => "一组配置项",
        };
        self.mistake(format!("应为{wanted}，现为{is}"))
    }
}
