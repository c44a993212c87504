//! A disk image with three partitions, written from the UEFI specification, not with the code under test.

use record::messages::Partition;
use record::{Bytes, Digest};

/// Octets of the image.
pub const SIZE: usize = 1 << 19;
const LAST: u64 = (SIZE / 512 - 1) as u64;
/// First block, blocks, name.
const PARTS: [(u64, u64, &str); 3] = [(64, 128, "boot"), (192, 256, "store"), (448, 256, "verity")];

/// The image, the same each time, with something in every octet of its partitions.
pub fn image() -> Vec<u8> {
    let mut disk = vec![0; SIZE];
    disk[446 + 4] = 0xee;
    disk[510..512].copy_from_slice(&[0x55, 0xaa]);
    for (index, octet) in disk[32_768..360_448].iter_mut().enumerate() {
        *octet = ((index * 31) >> 3) as u8;
    }
    let mut entries = vec![0; 128 * 128];
    for (index, (first, blocks, name)) in PARTS.into_iter().enumerate() {
        let entry = &mut entries[index * 128..][..128];
        entry[..16].fill(index as u8 + 7);
        entry[16..32].fill(index as u8 + 1);
        entry[32..40].copy_from_slice(&first.to_le_bytes());
        entry[40..48].copy_from_slice(&(first + blocks - 1).to_le_bytes());
        for (place, letter) in name.bytes().enumerate() {
            entry[56 + place * 2] = letter;
        }
    }
    table(&mut disk, &entries);
    disk
}

/// What a manifest says of its partitions.
pub fn parts(disk: &[u8]) -> Vec<Partition> {
    let part = |(index, (first, blocks, name)): (usize, (u64, u64, &str))| Partition {
        number: index as u32 + 1,
        label: name.into(),
        kind: Bytes(vec![index as u8 + 7; 16]),
        start: first * 512,
        size: blocks * 512,
        sha256: Digest::of(&disk[first as usize * 512..(first + blocks) as usize * 512]),
    };
    PARTS.into_iter().enumerate().map(part).collect()
}

/// Another first letter in a partition's name, in a table that is whole.
pub fn rename(disk: &mut [u8], number: usize, letter: u8) {
    let mut entries = disk[1024..1024 + 128 * 128].to_vec();
    entries[(number - 1) * 128 + 56] = letter;
    table(disk, &entries);
}

fn table(disk: &mut [u8], entries: &[u8]) {
    header(disk, entries, (1, LAST, 2));
    header(disk, entries, (LAST, 1, LAST - 32));
}

fn header(disk: &mut [u8], entries: &[u8], (at, other, array): (u64, u64, u64)) {
    let mut header = vec![0; 92];
    header[..8].copy_from_slice(b"EFI PART");
    header[8..12].copy_from_slice(&0x0001_0000_u32.to_le_bytes());
    header[12..16].copy_from_slice(&92_u32.to_le_bytes());
    for (place, value) in [(24, at), (32, other), (40, 34), (48, LAST - 33), (72, array)] {
        header[place..place + 8].copy_from_slice(&value.to_le_bytes());
    }
    header[56..72].fill(0xd1);
    for place in [80, 84] {
        header[place..place + 4].copy_from_slice(&128_u32.to_le_bytes());
    }
    header[88..92].copy_from_slice(&crc32(entries).to_le_bytes());
    let sum = crc32(&header);
    header[16..20].copy_from_slice(&sum.to_le_bytes());
    disk[array as usize * 512..][..entries.len()].copy_from_slice(entries);
    disk[at as usize * 512..][..92].copy_from_slice(&header);
}

/// ISO 3309, bit by bit.
fn crc32(octets: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for octet in octets {
        sum ^= u32::from(*octet);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}
