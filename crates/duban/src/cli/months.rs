//! Months, scores and reports.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use model::{Day, IsoWeek, Month, Quarter};

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Close {
    /// 月份，例如 2026-11
    pub month: Month,
    /// 只预览将要入账的内容，不关账
    #[arg(long)]
    pub preview: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Ledger {
    /// 月份，例如 2026-11；或 verify：校验整本台账
    #[arg(value_name = "MONTH|verify")]
    pub what: String,
}

/// How silences are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "named by themselves")]
pub enum Counting {
    EachWindow,
    EachSilence,
}

impl From<Counting> for model::CountingMode {
    fn from(counting: Counting) -> Self {
        match counting {
            Counting::EachWindow => model::CountingMode::EachWindow,
            Counting::EachSilence => model::CountingMode::EachSilence,
        }
    }
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Replay {
    /// 周期结束于这一天或之后
    #[arg(long, value_name = "DAY")]
    pub from: Day,
    /// 周期结束于这一天或之前
    #[arg(long, value_name = "DAY")]
    pub to: Day,
    /// 另一部规则：文件，或 national-2019、zhongshan-2022（默认：现行规则）
    #[arg(long, value_name = "FILE|ID")]
    pub rulebook: Option<String>,
    /// 另一种计数方式
    #[arg(long, value_enum)]
    pub counting: Option<Counting>,
    /// 列出每一行变化，而不是合计
    #[arg(long)]
    pub lines: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Compare {
    /// 人工检查表（XLSX 或 CSV）：单位、指标、检查日期，可另有栏目、起、有问题
    pub file: PathBuf,
    /// 系统的发现从这一天算起（默认：检查表中最早的一天）
    #[arg(long, value_name = "DAY")]
    pub from: Option<Day>,
    /// 到这一天为止（默认：检查表中最晚的一天）
    #[arg(long, value_name = "DAY")]
    pub to: Option<Day>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Score {
    /// 截至这一天所在年度（默认：今天）
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<Day>,
    /// 哪一年度（默认：--as-of 所在年度；年初补看上一年度时用）
    #[arg(long)]
    pub year: Option<i32>,
    /// 只看这个单位，并列出每一步
    #[arg(long)]
    pub unit: Option<String>,
}

/// What is reported.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// 每周通报：每单位一封，公开办一封
    Weekly(Weekly),
    /// 月度台账：XLSX 或 CSV
    Ledger(ReportLedger),
    /// 单位考核卡：得分、逐行说明、怎样可以避免
    UnitCard(UnitCard),
    /// 通报（月、季、年）：总体情况、主要问题、有关要求和附表
    Circular(Circular),
    /// 公平性分析：按指标列出无法判定、不予认定、申诉、红冲的份额和发现时滞
    Fairness(Fairness),
    /// 关账通知：每个有入账行的单位一封，公开办一封，附台账
    Closing(Closing),
}

/// The month, quarter or year that a report is about.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Over {
    /// 月份，例如 2026-11
    #[arg(long)]
    pub month: Option<Month>,
    /// 季度，例如 2026-Q4
    #[arg(long)]
    pub quarter: Option<Quarter>,
    /// 年度，例如 2026
    #[arg(long, value_parser = clap::value_parser!(i32).range(2000..=2100))]
    pub year: Option<i32>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct UnitCard {
    /// 单位编号
    #[arg(long)]
    pub unit: String,
    /// 年度（默认：今年）
    #[arg(long, value_parser = clap::value_parser!(i32).range(2000..=2100))]
    pub year: Option<i32>,
    /// 写成可打印的 HTML
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// 写成 XLSX
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Circular {
    #[command(flatten)]
    pub over: Over,
    /// 写成可打印的 HTML（A4 公文格式）
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// 写成 DOCX
    #[cfg(feature = "docx")]
    #[arg(long, value_name = "FILE")]
    pub docx: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Fairness {
    #[command(flatten)]
    pub over: Over,
    /// 写成可打印的 HTML
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// 写成 XLSX
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Closing {
    /// 已关账的月份，例如 2026-11
    pub month: Month,
    /// 写成 .eml 文件，放在这个目录
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// 通过邮件服务器发送（同一封信不会发第二次）
    #[arg(long)]
    pub send: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Weekly {
    /// 哪一周，例如 2026-W47（默认：上一整周）
    #[arg(long)]
    pub week: Option<IsoWeek>,
    /// 写成 .eml 文件，放在这个目录
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// 通过邮件服务器发送（同一封信不会发第二次）
    #[arg(long)]
    pub send: bool,
}

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct ReportLedger {
    /// 月份，例如 2026-11
    pub month: Month,
    /// 写成 XLSX
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}
