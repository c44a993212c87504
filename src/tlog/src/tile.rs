//! Tiles: the names of a log's files, which of them a tree has, and what they hold (C2SP tlog-tiles).

mod append;
mod bytes;
mod reader;

pub use append::{Append, append};
pub use reader::{Entries, Source, SourceError, TileReader};

use std::fmt;

use crate::{Error, MAX_SIZE, merkle::complete, text};

/// Hashes in a full tile, and entries in a full bundle.
pub const WIDTH: u16 = 256;

/// The highest level of tiles that a tree can have.
pub const MAX_LEVEL: u8 = 7;

/// The largest file of a log: a full bundle of the largest entries. A [`Source`] may stop reading there.
pub const MAX_FILE: usize = WIDTH as usize * (2 + crate::entry::MAX_ENTRY);

/// The name of one tile: which hashes or entries it holds, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    kind: Kind,
    index: u64,
    width: u16,
}

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Hashes of a level: hash i covers 256^level entries.
    Hashes(/** The level, at most [`MAX_LEVEL`]. */ u8),
    /// The entries under a level-0 tile.
    Entries,
}

impl Tile {
    /// Tile `index` of this kind in the tree of `size`; none if it would be empty there.
    pub fn of(kind: Kind, index: u64, size: u64) -> Option<Tile> {
        if kind.level() > MAX_LEVEL {
            return None;
        }
        let hashes = complete(size, 8 * kind.level());
        let width = hashes
            .saturating_sub(index.checked_mul(WIDTH.into())?)
            .min(WIDTH.into()) as u16;
        (width > 0).then_some(Tile { kind, index, width })
    }

    /// Reads a path, which has one spelling: `tile/0/x001/234.p/5`, `tile/entries/000`.
    pub fn parse(path: &str) -> Result<Tile, Error> {
        let tile = parse(path).filter(|tile| tile.to_string() == path);
        tile.ok_or_else(|| Error::TilePath {
            path: text::excerpt(path),
        })
    }

    /// What the tile holds.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Which tile of its kind it is, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds, from 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Where the log keeps it; the same text as `Display`.
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// Whether fewer than 256 are in it, so that a later, fuller tile may replace it.
    pub fn is_partial(&self) -> bool {
        self.width < WIDTH
    }

    /// The full tile that this one is or will become part of.
    pub fn full(self) -> Tile {
        Tile { width: WIDTH, ..self }
    }
}

impl Kind {
    /// The level of the hashes; that of the leaves for entries.
    fn level(self) -> u8 {
        match self {
            Kind::Hashes(level) => level,
            Kind::Entries => 0,
        }
    }

    fn all() -> impl Iterator<Item = Kind> {
        std::iter::once(Kind::Entries).chain((0..=MAX_LEVEL).map(Kind::Hashes))
    }
}

/// The tiles that a log must write when it grows from `old` to `new` entries: bundles, then hashes from the leaves upward.
pub fn tiles_for(old: u64, new: u64) -> Result<impl Iterator<Item = Tile>, Error> {
    if old > new || new > MAX_SIZE {
        return Err(Error::BeyondTree {
            wanted: old.max(new),
            size: new.min(MAX_SIZE),
        });
    }
    Ok(Kind::all().flat_map(move |kind| {
        // The first tile that was not full before; the same tile with the same width was written before.
        let first = complete(old, 8 * kind.level()) / u64::from(WIDTH);
        let tiles = (first..).map_while(move |index| Tile::of(kind, index, new));
        tiles.filter(move |tile| Tile::of(kind, tile.index, old) != Some(*tile))
    }))
}

/// All tiles of the tree of `size`: what a log with this one checkpoint consists of.
pub fn tiles_of(size: u64) -> Result<impl Iterator<Item = Tile>, Error> {
    tiles_for(0, size)
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => write!(f, "tile/entries/")?,
        }
        // 1234067 is x001/x234/067: no folder has more than a thousand names, and none is both file and folder.
        let groups = self.index.max(1).ilog10() / 3;
        for group in (1..=groups).rev() {
            write!(f, "x{:03}/", self.index / 1000u64.pow(group) % 1000)?;
        }
        write!(f, "{:03}", self.index % 1000)?;
        match self.is_partial() {
            true => write!(f, ".p/{}", self.width),
            false => Ok(()),
        }
    }
}

/// Reads what the path means; that it is spelt rightly is for the caller to see by writing it again.
fn parse(path: &str) -> Option<Tile> {
    let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let kind = match kind {
        "entries" => Kind::Entries,
        level => Kind::Hashes(level.parse().ok().filter(|level| *level <= MAX_LEVEL)?),
    };
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok().filter(|width| (1..WIDTH).contains(width))?),
        None => (rest, WIDTH),
    };
    let index = index.split('/').try_fold(0u64, |index, group| {
        let group: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index.checked_mul(1000)?.checked_add(group)
    })?;
    Some(Tile { kind, index, width })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_spelling() {
        for (path, kind, index, width) in [
            ("tile/0/000", Kind::Hashes(0), 0, 256),
            ("tile/7/x001/x234/067", Kind::Hashes(7), 1_234_067, 256),
            ("tile/1/x001/000.p/1", Kind::Hashes(1), 1000, 1),
            ("tile/entries/999.p/255", Kind::Entries, 999, 255),
            (
                "tile/0/x018/x446/x744/x073/x709/x551/615",
                Kind::Hashes(0),
                u64::MAX,
                256,
            ),
        ] {
            assert_eq!(Tile::parse(path), Ok(Tile { kind, index, width }));
            assert_eq!(Tile { kind, index, width }.path(), path);
        }
    }

    #[test]
    fn refuses_other_paths() {
        for path in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/00/000",
            "tile/8/000",
            "tile/-1/000",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/+00",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/1000",
            "tile/0/xx01/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p/1/",
            "tile/0/000/",
            "tile/data/000",
            "tile/entries/../000",
        ] {
            assert_eq!(Tile::parse(path), Err(Error::TilePath { path: path.to_owned() }));
        }
    }

    #[test]
    fn seventy_thousand_entries_have_the_tiles_of_the_specification() {
        let tiles: Vec<_> = tiles_of(70_000)
            .unwrap()
            .filter(|tile| tile.kind != Kind::Entries)
            .collect();
        let full = |level| {
            tiles
                .iter()
                .filter(|t| t.kind == Kind::Hashes(level) && !t.is_partial())
                .count()
        };
        assert_eq!((full(0), full(1), full(2)), (273, 1, 0));
        let partial: Vec<_> = tiles.iter().filter(|tile| tile.is_partial()).map(Tile::path).collect();
        assert_eq!(partial, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    }

    #[test]
    fn an_append_writes_only_what_changed() {
        let paths = |old, new| tiles_for(old, new).unwrap().map(|tile| tile.path()).collect::<Vec<_>>();
        assert_eq!(paths(0, 0), [""; 0]);
        assert_eq!(paths(0, 1), ["tile/entries/000.p/1", "tile/0/000.p/1"]);
        assert_eq!(paths(5, 5), [""; 0]);
        assert_eq!(paths(255, 256), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(paths(256, 257), ["tile/entries/001.p/1", "tile/0/001.p/1"]);
    }

    #[test]
    fn a_log_does_not_shrink() {
        assert_eq!(tiles_for(2, 1).err(), Some(Error::BeyondTree { wanted: 2, size: 1 }));
        assert_eq!(
            tiles_of(u64::MAX).err(),
            Some(Error::BeyondTree {
                wanted: u64::MAX,
                size: MAX_SIZE
            })
        );
    }
}
