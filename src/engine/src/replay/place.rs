//! Where a replay writes what it makes: a new folder, laid out as an event's, or one that is taken away at the end.

use std::path::{Path, PathBuf};

use record::screen::Shown;

use super::runs::Made;
use crate::console::Console;
use crate::error::Error;
use crate::event::{Device, Places};
use crate::files;
use crate::hand_over::Sealer;
use crate::hsm::evidence::Evidence;
use crate::machine;
use crate::scratch::Scratch;

/// The folder.
pub enum Place {
    /// One that stays.
    Kept(PathBuf),
    /// One that is taken away.
    Scratch(Scratch),
}

impl Place {
    /// A new folder, or one for this run.
    pub fn new(out: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = out else {
            return Ok(Self::Scratch(Scratch::new("replay")?));
        };
        std::fs::create_dir(path).map_err(|cause| Error::File {
            act: "make",
            path: path.display().to_string(),
            cause,
        })?;
        Ok(Self::Kept(path.to_owned()))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Scratch(scratch) => scratch.path(),
        }
    }

    /// The places of an event in it.
    pub fn places(&self) -> Places {
        let at = |name: &str| self.path().join(name);
        Places {
            logins: PathBuf::from(machine::WTMP),
            plan: at("inbound/plan.cbor"),
            inbound: at("inbound"),
            outbound: at("outbound"),
            disk: at("bastion"),
            device: Device::default(),
            evidence: Evidence::default(),
            consoles: Default::default(),
            sealer: Sealer::None,
        }
    }

    /// Writes what the engine itself leaves to the ledger's medium and to the publisher.
    pub fn keep(&self, made: &Made) -> Result<(), Error> {
        let Self::Kept(path) = self else { return Ok(()) };
        files::write_new(&path.join("bastion/journal"), &made.journal)?;
        files::write_once(&path.join("outbound/results.cbor"), &made.bundle)?;
        let folder = path.join("to-be-signed");
        files::make_folder(&folder)?;
        for (step, bytes) in &made.frozen {
            files::write_new(&folder.join(format!("{step}.der")), bytes)?;
        }
        Ok(())
    }

    /// Says where it is.
    pub fn show(&self, console: &Console) {
        if let Self::Kept(path) = self {
            console.show(&Shown::Wrote {
                path: path.display().to_string(),
                what: "what the replay made".into(),
            });
        }
    }
}
