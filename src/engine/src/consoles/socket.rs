//! The socket's place: a folder that nobody else can change, a socket that its group can open, and nothing left behind.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use crate::error::Error;

/// A socket; it goes when this is dropped.
pub struct Socket {
    path: PathBuf,
    listener: UnixListener,
    /// Device and number: another run may have its own there by then.
    file: (u64, u64),
}

impl Socket {
    /// A new socket. What a run that was killed left there is taken away; another run's is an error.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let folder = fs::canonicalize(folder).map_err(|cause| failed("find", folder, cause))?;
        demand_private(&folder)?;
        // From here on by the way that was looked at: a link on the one that was named may lead elsewhere by now.
        let path = &folder.join(path.file_name().unwrap_or_default());
        take_stale_away(path)?;
        let listener = UnixListener::bind(path).map_err(|cause| failed("make", path, cause))?;
        let made = fs::symlink_metadata(path).map_err(|cause| failed("read", path, cause))?;
        let socket = Self {
            path: path.to_owned(),
            listener,
            file: (made.dev(), made.ino()),
        };
        // Whoever may enter the folder as its group may knock. Who may come in is decided by who they are.
        let group = folder.metadata().map_err(|cause| failed("read", &folder, cause))?.gid();
        if made.gid() != group {
            chown(path, None, Some(group)).map_err(|cause| failed("give to its folder's group", path, cause))?;
        }
        fs::set_permissions(path, Permissions::from_mode(0o660)).map_err(|cause| failed("open", path, cause))?;
        Ok(socket)
    }

    /// What is knocked at.
    pub fn listener(&self) -> std::io::Result<UnixListener> {
        self.listener.try_clone()
    }

    /// Knocks, so that whoever waits there looks up.
    pub fn knock(&self) {
        let _ = UnixStream::connect(&self.path);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let is_ours = fs::symlink_metadata(&self.path).is_ok_and(|now| (now.dev(), now.ino()) == self.file);
        if is_ours {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whoever can write to a folder on the way puts a socket of their own in the place of ours.
fn demand_private(folder: &Path) -> Result<(), Error> {
    let us = geteuid().as_raw();
    for place in folder.ancestors() {
        let found = fs::symlink_metadata(place).map_err(|cause| failed("read", place, cause))?;
        let (owner, mode) = (found.uid(), found.mode());
        // In a sticky folder, such as /tmp, nobody takes away what is another's; but the socket's own is not such a one.
        let guarded = mode & 0o022 == 0 || (mode & 0o1000 != 0 && place != folder);
        if !(guarded && [0, us].contains(&owner)) {
            return Err(Error::Consoles {
                what: format!(
                    "others can change {}: mode {:o}, owner {owner}",
                    place.display(),
                    mode & 0o7777
                ),
                hint: "name a socket in a folder that belongs to whoever runs `ceremony`, and that nobody else can write to",
            });
        }
    }
    Ok(())
}

fn take_stale_away(path: &Path) -> Result<(), Error> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(failed("read", path, cause)),
    };
    if !found.file_type().is_socket() {
        return Err(failed("make", path, ErrorKind::AlreadyExists.into()));
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(Error::Consoles {
            what: format!("somebody answers at {} already", path.display()),
            hint: "wait for the other run of `ceremony`, or end it; or name another socket",
        }),
        Err(cause) if cause.kind() == ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(|cause| failed("remove", path, cause))
        }
        Err(cause) => Err(failed("open", path, cause)),
    }
}

fn failed(act: &'static str, path: &Path, cause: std::io::Error) -> Error {
    let path = path.display().to_string();
    Error::File { act, path, cause }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_socket_is_its_groups_and_goes_with_its_run() {
        let folder = Scratch::new("socket").expect("a folder");
        let path = folder.path().join("console.sock");
        let socket = Socket::open(&path).expect("it opens");
        let mode = path.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        let again = Socket::open(&path).err().expect("another run has it");
        assert_eq!(
            again.to_string(),
            format!("somebody answers at {} already", path.display())
        );
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn what_a_killed_run_left_is_taken_away_and_nothing_else() {
        let folder = Scratch::new("stale").expect("a folder");
        let path = folder.path().join("console.sock");
        // Without our drop, as SIGKILL leaves it.
        drop(UnixListener::bind(&path).expect("bound"));
        assert!(path.exists());
        drop(Socket::open(&path).expect("it opens"));
        fs::write(&path, "somebody's file").expect("written");
        let error = Socket::open(&path).err().expect("it is no socket");
        assert_eq!(error.exit_code(), 1, "{error}");
        assert_eq!(fs::read(&path).expect("there"), b"somebody's file");
    }

    #[test]
    fn a_run_takes_no_other_runs_socket_away() {
        let folder = Scratch::new("others").expect("a folder");
        let path = folder.path().join("console.sock");
        let socket = Socket::open(&path).expect("it opens");
        fs::remove_file(&path).expect("removed");
        let other = UnixListener::bind(&path).expect("bound");
        drop(socket);
        assert!(path.exists());
        drop(other);
    }

    #[test]
    fn refuses_a_folder_that_others_can_write_to() {
        let folder = Scratch::new("open").expect("a folder");
        for (mode, below) in [(0o770, 0o700), (0o702, 0o700), (0o1777, 0o1777)] {
            let below_it = folder.path().join(format!("{mode:o}"));
            fs::create_dir(&below_it).expect("made");
            let inner = below_it.join("inner");
            fs::create_dir(&inner).expect("made");
            fs::set_permissions(&inner, Permissions::from_mode(below)).expect("changed");
            fs::set_permissions(&below_it, Permissions::from_mode(mode)).expect("changed");
            let error = Socket::open(&inner.join("s")).err().expect("refused");
            assert!(error.to_string().starts_with("others can change "), "{error}");
            assert!(
                error
                    .hint()
                    .is_some_and(|hint| hint.contains("nobody else can write to"))
            );
        }
    }

    #[test]
    fn a_name_that_no_socket_can_have_is_an_error() {
        let folder = Scratch::new("long").expect("a folder");
        let error = Socket::open(&folder.path().join("x".repeat(120)))
            .err()
            .expect("too long");
        assert!(error.to_string().starts_with("cannot make "), "{error}");
    }
}
