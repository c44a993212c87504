//! A founding event, driven as processes: a test stops it anywhere, tampers with what lies there, and goes on.

mod again;
mod answers;
mod bundles;
mod commands;
mod deviation;
mod disk;
mod engine;
mod faults;
mod fixture;
mod folder;
mod judges;
mod owner;
mod people;
mod production;
mod room;

pub use again::bound;
pub use commands::{Ended, first_and_last};
pub use engine::Engine;
pub use faults::{MAKE_KEY, SIGN};
pub use fixture::facts;
pub use judges::{openssl, to_be_signed};
pub use owner::Owner;
pub use people::{CLOCK, EACH_IS_RIGHT, WITHOUT_STORE, is_decision};
pub use room::Shortage;

use std::cell::Cell;
use std::path::{Path, PathBuf};

use folder::Folder;
use record::Time;

/// One event's folder: members, inputs, plan, a cluster that was initialised, and the members' reviews.
///
/// What a test does to it stays its own; it is removed unless the test fails.
pub struct Event {
    folder: Folder,
    programs: PathBuf,
    /// What all clocks say; only [`Event::resume`] moves them on.
    now: Cell<Time>,
}

impl Event {
    /// An event whose plan is reviewed by all nine and which nobody has opened yet.
    #[must_use]
    pub fn planned() -> Self {
        let fixture = fixture::ready();
        let folder = Folder::copy_of(&fixture.join("event"));
        Self {
            folder,
            programs: fixture.join("bin"),
            now: Cell::new(Self::begins()),
        }
    }

    /// What the console's and the members' clocks say.
    #[must_use]
    pub fn now(&self) -> String {
        self.now.get().to_string()
    }

    /// Lets as much time go by as a member waits before the same is approved again.
    pub fn wait_until_no_token_lives(&self) {
        self.now.set(self.now.get().plus(1_201));
    }

    /// Another event that has come as far as this one, in a folder of its own.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self {
            folder: Folder::copy_of(self.root()),
            programs: self.programs.clone(),
            now: Cell::new(self.now.get()),
        }
    }

    /// Lets so many seconds go by.
    pub fn let_pass(&self, seconds: u64) {
        self.now.set(self.now.get().plus(seconds));
    }

    /// Has all clocks say what the system's does, as certificates do that a tool makes now.
    pub fn set_clocks_right(&self) {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        self.now.set(Time(since.expect("after 1970").as_secs()));
    }

    fn begins() -> Time {
        Time::parse(Self::NOW).expect("a time")
    }

    /// The folder that holds everything; all commands run in it.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A file or folder of the event: `inputs/policy.toml`, `bastion/journal`.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Reads a file.
    #[must_use]
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Reads a text file.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Writes a file, over another one if need be: tests tamper.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    }

    /// Replaces text that must be there exactly once.
    pub fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.text(name);
        assert_eq!(text.matches(old).count(), 1, "'{old}' in {name}");
        self.write(name, text.replace(old, new));
    }

    /// Whether a file or folder is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Where an event's things lie in its folder, as the console's options.
    pub const PLACES: [&str; 8] = [
        "--plan",
        "inbound/plan.cbor",
        "--inbound",
        "inbound",
        "--outbound",
        "outbound",
        "--disk",
        "bastion",
    ];
    /// What a cluster is judged by before there is a plan.
    pub const ROSTER_AND_POLICY: [&str; 4] = ["--roster", "inputs/roster.cbor", "--policy", "inputs/policy.toml"];
    /// The password that the key owner's account was given.
    pub const OWNER_PASSWORD: &str = "owner-password-1";
    /// That one, the one that it gets when somebody goes, and another, where nobody knows whether it got that.
    pub const OWNER_PASSWORDS: [&str; 3] = [Self::OWNER_PASSWORD, "owner-password-2", "owner-password-3"];
    /// The moment at which every event begins.
    pub const NOW: &str = "2026-11-22T10:00:00Z";
    /// Those who attend.
    pub const PRESENT: [&str; 6] = ["member-1", "member-2", "member-3", "member-4", "member-5", "member-6"];
    /// Those of them who approve.
    pub const APPROVERS: [&str; 5] = ["member-1", "member-2", "member-3", "member-4", "member-5"];
}
