//! Pictures as files: those that are named, and those of folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Files as they are named, and of each folder its files with one of these endings (lower case; any case in the folder),
/// in the order of their names; at most 20,000 entries of a folder are looked at.
///
/// # Errors
/// The folder that cannot be read, and why.
pub fn pictures(paths: &[PathBuf], endings: &[&str]) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut all = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => all.extend(in_folder(path, endings).map_err(|cause| (path.clone(), cause))?),
            false => all.push(path.clone()),
        }
    }
    Ok(all)
}

fn in_folder(folder: &Path, endings: &[&str]) -> io::Result<Vec<PathBuf>> {
    let is_picture = |path: &PathBuf| {
        let end = path.extension().unwrap_or_default().to_ascii_lowercase();
        endings.iter().any(|known| end == *known)
    };
    let entries = fs::read_dir(folder)?.take(ENTRIES);
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(is_picture);
    paths.sort();
    Ok(paths)
}

/// Entries of a folder that are looked at.
const ENTRIES: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_their_pictures_in_order_and_files_stand_as_they_are_named() {
        let folder = std::env::temp_dir().join(format!("camera-folder-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        for name in ["b.png", "a.PNG", "c.jpg", "d.txt", "png"] {
            fs::write(folder.join(name), b"").expect("a file");
        }
        let named = PathBuf::from("named.txt");
        let found = pictures(&[named.clone(), folder.clone()], &["png"]).expect("it is read");
        fs::remove_dir_all(&folder).expect("it is ours");
        assert_eq!(found, [named, folder.join("a.PNG"), folder.join("b.png")]);
    }
}
