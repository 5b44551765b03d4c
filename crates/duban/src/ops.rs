//! For whoever watches the watcher: `/healthz` and `/metrics` in the text form of Prometheus. Counts only: no unit, no
//! address and no title leaves by this door.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use chrono::TimeDelta;
use store::Store;

use crate::clock::Clock;

/// A daemon that has not looked at its schedule for so long is not well: it looks every twenty seconds, and a round over a
/// whole district takes minutes.
const TOO_LONG: TimeDelta = TimeDelta::hours(2);

/// What the door needs.
#[derive(Clone)]
pub struct Ops {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
}

/// Opens the door and keeps it open until the program ends.
///
/// # Errors
/// When the address cannot be listened at.
pub async fn open(ops: Ops, listen: SocketAddr) -> anyhow::Result<SocketAddr> {
    let listener =
        tokio::net::TcpListener::bind(listen).await.with_context(|| format!("ops.listen = {listen} 无法监听"))?;
    let at = listener.local_addr()?;
    let door = Router::new().route("/healthz", get(health)).route("/metrics", get(metrics)).with_state(Arc::new(ops));
    tokio::spawn(async move {
        if let Err(e) = axum::serve(listener, door).await {
            tracing::error!("监控接口已停止：{e}");
        }
    });
    Ok(at)
}

/// Well: the database can be read, and the looking is not long overdue.
async fn health(State(ops): State<Arc<Ops>>) -> (StatusCode, String) {
    match ops.store.job("poll").await {
        Err(e) => (StatusCode::SERVICE_UNAVAILABLE, format!("{e}\n")),
        Ok(Some(job)) if ops.clock.now() - job.next_due_at > TOO_LONG => {
            (StatusCode::SERVICE_UNAVAILABLE, "检查任务逾期超过两小时\n".to_owned())
        }
        Ok(_) => (StatusCode::OK, "ok\n".to_owned()),
    }
}

async fn metrics(State(ops): State<Arc<Ops>>) -> (StatusCode, String) {
    match render(&ops).await {
        Ok(text) => (StatusCode::OK, text),
        Err(e) => (StatusCode::SERVICE_UNAVAILABLE, format!("# {e:#}\n")),
    }
}

async fn render(ops: &Ops) -> anyhow::Result<String> {
    let n = ops.store.counts().await?;
    let mut text = String::new();
    for (name, help, value) in [
        ("looks", "Looks made.", n.looks),
        ("captures", "Answers kept.", n.captures),
        ("evidence", "Bodies kept, each once.", n.evidence),
        ("entries", "Items seen.", n.entries),
        ("findings", "Findings.", n.findings),
        ("ledger_lines", "Lines of the ledger.", n.ledger_lines),
        ("closed_months", "Closed months.", n.closed_months),
        ("mail_waiting", "Letters that wait.", n.mail_waiting),
        ("mail_given_up", "Letters that were given up.", n.mail_given_up),
    ] {
        writeln!(text, "# HELP duban_{name} {help}\n# TYPE duban_{name} gauge\nduban_{name} {value}")?;
    }
    writeln!(text, "# HELP duban_job_last_done_seconds When a job was last done.")?;
    writeln!(text, "# TYPE duban_job_last_done_seconds gauge")?;
    for name in crate::daemon::Work::ALL.map(crate::daemon::Work::name) {
        if let Some(done) = ops.store.job(name).await?.and_then(|j| j.last_done_at) {
            writeln!(text, "duban_job_last_done_seconds{{job=\"{name}\"}} {}", done.timestamp())?;
        }
    }
    Ok(text)
}
