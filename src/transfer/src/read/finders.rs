//! Finder patterns (ISO/IEC 18004 §6.3.3): the squares in three corners, whose every line through the middle is dark,
//! light, dark, light, dark as 1:1:3:1:1.

use super::ground::Ground;

/// One finder pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finder {
    /// Its middle, in pixels.
    pub x: f32,
    /// Its middle, in pixels.
    pub y: f32,
    /// Pixels a module.
    pub module: f32,
    /// Rows of pixels in which it was seen.
    pub rows: u32,
}

/// All that the ground has, the plainest first; at most [`MOST`]. It costs so many looks a pixel as [`LOOKS`] says at
/// most: a picture in which more looks like one is left half searched.
pub(super) fn find(ground: &Ground) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    for y in 0..ground.height {
        if ground.looks() > LOOKS * ground.width * ground.height {
            break;
        }
        ground.count(ground.width);
        for (middle, width) in middles(ground, y) {
            if let Some(finder) = around(ground, middle, y, width) {
                ground.count(found.len());
                add(&mut found, finder);
            }
        }
    }
    found.sort_by_key(|finder| std::cmp::Reverse(finder.rows));
    found.truncate(MOST);
    found
}

/// All runs in a row that may belong to one: their middles, and how wide they are.
fn middles(ground: &Ground, y: usize) -> Vec<(usize, usize)> {
    // Ends of runs, of which the first is light.
    let mut ends = Vec::new();
    let mut dark = false;
    for x in 0..ground.width {
        if ground.is_dark(x, y) != dark {
            ends.push(x);
            dark = !dark;
        }
    }
    if dark {
        ends.push(ground.width);
    }
    let five = |ends: &[usize]| {
        let runs: [usize; 5] = std::array::from_fn(|n| ends[n + 1] - ends[n]);
        is_finder(runs).then_some(((ends[2] + ends[3]) / 2, ends[5] - ends[0]))
    };
    ends.windows(6).step_by(2).filter_map(five).collect()
}

/// The pattern around a pixel, if it is one from top to bottom too. `wide` is what its row has: no pattern that counts is
/// twice as long one way as the other, so that no line is followed further. Stripes are as long as the picture.
fn around(ground: &Ground, x: usize, y: usize, wide: usize) -> Option<Finder> {
    let (up, down, height) = through(ground, (x, y), false, FARTHEST * wide)?;
    // The row through the middle, which need not be the one that was searched.
    let row = (2 * y + down - up) / 2;
    let centre_y = y as f32 + (down as f32 - up as f32 + 1.0) / 2.0;
    let (left, right, width) = through(ground, (x, row), true, FARTHEST * wide)?;
    let centre_x = x as f32 + (right as f32 - left as f32 + 1.0) / 2.0;
    let alike = width < 2.2 * height && height < 2.2 * width;
    alike.then_some(Finder {
        x: centre_x,
        y: centre_y,
        module: (width + height) / 14.0,
        rows: 1,
    })
}

/// Looks both ways from a dark pixel: how far the middle square goes before and behind it, and the whole pattern's length.
fn through(ground: &Ground, from: Pixel, along: bool, most: usize) -> Option<(usize, usize, f32)> {
    let before = arm(ground, from, (along, false), most)?;
    let behind = arm(ground, from, (along, true), most)?;
    let runs = [before[2], before[1], before[0] + behind[0] + 1, behind[1], behind[2]];
    is_finder(runs).then(|| (before[0], behind[0], runs.iter().sum::<usize>() as f32))
}

type Pixel = (usize, usize);

/// The dark, light and dark run from a pixel on, the pixel itself not counted; at most so many pixels in all.
fn arm(ground: &Ground, (x, y): Pixel, (along, forward): (bool, bool), most: usize) -> Option<[usize; 3]> {
    let at = |n: usize| -> Option<bool> {
        let from = if along { x } else { y };
        let to = if forward {
            from.checked_add(n)?
        } else {
            from.checked_sub(n)?
        };
        let (x, y) = if along { (to, y) } else { (x, to) };
        (x < ground.width && y < ground.height).then(|| ground.is_dark(x, y))
    };
    let mut runs = [0; 3];
    let mut n = 1;
    for (run, dark) in runs.iter_mut().zip([true, false, true]) {
        while n <= most && at(n) == Some(dark) {
            *run += 1;
            n += 1;
        }
    }
    ground.count(n);
    (n <= most && runs[1] > 0 && runs[2] > 0).then_some(runs)
}

/// 1:1:3:1:1, each within half a module and half a pixel.
fn is_finder(runs: [usize; 5]) -> bool {
    let module = runs.iter().sum::<usize>() as f32 / 7.0;
    let near = |(run, modules): (usize, f32)| {
        let slack = (0.5 * module + 0.5) * if modules > 1.0 { 2.0 } else { 1.0 };
        (run as f32 - modules * module).abs() < slack
    };
    let wanted = [1.0, 1.0, 3.0, 1.0, 1.0];
    module >= 1.0 && runs.into_iter().zip(wanted).all(near)
}

/// The same pattern is seen in many rows.
fn add(found: &mut Vec<Finder>, new: Finder) {
    let same = |old: &Finder| {
        let near = 1.5 * old.module.min(new.module);
        (old.x - new.x).abs() < near && (old.y - new.y).abs() < near
    };
    match found.iter().position(same) {
        Some(n) => {
            let old = &mut found[n];
            let rows = old.rows as f32;
            let mean = |old: f32, new: f32| (old * rows + new) / (rows + 1.0);
            *old = Finder {
                x: mean(old.x, new.x),
                y: mean(old.y, new.y),
                module: mean(old.module, new.module),
                rows: old.rows + 1,
            };
        }
        None if found.len() < SEEN => found.push(new),
        None => {}
    }
}

/// Widths of a row's runs that a line through their middle may be long on one side.
const FARTHEST: usize = 3;
/// Looks a pixel. Photographs take two to three.
pub(super) const LOOKS: usize = 32;
/// Patterns that are gone into: ten codes on a sheet have thirty.
const MOST: usize = 48;
/// Patterns that are remembered while a picture is searched.
const SEEN: usize = 2000;
