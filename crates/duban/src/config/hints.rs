//! `hints.toml` and `lexicon/*.toml`: what is searched for in published texts. All of it may be absent.

use std::collections::BTreeMap;
use std::path::Path;

use hints::expected::Expected;
use hints::lexicon::{Lexicon, Word};
use hints::policy::Together;
use model::{Channel, ChannelId, PeriodKind};
use rules::toml_reader::{Doc, Mistake, Table, Value};

use super::{calendar, read};

/// The file and the word lists that the program knows by itself.
pub const SHIPPED: [(&str, &str); 3] = [
    ("hints.toml", include_str!("../../../../config/hints.toml")),
    ("lexicon/typos.toml", include_str!("../../../../config/lexicon/typos.toml")),
    ("lexicon/sensitive.toml", include_str!("../../../../config/lexicon/sensitive.toml")),
];

/// What is searched for.
#[derive(Debug, Clone)]
pub struct Hints {
    /// Search what is new after each round.
    pub scan: bool,
    /// Pages of items opened after each round.
    pub pages_per_round: u32,
    /// Names of places that have no business in this district's reports.
    pub other_places: Vec<String>,
    /// Hosts that nobody should link to.
    pub blocked_hosts: Vec<String>,
    /// How near a document and its interpretation must be.
    pub together: Together,
    /// What columns publish regularly.
    pub expected: Vec<(ChannelId, Expected)>,
    /// Wrong words.
    pub typos: Lexicon,
    /// Words that should not be published.
    pub sensitive: Lexicon,
    /// Changes whenever the lists do: what was searched with others is searched again.
    pub version: String,
}

/// Counted up when a detector changes, so that saved pages are searched again.
const DETECTORS: &str = "1";

pub(super) fn load(dir: &Path, channels: &[Channel]) -> Result<Hints, Vec<Mistake>> {
    let mut mistakes = vec![];
    let (name, shipped) = SHIPPED[0];
    let own =
        if dir.join(name).exists() { read(dir, Path::new(name)) } else { Ok((shipped.to_owned(), name.to_owned())) };
    let main = own.and_then(|(text, file)| {
        let main = parse(&text, &file, channels)?;
        Ok((main, text))
    });
    let main = main.map_err(|m| mistakes.extend(m)).ok();
    let mut lists: BTreeMap<String, String> =
        SHIPPED[1..].iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    for file in calendar::files(&dir.join("lexicon")) {
        let name = format!("lexicon/{}", file.to_string_lossy());
        match read(dir, Path::new(&name)) {
            Ok((text, _)) => drop(lists.insert(name, text)),
            Err(more) => mistakes.extend(more),
        }
    }
    let (mut typos, mut sensitive) = (vec![], vec![]);
    for (name, text) in &lists {
        match list(text, name) {
            Ok((Kind::Typo, words)) => typos.extend(words),
            Ok((Kind::Sensitive, words)) => sensitive.extend(words),
            Err(more) => mistakes.extend(more),
        }
    }
    let (Some((main, text)), true) = (main, mistakes.is_empty()) else { return Err(mistakes) };
    let all = lists.values().fold(text, |all, t| all + t);
    let hash = store::fingerprint(all.as_bytes());
    let ready = |words| Lexicon::new(words).map_err(|_| too_large());
    Ok(Hints {
        typos: ready(typos)?,
        sensitive: ready(sensitive)?,
        version: format!("{DETECTORS}-{}", &hash.as_str()[..16]),
        ..main
    })
}

fn too_large() -> Vec<Mistake> {
    let text = "词库过大，无法使用；请删减".to_owned();
    vec![Mistake { file: "lexicon".to_owned(), line: 1, column: 1, path: String::new(), text }]
}

