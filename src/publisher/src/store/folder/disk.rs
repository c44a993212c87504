//! What the disk is asked.

use std::fs::File;
use std::io;

/// Waits until all of these are on the disk.
pub fn sync(files: &[File]) -> io::Result<()> {
    let share = files.len().div_ceil(SIDE_BY_SIDE).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = files
            .chunks(share)
            .map(|share| scope.spawn(|| share.iter().try_for_each(File::sync_all)))
            .collect();
        let results: Vec<io::Result<()>> = threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect();
        results.into_iter().collect()
    })
}

/// A journalling file system commits what waits together; more threads gain nothing (measured on ext4).
const SIDE_BY_SIDE: usize = 8;
