//! Further sessions with the HSM, each a login of its own: an admin's, a new user's. Tokens die with theirs.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use hsm::{CloudHsm, Habits, Hsm, Recorded};

use crate::error::Error;
use crate::event::{Device, work_folder};
use crate::ledger::{Door, Shared};

/// How sessions are opened.
#[derive(Clone)]
pub enum Sessions {
    /// By CloudHSM's command line, each in a process and a work folder of its own.
    CommandLine {
        /// `cloudhsm-cli`, or what stands in for it.
        program: PathBuf,
        /// The cluster, where several are configured.
        cluster_id: Option<String>,
        /// The event's own disk.
        disk: PathBuf,
    },
    /// By what a past event's sessions were answered: all of them, in the journal's order.
    Past(Rc<RefCell<Recorded>>),
    /// With a cluster in memory.
    #[cfg(test)]
    Memory(Rc<dyn Fn(Door, Habits) -> Box<dyn Hsm>>),
    /// Not at all: a token has one user.
    None,
}

impl Sessions {
    /// A new session. The name is that of its work folder; what is sent and what comes is in the journal.
    pub fn open(&self, name: &str, habits: Habits, ledger: &Shared) -> Result<Box<dyn Hsm>, Error> {
        let door = Door(Rc::clone(ledger));
        match self {
            Self::CommandLine {
                program,
                cluster_id,
                disk,
            } => {
                let work = work_folder(disk, name)?;
                let process = Device::command_line(program, cluster_id.as_deref(), &work)?;
                Ok(Box::new(CloudHsm::new(process, door).with_habits(habits)))
            }
            Self::Past(recorded) => Ok(Box::new(CloudHsm::new(Rc::clone(recorded), door).with_habits(habits))),
            #[cfg(test)]
            Self::Memory(open) => Ok(open(door, habits)),
            Self::None => Err(Error::Hsm(hsm::Error::Unsupported {
                operation: "open a second session",
            })),
        }
    }
}
