//! The files of a case as one ZIP file: the same files give the same bytes, and reading one trusts nothing in it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// More files a case does not have.
const MOST: usize = 64;

/// Why a bundle cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is no ZIP file, or a broken one.
    #[error("不是完好的 ZIP 文件（{0}）")]
    Broken(String),
    /// It holds too many files.
    #[error("ZIP 中的文件超过 {MOST} 个")]
    TooMany,
    /// Unpacked it is larger than allowed.
    #[error("ZIP 解压后过大")]
    TooLarge,
    /// A name that leads elsewhere, or that is there twice.
    #[error("ZIP 中的文件名「{0}」不可用")]
    Name(String),
}

/// One ZIP file of these files, in the order of their names, all dated 1980-01-01.
#[must_use]
pub fn write(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    match pack(files) {
        Ok(bytes) => bytes,
        Err(e) => unreachable!("a vector takes whatever it is given: {e}"),
    }
}

fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The files of a bundle, at most `largest` bytes of them in all.
///
/// # Errors
/// When it is broken, too large, or names a file that has no place in a case.
pub fn read(bytes: &[u8], largest: u64) -> Result<BTreeMap<String, Vec<u8>>, Unusable> {
    let broken = |e: &dyn std::fmt::Display| Unusable::Broken(e.to_string());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
    if zip.len() > MOST {
        return Err(Unusable::TooMany);
    }
    let (mut files, mut left) = (BTreeMap::new(), largest);
    for n in 0..zip.len() {
        let file = zip.by_index(n).map_err(|e| broken(&e))?;
        let name = file.name().map_err(|e| broken(&e))?.into_owned();
        if !is_plain(&name) || file.is_dir() || file.is_symlink() || files.contains_key(&name) {
            return Err(Unusable::Name(name.chars().filter(|c| !c.is_control()).collect()));
        }
        let mut bytes = Vec::new();
        // One byte more than allowed tells that there is more.
        file.take(left + 1).read_to_end(&mut bytes).map_err(|e| broken(&e))?;
        left = left.checked_sub(bytes.len() as u64).ok_or(Unusable::TooLarge)?;
        files.insert(name, bytes);
    }
    Ok(files)
}

/// A file beside the others: no folder, no drive, nothing hidden.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BTreeMap<String, Vec<u8>> {
        BTreeMap::from([("b.html".to_owned(), b"<p>".repeat(900)), ("a.json".to_owned(), b"{}".to_vec())])
    }

    #[test]
    fn the_same_files_give_the_same_bytes_and_come_back() {
        let bytes = write(&files());
        assert_eq!(bytes, write(&files()));
        assert_eq!(read(&bytes, 1 << 20), Ok(files()));
        assert_eq!(read(&bytes, 100), Err(Unusable::TooLarge));
        assert!(matches!(read(&bytes[..bytes.len() - 9], 1 << 20), Err(Unusable::Broken(_))));
    }

    #[test]
    fn no_name_leads_elsewhere() {
        for name in ["../x", "/etc/passwd", "a/b", "..", ".hidden", "c:\\x", "", "a\u{0}", "案卷"] {
            let bytes = write(&BTreeMap::from([(name.to_owned(), vec![1])]));
            assert!(read(&bytes, 1 << 20).is_err(), "{name}");
        }
        let many: BTreeMap<String, Vec<u8>> = (0..=MOST).map(|n| (n.to_string(), vec![])).collect();
        assert_eq!(read(&write(&many), 1 << 20), Err(Unusable::TooMany));
    }
}
