//! `prune`: clears saved pages that are old and that nothing rests on.

use std::io::Write;

use serde_json::json;

use crate::app::App;
use crate::cli::{Format, Global, Prune};
use crate::{keeping, output, skew};

pub(super) async fn run(app: &App, global: &Global, args: &Prune, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    // Under a wrong clock everything might seem old.
    skew::refuse_a_wrong_clock(app).await?;
    let mut done = if args.dry_run { keeping::foreseen(app).await? } else { keeping::prune(app).await? };
    if args.rewrite {
        app.store.rewrite().await?;
        done.space = app.store.space().await?;
    }
    if global.format == Format::Json {
        return output::json(
            &json!({
                "before": done.before, "held_back": done.held_back, "dry_run": args.dry_run,
                "bodies": done.cleared.bodies, "stored_bytes": done.cleared.stored, "bytes": done.cleared.size,
                "database_bytes": done.space.file, "free_bytes": done.space.free,
            }),
            out,
        );
    }
    Ok(writeln!(out, "{}。", done.told(args.dry_run))?)
}
