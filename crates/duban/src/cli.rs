//! The command line: the stable interface of the program.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use model::Moment;

mod accounts;
mod findings;
mod keeping;
mod months;
mod registers;
mod sites;
mod suspicions;

pub use accounts::*;
pub use findings::*;
pub use keeping::*;
pub use months::*;
pub use registers::*;
pub use sites::*;
pub use suspicions::*;

/// 督办：政府网站与政务新媒体合规监测
#[derive(Debug, Parser)]
#[command(name = "duban", version, about, max_term_width = 110)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// 配置目录
    #[arg(long, global = true, value_name = "DIR", default_value = "./config", env = "DUBAN_CONFIG")]
    pub config: PathBuf,
    /// 数据目录
    #[arg(long, global = true, value_name = "DIR", default_value = "./var", env = "DUBAN_DATA")]
    pub data: PathBuf,
    /// 输出格式
    #[arg(long, global = true, value_enum, default_value = "table")]
    pub format: Format,
    /// 演练：把此刻当作这一时刻（RFC 3339，例如 2026-11-24T08:00:00+08:00）
    #[arg(long, global = true, value_name = "RFC3339", value_parser = moment)]
    pub now: Option<Moment>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 在模拟的县区上完整演示一遍：采集、判定、入账、通报
    Demo(Demo),
    /// 生成一套起步配置
    Init,
    /// 检查配置：一次列出全部错误及其位置
    Check,
    /// 体检：配置、数据库、磁盘、时钟、邮件、计划
    Doctor,
    /// 离线读取一个已保存的页面，看能读出什么
    Read(Read),
    /// 现场看一个网址，并给出可粘贴的栏目配置
    Probe(Probe),
    /// 走查网站导航，提出单位和栏目的配置草案（units.toml 和供核对的 units.xlsx）
    Discover(Discover),
    /// 从表格导入
    #[command(subcommand)]
    Import(Import),
    /// 检查到期的栏目（账号）
    Poll(Poll),
    /// 按规则判定
    Judge(Judge),
    /// 一轮：检查到期的栏目，然后判定
    Cycle,
    /// 列出栏目（账号）及其最近一次检查的结果
    Channels(Channels),
    /// 在已存的页面上试用新的读法，满意后写入配置；或认可改版后的列表
    Try(Try),
    /// 人工查看：记下在账号上看到的最新一条（或某一条）
    Observe(Observe),
    /// 人工查看清单：目前没有任何来源能证明其未更新的账号
    Checklist(Checklist),
    /// 桥接健康：登录、哨兵、空列表、读不出的日期，及因此待核的判定
    Bridges,
    /// 稿件采用：在本级公众号文章的署名中找出供稿单位，逐条由人认定
    #[command(subcommand)]
    Adoption(Adoption),
    /// 列出发现的问题
    Findings(Findings),
    /// 说明一条发现：条文、周期、检查记录、存证、怎样才算达标
    Explain(Explain),
    /// 对发现作出决定：确认、不予认定、维持、撤销
    Decide(Decide),
    /// 单位对已入账的发现提出申诉
    Appeal(Appeal),
    /// 豁免：登记、列出
    Waive(Waive),
    /// 零情况声明：某栏目在一段时间内确无信息可发
    DeclareEmpty(DeclareEmpty),
    /// 事项：登记有期限的任务、申请、信件及其报送、延期、中止
    #[command(subcommand)]
    Matter(Matter),
    /// 疑点：从已发布的信息中找出值得核对之处；经人工认定才登记、计分
    #[command(subcommand)]
    Suspect(Suspect),
    /// 登记：人工录入的扣分、加分、否决事项（有期限的事项用 matter）
    Register(Register),
    /// 导出登记表
    #[command(subcommand)]
    Export(Export),
    /// 生成空白登记表
    #[command(subcommand)]
    Template(Template),
    /// 关账：结清一个月的台账
    Close(Close),
    /// 查看台账；`duban ledger verify` 校验哈希链
    Ledger(Ledger),
    /// 记分卡
    Score(Score),
    /// 重放：用另一部规则或另一种计数方式重新判定过去，比较差异；不写入
    Replay(Replay),
    /// 比对：系统的发现与一份人工检查表是否一致
    Compare(Compare),
    /// 通报与报表
    #[command(subcommand)]
    Report(Report),
    /// 人工补录信息的发布日期（列表、正文、网址中都读不出日期时）
    DateItem(DateItem),
    /// 存证：导出一条发现的案卷（WARC 档案、说明页、台账行）
    #[command(subcommand)]
    Evidence(Evidence),
    /// 校验一份案卷；不需要配置和数据库
    Verify(Verify),
    /// 备份数据库（运行中也可以），并校验备份
    Backup(Backup),
    /// 从备份恢复到空的数据目录
    Restore(Restore),
    /// 清理过了保存期限、且没有任何发现、台账、疑点、申诉依据的存证正文（指纹和大小保留）
    Prune(Prune),
    /// 待发邮件：列出，或重发一封已放弃的
    Outbox(Outbox),
    /// 网页账号：建立、列出、停用、重置密码
    #[command(subcommand)]
    Account(Account),
    /// 常驻运行：按计划采集、判定、发送、关账
    Serve(Serve),
}

fn moment(text: &str) -> Result<Moment, String> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|t| t.to_utc())
        .map_err(|_| format!("「{text}」不是 RFC 3339 时刻，例如 2026-11-24T08:00:00+08:00"))
}
