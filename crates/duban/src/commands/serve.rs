//! `serve`: the daemon.

use std::io::Write;

use anyhow::bail;

use crate::app::App;
use crate::cli::{Global, Serve};
use crate::daemon;

pub(super) async fn run(app: &App, global: &Global, args: &Serve, out: &mut dyn Write) -> anyhow::Result<()> {
    let _alone = daemon::Alone::claim(&global.data)?;
    if args.once {
        let round = daemon::run_due(app).await;
        for done in &round.told {
            writeln!(out, "{done}")?;
        }
        // Whoever runs this by a timer hears of it by the exit code; what failed, and why, stands in the line of the job.
        if round.failed {
            bail!("有任务没有完成（见上），仍列为到期，再次运行即重试");
        }
        return Ok(());
    }
    for (job, line, next) in daemon::plan(app).await? {
        writeln!(out, "{}（{line}）：下一次 {}", job.label(), app.zone().local(next))?;
    }
    out.flush()?;
    daemon::serve(app).await
}
