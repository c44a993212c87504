//! Where everything of a rehearsal lies: what may be seen under DIR, what is secret under DIR.private.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::files;
use crate::folder::Folder;

/// The folders of one rehearsal.
#[derive(Clone, Debug)]
pub struct Places {
    /// DIR.
    pub out: PathBuf,
    /// DIR.private, for us alone.
    pub private: PathBuf,
}

impl Places {
    /// The named folder, or the next free `rehearsal-output-N`.
    pub fn of(named: Option<&Path>) -> Self {
        let out = named.map_or_else(next_free, Path::to_owned);
        let mut private = out.clone().into_os_string();
        private.push(".private");
        Self {
            out,
            private: private.into(),
        }
    }

    /// Makes both folders, which must be new.
    pub fn make(&self) -> Result<(), Error> {
        for path in [&self.out, &self.private] {
            if path.symlink_metadata().is_ok() {
                return Err(Error::Exists { path: path.clone() });
            }
        }
        files::make_folder(&self.private, true)?;
        files::make_folder(&self.out, false)?;
        files::make_folder(&self.private.join("requests"), true)?;
        files::make_folder(&self.documents(), true)?;
        files::make_folder(&self.keepers(), true)?;
        files::make_folder(&self.publisher(), true)
    }

    /// The founding event's own folder: DIR itself.
    pub fn founding(&self) -> Folder {
        Folder { path: self.out.clone() }
    }

    /// A later event's own folder.
    pub fn event(&self, name: &str) -> Folder {
        Folder {
            path: self.out.join("events").join(name),
        }
    }

    /// What pki.rust-lang.org would serve.
    pub fn store(&self) -> PathBuf {
        self.out.join("store")
    }

    /// The stand-in's cluster, the first or a later one.
    pub fn cluster(&self, number: u32) -> PathBuf {
        self.private.join(match number {
            1 => "cluster".to_owned(),
            n => format!("cluster-{n}"),
        })
    }

    /// The keys of the delegates held outside.
    pub fn keepers(&self) -> PathBuf {
        self.private.join("keepers")
    }

    /// What keepers outside work with after an event.
    pub fn outside(&self) -> PathBuf {
        self.private.join("outside")
    }

    /// Raw logs of the machines, and the batches made of them.
    pub fn access(&self) -> PathBuf {
        self.outside().join("access")
    }

    /// What a delegate's signing service signed.
    pub fn artifacts(&self) -> PathBuf {
        self.out.join("artifacts")
    }

    /// The key of the log of signatures.
    pub fn signatures_key(&self) -> PathBuf {
        self.publisher().join("sig.key")
    }

    /// A request that the person brought.
    pub fn own_request(&self, name: &str) -> PathBuf {
        self.private.join("requests").join(format!("{name}.csr"))
    }

    /// Documents that the person brought, for the founding event to publish.
    pub fn documents(&self) -> PathBuf {
        self.private.join("documents")
    }

    /// Whether a delegate has a certificate in the store.
    pub fn is_certified(&self, delegate: &str) -> bool {
        self.store().join(format!("certs/{delegate}-1.der")).is_file()
    }

    /// The publisher's own machine.
    pub fn publisher(&self) -> PathBuf {
        self.private.join("publisher")
    }

    /// The key of the newest log that has one.
    pub fn log_key(&self) -> PathBuf {
        let next = (2..).map(|number| self.key_of_log(number));
        let next = next.take_while(|key| key.is_file()).last();
        next.unwrap_or_else(|| self.key_of_log(1))
    }

    /// The key of `log/<n>`.
    pub fn key_of_log(&self, number: u32) -> PathBuf {
        self.publisher().join(match number {
            1 => "log.key".to_owned(),
            n => format!("log-{n}.key"),
        })
    }

    /// The number of the newest log in the store.
    pub fn newest_log(&self) -> u32 {
        let checkpoint = |number: &u32| self.store().join(format!("log/{number}/checkpoint"));
        (1..)
            .take_while(|number| checkpoint(number).is_file())
            .last()
            .unwrap_or(1)
    }

    /// Infra's facts of the members: with the salt, nothing for the public.
    pub fn facts(&self, roster: u32) -> PathBuf {
        self.private.join(match roster {
            1 => "facts.toml".to_owned(),
            n => format!("facts-{n}.toml"),
        })
    }

    /// Passphrases and passwords.
    pub fn passwords(&self) -> PathBuf {
        self.private.join("passwords.json")
    }

    /// What is done already.
    pub fn memory(&self) -> PathBuf {
        self.private.join("rehearsal.json")
    }
}

fn next_free() -> PathBuf {
    let free = |path: &PathBuf| {
        let private = PathBuf::from(format!("{}.private", path.display()));
        path.symlink_metadata().is_err() && private.symlink_metadata().is_err()
    };
    (1u32..)
        .map(|n| PathBuf::from(format!("rehearsal-output-{n}")))
        .find(free)
        .unwrap_or_default()
}
