//! Names that are parsed once and then trusted. Thousands of values hold the same one, so that copies share their text.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「{text}」不能作为{what}：{why}")]
pub struct IdError {
    /// The text.
    pub text: String,
    /// What it should have named.
    pub what: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

fn plain(text: &str, what: &'static str, also: &[char]) -> Result<(), IdError> {
    let no = |why| Err(IdError { text: text.to_owned(), what, why });
    match text.len() {
        0 => return no("不能为空"),
        1..=96 => {}
        _ => return no("不得超过96个字符"),
    }
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_' || also.contains(&c)) {
        return no("只能用字母、数字、- 和 _");
    }
    Ok(())
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);
        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(s: &str) -> Result<Self, IdError> {
                let check: fn(&str, &'static str) -> Result<(), IdError> = $check;
                check(s, $what)?;
                Ok($name(s.into()))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(&self.0) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_str(&self.0) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(/// A unit: `jyj`.
    UnitId, "单位编号", |s, w| plain(s, w, &[]));
id!(/// A criterion, which is the row id of the scoring table: `B1.1`.
    CriterionId, "指标编号", |s, w| plain(s, w, &['.']));
id!(/// A rulebook: `zhongshan-2022`.
    RulebookId, "规则编号", |s, w| plain(s, w, &['.']));
id!(/// A bridge that serves the feeds of several accounts.
    BridgeId, "桥接编号", |s, w| plain(s, w, &['.']));
id!(/// What a register calls one of its matters: a document number, a running number, `2026-03`. Chinese is welcome.
MatterCode, "事项编号", |s, w| {
    let no = |why| Err(IdError { text: s.chars().filter(|c| !c.is_control()).take(80).collect(), what: w, why });
    match s.chars().count() {
        0 => no("不能为空"),
        1..=80 if s.trim() != s => no("前后不能有空格"),
        1..=80 if s.chars().any(char::is_control) => no("不能含换行或控制字符"),
        1..=80 => Ok(()),
        _ => no("不得超过80个字"),
    }
});
id!(/// The SHA-256 of a saved body, 64 lower-case hexadecimal digits: never a path.
EvidenceHash, "证据指纹", |s, w| {
    if s.len() == 64 && s.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) { Ok(()) }
    else { Err(IdError { text: s.chars().take(80).collect(), what: w, why: "应为64位小写十六进制数" }) }
});
id!(/// A channel with the unit that it belongs to: `jyj/gzdt`. Behind an `@` a further source of the same account is
/// named: `jyj/wx@official`.
ChannelId, "栏目编号", |s, w| match s.split_once('/') {
    Some((unit, channel)) => {
        let (name, stream) = channel.split_once('@').map_or((channel, None), |(n, s)| (n, Some(s)));
        plain(unit, w, &[]).and_then(|()| plain(name, w, &[])).and_then(|()| stream.map_or(Ok(()), |s| plain(s, w, &[])))
    }
    None => Err(IdError { text: s.to_owned(), what: w, why: "应写作 单位/栏目，例如 jyj/gzdt" }),
});

impl ChannelId {
    /// The channel `name` of `unit`.
    ///
    /// # Errors
    /// When `name` is no plain name.
    pub fn new(unit: &UnitId, name: &str) -> Result<ChannelId, IdError> {
        plain(name, "栏目编号", &[])?;
        format!("{unit}/{name}").parse()
    }
    /// A further source of the same account.
    ///
    /// # Errors
    /// When `name` is no plain name.
    pub fn stream(&self, name: &str) -> Result<ChannelId, IdError> {
        plain(name, "来源编号", &[])?;
        format!("{}@{name}", self.account()).parse()
    }
    /// The unit that it belongs to.
    #[must_use]
    pub fn unit(&self) -> UnitId {
        UnitId(self.0.split_once('/').map_or(&*self.0, |(unit, _)| unit).into())
    }
    /// Its name within the unit.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, n)| n)
    }
    /// The channel itself, whichever of its sources this names.
    #[must_use]
    pub fn account(&self) -> ChannelId {
        ChannelId(self.0.split_once('@').map_or(&*self.0, |(account, _)| account).into())
    }
    /// Is it the channel itself, not a further source of it?
    #[must_use]
    pub fn is_account(&self) -> bool {
        !self.0.contains('@')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_names_its_unit() {
        let c: ChannelId = "jyj/gzdt".parse().unwrap();
        assert_eq!((c.unit().as_str(), c.name()), ("jyj", "gzdt"));
    }

    #[test]
    fn a_source_names_its_account() {
        let wx: ChannelId = "jyj/wx".parse().unwrap();
        let official = wx.stream("official").unwrap();
        assert_eq!(
            (official.as_str(), official.account(), official.is_account()),
            ("jyj/wx@official", wx.clone(), false)
        );
        assert_eq!((official.unit(), official.stream("feed").unwrap().as_str()), (wx.unit(), "jyj/wx@feed"));
        assert!(wx.is_account() && wx.stream("a@b").is_err() && wx.stream("").is_err());
        assert!(ChannelId::new(&wx.unit(), "wx@official").is_err(), "a configured channel is no source of another");
    }

    #[test]
    fn nothing_that_could_be_a_path_is_an_id() {
        for s in ["", "../x", "a/b/c", "a b", "教育局/动态", "a", "/a", "a/", "a/..", "a/b@", "a/b@c@d", "a/@b"] {
            assert!(s.parse::<ChannelId>().is_err(), "{s}");
        }
        assert!("../../etc/passwd".parse::<EvidenceHash>().is_err());
    }
}
