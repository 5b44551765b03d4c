//! `serve`: the daemon.

use std::io::Write;

use crate::app::App;
use crate::cli::{Global, Serve};
use crate::daemon;

pub(super) async fn run(app: &App, global: &Global, args: &Serve, out: &mut dyn Write) -> anyhow::Result<()> {
    let _alone = daemon::Alone::claim(&global.data)?;
    if args.once {
        for done in daemon::run_due(app).await.told {
            writeln!(out, "{done}")?;
        }
        return Ok(());
    }
    for (job, line, next) in daemon::plan(app).await? {
        writeln!(out, "{}（{line}）：下一次 {}", job.label(), app.zone().local(next))?;
    }
    out.flush()?;
    daemon::serve(app).await
}
