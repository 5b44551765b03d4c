//! What the pages look like and the one script that they load: compiled in, served from here, nothing from outside.

use axum::http::header;
use axum::response::IntoResponse;

const CSS: &str = include_str!("../assets/app.css");
const PRINT: &str = include_str!("../assets/app.js");
const HTMX: &str = include_str!("../assets/htmx-4.0.1.min.js");
const ICON: &str = include_str!("../assets/icon.svg");

/// The names change with every release, so browsers may keep what they have.
const KEEP: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=86400");

pub(crate) async fn css() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), KEEP], CSS)
}

pub(crate) async fn htmx() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), KEEP], HTMX)
}

pub(crate) async fn js() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), KEEP], PRINT)
}

pub(crate) async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml"), KEEP], ICON)
}
