//! Notices to chat robots: 企业微信, 钉钉, and anything that takes signed JSON.
//!
//! They wait in the same outbox as the mails and are sent by the same rules. The address that the configuration names is
//! public; what makes it ours (key, token, signing secret) comes from the environment or systemd's credentials, is put in
//! at the moment of sending, and stands in no table, log or error.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fetch::{Came, Parcel};
use hmac::{Hmac, KeyInit, Mac};
use model::{Moment, UnitId};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use store::{Mail, NewMail, Via};

use crate::app::App;
use crate::config::{Robot, Webhook};
use crate::mail::Letter;
use crate::secret;

/// The robots of chat groups take so many notices a minute.
pub const MOST_PER_MINUTE: i64 = 20;

/// 企业微信 takes 2048 bytes of text, 钉钉 some more; the letter itself is in the mail.
const MOST_BYTES: usize = 1800;

/// Puts the letter's text into the box of every webhook that is to hear of `unit`.
///
/// # Errors
/// When the store fails.
pub async fn enqueue(app: &App, letter: &Letter, unit: Option<&UnitId>) -> anyhow::Result<()> {
    for hook in app.config.webhooks.iter().filter(|h| h.unit.is_none() || h.unit.as_ref() == unit) {
        let notice = NewMail {
            key: format!("{}@{}", letter.key, hook.name),
            via: Via::Webhook,
            sender: String::new(),
            recipients: vec![hook.name.clone()],
            subject: letter.subject.clone(),
            message: shortened(&format!("{}\n{}", letter.subject, letter.text.trim())).into_bytes(),
        };
        app.store.enqueue(&notice, app.clock.now()).await?;
    }
    Ok(())
}

/// The text up to the robot's bound, cut at a character and marked.
fn shortened(text: &str) -> String {
    if text.len() <= MOST_BYTES {
        return text.to_owned();
    }
    let mut end = MOST_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}\n……（全文见邮件）", text[..end].trim_end())
}

/// What came of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It stands in the chat.
    Taken,
    /// It may be taken later.
    Later(String),
    /// It will never be taken as it is.
    Never(String),
}

/// Hands one notice over.
pub async fn send(app: &App, name: &str, letter: &Mail) -> Answer {
    let Some(hook) = app.config.webhooks.iter().find(|h| h.name == name) else {
        return Answer::Never(format!("配置中已没有名为「{name}」的 webhook"));
    };
    let credential = format!("webhook-{name}");
    let key = secret::named(&credential);
    let sign = secret::named(&format!("{credential}-sign"));
    let text = String::from_utf8_lossy(&letter.mail.message);
    let (url, parcel) = match request(hook, &letter.mail.key, &text, key.as_ref(), sign.as_ref(), app.clock.now()) {
        Ok(ready) => ready,
        Err(why) => return Answer::Later(why),
    };
    let attempt = app.fetcher.post(&url, parcel).await;
    match attempt.came {
        Came::Body => said(hook.robot, &attempt.body),
        Came::NotModified => Answer::Taken,
        Came::Failed(reason) | Came::Blocked(reason) => {
            let status = attempt.status.map_or_else(String::new, |s| format!("，状态码 {s}"));
            Answer::Later(format!("{}{status}", reason.text()))
        }
    }
}

/// The address and the body, with all secrets in them.
fn request(
    hook: &Webhook,
    key: &str,
    text: &str,
    token: Option<&SecretString>,
    sign: Option<&SecretString>,
    now: Moment,
) -> Result<(String, Parcel), String> {
    let missing = || {
        let variable = secret::variable(&format!("webhook-{}", hook.name));
        format!("缺少 webhook「{}」的密钥：请设置环境变量 {variable} 或 systemd 凭据 webhook-{}", hook.name, hook.name)
    };
    let with = |name: &str, value: &str| {
        let joint = if hook.url.contains('?') { '&' } else { '?' };
        format!("{}{joint}{name}={}", hook.url, utf8_percent_encode(value, NON_ALPHANUMERIC))
    };
    let parcel = |body: &Value, headers| Parcel {
        media: "application/json; charset=utf-8".into(),
        headers,
        bytes: body.to_string().into_bytes().into(),
    };
    let millis = now.timestamp_millis();
    match hook.robot {
        Robot::Wecom => {
            let token = token.ok_or_else(missing)?;
            let body = json!({ "msgtype": "text", "text": { "content": text } });
            Ok((with("key", token.expose_secret()), parcel(&body, vec![])))
        }
        Robot::Dingtalk => {
            let token = token.ok_or_else(missing)?;
            let mut url = with("access_token", token.expose_secret());
            if let Some(sign) = sign {
                let signature = BASE64_STANDARD.encode(hmac(sign, &format!("{millis}\n{}", sign.expose_secret())));
                let signature = utf8_percent_encode(&signature, NON_ALPHANUMERIC);
                url = format!("{url}&timestamp={millis}&sign={signature}");
            }
            let body = json!({ "msgtype": "text", "text": { "content": text } });
            Ok((url, parcel(&body, vec![])))
        }
        Robot::Json => {
            let token = token.ok_or_else(missing)?;
            let body = json!({ "key": key, "text": text });
            let signed = hmac(token, &format!("{millis}\n{body}"));
            let hex: String = signed.iter().map(|b| format!("{b:02x}")).collect();
            let headers =
                vec![("x-duban-timestamp", millis.to_string()), ("x-duban-signature", format!("sha256={hex}"))];
            Ok((hook.url.clone(), parcel(&body, headers)))
        }
    }
}

