//! How many frames a bundle of 100 KB takes when one in five is lost.

use transfer::{Animation, Receiver, Taken};

use crate::support::Seeded;

/// Frames shown and received until the bundle is whole.
fn shown_and_received(animation: &Animation, bundle: &[u8], seed: u64) -> (u32, u32) {
    let mut seeded = Seeded::new(seed);
    let begin = seeded.next() as u32;
    let (mut shown, mut received) = (0, 0);
    let mut receiver = Receiver::new();
    loop {
        let frame = animation.frame(begin.wrapping_add(shown));
        shown += 1;
        if seeded.below(5) == 0 {
            continue;
        }
        received += 1;
        if receiver.take(&frame) == Taken::Complete {
            assert_eq!(receiver.bundle(), Some(bundle));
            return (shown, received);
        }
        assert!(shown < 10 * animation.needed(), "seed {seed} does not end");
    }
}

#[test]
fn a_hundred_kilobytes_need_at_most_15_percent_more_frames_than_symbols_when_20_percent_are_lost() {
    let bundle = Seeded::new(1).octets(100_000);
    for symbol in [300, 600, 976] {
        let animation = Animation::new(&bundle, symbol).expect("fits");
        let needed = f64::from(animation.needed());
        for seed in 0..6 {
            let (shown, received) = shown_and_received(&animation, &bundle, seed);
            let ratio = f64::from(received) / needed;
            println!("{symbol} octets, seed {seed}: {needed} symbols, {received} received ({ratio:.3}), {shown} shown");
            assert!(ratio <= 1.15, "{symbol} octets, seed {seed}: {received} of {needed}");
        }
    }
}

#[test]
fn frames_begin_again_after_24_bits() {
    let animation = Animation::new(&[9; 1000], 100).expect("fits");
    assert_eq!(animation.frame(1 << 24), animation.frame(0));
    assert_ne!(animation.frame((1 << 24) - 1), animation.frame((1 << 24) - 2));
    assert_eq!(animation.frame(u32::MAX), animation.frame((1 << 24) - 1));
}
