//! The bytes of tiles: hashes one after the other, entries each after its length.

use super::{Kind, Tile};
use crate::{Error, Hash, entry::MAX_ENTRY, merkle::Nodes};

impl Tile {
    /// The bytes of a tile of hashes, from the tree's nodes.
    pub(super) fn hashes_of(&self, nodes: &impl Nodes) -> Result<Vec<u8>, Error> {
        let first = self.index * 256;
        let range = first..first + u64::from(self.width);
        let hashes = range.map(|index| Ok(nodes.node(8 * self.kind.level(), index)?.0));
        Ok(hashes.collect::<Result<Vec<_>, Error>>()?.concat())
    }

    /// Reads a tile of hashes, which has exactly as many as its name says.
    pub(super) fn read_hashes(&self, bytes: &[u8]) -> Result<Vec<Hash>, Error> {
        let needed = 32 * usize::from(self.width);
        if bytes.len() != needed {
            return Err(Error::TileLength {
                path: self.path(),
                length: bytes.len(),
                needed,
            });
        }
        Ok(bytes.as_chunks().0.iter().map(|hash| Hash(*hash)).collect())
    }

    /// Reads a bundle of exactly as many entries as its name says; none is checked against the tree.
    pub(super) fn read_entries(&self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        let refused = || Error::Bundle { path: self.path() };
        let (mut rest, mut entries) = (bytes, Vec::new());
        for _ in 0..self.width {
            let (length, after) = rest.split_first_chunk().ok_or_else(refused)?;
            let entry = after.split_at_checked(u16::from_be_bytes(*length).into());
            let (entry, after) = entry.ok_or_else(refused)?;
            entries.push(entry.to_vec());
            rest = after;
        }
        rest.is_empty().then_some(entries).ok_or_else(refused)
    }

    /// The tile one level up that has the hash of this one, when this one is full.
    pub(super) fn parent(&self) -> (Kind, u64) {
        match self.kind {
            Kind::Hashes(level) => (Kind::Hashes(level + 1), self.index / 256),
            Kind::Entries => (Kind::Hashes(0), self.index),
        }
    }
}

/// Writes one entry of a bundle: its length as two bytes, the higher first, and itself.
pub(super) fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), Error> {
    let (length, limit) = (entry.len() as u64, MAX_ENTRY as u64);
    let prefix = u16::try_from(entry.len()).map_err(|_| Error::TooLarge {
        what: "an entry",
        length,
        limit,
    })?;
    bundle.extend(prefix.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(width: u64) -> Tile {
        Tile::of(Kind::Entries, 0, width).unwrap()
    }

    #[test]
    fn reads_what_it_writes() {
        let largest = vec![7; 65_535];
        let mut bytes = Vec::new();
        for entry in [&b""[..], b"one", &largest] {
            push_entry(&mut bytes, entry).unwrap();
        }
        assert_eq!(
            bundle(3).read_entries(&bytes),
            Ok(vec![vec![], b"one".to_vec(), largest])
        );
    }

    #[test]
    fn refuses_a_bundle_with_more_or_fewer_entries() {
        let path = "tile/entries/000.p/1".to_owned();
        for bytes in [&b""[..], b"\x00", b"\x00\x02a", b"\x00\x01ab", b"\x00\x01a\x00\x00"] {
            assert_eq!(bundle(1).read_entries(bytes), Err(Error::Bundle { path: path.clone() }));
        }
    }

    #[test]
    fn refuses_an_entry_that_does_not_fit() {
        let error = push_entry(&mut Vec::new(), &vec![0; 65_536]).unwrap_err();
        assert_eq!(error.to_string(), "an entry has 65536 bytes, at most 65535 are allowed");
    }

    #[test]
    fn refuses_a_tile_of_another_length() {
        let tile = Tile::of(Kind::Hashes(1), 0, 300).unwrap();
        let error = tile.read_hashes(&[0; 64]).unwrap_err();
        assert_eq!(error.to_string(), "tile/1/000.p/1 has 64 bytes instead of 32");
    }
}
