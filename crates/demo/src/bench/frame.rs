//! What surrounds the content: by far the greater part of such pages.

use std::fmt::Write as _;

use crate::bench::pages::{column_name, unit_name};
use crate::rng::Rng;
use crate::words;

/// The parts of a unit's pages that do not change from column to column.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) name: String,
    pub(super) template: usize,
    gbk: bool,
    /// Head up to and without the title.
    pub(super) head: String,
    /// Style sheet and scripts within the page.
    pub(super) style: String,
    /// Banner and navigation.
    pub(super) top: String,
    /// The unit's own columns.
    pub(super) side: String,
    /// The footer.
    pub(super) foot: String,
}

impl Frame {
    pub(super) fn new(seed: u64, unit: usize, columns: usize) -> Frame {
        let mut rng = Rng::new(seed, &format!("frame {unit}"));
        let gbk = unit % 10 == 9;
        let charset = if gbk { "gb2312" } else { "utf-8" };
        // Some units have far heavier style sheets and menus than others.
        let weight = rng.between(0, 100);
        let name = unit_name(unit);
        Frame {
            template: unit % 4,
            gbk,
            head: format!(
                "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"{charset}\"/>\n<meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\"/>\n{}",
                "<meta name=\"SiteName\" content=\"钟山区人民政府\"/>\n<meta name=\"SiteDomain\" content=\"www.gzzs.gov.cn\"/>\n<meta name=\"SiteIDCode\" content=\"5202010001\"/>\n"
            ),
            style: style(&mut rng, 68 + weight * 12 / 10, 18 + weight * 4 / 10),
            top: top(&mut rng, 14 + weight * 12 / 100),
            side: side(unit, columns, &name),
            foot: foot(&mut rng, &name),
            name,
        }
    }

    /// The bytes of a page in the unit's charset.
    pub(super) fn encode(&self, page: &str) -> (&'static str, Vec<u8>) {
        if self.gbk {
            return ("text/html", encoding_rs::GBK.encode(page).0.into_owned());
        }
        ("text/html; charset=utf-8", page.as_bytes().to_vec())
    }
}

fn style(rng: &mut Rng, rules: i64, functions: i64) -> String {
    let mut out = "<style type=\"text/css\">\n".to_owned();
    for n in 0..rules {
        let _ = writeln!(
            out,
            ".box{n}-{:05x} {{ width: {}px; height: {}px; float: left; background: url(/images/sprite_{}.png) no-repeat 0 -{}px; color: #{:06x}; }}",
            rng.next() & 0xf_ffff,
            rng.between(20, 1200),
            rng.between(10, 300),
            rng.between(1, 40),
            rng.between(0, 500),
            rng.next() & 0xff_ffff
        );
    }
    out.push_str("</style>\n<script src=\"/js/jquery-1.12.4.min.js\"></script>\n<script type=\"text/javascript\">\n");
    for n in 0..functions {
        let tabs = rng.between(3, 9);
        let _ = writeln!(
            out,
            "function show{n}(k) {{ for (var i = 0; i < {tabs}; i++) {{ var t = document.getElementById(\"t{n}_\" + i); if (t) {{ t.className = i < k || i > k ? \"off\" : \"on\"; }} }} return false; }}"
        );
    }
    out.push_str("</script>\n");
    out
}

fn top(rng: &mut Rng, menus: i64) -> String {
    let mut out = "<div class=\"top\"><a href=\"/\"><img src=\"/images/logo.png\" alt=\"钟山区人民政府\"/></a></div>\n<div class=\"nav\"><ul class=\"menu\">\n".to_owned();
    for n in 0..menus {
        let name = column_name(usize::try_from(n).unwrap_or(0));
        let _ = writeln!(
            out,
            "<li class=\"m{n}\"><a href=\"/zw/{n}/\" target=\"_blank\">{name}</a><div class=\"sub\"><dl>"
        );
        for _ in 0..rng.between(6, 11) {
            let (a, b) = (rng.next() & 0xf_ffff, rng.next() & 0xffff);
            let name = column_name(rng.index(30));
            let _ = writeln!(
                out,
                "<dd><i class=\"ico\"></i><a href=\"/zw/{a:05x}/{b:04x}/index.html\" target=\"_blank\">{name}专栏</a></dd>"
            );
        }
        out.push_str("</dl></div></li>\n");
    }
    out.push_str("</ul></div>\n");
    out
}

fn side(unit: usize, columns: usize, name: &str) -> String {
    let mut out = format!("<div class=\"left\"><h2>{name}政府信息公开</h2>\n<ul>\n");
    for c in 0..columns {
        let _ = writeln!(
            out,
            "<li id=\"ln_{c}\"><a href=\"/u{unit:03}/c{c:02}/\" onclick=\"return show0({c})\">{}</a></li>",
            column_name(c)
        );
    }
    out.push_str("</ul></div>\n");
    out
}

fn foot(rng: &mut Rng, name: &str) -> String {
    let mut out = "<div class=\"links\"><select onchange=\"window.open(this.value)\">\n".to_owned();
    for n in 0..40 {
        let _ = writeln!(
            out,
            "<option value=\"http://www.site{n}-{:04x}.gov.cn/\">{}</option>",
            rng.next() & 0xffff,
            words::cut(&words::sentence(rng), 12)
        );
    }
    let _ = writeln!(
        out,
        "</select></div>\n<div class=\"foot\"><p>主办：{name}　联系电话：0858-{}</p><p>政府网站标识码：5202010001　黔ICP备05001922号-1　贵公网安备52020102000{}号</p></div>",
        rng.between(1_000_000, 9_999_999),
        rng.between(100, 999)
    );
    out
}
