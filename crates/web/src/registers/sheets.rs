//! Registers as sheets: to fill in, to take away, and to hand in. A sheet with a mistake is not entered at all, and every
//! mistake is named with its cell.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;

use crate::access::Told;
use crate::download;
use crate::handed_in::HandedIn;
use crate::house::{Handed, Imported, WrongCell};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

pub(crate) async fn download(State(office): State<Arc<Office>>, Path((kind, form)): Path<(String, String)>) -> Answer {
    let filled = match form.as_str() {
        "template" => false,
        "export" => true,
        _ => return Err(Refused::NotFound),
    };
    if !office.house.registers().iter().any(|r| r.word == kind) {
        return Err(Refused::NotFound);
    }
    let bytes = office.house.sheet(&kind, filled).await?;
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download::named(&format!("{kind}-{form}"), "xlsx", mime, bytes))
}

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    frame: Frame,
    file: String,
    check: bool,
    imported: Imported,
    wrong: Vec<WrongCell>,
}

pub(crate) async fn import(State(office): State<Arc<Office>>, viewer: Viewer, form: Multipart) -> Answer {
    let mut form = HandedIn::read(form).await?;
    let Some((name, bytes)) = form.file.take() else {
        return Err(Refused::Entered("没有选择文件。请返回选择要导入的登记表（XLSX 或 CSV）。".to_owned()));
    };
    let check = form.take("check") == "1";
    let handed = Handed { name: &name, bytes: &bytes, files: &form.proofs, by: &viewer.who(), check };
    let frame = Frame::new(&office, &viewer, "导入登记表", "/registers", None);
    let (status, told, imported, wrong) = match office.house.import(handed).await? {
        Ok(imported) => {
            let what = if check { "检查" } else { "导入" };
            let told = format!("{what}登记表 {name}：{} 行，改动 {} 行", imported.rows.len(), imported.changed);
            (StatusCode::OK, told, imported, vec![])
        }
        Err(wrong) => {
            let told = format!("登记表 {name} 有 {} 处错误，未登记", wrong.len());
            (StatusCode::UNPROCESSABLE_ENTITY, told, Imported::default(), wrong)
        }
    };
    let mut response = page::html(&ImportPage { frame, file: name, check, imported, wrong })?;
    *response.status_mut() = status;
    response.extensions_mut().insert(Told(told));
    Ok(response)
}
