//! Feeds: light RSS, every fourth with full texts, every fourth Atom.

use std::fmt::Write as _;

use chrono::TimeDelta;
use model::{ChannelKind, Day};

use crate::clock::{Stamp, stamp};
use crate::rng::Rng;
use crate::words::{sentence, title};

const ITEMS: usize = 20;

struct Item {
    link: String,
    title: String,
    at: Stamp,
    text: String,
}

/// Feed `n` after it has gained that many items.
pub(super) fn feed(seed: u64, n: usize, gained: u32) -> (&'static str, Vec<u8>) {
    let full = n % 4 == 2;
    let items = items(seed, n, gained, full);
    let (content_type, text) = if n % 4 == 3 {
        ("application/atom+xml; charset=utf-8", atom(n, &items))
    } else {
        ("application/rss+xml; charset=utf-8", rss(n, &items))
    };
    (content_type, text.into_bytes())
}

fn items(seed: u64, n: usize, gained: u32, full: bool) -> Vec<Item> {
    let today = Day::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let mut out = Vec::with_capacity(ITEMS);
    for k in (0..gained).rev() {
        let mut rng = Rng::new(seed, &format!("feed {n} gained {k}"));
        out.push(item(&mut rng, stamp(today, 18, 0) + TimeDelta::minutes(i64::from(k)), full));
    }
    let mut rng = Rng::new(seed, &format!("feed {n}"));
    let mut at = stamp(today, 17, 0) - TimeDelta::hours(rng.between(0, 200));
    for _ in 0..ITEMS {
        out.push(item(&mut rng, at, full));
        at -= TimeDelta::hours(rng.between(2, 90));
    }
    out.truncate(ITEMS);
    out
}

fn item(rng: &mut Rng, at: Stamp, full: bool) -> Item {
    let link = format!("https://mp.weixin.qq.com/s/{:016x}{:06x}", rng.next(), rng.next() & 0xff_ffff);
    let title = title(ChannelKind::Wechat, "我区", rng);
    let text = if full { body(rng) } else { format!("<p>{}</p>", sentence(rng)) };
    Item { link, title, at, text }
}

/// A text as the account platform's editor leaves it: mostly style attributes.
fn body(rng: &mut Rng) -> String {
    let mut out = String::new();
    for _ in 0..rng.between(22, 32) {
        let _ = write!(
            out,
            "<section style=\"margin:0;padding:0;outline:0;max-width:100%;box-sizing:border-box;overflow-wrap:break-word!important;\"><p style=\"letter-spacing:1px;line-height:1.75em;text-indent:2em;\"><span style=\"font-size:15px;color:#3e3e3e;\">{}</span></p></section><p><img class=\"rich_pages\" data-ratio=\"0.66\" data-src=\"https://mmbiz.qpic.cn/mmbiz_jpg/{:016x}/640?wx_fmt=jpeg\" data-w=\"1080\"/></p>",
            sentence(rng),
            rng.next()
        );
    }
    out
}

fn rss(n: usize, items: &[Item]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>钟山账号{n}</title><link>https://mp.weixin.qq.com/</link><description>钟山账号{n}</description>\n"
    );
    for Item { link, title, at, text } in items {
        let time = at.format("%a, %d %b %Y %H:%M:%S +0800");
        let _ = writeln!(
            out,
            "<item><title><![CDATA[{title}]]></title><link>{link}</link><guid isPermaLink=\"false\">{link}</guid><pubDate>{time}</pubDate><description><![CDATA[{title}]]></description><content:encoded><![CDATA[{text}]]></content:encoded></item>"
        );
    }
    out.push_str("</channel></rss>\n");
    out
}

fn atom(n: usize, items: &[Item]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>钟山账号{n}</title><id>urn:duban:feed:{n}</id>\n"
    );
    for Item { link, title, at, .. } in items {
        let time = at.format("%Y-%m-%dT%H:%M:%S+08:00");
        let _ = writeln!(
            out,
            "<entry><title>{title}</title><id>{link}</id><link href=\"{link}\"/><updated>{time}</updated><published>{time}</published><summary>{title}</summary></entry>"
        );
    }
    out.push_str("</feed>\n");
    out
}
