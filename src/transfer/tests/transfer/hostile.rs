//! Frames and pictures that somebody made to do harm.

use proptest::prelude::*;
use transfer::{Animation, Code, Error, LIMIT, Level, Receiver, Stray, Taken, read, still};

/// Octets with the checksum that makes them a frame.
fn summed(mut octets: Vec<u8>) -> Vec<u8> {
    octets.extend(crc32(&octets).to_be_bytes());
    octets
}

/// CRC-32 (IEEE 802.3), bit by bit: not the crate that the frames are made with.
fn crc32(octets: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    let octet = |sum: u32, octet: &u8| (0..8).fold(sum ^ u32::from(*octet), |sum, _| step(sum));
    !octets.iter().fold(!0, octet)
}

fn fountain_frame(total: u32, symbol: u16, id: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = b"PB1\x01abcdefgh".to_vec();
    frame.extend(total.to_be_bytes());
    frame.extend(symbol.to_be_bytes());
    frame.extend(id.to_be_bytes());
    frame.extend(payload);
    summed(frame)
}

#[test]
fn refuses_frames_whose_sizes_cannot_be() {
    let mut receiver = Receiver::new();
    for frame in [
        fountain_frame(0, 100, 0, &[0; 100]),
        fountain_frame(u32::MAX, 100, 0, &[0; 100]),
        fountain_frame(LIMIT as u32 + 1, 100, 0, &[0; 100]),
        fountain_frame(1000, 0, 0, &[]),
        fountain_frame(1000, 63, 0, &[0; 63]),
        fountain_frame(1000, 1401, 0, &[0; 1401]),
        fountain_frame(1000, 100, 0, &[0; 99]),
        fountain_frame(1000, 100, 1 << 24, &[0; 100]),
        summed(b"PB1\x00abcdefgh\x00\x00\x00\x05\x02\x02hello".to_vec()),
        summed(b"PB1\x00abcdefgh\x00\x00\x00\x05\x00\x00hello".to_vec()),
        summed(b"PB1\x00abcdefgh\x00\x00\x00\x05\x00\x01hell".to_vec()),
    ] {
        assert_eq!(receiver.take(&frame), Taken::Stray(Stray::Impossible), "{frame:?}");
    }
    assert_eq!(receiver.progress().strays[&Stray::Impossible], 11);
    assert_eq!(receiver.progress().kind, None, "nothing was begun");
}

#[test]
fn a_frame_that_lies_about_its_bundle_ends_in_a_mismatch_and_not_in_a_bundle() {
    let mut receiver = Receiver::new();
    let lie = summed(b"PB1\x00abcdefgh\x00\x00\x00\x05\x00\x01hello".to_vec());
    assert_eq!(receiver.take(&lie), Taken::Mismatch);
    assert_eq!(receiver.bundle(), None);
    let line = "the parts do not make the bundle that they name";
    assert_eq!(receiver.progress().line(), line);
    let honest = still(b"hello").expect("fits");
    assert_eq!(receiver.take(&honest[0]), Taken::Stray(Stray::OtherBundle));
    receiver.restart();
    assert_eq!(receiver.take(&honest[0]), Taken::Complete);
    assert_eq!(receiver.bundle(), Some(&b"hello"[..]));
}

#[test]
fn one_forged_symbol_is_noticed() {
    let bundle = vec![7; 10_000];
    let animation = Animation::new(&bundle, 500).expect("fits");
    let mut forged = animation.frame(3);
    forged.truncate(forged.len() - 4);
    *forged.last_mut().expect("a payload") ^= 1;
    let mut receiver = Receiver::new();
    assert_eq!(receiver.take(&summed(forged)), Taken::New);
    let last = (0..)
        .map(|n| receiver.take(&animation.frame(n)))
        .find(|taken| !matches!(taken, Taken::New | Taken::Again));
    assert_eq!(last, Some(Taken::Mismatch));
    assert_eq!(receiver.bundle(), None);
}

#[test]
fn after_a_forged_symbol_the_next_pass_brings_the_bundle() {
    let bundle = vec![7; 10_000];
    let animation = Animation::new(&bundle, 500).expect("fits");
    let mut forged = animation.frame(3);
    forged.truncate(forged.len() - 4);
    *forged.last_mut().expect("a payload") ^= 1;
    let mut receiver = Receiver::new();
    assert!(!receiver.begin_again(), "nothing is wrong yet");
    let _ = receiver.take(b"of somebody else");
    let _ = receiver.take(&summed(forged));
    let mut number = 0;
    while receiver.bundle().is_none() {
        assert!(number < 100, "{}", receiver.progress().line());
        if receiver.take(&animation.frame(number)) == Taken::Mismatch {
            assert!(receiver.begin_again());
            assert_eq!(
                receiver.whole(),
                Err(Error::Mismatch),
                "what was wrong is not forgotten"
            );
        }
        number += 1;
    }
    let progress = receiver.progress();
    assert_eq!((receiver.bundle(), progress.forgotten), (Some(&bundle[..]), 1));
    assert_eq!(progress.strays[&Stray::Foreign], 1, "what was put aside stays counted");
    assert!(!receiver.begin_again(), "what is whole is kept");
}

