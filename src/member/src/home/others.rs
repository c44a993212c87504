//! Other homes of this machine: a key of production is no key of rehearsals, and the other way round.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use record::Digest;
use rustix::io::Errno;

use super::{Home, MEMBER, MemberFile};
use crate::error::Error;
use crate::show;

/// The homes that were found.
#[derive(Default)]
pub struct Others {
    homes: Vec<Home>,
    unread: Vec<Unread>,
}

/// What may be a home, or hold some, and cannot be read.
struct Unread {
    path: PathBuf,
    what: String,
}

impl Others {
    /// Those in the same folder as this one: who keeps their homes side by side need not name them. Of a home that is named
    /// by a link, also those beside the link.
    #[must_use]
    pub fn beside(home: &Path) -> Self {
        let mut others = Self::default();
        let own = fs::canonicalize(home).ok();
        let named = std::path::absolute(home).ok();
        let folder = |home: &Option<PathBuf>| {
            let folder = home.as_deref()?.parent()?;
            Some(fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()))
        };
        let folders: BTreeSet<PathBuf> = [&own, &named].into_iter().filter_map(folder).collect();
        for folder in folders {
            others.look_in(&folder, own.as_deref());
        }
        others
    }

    fn look_in(&mut self, folder: &Path, own: Option<&Path>) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            // It is made with the home.
            Err(cause) if cause.kind() == NotFound => return,
            Err(cause) => return self.pass_over(folder, &cause),
        };
        for (number, entry) in entries.enumerate() {
            match entry {
                _ if number == MOST => {
                    self.pass_over(folder, &format!("it has more than {MOST} entries"));
                    break;
                }
                Ok(entry) if own.is_some() && fs::canonicalize(entry.path()).ok().as_deref() == own => {}
                Ok(entry) => self.look_at(entry.path()),
                Err(cause) => self.pass_over(folder, &cause),
            }
        }
    }

    fn look_at(&mut self, path: PathBuf) {
        // What is no folder is no home: a file, a link that leads nowhere or into itself.
        let nowhere = |cause: &std::io::Error| cause.raw_os_error() == Some(Errno::LOOP.raw_os_error());
        match fs::metadata(&path) {
            Ok(found) if !found.is_dir() => return,
            Err(cause) if nowhere(&cause) => return,
            _ => {}
        }
        match fs::metadata(path.join(MEMBER)) {
            Err(cause) if matches!(cause.kind(), NotFound | NotADirectory) => {}
            // A home of this person is theirs: what they may not look into and others own is none of it.
            Err(cause) if cause.kind() == PermissionDenied && is_of_others(&path) => {}
            Err(cause) => self.pass_over(&path, &cause),
            Ok(_) => match Home::open(&path) {
                Ok(home) => self.homes.push(home),
                Err(cause) => self.pass_over(&path, &cause),
            },
        }
    }

    fn pass_over(&mut self, path: &Path, what: &dyn std::fmt::Display) {
        self.unread.push(Unread {
            path: path.into(),
            what: what.to_string(),
        });
    }

    /// These, if all of them could be read: new keys are compared with every one.
    ///
    /// # Errors
    /// The first that could not.
    pub fn all_read(mut self) -> Result<Self, Error> {
        match self.unread.pop() {
            None => Ok(self),
            Some(Unread { path, what }) => Err(Error::OtherHomeUnread { path, what }),
        }
    }

    /// What is said of those that could not be read, where keys are used that were compared at setup.
    #[must_use]
    pub fn not_compared(&self) -> Vec<String> {
        let each = self.unread.iter().flat_map(|unread| {
            let said = format!("{}: {}", unread.path.display(), unread.what);
            show::field("NOTE: not compared with this home, for it cannot be read", &said)
        });
        each.collect()
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
        self.compare(member.rehearsal, &own, &member.ssh_key, |other| Ok(Known::own(other)))
    }

    /// The same of keys that are to be adopted, against all keys that the other homes have seen: their own, those in
    /// their registrations, and those of all members in the rosters that were reviewed there.
    ///
    /// # Errors
    /// A key of theirs, or a home whose memory cannot be read.
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

    /// Homes that have all three keys of this one, for the same purpose: each remembers its own approvals alone.
    pub fn twins<'a>(&'a self, member: &'a MemberFile) -> impl Iterator<Item = &'a Path> {
        let is_twin = |home: &&Home| {
            let other = home.member();
            other.rehearsal == member.rehearsal
                && other.fingerprints == member.fingerprints
                && other.ssh_key == member.ssh_key
        };
        self.homes.iter().filter(is_twin).map(Home::path)
    }

    /// What is said of them where keys are used. One may be a backup, which no event waits for.
    #[must_use]
    pub fn doubled(&self, home: &Home) -> Vec<String> {
        let said = "NOTE: a second home of the same keys, which does not know what is approved here. \
                    Never approve anything from it";
        let twins = self.twins(home.member());
        twins
            .flat_map(|twin| show::field(said, &twin.display().to_string()))
            .collect()
    }

    fn compare(
        &self,
        rehearsal: bool,
        keys: &[Digest],
        ssh: &str,
        known: impl Fn(&Home) -> Result<Known, Error>,
    ) -> Result<(), Error> {
        for home in self.homes.iter().filter(|home| home.member().rehearsal != rehearsal) {
            let known = known(home)?;
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
    /// Its own, as its member.toml has them.
    fn own(home: &Home) -> Self {
        let member = home.member();
        Self {
            keys: [member.fingerprints.approval, member.fingerprints.admin].into(),
            ssh: [member.ssh_key.clone()].into(),
        }
    }

    /// Those, and all that it remembers; what cannot be read could be the key that is asked about.
    fn of(home: &Home) -> Result<Self, Error> {
        let unread = |cause: Error| Error::OtherHomeUnread {
            path: home.path().into(),
            what: cause.to_string(),
        };
        let mut known = Self::own(home);
        for (_, made) in home.made::<record::messages::Registration>().map_err(unread)? {
            known.add(&made.approval_key, &made.admin_key, &made.ssh_key);
        }
        for plan in home.reviewed_plans().map_err(unread)? {
            for member in plan.roster.members {
                known.add(&member.approval_key, &member.admin_key, &member.ssh_key);
            }
        }
        Ok(known)
    }

    fn add(&mut self, approval: &[u8], admin: &[u8], ssh: &str) {
        self.keys.extend([Digest::of(approval), Digest::of(admin)]);
        self.ssh.insert(ssh.to_owned());
    }
}

/// Whether a folder is of another user than the one who runs this.
fn is_of_others(path: &Path) -> bool {
    let owner = |path: &Path| fs::symlink_metadata(path).map(|found| found.uid()).ok();
    let own = owner(Path::new("/proc/self"));
    own.is_some() && owner(path).is_some_and(|owner| Some(owner) != own)
}

/// Entries that are looked at: a home lies among a person's files, not among thousands.
const MOST: usize = 10_000;
