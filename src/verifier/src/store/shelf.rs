//! The store's files, and which of them something explains.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crate::Source;
use crate::finding::Findings;

/// A store that is being read.
pub(super) struct Shelf<'a> {
    source: &'a dyn Source,
    listed: BTreeSet<String>,
    explained: RefCell<BTreeSet<String>>,
    missing: Cell<usize>,
}

impl<'a> Shelf<'a> {
    pub(super) fn open(source: &'a dyn Source, findings: &mut Findings) -> Option<Self> {
        let listed = findings.take(source.list(), "", "unreadable-store")?;
        let (folders, listed): (BTreeSet<_>, BTreeSet<_>) = listed.into_iter().partition(|path| path.ends_with('/'));
        for folder in folders {
            findings.add(folder, "unreadable-file", "what is in this folder cannot be listed");
        }
        Some(Self {
            source,
            listed,
            explained: RefCell::default(),
            missing: Cell::new(0),
        })
    }

    /// A file that must be there.
    pub(super) fn read(&self, path: &str, findings: &mut Findings) -> Option<Vec<u8>> {
        self.explain(path);
        match self.source.read(path) {
            Ok(Some(bytes)) => return Some(bytes),
            Ok(None) => self.miss(path, "it must be there, and is not", findings),
            Err(error) => findings.add(path, "unreadable-file", error),
        }
        None
    }

    /// A file that must be there is not.
    pub(super) fn miss(&self, path: &str, what: &str, findings: &mut Findings) {
        let found = findings.0.len();
        findings.add(path, "missing-file", what);
        self.missing.set(self.missing.get() + findings.0.len() - found);
    }

    /// A file that must be there and be text.
    pub(super) fn read_text(&self, path: &str, findings: &mut Findings) -> Option<String> {
        let text = String::from_utf8(self.read(path, findings)?);
        findings.take(text, path, "not-text")
    }

    /// A file that must be there with exactly these bytes.
    pub(super) fn demand(&self, path: &str, expected: &[u8], rule: &'static str, what: &str, findings: &mut Findings) {
        if let Some(found) = self.read(path, findings) {
            findings.demand(found == expected, path, rule, || what.to_owned());
        }
    }

    /// The bytes of a file, if it is there; says nothing, explains nothing.
    pub(super) fn peek(&self, path: &str) -> Result<Option<Vec<u8>>, std::io::Error> {
        self.source.read(path)
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.listed.contains(path)
    }

    /// The files in a folder and its folders, by their whole paths.
    pub(super) fn under<'s>(&'s self, folder: &str) -> impl Iterator<Item = &'s str> {
        let prefix = format!("{folder}/");
        self.listed
            .iter()
            .map(String::as_str)
            .filter(move |path| path.starts_with(&prefix))
    }

    pub(super) fn explain(&self, path: &str) {
        self.explained.borrow_mut().insert(path.to_owned());
    }

    /// Explains all that is left in a folder; how many files that is.
    pub(super) fn explain_under(&self, folder: &str) -> usize {
        let mut explained = self.explained.borrow_mut();
        self.under(folder)
            .filter(|path| explained.insert((*path).to_owned()))
            .count()
    }

    pub(super) fn leftovers(&self) -> Vec<String> {
        self.listed.difference(&self.explained.borrow()).cloned().collect()
    }

    /// How many files that must be there are not.
    pub(super) fn missing(&self) -> usize {
        self.missing.get()
    }

    /// The paths of all files.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.listed.iter().map(String::as_str)
    }

    pub(super) fn count(&self) -> usize {
        self.listed.len()
    }
}
