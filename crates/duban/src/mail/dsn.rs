//! Delivery reports (RFC 3464): what a server says of a letter that it took and could not deliver.
//!
//! They come from strangers: nothing in them is believed beyond the recipient and the words, and a report that does not
//! name one of our letters is refused.

use store::BounceReport;

/// A report as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The left sides of the Message-IDs that stand in it; one of them is our letter's.
    pub about: Vec<String>,
    /// The recipients that did not get it.
    pub failed: Vec<BounceReport>,
}

/// Longest report that is read; a returned letter may stand in it whole.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Most recipients of one report.
const MOST_RECIPIENTS: usize = 100;

/// Reads a delivery report. None: it is none, or it tells of no failure (`Action: delayed` or `delivered`).
#[must_use]
pub fn delivery_report(message: &[u8]) -> Option<DeliveryReport> {
    let text = String::from_utf8_lossy(&message[..message.len().min(MOST_BYTES)]);
    let lines = unfolded(&text);
    let mut about = vec![];
    let mut failed: Vec<BounceReport> = vec![];
    let mut group = Group::default();
    for line in &lines {
        let Some((name, value)) = line.split_once(':') else {
            if line.trim().is_empty() {
                failed.extend(std::mem::take(&mut group).finish());
            }
            continue;
        };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "message-id" => about.extend(value.trim_start_matches('<').split('@').next().map(str::to_owned)),
            "final-recipient" => group.recipient = Some(typed(value).trim_matches(['<', '>']).to_owned()),
            "action" => group.failed = value.eq_ignore_ascii_case("failed"),
            "status" => value.split_whitespace().next().unwrap_or_default().clone_into(&mut group.status),
            "diagnostic-code" => group.reason = typed(value).chars().take(500).collect(),
            _ => {}
        }
        if failed.len() >= MOST_RECIPIENTS {
            break;
        }
    }
    failed.extend(group.finish());
    (!failed.is_empty()).then_some(DeliveryReport { about, failed })
}

/// The fields about one recipient, between two empty lines.
#[derive(Default)]
struct Group {
    recipient: Option<String>,
    failed: bool,
    status: String,
    reason: String,
}

impl Group {
    fn finish(self) -> Option<BounceReport> {
        let recipient = self.recipient.filter(|_| self.failed)?;
        Some(BounceReport { recipient, status: self.status, reason: self.reason })
    }
}

/// The value after its type: `rfc822; jyj@example.gov.cn`.
fn typed(value: &str) -> &str {
    value.split_once(';').map_or(value, |(_, v)| v).trim()
}

/// Header lines that were folded are one line again.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for line in text.lines() {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) && !last.is_empty() && last.len() < 4096 => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "From: MAILER-DAEMON@mx.example.gov.cn\r\nMessage-ID: <20260323.1@mx>\r\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\n\
        Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.gov.cn\r\n\r\n\
        Final-Recipient: rfc822; jyj@example.gov.cn\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1 User\r\n  unknown\r\n\r\n\
        Final-Recipient: rfc822; cgj@example.gov.cn\r\nAction: delayed\r\nStatus: 4.2.2\r\n\r\n--B\r\n\
        Content-Type: message/rfc822\r\n\r\nMessage-ID: <weekly.2026.W12.jyj@example.gov.cn>\r\nSubject: x\r\n\r\n--B--\r\n";

    #[test]
    fn a_report_names_the_letter_and_whom_it_did_not_reach() {
        let read = delivery_report(REPORT.as_bytes()).unwrap();
        assert!(read.about.contains(&"weekly.2026.W12.jyj".to_owned()), "{:?}", read.about);
        let failed = BounceReport {
            recipient: "jyj@example.gov.cn".into(),
            status: "5.1.1".into(),
            reason: "550 5.1.1 User unknown".into(),
        };
        assert_eq!(read.failed, [failed], "a delay is no failure");
    }

    #[test]
    fn an_ordinary_letter_is_no_report() {
        assert_eq!(delivery_report(b"Subject: hello\r\n\r\nStatus: 5.1.1\r\n"), None);
        assert_eq!(delivery_report(&[0xff; 3000]), None);
        let noise = "Final-Recipient: x\nAction: failed\n\n".repeat(5000);
        assert!(delivery_report(noise.as_bytes()).unwrap().failed.len() <= MOST_RECIPIENTS);
    }
}
