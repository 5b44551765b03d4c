//! Letters as messages, and their way out: built here, kept in the outbox, handed to the SMTP server from there.

use anyhow::{Context as _, anyhow};
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use model::Moment;
use secrecy::{ExposeSecret, SecretString};

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
    let id: String = letter.key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '.' }).collect();
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

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}

/// The way to the SMTP server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Smtp {
    /// A transport for `smtps://user@host`, `smtp://host:port?tls=required` or, for rehearsals, plain `smtp://host:port`.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(url: &str, password: Option<&SecretString>) -> anyhow::Result<Smtp> {
        let parsed = url::Url::parse(url).with_context(|| format!("mail.smtp「{url}」不是网址"))?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|e| anyhow!("mail.smtp 无法使用：{e}"))?
            .timeout(Some(std::time::Duration::from_secs(30)));
        if !parsed.username().is_empty() {
            let password = password.ok_or_else(|| {
                anyhow!(
                    "mail.smtp 写了用户名，却没有密码：请设置环境变量 DUBAN_SMTP_PASSWORD 或 systemd 凭据 smtp-password"
                )
            })?;
            builder = builder
                .credentials(Credentials::new(parsed.username().to_owned(), password.expose_secret().to_owned()));
        }
        Ok(Smtp { transport: builder.build() })
    }

    /// Hands one message over.
    ///
    /// # Errors
    /// What the server, or the way to it, said.
    pub async fn send(&self, sender: &str, recipients: &[String], message: &[u8]) -> anyhow::Result<()> {
        let from: Mailbox = sender.parse()?;
        let to: Vec<Address> = recipients.iter().map(|r| r.parse()).collect::<Result<_, _>>()?;
        let envelope = Envelope::new(Some(from.email), to)?;
        self.transport.send_raw(&envelope, message).await?;
        Ok(())
    }

    /// Can the server be reached?
    ///
    /// # Errors
    /// Why not.
    pub async fn test(&self) -> anyhow::Result<()> {
        if self.transport.test_connection().await? { Ok(()) } else { Err(anyhow!("邮件服务器没有应答")) }
    }
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

    #[test]
    fn a_user_without_a_password_is_told_where_to_put_it() {
        let e = Smtp::new("smtps://user@mail.example.gov.cn", None).err().unwrap();
        assert!(e.to_string().contains("DUBAN_SMTP_PASSWORD"));
    }
}
