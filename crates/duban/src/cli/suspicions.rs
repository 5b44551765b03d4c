//! What a person should look at.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use model::Day;

/// What is done with suspicions.
#[derive(Debug, Subcommand)]
pub enum Suspect {
    /// 在已存的正文中查找疑点；没有正文的先打开（有限量）
    Scan(SuspectScan),
    /// 列出疑点
    List(SuspectList),
    /// 看一条疑点：条文、引文、存证
    Show(SuspectShow),
    /// 认定：转为登记（或事项），以当时的页面为佐证
    Confirm(SuspectConfirm),
    /// 不予认定：同样的内容不再提示
    Dismiss(SuspectDismiss),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct SuspectScan {
    /// 只查这个单位
    #[arg(long)]
    pub unit: Option<String>,
    /// 最多打开多少个正文页
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub pages: u32,
}

/// Where suspicions stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "named by themselves")]
pub enum StateIs {
    Open,
    Confirmed,
    Dismissed,
    All,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct SuspectList {
    /// 只列这个单位
    #[arg(long)]
    pub unit: Option<String>,
    /// 只列这项指标
    #[arg(long)]
    pub criterion: Option<String>,
    /// 状态：待认定、已认定、不予认定、全部
    #[arg(long, value_enum, default_value = "open")]
    pub state: StateIs,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct SuspectShow {
    /// 疑点的编号
    pub id: i64,
    /// 把当时的页面存成文件
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct SuspectConfirm {
    /// 疑点的编号
    pub id: i64,
    /// 谁认定的
    #[arg(long)]
    pub by: String,
    /// 理由
    #[arg(long)]
    pub reason: String,
    /// 登记的日期（默认：信息的发布日期）
    #[arg(long, value_name = "DAY")]
    pub day: Option<Day>,
    /// 登记的事由（默认：疑点和标题）
    #[arg(long)]
    pub description: Option<String>,
    /// 同一信息按同一指标另计一次
    #[arg(long)]
    pub again: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct SuspectDismiss {
    /// 疑点的编号
    pub id: i64,
    /// 谁
    #[arg(long)]
    pub by: String,
    /// 理由
    #[arg(long)]
    pub reason: String,
}
