//! The command line: the stable interface of the program.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use model::{Day, IsoWeek, Moment, Month, Points, Quarter};

use crate::registers::kind::Kind;

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

/// How saved bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "named by themselves")]
pub enum As {
    List,
    Article,
    Feed,
    Auto,
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

#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct Serve {
    /// 只跑一遍到期的任务就退出
    #[arg(long)]
    pub once: bool,
}

fn moment(text: &str) -> Result<Moment, String> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|t| t.to_utc())
        .map_err(|_| format!("「{text}」不是 RFC 3339 时刻，例如 2026-11-24T08:00:00+08:00"))
}