fn parse(text: &str, file: &str, channels: &[Channel]) -> Result<Hints, Vec<Mistake>> {
    let doc = Doc::parse(text, file)?;
    let root = doc.root();
    let scan = root.or("scan", true, Value::boolean);
    let pages = root.or("pages_per_round", 20, |v| v.count(0..=500));
    let places = root.or("other_places", vec![], |v| v.each(Value::text));
    let hosts = root.or("blocked_hosts", vec![], |v| v.each(Value::text));
    let together = root.or("together", Together { days: 3, patience: 10 }, |v| together(&v.table()?));
    let expected = root.tables("expected", |t| expected(t, channels));
    root.finish();
    let empty = || Lexicon::new(vec![]).ok();
    let all = || {
        Some(Hints {
            scan: scan?,
            pages_per_round: pages?,
            other_places: places?,
            blocked_hosts: hosts?,
            together: together?,
            expected,
            typos: empty()?,
            sensitive: empty()?,
            version: String::new(),
        })
    };
    let all = all();
    doc.finish(all)
}

fn together(t: &Table<'_>) -> Option<Together> {
    let days = t.or("days", 3, |v| v.count(0..=60));
    let patience = t.or("patience", 10, |v| v.count(1..=180));
    t.finish();
    Some(Together { days: days?, patience: patience? })
}

fn expected(t: &Table<'_>, channels: &[Channel]) -> Option<(ChannelId, Expected)> {
    let channel = t.need("channel", |v| {
        let id: ChannelId = v.parsed()?;
        if channels.is_empty() || channels.iter().any(|c| c.id == id) {
            return Some(id);
        }
        v.mistake(format!("units.toml 中没有栏目「{id}」（写法：单位编号/栏目编号）"))
    });
    let what = t.need("what", Value::text);
    let every = t.need("every", |v| v.word(&[("month", PeriodKind::Month), ("quarter", PeriodKind::Quarter)]));
    let by_day = t.need("by_day", |v| v.count(1..=31));
    let words = t.or("words", vec![], |v| v.each(Value::text));
    t.finish();
    Some((channel?, Expected { what: what?, every: every?, by_day: by_day?, words: words? }))
}

#[derive(Clone, Copy)]
enum Kind {
    Typo,
    Sensitive,
}

fn list(text: &str, file: &str) -> Result<(Kind, Vec<Word>), Vec<Mistake>> {
    let doc = Doc::parse(text, file)?;
    let root = doc.root();
    let kind = root.need("kind", |v| v.word(&[("typo", Kind::Typo), ("sensitive", Kind::Sensitive)]));
    let words = root.tables("word", |t| {
        let wrong = t.need("wrong", |v| {
            let text = v.text()?;
            if text.chars().count() >= 2 {
                Some(text)
            } else {
                v.mistake("至少写两个字：单个字几乎总会误报")
            }
        });
        let right = t.need("right", Value::text);
        let except = t.or("except", vec![], |v| v.each(Value::text));
        t.finish();
        let word = Word { wrong: wrong?, right: right?, except: except? };
        if word.right.contains(&word.wrong) {
            t.mistake("right 含有 wrong，正确的写法也会被提示：请核对");
            return None;
        }
        if let Some(odd) = word.except.iter().find(|e| !e.contains(&word.wrong)) {
            t.mistake(format!("except 中的「{odd}」不含「{}」，不起作用：请核对", word.wrong));
            return None;
        }
        Some(word)
    });
    root.finish();
    doc.finish((|| Some((kind?, words)))())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> String {
        list(text, "x").err().unwrap_or_default().iter().map(|m| m.text.clone()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn the_shipped_lists_are_valid_and_not_empty() {
        let hints = load(Path::new("/nonexistent"), &[]).unwrap();
        assert!(hints.scan && hints.typos.len() > 50 && !hints.sensitive.is_empty());
        assert!(hints.version.starts_with("1-"));
    }

    #[test]
    fn mistakes_of_lists_are_said() {
        let word = |w: &str| format!("kind = \"typo\"\n[[word]]\n{w}");
        assert!(mistakes(&word("wrong = \"按\"\nright = \"安装\"")).contains("至少写两个字"));
        assert!(mistakes(&word("wrong = \"按装\"\nright = \"请按装\"")).contains("right 含有 wrong"));
        assert!(mistakes(&word("wrong = \"按装\"\nright = \"安装\"\nexcept = [\"箱\"]")).contains("不起作用"));
        assert!(
            parse("[[expected]]\nchannel = \"a/b\"\nwhat = \"x\"\nevery = \"year\"\nby_day = 40", "x", &[]).is_err()
        );
    }
}
