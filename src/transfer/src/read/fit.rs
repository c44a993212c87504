//! Fitting: where exactly a code lies, by the patterns that every code has; then its modules and their octets.

use super::ground::Ground;
use super::pattern::{Known, finders, known, last_alignment};
use super::square::{Point, Square, length, minus, plus, times};
use super::triples::Triple;

/// A code that was read.
pub(super) struct Found {
    /// What it holds.
    pub octets: Vec<u8>,
    /// The middles of its finder patterns, clockwise from top left; the third is where a fourth would be.
    pub corners: [Point; 4],
}

/// The code between three finder patterns, if there is one.
pub(super) fn read(ground: &Ground, triple: &Triple) -> Option<Found> {
    let mut fits = Vec::new();
    // Noise looks like a finder pattern on two lines through its middle, not on all of its modules.
    let [a, b, d] = triple.corners;
    let plain = [a, b, minus(plus(b, d), a), d];
    let has_finders = |size: &&usize| Fit::at(ground, plain, **size, &finders(**size)).worth > FINDERS;
    let sizes: Vec<usize> = triple.sizes.iter().filter(has_finders).copied().collect();
    // Seen from straight ahead, which is the most frequent, the fourth corner is where one expects it.
    for reach in [NEAR, AWAY] {
        for size in &sizes {
            for fit in Fit::all(ground, triple.corners, *size, reach) {
                if let Some(found) = fit.found(ground, SURE) {
                    return Some(found);
                }
                fits.push(fit);
            }
        }
    }
    fits.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    fits.into_iter().take(READ).find_map(|fit| fit.found(ground, WORTH))
}

/// A code of so many modules, somewhere.
#[derive(Clone, Copy)]
struct Fit {
    size: usize,
    corners: [Point; 4],
    /// The part of the known modules that is as it must be, from -1 to 1.
    worth: f32,
}

impl Fit {
    /// The best few for one size, with the fourth corner at most `reach` of a side from where it is on a plain square.
    fn all(ground: &Ground, [a, b, d]: [Point; 3], size: usize, reach: f32) -> Vec<Self> {
        let (all, last) = (known(size), last_alignment(size));
        let guess = minus(plus(b, d), a);
        let reach = if last.is_empty() { 0.0 } else { reach };
        let mut fits: Vec<_> = around(guess, (a, b, d), size, reach)
            .map(|c| Self::at(ground, [a, b, c, d], size, &last))
            .collect();
        fits.sort_by(|a, b| b.worth.total_cmp(&a.worth));
        let apart = 3.0 * length(minus(b, a)) / (size - 7) as f32;
        let mut hills: Vec<Self> = Vec::new();
        for fit in fits {
            let new = |hill: &Self| length(minus(hill.corners[2], fit.corners[2])) > apart;
            if hills.iter().all(new) {
                hills.push(fit);
            }
            if hills.len() == REFINED {
                break;
            }
        }
        hills.into_iter().map(|fit| fit.refined(ground, &all)).collect()
    }

    fn at(ground: &Ground, corners: [Point; 4], size: usize, known: &[Known]) -> Self {
        let plane = Plane::new(corners, size);
        ground.count(known.len());
        let one = |one: &Known| {
            let darker = ground.darker(plane.middle(one.x, one.y));
            (if one.dark { darker } else { -darker }).clamp(-CLEAR, CLEAR) / CLEAR
        };
        let worth = known.iter().map(one).sum::<f32>() / known.len().max(1) as f32;
        Self { size, corners, worth }
    }

    /// Moves one corner at a time, as long as that makes it better; in steps of less and less than a module.
    fn refined(self, ground: &Ground, known: &[Known]) -> Self {
        let mut best = Self::at(ground, self.corners, self.size, known);
        if best.worth < HOPE {
            return best;
        }
        let module = length(minus(self.corners[1], self.corners[0])) / (self.size - 7) as f32;
        for part in [0.6, 0.3, 0.15, 0.08] {
            for _ in 0..ROUNDS {
                let before = best.worth;
                for corner in [2, 0, 1, 3] {
                    for way in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                        let mut corners = best.corners;
                        corners[corner] = plus(corners[corner], times(way, part * module));
                        let moved = Self::at(ground, corners, self.size, known);
                        if moved.worth > best.worth {
                            best = moved;
                        }
                    }
                }
                if best.worth <= before {
                    break;
                }
            }
        }
        best
    }

    /// What it holds, if it is worth that much and its error correction agrees.
    fn found(&self, ground: &Ground, worth: f32) -> Option<Found> {
        if self.worth < worth {
            return None;
        }
        let plane = Plane::new(self.corners, self.size);
        let grid = rqrr::SimpleGrid::from_func(self.size, |x, y| ground.darker(plane.middle(x, y)) > 0.0);
        let mut octets = Vec::new();
        rqrr::Grid::new(grid).decode_to(&mut octets).ok()?;
        let corners = self.corners;
        Some(Found { octets, corners })
    }
}

/// Where the fourth corner may be: on one plane with the three it is the guess, seen from an angle it is not.
fn around(guess: Point, (a, b, d): (Point, Point, Point), size: usize, reach: f32) -> impl Iterator<Item = Point> {
    let modules = (size - 7) as f32;
    let (right, down) = (times(minus(b, a), 1.0 / modules), times(minus(d, a), 1.0 / modules));
    let reach = (reach * modules / STEP) as i32;
    let steps = move || (-reach..=reach).map(|n| n as f32 * STEP);
    steps().flat_map(move |n| steps().map(move |m| plus(guess, plus(times(right, n), times(down, m)))))
}

/// Modules to places in the picture.
struct Plane {
    square: Square,
    modules: f32,
}

impl Plane {
    /// From the middle of the first finder pattern to that of the second there are seven modules less than on a side.
    fn new(corners: [Point; 4], size: usize) -> Self {
        Self {
            square: Square::onto(corners),
            modules: (size - 7) as f32,
        }
    }

    fn middle(&self, x: usize, y: usize) -> Point {
        let part = |n: usize| (n as f32 - 3.0) / self.modules;
        self.square.place((part(x), part(y)))
    }
}

/// How far from a plain square the fourth corner is looked for, as a part of the side: first, and then.
const NEAR: f32 = 0.04;
const AWAY: f32 = 0.22;
/// In steps of so many modules.
const STEP: f32 = 0.8;
/// So much darker or lighter than the mean is as clear as it gets.
const CLEAR: f32 = 24.0;
/// Places of the fourth corner that are gone into, for each size.
const REFINED: usize = 3;
/// Rounds over the four corners with one step.
const ROUNDS: usize = 6;
/// Fits of one triple that are read.
const READ: usize = 3;
/// So much of the finder patterns must be seen before anything is searched.
const FINDERS: f32 = 0.3;
/// Less will not become a code.
const HOPE: f32 = 0.08;
/// Less is no code.
const WORTH: f32 = 0.3;
/// As much is one.
const SURE: f32 = 0.8;
