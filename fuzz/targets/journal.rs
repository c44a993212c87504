//! A journal, read as on resume: hostile, and perhaps cut by the power.
#![no_main]

use fuzz::change::Choices;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use record::Digest;
use record::journal::{Journal, frame};

fuzz_target!(|data: &[u8]| check(data));
fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { fuzz::journal::mutate(data, size, most, seed) });

fn check(data: &[u8]) {
    let journal = match Journal::read(data) {
        Ok(journal) => journal,
        Err(error) => {
            let _ = (error.to_string(), error.hint());
            return;
        }
    };
    assert_eq!(journal.whole + journal.torn, data.len());
    let frames: Vec<Vec<u8>> = journal
        .entries
        .iter()
        .map(|entry| frame(entry).expect("it encodes"))
        .collect();
    assert!(frames.concat() == data[..journal.whole], "one encoding for each entry");
    check_binding(&journal);
    check_cut(data, &journal, &frames);
}

/// Each entry names the one before it, and the head is the last one's digest.
fn check_binding(journal: &Journal) {
    let mut previous = Digest::of(b"");
    for (number, entry) in journal.entries.iter().enumerate() {
        assert_eq!((entry.number, entry.previous), (number as u64, previous));
        previous = Digest::of(&record::cbor::encode(entry).expect("it encodes"));
    }
    assert_eq!(journal.head().expect("it encodes"), previous);
}

/// Wherever the power goes, what was written whole is read again, and nothing else. A torn entry in which a later one lies as its
/// own octets cannot be told from a damaged journal, and is refused.
fn check_cut(data: &[u8], journal: &Journal, frames: &[Vec<u8>]) {
    let cut = Choices::of(data).below(journal.whole + 1);
    match Journal::read(&data[..cut]) {
        Ok(earlier) => {
            assert!(journal.entries.starts_with(&earlier.entries));
            assert_eq!(earlier.whole + earlier.torn, cut);
        }
        Err(error) => {
            let ends = frames.iter().scan(0, |end, frame| {
                *end += frame.len();
                Some(*end)
            });
            assert!(
                error.to_string().ends_with("it is incomplete, and entries follow it"),
                "{error}"
            );
            assert!(
                ends.into_iter().all(|end| end != cut) && cut > 0,
                "nothing is torn at {cut}"
            );
        }
    }
    let whole = Journal::read(&data[..journal.whole]).expect("the whole entries are a journal");
    assert_eq!((whole.torn, whole.entries.len()), (0, journal.entries.len()));
}
