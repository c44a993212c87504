//! Where the things of one event lie: what comes in, what goes out, and the console's disk.

use std::path::PathBuf;

use crate::error::Error;
use crate::files;

/// The folder of one event.
#[derive(Clone, Debug)]
pub struct Folder {
    /// DIR for the founding event, DIR/events/NAME for every other.
    pub path: PathBuf,
}

impl Folder {
    /// Makes what is not there yet.
    pub fn make(&self) -> Result<(), Error> {
        let folders = [self.inputs(), self.outbound(), self.countersignatures()];
        folders.iter().try_for_each(|folder| files::make_folder(folder, false))
    }

    /// Bundles for the console, and members' answers.
    pub fn inbound(&self) -> PathBuf {
        self.path.join("inbound")
    }

    /// What the plan is packed from.
    pub fn inputs(&self) -> PathBuf {
        self.inbound().join("inputs")
    }

    /// One of the plan's inputs.
    pub fn input(&self, name: &str) -> PathBuf {
        self.inputs().join(name)
    }

    /// The inbound bundle.
    pub fn plan(&self) -> PathBuf {
        self.inbound().join("plan.cbor")
    }

    /// What leaves the console.
    pub fn outbound(&self) -> PathBuf {
        self.path.join("outbound")
    }

    /// The written record.
    pub fn record(&self) -> PathBuf {
        self.outbound().join("record.cbor")
    }

    /// Members' signatures on the record.
    pub fn countersignatures(&self) -> PathBuf {
        self.outbound().join("countersignatures")
    }

    /// The event's own disk.
    pub fn bastion(&self) -> PathBuf {
        self.path.join("bastion")
    }
}
