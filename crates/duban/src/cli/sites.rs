//! Looking at sites.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use model::Day;

use super::ImportRegister;

/// How saved bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "named by themselves")]
pub enum As {
    List,
    Article,
    Feed,
    Auto,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Read {
    /// 已保存的文件
    #[arg(long)]
    pub file: PathBuf,
    /// 页面的网址
    #[arg(long)]
    pub url: String,
    /// 当作什么来读
    #[arg(long = "as", value_enum, default_value = "auto")]
    pub read_as: As,
    /// 栏目的 source 设置（TOML）
    #[arg(long, value_name = "TOML")]
    pub source: Option<String>,
    /// 响应头 Content-Type
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,
    /// 按这一天来读（用于没有年份的日期）
    #[arg(long, value_name = "DAY")]
    pub at: Option<Day>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Probe {
    /// 栏目或订阅源的网址
    pub url: String,
    /// 先用本机的 Chromium 渲染（列表由脚本生成的网站）
    #[arg(long)]
    pub browser: bool,
    /// 允许访问的内网地址（CIDR），可重复
    #[arg(long, value_name = "CIDR")]
    pub allow_private: Vec<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Discover {
    /// 从哪里开始，一般是网站首页或“部门信息公开”页
    pub url: String,
    /// 结果写到哪个目录（其中不得已有 units.toml 或 units.xlsx）
    #[arg(long, value_name = "DIR", default_value = "./discovered")]
    pub out: PathBuf,
    /// 最多访问多少个页面
    #[arg(long, value_name = "N", default_value_t = 3000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub max_pages: u32,
    /// 允许访问的内网地址（CIDR），可重复
    #[arg(long, value_name = "CIDR")]
    pub allow_private: Vec<String>,
}

/// What is imported.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// 把核对过的 units.xlsx（或 CSV）并入 units.toml：已有编号不变，旧文件留备份
    Units(ImportUnits),
    /// 登记表：一次列出全部错误；有错则全部不登记
    Register(ImportRegister),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct ImportUnits {
    /// 核对过的表格（XLSX 或 CSV）
    pub file: PathBuf,
    /// 写到哪个文件（默认：配置目录中的 units.toml）
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Poll {
    /// 只看这个栏目（不论是否到期）
    #[arg(long, value_name = "ID")]
    pub channel: Option<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Judge {
    /// 判定到这一天结束为止（默认：此刻）
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<Day>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Channels {
    /// 只列最近一次检查没有看清的
    #[arg(long)]
    pub trouble: bool,
    /// 列出列表、正文页、网址的日期互不一致的信息（由 date-item 核定）
    #[arg(long, conflicts_with = "trouble")]
    pub dates: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Try {
    /// 栏目编号
    #[arg(long)]
    pub channel: String,
    /// 选择器，例如 'row=ul.list li; date=span'（另有 link、title、next），或 TOML 表
    #[arg(long, value_name = "SELECTORS", conflicts_with_all = ["source", "accept"])]
    pub selectors: Option<String>,
    /// 完整的 source 设置（TOML），例如 '"auto"'
    #[arg(long, value_name = "TOML", conflicts_with = "accept")]
    pub source: Option<String>,
    /// 认可最近一次检查所见的新样式：列表确已改版、清理或更正
    #[arg(long, conflicts_with = "save")]
    pub accept: bool,
    /// 写入 units.toml（保留注释，原文件另存）
    #[arg(long)]
    pub save: bool,
    /// 新读法不如现读法也保存
    #[arg(long, requires = "save")]
    pub force: bool,
    /// 谁
    #[arg(long)]
    pub by: Option<String>,
    /// 理由
    #[arg(long)]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct DateItem {
    /// 信息的编号
    pub item: i64,
    /// 发布日期
    pub day: Day,
    /// 谁核实的
    #[arg(long)]
    pub by: String,
    /// 依据
    #[arg(long)]
    pub reason: String,
}
