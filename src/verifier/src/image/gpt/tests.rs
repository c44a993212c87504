//! Tables that somebody damaged or made up: each is refused with its reason, and none stops the program.

use std::io::Cursor;

use super::*;

const SIZE: usize = 1 << 20;

/// A disk with two partitions, written from the specification.
fn disk() -> Vec<u8> {
    let mut disk = vec![0; SIZE];
    let mut entries = vec![0; 128 * 128];
    for (index, (first, last)) in [(64_u64, 127_u64), (128, 1023)].into_iter().enumerate() {
        let entry = &mut entries[index * 128..][..128];
        entry[..16].fill(7);
        entry[16..32].fill(index as u8 + 1);
        entry[32..40].copy_from_slice(&first.to_le_bytes());
        entry[40..48].copy_from_slice(&last.to_le_bytes());
        entry[56] = b'a' + index as u8;
    }
    let last = (SIZE / 512 - 1) as u64;
    put(&mut disk, &entries, (1, last, 2));
    put(&mut disk, &entries, (last, 1, last - 32));
    disk
}

fn put(disk: &mut [u8], entries: &[u8], (at, other, array): (u64, u64, u64)) {
    let mut header = vec![0; 92];
    header[..8].copy_from_slice(b"EFI PART");
    header[8..12].copy_from_slice(&0x0001_0000_u32.to_le_bytes());
    header[12..16].copy_from_slice(&92_u32.to_le_bytes());
    let last = (SIZE / 512 - 34) as u64;
    for (place, value) in [(24, at), (32, other), (40, 34), (48, last), (72, array)] {
        header[place..place + 8].copy_from_slice(&value.to_le_bytes());
    }
    header[56..72].fill(0xd1);
    header[80..84].copy_from_slice(&128_u32.to_le_bytes());
    header[84..88].copy_from_slice(&128_u32.to_le_bytes());
    header[88..92].copy_from_slice(&crc32fast::hash(entries).to_le_bytes());
    disk[array as usize * 512..][..entries.len()].copy_from_slice(entries);
    disk[at as usize * 512..][..92].copy_from_slice(&header);
    seal(disk, at);
}

/// Writes a header's checksum again, after it was changed.
fn seal(disk: &mut [u8], at: u64) {
    let header = &mut disk[at as usize * 512..][..92];
    header[16..20].fill(0);
    let sum = crc32fast::hash(header).to_le_bytes();
    header[16..20].copy_from_slice(&sum);
}

fn said(disk: &[u8]) -> String {
    read(&mut Cursor::new(disk), disk.len() as u64).expect_err("refused")
}

#[test]
fn reads_what_is_in_use() {
    let entries = read(&mut Cursor::new(disk()), SIZE as u64).expect("a table");
    let said: Vec<_> = entries
        .iter()
        .map(|e| (e.number, e.label.as_str(), e.start, e.size))
        .collect();
    assert_eq!(said, [(1, "a", 32_768, 32_768), (2, "b", 65_536, 458_752)]);
}

/// A change to the first header, its checksum made to fit again.
#[track_caller]
fn refuses(at: usize, value: &[u8], why: &str) {
    let mut disk = disk();
    disk[512 + at..][..value.len()].copy_from_slice(value);
    seal(&mut disk, 1);
    assert_eq!(said(&disk), why);
}

#[test]
fn refuses_numbers_that_cannot_be() {
    refuses(12, &u32::MAX.to_le_bytes(), "its header claims 4294967295 octets");
    refuses(
        80,
        &u32::MAX.to_le_bytes(),
        "it claims 4294967295 entries of 128 octets",
    );
    refuses(84, &0_u32.to_le_bytes(), "it claims 128 entries of 0 octets");
    refuses(
        84,
        &u32::MAX.to_le_bytes(),
        "it claims 128 entries of 4294967295 octets",
    );
    refuses(
        48,
        &u64::MAX.to_le_bytes(),
        "it claims blocks 34 to 18446744073709551615 of 2048",
    );
    refuses(72, &u64::MAX.to_le_bytes(), "its entries lie beyond the end");
    refuses(
        32,
        &u64::MAX.to_le_bytes(),
        "its copy at the end: block 18446744073709551615 lies beyond the end",
    );
    refuses(
        24,
        &7_u64.to_le_bytes(),
        "the header in block 1 says that it is elsewhere",
    );
    refuses(88, &[0; 4], "its entries' checksum does not fit");
    refuses(56, &[0; 16], "the table and its copy at the end differ");
}

#[test]
fn refuses_partitions_that_overlap_or_leave_the_disk() {
    for (first, last, why) in [
        (100_u64, 200_u64, "partitions 1 and 2 overlap"),
        (0, 63, "partition 2 claims blocks 0 to 63"),
        (128, u64::MAX, "partition 2 claims blocks 128 to 18446744073709551615"),
        (200, 128, "partition 2 claims blocks 200 to 128"),
    ] {
        let mut disk = disk();
        for array in [2, SIZE / 512 - 33] {
            let entry = array * 512 + 128;
            disk[entry + 32..entry + 40].copy_from_slice(&first.to_le_bytes());
            disk[entry + 40..entry + 48].copy_from_slice(&last.to_le_bytes());
        }
        let sum = crc32fast::hash(&disk[1024..1024 + 128 * 128]).to_le_bytes();
        for at in [1, SIZE / 512 - 1] {
            disk[at * 512 + 88..at * 512 + 92].copy_from_slice(&sum);
            seal(&mut disk, at as u64);
        }
        assert_eq!(said(&disk), why);
    }
}

#[test]
fn no_disk_stops_the_program() {
    let whole = disk();
    for length in [0, 1, 511, 512, 600, 1024, 4096, 8192, 40_000] {
        said(&whole[..length]);
    }
    // Every octet of header and first entries, changed in turn, with the header's checksum as it is and made to fit.
    for at in (512..604).chain(1024..1280) {
        for value in [0x00, 0x7f, 0xff] {
            let mut disk = whole.clone();
            disk[at] = value;
            let _ = read(&mut Cursor::new(&disk), SIZE as u64);
            seal(&mut disk, 1);
            let _ = read(&mut Cursor::new(&disk), SIZE as u64);
        }
    }
}
