//! The state's file: its form, how large it may be, and what no command could have written into it.

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::Broken;
use crate::files;
use crate::state::Cluster;

/// The cluster, and the bytes that it was read from. Its counters have room for all that one command counts.
pub fn read(path: &Path) -> Result<(Vec<u8>, Cluster), Broken> {
    let bytes = files::read_here(path, LARGEST).map_err(|source| match source.kind() {
        ErrorKind::FileTooLarge => Broken::TooLarge { path: path.into() },
        _ => Broken::file(path, source),
    })?;
    let cluster = read_form(&bytes, path, |cluster: &Cluster| cluster.version)?;
    match senseless(&cluster) {
        Some(field) => Err(Broken::Senseless {
            path: path.into(),
            field,
        }),
        None => Ok((bytes, cluster)),
    }
}

/// As [`read`] reads it; refused if that would find it too large.
pub fn write(cluster: &Cluster, path: &Path) -> Result<Vec<u8>, Broken> {
    let bytes = serde_json::to_vec_pretty(cluster).map_err(|source| Broken::State {
        path: path.into(),
        source,
    })?;
    match bytes.len() as u64 > LARGEST {
        true => Err(Broken::Full),
        false => Ok(bytes),
    }
}

/// A file of the state in our version's form. Another version's, which may have fields of its own, is called so.
pub fn read_form<T: DeserializeOwned>(bytes: &[u8], path: &Path, version_of: fn(&T) -> u32) -> Result<T, Broken> {
    let read = serde_json::from_slice::<T>(bytes);
    let version = match &read {
        Ok(form) => version_of(form).into(),
        Err(_) => serde_json::from_slice(bytes).map_or(VERSION.into(), |form: AnyForm| form.version),
    };
    let path = path.into();
    match version == u64::from(VERSION) {
        true => read.map_err(|source| Broken::State { path, source }),
        false => Err(Broken::Version { path, version }),
    }
}

#[derive(Deserialize)]
struct AnyForm {
    version: u64,
}

/// The first field that would be counted out of its range, or would give a number twice.
fn senseless(cluster: &Cluster) -> Option<&'static str> {
    let (user, anchor, key) = (cluster.next_user, cluster.next_anchor, cluster.next_key);
    // Half of what fits: nobody has counted so far, and a command counts by a few.
    let spent = [
        ("node_epoch", cluster.node_epoch > u64::MAX / 2),
        ("token_epoch", cluster.token_epoch > u64::MAX / 2),
        ("next_user", user > u32::MAX / 2),
        ("next_anchor", anchor > u32::MAX / 2),
        ("next_key", key > u64::MAX / 2),
    ];
    let anchors = &cluster.trust_anchors;
    let twice = [
        (
            "node_epoch",
            cluster.nodes.iter().any(|it| it.serial > cluster.node_epoch),
        ),
        ("next_user", cluster.users.iter().any(|it| it.id == user)),
        ("next_anchor", anchors.iter().any(|it| it.reference == anchor)),
        (
            "next_key",
            cluster
                .keys
                .iter()
                .any(|it| (key..=key.saturating_add(1)).contains(&it.reference)),
        ),
    ];
    let found = spent.into_iter().chain(twice).find(|(_, wrong)| *wrong);
    found.map(|(field, _)| field)
}

/// Of every file of the state.
pub const VERSION: u32 = 1;
const LARGEST: u64 = 16 << 20;
