//! Still codes: a small bundle in a few parts, all of which are needed.

use crate::error::Error;
use crate::frame::{Frame, Part, id_of};

/// A bundle of at most [`STILL_LIMIT`] octets in as few frames as it needs.
///
/// # Errors
/// An empty or too large bundle.
pub fn still(bundle: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    still_of(bundle, STILL_PART)
}

/// The same in parts of at most `part` octets, for a screen that shows no more.
///
/// # Errors
/// An empty bundle, or one that takes more than ten such parts.
pub fn still_of(bundle: &[u8], part: usize) -> Result<Vec<Vec<u8>>, Error> {
    let part = part.clamp(1, STILL_PART);
    let (size, limit) = (bundle.len(), part * usize::from(STILL_COUNT));
    if bundle.is_empty() {
        return Err(Error::Empty);
    }
    if size > limit {
        let animate = size <= crate::LIMIT;
        return Err(Error::TooLarge { size, limit, animate });
    }
    // As many as are needed, each as large as the others.
    let even = size.div_ceil(size.div_ceil(part));
    let parts: Vec<&[u8]> = bundle.chunks(even).collect();
    let count = parts.len() as u8;
    let (id, total) = (id_of(bundle), size as u32);
    let frame = |(index, payload)| Frame {
        id,
        total,
        part: Part::Still { index, count, payload },
    };
    Ok((0..).zip(parts).map(|one| frame(one).write()).collect())
}

/// Where a part begins and ends, if there can be such a part of so many octets.
pub(crate) fn span(total: usize, index: u8, count: u8) -> Option<std::ops::Range<usize>> {
    if index >= count || count > STILL_COUNT || total > STILL_LIMIT {
        return None;
    }
    let part = total.div_ceil(usize::from(count));
    let begin = usize::from(index) * part;
    let end = total.min(begin + part);
    // One division of the octets for each number of parts: the last is not empty.
    let fits = part <= STILL_PART && part * (usize::from(count) - 1) < total;
    fits.then_some(begin..end)
}

/// Octets of a bundle that goes as still codes: ten codes, as many as people want to photograph.
pub const STILL_LIMIT: usize = STILL_PART * STILL_COUNT as usize;
/// Octets of the bundle in one still code: with the frame's own, what version 19 holds at level M.
pub const STILL_PART: usize = 600;
/// Still codes of one bundle.
const STILL_COUNT: u8 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_still_bundle_takes_ten_codes_of_version_19() {
        let frames = still(&[7; STILL_LIMIT]).expect("fits");
        assert_eq!(frames.len(), 10);
        assert!(frames.iter().all(|frame| frame.len() == 622));
        let code = crate::Code::of(&frames[0], crate::Level::M).expect("fits");
        assert_eq!(code.size(), 17 + 4 * 19);
    }

    #[test]
    fn refuses_what_is_too_large_and_says_what_would_go() {
        let error = still(&[7; STILL_LIMIT + 1]).expect_err("too large");
        assert_eq!(
            error.to_string(),
            "6001 octets are too many for these codes: at most 6000 go"
        );
        assert_eq!(
            error.hint(),
            "show it as an animation, or take it along as a signed file"
        );
        assert_eq!(still(&[]).expect_err("nothing"), Error::Empty);
    }

    #[test]
    fn a_part_has_one_place_for_each_number_of_parts() {
        assert_eq!(span(5, 2, 3), Some(4..5));
        assert_eq!(
            span(5, 3, 4),
            None,
            "four parts of two octets would leave the last empty"
        );
        assert_eq!(span(6000, 9, 10), Some(5400..6000));
        for (total, index, count) in [(601, 0, 1), (10, 1, 1), (6001, 0, 11), (10, 0, 0), (0, 0, 1)] {
            assert_eq!(span(total, index, count), None, "{total} {index} {count}");
        }
    }
}
