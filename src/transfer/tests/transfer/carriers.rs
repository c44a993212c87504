//! Any bundle over any carrier, in any order, with losses, repetitions and strays.

use proptest::prelude::*;
use transfer::{Animation, Code, Kind, Level, Picture, Receiver, STILL_LIMIT, Stray, Taken, still, still_of};

/// A code drawn and read again.
fn seen(frame: &[u8], level: Level) -> Vec<u8> {
    let code = Code::of(frame, level).expect("fits");
    let picture = Picture::from_png(&code.png(3).expect("a picture")).expect("a picture");
    let mut read = picture.read();
    assert_eq!(read.len(), 1, "one code in the picture");
    read.remove(0)
}

#[test]
fn a_bundle_crosses_as_still_codes_drawn_and_read_in_any_order() {
    for size in [1, 59, 600, 601, 1801] {
        let bundle = crate::support::Seeded::new(size as u64).octets(size);
        let mut frames = still(&bundle).expect("fits");
        frames.reverse();
        let mut receiver = Receiver::new();
        for frame in &frames {
            receiver.take(&seen(frame, Level::M));
        }
        assert_eq!(receiver.bundle(), Some(&bundle[..]), "{size} octets");
        assert!(receiver.progress().complete);
    }
}

#[test]
fn a_bundle_crosses_as_an_animation_drawn_and_read() {
    let bundle = crate::support::Seeded::new(3).octets(2000);
    let animation = Animation::new(&bundle, 300).expect("fits");
    let mut receiver = Receiver::new();
    // A reader who comes late.
    let taken = (17..60).map(|n| receiver.take(&seen(&animation.frame(n), Level::L)));
    assert!(taken.into_iter().any(|taken| taken == Taken::Complete));
    assert_eq!(receiver.bundle(), Some(&bundle[..]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn stills_complete_in_any_order_with_repetitions(
        bundle in prop::collection::vec(any::<u8>(), 1..=STILL_LIMIT),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
        part in 1_usize..700,
    ) {
        let Ok(frames) = still_of(&bundle, part) else {
            prop_assert!(bundle.len() > 10 * part.min(600));
            return Ok(());
        };
        let mut receiver = Receiver::new();
        for index in &order {
            receiver.take(index.get::<Vec<u8>>(&frames));
        }
        let complete = receiver.progress().complete;
        prop_assert_eq!(complete, receiver.progress().parts.iter().all(|seen| *seen) && !order.is_empty());
        frames.iter().for_each(|frame| { receiver.take(frame); });
        prop_assert_eq!(receiver.bundle(), Some(&bundle[..]));
    }

    #[test]
    fn an_animation_completes_from_anywhere_past_strays(
        bundle in prop::collection::vec(any::<u8>(), 1..20_000),
        symbol in 64_u16..1400,
        begin in any::<u32>(),
        losses in prop::collection::vec(0_u32..4, 1..50),
        stray in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let animation = Animation::new(&bundle, symbol).expect("fits");
        let other = Animation::new(&[&bundle[..], b"x"].concat(), symbol).expect("fits");
        let mut receiver = Receiver::new();
        let mut number = begin;
        let most = animation.needed() + 10;
        for n in 0.. {
            prop_assert!(n < most, "{n} frames did not suffice for {} symbols", animation.needed());
            number = number.wrapping_add(1 + losses[n as usize % losses.len()]);
            let taken = receiver.take(&animation.frame(number));
            if taken == Taken::Complete {
                break;
            }
            prop_assert!(matches!(taken, Taken::New | Taken::Again), "{taken:?}");
            prop_assert_eq!(receiver.take(&other.frame(number)), Taken::Stray(Stray::OtherBundle));
            prop_assert_eq!(receiver.take(&stray), Taken::Stray(Stray::Foreign));
        }
        prop_assert_eq!(receiver.bundle(), Some(&bundle[..]));
        let progress = receiver.progress();
        prop_assert_eq!(progress.total as usize, bundle.len());
        let is_animation = matches!(progress.kind, Some(Kind::Animation { .. }));
        prop_assert!(is_animation);
    }
}
