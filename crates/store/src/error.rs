//! What can go wrong, in words that a clerk can act upon.

use std::path::PathBuf;

use model::{FindingState, Month, Points};

use crate::finding::Decision;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened as a database.
    #[error("打不开数据库 {}：{why}", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// What is wrong and what to do.
        why: String,
    },
    /// A later version of the program has changed the tables.
    #[error("数据库 {} 由更新版本的程序建立（结构版本 {version}）。请升级本程序；不要用旧版本写入", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The newest migration that it names.
        version: i64,
    },
    /// Another program holds the database for longer than the store waits.
    #[error("数据库正被其他程序占用，等待超时。请稍后重试；如有备份或其他 duban 进程在运行，请待其结束")]
    Busy,
    /// The disk is full.
    #[error("磁盘空间不足，本次内容没有写入。请清理磁盘后重试")]
    Full,
    /// The disk does not do what it is asked: broken, gone, or a quota is used up.
    #[error("读写磁盘出错，本次内容没有写入。请检查磁盘是否损坏、已满或超出配额（{0}）")]
    Disk(String),
    /// The disk or the file is read-only.
    #[error("数据库所在磁盘或文件只读，本次内容没有写入。请检查目录权限和磁盘挂载方式")]
    ReadOnly,
    /// The file is damaged.
    #[error("数据库文件已损坏。请停止程序，用 duban restore 从备份恢复；损坏的文件请保留")]
    Corrupt,
    /// A row would name a unit, channel or record that is not there.
    #[error("引用了未登记的单位、栏目、证据或记录（{0}）。请先同步 config/units.toml")]
    Unregistered(String),
    /// A guard of the database has refused: an append-only table, a closed month, a broken chain.
    #[error("数据库保护规则拒绝了写入：{0}")]
    Guard(String),
    /// A stored value cannot be understood.
    #[error(transparent)]
    Row(#[from] RowError),
    /// Saved bytes are not what their fingerprint says.
    #[error("证据 {hash} 无法使用：{why}。请用 duban doctor 检查数据库，必要时从备份恢复")]
    Evidence {
        /// Which.
        hash: String,
        /// What is wrong.
        why: String,
    },
    /// What was asked for is against the rules of the house.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A value cannot be written.
    #[error("内容无法写成 JSON：{0}")]
    Json(#[from] serde_json::Error),
    /// Anything else that SQLite says.
    #[error("数据库出错：{0}")]
    Sqlite(#[source] sqlx::Error),
}

/// A stored value that cannot be understood: the file is never trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("数据库表 {table} 第 {row} 行的 {column} 列无法识别：{why}")]
pub struct RowError {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The key of the row.
    pub row: String,
    /// What is wrong with the value.
    pub why: String,
}

/// What the store refuses, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Rehearsal and real clock do not mix in one database.
    #[error("该数据库以{}运行过，不能再以{}运行。演练请另用一个 --data 目录", clock(*.was), clock(!.was))]
    Clock {
        /// Was the first run a rehearsal?
        was: bool,
    },
    /// There is no such thing.
    #[error("没有编号为 {id} 的{what}")]
    NoSuch {
        /// What was asked for.
        what: &'static str,
        /// Its number.
        id: i64,
    },
    /// The finding is not in a state from which this can be done.
    #[error("发现 {finding} 目前为「{}」，不能{}。{}", .state.label(), .decision.label(), .decision.needs())]
    Transition {
        /// Which.
        finding: i64,
        /// Where it stands.
        state: FindingState,
        /// What was tried.
        decision: Decision,
    },
    /// Only a breach can be confirmed.
    #[error("发现 {0} 目前不是「未达标」，无需确认")]
    NotBreached(i64),
    /// A decision without a name or a reason explains nothing.
    #[error("请填写{0}")]
    Missing(&'static str),
    /// It has been taken back before.
    #[error("{what} {id} 已经撤销过")]
    AlreadyRevoked {
        /// What.
        what: &'static str,
        /// Its number.
        id: i64,
    },
    /// A cancellation cannot itself be cancelled.
    #[error("登记 {0} 本身是撤销记录，不能再撤销；如需恢复请重新登记")]
    CancelsCancel(i64),
    /// Another matter of that register has the code.
    #[error("编号「{0}」在该单位的登记簿中已有另一事项；请改用别的编号，或对原事项登记办理情况")]
    MatterExists(model::MatterCode),
    /// There is no such matter.
    #[error("该单位的登记簿中没有编号为「{0}」的事项；请先登记事项")]
    NoMatter(model::MatterCode),
    /// A suspicion is decided once.
    #[error("疑点 {0} 已经处理过，不能再次处理；认定有误的，请撤销相应登记（duban register --cancel）")]
    SuspicionDecided(i64),
    /// The days are the wrong way round.
    #[error("结束日期 {last} 早于开始日期 {first}")]
    Days {
        /// The first.
        first: model::Day,
        /// The last.
        last: model::Day,
    },
    /// Months are closed in order.
    #[error("{earlier} 尚未关账，请先关账 {earlier}，再关账 {month}")]
    EarlierOpen {
        /// What was to be closed.
        month: Month,
        /// What must be closed before.
        earlier: Month,
    },
    /// A month before the last closed one.
    #[error("{closed} 已经关账，不能再关账更早的 {month}；事后发现的扣分记入当前未关账的月份")]
    LaterClosed {
        /// What was to be closed.
        month: Month,
        /// What is closed.
        closed: Month,
    },
    /// The month has days left.
    #[error("{0} 还没有结束，不能关账")]
    MonthNotOver(Month),
    /// The name of an account is unusable.
    #[error("账号名须为 2 至 40 个字母、数字或 -")]
    AccountName,
    /// The name of an account is taken.
    #[error("账号「{0}」已存在，请另取一个")]
    AccountTaken(String),
    /// There is no such account.
    #[error("没有账号「{0}」")]
    NoAccount(String),
    /// Nobody would be left to manage accounts.
    #[error("这是最后一个可用的管理员账号，不能停用；请先另建一个管理员")]
    LastAdmin,
    /// Too many attempts to log in have failed from one address.
    #[error("这台电脑登录失败次数过多，已暂停从这里登录；请 {minutes} 分钟后再试。忘记密码的，请管理员重置")]
    Locked {
        /// For how long.
        minutes: i64,
    },
    /// So many attempts have failed for a name that strange addresses have to wait for their turn.
    #[error("这个账号近来在多处登录失败，从没有登录过的电脑每 {seconds} 秒只接受一次尝试；请稍候再试")]
    NotYet {
        /// How far apart the turns are.
        seconds: i64,
    },
    /// The settlement made a line from something that it was not offered.
    #[error("结算给出的台账行不成立（{unit} {criterion} {points} 分）：{why}")]
    Line {
        /// Whose.
        unit: model::UnitId,
        /// Which criterion.
        criterion: model::CriterionId,
        /// How many points.
        points: Points,
        /// What is wrong.
        why: &'static str,
    },
}

fn clock(rehearsal: bool) -> &'static str {
    if rehearsal { "演练时钟（--now）" } else { "真实时钟" }
}

/// SQLite's primary result codes that mean something to a clerk.
pub(crate) fn sqlite_code(e: &sqlx::Error) -> Option<i32> {
    e.as_database_error()?.code()?.parse().ok()
}

impl From<sqlx::Error> for StoreError {
    fn from(e: sqlx::Error) -> StoreError {
        const FOREIGN_KEY: i32 = 787;
        const TRIGGER: i32 = 1811;
        if matches!(e, sqlx::Error::PoolTimedOut) {
            return StoreError::Busy;
        }
        let message = e.as_database_error().map_or_else(String::new, |d| d.message().to_owned());
        match sqlite_code(&e) {
            Some(FOREIGN_KEY) => StoreError::Unregistered(message),
            Some(TRIGGER) => StoreError::Guard(message),
            Some(code) => match code & 0xff {
                5 | 6 => StoreError::Busy,
                8 => StoreError::ReadOnly,
                10 | 14 => StoreError::Disk(message),
                11 | 26 => StoreError::Corrupt,
                13 => StoreError::Full,
                _ => StoreError::Sqlite(e),
            },
            None => StoreError::Sqlite(e),
        }
    }
}
