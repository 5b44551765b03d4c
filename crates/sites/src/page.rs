//! A parsed page with what every family asks of it: its links and its dates.

use std::borrow::Cow;
use std::cell::OnceCell;

use model::Day;
use url::Url;

use crate::dates::{self, Found};
use crate::dom::{Doc, Id, Kind, Tag};
use crate::link::{self, Joiner, Places};
use crate::text;

/// A link with a text of its own.
#[derive(Debug, Clone)]
pub(crate) struct Link<'t> {
    pub(crate) node: Id,
    pub(crate) title: Cow<'t, str>,
    /// Absolute; empty where it leads nowhere.
    pub(crate) url: String,
    /// A link like 更多 or 查看: it has the address of an item, not its title.
    pub(crate) weak: bool,
}

/// A text that is a date and little else.
#[derive(Debug, Clone)]
pub(crate) struct Dated {
    pub(crate) node: Id,
    pub(crate) found: Found,
    /// It stands inside a link together with the title.
    pub(crate) in_link: bool,
}

/// A page and what stands on it.
#[derive(Debug)]
pub(crate) struct Page<'t> {
    pub(crate) doc: Doc<'t>,
    pub(crate) text: &'t str,
    pub(crate) base: Option<Url>,
    /// The places in `base` by which plain links are joined.
    places: Option<Places>,
    /// Whether what is plain at first sight is taken as such. Without it everything goes the long way, which must come to
    /// the same: it is what the short ways are tested against.
    pub(crate) quick: bool,
    pub(crate) today: Day,
    /// In the order of the page.
    pub(crate) links: Vec<Link<'t>>,
    /// In the order of the page.
    pub(crate) dates: Vec<Dated>,
    /// How many of the first n links name an item.
    naming: Vec<u32>,
    /// What the page calls itself.
    names: OnceCell<Vec<String>>,
}

impl<'t> Page<'t> {
    /// Parses the page once.
    pub(crate) fn new(text: &'t str, url: &str, today: Day) -> Page<'t> {
        Page::read(text, url, today, true)
    }

    /// The same by short ways or without them.
    pub(crate) fn read(text: &'t str, url: &str, today: Day, quick: bool) -> Page<'t> {
        let doc = Doc::parse(text);
        let own = Url::parse(url).ok();
        let base = doc
            .all(Tag::Base)
            .find_map(|b| doc.attr(b, "href"))
            .and_then(|href| Url::options().base_url(own.as_ref()).parse(href.trim()).ok())
            .filter(|u| matches!(u.scheme(), "http" | "https"))
            .or(own);
        let mut page = Page {
            doc,
            text,
            places: base.as_ref().and_then(Places::of),
            base,
            quick,
            today,
            links: Vec::new(),
            dates: Vec::new(),
            naming: vec![0],
            names: OnceCell::new(),
        };
        page.collect();
        for link in &page.links {
            let so_far = page.naming.last().copied().unwrap_or(0);
            page.naming.push(so_far + u32::from(!link.weak));
        }
        page
    }

    /// What the page holds within itself as a page of its own: markup in a script.
    pub(crate) fn inner<'i>(&self, html: &'i str) -> Page<'i> {
        let base = self.base.as_ref().map(|u| u.as_str()).unwrap_or_default();
        Page::read(html, base, self.today, self.quick)
    }

    /// The names of its column: by the national tag, and the first part of the title of the window.
    pub(crate) fn names(&self) -> &[String] {
        self.names.get_or_init(|| {
            let tag = self
                .doc
                .all(Tag::Meta)
                .take(100)
                .find(|&m| self.doc.attr(m, "name").is_some_and(|n| n.trim().eq_ignore_ascii_case("columnname")));
            let tagged = tag.and_then(|m| self.doc.attr(m, "content")).map(|c| text::title(&c));
            let window = self.doc.all(Tag::Title).next().map(|t| self.doc.text(t, 300)).unwrap_or_default();
            let first = window.split(['_', '-', '|', '－', '—', '·']).map(str::trim).find(|p| !p.is_empty());
            let short = |n: &String| (2..=20).contains(&n.chars().count());
            tagged.into_iter().chain(first.map(str::to_owned)).filter(short).collect()
        })
    }

