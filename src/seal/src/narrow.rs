//! What this process gives up before a secret is in it: descriptors that it was left, core dumps and debuggers, new rights,
//! and every new file or socket. The rest (system calls, namespaces) is for whoever starts it.

use std::path::Path;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

use crate::error::Error;

/// Gives up everything.
///
/// # Errors
/// The system refuses something.
pub fn everything() -> Result<(), Error> {
    close_what_was_left()?;
    let failed = |act| {
        move |cause: rustix::io::Errno| Error::Narrow {
            act,
            cause: cause.into(),
        }
    };
    // prctl(2): neither a core file nor a debugger of the same user sees the memory.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed("keep its memory to itself"))?;
    rustix::thread::set_no_new_privs(true).map_err(failed("give up new rights"))?;
    // getrlimit(2): with none left to open there is no file and no socket; the three that are open stay.
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).map_err(failed("forbid itself core files"))?;
    setrlimit(Resource::Nofile, none).map_err(failed("forbid itself new files"))
}

/// Whoever started this may have left open what is none of its business: a journal, a connection to the HSM.
fn close_what_was_left() -> Result<(), Error> {
    let failed = |cause| Error::Narrow {
        act: "list its open files",
        cause,
    };
    let listed: Vec<i32> = std::fs::read_dir(OPEN)
        .map_err(failed)?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    // The number that the listing itself had is closed by now.
    let is_open = |number: &i32| Path::new(OPEN).join(number.to_string()).symlink_metadata().is_ok();
    for number in listed.into_iter().filter(|number| *number > 2 && is_open(number)) {
        // SAFETY: this is the one thread, before anything was opened here: nothing in this program owns a descriptor above
        // standard error.
        #[allow(unsafe_code)]
        unsafe {
            rustix::io::close(number);
        }
    }
    Ok(())
}

/// proc(5): a link for each open descriptor.
const OPEN: &str = "/proc/self/fd";
