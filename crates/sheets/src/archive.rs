//! What is in the archive, before anything else opens it.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::{Limits, SheetError};

/// Unpacks every part within bounds and throws it away again: an archive may promise little and unpack to terabytes, and
/// the reader of workbooks believes what it promises.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), SheetError> {
    let broken = |e: &dyn std::fmt::Display| SheetError::Broken(format!("压缩包：{e}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
    if archive.len() > limits.parts {
        return Err(limits.too_much("工作簿内的文件", limits.parts, "个"));
    }
    let mut left = limits.unpacked;
    let mut part = Vec::new();
    for n in 0..archive.len() {
        part.clear();
        let file = archive.by_index(n).map_err(|e| broken(&e))?;
        // One byte more than allowed tells that there is more.
        file.take(left + 1).read_to_end(&mut part).map_err(|e| broken(&e))?;
        let size = u64::try_from(part.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(size).ok_or_else(|| limits.too_much("工作簿解压后的大小", limits.unpacked, "字节"))?;
        promises(&part, limits)?;
    }
    Ok(())
}

/// The reader sets aside room for as many strings as `uniqueCount` promises, and a lack of memory ends the program: a
/// promise of more strings than the part has bytes is a lie. A text in two-byte characters would hide the word.
fn promises(part: &[u8], limits: &Limits) -> Result<(), SheetError> {
    const WORD: &[u8] = b"uniqueCount";
    if part.starts_with(&[0xff, 0xfe]) || part.starts_with(&[0xfe, 0xff]) || is_wide_markup(part) {
        return Err(SheetError::Broken("内部文件不是 UTF-8".to_owned()));
    }
    // Only a text that holds the word is looked at twice.
    for at in part.windows(WORD.len()).enumerate().filter(|(_, w)| *w == WORD).map(|(at, _)| at + WORD.len()) {
        let digits: Vec<u8> = part[at..]
            .iter()
            .copied()
            .skip_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\''))
            .skip_while(|b| matches!(b, b'+' | b'0'))
            .take_while(u8::is_ascii_digit)
            .take(20)
            .collect();
        let count: usize =
            String::from_utf8_lossy(&digits).parse().unwrap_or(if digits.is_empty() { 0 } else { usize::MAX });
        if count > part.len() || count > limits.all_text {
            return Err(SheetError::Broken("共享字符串的个数不实".to_owned()));
        }
    }
    Ok(())
}

/// Markup in UTF-16 without its mark.
fn is_wide_markup(part: &[u8]) -> bool {
    matches!(part, [b'<', 0, ..] | [0, b'<', ..])
}
