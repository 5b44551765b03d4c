//! One daemon per data directory.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, bail};

/// Held while the daemon runs; the lock goes with the process, so a crash leaves nothing behind.
#[derive(Debug)]
pub struct Alone {
    _lock: File,
}

impl Alone {
    /// Claims the data directory.
    ///
    /// # Errors
    /// When another daemon holds it.
    pub fn claim(data: &Path) -> anyhow::Result<Alone> {
        let path = data.join("duban.lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("无法建立锁文件 {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Alone { _lock: lock }),
            Err(std::fs::TryLockError::WouldBlock) => {
                bail!("{} 已有一个 duban serve 在运行；请先停止它", data.display())
            }
            Err(std::fs::TryLockError::Error(e)) => Err(e).with_context(|| format!("无法锁定 {}", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_is_refused_until_the_first_has_gone() {
        let dir = tempfile::tempdir().unwrap();
        let first = Alone::claim(dir.path()).unwrap();
        let said = Alone::claim(dir.path()).unwrap_err().to_string();
        assert!(said.contains("已有一个"), "{said}");
        drop(first);
        Alone::claim(dir.path()).unwrap();
    }
}