    /// The absolute form of a link on this page.
    pub(crate) fn link(&self, href: &str) -> Option<String> {
        let base = self.base.as_ref();
        if self.quick { Joiner::new(base, self.places).join(href) } else { link::join(base, href) }
    }

    /// The links inside `node` (itself included), in order.
    pub(crate) fn links_in(&self, node: Id) -> &[Link<'t>] {
        let end = self.doc.node(node).end;
        let from = self.links.partition_point(|l| l.node < node);
        let to = self.links.partition_point(|l| l.node < end);
        &self.links[from..to]
    }

    /// How many links inside `node` name an item. Told without a walk: it is asked for every parent of every date.
    pub(crate) fn naming_links(&self, node: Id) -> u32 {
        let from = self.links.partition_point(|l| l.node < node);
        let to = self.links.partition_point(|l| l.node < self.doc.node(node).end);
        self.naming[to] - self.naming[from]
    }

    /// Whether the naming link in this place is the only one inside `node`, which is around it.
    pub(crate) fn names_alone(&self, node: Id, link: usize) -> bool {
        if !self.quick {
            return self.naming_links(node) == 1;
        }
        let end = self.doc.node(node).end;
        let before = self.links[..link].iter().rev().find(|l| !l.weak);
        let behind = self.links[link + 1..].iter().find(|l| !l.weak);
        before.is_none_or(|l| l.node < node) && behind.is_none_or(|l| l.node >= end)
    }

    /// The dates inside `node`, in order.
    pub(crate) fn dates_in(&self, node: Id) -> &[Dated] {
        let end = self.doc.node(node).end;
        let from = self.dates.partition_point(|d| d.node < node);
        let to = self.dates.partition_point(|d| d.node < end);
        &self.dates[from..to]
    }

    fn collect(&mut self) {
        let mut i = 1;
        let mut anchor_end = 0;
        let mut scripted_end = 0;
        while i < self.doc.len() {
            let node = *self.doc.node(i);
            match node.kind {
                Kind::Element(Tag::Script | Tag::Style | Tag::Select | Tag::Textarea | Tag::Head | Tag::Template) => {
                    i = node.end;
                    continue;
                }
                Kind::Element(Tag::A) => {
                    anchor_end = node.end;
                    self.take_link(i);
                }
                Kind::Element(tag) if node.end > i + 1 && !matches!(tag, Tag::Body | Tag::Html) => {
                    if i >= scripted_end && self.take_scripted(i) {
                        scripted_end = node.end;
                    }
                    if let Some(found) = (node.end > i + 2).then(|| self.split_date(i)).flatten() {
                        self.dates.push(Dated { node: i, found, in_link: i < anchor_end });
                        i = node.end;
                        continue;
                    }
                }
                Kind::Text => {
                    if let Some(found) = self.pure_date(i) {
                        self.dates.push(Dated { node: i, found, in_link: i < anchor_end });
                    }
                }
                _ => {}
            }
            i += 1;
        }
    }

    fn pure_date(&self, i: Id) -> Option<Found> {
        let raw = self.doc.source(i);
        let promising = if self.quick {
            dates::may_be_pure(raw)
        } else {
            raw.len() <= 400 && raw.bytes().any(|b| b.is_ascii_digit() || b >= 0xe0)
        };
        let shown = promising.then(|| dates::pure(&crate::dom::decode_entities(raw), self.today)).flatten()?;
        // A date that is shown short may stand in full in a tip.
        let full = shown.yearless.then(|| self.doc.attr(self.doc.node(i).parent, "title")).flatten();
        let full = full.and_then(|t| dates::pure(&t, self.today)).filter(|f| !f.yearless);
        Some(full.unwrap_or(shown))
    }

