//! One file per command or family of commands.

mod account;
mod adoption;
mod backup;
mod bridges;
mod channels;
mod compare;
mod decide;
mod demo;
mod discover;
mod doctor;
mod evidence;
mod findings;
mod import_units;
mod init;
mod ledger;
mod matter;
mod observe;
mod outbox;
mod papers;
mod probe;
mod prune;
mod read;
mod register;
mod replay;
mod report;
mod rounds;
mod serve;
mod sheets;
mod suspect;
mod trial;

use std::io::Write;
use std::path::Path;

use crate::Usage;
use crate::app::App;
use crate::cli::{Cli, Command, Export, Global, Import, Template};
use crate::clock::Clock;
use crate::config::Config;

/// Runs one command.
///
/// # Errors
/// [`Usage`] where the user must mend something first; anything else is a failure.
pub async fn run(cli: Cli, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let global = &cli.global;
    match cli.command {
        Command::Demo(args) => demo::run(global, &args, out).await,
        Command::Init => init::run(global, out),
        Command::Check => init::check(global, out),
        Command::Doctor => doctor::run(global, out).await,
        Command::Read(args) => read::run(global, &args, out),
        Command::Probe(args) => probe::run(global, &args, out).await,
        Command::Discover(args) => discover::run(global, &args, out).await,
        Command::Import(Import::Units(args)) => import_units::run(global, &args, out),
        Command::Poll(args) => rounds::poll(&*open(global).await?, global, &args, out).await,
        Command::Judge(args) => rounds::judge(&*open(global).await?, global, &args, out).await,
        Command::Cycle => rounds::cycle(&*open(global).await?, global, out).await,
        Command::Try(args) => trial::run(&*open(global).await?, global, &args, out).await,
        Command::Channels(args) => channels::run(&*open(global).await?, global, &args, out).await,
        Command::Observe(args) => observe::observe(&*open(global).await?, global, &args, out).await,
        Command::Checklist(args) => observe::checklist(&*open(global).await?, global, &args, out).await,
        Command::Bridges => bridges::run(&*open(global).await?, global, out).await,
        Command::Adoption(what) => adoption::run(&*open(global).await?, global, &what, out).await,
        Command::Findings(args) => findings::list(&*open(global).await?, global, &args, out).await,
        Command::Explain(args) => findings::explain(&*open(global).await?, global, &args, out).await,
        Command::Decide(args) => decide::decide(&*open(global).await?, &args, out).await,
        Command::Appeal(args) => decide::appeal(&*open(global).await?, &args, out).await,
        Command::Waive(args) => decide::waive(&*open(global).await?, global, &args, out).await,
        Command::DeclareEmpty(args) => decide::declare_empty(&*open(global).await?, &args, out).await,
        Command::DateItem(args) => decide::date_item(&*open(global).await?, &args, out).await,
        Command::Matter(args) => matter::run(&*open(global).await?, global, &args, out).await,
        Command::Suspect(what) => Box::pin(suspect::run(&*open(global).await?, global, &what, out)).await,
        Command::Register(args) => register::run(&*open(global).await?, global, &args, out).await,
        Command::Import(Import::Register(args)) => sheets::import(&*open(global).await?, global, &args, out).await,
        Command::Export(Export::Register(args)) => sheets::export(&*open(global).await?, &args, out).await,
        Command::Template(Template::Register(args)) => sheets::template(global, &args, out),
        Command::Close(args) => ledger::close(&*open(global).await?, global, &args, out).await,
        Command::Ledger(args) => ledger::show(&*open(global).await?, global, &args, out).await,
        Command::Score(args) => ledger::score(&*open(global).await?, global, &args, out).await,
        Command::Compare(args) => compare::run(&*open(global).await?, global, &args, out).await,
        Command::Replay(args) => replay::run(&*open(global).await?, global, &args, out).await,
        Command::Report(args) => report::run(&*open(global).await?, global, &args, out).await,
        Command::Evidence(args) => evidence::run(&*open(global).await?, global, &args, out).await,
        Command::Verify(args) => evidence::verify(global, &args, out),
        Command::Backup(args) => backup::backup(&*open(global).await?, &args, out).await,
        Command::Restore(args) => backup::restore(global, &args, out).await,
        Command::Prune(args) => prune::run(&*open(global).await?, global, &args, out).await,
        Command::Outbox(args) => outbox::run(&*open(global).await?, global, &args, out).await,
        Command::Account(args) => account::run(&*open(global).await?, global, &args, out).await,
        Command::Serve(args) => serve::run(&*open(global).await?, global, &args, out).await,
    }
}

/// The clock of this run.
fn clock(global: &Global) -> Clock {
    global.now.map_or(Clock::Real, Clock::rehearsal)
}

/// The configuration, or every mistake in it as wrong usage.
fn load(config: &Path) -> anyhow::Result<Config> {
    Config::load(config).map_err(|mistakes| {
        let list: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Usage(format!("配置有 {} 处错误：\n{}", list.len(), list.join("\n"))).into()
    })
}

/// On the heap: every command holds one, and unoptimised code keeps room for each on the stack.
async fn open(global: &Global) -> anyhow::Result<Box<App>> {
    Ok(Box::new(App::open(load(&global.config)?, &global.data, clock(global)).await?))
}
