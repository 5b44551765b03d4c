//! What is asked for, and all that came of it.

use std::time::Duration;

use bytes::Bytes;
use model::Reason;

/// An address, with the validators that its last good answer carried.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// The address.
    pub url: String,
    /// The `ETag` of the answer that is at hand. It is sent back verbatim.
    pub etag: Option<String>,
    /// The `Last-Modified` of the answer that is at hand. It is sent back verbatim: servers compare it as text.
    pub last_modified: Option<String>,
    /// A secret that goes into the query: it is sent, and never shown in an [`Attempt`].
    pub secret: Option<SecretQuery>,
}

impl Target {
    /// `url`, whatever is at hand.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Target {
        Target { url: url.into(), ..Target::default() }
    }

    /// Is it asked for only where it is another than what is at hand?
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }

    /// The same, whatever is at hand.
    #[must_use]
    pub fn unconditional(self) -> Target {
        Target { etag: None, last_modified: None, ..self }
    }
}

/// A parameter of the query whose value is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretQuery {
    /// The name of the parameter.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl std::fmt::Debug for SecretQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretQuery").field("name", &self.name).field("value", &"***").finish()
    }
}

impl SecretQuery {
    /// The address with the secret in it.
    pub(crate) fn put_into(&self, mut url: url::Url) -> url::Url {
        url.query_pairs_mut().append_pair(&self.name, &self.value);
        url
    }

    /// `text` without the secret, as it stands there and as an address writes it.
    pub(crate) fn scrub(&self, text: &mut String) {
        let encoded: String = url::form_urlencoded::byte_serialize(self.value.as_bytes()).collect();
        for value in [&self.value, &encoded] {
            if !value.is_empty() && text.contains(value.as_str()) {
                *text = text.replace(value.as_str(), "***");
            }
        }
    }
}

/// One redirect on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Who sent us on.
    pub url: String,
    /// With which status.
    pub status: u16,
    /// Where to, as the header said it.
    pub location: String,
}

/// What came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// A whole body with a status of success. It may be empty, and may mean anything.
    Body,
    /// 304 to the validators that were sent. It says "unchanged" only where [`Attempt::final_url`] is still the address that
    /// the validators came from.
    NotModified,
    /// Nothing that could be used.
    Failed(Reason),
    /// Somebody stands in the way: a gateway, a login, robots.txt.
    Blocked(Reason),
}

/// One attempt, whatever came of it. All of it is evidence.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The address that was asked for, without user name and password.
    pub url: String,
    /// The address that answered, or would have: where the last redirect led. Without user name, password and fragment.
    pub final_url: String,
    /// The headers that we sent of our own will, to the last address; those of the transport (host, encodings) are not here.
    pub asked: Vec<(String, String)>,
    /// The certificate that the last address has shown, in DER.
    pub certificate: Option<Bytes>,
    /// The redirects that were followed or would have been, in order. The final answer is not among them.
    pub hops: Vec<Hop>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// The headers of the last answer: names in lower case, values decoded without loss where they are UTF-8. Where the
    /// body was compressed, `content-encoding` and `content-length` are gone, because they no longer describe it.
    pub headers: Vec<(String, String)>,
    /// The body of the last answer, decompressed. Bodies of error pages are kept, and so is what came before a connection
    /// broke off. Of a body that is too large nothing is kept.
    pub body: Bytes,
    /// What came.
    pub came: Came,
    /// What is to be said about it, in technical words; empty when all is well. It holds no URL and no secret.
    pub detail: String,
    /// How long the server asks to be left alone (`Retry-After`). A date is measured from the server's own `Date`.
    pub retry_after: Option<Duration>,
}

impl Attempt {
    pub(crate) fn begun(url: String) -> Attempt {
        Attempt {
            final_url: url.clone(),
            url,
            asked: Vec::new(),
            certificate: None,
            hops: Vec::new(),
            status: None,
            headers: Vec::new(),
            body: Bytes::new(),
            came: Came::Failed(Reason::Interrupted),
            detail: String::new(),
            retry_after: None,
        }
    }

    /// The first header of this name (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The next [`Target`] for the same address: with the validators of this answer.
    #[must_use]
    pub fn next_target(&self, url: impl Into<String>) -> Target {
        let own = |name| self.header(name).map(str::to_owned);
        Target { etag: own("etag"), last_modified: own("last-modified"), ..Target::new(url) }
    }

    /// Takes a secret out of everything that may be kept. The body is left alone: it is what came.
    pub(crate) fn scrub(&mut self, secret: &SecretQuery) {
        for text in [&mut self.url, &mut self.final_url, &mut self.detail] {
            secret.scrub(text);
        }
        for hop in &mut self.hops {
            secret.scrub(&mut hop.url);
            secret.scrub(&mut hop.location);
        }
        self.headers.iter_mut().for_each(|(_, value)| secret.scrub(value));
    }

    /// Adds technical words to [`Attempt::detail`].
    pub(crate) fn say(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        if !self.detail.is_empty() {
            self.detail.push_str("; ");
        }
        self.detail.push_str(words);
    }
}
