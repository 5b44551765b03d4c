//! Opening the file: one connection that writes, a few that only read.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{EvidenceHash, Zone};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};

use crate::StoreError;
use crate::error::sqlite_code;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// How long a writer waits for another program's transaction.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a caller waits, at the least, for one of our own connections: that is no matter of patience with others.
const TURN: Duration = Duration::from_secs(30);

/// How often it is asked whether another program has opened the database.
const A_MOMENT: Duration = Duration::from_millis(20);

/// Rows that are read ahead of those who ask for them: each time that they run out, two threads wait for each other.
const ROWS_AHEAD: usize = 1024;

/// Connections that only read; the web pages and the judge share them.
const READERS: u32 = 4;

/// The database of one installation. Clones share the same connections.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
    zone: Zone,
    path: PathBuf,
    /// What this process knows to be done, so that no round does it again.
    pub(crate) done: Arc<Done>,
}

/// What stays true once it was found so, or was made so by this process.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// All captures up to this number have their look.
    pub(crate) read_through: AtomicI64,
    /// The fingerprint of the registry that was written down last.
    pub(crate) registry: Mutex<Option<EvidenceHash>>,
}

impl Store {
    /// Opens the database, creates it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// When the file cannot be opened or written, is damaged or no database, is held by another program, or has been
    /// written by a later version of the program.
    pub async fn open(path: &Path, zone: Zone) -> Result<Store, StoreError> {
        Store::open_with_patience(path, zone, PATIENCE).await
    }

    /// The same, waiting no longer than `patience` for another program's transaction.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with_patience(path: &Path, zone: Zone, patience: Duration) -> Result<Store, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| cannot(path, &format!("无法建立目录（{e}）")))?;
        }
        let lock = hold(path).await?;
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout((patience * 4).max(TURN))
            // Of a new file only: one that is there already keeps its way until `duban prune --rewrite`.
            .connect_with(options(path, patience).auto_vacuum(SqliteAutoVacuum::Incremental))
            .await
            .map_err(|e| opening(path, e))?;
        migrate(path, &writer).await?;
        drop(lock);
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout((patience * 4).max(TURN))
            .connect_with(options(path, patience).read_only(true).create_if_missing(false))
            .await
            .map_err(|e| opening(path, e))?;
        Ok(Store { writer, reader, zone, path: path.to_owned(), done: Arc::default() })
    }

    /// Waits for what is under way and closes the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// The time zone that makes dates out of instants.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The only way to write: a transaction that holds the write lock from its first statement. A transaction that reads
    /// first and writes later fails at once when another program has written between (SQLITE_BUSY_SNAPSHOT).
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A snapshot: all that is read in it was true at one instant.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.reader.begin().await?)
    }

    /// Holds the right to write until it is dropped, as another program does that has the file in its hands: rehearsals ask
    /// for it to see what becomes of everybody else.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn occupy(&self) -> Result<Occupied, StoreError> {
        Ok(Occupied { held: self.writer.begin_with("BEGIN EXCLUSIVE").await? })
    }

    /// From now on the disk is as a rehearsal wants it: to see what becomes of a round in whose middle it fails.
    ///
    /// # Errors
    /// When the right to write cannot be had.
    pub async fn rehearse(&self, disk: Disk) -> Result<(), StoreError> {
        let (room, only_read) = match disk {
            Disk::Well => ("PRAGMA max_page_count = 1073741823", "PRAGMA query_only = OFF"),
            // Never below what the file takes already: it may not grow.
            Disk::Full => ("PRAGMA max_page_count = 1", "PRAGMA query_only = OFF"),
            Disk::ReadOnly => ("PRAGMA max_page_count = 1073741823", "PRAGMA query_only = ON"),
        };
        let mut writer = self.writer.acquire().await?;
        sqlx::query(room).fetch_all(&mut *writer).await?;
        sqlx::query(only_read).fetch_all(&mut *writer).await?;
        Ok(())
    }

    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.reader
    }
}

/// How the disk is, in a rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// As it really is.
    Well,
    /// There is no room for anything more.
    Full,
    /// It has become read-only.
    ReadOnly,
}

/// The right to write, in somebody's hands.
#[derive(Debug)]
pub struct Occupied {
    held: Transaction<'static, Sqlite>,
}

impl Occupied {
    /// Gives it back, and returns when others can have it; one that is dropped is given back at some time after.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back(self) -> Result<(), StoreError> {
        Ok(self.held.rollback().await?)
    }
}

fn options(path: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL, not NORMAL: in WAL mode NORMAL may lose the last commits at a power cut, and a letter that was sent
        // would be sent again. One commit costs 0.15 ms (PERFORMANCE: p50 119–145 µs), and looks come in batches.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(patience)
        .pragma("trusted_schema", "OFF")
        .statement_cache_capacity(256)
        .row_buffer_size(ROWS_AHEAD)
}

/// Two programs that open a new database together must not both create its tables: the second waits.
async fn hold(path: &Path) -> Result<std::fs::File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|e| cannot(path, &format!("目录不可写（{e}），请检查权限和磁盘")))?;
    // Whoever opens a database holds this for a moment; whoever holds it for longer hangs, and is named.
    for _ in 0..PATIENCE.as_millis() / A_MOMENT.as_millis() {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => tokio::time::sleep(A_MOMENT).await,
            Err(std::fs::TryLockError::Error(e)) => return Err(cannot(path, &format!("无法加锁（{e}）"))),
        }
    }
    Err(cannot(path, "另一个 duban 进程正在打开它而没有结束；请查看并结束该进程后重试"))
}

async fn migrate(path: &Path, pool: &SqlitePool) -> Result<(), StoreError> {
    MIGRATIONS.run(pool).await.map_err(|e| match e {
        MigrateError::VersionMissing(version) => StoreError::Newer { path: path.to_owned(), version },
        MigrateError::VersionMismatch(version) => {
            cannot(path, &format!("结构版本 {version} 与本程序内置的不一致，数据库可能被改动，请从备份恢复"))
        }
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => opening(path, e),
        other => cannot(path, &format!("升级表结构失败（{other}）")),
    })
}

fn cannot(path: &Path, why: &str) -> StoreError {
    StoreError::Open { path: path.to_owned(), why: why.to_owned() }
}

fn opening(path: &Path, e: sqlx::Error) -> StoreError {
    let why = match sqlite_code(&e).map(|c| c & 0xff) {
        Some(5 | 6) => "正被其他程序占用，请待其结束后重试".to_owned(),
        Some(8) => "磁盘或文件只读，请检查权限和磁盘挂载方式".to_owned(),
        Some(10) => format!("读写磁盘出错（{e}），请检查磁盘"),
        Some(11 | 26) => "文件不是数据库或已损坏，请保留该文件并从备份恢复".to_owned(),
        Some(13) => "磁盘空间不足".to_owned(),
        Some(14) => "文件或目录无法打开，请检查路径和权限".to_owned(),
        _ => e.to_string(),
    };
    StoreError::Open { path: path.to_owned(), why }
}
