//! Findings, and what people say to them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use model::Day;

#[derive(Debug, Default, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Findings {
    /// 周期结束于这一天或之后
    #[arg(long, value_name = "DAY")]
    pub from: Option<Day>,
    /// 周期结束于这一天或之前
    #[arg(long, value_name = "DAY")]
    pub to: Option<Day>,
    /// 单位编号
    #[arg(long)]
    pub unit: Option<String>,
    /// 判定结果：breached due-soon unknown waived not-applicable met
    #[arg(long)]
    pub verdict: Option<String>,
    /// 指标编号
    #[arg(long)]
    pub criterion: Option<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Explain {
    /// 发现的编号
    pub finding: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "named by themselves")]
pub enum Action {
    Confirm,
    Dismiss,
    Uphold,
    Reverse,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Decide {
    /// 发现的编号
    pub finding: i64,
    /// 决定
    #[arg(value_enum)]
    pub action: Action,
    /// 谁作的决定
    #[arg(long)]
    pub by: String,
    /// 理由
    #[arg(long)]
    pub reason: String,
    /// 依据文号
    #[arg(long)]
    pub document: Option<String>,
    /// 依据材料（按内容指纹存证）
    #[arg(long, value_name = "FILE")]
    pub attachment: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Appeal {
    /// 发现的编号
    pub finding: i64,
    /// 申诉人
    #[arg(long)]
    pub by: String,
    /// 申诉理由
    #[arg(long)]
    pub reason: String,
    /// 申诉文号
    #[arg(long)]
    pub document: Option<String>,
    /// 申诉材料（按内容指纹存证）
    #[arg(long, value_name = "FILE")]
    pub attachment: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Waive {
    /// 列出全部豁免（含已过期的）
    #[arg(long)]
    pub list: bool,
    /// 撤销这一编号的豁免
    #[arg(long, value_name = "编号", conflicts_with = "list")]
    pub revoke: Option<i64>,
    /// 单位编号
    #[arg(long, required_unless_present_any = ["list", "revoke"])]
    pub unit: Option<String>,
    /// 只豁免这个栏目
    #[arg(long)]
    pub channel: Option<String>,
    /// 只豁免这项指标
    #[arg(long)]
    pub criterion: Option<String>,
    /// 第一天
    #[arg(long, required_unless_present_any = ["list", "revoke"])]
    pub from: Option<Day>,
    /// 最后一天
    #[arg(long, required_unless_present_any = ["list", "revoke"])]
    pub to: Option<Day>,
    /// 理由
    #[arg(long, required_unless_present = "list")]
    pub reason: Option<String>,
    /// 依据文号
    #[arg(long, required_unless_present_any = ["list", "revoke"])]
    pub document: Option<String>,
    /// 批准人
    #[arg(long, required_unless_present = "list")]
    pub approver: Option<String>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct DeclareEmpty {
    /// 栏目编号
    #[arg(long)]
    pub channel: String,
    /// 第一天
    #[arg(long)]
    pub from: Day,
    /// 最后一天
    #[arg(long)]
    pub to: Day,
    /// 说明
    #[arg(long)]
    pub reason: String,
    /// 批准人
    #[arg(long)]
    pub approver: String,
}
