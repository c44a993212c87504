//! The ground: a picture's brightness against that of its surroundings.

use std::cell::Cell;

/// Brightness, from 0 (black) to 255, row by row.
#[derive(Clone)]
pub(super) struct Luma {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

/// For each pixel by how much it is darker than the mean around it.
pub(super) struct Ground {
    /// Above 0 is dark.
    darker: Vec<i16>,
    pub width: usize,
    pub height: usize,
    /// How often somebody looked at a place: what a picture costs.
    looks: Cell<usize>,
}

impl Luma {
    /// As many pixels as `width` times `height`, and at least one.
    pub fn new(pixels: Vec<u8>, width: usize, height: usize) -> Self {
        Self { pixels, width, height }
    }

    /// The picture, halved until no side is longer than `side`. None if an earlier, larger one was the same.
    pub fn at(&self, side: usize) -> Option<Self> {
        let longest = |luma: &Self| luma.width.max(luma.height);
        // 1400 is the ordinary size; the others are for larger pictures only, or say something about all.
        if side > ORDINARY && longest(self) <= ORDINARY {
            return None;
        }
        let mut scaled = self.clone();
        while longest(&scaled) > side && scaled.width.min(scaled.height) >= 2 {
            scaled = scaled.halved();
        }
        Some(scaled)
    }

    fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(width * height);
        for pair in self.pixels.chunks_exact(2 * self.width).take(height) {
            let (above, below) = pair.split_at(self.width);
            let sum = |two: &[u8]| two.iter().map(|pixel| u16::from(*pixel)).sum::<u16>();
            let squares = above.chunks_exact(2).zip(below.chunks_exact(2));
            pixels.extend(squares.map(|(above, below)| ((sum(above) + sum(below) + 2) / 4) as u8));
        }
        Self { pixels, width, height }
    }

    /// Each pixel as the mean of nine: noise goes, edges stay where they are.
    pub fn smoothed(&self) -> Self {
        let sums = Sums::of(self);
        let pixels = self.places().map(|(x, y)| sums.mean(x, y, 1) as u8).collect();
        Self { pixels, ..*self }
    }

    pub fn negative(&self) -> Self {
        let pixels = self.pixels.iter().map(|pixel| 255 - pixel).collect();
        Self { pixels, ..*self }
    }

    fn places(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let width = self.width;
        (0..self.height).flat_map(move |y| (0..width).map(move |x| (x, y)))
    }
}

impl Ground {
    /// Against means over squares whose side is a `part`-th of the shorter side, twice.
    pub fn of(luma: &Luma, part: usize) -> Self {
        let reach = (luma.width.min(luma.height) / part).max(8);
        let sums = Sums::of(luma);
        let darker = |((x, y), pixel): ((usize, usize), &u8)| sums.mean(x, y, reach) - i16::from(*pixel);
        Self {
            darker: luma.places().zip(&luma.pixels).map(darker).collect(),
            width: luma.width,
            height: luma.height,
            looks: Cell::new(0),
        }
    }

    /// Counts so many looks.
    pub fn count(&self, looks: usize) {
        self.looks.set(self.looks.get().saturating_add(looks));
    }

    /// All looks so far.
    pub fn looks(&self) -> usize {
        self.looks.get()
    }

    /// Whether a pixel is clearly dark; outside none is.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width
            && self
                .darker
                .get(y * self.width + x)
                .is_some_and(|darker| *darker > CLEARLY)
    }

    /// By how much a point is darker than its surroundings, drawn from the four pixels around it; 0 outside.
    pub fn darker(&self, (x, y): (f32, f32)) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        // Not a number fails both.
        let inside = x >= 0.0 && y >= 0.0 && x < self.width as f32 - 1.0 && y < self.height as f32 - 1.0;
        if !inside {
            return 0.0;
        }
        let (left, top) = (x as usize, y as usize);
        let (right, down) = (x - left as f32, y - top as f32);
        let at = |x: usize, y: usize| {
            self.darker
                .get(y * self.width + x)
                .map_or(0.0, |darker| f32::from(*darker))
        };
        let above = at(left, top) * (1.0 - right) + at(left + 1, top) * right;
        let below = at(left, top + 1) * (1.0 - right) + at(left + 1, top + 1) * right;
        above * (1.0 - down) + below * down
    }
}

/// Sums of brightness above and left of each point, by which any square's mean takes four numbers.
struct Sums {
    /// One row and one column more than the picture.
    sums: Vec<u32>,
    width: usize,
    height: usize,
}

impl Sums {
    fn of(luma: &Luma) -> Self {
        let row = luma.width + 1;
        let mut sums = vec![0_u32; row * (luma.height + 1)];
        for (y, line) in luma.pixels.chunks_exact(luma.width).enumerate() {
            let mut sum = 0_u32;
            for (x, pixel) in line.iter().enumerate() {
                // 255 times 50 million pixels is more than 32 bits hold: differences stay right modulo 2^32.
                sum = sum.wrapping_add(u32::from(*pixel));
                sums[(y + 1) * row + x + 1] = sums[y * row + x + 1].wrapping_add(sum);
            }
        }
        Self {
            sums,
            width: luma.width,
            height: luma.height,
        }
    }

    fn mean(&self, x: usize, y: usize, reach: usize) -> i16 {
        let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(self.width));
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(self.height));
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let sum = at(right, bottom)
            .wrapping_sub(at(left, bottom))
            .wrapping_sub(at(right, top))
            .wrapping_add(at(left, top));
        let pixels = ((right - left) * (bottom - top)) as u64;
        (u64::from(sum) / pixels.max(1)) as i16
    }
}

/// The longest side of a picture that is looked at as it is.
const ORDINARY: usize = 1400;
/// So much darker than the mean is no noise.
const CLEARLY: i16 = 4;
