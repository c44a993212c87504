//! An image's octets against its manifest, read once from the beginning to the end: the whole, and each partition.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use record::messages::{ImageManifest, Partition};
use record::{Digest, text};
use sha2::{Digest as _, Sha256};

use super::gpt::{self, Entry};
use super::misfit::{Misfit, Unfit};

/// Hashes the image, reads its table, and compares both. How many octets there are, which on a disk may be more.
///
/// # Errors
/// What cannot be read; or the first thing that differs: the size, a partition, the table, or what lies between.
pub fn check(path: &Path, told: &ImageManifest) -> Result<u64, Unfit> {
    demand_sane(told)?;
    let mut disk = File::open(path)?;
    let kind = disk.metadata()?.file_type();
    if kind.is_dir() {
        return Err(Unfit::Folder);
    }
    let is_disk = kind.is_block_device();
    let size = disk.seek(SeekFrom::End(0))?;
    // A disk is larger than the image that was written to it; a file is not.
    if size < told.size || (size > told.size && !is_disk) {
        return Err(Misfit::Size {
            expected: told.size,
            found: size,
        }
        .into());
    }
    let hashed = hash(&mut disk, told)?;
    let table = gpt::read(&mut disk, told.size);
    match hashed.whole == told.sha256 {
        true => fits(told, &hashed, &table)?,
        false => return Err(difference(told, &hashed, &table).into()),
    }
    Ok(size)
}

/// What was hashed.
struct Hashed {
    whole: Digest,
    partitions: Vec<Digest>,
}

/// Numbers of the manifest that cannot be: it is signed, but a program should not believe it in this.
fn demand_sane(told: &ImageManifest) -> Result<(), Misfit> {
    let fits = |one: &Partition| one.start.checked_add(one.size).is_some_and(|end| end <= told.size);
    match told.partitions.iter().find(|one| !fits(one)) {
        Some(one) => Err(Misfit::Manifest {
            what: format!("its partition {} ends beyond the image", one.number),
        }),
        None if told.partitions.len() > MOST => Err(Misfit::Manifest {
            what: format!("it has {} partitions", told.partitions.len()),
        }),
        None => Ok(()),
    }
}

fn hash(disk: &mut File, told: &ImageManifest) -> Result<Hashed, io::Error> {
    disk.seek(SeekFrom::Start(0))?;
    let (mut whole, mut at, mut buffer) = (Sha256::new(), 0, vec![0; BUFFER]);
    let mut parts: Vec<Sha256> = told.partitions.iter().map(|_| Sha256::new()).collect();
    while at < told.size {
        let wanted = (told.size - at).min(BUFFER as u64) as usize;
        disk.read_exact(&mut buffer[..wanted])?;
        whole.update(&buffer[..wanted]);
        for (part, one) in parts.iter_mut().zip(&told.partitions) {
            let (from, to) = (one.start.max(at), (one.start + one.size).min(at + wanted as u64));
            if from < to {
                part.update(&buffer[(from - at) as usize..(to - at) as usize]);
            }
        }
        at += wanted as u64;
    }
    Ok(Hashed {
        whole: Digest(whole.finalize().into()),
        partitions: parts.into_iter().map(|part| Digest(part.finalize().into())).collect(),
    })
}

/// The image is the manifest's; then what the manifest says of its parts must be true as well.
fn fits(told: &ImageManifest, hashed: &Hashed, table: &Result<Vec<Entry>, String>) -> Result<(), Misfit> {
    let what = match table {
        Err(why) => Some(format!("the image's partition table is wrong: {why}")),
        Ok(entries) => table_difference(told, entries),
    };
    let part = told
        .partitions
        .iter()
        .zip(&hashed.partitions)
        .find(|(one, found)| one.sha256 != **found);
    let what = what.or_else(|| part.map(|(one, _)| format!("partition {} has another digest", one.number)));
    what.map_or(Ok(()), |what| Err(Misfit::Manifest { what }))
}

/// The first partition that differs, by where it lies; else the table; else what no partition holds.
fn difference(told: &ImageManifest, hashed: &Hashed, table: &Result<Vec<Entry>, String>) -> Misfit {
    let mut parts: Vec<(&Partition, &Digest)> = told.partitions.iter().zip(&hashed.partitions).collect();
    parts.sort_by_key(|(one, _)| one.start);
    if let Some((one, found)) = parts.into_iter().find(|(one, found)| one.sha256 != **found) {
        return Misfit::Partition {
            number: one.number,
            label: text::plain(&one.label, 40),
            expected: one.sha256,
            found: *found,
        };
    }
    let what = match table {
        Err(why) => format!("the partition table is damaged: {why}"),
        Ok(entries) => table_difference(told, entries)
            .unwrap_or_else(|| "what differs lies outside of all partitions, beside the table".into()),
    };
    Misfit::Image {
        what,
        expected: told.sha256,
        found: hashed.whole,
    }
}

/// The first entry of the table that is not the manifest's.
fn table_difference(told: &ImageManifest, entries: &[Entry]) -> Option<String> {
    for one in &told.partitions {
        let Some(entry) = entries.iter().find(|entry| entry.number == one.number) else {
            return Some(format!("the table has no partition {}", one.number));
        };
        let word = [
            ("name", entry.label == one.label),
            ("type", entry.kind[..] == one.kind[..]),
            ("beginning", entry.start == one.start),
            ("size", entry.size == one.size),
        ];
        if let Some((word, _)) = word.into_iter().find(|(_, same)| !same) {
            return Some(format!("partition {} has another {word} in the table", one.number));
        }
    }
    let known = |entry: &&Entry| told.partitions.iter().any(|one| one.number == entry.number);
    let more = entries.iter().find(|entry| !known(entry));
    more.map(|entry| format!("the table has a partition {} that the manifest lacks", entry.number))
}

/// Each read.
const BUFFER: usize = 1 << 20;
/// As many as a table holds.
const MOST: usize = 128;
