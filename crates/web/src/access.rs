//! Who may use a route, and the door that holds it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use store::Role;

use crate::office::Office;
use crate::refused::Refused;
use crate::session::{self, Viewer};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, without logging in.
    Public,
    /// Everybody who has logged in.
    Anyone,
    /// Everybody who has logged in; an officer sees his own unit's only, and the page itself asks for no more.
    Own,
    /// Whoever sees the whole district: administrator, clerk, leader.
    District,
    /// Whoever decides: administrator and clerk.
    Office,
    /// Officers of a unit.
    Officer,
    /// Administrators.
    Admin,
}

impl Access {
    /// May an account with that role use it?
    #[must_use]
    pub fn allows(self, role: &Role) -> bool {
        match self {
            Access::Public | Access::Anyone | Access::Own => true,
            Access::District => !matches!(role, Role::Officer(_)),
            Access::Office => matches!(role, Role::Admin | Role::Clerk),
            Access::Officer => matches!(role, Role::Officer(_)),
            Access::Admin => *role == Role::Admin,
        }
    }
}

/// What the door needs.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) office: Arc<Office>,
    pub(crate) access: Access,
    pub(crate) path: &'static str,
}

/// What a handler tells the audit log of what it has done.
#[derive(Debug, Clone)]
pub(crate) struct Told(pub(crate) String);

/// Lets in whoever may come in. What changes anything is written into the audit log before it is done, and completed with
/// what came of it; when the log cannot be written, nothing is done.
pub(crate) async fn hold(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    if door.access == Access::Public {
        return next.run(request).await;
    }
    let viewer = match session::viewer(&door.office, request.headers()).await {
        Ok(Some(viewer)) => viewer,
        Ok(None) if request.method() == Method::GET => {
            let to = request.uri().path_and_query().map_or("/", |p| p.as_str());
            return Redirect::to(&format!("/login?next={}", crate::page::encoded(to))).into_response();
        }
        Ok(None) => return Refused::SignedOut.into_response(),
        Err(e) => return Refused::from(e).into_response(),
    };
    if viewer.account.must_change && !matches!(door.path, "/password" | "/logout") {
        return Redirect::to("/password").into_response();
    }
    if !door.access.allows(&viewer.account.role) {
        return Refused::Forbidden.into_response();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        request.extensions_mut().insert(viewer);
        return next.run(request).await;
    }
    match logged(&door, viewer, request, next).await {
        Ok(response) => response,
        Err(refused) => refused.into_response(),
    }
}

async fn logged(door: &Door, viewer: Viewer, mut request: Request, next: Next) -> Result<Response, Refused> {
    let store = &door.office.store;
    let (account, role) = (&viewer.account, viewer.account.role.to_string());
    let action = format!("{} {}", request.method(), request.uri().path());
    let line = store.audit((&account.name, &account.person, &role), &action, door.office.now()).await?;
    request.extensions_mut().insert(viewer);
    let response = next.run(request).await;
    let told = response.extensions().get::<Told>().map_or("", |t| t.0.as_str());
    store.audited(line, told, response.status().as_u16()).await?;
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(audit = line, "{action}");
    }
    Ok(response)
}
