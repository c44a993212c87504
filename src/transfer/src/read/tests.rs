//! What pictures cost: looks at a place, which are the same on every machine.

use super::*;
use crate::{Code, Level};

/// Dark and light as 1:1:3:1:1 all over, in stripes of `unit` pixels a module, upright or not.
fn stripes(side: usize, unit: usize, upright: bool) -> Vec<u8> {
    let dark = |n: usize| [true, false, true, true, true, false][n / unit % 6];
    let pixel = |n: usize| {
        if dark(if upright { n % side } else { n / side }) {
            0
        } else {
            255
        }
    };
    (0..side * side).map(pixel).collect()
}

/// Nothing but finder patterns, one beside the other.
fn tiles(side: usize, unit: usize) -> Vec<u8> {
    let ring = |n: usize| (n / unit % 8).abs_diff(3);
    let pixel = |n: usize| match ring(n % side).max(ring(n / side)) {
        2 | 4 => 255,
        _ => 0,
    };
    (0..side * side).map(pixel).collect()
}

/// The bound on all passes of an ordinary picture, in looks.
fn bound(side: usize) -> usize {
    // Five passes at the whole size, one at a quarter of the pixels at least; and the fits, with one beyond the bound.
    7 * (finders::LOOKS + 8) * side * side + 7 * (FITTED + 20_000_000)
}

#[test]
fn stripes_and_tiles_cost_no_more_looks_than_there_may_be() {
    for side in [600, 1200] {
        for unit in [1, 2, 3, 5] {
            for luma in [stripes(side, unit, true), stripes(side, unit, false), tiles(side, unit)] {
                let (found, looks) = looked(&luma, side, side);
                println!("{side} by units of {unit}: {} looks a pixel", looks / side / side);
                assert!(
                    found.is_empty() && looks <= bound(side),
                    "{looks} looks, of {}",
                    bound(side)
                );
            }
        }
    }
}

/// Whoever follows each stripe to its end looks at each pixel as often as the picture is high.
#[test]
fn stripes_are_not_followed_to_their_ends() {
    for unit in [1, 2, 4] {
        let side = 1200;
        let luma = Luma::new(stripes(side, unit, true), side, side);
        let ground = Ground::of(&luma, 16);
        assert_eq!(finders::find(&ground).len(), 0);
        let looks = ground.looks() / side / side;
        assert!(looks < 20, "{looks} looks a pixel with stripes of {unit}");
    }
}

#[test]
fn a_code_costs_little() {
    let code = Code::of(&[7; 400], Level::M).expect("it fits");
    let picture = crate::Picture::from_png(&code.png(6).expect("a picture")).expect("a picture");
    let (found, looks) = looked(&picture.luma, picture.width, picture.height);
    let pixels = picture.width * picture.height;
    assert_eq!(found, [vec![7; 400]]);
    assert!(looks < 4 * pixels + 2_000_000, "{looks} looks at {pixels} pixels");
}
