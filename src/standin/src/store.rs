//! The state folder: one JSON file, replaced atomically under a lock.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::audit;
use crate::error::Broken;
use crate::init::Making;
use crate::keeping::{self, Keeping};
use crate::state::Cluster;
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
        make_folder(&self.folder)?;
        let state = self.state_path();
        if !state.exists() && holds_foreign_things(&self.folder)? {
            return Err(Broken::NotACluster {
                path: self.folder.clone(),
            });
        }
        let _held = self.lock()?;
        if state.exists() {
            return Err(Broken::Exists {
                path: self.folder.clone(),
            });
        }
        make_folder(&self.folder.join("keys"))?;
        make_folder(&self.sessions())?;
        // The state comes last: where it is, everything is.
        self.replace(&self.folder.join(keeping::FILE), &Keeping::make(&self.folder, making)?)?;
        let mut cluster = Cluster::new(making.nodes);
        audit::flush(&self.folder, &mut cluster)?;
        self.replace(&state, &serialize(&cluster, &state)?)
    }

    /// Reads the cluster, as the last command left it.
    pub fn look<T>(&self, see: impl FnOnce(&Cluster) -> T) -> Result<T, Broken> {
        let _held = self.lock()?;
        let path = self.state_path();
        parse(&read_bounded(&path)?, &path).map(|cluster| see(&cluster))
    }

    /// Runs `act` alone on the cluster. On return every change is on the disk; without change nothing is written.
    pub fn transact<T>(&self, act: impl FnOnce(&mut Cluster) -> T) -> Result<T, Broken> {
        let _held = self.lock()?;
        let path = self.state_path();
        let before = read_bounded(&path)?;
        let mut cluster = parse(&before, &path)?;
        let keys: Vec<u64> = cluster.keys.iter().map(|key| key.reference).collect();
        let result = act(&mut cluster);
        audit::flush(&self.folder, &mut cluster)?;
        let after = serialize(&cluster, &path)?;
        if after != before {
            self.replace(&path, &after)?;
        }
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

    /// Where living sessions hold a locked file each.
    pub fn sessions(&self) -> PathBuf {
        self.folder.join("sessions")
    }

    /// Nobody else reads or writes the state until this is dropped.
    pub fn lock(&self) -> Result<File, Broken> {
        let path = self.folder.join("lock");
        let open = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path);
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
        "cloudhsm-standin: CLOUDHSM_STANDIN_DIR is not set; the cluster is in {}",
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

fn parse(bytes: &[u8], path: &Path) -> Result<Cluster, Broken> {
    serde_json::from_slice(bytes).map_err(|source| Broken::State {
        path: path.into(),
        source,
    })
}

fn serialize(cluster: &Cluster, path: &Path) -> Result<Vec<u8>, Broken> {
    serde_json::to_vec_pretty(cluster).map_err(|source| Broken::State {
        path: path.into(),
        source,
    })
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, Broken> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST_STATE).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|source| Broken::file(path, source))
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
const LARGEST_STATE: u64 = 16 << 20;
