//! Registers, their sheets, and matters with a clock.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::{Day, Points};

use crate::registers::kind::Kind;

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct ImportRegister {
    /// 登记表（XLSX 或 CSV）
    pub file: PathBuf,
    /// 谁导入的；表中未写登记人的行也记在此人名下
    #[arg(long)]
    pub by: String,
    /// 只检查，不登记
    #[arg(long)]
    pub check: bool,
}

/// What is exported.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// 登记表：现在有效的全部登记
    Register(ExportRegister),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct ExportRegister {
    /// 哪一种登记（默认：全部，每种一张工作表）
    #[arg(value_enum)]
    pub kind: Option<Kind>,
    /// 写到哪个文件（.xlsx 或 .csv，不得已存在）
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// What templates there are.
#[derive(Debug, Subcommand)]
pub enum Template {
    /// 空白登记表
    Register(TemplateRegister),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct TemplateRegister {
    /// 哪一种登记
    #[arg(value_enum)]
    pub kind: Kind,
    /// 写到哪个文件（.xlsx 或 .csv，不得已存在）
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Register {
    /// 列出已登记的事项
    #[arg(long)]
    pub list: bool,
    /// 撤销这一编号的登记
    #[arg(long, value_name = "编号")]
    pub cancel: Option<i64>,
    /// 指标编号
    #[arg(long, required_unless_present_any = ["list", "cancel"])]
    pub criterion: Option<String>,
    /// 单位编号
    #[arg(long, required_unless_present_any = ["list", "cancel"])]
    pub unit: Option<String>,
    /// 发生日期
    #[arg(long, required_unless_present_any = ["list", "cancel"])]
    pub day: Option<Day>,
    /// 次数（件、篇）
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub count: u32,
    /// 分值（仅用于由其他部门评分的指标）
    #[arg(long, allow_hyphen_values = true)]
    pub points: Option<Points>,
    /// 事由
    #[arg(long, required_unless_present = "list")]
    pub description: Option<String>,
    /// 佐证文件
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// 谁登记的
    #[arg(long, required_unless_present = "list")]
    pub by: Option<String>,
}

/// What is done with matters.
#[derive(Debug, Subcommand)]
pub enum Matter {
    /// 登记一件事项（来文、申请、信件）
    Open(MatterOpen),
    /// 登记报送（办结、答复）
    Submit(MatterStep),
    /// 登记批准的延期
    Extend(MatterExtend),
    /// 登记中止计时（征求第三方意见等）
    Pause(MatterStep),
    /// 登记恢复计时
    Resume(MatterStep),
    /// 登记收到补正：重新计时
    Amend(MatterStep),
    /// 登记撤回（作废）
    Withdraw(MatterStep),
    /// 划去一条登错的办理记录
    Strike(MatterStep),
    /// 声明登记簿已登记齐全（未完成的事项自此可以扣分）
    Complete(MatterComplete),
    /// 列出事项、期限和办理情况
    List(MatterList),
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct MatterOpen {
    /// 指标编号
    #[arg(long)]
    pub criterion: String,
    /// 单位编号或名称
    #[arg(long)]
    pub unit: String,
    /// 事项编号（文号、流水号）
    #[arg(long)]
    pub code: String,
    /// 事项名称
    #[arg(long)]
    pub title: String,
    /// 起始日期（印发、收到之日）
    #[arg(long, value_name = "DAY")]
    pub opened: String,
    /// 截止日期（按工作日计时的不填）
    #[arg(long, value_name = "DAY", default_value = "")]
    pub due: String,
    /// 来文文号
    #[arg(long, default_value = "")]
    pub document: String,
    /// 来文扫描件等
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// 谁登记的
    #[arg(long)]
    pub by: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct MatterStep {
    /// 指标编号
    #[arg(long)]
    pub criterion: String,
    /// 单位编号或名称
    #[arg(long)]
    pub unit: String,
    /// 事项编号；每月的事项为所属月份，例如 2026-03
    #[arg(long)]
    pub code: String,
    /// 发生日期
    #[arg(long, value_name = "DAY")]
    pub day: String,
    /// 备注、依据
    #[arg(long, default_value = "")]
    pub note: String,
    /// 佐证文件
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// 更正：取代这一编号的办理记录
    #[arg(long, value_name = "编号")]
    pub corrects: Option<i64>,
    /// 谁登记的
    #[arg(long)]
    pub by: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct MatterExtend {
    #[command(flatten)]
    pub step: MatterStep,
    /// 延期至（有截止日期的事项）
    #[arg(long, value_name = "DAY", default_value = "")]
    pub until: String,
    /// 延长多少个工作日（按工作日计时的事项）
    #[arg(long, value_name = "N", default_value = "")]
    pub workdays: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct MatterComplete {
    /// 指标编号
    #[arg(long, required_unless_present = "revoke", default_value = "")]
    pub criterion: String,
    /// 只就这个单位声明（默认：全部单位）
    #[arg(long, default_value = "")]
    pub unit: String,
    /// 登记齐全至这一天（含当日）
    #[arg(long, value_name = "DAY", required_unless_present = "revoke", default_value = "")]
    pub through: String,
    /// 撤回这一编号的声明
    #[arg(long, value_name = "编号")]
    pub revoke: Option<i64>,
    /// 备注；撤回时为理由
    #[arg(long, default_value = "")]
    pub note: String,
    /// 谁声明的
    #[arg(long)]
    pub by: String,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct MatterList {
    /// 指标编号
    #[arg(long)]
    pub criterion: Option<String>,
    /// 单位编号
    #[arg(long)]
    pub unit: Option<String>,
}
