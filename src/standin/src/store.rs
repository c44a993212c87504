//! The state folder: one JSON file, replaced atomically under a lock.

mod restore;

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::audit;
use crate::clock;
use crate::error::Broken;
use crate::files;
use crate::init::Making;
use crate::keeping::{self, Keeping};
use crate::state::Cluster;
use crate::state_file;
use crate::words::random;

/// A folder that holds one cluster, for as many processes as like.
pub struct Store {
    folder: PathBuf,
    synced: bool,
    /// None: nothing was opened yet.
    keeping: Option<Keeping>,
}

impl Store {
    /// The cluster in `CLOUDHSM_STANDIN_DIR`, else a fresh one in a temporary folder, which is said.
    /// A folder that is absent or empty becomes a cluster of three nodes.
    pub fn open() -> Result<Store, Broken> {
        let mut store = Store::at_usual_place()?;
        match store.create(&Making::default()) {
            Ok(()) | Err(Broken::Exists { .. }) => {}
            Err(broken) => return Err(broken),
        }
        store.keeping = Some(Keeping::open(&store.folder)?);
        Ok(store)
    }

    /// The same folder, whatever is in it. With `CLOUDHSM_STANDIN_SYNC=off` nothing is synced: quicker, and still
    /// whole after a kill, but not after a power cut.
    pub fn at_usual_place() -> Result<Store, Broken> {
        let folder = match std::env::var_os("CLOUDHSM_STANDIN_DIR") {
            Some(folder) if !folder.is_empty() => PathBuf::from(folder),
            _ => temporary_folder()?,
        };
        let synced = std::env::var_os("CLOUDHSM_STANDIN_SYNC").is_none_or(|value| value != "off");
        Ok(Store {
            folder,
            synced,
            keeping: None,
        })
    }

    /// Makes a cluster, once.
    pub fn create(&self, making: &Making) -> Result<(), Broken> {
        let mut cluster = Cluster::new(making.nodes);
        if let Some(time) = &making.clock {
            clock::set(&mut cluster, time)?;
        }
        make_folder(&self.folder)?;
        let state = self.state_path();
        let there = state.symlink_metadata().is_ok();
        if !there && holds_foreign_things(&self.folder)? {
            return Err(Broken::NotACluster {
                path: self.folder.clone(),
            });
        }
        let _held = self.lock()?;
        if state.symlink_metadata().is_ok() {
            return Err(Broken::Exists {
                path: self.folder.clone(),
            });
        }
        // A command that makes the cluster makes no key: these were another's.
        if self.holds_keys()? {
            return Err(Broken::StateGone { path: state });
        }
        make_folder(&self.keys())?;
        make_folder(&self.sessions())?;
        // The state comes last: where it is, everything is.
        self.replace(&self.folder.join(keeping::FILE), &Keeping::make(&self.folder, making)?)?;
        audit::flush(&self.folder, &mut cluster)?;
        self.replace(&state, &state_file::write(&cluster, &state)?)
    }

    /// Reads the cluster, as the last command left it.
    pub fn look<T>(&self, see: impl FnOnce(&Cluster) -> T) -> Result<T, Broken> {
        let _held = self.lock()?;
        state_file::read(&self.state_path()).map(|(_, cluster)| see(&cluster))
    }

    /// Runs `act` alone on the cluster. On return every change is on the disk; without change nothing is written. A
    /// change after which the state could not be read again is refused, and the old state stays.
    pub fn transact<T>(&self, act: impl FnOnce(&mut Cluster) -> T) -> Result<T, Broken> {
        let _held = self.lock()?;
        let path = self.state_path();
        let (before, mut cluster) = state_file::read(&path)?;
        let keys: BTreeSet<u64> = cluster.keys.iter().map(|key| key.reference).collect();
        let result = act(&mut cluster);
        let after = state_file::write(&cluster, &path)?;
        audit::flush(&self.folder, &mut cluster)?;
        if after != before {
            self.replace(&path, &after)?;
        }
        // Only now are they the cluster's: what a command that was cut short leaves is nobody's.
        let made = cluster.keys.iter().map(|key| key.reference);
        made.filter(|key| !keys.contains(key))
            .try_for_each(|key| self.keep_key(key))?;
        // Only now: a key whose file is gone must not come back with an old state.
        keys.into_iter()
            .filter(|key| cluster.key(*key).is_none())
            .try_for_each(|key| self.forget_key(key))?;
        Ok(result)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the private keys are; only an opened store knows.
    pub fn keeping(&self) -> Result<&Keeping, Broken> {
        let path = || self.folder.join(keeping::FILE);
        self.keeping.as_ref().ok_or_else(|| Broken::NotSealed { path: path() })
    }

    /// Where the sealed private keys are, if they are in no token.
    pub fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    fn holds_keys(&self) -> Result<bool, Broken> {
        match fs::read_dir(self.keys()) {
            Ok(mut entries) => Ok(entries.next().is_some()),
            Err(source) if source.kind() == ErrorKind::NotFound => Ok(false),
            Err(source) => Err(Broken::file(self.keys(), source)),
        }
    }

    /// Where living sessions hold a locked file each.
    pub fn sessions(&self) -> PathBuf {
        self.folder.join("sessions")
    }

    /// Nobody else reads or writes the state until this is dropped.
    pub fn lock(&self) -> Result<File, Broken> {
        let path = self.folder.join("lock");
        let mut how = OpenOptions::new();
        how.create(true).truncate(false).write(true).mode(0o600);
        let open = files::open_regular(&path, &mut how);
        let held = open.and_then(|file| file.lock().map(|()| file));
        held.map_err(|source| Broken::file(path, source))
    }

    /// Temporary file, sync, rename, sync of the folder: the file is the old one or the new one, never less.
    pub fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), Broken> {
        self.write_and_rename(path, bytes)
            .map_err(|source| Broken::file(path, source))
    }

    fn write_and_rename(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let new = path.with_extension("new");
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(bytes)?;
        self.sync(&file)?;
        fs::rename(&new, path)?;
        self.sync_folder_of(path)
    }

    /// The same file under another name; on return that is on the disk.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), Broken> {
        let renamed = fs::rename(from, to).and_then(|()| self.sync_folder_of(to));
        renamed.map_err(|source| Broken::file(to, source))
    }

    fn sync_folder_of(&self, path: &Path) -> io::Result<()> {
        path.parent().map_or(Ok(()), |folder| self.sync(&File::open(folder)?))
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.synced { file.sync_all() } else { Ok(()) }
    }

    fn state_path(&self) -> PathBuf {
        self.folder.join("cluster.json")
    }
}

fn temporary_folder() -> Result<PathBuf, Broken> {
    let name = u64::from_le_bytes(random()?);
    let folder = std::env::temp_dir().join(format!("cloudhsm-standin-{name:016x}"));
    eprintln!(
        "cloudhsm-standin: CLOUDHSM_STANDIN_DIR is not set;\ncloudhsm-standin: the cluster is in {}",
        folder.display()
    );
    Ok(folder)
}

fn make_folder(path: &Path) -> Result<(), Broken> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| Broken::file(path, source))
}

/// What a killed `create` may have left is ours.
fn holds_foreign_things(folder: &Path) -> Result<bool, Broken> {
    let entries = fs::read_dir(folder).map_err(|source| Broken::file(folder, source))?;
    Ok(entries
        .flatten()
        .any(|entry| OURS.iter().all(|ours| entry.file_name() != *ours)))
}

const OURS: [&str; 8] = [
    "audit",
    "lock",
    "keys",
    "sessions",
    "keeping.new",
    "keeping.json",
    "cluster.new",
    "cluster.json",
];
