//! A folder for what passes between the HSM's command line and us, where there is no event's disk. No secret key is ever
//! in it.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::random;

/// The folder of this run; dropping it takes it away.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes a folder for `verb`: new, with a name that nobody knew before, and only we may enter it. What runs that were
    /// stopped from outside have left is taken away.
    pub fn new(verb: &str) -> Result<Self, Error> {
        let (place, prefix) = (std::env::temp_dir(), format!("ceremony-{verb}-"));
        sweep(&place, &prefix);
        let octets = random::octets::<8>()?;
        let name: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let path = place.join(format!("{prefix}{}-{name}", std::process::id()));
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|cause| Error::File {
            act: "make",
            path: path.display().to_string(),
            cause,
        })?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Takes away the folders of runs that are over.
fn sweep(place: &Path, prefix: &str) {
    let is_over = |name: &str| {
        let process = name.strip_prefix(prefix).and_then(|rest| rest.split('-').next());
        process.is_some_and(|number| number.parse::<u32>().is_ok() && !Path::new("/proc").join(number).exists())
    };
    let Ok(entries) = std::fs::read_dir(place) else {
        return;
    };
    for entry in entries.flatten() {
        // Another user's stays: the system refuses.
        if entry.file_name().to_str().is_some_and(is_over) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn each_run_has_a_folder_of_its_own_and_takes_away_those_of_the_dead() {
        let prefix = std::env::temp_dir().join("ceremony-tested-");
        let of = |process: &str| PathBuf::from(format!("{}{process}", prefix.display()));
        // No process has this number: Linux counts to 4194304.
        let (dead, alive, other) = (of("4294967295-0a"), of("1-0a"), of("x-0a"));
        for path in [&dead, &alive, &other] {
            std::fs::create_dir_all(path).expect("a folder");
        }
        let (one, two) = (
            Scratch::new("tested").expect("made"),
            Scratch::new("tested").expect("made"),
        );
        assert_ne!(one.path(), two.path());
        let mode = one.path().metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert!(!dead.exists() && alive.exists() && other.exists());
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists());
        for path in [alive, other] {
            std::fs::remove_dir(path).expect("removed");
        }
    }
}
