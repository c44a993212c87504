//! The folder through which the HSM's command line and we pass files.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::files;

/// Takes away the folders for the HSM's command line, which are empty by now.
pub fn clear_work(disk: &Path) {
    if let Err(error) = std::fs::remove_dir_all(disk.join("hsm-files")) {
        tracing::warn!(%error, "the folder for the HSM's files stays");
    }
}

/// The folder for the files that the HSM's command line reads and writes; only we may enter it.
pub fn work_folder(disk: &Path, name: &str) -> Result<PathBuf, Error> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = disk.join("hsm-files").join(name);
    files::make_folder(&path)?;
    let mode = std::fs::Permissions::from_mode(0o700);
    let failed = |cause| Error::File {
        act: "guard",
        path: path.display().to_string(),
        cause,
    };
    std::fs::set_permissions(&path, mode).map_err(failed)?;
    Ok(path)
}