    /// A date whose parts stand in several texts: `<b>27</b><span>2020-11</span>`, `<p>11-27</p><p>2020</p>`.
    fn split_date(&self, id: Id) -> Option<Found> {
        if self.doc.node(id).end - id > 12 {
            return None;
        }
        let texts = || {
            let texts = self.doc.inside(id).filter(|&i| self.doc.node(i).kind == Kind::Text);
            texts.map(|i| self.doc.source(i).trim()).filter(|t| !t.is_empty())
        };
        // Most elements do not begin with a figure.
        if texts().next().is_none_or(|t| !t.as_bytes()[0].is_ascii_digit()) {
            return None;
        }
        let texts: Vec<&str> = texts().collect();
        if !(2..=3).contains(&texts.len())
            || texts.iter().any(|t| t.len() > 14 || !t.starts_with(|c: char| c.is_ascii_digit()))
        {
            return None;
        }
        let day_like = |t: &str| (1..=2).contains(&t.trim_end_matches(['日', '号']).len());
        let joined = match texts.as_slice() {
            [d, ym] if day_like(d) => format!("{}-{d}", ym.trim_end_matches(['月', '-', '/', '.'])),
            [ym, d] if day_like(d) => format!("{}-{d}", ym.trim_end_matches(['月', '-', '/', '.'])),
            [md, y] if year_like(y) => format!("{}-{md}", y.trim_end_matches('年')),
            [y, md] if year_like(y) => format!("{}-{md}", y.trim_end_matches('年')),
            [y, m, d] if year_like(y) => format!("{}-{}-{d}", y.trim_end_matches('年'), m.trim_end_matches('月')),
            [d, m, y] if year_like(y) => format!("{}-{}-{d}", y.trim_end_matches('年'), m.trim_end_matches('月')),
            _ => return None,
        };
        let even = joined.replace(['年', '/', '.', '月'], "-").replace(['日', '号'], "");
        dates::first(&even, self.today).filter(|f| !f.yearless)
    }

    fn take_link(&mut self, node: Id) {
        let Some(title) = self.plain_title(node).or_else(|| self.shown_title(node)) else { return };
        let weak = !(self.quick && surely_names(&title)) && is_more(&title);
        let url = self.href(node).unwrap_or_default();
        self.links.push(Link { node, title, url, weak });
    }

