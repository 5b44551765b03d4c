//! The conversation with the mail server. It is led command by command, because a server may take a letter for one
//! recipient and refuse it for another, and each answer is kept.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::{ExposeSecret, SecretString};

/// How long the server may keep silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the line is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// TLS from the first byte (`smtps://`).
    Wrapped,
    /// STARTTLS, or nothing is sent (`?tls=required`).
    Required,
    /// STARTTLS where the server offers it (`?tls=opportunistic`).
    Offered,
    /// None: for a relay on this host, and for rehearsals.
    Plain,
}

/// The way to the SMTP server.
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
}

/// A recipient whom the server refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// His place among the recipients.
    pub recipient: usize,
    /// It will not be otherwise tomorrow (5xx).
    pub permanent: bool,
    /// What the server said.
    pub reply: String,
}

/// What came of one letter: everybody who is not refused has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handed {
    /// Who does not have it, and why.
    pub refused: Vec<Refused>,
}

impl Smtp {
    /// The way that `smtps://user@host`, `smtp://host:port?tls=required` or, for a relay on this host, plain
    /// `smtp://host:port` names.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(url: &str, password: Option<&SecretString>) -> anyhow::Result<Smtp> {
        let parsed = url::Url::parse(url).with_context(|| format!("mail.smtp「{url}」不是网址"))?;
        let tls = parsed.query_pairs().find(|(k, _)| k == "tls").map(|(_, v)| v.into_owned());
        let (security, port) = match (parsed.scheme(), tls.as_deref()) {
            ("smtps", None) => (Security::Wrapped, 465),
            ("smtp", Some("required")) => (Security::Required, 587),
            ("smtp", Some("opportunistic")) => (Security::Offered, 587),
            ("smtp", None) => (Security::Plain, 25),
            _ => anyhow::bail!("mail.smtp「{url}」应写作 smtps://用户@服务器 或 smtp://服务器:端口?tls=required"),
        };
        let host = parsed.host_str().ok_or_else(|| anyhow!("mail.smtp「{url}」没有写服务器"))?.to_owned();
        let user = percent_encoding::percent_decode_str(parsed.username()).decode_utf8_lossy().into_owned();
        let credentials = if user.is_empty() {
            None
        } else {
            let password = password.ok_or_else(|| {
                anyhow!(
                    "mail.smtp 写了用户名，却没有密码：请设置环境变量 DUBAN_SMTP_PASSWORD 或 systemd 凭据 smtp-password"
                )
            })?;
            let on_this_host = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
            if matches!(security, Security::Plain | Security::Offered) && !on_this_host {
                anyhow::bail!(
                    "mail.smtp 写了用户名，连接却可能不加密，密码会以明文传送：请写作 smtps://… 或加上 ?tls=required"
                );
            }
            Some(Credentials::new(user, password.expose_secret().to_owned()))
        };
        Ok(Smtp { host, port: parsed.port().unwrap_or(port), security, credentials })
    }

    /// Hands one letter over for all `recipients` in one conversation.
    ///
    /// # Errors
    /// What kept the letter from everybody and may be otherwise later: no connection, no login, the sender not accepted.
    pub async fn send(&self, sender: &str, recipients: &[String], message: &[u8]) -> anyhow::Result<Handed> {
        let from: Mailbox = sender.parse()?;
        let mut server = self.open().await?;
        let mut options = vec![];
        if !message.is_ascii() && server.server_info().supports_feature(Extension::EightBitMime) {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        server.command(Mail::new(Some(from.email), options)).await.context("服务器不接受发件人")?;
        let mut handed = Handed::default();
        for (n, recipient) in recipients.iter().enumerate() {
            let address = match recipient.parse::<Mailbox>() {
                Ok(mailbox) => mailbox.email,
                Err(e) => {
                    handed
                        .refused
                        .push(Refused { recipient: n, permanent: true, reply: format!("不是邮箱地址：{e}") });
                    continue;
                }
            };
            if let Err(e) = server.command(Rcpt::new(address, vec![])).await {
                handed.refused.push(refusal(n, e)?);
            }
        }
        if handed.refused.len() < recipients.len() {
            let taken = match server.command(Data).await {
                Ok(_) => server.message(message).await,
                Err(e) => Err(e),
            };
            if let Err(e) = taken {
                let whole = refusal(0, e)?;
                let already: Vec<usize> = handed.refused.iter().map(|r| r.recipient).collect();
                let rest = (0..recipients.len()).filter(|n| !already.contains(n));
                handed.refused.extend(rest.map(|n| Refused { recipient: n, ..whole.clone() }));
            }
        }
        // The letter is in the server's hands or refused; how it says goodbye changes nothing.
        let _ = server.quit().await;
        Ok(handed)
    }

    /// Can the server be reached, and does it let us in?
    ///
    /// # Errors
    /// Why not.
    pub async fn test(&self) -> anyhow::Result<()> {
        let mut server = self.open().await?;
        let awake = server.test_connected().await;
        let _ = server.quit().await;
        if awake { Ok(()) } else { Err(anyhow!("邮件服务器没有应答")) }
    }

    async fn open(&self) -> anyhow::Result<AsyncSmtpConnection> {
        let hello = ClientId::default();
        let tls = || TlsParameters::new(self.host.clone()).context("无法准备加密连接");
        let wrapped = if self.security == Security::Wrapped { Some(tls()?) } else { None };
        let address = (self.host.trim_matches(['[', ']']), self.port);
        let mut server = AsyncSmtpConnection::connect_tokio1(address, Some(PATIENCE), &hello, wrapped, None)
            .await
            .with_context(|| format!("连不上邮件服务器 {}:{}", self.host, self.port))?;
        let upgrade = match self.security {
            Security::Required => true,
            Security::Offered => server.can_starttls(),
            Security::Wrapped | Security::Plain => false,
        };
        if upgrade {
            server.starttls(tls()?, &hello).await.context("邮件服务器没有转入加密连接（STARTTLS）")?;
        }
        if let Some(credentials) = &self.credentials {
            server.auth(DEFAULT_MECHANISMS, credentials).await.context("邮件服务器不接受用户名或密码")?;
        }
        Ok(server)
    }
}

