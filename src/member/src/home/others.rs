//! Other homes of this machine: a key of production is no key of rehearsals, and the other way round.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use record::Digest;

use super::{Home, MEMBER};
use crate::error::Error;

/// The homes that were found.
#[derive(Default)]
pub struct Others {
    homes: Vec<Home>,
    /// Folders with a member.toml that could not be opened.
    pub unread: Vec<PathBuf>,
}

impl Others {
    /// Those in the same folder as this one: who keeps their homes side by side need not name them.
    #[must_use]
    pub fn beside(home: &Path) -> Self {
        let mut others = Self::default();
        let own = fs::canonicalize(home).ok();
        let absolute = std::path::absolute(home).ok();
        let Some(Ok(entries)) = absolute.as_deref().and_then(Path::parent).map(fs::read_dir) else {
            return others;
        };
        for path in entries.flatten().take(MOST).map(|entry| entry.path()) {
            let is_own = own.is_some() && fs::canonicalize(&path).ok() == own;
            if is_own || !path.join(MEMBER).is_file() {
                continue;
            }
            match Home::open(&path) {
                Ok(home) => others.homes.push(home),
                Err(_) => others.unread.push(path),
            }
        }
        others
    }

    /// Those, and the ones that the member named, which must be homes.
    ///
    /// # Errors
    /// One that was named is none.
    pub fn and(mut self, named: &[PathBuf]) -> Result<Self, Error> {
        for path in named {
            self.homes.push(Home::open(path)?);
        }
        Ok(self)
    }

    /// Refuses a home whose keys another one has for the other purpose.
    ///
    /// # Errors
    /// There is one.
    pub fn demand_apart(&self, home: &Home) -> Result<(), Error> {
        let member = home.member();
        let own = [member.fingerprints.approval, member.fingerprints.admin];
        let theirs = |other: &Home| Known {
            keys: [other.member().fingerprints.approval, other.member().fingerprints.admin].into(),
            ssh: [other.member().ssh_key.clone()].into(),
        };
        self.compare(member.rehearsal, &own, &member.ssh_key, theirs)
    }

    /// The same of keys that are to be adopted, against all keys that the other homes have seen: their own, those in
    /// their registrations, and those of all members in the rosters that were reviewed there.
    ///
    /// # Errors
    /// A key of theirs.
    pub fn demand_unknown(&self, rehearsal: bool, keys: &[Digest], ssh: &str) -> Result<(), Error> {
        self.compare(rehearsal, keys, ssh, Known::of)
    }

    /// The home, for the same purpose, that has this approval key already.
    #[must_use]
    pub fn with_approval_key(&self, rehearsal: bool, approval: &Digest) -> Option<&Path> {
        let same =
            |home: &&Home| home.member().rehearsal == rehearsal && home.member().fingerprints.approval == *approval;
        self.homes.iter().find(same).map(Home::path)
    }

    fn compare(
        &self,
        rehearsal: bool,
        keys: &[Digest],
        ssh: &str,
        known: impl Fn(&Home) -> Known,
    ) -> Result<(), Error> {
        for home in self.homes.iter().filter(|home| home.member().rehearsal != rehearsal) {
            let known = known(home);
            if known.ssh.contains(ssh) || keys.iter().any(|key| known.keys.contains(key)) {
                return Err(Error::KeyOfOtherPurpose {
                    rehearsal,
                    home: home.path().into(),
                });
            }
        }
        Ok(())
    }
}

/// The keys that a home knows.
struct Known {
    keys: BTreeSet<Digest>,
    ssh: BTreeSet<String>,
}

impl Known {
    /// What cannot be read adds nothing: the home's own keys are in its member.toml, which was.
    fn of(home: &Home) -> Self {
        let member = home.member();
        let mut known = Self {
            keys: [member.fingerprints.approval, member.fingerprints.admin].into(),
            ssh: [member.ssh_key.clone()].into(),
        };
        for (_, made) in home.made::<record::messages::Registration>().unwrap_or_default() {
            known.add(&made.approval_key, &made.admin_key, &made.ssh_key);
        }
        for plan in home.reviewed_plans().unwrap_or_default() {
            for member in plan.roster.members {
                known.add(&member.approval_key, &member.admin_key, &member.ssh_key);
            }
        }
        known
    }

    fn add(&mut self, approval: &[u8], admin: &[u8], ssh: &str) {
        self.keys.extend([Digest::of(approval), Digest::of(admin)]);
        self.ssh.insert(ssh.to_owned());
    }
}

/// Folders that are looked at: a home lies among a person's files, not among thousands.
const MOST: usize = 1_000;
