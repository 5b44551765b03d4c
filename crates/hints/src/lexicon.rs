//! B1.5 错别字 and C4 不良内容: words of a list, found where they stand, and links to hosts of a list.

use aho_corasick::{AhoCorasick, MatchKind};
use model::Confidence;

use crate::text::{is_blank, surroundings};
use crate::{Hint, Page, quote};

/// More places than this are not quoted.
const MAX_QUOTES: usize = 20;

/// A word that should not stand in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub wrong: String,
    /// What is right, or what is the matter with it.
    pub right: String,
    /// Phrases that hold the word and are right all the same.
    pub except: Vec<String>,
}

/// A list of words, ready to be searched for.
#[derive(Debug, Clone)]
pub struct Lexicon {
    words: Vec<Word>,
    search: AhoCorasick,
}

/// Why a list of words cannot be searched for: it is far too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl Lexicon {
    /// Makes a list ready. Of words that begin alike the longest counts.
    ///
    /// # Errors
    /// Where the list is far too large.
    pub fn new(words: Vec<Word>) -> Result<Lexicon, TooLarge> {
        let words: Vec<Word> = words.into_iter().filter(|w| !w.wrong.is_empty()).collect();
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.iter().map(|w| &w.wrong))
            .map_err(|_| TooLarge)?;
        Ok(Lexicon { words, search })
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Wrong characters in a page. The same word is quoted once, where it stands first.
    #[must_use]
    pub fn typos(&self, page: &Page) -> Option<Hint> {
        let found = self.find(page, "typo");
        let summary = format!("疑似错别字{}处", found.len());
        (!found.is_empty()).then(|| Hint::new("typo", Confidence::Medium, summary, found))
    }

    /// Words that should not be published. One of them may be harmless, so it takes two for more than a low confidence.
    #[must_use]
    pub fn sensitive(&self, page: &Page) -> Option<Hint> {
        let found = self.find(page, "sensitive");
        let sure = if found.len() >= 2 { Confidence::Medium } else { Confidence::Low };
        let summary = format!("疑似不当内容（敏感词{}个）", found.len());
        (!found.is_empty()).then(|| Hint::new("sensitive", sure, summary, found))
    }

    fn find(&self, page: &Page, kind: &str) -> Vec<model::Quote> {
        let mut found: Vec<model::Quote> = Vec::new();
        for block in page.blocks() {
            // Layout puts blanks between characters; they are not part of a word.
            let text: String = block.chars().filter(|c| !is_blank(*c)).collect();
            for hit in self.search.find_iter(&text) {
                let Some(word) = self.words.get(hit.pattern().as_usize()) else { continue };
                let mark = format!("{kind}:{}", word.wrong);
                if word.is_excused(&text, hit.start(), hit.end()) || found.iter().any(|q| q.mark == mark) {
                    continue;
                }
                if found.len() == MAX_QUOTES {
                    return found;
                }
                let note = if kind == "typo" {
                    format!("「{}」疑应为「{}」", word.wrong, word.right)
                } else {
                    word.right.clone()
                };
                found.push(quote(mark, surroundings(&text, hit.start(), hit.end(), 12), note));
            }
        }
        found
    }
}

impl Word {
    /// Does one of the phrases that are right cover that place?
    fn is_excused(&self, text: &str, start: usize, end: usize) -> bool {
        self.except.iter().any(|phrase| {
            phrase.match_indices(self.wrong.as_str()).any(|(at, _)| {
                let (Some(from), to) = (start.checked_sub(at), end + phrase.len() - at - self.wrong.len()) else {
                    return false;
                };
                text.get(from..to) == Some(phrase.as_str())
            })
        })
    }
}

/// Links and frames of a page that lead to a host of the list, or one below it.
#[must_use]
pub fn blocked_links(page: &Page, hosts: &[String]) -> Option<Hint> {
    let mut found: Vec<model::Quote> = Vec::new();
    let frames = page.frames.iter().map(|f| ("（内嵌页面）", f.as_str()));
    for (text, url) in page.links.iter().map(|(t, u)| (t.as_str(), u.as_str())).chain(frames) {
        let Some(host) = host(url) else { continue };
        let Some(listed) = hosts.iter().find(|h| is_below(&host, h)) else { continue };
        let mark = format!("blocked-host:{host}");
        if found.len() < MAX_QUOTES && !found.iter().any(|q| q.mark == mark) {
            found.push(quote(mark, format!("{text} → {url}"), format!("链接指向名单中的网站 {listed}")));
        }
    }
    let summary = format!("链接指向不良网站名单中的{}个网站", found.len());
    (!found.is_empty()).then(|| Hint::new("blocked-host", Confidence::High, summary, found))
}

fn is_below(host: &str, listed: &str) -> bool {
    let listed = listed.trim_start_matches("*.").trim_start_matches('.');
    !listed.is_empty()
        && host.len() >= listed.len()
        && host.get(host.len() - listed.len()..).is_some_and(|end| end.eq_ignore_ascii_case(listed))
        && (host.len() == listed.len() || host.as_bytes()[host.len() - listed.len() - 1] == b'.')
}

/// The host of an absolute address, in lower case.
pub(crate) fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(wrong: &str, right: &str, except: &[&str]) -> Word {
        let except = except.iter().map(|e| (*e).to_owned()).collect();
        Word { wrong: wrong.into(), right: right.into(), except }
    }

    fn page(text: &str) -> Page {
        Page { paragraphs: vec![text.to_owned()], ..Page::default() }
    }

    #[test]
    fn a_wrong_form_is_quoted_once_where_it_stands() {
        let list = Lexicon::new(vec![word("按装", "安装", &[]), word("人名政府", "人民政府", &[])]).unwrap();
        let hint = list.typos(&page("各单位要按 装监控设备，再按装一次。由区人名政府验收。")).unwrap();
        assert_eq!(hint.quotes.len(), 2);
        assert!(hint.quotes[0].text.contains("要按装监控") && hint.quotes[0].note.contains("安装"));
        assert!(list.typos(&page("各单位要安装监控设备，由区人民政府验收。")).is_none());
    }

    #[test]
    fn what_holds_the_word_and_is_right_is_left_alone() {
        let list =
            Lexicon::new(vec![word("世外桃园", "世外桃源", &["世外桃园小区"]), word("按装", "安装", &["按装箱"])])
                .unwrap();
        assert!(list.typos(&page("世外桃园小区停水，按装箱单验收。")).is_none());
        assert!(list.typos(&page("宛如世外桃园")).is_some());
    }

    #[test]
    fn words_in_tables_and_titles_are_found_too() {
        let list = Lexicon::new(vec![word("布署", "部署", &[])]).unwrap();
        let tables = vec![vec![vec!["工作布署".to_owned(), "工作布署".to_owned()]]];
        assert!(list.typos(&Page { tables, ..Page::default() }).is_some());
        assert!(list.typos(&Page { title: "安排布署会".into(), ..Page::default() }).is_some());
    }

    #[test]
    fn hosts_are_matched_whole_and_below() {
        let hosts = ["bad.example".to_owned()];
        let with = |url: &str| Page { links: vec![("链接".into(), url.into())], ..Page::default() };
        for url in ["http://bad.example/x", "https://WWW.bad.example:8080", "https://u@a.b.bad.example?q"] {
            assert!(blocked_links(&with(url), &hosts).is_some(), "{url}");
        }
        for url in
            ["http://notbad.example/", "http://bad.example.gov.cn/", "http://x.cn/?to=bad.example", "javascript:1"]
        {
            assert!(blocked_links(&with(url), &hosts).is_none(), "{url}");
        }
    }
}