fn hmac(key: &SecretString, text: &str) -> Vec<u8> {
    // HMAC takes keys of every length, so there is nothing that could fail.
    Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes())
        .map(|mut mac| {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        })
        .unwrap_or_default()
}

/// Robots answer 200 whatever they think; what they think is in the body.
fn said(robot: Robot, body: &[u8]) -> Answer {
    if robot == Robot::Json {
        return Answer::Taken;
    }
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        return Answer::Later("机器人的应答不是 JSON".to_owned());
    };
    let words: String = answer["errmsg"].as_str().unwrap_or_default().chars().take(200).collect();
    match answer["errcode"].as_i64() {
        Some(0) => Answer::Taken,
        // Too many in a minute (企业微信 45009, 钉钉 130101 and 410100), or busy (-1).
        Some(45009 | 130_101 | 410_100 | -1) => Answer::Later(format!("机器人限流或繁忙：{words}")),
        // The key is wrong, or the robot was taken out of the group; a person has to mend it, and then it may go.
        Some(93000 | 300_001 | 310_000 | 400_101 | 400_102 | 40_014) => {
            Answer::Later(format!("机器人不认密钥或签名：{words}；请核对机器人设置和密钥"))
        }
        Some(code) => Answer::Never(format!("机器人拒收（{code}）：{words}")),
        None => Answer::Later("机器人的应答里没有 errcode".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(robot: Robot) -> Webhook {
        Webhook { name: "qun".into(), robot, url: "https://robot.example.cn/send".into(), unit: None }
    }

    fn now() -> Moment {
        Moment::from_timestamp_millis(1_774_000_000_000).unwrap()
    }

    #[test]
    fn the_key_is_put_in_at_the_last_moment() {
        let (key, sign) = (SecretString::from("k&1"), SecretString::from("SEC"));
        let (url, parcel) = request(&hook(Robot::Wecom), "k", "到期", Some(&key), None, now()).unwrap();
        assert_eq!(url, "https://robot.example.cn/send?key=k%261");
        assert_eq!(parcel.bytes, r#"{"msgtype":"text","text":{"content":"到期"}}"#.as_bytes());
        let (url, _) = request(&hook(Robot::Dingtalk), "k", "到期", Some(&key), Some(&sign), now()).unwrap();
        // Worked apart: base64(hmac_sha256("SEC", "1774000000000\nSEC")).
        assert_eq!(
            url,
            "https://robot.example.cn/send?access_token=k%261&timestamp=1774000000000&sign=jN5%2F1vwLmNdAJfnL8dWlulja3HF6zRiIVZ1NwLSPNeE%3D"
        );
        let (url, parcel) = request(&hook(Robot::Json), "remind:1", "到期", Some(&key), None, now()).unwrap();
        assert_eq!(url, "https://robot.example.cn/send", "nothing secret in the address");
        assert_eq!(parcel.headers[0], ("x-duban-timestamp", "1774000000000".to_owned()));
        assert_eq!(parcel.headers[1].1, "sha256=f39ef94570efeb76774ec05610aaf47c70d81b5704339890b2ef045864b7a0f0");
    }

    #[test]
    fn a_missing_key_is_named_without_being_a_refusal() {
        let e = request(&hook(Robot::Wecom), "k", "x", None, None, now()).unwrap_err();
        assert!(e.contains("DUBAN_WEBHOOK_QUN") && e.contains("webhook-qun"), "{e}");
    }

    #[test]
    fn what_the_robot_thinks_is_in_its_body() {
        let wecom = |body: &str| said(Robot::Wecom, body.as_bytes());
        assert_eq!(wecom(r#"{"errcode":0,"errmsg":"ok"}"#), Answer::Taken);
        assert!(matches!(wecom(r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#), Answer::Later(_)));
        assert!(
            matches!(wecom(r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#), Answer::Later(w) if w.contains("密钥"))
        );
        assert!(
            matches!(wecom(r#"{"errcode":40058,"errmsg":"bad content"}"#), Answer::Never(w) if w.contains("40058"))
        );
        for odd in ["", "<html>", "{}", "[]", "null"] {
            assert!(matches!(wecom(odd), Answer::Later(_)), "{odd}");
        }
    }

    #[test]
    fn a_long_letter_is_cut_at_a_character() {
        let cut = shortened(&"督".repeat(2000));
        assert!(cut.len() < 2048 && cut.ends_with("（全文见邮件）"));
        assert_eq!(shortened("短"), "短");
    }
}
