//! Between text in the file and the nouns of the domain. Nothing that stands in the file is trusted.

use std::fmt::Display;
use std::str::FromStr;

use model::{Day, DayRange, EvidenceHash, Moment};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::{RowError, StoreError};

/// A row that is being read: knows its name for the error.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'static str,
    key: &'a dyn Display,
}

impl<'a> Row<'a> {
    pub(crate) fn of(table: &'static str, key: &'a dyn Display) -> Row<'a> {
        Row { table, key }
    }

    fn wrong(&self, column: &'static str, why: impl Display) -> RowError {
        RowError { table: self.table, column, row: self.key.to_string(), why: why.to_string() }
    }

    pub(crate) fn parse<T>(&self, column: &'static str, text: &str) -> Result<T, RowError>
    where
        T: FromStr,
        T::Err: Display,
    {
        text.parse().map_err(|e: T::Err| self.wrong(column, e))
    }

    pub(crate) fn maybe<T>(&self, column: &'static str, text: Option<&str>) -> Result<Option<T>, RowError>
    where
        T: FromStr,
        T::Err: Display,
    {
        text.map(|t| self.parse(column, t)).transpose()
    }

    pub(crate) fn evidence(&self, text: Option<&str>) -> Result<Option<EvidenceHash>, RowError> {
        self.maybe("evidence", text)
    }

    pub(crate) fn moment(&self, column: &'static str, text: &str) -> Result<Moment, RowError> {
        match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(m) => Ok(m.to_utc()),
            Err(e) => Err(self.wrong(column, format_args!("「{text}」不是时刻：{e}"))),
        }
    }

    pub(crate) fn moment_or_none(&self, column: &'static str, text: Option<&str>) -> Result<Option<Moment>, RowError> {
        text.map(|t| self.moment(column, t)).transpose()
    }

    pub(crate) fn day(&self, column: &'static str, text: &str) -> Result<Day, RowError> {
        text.parse().map_err(|e| self.wrong(column, format_args!("「{text}」不是日期：{e}")))
    }

    pub(crate) fn day_or_none(&self, column: &'static str, text: Option<&str>) -> Result<Option<Day>, RowError> {
        text.map(|t| self.day(column, t)).transpose()
    }

    pub(crate) fn days(&self, first: &str, last: &str) -> Result<DayRange, RowError> {
        let (first, last) = (self.day("first_day", first)?, self.day("last_day", last)?);
        DayRange::new(first, last).ok_or_else(|| self.wrong("last_day", "早于 first_day"))
    }

    pub(crate) fn known<T>(&self, column: &'static str, text: &str, value: Option<T>) -> Result<T, RowError> {
        value.ok_or_else(|| self.wrong(column, format_args!("不认识「{text}」")))
    }

    /// A word that serde knows and the model has no function for.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &'static str, text: &str) -> Result<T, RowError> {
        let d: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
        T::deserialize(d).map_err(|e| self.wrong(column, e))
    }

    pub(crate) fn json<'t, T: Deserialize<'t>>(&self, column: &'static str, text: &'t str) -> Result<T, RowError> {
        serde_json::from_str(text).map_err(|e| self.wrong(column, e))
    }

    pub(crate) fn int<T: TryFrom<i64>>(&self, column: &'static str, n: i64) -> Result<T, RowError> {
        T::try_from(n).map_err(|_| self.wrong(column, format_args!("{n} 超出范围")))
    }
}

/// An instant as the file keeps it: fixed width, so that text sorts as time does.
pub(crate) fn stamp(at: Moment) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// An instant as it will be read back.
pub(crate) fn kept(at: Moment) -> Moment {
    use chrono::SubsecRound;
    at.trunc_subsecs(3)
}

/// A date as the file keeps it. A year that does not fit four digits would not sort, and no website means it: it counts
/// as not readable, which never becomes a deduction.
pub(crate) fn claimed(day: Option<Day>) -> Option<String> {
    use chrono::Datelike;
    day.filter(|d| (1..=9999).contains(&d.year())).map(|d| d.to_string())
}

/// A count that SQLite can hold.
pub(crate) fn count(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

/// A list of texts for `json_each`.
pub(crate) fn list<T: Display>(of: impl IntoIterator<Item = T>) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&of.into_iter().map(|t| t.to_string()).collect::<Vec<_>>())?)
}