    /// The title of a link that holds one plain text and has no tip, or the same: nothing is to be folded, decoded or
    /// chosen. `None` leaves it to the general way.
    fn plain_title(&self, link: Id) -> Option<Cow<'t, str>> {
        let one = self.quick && self.doc.node(link).end == link + 2 && self.doc.node(link + 1).kind == Kind::Text;
        let shown = one.then(|| self.doc.source(link + 1).trim_ascii())?;
        let same = |tip: &str| tip == shown && !shown.starts_with(['文', '信', '标', '题']);
        let plain = !shown.is_empty()
            && shown.len() <= text::MAX_TITLE
            && text::is_plain(shown)
            && !shown.starts_with('|')
            && !shown.ends_with('|')
            && !dates::is_bare(shown, self.today)
            && self.doc.raw_attr(link, "title").is_none_or(same);
        plain.then_some(Cow::Borrowed(shown))
    }

    fn shown_title(&self, link: Id) -> Option<Cow<'t, str>> {
        let shown = self.named_part(link).unwrap_or_else(|| self.doc.text(link, 2_000));
        let attr = self.doc.attr(link, "title").map(|t| tip(&t)).unwrap_or_default();
        Some(title_of(&shown, &attr, self.today)).filter(|t| !t.is_empty()).map(Cow::Owned)
    }

    /// An element that a script makes a link: `<tr onclick="…">`, `<li data-url="…">`, with no link in it.
    fn take_scripted(&mut self, node: Id) -> bool {
        let attrs = self.doc.source(node);
        if attrs.len() < 12
            || (self.quick && !may_act(attrs))
            || !text::has_any(attrs, &["onclick", "data-", "onClick"])
        {
            return false;
        }
        let inside = self.doc.inside(node);
        if inside.len() > 300 || inside.clone().any(|i| self.doc.is(i, Tag::A)) {
            return false;
        }
        let data = |name: &&str| self.doc.attr(node, name).and_then(|v| self.link(&v));
        let url = ["data-url", "data-href", "data-link"].iter().find_map(data).or_else(|| self.clicked(node));
        let Some(url) = url else { return false };
        let long = |t: &String| t.chars().count() >= 4 && !dates::is_bare(t, self.today);
        let texts = inside.filter(|&i| self.doc.node(i).kind == Kind::Text).map(|i| self.doc.text(i, 2_000));
        let shown = self.named_part(node).or_else(|| texts.filter(long).max_by_key(|t| t.chars().count()));
        let title = title_of(&shown.unwrap_or_default(), "", self.today);
        if title.is_empty() || is_more(&title) {
            return false;
        }
        self.links.push(Link { node, title: Cow::Owned(title), url, weak: false });
        true
    }

    /// The title inside a link that holds more than a title: its heading, the part named after one, or the first of its
    /// blocks that is no date.
    fn named_part(&self, link: Id) -> Option<String> {
        let parts: Vec<Id> =
            self.doc.inside(link).take(60).filter(|&i| self.doc.tag(i).is_some_and(|t| !t.is_void())).collect();
        if parts.is_empty() {
            return None;
        }
        let long = |t: &String| t.chars().count() >= 4 && !dates::is_bare(t, self.today);
        let text = |i: Id| Some(self.doc.text(i, 2_000)).filter(long);
        let heading = parts.iter().copied().find(|&i| self.doc.tag(i).is_some_and(Tag::is_heading));
        let named =
            |i: &Id| self.doc.attr(*i, "class").is_some_and(|c| text::has_any_ascii(&c, &["tit", "bt", "name"]));
        let blocks = parts.iter().copied().filter(|&i| self.doc.tag(i).is_some_and(|t| t.is_block() || t == Tag::Li));
        heading
            .and_then(text)
            .or_else(|| parts.iter().copied().find(named).and_then(text))
            .or_else(|| blocks.clone().nth(1).and_then(|_| blocks.clone().find_map(text)))
    }

    /// Where a link leads: its `href`, or an address in its `onclick`.
    pub(crate) fn href(&self, node: Id) -> Option<String> {
        let own = self.doc.attr(node, "href").and_then(|h| self.link(&h));
        own.or_else(|| self.clicked(node))
    }

    /// The address that a click opens.
    fn clicked(&self, node: Id) -> Option<String> {
        let click = self.doc.attr(node, "onclick")?;
        if !text::has_any(&click, &["location", "open(", "href"]) {
            return None;
        }
        let quoted =
            click.split(['\'', '"']).skip(1).step_by(2).find(|q| q.contains(['.', '/']) && !q.contains(' '))?;
        self.link(quoted)
    }
}

fn year_like(t: &str) -> bool {
    let t = t.trim_end_matches('年');
    t.len() == 4 && t.bytes().all(|b| b.is_ascii_digit()) && (t.starts_with("19") || t.starts_with("20"))
}

/// The title of a link: its text; its `title` attribute where the text is cut short or missing.
pub(crate) fn title_of(shown: &str, attr: &str, today: Day) -> String {
    let shown =
        shown.trim_matches(|c: char| matches!(c, '·' | '•' | '▪' | '■' | '◆' | '●' | '>' | '|') || text::is_blank(c));
    let dots = shown.trim_end_matches(['.', '…', '。']);
    let cut = shown.ends_with("..") || shown.ends_with('…');
    let squeeze = |s: &str| s.chars().filter(|c| !text::is_blank(*c)).collect::<String>();
    let longer = !attr.is_empty() && squeeze(attr).starts_with(&squeeze(dots));
    let chosen = if shown.is_empty() || (cut && attr.chars().count() > 8) || longer { attr } else { shown };
    if chosen.is_empty() || dates::is_bare(chosen, today) {
        return String::new();
    }
    text::cut(text::fold(chosen), text::MAX_TITLE)
}

