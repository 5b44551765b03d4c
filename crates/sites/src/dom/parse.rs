//! From text to nodes, in one pass.

use memchr::{memchr, memmem};

use super::{Doc, Id, Kind, Node, Tag};

/// Elements nested deeper are taken as siblings: no honest page comes near.
const MAX_DEPTH: usize = 200;

/// Nodes beyond this are not read.
const MAX_NODES: usize = 600_000;

/// Reads a page. Whatever it is, the result is a tree.
pub(super) fn parse(text: &str) -> Doc<'_> {
    let mut p = Parser {
        text,
        nodes: Vec::with_capacity(text.len() / 24 + 16),
        open: Vec::new(),
        marked: Vec::new(),
        cut: false,
        depth: 0,
    };
    p.nodes.push(Node { kind: Kind::Element(Tag::Other), parent: 0, end: 0, from: 0, to: 0 });
    p.open.push(Open { id: 0, tag: Tag::Html, name: (0, 0), closing: false });
    p.run();
    p.pop_to(0);
    let len = p.nodes.len() as Id;
    p.nodes[0].end = len;
    Doc { text, nodes: p.nodes, marked: p.marked, cut: p.cut, depth: p.depth as u32 }
}

impl<'t> Doc<'t> {
    /// Reads a page. Whatever it is, the result is a tree.
    pub(crate) fn parse(text: &'t str) -> Doc<'t> {
        parse(text)
    }
}

struct Open {
    id: Id,
    tag: Tag,
    name: (u32, u32),
    /// Its end tag stood inside a block of its own: it ends with that block.
    closing: bool,
}

struct Parser<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    open: Vec<Open>,
    marked: Vec<Id>,
    cut: bool,
    depth: usize,
}

