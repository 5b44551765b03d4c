//! What all pages share: the frame round them, and how they answer.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::Role;

use crate::access::Told;
use crate::office::Office;
use crate::refused::Refused;
use crate::session::Viewer;

/// What a handler gives back.
pub(crate) type Answer = Result<Response, Refused>;

/// An entry of the menu.
pub(crate) struct Entry {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    pub(crate) here: bool,
}

/// The frame of a page.
pub(crate) struct Frame {
    pub(crate) title: String,
    pub(crate) district: String,
    pub(crate) person: String,
    pub(crate) role: &'static str,
    pub(crate) menu: Vec<Entry>,
    pub(crate) told: Option<&'static str>,
    pub(crate) now: String,
}

/// What a page may be told of the deed before it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    pub(crate) told: Option<String>,
}

impl Frame {
    /// The frame of the page `title`, reached by the menu entry whose address `here` begins with.
    pub(crate) fn new(office: &Office, viewer: &Viewer, title: &str, here: &str, after: Option<&str>) -> Frame {
        let role = &viewer.account.role;
        let menu = menu(role).into_iter().map(|(href, label)| Entry { here: href == here, href, label }).collect();
        Frame {
            title: title.to_owned(),
            district: office.district.clone(),
            person: viewer.account.person.clone(),
            role: role.label(),
            menu,
            told: after.and_then(told),
            now: office.zone.local(office.now()),
        }
    }
}

fn menu(role: &Role) -> Vec<(String, &'static str)> {
    let entries: &[(&str, &str)] = match role {
        Role::Officer(unit) => {
            return vec![
                ("/unit".to_owned(), "本单位"),
                ("/findings".to_owned(), "发现"),
                ("/unit/calendar".to_owned(), "到期日历"),
                (format!("/scores/{unit}"), "得分"),
                ("/rulebook".to_owned(), "考核细则"),
            ];
        }
        Role::Leader => &[
            ("/district", "总览"),
            ("/findings", "发现"),
            ("/channels", "栏目"),
            ("/ledger", "台账"),
            ("/scores", "得分"),
            ("/circular", "通报"),
            ("/rulebook", "考核细则"),
        ],
        Role::Clerk | Role::Admin => &[
            ("/district", "总览"),
            ("/findings", "发现"),
            ("/appeals", "申诉"),
            ("/suspicions", "疑点"),
            ("/channels", "栏目"),
            ("/registers", "登记"),
            ("/spared", "豁免"),
            ("/ledger", "台账"),
            ("/scores", "得分"),
            ("/letters", "通报"),
            ("/rulebook", "考核细则"),
        ],
    };
    let mut menu: Vec<(String, &'static str)> = entries.iter().map(|(h, l)| ((*h).to_owned(), *l)).collect();
    if *role == Role::Admin {
        menu.push(("/accounts".to_owned(), "账号"));
        menu.push(("/audit".to_owned(), "操作日志"));
    }
    menu
}

/// The sentence for a word in the address: only ours are ever shown.
fn told(word: &str) -> Option<&'static str> {
    Some(match word {
        "confirmed" => "已确认。关账时入账。",
        "dismissed" => "已记为不予认定，不扣分。",
        "appealed" => "申诉已提交，等待区政务公开办决定。",
        "upheld" => "已维持原扣分。",
        "reversed" => "已撤销扣分；红冲行将在下一次关账时记入台账。",
        "waived" => "豁免已登记，下一次判定起生效。",
        "declared" => "零情况声明已登记，下一次判定起生效。",
        "revoked" => "已撤销，下一次判定起不再适用。",
        "entered" => "已登记。",
        "taken-back" => "已撤销该登记；已入账的在下一次关账时红冲。",
        "known" => "同样的登记已有一条，未重复登记。",
        "opened" => "事项已登记，下一次判定起计时。",
        "stepped" => "办理环节已登记，下一次判定起计算。",
        "complete" => "齐全声明已登记，下一次判定起作为依据。",
        "suspicion-confirmed" => "已认定，并已登记。",
        "suspicion-dismissed" => "不予认定；同样的内容不再提示。",
        "accepted" => "已认可新样式；下一次检查与它比较。",
        "saved" => {
            "读法已写入 units.toml，原文件已备份。请管理员重启常驻程序（duban serve）后生效；重启之前，这一栏目的检查可能显示“列表变化”，只会无法判定，不会扣分。"
        }
        "closed" => "已关账。",
        "sent" => "通报已交邮件服务器；未发出的会自动重试。",
        "password" => "密码已更改，其他设备上的登录已退出。",
        "feed" => "日历地址已更新，旧地址作废。",
        "disabled" => "账号已停用。",
        "enabled" => "账号已恢复使用。",
        _ => return None,
    })
}

/// A page as an answer.
pub(crate) fn html(page: &impl Template) -> Answer {
    let html = page.render()?;
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}

/// After a deed: on to a page, with the word of what was done, and with a sentence for the audit log.
pub(crate) fn done(to: &str, word: &'static str, sentence: String) -> Answer {
    let joint = if to.contains('?') { '&' } else { '?' };
    let to = HeaderValue::from_str(&format!("{to}{joint}told={word}")).map_err(|_| Refused::NotFound)?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    response.extensions_mut().insert(Told(sentence));
    Ok(response)
}

/// Text as part of an address.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// An address of ours that somebody handed in: nothing but a path on this site.
pub(crate) fn local(to: Option<&str>) -> &str {
    match to {
        Some(to) if to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']) => to,
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        for bad in ["//evil.cn", "https://evil.cn", "/\\evil.cn", "/a\r\nx: y", ""] {
            assert_eq!(local(Some(bad)), "/", "{bad}");
        }
        assert_eq!(local(Some("/findings/3?told=x")), "/findings/3?told=x");
        assert_eq!(encoded("/a?b=教"), "%2Fa%3Fb%3D%E6%95%99");
    }
}
