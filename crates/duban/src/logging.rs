//! What the sysadmin reads in the journal: to standard error, without secrets and without anybody's mail address.
//!
//! No call says a secret of its own will. But a line may quote others (a mail server that refuses a recipient, a library
//! at level `trace`), so every line passes [`redacted`] on its way out, whoever wrote it.

use std::io::{self, IsTerminal as _, Write};

/// Starts logging; `RUST_LOG` chooses what is shown, warnings and worse otherwise. A second start changes nothing.
pub fn start() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,duban=info"));
    // Already started (several commands in one process, as in the tests): the first one's settings stand.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Redacting(io::stderr()))
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .try_init()
        .ok();
}

/// Takes whole lines, as the formatter writes them, and passes them on without what does not belong in a log.
struct Redacting<W>(W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(redacted(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

const INSTEAD: &str = "***";

/// `text` without mail addresses, without the queries of addresses (bridges carry tokens there), and without control
/// characters that would end the line or steer a terminal before its end.
#[must_use]
pub fn redacted(text: &str) -> String {
    let (line, end) = text.strip_suffix('\n').map_or((text, ""), |line| (line, "\n"));
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in line.chars() {
        if c.is_ascii_graphic() && !"\"'<>()[]{},;|`".contains(c) {
            word.push(c);
            continue;
        }
        out.push_str(&said(&std::mem::take(&mut word)));
        // The colours of a terminal begin with an escape of our own; only there are they wanted.
        out.push(if c.is_control() && c != '\u{1b}' && c != '\t' { ' ' } else { c });
    }
    out.push_str(&said(&word));
    out.push_str(end);
    out
}

fn said(word: &str) -> String {
    if let Some((before, _)) = word.split_once('?')
        && (before.contains('/') || before.contains("://"))
    {
        return format!("{}?{INSTEAD}", said(before));
    }
    let is_mail = |w: &str| w.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
    match word.split_once("://") {
        // A user name, perhaps with a password, before a host.
        Some((scheme, rest)) => match rest.split('/').next().and_then(|host| host.rfind('@')) {
            Some(at) => format!("{scheme}://{INSTEAD}{}", &rest[at..]),
            None => word.to_owned(),
        },
        None if is_mail(word) => INSTEAD.to_owned(),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_people_tokens_and_passwords_go() {
        for (text, shown) in [
            ("未能送达：550 5.1.1 <jyj@example.gov.cn>: User unknown\n", "未能送达：550 5.1.1 <***>: User unknown\n"),
            ("mailto:li.si@a.cn，王五<w@b.gov.cn>", "***，王五<***>"),
            ("url=http://a.cn/feed?token=s3cret&x=1 status=200", "url=http://a.cn/feed?*** status=200"),
            ("GET /cgi-bin/send?key=abc HTTP/1.1", "GET /cgi-bin/send?*** HTTP/1.1"),
            ("smtps://user:pass@mail.a.cn/x", "smtps://***@mail.a.cn/x"),
            ("letter=\"remind:2026-04-10:jyj@qun\"", "letter=\"remind:2026-04-10:jyj@qun\""),
            ("what? (really?)", "what? (really?)"),
        ] {
            assert_eq!(redacted(text), shown);
        }
    }

    #[test]
    fn nothing_begins_a_line_of_its_own() {
        assert_eq!(redacted("标题\r\n2026 ERROR 伪造\u{7}\n"), "标题  2026 ERROR 伪造 \n");
    }
}
