//! Forms that come with a file.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use report::text::Plain;

use crate::refused::Refused;

/// What such a form holds.
pub(crate) struct HandedIn {
    fields: BTreeMap<String, String>,
    /// The name of the file, of what a browser called it, and its bytes; none where nothing was chosen.
    pub(crate) file: Option<(String, Bytes)>,
    /// Further files that may belong to it.
    pub(crate) proofs: Vec<(String, Vec<u8>)>,
}

impl HandedIn {
    /// Reads the whole form.
    pub(crate) async fn read(mut form: Multipart) -> Result<HandedIn, Refused> {
        let unreadable = |e: MultipartError| {
            Refused::Entered(format!("文件无法读取，或超过 16 MiB（{}）；请返回重新提交。", e.status()))
        };
        let mut read = HandedIn { fields: BTreeMap::new(), file: None, proofs: vec![] };
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name != "file" && name != "proof" {
                read.fields.insert(name, field.text().await.map_err(unreadable)?);
                continue;
            }
            let called = Plain::short(field.file_name().unwrap_or_default(), 120).to_string();
            let bytes = field.bytes().await.map_err(unreadable)?;
            // A form without a chosen file still sends the empty field.
            match name.as_str() {
                _ if bytes.is_empty() => {}
                "proof" => read.proofs.push((called, bytes.to_vec())),
                _ => read.file = Some((called, bytes)),
            }
        }
        Ok(read)
    }

    /// What was filled in; empty where there is no such field.
    pub(crate) fn take(&mut self, name: &str) -> String {
        self.fields.remove(name).unwrap_or_default()
    }
}
