//! A removable disk: bundles brought in from it, and the console's taken out onto it. Nothing on it is executed, followed or
//! opened that is not a plain file of a known name; nothing that exists is replaced; what is written is read back.

mod folder;
mod sift;
mod write;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use record::any::Maker;
use record::screen::Shown;

use crate::console::Console;
use crate::error::Error;

use folder::Passed;
use sift::Taken;

/// What `media in` needs.
#[derive(Args)]
pub struct InArgs {
    /// The removable disk's folder.
    #[arg(long, value_name = "DIR")]
    disk: PathBuf,
    /// The folder with members' bundles.
    #[arg(long, value_name = "DIR")]
    inbound: PathBuf,
    /// The bundles are a rehearsal's; without it, none of those is taken.
    #[arg(long)]
    rehearsal: bool,
}

/// What `media out` needs.
#[derive(Args)]
pub struct OutArgs {
    /// The folder with what leaves the console.
    #[arg(long, value_name = "DIR")]
    outbound: PathBuf,
    /// The removable disk's folder.
    #[arg(long, value_name = "DIR")]
    disk: PathBuf,
    /// The bundles are a rehearsal's; without it, none of those is taken.
    #[arg(long)]
    rehearsal: bool,
}

/// Brings what others made.
pub fn bring_in(args: &InArgs, console: &Console) -> Result<(), Error> {
    carry(&args.disk, &args.inbound, Maker::Outside, args.rehearsal, console)
}

/// Takes out what the console made.
pub fn take_out(args: &OutArgs, console: &Console) -> Result<(), Error> {
    carry(&args.outbound, &args.disk, Maker::Console, args.rehearsal, console)
}

fn carry(from: &Path, to: &Path, maker: Maker, rehearsal: bool, console: &Console) -> Result<(), Error> {
    let (disk, inbound) = (
        "mount the disk, and name its folder with --disk",
        "make it, or name with --inbound the folder that the event reads: another one it never sees",
    );
    let folders = match maker {
        Maker::Console => [(from, "name the console's outbound folder with --outbound"), (to, disk)],
        _ => [(from, disk), (to, inbound)],
    };
    for (folder, hint) in folders {
        if !folder.is_dir() {
            let (what, hint) = (format!("{} is no folder", folder.display()), hint.to_owned());
            return Err(Error::Usage { what, hint });
        }
    }
    let mut found = folder::read(from)?;
    if maker == Maker::Console {
        found.add(folder::read_countersignatures(from)?);
    }
    let sifted = sift::sift(found.files, maker, rehearsal);
    let passed = [found.passed, sifted.passed].concat();
    // Before anything is written: whoever sees an error must not wonder what was done.
    write::folder_of_countersignatures(to, &sifted.taken, false)?;
    let new = write::not_there_yet(to, &sifted.taken)?;
    write::folder_of_countersignatures(to, &sifted.taken, true)?;
    for taken in &sifted.taken {
        match new.contains(&taken.name) {
            true => put(to, taken, console)?,
            false => console.say(format!("{} is there already, the same octets.", taken.name)),
        }
    }
    tell(&passed, console);
    match sifted.taken.is_empty() {
        true => Err(Error::Refused {
            what: format!("nothing in {} was taken", from.display()),
            hint: match passed.iter().any(|one| one.why.contains("mark")) {
                true => "see above why; --rehearsal takes a rehearsal's bundles, and no others".into(),
                false => {
                    "see above why, if anything is there; bundles lie in that folder itself, under their own names"
                        .into()
                }
            },
        }),
        false => {
            let what = match maker {
                Maker::Console => "unmount the disk before you pull it out",
                _ => "whose they are is judged when the event takes them",
            };
            console.say(format!("{}; {what}.", counted(&sifted.taken, &new, passed.len())));
            Ok(())
        }
    }
}

fn put(to: &Path, taken: &Taken, console: &Console) -> Result<(), Error> {
    let path = to.join(&taken.name);
    write::new_and_read_back(&path, &taken.bytes)?;
    console.show(&Shown::Wrote {
        path: path.display().to_string(),
        what: taken.what.clone(),
    });
    Ok(())
}

fn tell(passed: &[Passed], console: &Console) {
    for one in passed {
        console.warn(format!("passed over: {}: {}", one.name, one.why));
    }
}

fn counted(taken: &[Taken], new: &BTreeSet<String>, passed: usize) -> String {
    let files = |n: usize| {
        if n == 1 {
            "1 file".to_owned()
        } else {
            format!("{n} files")
        }
    };
    let passed = match passed {
        0 => String::new(),
        passed => format!(", {passed} passed over"),
    };
    format!(
        "{} copied and read back, {} there before{passed}",
        files(new.len()),
        taken.len() - new.len()
    )
}

#[cfg(test)]
mod tests;
