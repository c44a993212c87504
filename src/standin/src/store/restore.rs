//! A backup restored into a cluster of its own: a clone, with the users, keys and policies of the one that it is from, and
//! with other HSMs.

use std::fs;
use std::path::{Path, PathBuf};

use super::{OURS, Store, make_folder};
use crate::audit;
use crate::error::Broken;
use crate::keeping::{self, Keeping};
use crate::state_file;

impl Store {
    /// Makes a cluster of so many HSMs in this folder from the one in `from`, as its last command left it.
    pub fn restore(&self, from: &Path, nodes: u8) -> Result<(), Broken> {
        let source = Store {
            folder: from.to_owned(),
            synced: self.synced,
            keeping: None,
        };
        if fs::symlink_metadata(source.state_path()).is_err() {
            return Err(Broken::order(
                format!("there is no cluster in {}", from.display()),
                "name the folder of the cluster that the backup is of",
            ));
        }
        if Keeping::open(from)?.token.is_some() {
            return Err(Broken::order(
                "the keys of that cluster are in a token, which has no backup",
                "restore a cluster that keeps its keys in its folder",
            ));
        }
        make_folder(&self.folder)?;
        let there = fs::read_dir(&self.folder).map_err(|cause| Broken::file(&self.folder, cause))?;
        if there.flatten().next().is_some() {
            return Err(Broken::Exists {
                path: self.folder.clone(),
            });
        }
        let _held = source.lock()?;
        let _new = self.lock()?;
        make_folder(&self.keys())?;
        make_folder(&self.sessions())?;
        self.copy_seal_key(&source)?;
        for entry in read(&source.keys())? {
            let name = entry.file_name().unwrap_or_default().to_owned();
            self.copy(&entry, &self.keys().join(name))?;
        }
        self.copy(&source.folder.join(keeping::FILE), &self.folder.join(keeping::FILE))?;
        let (_, mut cluster) = state_file::read(&source.state_path())?;
        // Other HSMs than any that the cluster had or will soon have; what waited or was ordered stays behind.
        cluster.nodes.clear();
        cluster.node_epoch += OTHER_HSMS;
        cluster.faults.clear();
        cluster.set_nodes(nodes);
        audit::flush(&self.folder, &mut cluster)?;
        // The state comes last: where it is, everything is.
        let state = self.state_path();
        self.replace(&state, &state_file::write(&cluster, &state)?)
    }

    /// Where the seal key lies beside the folder, the clone gets a copy beside its own.
    fn copy_seal_key(&self, source: &Store) -> Result<(), Broken> {
        let (from, to) = (beside(&source.folder), beside(&self.folder));
        match from.exists() {
            true if to.exists() => Err(Broken::Exists { path: to }),
            true => self.copy(&from, &to),
            false => Ok(()),
        }
    }

    fn copy(&self, from: &Path, to: &Path) -> Result<(), Broken> {
        let bytes = fs::read(from).map_err(|cause| Broken::file(from, cause))?;
        self.replace(to, &bytes)
    }
}

fn read(folder: &Path) -> Result<Vec<PathBuf>, Broken> {
    let entries = fs::read_dir(folder).map_err(|cause| Broken::file(folder, cause))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.is_file() && !OURS.iter().any(|ours| path.ends_with(ours)));
    paths.sort();
    Ok(paths)
}

/// `FOLDER.key`.
fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

/// No cluster gets so many HSMs in its time.
const OTHER_HSMS: u64 = 1 << 20;
