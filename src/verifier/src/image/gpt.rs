//! A GUID partition table (UEFI specification 2.10, §5.3), read from an image that anybody may have written: every number
//! in it is checked before it is used, and what is read is bounded.

use std::io::{self, Read, Seek, SeekFrom};

/// A partition that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the table, from 1.
    pub number: u32,
    /// Its type's GUID, as in the table.
    pub kind: [u8; 16],
    /// Its name, made of whatever code units are there.
    pub label: String,
    /// Its first octet.
    pub start: u64,
    /// Its octets.
    pub size: u64,
}

/// Reads the table of a disk of `size` octets, and holds its copy at the end against it.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(disk: &mut (impl Read + Seek), size: u64) -> Result<Vec<Entry>, String> {
    let mut why = String::new();
    for sector in SECTORS {
        match header(disk, size, sector, 1) {
            Ok(first) => return table(disk, size, sector, &first),
            Err(error) if why.is_empty() => why = error,
            Err(_) => {}
        }
    }
    Err(why)
}

/// What a header says, checked.
struct Header {
    alternate: u64,
    usable: (u64, u64),
    disk: [u8; 16],
    entries: u64,
    count: u32,
    entry_size: u32,
    checksum: u32,
}

fn table(disk: &mut (impl Read + Seek), size: u64, sector: u64, first: &Header) -> Result<Vec<Entry>, String> {
    let array = array(disk, size, sector, first)?;
    let copy = header(disk, size, sector, first.alternate).map_err(|why| format!("its copy at the end: {why}"))?;
    let same = (copy.alternate, copy.usable, copy.disk, copy.checksum) == (1, first.usable, first.disk, first.checksum);
    if !same || (copy.count, copy.entry_size) != (first.count, first.entry_size) {
        return Err("the table and its copy at the end differ".into());
    }
    self::array(disk, size, sector, &copy).map_err(|why| format!("its copy at the end: {why}"))?;
    let mut entries = Vec::new();
    for (number, octets) in (1..).zip(array.chunks_exact(first.entry_size as usize)) {
        entries.extend(entry(number, octets, sector, first)?);
    }
    demand_apart(&entries)?;
    Ok(entries)
}

/// The header in block `at`.
fn header(disk: &mut (impl Read + Seek), size: u64, sector: u64, at: u64) -> Result<Header, String> {
    let octets = block(disk, size, sector, at)?;
    if !octets.starts_with(b"EFI PART") {
        return Err(format!("block {at} is no header of a partition table"));
    }
    let length = u32_at(&octets, 12) as usize;
    if !(HEADER..=octets.len()).contains(&length) {
        return Err(format!("its header claims {length} octets"));
    }
    let mut checked = octets[..length].to_vec();
    checked[16..20].fill(0);
    if crc32fast::hash(&checked) != u32_at(&octets, 16) {
        return Err("its header's checksum does not fit".into());
    }
    let header = Header {
        alternate: u64_at(&octets, 32),
        usable: (u64_at(&octets, 40), u64_at(&octets, 48)),
        disk: guid_at(&octets, 56),
        entries: u64_at(&octets, 72),
        count: u32_at(&octets, 80),
        entry_size: u32_at(&octets, 84),
        checksum: u32_at(&octets, 88),
    };
    if u64_at(&octets, 24) != at {
        return Err(format!("the header in block {at} says that it is elsewhere"));
    }
    let whole = header.entry_size.is_power_of_two() && (ENTRY..=MOST_OCTETS).contains(&header.entry_size);
    if !whole || header.count > MOST_ENTRIES {
        return Err(format!(
            "it claims {} entries of {} octets",
            header.count, header.entry_size
        ));
    }
    let (first, last) = header.usable;
    match first <= last && last < size / sector {
        true => Ok(header),
        false => Err(format!("it claims blocks {first} to {last} of {}", size / sector)),
    }
}

/// The entries, whose checksum fits.
fn array(disk: &mut (impl Read + Seek), size: u64, sector: u64, header: &Header) -> Result<Vec<u8>, String> {
    let length = u64::from(header.count) * u64::from(header.entry_size);
    let from = header.entries.checked_mul(sector);
    let from = from.filter(|from| from.checked_add(length).is_some_and(|end| end <= size));
    let from = from.ok_or("its entries lie beyond the end")?;
    let octets = read_at(disk, from, length as usize).map_err(|error| error.to_string())?;
    match crc32fast::hash(&octets) == header.checksum {
        true => Ok(octets),
        false => Err("its entries' checksum does not fit".into()),
    }
}

/// One entry; none where its place is not in use.
fn entry(number: u32, octets: &[u8], sector: u64, header: &Header) -> Result<Option<Entry>, String> {
    let kind = guid_at(octets, 0);
    if kind == [0; 16] {
        return Ok(None);
    }
    let (first, last) = (u64_at(octets, 32), u64_at(octets, 40));
    if first < header.usable.0 || last < first || last > header.usable.1 {
        return Err(format!("partition {number} claims blocks {first} to {last}"));
    }
    // Usable blocks are within the disk, so neither product overflows.
    let (start, size) = (first * sector, (last - first + 1) * sector);
    let units = octets[56..128]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    Ok(Some(Entry {
        number,
        kind,
        label: String::from_utf16_lossy(&units),
        start,
        size,
    }))
}

fn demand_apart(entries: &[Entry]) -> Result<(), String> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| entry.start);
    match sorted
        .windows(2)
        .find(|pair| pair[0].start + pair[0].size > pair[1].start)
    {
        Some(pair) => Err(format!("partitions {} and {} overlap", pair[0].number, pair[1].number)),
        None => Ok(()),
    }
}

fn block(disk: &mut (impl Read + Seek), size: u64, sector: u64, at: u64) -> Result<Vec<u8>, String> {
    let from = at.checked_mul(sector);
    let from = from.filter(|from| from.checked_add(sector).is_some_and(|end| end <= size));
    let from = from.ok_or_else(|| format!("block {at} lies beyond the end"))?;
    read_at(disk, from, sector as usize).map_err(|error| error.to_string())
}

fn read_at(disk: &mut (impl Read + Seek), from: u64, length: usize) -> Result<Vec<u8>, io::Error> {
    disk.seek(SeekFrom::Start(from))?;
    let mut octets = vec![0; length];
    disk.read_exact(&mut octets)?;
    Ok(octets)
}

fn u32_at(octets: &[u8], at: usize) -> u32 {
    octets[at..at + 4]
        .iter()
        .rev()
        .fold(0, |sum, octet| sum << 8 | u32::from(*octet))
}

fn u64_at(octets: &[u8], at: usize) -> u64 {
    octets[at..at + 8]
        .iter()
        .rev()
        .fold(0, |sum, octet| sum << 8 | u64::from(*octet))
}

fn guid_at(octets: &[u8], at: usize) -> [u8; 16] {
    let mut guid = [0; 16];
    guid.copy_from_slice(&octets[at..at + 16]);
    guid
}

/// Blocks of disks: old ones and files have 512 octets, some new ones 4096.
const SECTORS: [u64; 2] = [512, 4096];
/// Table 5-5: the header's own octets.
const HEADER: usize = 92;
/// Table 5-6: an entry's own octets.
const ENTRY: u32 = 128;
/// Bounds of ours: tables have 128 entries of 128 octets.
const MOST_ENTRIES: u32 = 1024;
const MOST_OCTETS: u32 = 4096;

#[cfg(test)]
mod tests;
