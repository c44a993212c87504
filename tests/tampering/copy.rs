//! A copy of a rehearsal's store, to be tampered with and checked.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use support::rehearsal::{self, Rehearsal, text};
use support::scratch::{Scratch, copy_folder};
use support::{Outcome, ours, run};

/// One test's own copy of a rehearsal's store.
pub struct Copy {
    folder: Scratch,
    of: &'static Rehearsal,
}

impl Copy {
    /// A fresh copy of the plain one's.
    pub fn new(test: &str) -> Self {
        Self::of(rehearsal::plain(), test)
    }

    /// A copy of the store in which keepers outside published too.
    pub fn whole(test: &str) -> Self {
        Self::of(rehearsal::whole(), test)
    }

    fn of(of: &'static Rehearsal, test: &str) -> Self {
        let folder = Scratch::new(test);
        copy_folder(&of.done().store(""), &folder.join("store"));
        Self { folder, of }
    }

    /// The store's folder.
    pub fn dir(&self) -> PathBuf {
        self.folder.join("store")
    }

    /// One of its files. `EVENT` stands for the event's folder.
    pub fn file(&self, path: &str) -> PathBuf {
        self.dir().join(self.path(path))
    }

    /// Its path in the store, as findings name it.
    pub fn path(&self, path: &str) -> String {
        let event = self.of.event();
        let event = event.file_name().and_then(|name| name.to_str()).expect("a name");
        path.replace("EVENT", &format!("events/{event}"))
    }

    /// How many entries the log has, by its checkpoint.
    pub fn log_size(&self) -> usize {
        let text = String::from_utf8(self.read("log/1/checkpoint")).expect("text");
        text.lines().nth(1).and_then(|size| size.parse().ok()).expect("a size")
    }

    /// What a file says.
    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.file(path)).expect("a file of the store")
    }

    /// Puts a file there.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let file = self.file(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, bytes).expect("a file");
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.file(path)).expect("it was there");
    }

    /// Checks the store against the root that the rehearsal made.
    pub fn check(&self) -> Found {
        self.check_with(&self.of.store("certs/root-1.pem"))
    }

    /// Checks the store against another root.
    pub fn check_with(&self, root: &Path) -> Found {
        let words = [
            "store",
            &text(&self.dir()),
            "--root",
            &text(root),
            "--rehearsal",
            "--json",
        ];
        Found::of(run(ours("ceremony-verify"), words, ""))
    }
}

/// What a check came to.
pub struct Found {
    outcome: Outcome,
    findings: BTreeSet<(String, String)>,
}

impl Found {
    fn of(outcome: Outcome) -> Self {
        let report: serde_json::Value = serde_json::from_str(&outcome.out).unwrap_or_default();
        let text = |finding: &serde_json::Value, field: &str| finding[field].as_str().unwrap_or_default().to_owned();
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let findings = findings
            .iter()
            .map(|one| (text(one, "file"), text(one, "rule")))
            .collect();
        Self { outcome, findings }
    }

    /// Demands exit code 1 and this finding; there may be others.
    #[track_caller]
    pub fn names(&self, file: &str, rule: &str) {
        assert_eq!(self.outcome.code, 1, "{}", self.outcome);
        let wanted = (file.to_owned(), rule.to_owned());
        assert!(
            self.findings.contains(&wanted),
            "no {rule} of {file} among {:?}",
            self.findings
        );
    }

    /// Demands exit code 1 and some finding of this file.
    #[track_caller]
    pub fn names_file(&self, file: &str, what: &str) {
        assert_eq!(self.outcome.code, 1, "{what}: {}", self.outcome);
        let named = self.findings.iter().any(|finding| finding.0 == file);
        assert!(named, "{what}: {file} is not named by {:?}", self.findings);
    }

    /// Demands that nothing is wrong.
    #[track_caller]
    pub fn is_clean(&self) {
        assert_eq!(self.outcome.code, 0, "{}", self.outcome);
        assert!(self.findings.is_empty());
    }
}
