//! Letters as messages, and their way out: built here, kept in the outbox, handed to the SMTP server from there.

mod dsn;
mod smtp;

use anyhow::{Context as _, anyhow};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use model::Moment;

pub use dsn::{DeliveryReport, delivery_report};
pub(crate) use smtp::words;
pub use smtp::{Handed, Refused, Smtp};

/// A letter before it is a message.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What makes it this letter and no other, for example `weekly:2026-W47:jyj`: it is never sent twice.
    pub key: String,
    /// To whom.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Files: ASCII name (QQ mail shows others as `tcmime.bin`), media type, bytes.
    pub attachments: Vec<(String, &'static str, Vec<u8>)>,
}

/// The message as it goes over the wire. Date and Message-ID come from the arguments, so the same letter gives the same
/// headers.
///
/// # Errors
/// When an address is none.
pub fn message(letter: &Letter, from: &str, at: Moment) -> anyhow::Result<Vec<u8>> {
    let sender: Mailbox = from.parse().with_context(|| format!("发件人「{from}」不是邮箱地址"))?;
    let domain = sender.email.domain().to_owned();
    let id = message_id(&letter.key);
    let mut builder = Message::builder()
        .from(sender)
        .subject(one_line(&letter.subject))
        .date(at.into())
        .message_id(Some(format!("<{id}@{domain}>")));
    for to in &letter.to {
        builder = builder.to(to.parse().with_context(|| format!("收件人「{to}」不是邮箱地址"))?);
    }
    let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    let message = if letter.attachments.is_empty() {
        builder.multipart(body)
    } else {
        let mut mixed = MultiPart::mixed().multipart(body);
        for (name, media, bytes) in &letter.attachments {
            let part: SinglePart = Attachment::new(name.clone())
                .body(bytes.clone(), ContentType::parse(media).map_err(|e| anyhow!("{e}"))?);
            mixed = mixed.singlepart(part);
        }
        builder.multipart(mixed)
    }?;
    Ok(message.formatted())
}

/// A letter's key as the left side of its Message-ID.
#[must_use]
pub fn message_id(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '.' }).collect()
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            key: "weekly:2026-W47:jyj".into(),
            to: vec!["jyj@example.gov.cn".into()],
            subject: "第47周\r\nBcc: all@example.gov.cn".into(),
            text: "正文".into(),
            html: "<p>正文</p>".into(),
            attachments: vec![("duban-2026w47.csv".into(), "text/csv", b"a,b".to_vec())],
        }
    }

    #[test]
    fn a_subject_cannot_smuggle_a_header() {
        let bytes = message(&letter(), "政务公开监测 <duban@example.gov.cn>", Moment::default()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.lines().any(|l| l.starts_with("Bcc:")), "{text}");
        assert!(text.contains("weekly.2026.W47.jyj@example.gov.cn"));
        assert!(text.contains("duban-2026w47.csv"));
    }

    #[test]
    fn an_address_that_is_none_is_named() {
        let mut l = letter();
        l.to = vec!["教育局".into()];
        let e = message(&l, "duban@example.gov.cn", Moment::default()).unwrap_err();
        assert!(format!("{e:#}").contains("教育局"));
    }
}
