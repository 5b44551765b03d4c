//! The program behind the pages, and the door through which they are served.

mod papers;
mod registers;
mod workbench;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use model::{Finding, IsoWeek, Moment, Month, NewLine, UnitId};
use report::bridges::BridgeView;
use report::explain::Sections;
use report::scorecard::CardView;
use rules::{Criterion, Deadline};
use scoring::Scorecard;
use web::{Addressee, House, LetterView, Office, Sent, Trouble};

use crate::app::App;
use crate::config::Web;
use crate::{bridges, closing, deadlines, letters, outbox, settle};

struct Behind(App);

/// An error as the clerk is told of it.
fn trouble(e: anyhow::Error) -> Trouble {
    Trouble(format!("{e:#}"))
}

impl House for Behind {
    fn now(&self) -> Moment {
        self.0.clock.now()
    }

    fn preview(&self, month: Month) -> BoxFuture<'_, Result<Vec<NewLine>, Trouble>> {
        async move { settle::preview(&self.0, month).await.map_err(trouble) }.boxed()
    }

    fn close(&self, month: Month) -> BoxFuture<'_, Result<usize, Trouble>> {
        async move {
            let posted = settle::close(&self.0, month).await.map_err(trouble)?;
            if posted.already_closed {
                return Err(Trouble(format!("{month} 早已关账，未作任何改动。")));
            }
            Box::pin(closing::tell(&self.0)).await.map_err(trouble)?;
            Ok(posted.lines.len())
        }
        .boxed()
    }

    fn addressees(&self, week: IsoWeek) -> Vec<Addressee> {
        let all = letters::addressees(&self.0, week);
        all.map(|a| Addressee { key: a.key, name: a.name.to_owned(), to: a.to.to_vec() }).collect()
    }

    fn letter<'a>(&'a self, week: IsoWeek, key: &'a str) -> BoxFuture<'a, Result<Option<LetterView>, Trouble>> {
        async move {
            let letter = letters::one(&self.0, week, key).await.map_err(trouble)?;
            Ok(letter.map(|l| LetterView { to: l.to, subject: l.subject, text: l.text }))
        }
        .boxed()
    }

    fn send(&self, week: IsoWeek) -> BoxFuture<'_, Result<Sent, Trouble>> {
        async move {
            let app = &self.0;
            if week.days().last >= app.zone().day(app.clock.now()) {
                return Err(Trouble(format!("{week} 还没有结束，不能发送。")));
            }
            if app.config.mail.smtp.is_none() {
                return Err(Trouble("尚未配置邮件服务器（duban.toml 的 mail.smtp），不能发送。".to_owned()));
            }
            let letters = letters::weekly(app, week).await.map_err(trouble)?;
            let queued = outbox::enqueue(app, &letters).await.map_err(trouble)?;
            let flushed = outbox::flush(app).await.map_err(trouble)?;
            Ok(Sent { queued, sent: flushed.sent })
        }
        .boxed()
    }

    fn deadlines<'a>(&'a self, unit: &'a UnitId) -> BoxFuture<'a, Result<Vec<Deadline>, Trouble>> {
        async move { deadlines::of(&self.0, unit).await.map_err(trouble) }.boxed()
    }

    fn bridges(&self) -> BoxFuture<'_, Result<Vec<BridgeView>, Trouble>> {
        async move { bridges::health(&self.0).await.map_err(trouble) }.boxed()
    }

    fn card(&self, card: &Scorecard) -> CardView {
        letters::card(&self.0, card)
    }

    fn explained<'a>(
        &'a self,
        finding: &'a Finding,
        criterion: &'a Criterion,
    ) -> BoxFuture<'a, Result<Sections, Trouble>> {
        async move { letters::sections(&self.0, finding, criterion).await.map_err(trouble) }.boxed()
    }
}

/// The pages of this program.
#[must_use]
pub fn office(app: &App, https: bool) -> Arc<Office> {
    Arc::new(Office::new(
        app.store.clone(),
        Arc::new(Behind(app.clone())),
        app.config.district.name.clone(),
        app.config.rulebook.clone(),
        app.config.units.clone(),
        app.config.channels.clone(),
        app.config.streams.clone(),
        https,
    ))
}

/// Opens the door to the pages and keeps it open until the program ends.
///
/// # Errors
/// When the address cannot be listened at.
pub async fn open(app: &App, web: Web) -> anyhow::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind(web.listen)
        .await
        .with_context(|| format!("web.listen = {} 无法监听", web.listen))?;
    let at = listener.local_addr()?;
    let pages = web::router(office(app, !web.plain_http)).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        if let Err(e) = axum::serve(listener, pages).await {
            tracing::error!("网页已停止：{e}");
        }
    });
    Ok(at)
}
