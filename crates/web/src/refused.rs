//! Why a page is not shown, in words that say what to do.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::{Refusal, StoreError};

use crate::house::Trouble;

/// Why a page is not shown, or a deed not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// There is no such thing, or not for this viewer.
    #[error("没有这个页面，或您无权查看。请从上方菜单重新进入。")]
    NotFound,
    /// Not for this role.
    #[error("您的账号无权进行这项操作。如确需办理，请联系管理员。")]
    Forbidden,
    /// Not logged in any more.
    #[error("登录已失效，本次操作没有办理。请重新登录后再试。")]
    SignedOut,
    /// What was entered cannot be used.
    #[error("{0}")]
    Entered(String),
    /// It cannot be done now.
    #[error("{0}")]
    Conflict(String),
    /// Too often.
    #[error("{0}")]
    TooOften(String),
    /// It failed.
    #[error("{0}")]
    Failed(String),
}

impl Refused {
    fn status(&self) -> StatusCode {
        match self {
            Refused::NotFound => StatusCode::NOT_FOUND,
            Refused::Forbidden => StatusCode::FORBIDDEN,
            Refused::SignedOut => StatusCode::UNAUTHORIZED,
            Refused::Entered(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refused::Conflict(_) => StatusCode::CONFLICT,
            Refused::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Refused::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<StoreError> for Refused {
    fn from(e: StoreError) -> Refused {
        match e {
            StoreError::Refused(Refusal::NoSuch { .. }) => Refused::NotFound,
            StoreError::Refused(Refusal::Locked { .. } | Refusal::NotYet { .. }) => Refused::TooOften(e.to_string()),
            StoreError::Refused(Refusal::Missing(_) | Refusal::Days { .. } | Refusal::AccountName) => {
                Refused::Entered(e.to_string())
            }
            StoreError::Refused(_) => Refused::Conflict(e.to_string()),
            other => Refused::Failed(other.to_string()),
        }
    }
}

impl From<Trouble> for Refused {
    fn from(t: Trouble) -> Refused {
        Refused::Conflict(t.0)
    }
}

impl From<askama::Error> for Refused {
    fn from(e: askama::Error) -> Refused {
        Refused::Failed(format!("页面无法生成：{e}。请报告程序缺陷。"))
    }
}

impl From<report::ReportError> for Refused {
    fn from(e: report::ReportError) -> Refused {
        Refused::Failed(e.to_string())
    }
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Page {
    status: u16,
    why: String,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        if let Refused::Failed(why) = &self {
            tracing::error!("{why}");
        }
        let status = self.status();
        let why = self.to_string();
        let told = crate::access::Told(why.clone());
        let html = Page { status: status.as_u16(), why: why.clone() }.render().unwrap_or(why);
        let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
        response.extensions_mut().insert(told);
        response
    }
}
