//! `demo --serve`: the pages on what the demo has made, with accounts of every role.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use model::{FindingState, UnitId, Verdict};
use store::{FindingFilter, NewAccount, Role};

use crate::app::App;
use crate::config::Web;
use crate::rehearsal::Rehearsal;
use crate::{daemon, house};

/// Serves the pages until the program is told to stop.
pub(super) async fn run(rehearsal: &Rehearsal, listen: SocketAddr, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let app = &rehearsal.app;
    let accounts = accounts(app).await?;
    let at = house::open(app, Web { listen, plain_http: true }).await?;
    writeln!(out, "\n网页：http://{at}/\n\n演示账号（账号 密码）：")?;
    for (role, name, secret) in &accounts {
        writeln!(out, "· {name}  {secret}  {role}")?;
    }
    writeln!(out, "\n试一试：用单位信息员登录，点开一条「已入账」的发现，看为什么扣分并提出申诉；")?;
    writeln!(out, "再用经办人登录，在「申诉」里撤销扣分，到「台账」预览下一次关账，就能看到红冲行。按 Ctrl-C 结束。")?;
    out.flush()?;
    let mut asked = daemon::asked_to_stop();
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            // The rehearsal's clock goes on while somebody looks: sessions end and doors open again as they would.
            _ = tick.tick() => app.clock.set(app.clock.now() + TimeDelta::seconds(1)),
            Ok(_) = asked.wait_for(|times| *times >= 1) => return Ok(()),
        }
    }
}

/// An account of each role: (role in Chinese, name, password). The officers are of the unit with most posted findings,
/// and of another one, whose pages the first must not see.
async fn accounts(app: &App) -> anyhow::Result<Vec<(String, String, String)>> {
    let filter = FindingFilter {
        verdict: Some(Verdict::Breached),
        state: Some(FindingState::Posted),
        ..FindingFilter::default()
    };
    let posted = app.store.finding_list(&filter, 0, u32::MAX).await?;
    let count = |u: &UnitId| posted.iter().filter(|f| f.unit == *u).count();
    let mut units: Vec<&model::Unit> = app.config.units.iter().collect();
    units.sort_by_key(|u| std::cmp::Reverse(count(&u.id)));
    let mut wanted = vec![
        ("guanliyuan".to_owned(), "演示管理员", Role::Admin),
        ("jingbanren".to_owned(), "演示经办人", Role::Clerk),
        ("lingdao".to_owned(), "演示领导", Role::Leader),
    ];
    wanted.extend(units.iter().take(2).map(|u| (u.id.to_string(), "演示信息员", Role::Officer(u.id.clone()))));
    let mut made = vec![];
    for (name, person, role) in wanted {
        let secret = web::password::generated()?;
        let password = web::password::hash(&secret)?;
        let new = NewAccount { name: &name, person, role: &role, password: &password };
        app.store.add_account(&new, app.clock.now()).await?;
        // Whoever started the demo has read the password off its own screen: nobody else has set it.
        app.store.set_password(&name, &password, false).await?;
        let unit = role.unit().and_then(|u| app.config.unit(u)).map_or_else(String::new, |u| format!("（{}）", u.name));
        made.push((format!("{}{unit}", role.label()), name, secret));
    }
    Ok(made)
}
