//! Triples: which three finder patterns are of one code, and how many modules it may have.

use super::finders::Finder;
use super::ground::Ground;
use super::square::{Point, length, minus, plus, times};

/// Three finder patterns that may be a code's.
#[derive(Clone, Debug)]
pub(super) struct Triple {
    /// Their numbers.
    pub of: [usize; 3],
    /// Top left, top right, bottom left.
    pub corners: [Point; 3],
    /// How many modules the code may have on each side, the likeliest first.
    pub sizes: Vec<usize>,
    badness: f32,
}

/// All that may be a code's, the likeliest first.
pub(super) fn ranked(ground: &Ground, finders: &[Finder]) -> Vec<Triple> {
    let mut triples = Vec::new();
    for (n, a) in finders.iter().enumerate() {
        for (m, b) in finders.iter().enumerate().skip(n + 1) {
            for (o, c) in finders.iter().enumerate().skip(m + 1) {
                triples.extend(shape([(n, a), (m, b), (o, c)]));
            }
        }
    }
    triples.sort_by(|a, b| a.0.total_cmp(&b.0));
    triples.truncate(MEASURED);
    let measure = |(badness, three): (f32, [(usize, &Finder); 3])| measured(ground, badness, three);
    let mut triples: Vec<_> = triples.into_iter().filter_map(measure).collect();
    triples.sort_by(|a, b| a.badness.total_cmp(&b.badness));
    triples
}

type Three<'a> = [(usize, &'a Finder); 3];

/// Puts three into order, top left first, and says how far they are from a square's corners. None if too far.
fn shape(three: Three<'_>) -> Option<(f32, Three<'_>)> {
    let side = |n: usize, m: usize| length(minus(at(three[n].1), at(three[m].1)));
    // The longest side is the diagonal, and lies across from the corner.
    let sides = [(side(1, 2), 0), (side(0, 2), 1), (side(0, 1), 2)];
    let (_, corner) = sides.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (a, mut b, mut c) = (three[corner], three[(corner + 1) % 3], three[(corner + 2) % 3]);
    let (mut right, mut down) = (minus(at(b.1), at(a.1)), minus(at(c.1), at(a.1)));
    if right.0 * down.1 - right.1 * down.0 < 0.0 {
        (b, c) = (c, b);
        (right, down) = (down, right);
    }
    let (wide, high) = (length(right), length(down));
    let skew = (right.0 * down.0 + right.1 * down.1).abs() / (wide * high);
    let uneven = wide.max(high) / wide.min(high) - 1.0;
    let modules = [a.1.module, b.1.module, c.1.module];
    let (small, large) = (
        modules.iter().copied().fold(f32::MAX, f32::min),
        modules.iter().copied().fold(0.0, f32::max),
    );
    let modules = wide.max(high) / ((small + large) / 2.0);
    // The middle of a finder pattern is seen in three modules' rows, seen from straight ahead.
    let faint = |one: &Finder| (1.0 - one.rows as f32 / (2.5 * one.module)).max(0.0);
    let faint = faint(a.1) + faint(b.1) + faint(c.1);
    let fits = skew < 0.55 && uneven < 0.8 && large < 1.9 * small && (9.0..230.0).contains(&modules);
    fits.then_some((skew + uneven + (large / small - 1.0) + faint / 2.0, [a, b, c]))
}

/// Looks along the timing patterns. None if they are none.
fn measured(ground: &Ground, badness: f32, [a, b, c]: Three<'_>) -> Option<Triple> {
    let corners = [at(a.1), at(b.1), at(c.1)];
    let along = timing(ground, (a.1, b.1), c.1);
    let down = timing(ground, (a.1, c.1), b.1);
    let most = along.count.max(down.count);
    let differ = along.count.abs_diff(down.count);
    if most < 4 || differ > 3 + most / 4 {
        return None;
    }
    let mut sizes: Vec<usize> = Vec::new();
    let counted = [most, along.count, down.count].map(|count| size_near(count as f32 + 13.0));
    let drawn = [along.modules, down.modules, (along.modules + down.modules) / 2.0].map(|n| size_near(n + 7.0));
    for size in counted
        .into_iter()
        .chain(drawn)
        .chain([counted[0] + 4, counted[0].saturating_sub(4)])
    {
        if (21..=177).contains(&size) && !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    sizes.truncate(SIZES);
    let badness = badness + differ as f32 / most as f32 + along.uneven + down.uneven;
    let of = [a.0, b.0, c.0];
    (!sizes.is_empty()).then_some(Triple {
        of,
        corners,
        sizes,
        badness,
    })
}

/// What lies between two finder patterns.
struct Timing {
    /// Changes between dark and light.
    count: usize,
    /// How much the longest run is longer than most.
    uneven: f32,
    /// Modules between the middles, by the patterns' own size.
    modules: f32,
}

/// ISO/IEC 18004 §6.3.5: dark and light in turn, three modules from the line between the middles, on the side of the third
/// pattern; from dark to dark, and as many changes as the code has modules, less 13.
fn timing(ground: &Ground, (from, to): (&Finder, &Finder), third: &Finder) -> Timing {
    let way = minus(at(to), at(from));
    let (inward, onward) = (minus(at(third), at(from)), times(way, 1.0 / length(way).max(1.0)));
    let inward = times(inward, 1.0 / length(inward).max(1.0));
    // A pattern was measured along the picture's rows and columns, which cut one that is turned on a longer way.
    let turned = onward.0.abs().max(onward.1.abs());
    let module = |finder: &Finder| (finder.module * turned).max(0.5);
    let across = |finder: &Finder, onward: Point| plus(at(finder), times(plus(inward, onward), 3.0 * module(finder)));
    let (begin, end) = (across(from, onward), across(to, times(onward, -1.0)));
    let steps = (2.0 * length(minus(end, begin))).clamp(1.0, 20_000.0) as usize;
    ground.count(steps);
    let (mut count, mut run, mut longest, mut dark) = (0, 0, 0, true);
    for n in 0..=steps {
        let place = plus(begin, times(minus(end, begin), n as f32 / steps as f32));
        let darker = ground.darker(place);
        run += 1;
        // A change is one only when it is clear: noise makes none.
        if darker.abs() > 3.0 && (darker > 0.0) != dark {
            dark = !dark;
            count += 1;
            longest = longest.max(run);
            run = 0;
        }
    }
    let usual = steps as f32 / (count as f32 + 1.0);
    Timing {
        count,
        uneven: (longest.max(run) as f32 / usual - 1.5).max(0.0) / 4.0,
        modules: length(way) / ((module(from) + module(to)) / 2.0),
    }
}

/// The nearest number of modules that a version has.
fn size_near(modules: f32) -> usize {
    let version = ((modules - 17.0) / 4.0).round().clamp(1.0, 40.0);
    17 + 4 * version as usize
}

fn at(finder: &Finder) -> Point {
    (finder.x, finder.y)
}

/// Triples whose timing patterns are looked at.
const MEASURED: usize = 600;
/// Sizes that are tried for one triple.
const SIZES: usize = 5;
