//! The names of elements that mean something to a reader of lists and articles.

macro_rules! tags {
    ($($name:ident = $word:literal,)*) => {
        /// The name of an element. What has no part in the structure of a list is [`Tag::Other`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Tag { $($name,)* Other }
        impl Tag {
            /// Each name with its tag.
            pub(super) const ALL: &[(&[u8], Tag)] = &[$(($word, Tag::$name),)*];
        }
    };
}

tags! {
    A = b"a", Abbr = b"abbr", Address = b"address", Article = b"article", Aside = b"aside", B = b"b", Base = b"base",
    Body = b"body", Br = b"br", Button = b"button", Center = b"center", Dd = b"dd", Div = b"div", Dl = b"dl", Dt = b"dt",
    Em = b"em", Font = b"font", Footer = b"footer", Form = b"form", Frame = b"frame", H1 = b"h1", H2 = b"h2", H3 = b"h3",
    H4 = b"h4", H5 = b"h5", H6 = b"h6", Head = b"head", Header = b"header", Hr = b"hr", Html = b"html", I = b"i",
    Iframe = b"iframe", Img = b"img", Input = b"input", Label = b"label", Li = b"li", Link = b"link", Main = b"main",
    Meta = b"meta", Nav = b"nav", Noscript = b"noscript", Ol = b"ol", Option = b"option", P = b"p", Param = b"param",
    Pre = b"pre", Script = b"script", Section = b"section", Select = b"select", Small = b"small", Source = b"source",
    Span = b"span", Strong = b"strong", Style = b"style", Table = b"table", Tbody = b"tbody", Td = b"td",
    Template = b"template", Textarea = b"textarea", Tfoot = b"tfoot", Th = b"th", Thead = b"thead", Time = b"time",
    Title = b"title", Tr = b"tr", U = b"u", Ul = b"ul", Wbr = b"wbr", Area = b"area", Col = b"col", Embed = b"embed",
    Track = b"track", Object = b"object", Marquee = b"marquee", Xmp = b"xmp", Fieldset = b"fieldset", Figure = b"figure",
}

/// Places for the names: four times as many as there are names, so that most stand where they are looked for first.
const PLACES: usize = 512;

/// The names as figures, each with its tag, in the first free place at or after the one that [`place`] gives it.
static NAMES: [(u64, Tag); PLACES] = {
    let mut names = [(0, Tag::Other); PLACES];
    let mut i = 0;
    while i < Tag::ALL.len() {
        let (name, tag) = Tag::ALL[i];
        let word = packed(name);
        let mut at = place(word);
        while names[at].0 != 0 {
            at = (at + 1) % PLACES;
        }
        names[at] = (word, tag);
        i += 1;
    }
    names
};

const fn place(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize
}

/// A name of at most eight bytes as one figure, in small letters.
const fn packed(name: &[u8]) -> u64 {
    let mut word = 0;
    let mut i = name.len();
    while i > 0 {
        i -= 1;
        word = word << 8 | name[i].to_ascii_lowercase() as u64;
    }
    word
}

impl Tag {
    /// The tag of this name, in any case. Asked for every tag of a page, so it compares figures and not texts.
    pub(crate) fn of(name: &[u8]) -> Tag {
        // A name that ends in zeros would look like the name without them.
        if name.len() > 8 || name.last() == Some(&0) {
            return Tag::Other;
        }
        let word = packed(name);
        let mut at = place(word);
        while NAMES[at].0 != word {
            if NAMES[at].0 == 0 {
                return Tag::Other;
            }
            at = (at + 1) % PLACES;
        }
        NAMES[at].1
    }

    /// Elements of which a page has few and that are asked for by name again and again.
    pub(crate) fn is_marked(self) -> bool {
        use Tag::{Base, Body, Frame, Iframe, Input, Meta, Script, Title};
        self.is_heading() || matches!(self, Base | Body | Frame | Iframe | Input | Meta | Script | Title)
    }

    /// Elements that have no content and no end tag.
    pub(crate) fn is_void(self) -> bool {
        use Tag::{Area, Base, Br, Col, Embed, Frame, Hr, Img, Input, Link, Meta, Param, Source, Track, Wbr};
        matches!(
            self,
            Area | Base | Br | Col | Embed | Frame | Hr | Img | Input | Link | Meta | Param | Source | Track | Wbr
        )
    }

    /// Elements whose content is text up to their own end tag.
    pub(crate) fn is_raw(self) -> bool {
        matches!(self, Tag::Script | Tag::Style | Tag::Textarea | Tag::Title | Tag::Xmp | Tag::Iframe)
    }

    /// Elements of the flow of text, which an end tag of another inline element may cross.
    pub(crate) fn is_inline(self) -> bool {
        use Tag::{A, Abbr, B, Em, Font, I, Label, Small, Span, Strong, Time, U};
        matches!(self, A | Abbr | B | Em | Font | I | Label | Small | Span | Strong | Time | U | Tag::Other)
    }

    /// Elements that no end tag from inside reaches beyond.
    pub(crate) fn is_barrier(self) -> bool {
        matches!(
            self,
            Tag::Table | Tag::Td | Tag::Th | Tag::Html | Tag::Template | Tag::Object | Tag::Marquee | Tag::Button
        )
    }

    /// Block elements, whose start ends an open paragraph.
    pub(crate) fn is_block(self) -> bool {
        use Tag::{
            Address, Article, Aside, Center, Div, Dl, Fieldset, Figure, Footer, Form, H1, H2, H3, H4, H5, H6, Header,
            Hr, Main, Nav, Ol, P, Pre, Section, Table, Ul,
        };
        matches!(
            self,
            Address
                | Article
                | Aside
                | Center
                | Div
                | Dl
                | Fieldset
                | Figure
                | Footer
                | Form
                | H1
                | H2
                | H3
                | H4
                | H5
                | H6
                | Header
                | Hr
                | Main
                | Nav
                | Ol
                | P
                | Pre
                | Section
                | Table
                | Ul
        )
    }

    /// Headings.
    pub(crate) fn is_heading(self) -> bool {
        matches!(self, Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6)
    }
}
