//! The bridges: whether the services that serve accounts' feeds can be believed, and what waits for them.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::session::Viewer;

struct Shown {
    id: String,
    state: &'static str,
    well: bool,
    lines: Vec<String>,
    frozen: Vec<(i64, String)>,
    count: usize,
}

#[derive(Template)]
#[template(path = "bridges.html")]
struct BridgesPage {
    frame: Frame,
    bridges: Vec<Shown>,
}

pub(crate) async fn show(State(office): State<Arc<Office>>, viewer: Viewer) -> Answer {
    let today = office.today();
    let all = office.house.bridges().await?;
    let bridges = all.iter().map(|b| {
        let state = b.state(today);
        Shown {
            id: b.id.to_string(),
            state,
            well: state.starts_with("正常"),
            lines: b.lines(),
            frozen: b.frozen.iter().map(|f| f.number).zip(b.frozen_lines()).collect(),
            count: b.frozen.len(),
        }
    });
    page::html(&BridgesPage {
        frame: Frame::new(&office, &viewer, "桥接健康", "/channels", None),
        bridges: bridges.collect(),
    })
}