impl Parser<'_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        // Places are kept in 32 bits; the fetcher's bound on bodies lies far below.
        let len = bytes.len().min(u32::MAX as usize - 1);
        let mut at = 0;
        while at < len {
            if self.nodes.len() >= MAX_NODES {
                self.cut = true;
                return;
            }
            let lt = memchr(b'<', &bytes[at..len]).map_or(len, |i| at + i);
            if lt > at {
                self.leaf(Kind::Text, at, lt);
            }
            if lt >= len {
                return;
            }
            at = match bytes.get(lt + 1) {
                Some(b'!' | b'?') => self.markup(lt, len),
                Some(b'/') if bytes.get(lt + 2).is_some_and(u8::is_ascii_alphabetic) => self.end_tag(lt, len),
                Some(b'/') => memchr(b'>', &bytes[lt..len]).map_or(len, |i| lt + i + 1),
                Some(c) if c.is_ascii_alphabetic() => self.start_tag(lt, len),
                _ => {
                    self.leaf(Kind::Text, lt, lt + 1);
                    lt + 1
                }
            };
        }
    }

    /// `<!-- … -->`, `<!doctype …>`, `<?…>`.
    fn markup(&mut self, lt: usize, len: usize) -> usize {
        let bytes = &self.text.as_bytes()[..len];
        if !bytes[lt..].starts_with(b"<!--") {
            return memchr(b'>', &bytes[lt..]).map_or(len, |i| lt + i + 1);
        }
        if bytes[lt + 4..].starts_with(b">") {
            return lt + 5;
        }
        let to = memmem::find(&bytes[lt + 4..], b"-->").map(|i| lt + 4 + i);
        self.leaf(Kind::Comment, lt + 4, to.unwrap_or(len));
        to.map_or(len, |t| t + 3)
    }

    fn end_tag(&mut self, lt: usize, len: usize) -> usize {
        let bytes = &self.text.as_bytes()[..len];
        let name_to = name_end(bytes, lt + 2);
        let gt = memchr(b'>', &bytes[name_to..]).map_or(len, |i| name_to + i);
        let name = &bytes[lt + 2..name_to];
        self.close(Tag::of(name), name);
        gt + 1
    }

    fn start_tag(&mut self, lt: usize, len: usize) -> usize {
        let bytes = &self.text.as_bytes()[..len];
        let name_to = name_end(bytes, lt + 1);
        let Some(gt) = tag_end(bytes, name_to) else {
            // A tag that never ends swallows the rest, as in the standard.
            self.cut = true;
            return len;
        };
        let tag = Tag::of(&bytes[lt + 1..name_to]);
        self.close_implied(tag);
        let self_closed = bytes[gt - 1] == b'/';
        let id = self.leaf(Kind::Element(tag), name_to, gt);
        if tag.is_marked() {
            self.marked.push(id);
        }
        if tag.is_void() || (self_closed && tag == Tag::Other) {
            return gt + 1;
        }
        if tag.is_raw() {
            let to = raw_end(bytes, gt + 1, &bytes[lt + 1..name_to]);
            if to > gt + 1 {
                let raw = self.leaf(Kind::Raw, gt + 1, to);
                self.nodes[raw as usize].parent = id;
            }
            self.nodes[id as usize].end = self.nodes.len() as Id;
            return memchr(b'>', &bytes[to..]).map_or(len, |i| to + i + 1);
        }
        if self.open.len() < MAX_DEPTH {
            self.open.push(Open { id, tag, name: (lt as u32 + 1, name_to as u32), closing: false });
            self.depth = self.depth.max(self.open.len());
        }
        gt + 1
    }

    fn leaf(&mut self, kind: Kind, from: usize, to: usize) -> Id {
        let id = self.nodes.len() as Id;
        let parent = self.open.last().map_or(0, |o| o.id);
        self.nodes.push(Node { kind, parent, end: id + 1, from: from as u32, to: to as u32 });
        id
    }

    /// Ends every element above place `keep` of the stack, keeping `keep + 1` of them open.
    fn pop_to(&mut self, keep: usize) {
        let end = self.nodes.len() as Id;
        while self.open.len() > keep + 1 {
            if let Some(o) = self.open.pop() {
                self.nodes[o.id as usize].end = end;
            }
        }
        // What was to end with a block that has just ended.
        while self.open.len() > 1 && self.open.last().is_some_and(|o| o.closing) {
            if let Some(o) = self.open.pop() {
                self.nodes[o.id as usize].end = end;
            }
        }
    }

    fn close(&mut self, tag: Tag, name: &[u8]) {
        let bytes = self.text.as_bytes();
        for i in (1..self.open.len()).rev() {
            let o = &self.open[i];
            let same = o.tag == tag
                && (tag != Tag::Other || bytes[o.name.0 as usize..o.name.1 as usize].eq_ignore_ascii_case(name));
            if same && !o.closing {
                if tag.is_inline() && self.open[i + 1..].iter().any(|o| !o.tag.is_inline()) {
                    self.open[i].closing = true;
                } else {
                    self.pop_to(i - 1);
                }
                return;
            }
            let barrier = match tag {
                Tag::Td | Tag::Th | Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot => o.tag == Tag::Table,
                Tag::Table | Tag::Body | Tag::Html => false,
                Tag::Li => matches!(o.tag, Tag::Ul | Tag::Ol) || o.tag.is_barrier(),
                _ => o.tag.is_barrier(),
            };
            if barrier {
                return;
            }
        }
    }

    /// What the start of `tag` ends without saying so.
    fn close_implied(&mut self, tag: Tag) {
        use Tag::{A, Body, Dd, Dl, Dt, Head, Li, Ol, Option, P, Select, Table, Tbody, Td, Tfoot, Th, Thead, Tr, Ul};
        match tag {
            Li => self.close_open(&[Li], &[Ul, Ol]),
            Dt | Dd => self.close_open(&[Dt, Dd], &[Dl]),
            Tr => self.close_open(&[Tr], &[Table]),
            Td | Th => self.close_open(&[Td, Th], &[Tr, Table]),
            Tbody | Thead | Tfoot => self.close_open(&[Tbody, Thead, Tfoot], &[Table]),
            Option => self.close_open(&[Option], &[Select]),
            Body => self.close_open(&[Head], &[]),
            A => self.close_anchor(),
            _ if tag.is_block() => self.close_open(&[P], &[Table, Td, Th]),
            _ => {}
        }
    }

    fn close_open(&mut self, ends: &[Tag], barriers: &[Tag]) {
        for i in (1..self.open.len()).rev() {
            let tag = self.open[i].tag;
            if ends.contains(&tag) {
                self.pop_to(i - 1);
                return;
            }
            let wall = barriers.contains(&tag) || (tag.is_barrier() && !matches!(tag, Tag::Td | Tag::Th));
            if wall || (matches!(tag, Tag::Td | Tag::Th) && !ends.contains(&Tag::Tr) && !ends.contains(&Tag::Tbody)) {
                return;
            }
        }
    }

    /// A link does not stand inside a link: the earlier one ends.
    fn close_anchor(&mut self) {
        for i in (1..self.open.len()).rev() {
            match self.open[i].tag {
                Tag::A => return self.pop_to(i - 1),
                tag if tag.is_inline() => {}
                _ => return,
            }
        }
    }
}

fn name_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..]
        .iter()
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'<'))
        .map_or(bytes.len(), |i| from + i)
}

/// The `>` that ends the tag whose attributes begin at `at`; quotes hide it.
fn tag_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let hit = at + bytes.get(at..)?.iter().position(|b| matches!(b, b'>' | b'"' | b'\''))?;
        if bytes[hit] == b'>' {
            return Some(hit);
        }
        // A quote opens a value only after an equals sign; elsewhere it is a slip of the pen.
        let before = bytes[..hit].iter().rev().take(8).find(|b| !b.is_ascii_whitespace());
        at = if before == Some(&b'=') { hit + 1 + memchr(bytes[hit], &bytes[hit + 1..])? + 1 } else { hit + 1 };
    }
}

/// Where the end tag `</name` of a raw element stands, or the end of the text.
fn raw_end(bytes: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(i) = memchr(b'<', &bytes[at..]) {
        let lt = at + i;
        let rest = &bytes[lt + 1..];
        if rest.first() == Some(&b'/') && rest.len() > name.len() && rest[1..=name.len()].eq_ignore_ascii_case(name) {
            return lt;
        }
        at = lt + 1;
    }
    bytes.len()
}
