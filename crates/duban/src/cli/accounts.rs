//! New media: what people see, and what the office adopts.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::Day;

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Observe {
    /// 账号编号，例如 jyj/wx
    #[arg(long, value_name = "ID", required_unless_present = "file", conflicts_with = "file")]
    pub channel: Option<String>,
    /// 今天看过账号，最新一条是这一天发布的（此后没有更新）
    #[arg(long, value_name = "DAY", conflicts_with_all = ["date", "file"])]
    pub newest: Option<Day>,
    /// 看到的某一条是这一天发布的（不说明此后有没有更新）
    #[arg(long, value_name = "DAY", conflicts_with = "file")]
    pub date: Option<Day>,
    /// 该条的网址；能打开时核对发布日期和账号
    #[arg(long, value_name = "URL", conflicts_with = "file")]
    pub link: Option<String>,
    /// 谁看的
    #[arg(long, required_unless_present = "file")]
    pub by: Option<String>,
    /// 填好的人工查看清单（XLSX 或 CSV）
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "the help texts say it")]
pub enum Adoption {
    /// 打开新文章、检索署名、比对申报的链接，列出拟采用的稿件
    Scan,
    /// 列出拟采用的稿件
    List(AdoptionList),
    /// 单位申报：某篇文章采用了本单位稿件
    File(AdoptionFile),
    /// 认定一条：记入登记簿，存证为保存的文章页
    Confirm(AdoptionDecision),
    /// 不予认定
    Dismiss(AdoptionDecision),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct AdoptionList {
    /// 已决定的也列出
    #[arg(long)]
    pub all: bool,
    /// 列出单位申报的链接及其情况
    #[arg(long)]
    pub filed: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct AdoptionFile {
    /// 单位编号或名称
    #[arg(long)]
    pub unit: String,
    /// 公众号文章的链接
    #[arg(long, value_name = "URL")]
    pub link: String,
    /// 谁申报的
    #[arg(long)]
    pub by: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct AdoptionDecision {
    /// 拟采用稿件的编号
    pub id: i64,
    /// 谁决定的
    #[arg(long)]
    pub by: String,
    /// 理由
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Checklist {
    /// 写成 XLSX，填好后用 duban observe --file 交回
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}
