//! An image's octets against its manifest, read once from the beginning to the end: the whole, and each partition.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use record::messages::{ImageManifest, Partition};
use record::{Digest, text};
use sha2::{Digest as _, Sha256};

use super::gpt::{self, Entry};
use crate::error::Error;
use crate::show;

/// Hashes the image, reads its table, and compares both.
///
/// # Errors
/// The first thing that differs: the size, a partition, the table, or what lies between.
pub fn check(path: &Path, told: &ImageManifest) -> Result<Vec<String>, Error> {
    demand_sane(told)?;
    let failed = |cause| Error::Read {
        path: path.into(),
        cause,
    };
    let mut disk = File::open(path).map_err(failed)?;
    let kind = disk.metadata().map_err(failed)?.file_type();
    if kind.is_dir() {
        return Err(Error::ImageIsFolder { path: path.into() });
    }
    let is_disk = kind.is_block_device();
    let size = disk.seek(SeekFrom::End(0)).map_err(failed)?;
    // A disk is larger than the image that was written to it; a file is not.
    if size < told.size || (size > told.size && !is_disk) {
        return Err(Error::ImageSize {
            expected: told.size,
            found: size,
        });
    }
    let hashed = hash(&mut disk, told).map_err(failed)?;
    let table = gpt::read(&mut disk, told.size);
    if hashed.whole == told.sha256 {
        fits(told, &hashed, &table)?;
        return Ok(page(told, size));
    }
    Err(difference(told, &hashed, &table))
}

/// What was hashed.
struct Hashed {
    whole: Digest,
    partitions: Vec<Digest>,
}

/// Numbers of the manifest that cannot be: it is signed, but a program should not believe it in this.
fn demand_sane(told: &ImageManifest) -> Result<(), Error> {
    let fits = |one: &Partition| one.start.checked_add(one.size).is_some_and(|end| end <= told.size);
    match told.partitions.iter().find(|one| !fits(one)) {
        Some(one) => Err(Error::ManifestWrong {
            what: format!("its partition {} ends beyond the image", one.number),
        }),
        None if told.partitions.len() > MOST => Err(Error::ManifestWrong {
            what: format!("it has {} partitions", told.partitions.len()),
        }),
        None => Ok(()),
    }
}

fn hash(disk: &mut File, told: &ImageManifest) -> Result<Hashed, std::io::Error> {
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
fn fits(told: &ImageManifest, hashed: &Hashed, table: &Result<Vec<Entry>, String>) -> Result<(), Error> {
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
    what.map_or(Ok(()), |what| Err(Error::ManifestWrong { what }))
}

/// The first partition that differs, by where it lies; else the table; else what no partition holds.
fn difference(told: &ImageManifest, hashed: &Hashed, table: &Result<Vec<Entry>, String>) -> Error {
    let mut parts: Vec<(&Partition, &Digest)> = told.partitions.iter().zip(&hashed.partitions).collect();
    parts.sort_by_key(|(one, _)| one.start);
    if let Some((one, found)) = parts.into_iter().find(|(one, found)| one.sha256 != **found) {
        return Error::PartitionDiffers {
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
    Error::ImageDiffers {
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

fn page(told: &ImageManifest, size: u64) -> Vec<String> {
    let mut page = show::part("The image is the one of the manifest, to the octet");
    for one in &told.partitions {
        let said = format!("{}, {} octets from octet {}, the same", one.label, one.size, one.start);
        page.extend(show::field(&format!("partition {}", one.number), &said));
    }
    if size > told.size {
        let rest = format!("{} octets, which were not looked at", size - told.size);
        page.extend(show::field("behind the image, on this disk", &rest));
    }
    page.extend(show::note(
        "Every octet of the image was read and hashed here. That a machine boots from it, and from nothing else, is for whoever stands \
         beside the machine.",
    ));
    page
}

/// Each read.
const BUFFER: usize = 1 << 20;
/// As many as a table holds.
const MOST: usize = 128;
