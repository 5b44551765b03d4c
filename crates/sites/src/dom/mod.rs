//! A lenient HTML tree in one flat array, made for hostile pages.
//!
//! The nodes stand in document order, so the subtree of a node is one contiguous range and every walk is a loop over it.
//! Nothing recurses, depth and number of nodes are bounded, and the text is borrowed: a page is parsed once, in one pass.
//! The rules for missing end tags are those of the HTML standard as far as lists and articles need them; foster parenting
//! and the full adoption agency are left out.

mod attrs;
mod entity;
mod parse;
mod tag;

pub(crate) use attrs::Attrs;
pub(crate) use entity::decode as decode_entities;
pub(crate) use tag::Tag;

/// The place of a node in its document.
pub(crate) type Id = u32;

/// What a node is. The texts are ranges of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Element(Tag),
    /// Text with its entities, as it stands in the page.
    Text,
    /// The content of a script, style or the like: no entities, never shown (except a title).
    Raw,
    Comment,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) parent: Id,
    /// The node after the last of its subtree.
    pub(crate) end: Id,
    /// Of an element: its attributes as they stand in the tag. Else its text.
    from: u32,
    to: u32,
}

/// A parsed page.
#[derive(Debug)]
pub(crate) struct Doc<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    /// The elements that are asked for by name: see [`Tag::is_marked`].
    marked: Vec<Id>,
    /// The page held more nodes than are read, so its end was not seen.
    pub(crate) cut: bool,
    /// The deepest nesting met.
    depth: u32,
}

impl<'t> Doc<'t> {
    /// How many nodes there are. Node 0 is the document itself.
    pub(crate) fn len(&self) -> Id {
        self.nodes.len() as Id
    }

    /// Nodes times depth: what a parser that repairs as browsers do may make of the page.
    pub(crate) fn work(&self) -> u64 {
        u64::from(self.len()) * u64::from(self.depth)
    }

    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    /// The tag of an element.
    pub(crate) fn tag(&self, id: Id) -> Option<Tag> {
        match self.node(id).kind {
            Kind::Element(tag) => Some(tag),
            _ => None,
        }
    }

    pub(crate) fn is(&self, id: Id, tag: Tag) -> bool {
        self.node(id).kind == Kind::Element(tag)
    }

    /// The text of a text, raw or comment node, as it stands in the page.
    pub(crate) fn source(&self, id: Id) -> &'t str {
        let n = self.node(id);
        self.text.get(n.from as usize..n.to as usize).unwrap_or_default()
    }

    /// The name of an element as it stands in its tag.
    pub(crate) fn written(&self, id: Id) -> &'t str {
        let before = self.text.get(..self.node(id).from as usize).unwrap_or_default();
        before.rfind('<').and_then(|lt| before.get(lt + 1..)).filter(|n| n.len() <= 20).unwrap_or_default().trim()
    }

    pub(crate) fn attrs(&self, id: Id) -> Attrs<'t> {
        Attrs::new(if self.tag(id).is_some() { self.source(id) } else { "" })
    }

    /// The value of an attribute, its entities decoded.
    pub(crate) fn attr(&self, id: Id, name: &str) -> Option<std::borrow::Cow<'t, str>> {
        self.raw_attr(id, name).map(entity::decode)
    }

    /// The value of an attribute as it stands in the page.
    pub(crate) fn raw_attr(&self, id: Id, name: &str) -> Option<&'t str> {
        self.attrs(id).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// Every node of the subtree of `id`, without itself.
    pub(crate) fn inside(&self, id: Id) -> std::ops::Range<Id> {
        id + 1..self.node(id).end
    }

    pub(crate) fn contains(&self, outer: Id, inner: Id) -> bool {
        outer <= inner && inner < self.node(outer).end
    }

    /// The parents of a node, from its own up to the document.
    pub(crate) fn parents(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors((id != 0).then(|| self.node(id).parent), |&p| (p != 0).then(|| self.node(p).parent))
    }

    pub(crate) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.node(id).end;
        let first = (id + 1 < end).then_some(id + 1);
        std::iter::successors(first, move |&c| Some(self.node(c).end).filter(|&n| n < end))
    }

    /// Every element of this tag, which must be a marked one.
    pub(crate) fn all(&self, tag: Tag) -> impl Iterator<Item = Id> + '_ {
        debug_assert!(tag.is_marked(), "{tag:?} has no mark");
        self.marked.iter().copied().filter(move |&i| self.is(i, tag))
    }

    /// Every heading, in order.
    pub(crate) fn headings(&self) -> impl Iterator<Item = Id> + '_ {
        self.marked.iter().copied().filter(|&i| self.tag(i).is_some_and(Tag::is_heading))
    }

    /// The shown text of a subtree: entities decoded, whitespace folded; at most about `max` bytes.
    pub(crate) fn text(&self, id: Id, max: usize) -> String {
        let mut raw = String::new();
        let mut i = id;
        let end = self.node(id).end;
        // Nodes without text are bounded too: the same wide element is asked for its text from many places.
        let mut steps = 256 + 2 * max;
        while i < end && raw.len() < max && steps > 0 {
            steps -= 1;
            let n = self.node(i);
            match n.kind {
                Kind::Text => raw.push_str(&entity::decode(self.source(i))),
                Kind::Raw if self.is(n.parent, Tag::Title) => raw.push_str(&entity::decode(self.source(i))),
                Kind::Element(Tag::Script | Tag::Style | Tag::Template | Tag::Select | Tag::Noscript) => {
                    i = n.end;
                    continue;
                }
                Kind::Element(tag) if !tag.is_inline() => raw.push(' '),
                _ => {}
            }
            i += 1;
        }
        crate::text::fold(&raw)
    }

    /// The content of every script, with its node.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = (Id, &'t str)> + '_ {
        // The content of a script is the one node in it.
        self.all(Tag::Script).filter(|&s| self.node(s).end > s + 1).map(|s| (s, self.source(s + 1)))
    }
}

#[cfg(test)]
mod tests;
