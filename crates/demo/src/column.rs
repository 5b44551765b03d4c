//! One column of the website or one account: what is published in it when, and when it is out of order.

use std::borrow::Cow;

use model::{ChannelId, ChannelKind, Day, Trust, UnitKind};

use crate::clock::{Stamp, stamp};

/// How a column's pages are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    /// The provincial platform: `ul > li`, pages counted by a script.
    Trs,
    /// The same in GBK, declared as gb2312.
    Gbk,
    /// A list whose dates have no year.
    Yearless,
    /// A table with bracketed dates.
    Table,
    /// `dl > dd` with the date in front.
    Dl,
    /// Pages numbered from the last to the first.
    Vsb,
    /// Records in the CDATA of a script.
    Jcms,
    /// Plain blocks with a summary and 发布时间.
    Divs,
    /// A list in JSON.
    Json,
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    JsonFeed,
}

impl Family {
    /// Is it a feed?
    pub(crate) fn is_feed(self) -> bool {
        matches!(self, Family::Rss | Family::Atom | Family::JsonFeed)
    }
}

/// How an account is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// As its family says: a page or a feed.
    Page,
    /// Its owner asks the platform.
    Official,
    /// A person looks, every Monday, and enters the newest item.
    Manual,
}

/// Which validators the server sends for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Validators {
    /// `ETag`.
    pub(crate) etag: bool,
    /// `Last-Modified`.
    pub(crate) last_modified: bool,
}

/// One published item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post {
    /// Its number within the column.
    pub(crate) no: u32,
    /// Its title.
    pub(crate) title: String,
    /// When the site begins to show it.
    pub(crate) shown_from: Stamp,
    /// When the site ceases to show it.
    pub(crate) shown_until: Option<Stamp>,
    /// The date that it claims at first; none for an undated one.
    pub(crate) claimed: Option<Day>,
    /// From when on it claims another date, and which.
    pub(crate) redated: Option<(Stamp, Day)>,
    /// It stands on top of the list.
    pub(crate) pinned: bool,
}

impl Post {
    /// An honest item: it appears at `at` and says so.
    pub(crate) fn honest(at: Stamp) -> Post {
        Post {
            no: 0,
            title: String::new(),
            shown_from: at,
            shown_until: None,
            claimed: Some(at.date()),
            redated: None,
            pinned: false,
        }
    }

    /// The date that it claims at `at`.
    pub(crate) fn claim(&self, at: Stamp) -> Option<Day> {
        match self.redated {
            Some((since, day)) if since <= at => Some(day),
            _ => self.claimed,
        }
    }

    /// The date that was on it when it was made: what its address holds.
    pub(crate) fn made(&self) -> Day {
        self.claimed.unwrap_or_else(|| self.shown_from.date())
    }

    fn shown(&self, at: Stamp) -> bool {
        self.shown_from <= at && self.shown_until.is_none_or(|end| at < end)
    }
}

/// What is wrong with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// An error status.
    Status(u16),
    /// The connection breaks off in the middle of the body.
    Close,
    /// No answer comes.
    Hang,
    /// A page that wants a name and a password, with status 200.
    Login,
    /// A page that wants a script to be run, with status 200.
    Challenge,
    /// A gateway's refusal, status 412.
    Gateway,
    /// A maintenance notice with status 200.
    Maintenance,
    /// The page without a single row.
    Empty,
    /// Two rows are left.
    Shrunk,
    /// 「页面不存在」 with status 200.
    SoftMissing,
    /// A page that sends the reader to the new address.
    Moved,
    /// The state of that instant is served for ever, with status 200.
    Frozen(Stamp),
}

/// When a column is out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// From then on.
    pub(crate) from: Stamp,
    /// Until then, which is in order again.
    pub(crate) until: Stamp,
    /// What is wrong.
    pub(crate) kind: FaultKind,
}

impl Fault {
    /// All of the days from `from` to `to`.
    pub(crate) fn days(from: Day, to: Day, kind: FaultKind) -> Fault {
        Fault { from: stamp(from, 0, 0), until: stamp(model::calendar::shift(to, 1), 0, 0), kind }
    }
}

/// A unit of the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Office {
    /// Its id.
    pub(crate) id: Cow<'static, str>,
    /// Its name.
    pub(crate) name: Cow<'static, str>,
    /// Department or township.
    pub(crate) kind: UnitKind,
    /// Its last day, where it is dissolved.
    pub(crate) until: Option<Day>,
}

/// One column or account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its full id.
    pub(crate) id: ChannelId,
    /// Its unit, as an index into the district's units.
    pub(crate) office: usize,
    /// What it is for.
    pub(crate) kind: ChannelKind,
    /// Its name.
    pub(crate) name: String,
    /// How its pages are built.
    pub(crate) family: Family,
    /// The path of its first page.
    pub(crate) path: String,
    /// Its number on the site, which some families put into addresses.
    pub(crate) number: usize,
    /// The first day of its life, where that is not the start of monitoring.
    pub(crate) from: Option<Day>,
    /// Validators that the server sends.
    pub(crate) validators: Validators,
    /// How far its feed is to be believed.
    pub(crate) trust: Trust,
    /// It is served by the bridge.
    pub(crate) bridged: bool,
    /// How it is read, where it is an account.
    pub(crate) account: Account,
    /// What is published.
    pub(crate) posts: Vec<Post>,
    /// When it is out of order. The first that holds a day decides.
    pub(crate) faults: Vec<Fault>,
}

/// One row of a list at an instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// The item.
    pub(crate) post: &'a Post,
    /// The date beside it.
    pub(crate) date: Option<Day>,
}

impl Column {
    /// What is wrong with it at `at`.
    pub(crate) fn fault(&self, at: Stamp) -> Option<FaultKind> {
        self.faults.iter().find(|f| f.from <= at && at < f.until).map(|f| f.kind)
    }

    /// The rows that its list shows at `at`, pinned ones first, then by claimed date, newest first.
    pub(crate) fn rows(&self, at: Stamp) -> Vec<Row<'_>> {
        let fault = self.fault(at);
        let at = match fault {
            Some(FaultKind::Frozen(since)) => at.min(since),
            _ => at,
        };
        let mut rows: Vec<Row<'_>> =
            self.posts.iter().filter(|p| p.shown(at)).map(|post| Row { post, date: post.claim(at) }).collect();
        rows.sort_by_key(|r| {
            let date = r.date.unwrap_or_else(|| r.post.shown_from.date());
            (std::cmp::Reverse(r.post.pinned), std::cmp::Reverse((date, r.post.shown_from, r.post.no)))
        });
        match fault {
            Some(FaultKind::Empty) => rows.clear(),
            Some(FaultKind::Shrunk) => rows.truncate(2),
            _ => {}
        }
        rows
    }

    /// How often it has changed up to `at`, and when it last did: what its validators are made of.
    pub(crate) fn version(&self, at: Stamp) -> (usize, Stamp) {
        let posts = self
            .posts
            .iter()
            .flat_map(|p| [Some(p.shown_from), p.shown_until, p.redated.map(|(since, _)| since)].into_iter().flatten());
        let faults = self.faults.iter().flat_map(|f| [f.from, f.until]);
        let past = posts.chain(faults).filter(|change| *change <= at);
        past.fold((0, Stamp::default()), |(n, last), change| (n + 1, last.max(change)))
    }
}