#[test]
fn the_same_bundle_cut_in_another_way_is_put_aside() {
    let bundle = [3; 1000];
    let mut receiver = Receiver::new();
    assert_eq!(receiver.take(&still(&bundle).expect("fits")[0]), Taken::New);
    let animated = Animation::new(&bundle, 200).expect("fits").frame(0);
    assert_eq!(receiver.take(&animated), Taken::Stray(Stray::OtherShape));
    let others = transfer::still_of(&bundle, 100).expect("fits");
    assert_eq!(receiver.take(&others[0]), Taken::Stray(Stray::OtherShape));
    assert_eq!(
        receiver.progress().strays(),
        ["put aside: 2 of this bundle, cut in another way"]
    );
}

#[test]
fn a_full_receiver_stays_full() {
    let frames = still(b"hello").expect("fits");
    let mut receiver = Receiver::new();
    assert_eq!(receiver.take(&frames[0]), Taken::Complete);
    assert_eq!(receiver.take(&frames[0]), Taken::Again);
    assert_eq!(receiver.take(b"WIFI:S:guests;;"), Taken::Stray(Stray::Foreign));
    assert_eq!(receiver.bundle(), Some(&b"hello"[..]));
}

#[test]
fn refuses_symbols_and_bundles_beyond_the_bounds() {
    let error = |bundle: &[u8], symbol| Animation::new(bundle, symbol).err().expect("refused");
    assert_eq!(error(&[1; 10], 63).to_string(), "no animation has symbols of 63 octets");
    assert_eq!(error(&[], 100), Error::Empty);
    let too_large = error(&vec![1; LIMIT + 1], 1000);
    assert_eq!(
        too_large.to_string(),
        "262145 octets are too many for these codes: at most 262144 go"
    );
    assert_eq!(too_large.hint(), "take it along as a signed file");
}

#[test]
fn a_picture_that_is_none_has_no_codes() {
    for (luma, width, height) in [
        (&[][..], 0, 0),
        (&[0; 4], 2, 3),
        (&[0; 4], usize::MAX, 2),
        (&[0; 4], 4, 1),
        (&[0; 4], 0, 4),
    ] {
        assert_eq!(read(luma, width, height), Vec::<Vec<u8>>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_frame_makes_a_receiver_panic(
        frames in prop::collection::vec((any::<[u8; 12]>(), 0_u32..3000, 0_u16..200, 0_u32..40, 0_usize..200), 1..40),
    ) {
        let mut receiver = Receiver::new();
        for (head, total, symbol, id, length) in frames {
            let mut octets = fountain_frame(total, symbol, id, &vec![head[0]; length]);
            receiver.take(&octets);
            octets.truncate(octets.len() - 4);
            octets[3] = head[1] % 3;
            octets.splice(16..18, [head[2] % 11, head[3] % 11]);
            receiver.take(&summed(octets));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_picture_of_noise_makes_the_reader_panic(
        (width, height) in (1_usize..120, 1_usize..120),
        seed in any::<u64>(),
        steps in 1_u64..5,
    ) {
        let mut seeded = crate::support::Seeded::new(seed);
        let luma: Vec<u8> = (0..width * height).map(|_| (seeded.below(steps + 1) * 255 / steps) as u8).collect();
        let _ = read(&luma, width, height);
    }

    /// A code with anything painted over it, or with its rows and columns torn apart, in any place.
    #[test]
    fn no_damaged_code_makes_the_reader_panic(
        octets in prop::collection::vec(any::<u8>(), 1..300),
        seed in any::<u64>(),
        wounds in 1_usize..30,
    ) {
        let (side, mut luma) = Code::of(&octets, Level::L).expect("fits").luma(3);
        let mut seeded = crate::support::Seeded::new(seed);
        for _ in 0..wounds {
            let [x, y, w, h] = std::array::from_fn(|_| seeded.below(side as u64) as usize);
            let shade = seeded.next() as u8;
            for row in y..side.min(y + h / 4) {
                luma[row * side + x..row * side + side.min(x + w / 4)].fill(shade);
            }
            let (from, to) = (seeded.below(side as u64) as usize, seeded.below(side as u64) as usize);
            let row = luma[from * side..(from + 1) * side].to_vec();
            luma[to * side..(to + 1) * side].copy_from_slice(&row);
        }
        let _ = read(&luma, side, side);
    }

    /// Rows as finder patterns have them, at any scale: many patterns, and no code.
    #[test]
    fn no_picture_of_finder_patterns_alone_makes_the_reader_panic(
        places in prop::collection::vec((0_usize..200, 0_usize..200, 1_usize..9), 3..40),
    ) {
        let side = 240;
        let mut luma = vec![255; side * side];
        for (left, top, scale) in places {
            for y in 0..7 * scale {
                for x in 0..7 * scale {
                    let ring = |n: usize| (n / scale).abs_diff(3);
                    let dark = ring(x).max(ring(y)) != 2;
                    if let (true, Some(pixel)) = (left + x < side, luma.get_mut((top + y) * side + left + x)) {
                        *pixel = if dark { 0 } else { 255 };
                    }
                }
            }
        }
        let _ = read(&luma, side, side);
    }
}
