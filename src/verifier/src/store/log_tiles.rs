//! The log's tiles: every file holds, to the byte, what the entries under the checkpoint make it hold.

use std::collections::BTreeSet;

use tlog::merkle::Nodes;
use tlog::tile::{Kind, tiles_of};
use tlog::{Error, Tile};

use super::Walk;
use super::log::{Log, file_of};
use crate::Report;
use crate::finding::Findings;

/// Checks every tile that is there, and that none is missing.
pub(super) fn check(walk: &Walk<'_>, log: &Log<'_>, report: &mut Report, findings: &mut Findings) {
    let (mut count, folder) = (0, log.which.folder());
    for path in walk.shelf.under(&log.which.file("tile")) {
        let name = path.strip_prefix(&folder).and_then(|name| name.strip_prefix('/'));
        let tile = name
            .and_then(|name| Tile::parse(name).ok())
            .filter(|tile| belongs(tile, log));
        let Some(tile) = tile else { continue };
        walk.shelf.explain(path);
        count += 1;
        match expected(&tile, log) {
            Ok(bytes) => walk.shelf.demand(
                path,
                &bytes,
                "tile-differs",
                "it is not what the checkpoint's tree has there",
                findings,
            ),
            Err(error) => findings.add(file_of(log.which, &error), "log-tiles", error),
        }
    }
    // Nothing is taken out of a store: the tiles of every state of which a checkpoint is kept are there.
    let states = log.kept.iter().chain([&log.size]);
    let needed: BTreeSet<String> = states
        .flat_map(|size| tiles_of(*size).into_iter().flatten().map(move |tile| (size, tile)))
        // Full tiles of an earlier state are the newest one's too.
        .filter(|(size, tile)| tile.is_partial() || **size == log.size)
        .map(|(_, tile)| tile)
        .map(|tile| log.which.file(&tile.path()))
        .collect();
    for path in needed.iter().filter(|path| !walk.shelf.has(path)) {
        walk.shelf
            .miss(path, "the log needs this tile, and it is not there", findings);
    }
    let tiles = crate::count(count, "tile", "tiles");
    report
        .checked
        .push(format!("{tiles}: each as the checkpoint's tree has it"));
}

/// Whether a tree of a size that is kept has this tile.
fn belongs(tile: &Tile, log: &Log<'_>) -> bool {
    let in_tree = |size: &u64| Tile::of(tile.kind(), tile.index(), *size) == Some(*tile);
    log.kept.iter().chain([&log.size]).any(in_tree)
        || (!tile.is_partial() && Tile::of(tile.kind(), tile.index(), log.size) == Some(*tile))
}

/// The bytes of a tile, from entries and hashes that the checkpoint binds.
fn expected(tile: &Tile, log: &Log<'_>) -> Result<Vec<u8>, Error> {
    let width = usize::from(tile.width());
    match tile.kind() {
        Kind::Entries => {
            let entries = log.reader.bundle(tile.index())?;
            let with_length = |entry: &Vec<u8>| [&(entry.len() as u16).to_be_bytes()[..], entry].concat();
            Ok(entries.iter().take(width).flat_map(with_length).collect())
        }
        Kind::Hashes(level) => {
            let first = tile.index() * 256;
            let hashes = (first..first + u64::from(tile.width())).map(|index| Ok(log.reader.node(8 * level, index)?.0));
            Ok(hashes.collect::<Result<Vec<_>, Error>>()?.concat())
        }
    }
}