/// What the server answered about one recipient; a broken line is not an answer.
fn refusal(recipient: usize, e: Error) -> anyhow::Result<Refused> {
    if e.status().is_none() {
        return Err(anyhow::Error::new(e).context("与邮件服务器的连接中断"));
    }
    let permanent = e.is_permanent();
    Ok(Refused { recipient, permanent, reply: words(&anyhow::Error::new(e)) })
}

/// The chain of causes. The mail library's errors repeat their cause in their own words; once is enough.
pub(crate) fn words(e: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in e.chain().map(ToString::to_string) {
        if !said.contains(&cause) {
            let joint = if said.is_empty() { "" } else { "：" };
            said = format!("{said}{joint}{cause}");
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_without_a_password_is_told_where_to_put_it() {
        let e = Smtp::new("smtps://user@mail.example.gov.cn", None).err().unwrap();
        assert!(e.to_string().contains("DUBAN_SMTP_PASSWORD"));
    }

    #[test]
    fn a_password_never_goes_over_an_open_line() {
        let secret = SecretString::from("hush");
        for open in ["smtp://user@mail.example.gov.cn", "smtp://user@mail.example.gov.cn?tls=opportunistic"] {
            let e = Smtp::new(open, Some(&secret)).err().unwrap();
            assert!(e.to_string().contains("tls=required"), "{e}");
        }
        for safe in
            ["smtp://user@mail.example.gov.cn?tls=required", "smtps://u%40x@mail.example.gov.cn", "smtp://u@127.0.0.1"]
        {
            assert!(Smtp::new(safe, Some(&secret)).is_ok(), "{safe}");
        }
    }

    #[test]
    fn a_cause_is_said_once() {
        let inner = anyhow!("alert").context("TLS: alert").context("连不上");
        assert_eq!(words(&inner), "连不上：TLS: alert");
    }

    #[test]
    fn each_way_has_its_port() {
        let port = |url| Smtp::new(url, None).unwrap().port;
        assert_eq!(["smtps://h", "smtp://h", "smtp://h?tls=required", "smtp://h:2525"].map(port), [465, 25, 587, 2525]);
        assert!(Smtp::new("smtp://h?tls=maybe", None).is_err());
    }
}
