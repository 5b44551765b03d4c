//! The files that a sheet names as proof: beside the sheet, or kept already.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use model::EvidenceHash;
use sheets::{Cell, Mistake};

/// The largest file that is taken as proof.
const LARGEST: u64 = 64 << 20;

/// All files of one sheet together.
const LARGEST_TOGETHER: u64 = 512 << 20;

/// How an export writes a file that is kept.
pub(crate) const KEPT: &str = "sha256:";

/// Where the files are that a sheet names.
#[derive(Debug, Clone, Copy)]
pub enum Beside<'a> {
    /// In the folder of the sheet.
    Folder(&'a Path),
    /// Handed in together with the sheet: names and bytes.
    Handed(&'a [(String, Vec<u8>)]),
}

/// The files named by a sheet, each read once.
pub(crate) struct Files<'a> {
    beside: Beside<'a>,
    read: BTreeMap<PathBuf, EvidenceHash>,
    pub(crate) bytes: BTreeMap<EvidenceHash, Vec<u8>>,
    /// Fingerprints that the sheet names, to be found in the store.
    pub(crate) kept: Vec<(Cell, EvidenceHash)>,
    left: u64,
}

impl<'a> Files<'a> {
    pub(crate) fn beside(beside: Beside<'a>) -> Files<'a> {
        Files { beside, read: BTreeMap::new(), bytes: BTreeMap::new(), kept: Vec::new(), left: LARGEST_TOGETHER }
    }

    /// The fingerprint of what a cell names; none where it is empty.
    pub(crate) fn named(&mut self, cell: &Cell, mistakes: &mut Vec<Mistake>) -> Option<EvidenceHash> {
        if cell.is_empty() {
            return None;
        }
        self.find(cell).map_err(|message| mistakes.push(Mistake::at(&cell.at, message))).ok()
    }

    fn find(&mut self, cell: &Cell) -> Result<EvidenceHash, String> {
        let name = cell.text();
        if let Some(hash) = name.strip_prefix(KEPT) {
            let hash: EvidenceHash = hash.parse().map_err(|e: model::IdError| e.to_string())?;
            self.kept.push((cell.clone(), hash.clone()));
            return Ok(hash);
        }
        match self.beside {
            Beside::Folder(folder) => self.in_folder(folder, &name),
            Beside::Handed(files) => self.handed_in(files, &name),
        }
    }

    /// A file that came with the sheet. Browsers hand in names without folders.
    fn handed_in(&mut self, files: &[(String, Vec<u8>)], name: &str) -> Result<EvidenceHash, String> {
        let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let Some((_, bytes)) = files.iter().find(|(n, _)| n == last) else {
            return Err(format!("没有收到佐证文件「{name}」：请与登记表一起选中上传"));
        };
        if bytes.is_empty() {
            return Err(format!("佐证文件「{name}」是空的"));
        }
        let hash = store::fingerprint(bytes);
        self.bytes.entry(hash.clone()).or_insert_with(|| bytes.clone());
        Ok(hash)
    }

    fn in_folder(&mut self, folder: &Path, name: &str) -> Result<EvidenceHash, String> {
        let path = inside(folder, name)?;
        if let Some(hash) = self.read.get(&path) {
            return Ok(hash.clone());
        }
        let unreadable = |e: std::io::Error| format!("佐证文件「{name}」无法读取：{e}");
        let size = std::fs::metadata(&path).map_err(unreadable)?.len();
        if size > LARGEST {
            return Err(format!("佐证文件「{name}」超过 64 MiB"));
        }
        self.left = self.left.checked_sub(size).ok_or("全部佐证文件合计超过 512 MiB，请拆成几张表")?;
        let bytes = std::fs::read(&path).map_err(unreadable)?;
        if bytes.is_empty() {
            return Err(format!("佐证文件「{name}」是空的"));
        }
        let hash = store::fingerprint(&bytes);
        self.read.insert(path, hash.clone());
        self.bytes.insert(hash.clone(), bytes);
        Ok(hash)
    }
}

/// The file of that name, which lies in the sheet's folder or below it: never elsewhere, and not by a link either.
fn inside(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let outside = || format!("佐证文件「{name}」不在登记表所在的文件夹内：请把文件放到该文件夹，只写文件名");
    // A clerk's office program writes folders its own way.
    let relative = PathBuf::from(name.replace('\\', "/"));
    if !relative.components().all(|c| matches!(c, Component::Normal(_))) || name.contains(':') {
        return Err(outside());
    }
    let missing = |_| format!("找不到佐证文件「{name}」：应与登记表放在同一文件夹");
    let folder = folder.canonicalize().map_err(missing)?;
    let path = folder.join(relative).canonicalize().map_err(missing)?;
    if !path.starts_with(&folder) {
        return Err(outside());
    }
    if !path.is_file() {
        return Err(format!("「{name}」不是文件"));
    }
    Ok(path)
}
