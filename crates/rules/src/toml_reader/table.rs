//! A table that remembers which keys were asked for.

use std::cell::RefCell;

use toml::de::DeTable;

use super::{Doc, Value, nearest};

/// A table of the file.
#[derive(Debug)]
pub struct Table<'d> {
    doc: &'d Doc<'d>,
    path: String,
    entries: &'d DeTable<'d>,
    at: usize,
    known: RefCell<Vec<&'static str>>,
}

impl<'d> Table<'d> {
    pub(super) fn new(doc: &'d Doc<'d>, path: String, entries: &'d DeTable<'d>, at: usize) -> Table<'d> {
        Table { doc, path, entries, at, known: RefCell::default() }
    }

    /// Its key path; empty for the whole file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Is the key there? Asking makes it known.
    #[must_use]
    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// The value of a key, where it is there. Asking makes the key known.
    #[must_use]
    pub fn get(&self, key: &'static str) -> Option<Value<'d>> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.entries.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| Value::new(self.doc, self.join(key), v))
    }

    /// Reads a key that must be there.
    #[must_use]
    pub fn need<T>(&self, key: &'static str, read: impl FnOnce(&Value<'d>) -> Option<T>) -> Option<T> {
        match self.get(key) {
            Some(value) => read(&value),
            None => {
                self.doc.note(self.at, &self.join(key), format!("缺少必填项「{key}」，请补上"));
                None
            }
        }
    }

    /// Reads a key that may be absent: `Some(None)` when it is, `None` when it holds a mistake.
    #[must_use]
    pub fn may<T>(&self, key: &'static str, read: impl FnOnce(&Value<'d>) -> Option<T>) -> Option<Option<T>> {
        self.get(key).map_or(Some(None), |value| read(&value).map(Some))
    }

    /// Reads a key that has a default.
    #[must_use]
    pub fn or<T>(&self, key: &'static str, default: T, read: impl FnOnce(&Value<'d>) -> Option<T>) -> Option<T> {
        self.get(key).map_or(Some(default), |value| read(&value))
    }

    /// Reads an array of tables (`[[key]]`); an absent one is empty. Elements that hold mistakes are left out.
    #[must_use]
    pub fn tables<T>(&self, key: &'static str, read: impl Fn(&Table<'d>) -> Option<T>) -> Vec<T> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(all) = value.list() else { return Vec::new() };
        all.iter().filter_map(|v| v.table().and_then(|t| read(&t))).collect()
    }

    /// Every key as it is written, with its value: for tables whose keys are names. All become known.
    #[must_use]
    pub fn named(&self) -> Vec<(String, Value<'d>)> {
        let named = |k: &str| (k.to_owned(), Value::new(self.doc, self.join(k), &self.entries[k]));
        self.entries.keys().map(|k| named(k.get_ref())).collect()
    }

    /// Notes a mistake at the head of this table.
    pub fn mistake(&self, text: impl Into<String>) {
        self.doc.note(self.at, &self.path, text);
    }

    /// Refuses every key that was not asked for. Ask for all fields before.
    pub fn finish(&self) {
        let known = self.known.borrow();
        for key in self.entries.keys() {
            let word: &str = key.get_ref();
            if known.contains(&word) {
                continue;
            }
            let hint = match nearest(word, known.iter().copied()) {
                Some(near) => format!("，是否应为「{near}」？请改正或删去"),
                None => format!("，请删去；此处可用：{}", known.join("、")),
            };
            self.doc.note(key.span().start, &self.join(word), format!("没有名为「{word}」的配置项{hint}"));
        }
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}
