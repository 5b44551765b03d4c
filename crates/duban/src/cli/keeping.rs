//! The installation: its proof, its database, its accounts, its daemon.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What is done with evidence.
#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// 导出一条发现的案卷
    Export(EvidenceExport),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct EvidenceExport {
    /// 发现的编号
    pub finding: i64,
    /// 写到哪个目录（须为空或不存在；默认 case-编号），或与 --zip 同用时写到哪个文件
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// 写成一个 ZIP 文件（同样的内容，字节相同）
    #[arg(long)]
    pub zip: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Verify {
    /// 案卷目录或 ZIP 文件
    pub case: PathBuf,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Backup {
    /// 备份文件（不得已存在）
    pub file: PathBuf,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Restore {
    /// 备份文件
    pub file: PathBuf,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Prune {
    /// 只报告可清理多少，不清理
    #[arg(long)]
    pub dry_run: bool,
    /// 清理后重写整个数据库文件，把空闲空间交还磁盘（需要与数据库等大的空闲磁盘；旧版本建立的数据库做一次即可）
    #[arg(long, conflicts_with = "dry_run")]
    pub rewrite: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Outbox {
    /// 重发这一封已放弃的信（先核实对方确未收到）
    #[arg(long, value_name = "KEY")]
    pub retry: Option<String>,
    /// 只为这一个收件人重发
    #[arg(long, value_name = "邮箱", requires = "retry")]
    pub to: Option<String>,
    /// 登记一封退信（保存下来的退信报告；- 表示从标准输入读）
    #[arg(long, value_name = "FILE", conflicts_with = "retry")]
    pub bounce: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Demo {
    /// 模拟多少天
    #[arg(long, default_value_t = 93, value_parser = clap::value_parser!(u32).range(1..=400))]
    pub days: u32,
    /// 随机种子
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// 结果写到哪个目录（须为空或不存在）
    #[arg(long, value_name = "DIR", default_value = "./demo-out")]
    pub out: PathBuf,
    /// 演示跑完后在这个地址提供网页，并列出演示账号
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:9280")]
    pub serve: Option<std::net::SocketAddr>,
}

/// What is done with the accounts of the pages.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// 建立账号，并给出一次性的初始密码
    Add(AccountAdd),
    /// 列出账号
    List,
    /// 停用账号
    Disable(AccountName),
    /// 恢复已停用的账号
    Enable(AccountName),
    /// 重置密码，并给出一次性的新密码
    Reset(AccountName),
}

/// The roles of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "named by themselves")]
pub enum AccountRole {
    Admin,
    Clerk,
    Officer,
    Leader,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct AccountAdd {
    /// 账号（字母、数字、-）
    pub name: String,
    /// 姓名
    #[arg(long)]
    pub person: String,
    /// 角色：管理员、经办人、单位信息员、领导
    #[arg(long, value_enum)]
    pub role: AccountRole,
    /// 单位编号（单位信息员必填）
    #[arg(long, required_if_eq("role", "officer"))]
    pub unit: Option<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct AccountName {
    /// 账号
    pub name: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Serve {
    /// 只跑一遍到期的任务就退出
    #[arg(long)]
    pub once: bool,
}