/// The title in a tip: some tips have a line of particulars each.
fn tip(attr: &str) -> String {
    let line = attr.split(['\n', '\r']).map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    let named = ["文章标题", "信息标题", "标题", "题目"]
        .iter()
        .find_map(|n| line.strip_prefix(n)?.trim_start().strip_prefix(['：', ':']));
    text::title(named.unwrap_or(line))
}

/// The signs by which `onclick` and `data-` are told in most attributes to be missing.
fn may_act(attrs: &str) -> bool {
    let bytes = attrs.as_bytes();
    memchr::memchr2_iter(b'-', b'k', bytes).any(|at| bytes[..at].ends_with(b"data") || bytes[..at].ends_with(b"lic"))
}

/// The letters with which the Chinese titles begin that name no item.
const MORE: &[char] = &[
    '更', '查', '详', '阅', '全', '下', '首', '上', '尾', '末', '最', '第', '返', '进', '打', '关', '收', '分', '了',
    '点', '附',
];

/// A title that begins like none of those, or has more letters than any of them.
fn surely_names(title: &str) -> bool {
    let mut letters = title.chars().filter(|c| text::is_letter(*c));
    match letters.next() {
        Some(first @ '\u{4e00}'..='\u{9fa5}') => !MORE.contains(&first) || letters.nth(MOST_LETTERS - 1).is_some(),
        Some(first) if !first.is_ascii_digit() => letters.nth(MOST_LETTERS - 1).is_some(),
        _ => false,
    }
}

/// The letters of the longest title that names no item.
const MOST_LETTERS: usize = 8;

/// Links that lead to an item or a list but do not name it.
fn is_more(title: &str) -> bool {
    let core: String = title.chars().filter(|c| c.is_alphanumeric()).collect();
    let low = core.to_lowercase();
    low.is_empty()
        || low.chars().all(|c| c.is_ascii_digit())
        || matches!(
            low.as_str(),
            "更多"
                | "more"
                | "查看"
                | "详情"
                | "详细"
                | "查看详情"
                | "查看全文"
                | "阅读全文"
                | "全文"
                | "下载"
                | "查看详细"
                | "查看更多"
                | "点击查看"
                | "首页"
                | "上一页"
                | "下一页"
                | "尾页"
                | "末页"
                | "最后一页"
                | "第一页"
                | "上页"
                | "下页"
                | "返回"
                | "返回顶部"
                | "进入"
                | "打印"
                | "关闭"
                | "收藏"
                | "分享"
                | "new"
                | "了解更多"
                | "详细内容"
                | "阅读更多"
                | "点击下载"
                | "附件下载"
                | "readmore"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_surely_name_an_item_are_none_of_the_others() {
        let weak = [
            "更多",
            "MORE>>",
            "查看详情",
            "阅读全文",
            "最后一页",
            "第一页",
            "readmore",
            "New",
            "点击下载",
            "1234567890123",
            "",
            "》",
        ];
        for title in weak {
            assert!(is_more(title) && !surely_names(title), "{title}");
        }
        for title in ["通知公告", "关于开展检查的通知", "更多的人加入了志愿者队伍", "a long title of letters"]
        {
            assert!(!is_more(title) && surely_names(title), "{title}");
        }
        // Whatever the first letter is, only the listed words are weak.
        for c in '\u{4e00}'..='\u{9fff}' {
            for title in [format!("{c}"), format!("{c}多"), format!(" [{c}看详情")] {
                assert!(!(surely_names(&title) && is_more(&title)), "{title}");
            }
        }
    }

    #[test]
    fn attributes_that_may_act_hold_what_makes_them_act() {
        for attrs in [" onclick='x'", " onClick=x", " data-url=x", " class=a data-x"] {
            assert!(may_act(attrs), "{attrs}");
        }
        assert!(!may_act(" target=\"_blank\" class=\"a-b\""));
    }
}
