//! The list of files of a case with their SHA-256, as `sha256sum` writes and reads it.

use std::collections::BTreeMap;

use crate::digest::sha256;

/// The name of the list.
pub const NAME: &str = "SHA256SUMS";

/// Why the files are not those of the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlike {
    /// The list cannot be read.
    #[error("校验清单第 {0} 行无法识别")]
    Line(usize),
    /// A file of the list is missing.
    #[error("缺少文件 {0}")]
    Missing(String),
    /// A file was changed.
    #[error("文件 {0} 与清单中的指纹不符（已被改动或损坏）")]
    Changed(String),
    /// A file that the list does not know.
    #[error("文件 {0} 不在清单之中")]
    Added(String),
}

/// The list for these files.
#[must_use]
pub fn write(files: &BTreeMap<String, Vec<u8>>) -> String {
    files.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect()
}

/// Are these files exactly those of `list`? Everything that differs is told.
///
/// # Errors
/// What differs.
pub fn check(list: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Vec<Unlike>> {
    let mut unlike = vec![];
    let mut known = BTreeMap::new();
    for (n, line) in list.lines().enumerate() {
        match line.split_once("  ") {
            Some((hash, name)) => {
                known.insert(name, hash);
            }
            None => unlike.push(Unlike::Line(n + 1)),
        }
    }
    for (name, hash) in &known {
        match files.get(*name) {
            None => unlike.push(Unlike::Missing((*name).to_owned())),
            Some(bytes) if sha256(bytes) != *hash => unlike.push(Unlike::Changed((*name).to_owned())),
            Some(_) => {}
        }
    }
    unlike.extend(files.keys().filter(|name| !known.contains_key(name.as_str())).cloned().map(Unlike::Added));
    if unlike.is_empty() { Ok(()) } else { Err(unlike) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_tampering_is_told() {
        let files = BTreeMap::from([("a".to_owned(), b"1".to_vec()), ("b".to_owned(), b"2".to_vec())]);
        let list = write(&files);
        assert_eq!(check(&list, &files), Ok(()));
        let other = BTreeMap::from([("a".to_owned(), b"x".to_vec()), ("c".to_owned(), vec![])]);
        let told = check(&list, &other).unwrap_err();
        assert_eq!(told, [Unlike::Changed("a".into()), Unlike::Missing("b".into()), Unlike::Added("c".into())]);
        assert_eq!(check("nonsense", &BTreeMap::new()), Err(vec![Unlike::Line(1)]));
    }
}
