//! Codes: frames in any order and of any origin for one receiver, and pictures that may hold codes.
//!
//! The first byte chooses. A frame from the input gets its magic and its checksum here, which no mutation finds.
#![no_main]

use fuzz::change::{Choices, one_bit};
use libfuzzer_sys::fuzz_target;
use record::Digest;
use transfer::{Animation, Code, Level, Picture, Receiver, SYMBOL_MIN, Stray, Taken, read, still_of};

fuzz_target!(|data: &[u8]| check(data));

fn check(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    match choice % 4 {
        0 => check_talk(rest),
        1 => check_picture(rest),
        2 => check_file(rest),
        _ => check_spots(rest),
    }
}

/// A bundle's length and symbol, then what comes before the camera: one octet for each of our own frames, and what it
/// asks for.
fn check_talk(data: &[u8]) {
    let Some(([length, symbol], mut rest)) = data.split_first_chunk::<2>() else {
        return;
    };
    let bundle = bundle(usize::from(*length) * 4 + 1);
    let sender = Sender::new(&bundle, SYMBOL_MIN + u16::from(*symbol));
    let other = still_of(b"another bundle", 600).expect("it fits a code");
    let mut receiver = Receiver::new();
    while let [act, number, more @ ..] = rest {
        let number = u32::from(*number);
        rest = more;
        let frame = match act % 6 {
            0 => sender.still(number),
            1 => sender.animation.frame(number),
            2 => sender.animation.frame(number << 8 | u32::from(*act)),
            3 => {
                let damaged = one_bit(&sender.animation.frame(number));
                assert!(matches!(
                    take(&mut receiver, &damaged),
                    Taken::Stray(Stray::Foreign | Stray::Damaged)
                ));
                continue;
            }
            4 => {
                let (frame, more) = rest.split_at(rest.len().min(number as usize));
                rest = more;
                framed(frame)
            }
            _ => other[0].clone(),
        };
        take(&mut receiver, &frame);
        if let (Some(whole), true) = (receiver.bundle(), receiver.progress().id == id(&bundle)) {
            assert!(whole == bundle, "an octet came in that nobody sent");
        }
    }
}

/// What a receiver says of a frame, and whether that is so.
fn take(receiver: &mut Receiver, frame: &[u8]) -> Taken {
    let (before, whole) = (receiver.progress(), receiver.bundle().map(<[u8]>::to_vec));
    let taken = receiver.take(frame);
    let after = receiver.progress();
    let _ = (after.line(), after.strays());
    let came = after.received - before.received;
    match taken {
        Taken::Stray(_) | Taken::Again => {
            assert_eq!(
                (came, &after.parts, after.id),
                (0, &before.parts, before.id),
                "it changes nothing"
            );
            assert_eq!(receiver.bundle(), whole.as_deref());
        }
        Taken::New => assert!(came == 1 && receiver.bundle().is_none()),
        Taken::Complete => {
            let whole = receiver.bundle().expect("it is whole");
            assert_eq!(
                (id(whole), whole.len()),
                (after.id, after.total as usize),
                "the digest fits"
            );
        }
        Taken::Mismatch => assert!(receiver.bundle().is_none()),
    }
    assert_eq!(after.complete, receiver.bundle().is_some());
    taken
}

/// A row's length, then pixels.
fn check_picture(data: &[u8]) {
    let Some((width, luma)) = data.split_first() else {
        return;
    };
    let width = usize::from(*width) + 1;
    let mut receiver = Receiver::new();
    for frame in read(luma, width, luma.len() / width) {
        take(&mut receiver, &frame);
    }
}

/// A PNG from anywhere.
fn check_file(data: &[u8]) {
    if let Ok(picture) = Picture::from_png(data) {
        picture
            .read()
            .iter()
            .for_each(|frame| assert!(take(&mut Receiver::new(), frame) != Taken::Again));
    }
}

/// One of our own codes with pixels painted over: it is read as what it was, or not at all.
fn check_spots(data: &[u8]) {
    let Some(([length, scale], spots)) = data.split_first_chunk::<2>() else {
        return;
    };
    let bundle = bundle(usize::from(*length) + 1);
    let frame = Sender::new(&bundle, SYMBOL_MIN).still(0);
    let code = Code::of(&frame, Level::M).expect("a still frame fits a code");
    let (width, mut luma) = code.luma(1 + usize::from(scale % 3));
    for spot in spots.chunks_exact(3) {
        let at = usize::from(spot[0]) << 8 | usize::from(spot[1]);
        let pixels = luma.len();
        luma[at % pixels] = spot[2];
    }
    let mut receiver = Receiver::new();
    for read in read(&luma, width, luma.len() / width) {
        let taken = take(&mut receiver, &read);
        assert!(
            read == frame || matches!(taken, Taken::Stray(_)),
            "the error correction made another frame"
        );
    }
}

struct Sender {
    stills: Vec<Vec<u8>>,
    animation: Animation,
}

impl Sender {
    fn new(bundle: &[u8], symbol: u16) -> Self {
        let part = bundle.len().div_ceil(10).max(usize::from(symbol));
        Self {
            stills: still_of(bundle, part).expect("it fits ten codes"),
            animation: Animation::new(bundle, symbol).expect("it fits an animation"),
        }
    }

    fn still(&self, number: u32) -> Vec<u8> {
        self.stills[number as usize % self.stills.len()].clone()
    }
}

/// Octets that are no pattern.
fn bundle(length: usize) -> Vec<u8> {
    let mut choices = Choices::from(length as u32);
    (0..length).map(|_| choices.below(256) as u8).collect()
}

fn id(bundle: &[u8]) -> [u8; 8] {
    let mut id = [0; 8];
    id.copy_from_slice(&Digest::of(bundle).0[..8]);
    id
}

/// The octets with what every frame of ours begins and ends with.
fn framed(octets: &[u8]) -> Vec<u8> {
    let mut frame = [b"PB1", octets].concat();
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}
