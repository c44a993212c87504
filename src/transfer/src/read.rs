//! Reading: the octets of every code in a picture.
//!
//! Codes are found here and taken apart by `rqrr`, whose own finder asserts on what pictures show and searches without a
//! bound: docs/decisions/0018-codes.md. What a picture costs is bounded, whatever it shows: so many looks for each pixel,
//! and so many more for what looks like codes. Nothing indexes by what it computed.

mod finders;
mod fit;
mod ground;
mod pattern;
mod square;
mod triples;

use self::ground::{Ground, Luma};
use self::square::{Point, length, minus};

/// The octets of every code in a picture of brightness, from 0 (black) to 255, row by row.
///
/// A picture that is no picture (no pixels, too many, or not `width` times `height` of them) has no codes.
#[must_use]
pub fn read(luma: &[u8], width: usize, height: usize) -> Vec<Vec<u8>> {
    looked(luma, width, height).0
}

/// The same, and how often a place of the picture was looked at, over all passes.
fn looked(luma: &[u8], width: usize, height: usize) -> (Vec<Vec<u8>>, usize) {
    let (mut found, mut looks) = (Vec::new(), 0);
    let Some(picture) = checked(luma, width, height) else {
        return (found, looks);
    };
    for (size, window, kind) in PASSES {
        let Some(scaled) = picture.at(size) else { continue };
        let ground = match kind {
            Pass::Plain => Ground::of(&scaled, window),
            Pass::Smooth => Ground::of(&scaled.smoothed(), window),
            // A code in light on dark is no code of the standard's, but screens that are turned round show it.
            Pass::Negative => Ground::of(&scaled.negative(), window),
        };
        let left = codes(&ground, &mut found);
        looks += ground.looks();
        if !found.is_empty() && left < 3 {
            break;
        }
    }
    (found, looks)
}

/// Adds the codes on one ground; returns how many finder patterns belong to none of them.
fn codes(ground: &Ground, found: &mut Vec<Vec<u8>>) -> usize {
    let finders = finders::find(ground);
    let mut used = vec![false; finders.len()];
    let mut tried = 0;
    let begun = ground.looks();
    for triple in triples::ranked(ground, &finders) {
        if triple.of.iter().any(|n| used.get(*n).copied().unwrap_or(true)) {
            continue;
        }
        tried += 1;
        if tried > TRIED || ground.looks() > begun + FITTED {
            break;
        }
        let Some(code) = fit::read(ground, &triple) else {
            continue;
        };
        // What looks like a finder pattern among a code's modules is none.
        for (used, finder) in used.iter_mut().zip(&finders) {
            *used |= within(&code.corners, (finder.x, finder.y), 2.0 * finder.module);
        }
        if !found.contains(&code.octets) {
            found.push(code.octets);
        }
    }
    used.iter()
        .zip(&finders)
        .filter(|(used, finder)| !**used && finder.rows > 2)
        .count()
}

/// Whether a point lies within four corners, or so near to one of their edges.
fn within(corners: &[Point; 4], point: Point, near: f32) -> bool {
    let next = corners.iter().cycle().skip(1);
    corners.iter().zip(next).all(|(from, to)| {
        let (edge, way) = (minus(*to, *from), minus(point, *from));
        // How far it is to the right of an edge, going round clockwise.
        (edge.0 * way.1 - edge.1 * way.0) / length(edge).max(1.0) > -near
    })
}

fn checked(luma: &[u8], width: usize, height: usize) -> Option<Luma> {
    let (w, h) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    crate::picture::check_size(w, h).ok()?;
    (luma.len() == width.checked_mul(height)?).then(|| Luma::new(luma.to_vec(), width, height))
}

/// How a picture is looked at.
#[derive(Clone, Copy)]
enum Pass {
    Plain,
    Smooth,
    Negative,
}

/// At which size (halved so often that no side is longer), against a mean over which part of the shorter side, and how.
/// What is read most often comes first: the next pass is for what is left.
const PASSES: [(usize, usize, Pass); 7] = [
    (1400, 16, Pass::Plain),
    (1400, 6, Pass::Plain),
    (1400, 16, Pass::Smooth),
    (5000, 24, Pass::Plain),
    (5000, 24, Pass::Smooth),
    (700, 12, Pass::Plain),
    (1400, 16, Pass::Negative),
];
/// Triples of finder patterns that are looked at closely in one pass.
const TRIED: usize = 24;
/// Looks after which no further one is: a code takes about a million, the worst triple twenty.
const FITTED: usize = 60_000_000;

#[cfg(test)]
mod tests;
