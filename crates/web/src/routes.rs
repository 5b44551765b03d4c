//! Every route, with who may use it. There is no other way to register one.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use tower_http::csrf::CsrfLayer;

pub use crate::access::Access;
use crate::access::{Door, hold};
use crate::office::Office;
use crate::refused::Refused;
use crate::{
    accounts, assets, bridges, calendar, channels, decide, district, finding, findings, ledger, letters, login, papers,
    registers, rulebook, saved, scores, spared, suspicions, unit, workbench,
};

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// Routes as they are being registered.
struct Routes {
    office: Arc<Office>,
    router: Router<Arc<Office>>,
    table: Vec<Route>,
}

impl Routes {
    fn get<H, T>(self, access: Access, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, Arc<Office>>,
        T: 'static,
    {
        self.with("GET", access, path, get(handler))
    }

    fn post<H, T>(self, access: Access, path: &'static str, handler: H) -> Routes
    where
        H: Handler<T, Arc<Office>>,
        T: 'static,
    {
        self.with("POST", access, path, post(handler))
    }

    fn with(
        mut self,
        method: &'static str,
        access: Access,
        path: &'static str,
        handler: MethodRouter<Arc<Office>>,
    ) -> Routes {
        let door = Door { office: Arc::clone(&self.office), access, path };
        self.router = self.router.route(path, handler.layer(from_fn_with_state(door, hold)));
        self.table.push(Route { method, path, access });
        self
    }
}

fn routes(office: Arc<Office>) -> Routes {
    use Access::{Admin, Anyone, District, Officer, Own, Public};
    let all = Routes { office, router: Router::new(), table: vec![] };
    all.get(Public, "/assets/app.css", assets::css)
        .get(Public, "/assets/app.js", assets::js)
        .get(Public, "/assets/htmx.js", assets::htmx)
        .get(Public, "/assets/icon.svg", assets::icon)
        .get(Public, "/login", login::form)
        .post(Public, "/login", login::login)
        .get(Public, "/calendar/{secret}", calendar::feed)
        .get(Anyone, "/", login::home)
        .post(Anyone, "/logout", login::logout)
        .get(Anyone, "/password", login::password_form)
        .post(Anyone, "/password", login::change)
        .get(Anyone, "/rulebook", rulebook::show)
        .get(Own, "/findings", findings::list)
        .get(Own, "/findings/{id}", finding::show)
        .get(Own, "/findings/{id}/files/{seq}", finding::file)
        .post(Access::Office, "/findings/confirm", decide::confirm_many)
        .post(Access::Office, "/findings/{id}/decide", decide::decide)
        .post(Officer, "/findings/{id}/appeal", decide::appeal)
        .get(Own, "/looks/{id}", saved::look)
        .get(Own, "/saved/{id}", saved::page)
        .get(Access::Office, "/appeals", decide::appeals)
        .get(District, "/district", district::show)
        .get(District, "/channels", channels::list)
        .get(District, "/bridges", bridges::show)
        .get(Own, "/channels/{unit}/{name}", channels::show)
        .get(Access::Office, "/channels/{unit}/{name}/try", workbench::show)
        .post(Access::Office, "/channels/{unit}/{name}/accept", workbench::accept)
        .post(Access::Office, "/channels/{unit}/{name}/save", workbench::save)
        .get(Access::Office, "/suspicions", suspicions::list)
        .get(Access::Office, "/suspicions/{id}", suspicions::show)
        .get(Access::Office, "/suspicions/{id}/page", suspicions::page)
        .post(Access::Office, "/suspicions/{id}/confirm", suspicions::confirm)
        .post(Access::Office, "/suspicions/{id}/dismiss", suspicions::dismiss)
        .get(Access::Office, "/registers", registers::show)
        .get(Access::Office, "/registers/{kind}/{form}", registers::sheets::download)
        .post(Access::Office, "/registers/import", registers::sheets::import)
        .post(Access::Office, "/registers/entries", registers::entries::add)
        .post(Access::Office, "/registers/entries/{id}/revoke", registers::entries::revoke)
        .get(Access::Office, "/registers/entries/{id}/file", registers::entries::file)
        .post(Access::Office, "/registers/matters", registers::matters::open)
        .post(Access::Office, "/registers/steps", registers::matters::step)
        .post(Access::Office, "/registers/complete", registers::matters::complete)
        .post(Access::Office, "/registers/complete/{id}/revoke", registers::matters::revoke)
        .get(Access::Office, "/spared", spared::list)
        .post(Access::Office, "/spared/waivers", spared::waive)
        .post(Access::Office, "/spared/waivers/{id}/revoke", spared::revoke_waiver)
        .post(Access::Office, "/spared/declared", spared::declare)
        .post(Access::Office, "/spared/declared/{id}/revoke", spared::revoke_declared)
        .get(District, "/ledger", ledger::months)
        .get(District, "/ledger/{month}", ledger::show)
        .get(Access::Office, "/ledger/{month}/preview", ledger::preview)
        .post(Access::Office, "/ledger/{month}/close", ledger::close)
        .get(District, "/scores", scores::board)
        .get(Own, "/scores/{unit}", scores::card)
        .get(Own, "/scores/{unit}/card/{form}", papers::card_as)
        .get(District, "/circular", papers::circular)
        .get(District, "/circular/{span}/{form}", papers::circular_as)
        .get(Access::Office, "/letters", letters::show)
        .post(Access::Office, "/letters/{week}/send", letters::send)
        .get(Officer, "/unit", unit::home)
        .get(Officer, "/unit/calendar", calendar::show)
        .post(Officer, "/unit/calendar/feed", calendar::renew)
        .get(Admin, "/accounts", accounts::list)
        .post(Admin, "/accounts", accounts::add)
        .post(Admin, "/accounts/{name}/reset", accounts::reset)
        .post(Admin, "/accounts/{name}/disable", accounts::disable)
        .post(Admin, "/accounts/{name}/enable", accounts::enable)
        .get(Admin, "/audit", accounts::audit)
}

/// Every route with who may use it.
#[must_use]
pub fn table(office: Arc<Office>) -> Vec<Route> {
    routes(office).table
}

/// The largest form that is taken: an appeal with its file.
const LARGEST: usize = decide::LARGEST_FILE + 64 * 1024;

/// The pages as a service.
pub fn router(office: Arc<Office>) -> Router {
    let https = office.https;
    routes(Arc::clone(&office))
        .router
        .fallback(async || Refused::NotFound)
        .layer(DefaultBodyLimit::max(LARGEST))
        // Forms are taken from pages of this site only.
        .layer(CsrfLayer::new())
        .layer(from_fn(within_its_time))
        .layer(from_fn_with_state(https, secure))
        .with_state(office)
}

/// No page takes so long; one that does must not hold its connection for ever.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(120);

async fn within_its_time(request: Request, next: Next) -> Result<Response, Refused> {
    let late = |_| Refused::Failed("处理时间过长，已中止。请稍后重试。".to_owned());
    tokio::time::timeout(LONGEST, next.run(request)).await.map_err(late)
}

/// What a page of ours may load: its own style, script and pictures, and saved pages in frames. Nothing else.
const OURS: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                    frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async fn secure(State(https): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut unless_set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    unless_set(header::CONTENT_SECURITY_POLICY, OURS);
    unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: with it browsers call the origin of our own forms "null".
    unless_set(header::REFERRER_POLICY, "same-origin");
    unless_set(header::CACHE_CONTROL, "no-store");
    unless_set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    unless_set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    unless_set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if https {
        unless_set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}
