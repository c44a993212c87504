//! The log's files: one for each HSM, one line of JSON for each entry, numbered without gaps.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use super::entry::{Entry, Event, Place};
use super::layout::Layout;
use crate::clock;
use crate::error::Broken;
use crate::files;
use crate::named::CLUSTER_ID;
use crate::state::{Cluster, Node};

/// Writes what was noted. Called under the store's lock; not synced: a power cut may take the end, a kill may not.
pub fn flush(folder: &Path, cluster: &mut Cluster) -> Result<(), Broken> {
    let noted = std::mem::take(&mut cluster.audit);
    if noted.is_empty() {
        return Ok(());
    }
    let usecs = clock::now_usecs(cluster);
    make_folder(&folder.join(FOLDER))?;
    for (index, node) in cluster.nodes.iter().enumerate() {
        let here = |(place, _): &&(Place, Event)| match place {
            Place::All => true,
            Place::First => index == 0,
            Place::AllButFirst => index > 0,
            Place::One(serial) => *serial == node.serial,
        };
        let events: Vec<&Event> = noted.iter().filter(here).map(|(_, event)| event).collect();
        let path = folder.join(FOLDER).join(format!("{}.log", hsm_id(node)));
        append(&path, usecs, &events).map_err(|source| Broken::file(path, source))?;
    }
    Ok(())
}

/// All streams, or that of one HSM, those of lost HSMs too.
pub fn print(folder: &Path, layout: Layout, hsm: Option<&str>) -> Result<String, Broken> {
    let folder = folder.join(FOLDER);
    let mut names: Vec<String> = match fs::read_dir(&folder) {
        Ok(entries) => entries
            .flatten()
            .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".log")?.to_owned()))
            .collect(),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(Broken::file(folder, source)),
    };
    names.sort();
    if let Some(hsm) = hsm {
        names.retain(|name| name == hsm);
        if names.is_empty() {
            return Err(Broken::order(
                format!("there is no log of {hsm}"),
                "`standin audit` without --hsm prints all, each beneath its HSM's name",
            ));
        }
    }
    let mut text = String::new();
    for name in names {
        if hsm.is_none() {
            text += &format!("/aws/cloudhsm/{CLUSTER_ID} {name}\n\n");
        }
        let path = folder.join(format!("{name}.log"));
        let entries = read(&path).map_err(|source| Broken::file(path, source))?;
        entries.iter().for_each(|entry| text += &layout.write(entry));
    }
    Ok(text)
}

/// As AWS writes the ids of HSMs.
fn hsm_id(node: &Node) -> String {
    format!("hsm-standin{:04}", node.serial)
}

fn append(path: &Path, usecs: u64, events: &[&Event]) -> io::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    let first = next_sequence(&mut file)?;
    let mut lines = Vec::new();
    for (sequence, event) in (first..).zip(events) {
        let entry = Entry {
            sequence,
            reboot: FIRST_REBOOT,
            usecs,
            event: (*event).clone(),
        };
        serde_json::to_writer(&mut lines, &entry)?;
        lines.push(b'\n');
    }
    file.write_all(&lines)
}

/// Goes to the end of the last whole line (a power cut may have left half a line) and says which number comes next.
fn next_sequence(file: &mut File) -> io::Result<u64> {
    let length = file.seek(SeekFrom::End(0))?;
    let begin = length.saturating_sub(LONGEST_TAIL);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(begin))?;
    file.read_to_end(&mut tail)?;
    let whole = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < tail.len() {
        file.set_len(begin + whole as u64)?;
    }
    file.seek(SeekFrom::Start(begin + whole as u64))?;
    let last = tail[..whole]
        .trim_ascii_end()
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    match last.is_empty() {
        true => Ok(0),
        // Half of what fits: no log is so long, and those that come are counted on.
        false => match serde_json::from_slice::<Entry>(last)?.sequence {
            damaged if damaged > u64::MAX / 2 => Err(io::Error::other("the last entry's number makes no sense")),
            sequence => Ok(sequence + 1),
        },
    }
}

fn read(path: &Path) -> io::Result<Vec<Entry>> {
    let mut text = String::new();
    files::open(path)?.read_to_string(&mut text)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn make_folder(path: &Path) -> Result<(), Broken> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| Broken::file(path, source))
}

/// Under the state folder.
pub const FOLDER: &str = "audit";
const FIRST_REBOOT: u32 = 0x107;
/// More than any entry is long.
const LONGEST_TAIL: u64 = 16 << 10;
