//! Raw logs of console, HSM and cloud: what is read of them can be published, and another reader goes on anywhere.
//!
//! The first byte chooses the log, the second where the console's reader stops and another one goes on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rawlog::console::{Console, Lines, Seen};
use rawlog::hsm::{self, Hsm, Live};
use record::access::{ConsoleAccess, ConsoleBatch, Gap, HsmBatch};
use record::{Body, Bundle, Digest, Time};

fuzz_target!(|data: &[u8]| check(data));

fn check(data: &[u8]) {
    match data {
        [0, stop, log @ ..] => console(log, usize::from(*stop)),
        [1, cut, log @ ..] => of_hsm(log, usize::from(*cut)),
        _ => {}
    }
}

fn console(log: &[u8], stop: usize) {
    let (mut one, mut seen) = (Console::new(UNTIL), Vec::new());
    // Whoever watches stops between entries and goes on from what was remembered; lines that are bad stop nobody.
    let (mut two, mut again) = (Console::new(UNTIL), Vec::new());
    for (number, line) in Lines::of(log) {
        let Ok(line) = line else { continue };
        if number == stop as u64 + 1 && two.open().is_none() {
            let text = serde_json::to_string(&two.memory()).expect("a memory is JSON");
            let memory = serde_json::from_str(&text).expect("it is read again");
            two = Console::recalled(memory, UNTIL);
        }
        let (read, once_more) = (one.line(line), two.line(line));
        assert_eq!(read, once_more, "line {number}, stopped before line {}", stop + 1);
        seen.extend(read.unwrap_or_default());
        again.extend(once_more.unwrap_or_default());
    }
    seen.extend(one.end().unwrap_or_default());
    let (mut accesses, mut gaps) = (Vec::<ConsoleAccess>::new(), Vec::new());
    for one in seen {
        match one {
            Seen::Access(access) => accesses.push(access),
            Seen::Gap(gap) => gaps.push(gap),
        }
    }
    accesses.retain(|access| access.time < UNTIL);
    accesses.sort();
    publishable(ConsoleBatch {
        number: 1,
        previous: None,
        from: Time(0),
        until: UNTIL,
        accesses,
        gaps: sorted(gaps),
        inputs: vec![Digest::of(log)],
    });
}

fn of_hsm(log: &[u8], cut: usize) {
    let mut reader = Hsm::new(Some("hsm-1".into()));
    let (mut live, mut lives) = (Live::default(), Hsm::new(Some("hsm-1".into())));
    let mut told = 0;
    for (number, piece) in (0..).zip(hsm::pieces(log)) {
        let Ok(piece) = piece.1 else { continue };
        assert_eq!(reader.line(&piece), lives.line(&piece));
        if number % (cut + 1) == 0 {
            told += live.take(lives.brought()).accesses.len();
        }
    }
    assert_eq!(reader.end(), lives.end());
    told += live.take(lives.brought()).accesses.len();
    let mut found = reader.joined();
    assert!(
        told <= found.accesses.len(),
        "whoever watches is told nothing that is not there"
    );
    found.accesses.retain(|access| access.time < UNTIL);
    found.accesses.sort();
    publishable(HsmBatch {
        number: 1,
        previous: None,
        from: Time(0),
        until: UNTIL,
        accesses: found.accesses,
        gaps: sorted(found.gaps),
        inputs: vec![Digest::of(log)],
    });
}

fn sorted(mut gaps: Vec<Gap>) -> Vec<Gap> {
    gaps.retain(|gap| gap.time < UNTIL);
    gaps.sort();
    gaps
}

/// What nobody could publish would stop the next batch and all after it.
fn publishable<B: Body + Clone + PartialEq + std::fmt::Debug>(batch: B) {
    let bytes = Bundle::new(true, batch.clone()).encode().expect("it is a batch");
    let read: B = Bundle::decode_marked(&bytes, true).expect("it is read again");
    assert_eq!(read, batch);
}

/// The first moment of the year 9999.
const UNTIL: Time = Time(253_370_764_800);
