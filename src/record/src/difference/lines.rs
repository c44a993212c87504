//! Which lines of two texts differ: those that both have, in the order of both, stay; others are told side by side.

use std::ops::Range;

/// What stands in the stead of what: lines of the first text, and of the second. One of the two may be empty.
pub type Change = (Range<usize>, Range<usize>);

/// The changes that make the second text of the first, in their order.
pub fn changes(first: &[&str], second: &[&str]) -> Vec<Change> {
    let begin = alike(first.iter().zip(second));
    let end = alike(first[begin..].iter().rev().zip(second[begin..].iter().rev()));
    let (one, other) = (&first[begin..first.len() - end], &second[begin..second.len() - end]);
    let same = match one.len().saturating_mul(other.len()) <= MOST {
        true => kept(one, other),
        // Too many to compare each with each: all between is one change.
        false => Vec::new(),
    };
    let mut found = Vec::new();
    let (mut at, mut beside) = (0, 0);
    for (n, m) in same.into_iter().chain([(one.len(), other.len())]) {
        if at < n || beside < m {
            found.push((begin + at..begin + n, begin + beside..begin + m));
        }
        (at, beside) = (n + 1, m + 1);
    }
    found
}

fn alike<'a>(pairs: impl Iterator<Item = (&'a &'a str, &'a &'a str)>) -> usize {
    pairs.take_while(|(one, other)| one == other).count()
}

/// The places of a longest common subsequence, in both.
fn kept(one: &[&str], other: &[&str]) -> Vec<(usize, usize)> {
    // Of what begins at each place of both: how many lines are common.
    let width = other.len() + 1;
    let mut common = vec![0_u32; (one.len() + 1) * width];
    for n in (0..one.len()).rev() {
        for m in (0..other.len()).rev() {
            let here = n * width + m;
            common[here] = match one[n] == other[m] {
                true => common[here + width + 1] + 1,
                false => common[here + width].max(common[here + 1]),
            };
        }
    }
    let (mut n, mut m, mut places) = (0, 0, Vec::new());
    while n < one.len() && m < other.len() {
        let here = n * width + m;
        if one[n] == other[m] {
            places.push((n, m));
            (n, m) = (n + 1, m + 1);
        } else if common[here + width] >= common[here + 1] {
            n += 1;
        } else {
            m += 1;
        }
    }
    places
}

/// Pairs of lines that are compared: a plan has some hundred lines.
const MOST: usize = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_have_stays_and_the_rest_is_told_side_by_side() {
        let of = |one: &str, other: &str| {
            changes(
                &one.split(' ').collect::<Vec<_>>(),
                &other.split(' ').collect::<Vec<_>>(),
            )
        };
        assert_eq!(of("a b c d", "x b c y"), [(0..1, 0..1), (3..4, 3..4)]);
        assert_eq!(of("a b c", "a c"), [(1..2, 1..1)]);
        assert_eq!(of("a c", "a b b c"), [(1..1, 1..3)]);
        assert_eq!(of("a b c d e", "a x c d y z e"), [(1..2, 1..2), (4..4, 4..6)]);
        assert_eq!(of("a a a", "a a"), [(2..3, 2..2)]);
        assert!(of("a b", "a b").is_empty());
        let long: Vec<String> = (0..3_000).map(|n| n.to_string()).collect();
        let one: Vec<&str> = long.iter().map(String::as_str).collect();
        let other: Vec<&str> = one.iter().rev().copied().collect();
        assert_eq!(changes(&one, &other), [(0..3_000, 0..3_000)]);
    }
}
