//! What is dark and light in every code of one size: finder, timing and alignment patterns (ISO/IEC 18004 §6.3).

/// A module that is the same in every code.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub x: usize,
    pub y: usize,
    pub dark: bool,
}

/// All known modules of a code with so many on each side.
pub(super) fn known(size: usize) -> Vec<Known> {
    let mut known = finders(size);
    for n in 8..size - 8 {
        let dark = n % 2 == 0;
        known.push(Known { x: n, y: 6, dark });
        known.push(Known { x: 6, y: n, dark });
    }
    let places = alignments(size);
    for x in &places {
        for y in &places {
            let finder = |n: usize, m: usize| n == 6 && (m == 6 || m == size - 7);
            if !finder(*x, *y) && !finder(*y, *x) {
                known.extend(rings(*x, *y, 2));
            }
        }
    }
    known
}

/// The finder patterns, in three corners.
pub(super) fn finders(size: usize) -> Vec<Known> {
    let middles = [(3, 3), (size - 4, 3), (3, size - 4)];
    middles.into_iter().flat_map(|(x, y)| rings(x, y, 3)).collect()
}

/// The last alignment pattern, at the corner that has no finder; none in version 1.
pub(super) fn last_alignment(size: usize) -> Vec<Known> {
    match alignments(size).last() {
        Some(last) => rings(*last, *last, 2),
        None => Vec::new(),
    }
}

/// Squares around a module: dark in the middle; the ring `reach` away is dark, and the one before it light.
fn rings(x: usize, y: usize, reach: usize) -> Vec<Known> {
    let span = |n: usize| n - reach..=n + reach;
    let all = span(y).flat_map(|y| span(x).map(move |x| (x, y)));
    let dark = |across: usize| across != reach - 1;
    all.map(|(i, j)| Known {
        x: i,
        y: j,
        dark: dark(i.abs_diff(x).max(j.abs_diff(y))),
    })
    .collect()
}

/// ISO/IEC 18004, annex E: rows and columns of the alignment patterns' middles, in even steps from the end on.
fn alignments(size: usize) -> Vec<usize> {
    let version = (size - 17) / 4;
    if version < 2 {
        return Vec::new();
    }
    let gaps = version / 7 + 1;
    let (first, last) = (6, size - 7);
    // The steps are even numbers, large enough that the first gap is no larger than the others; version 32 is an exception.
    let step = match version {
        32 => 26,
        _ => (last - first).div_ceil(gaps).next_multiple_of(2),
    };
    let mut places: Vec<usize> = (0..gaps).map(|n| last - n * step).collect();
    places.push(first);
    places.reverse();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO/IEC 18004, table E.1.
    #[test]
    fn alignment_patterns_stand_where_the_standard_has_them() {
        let of = |version: usize| alignments(17 + 4 * version);
        assert_eq!(of(1), []);
        assert_eq!(of(2), [6, 18]);
        assert_eq!(of(7), [6, 22, 38]);
        assert_eq!(of(15), [6, 26, 48, 70]);
        assert_eq!(of(22), [6, 26, 50, 74, 98]);
        assert_eq!(of(32), [6, 34, 60, 86, 112, 138]);
        assert_eq!(of(36), [6, 24, 50, 76, 102, 128, 154]);
        assert_eq!(of(39), [6, 26, 54, 82, 110, 138, 166]);
        assert_eq!(of(40), [6, 30, 58, 86, 114, 142, 170]);
    }

    /// Against the encoder, which is not ours.
    #[test]
    fn known_modules_are_those_of_every_code() {
        for octets in [20, 200, 900, 2900] {
            let code = crate::Code::of(&vec![7; octets], crate::Level::L).expect("fits");
            for one in known(code.size()) {
                assert_eq!(
                    code.is_dark(one.x, one.y),
                    one.dark,
                    "{} {} of {}",
                    one.x,
                    one.y,
                    code.size()
                );
            }
        }
    }
}
