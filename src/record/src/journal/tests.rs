//! A journal that was cut, changed or shortened.

use super::*;

fn three() -> Vec<u8> {
    let mut previous = Digest::of(b"");
    let mut file = Vec::new();
    for number in 0..3 {
        let what = What::Step {
            step: format!("step-{number}").repeat(100),
        };
        let entry = Entry {
            number,
            previous,
            at: Time(7),
            what,
        };
        previous = Digest::of(&cbor::encode(&entry).expect("encodes"));
        file.extend(frame(&entry).expect("frames"));
    }
    file
}

#[test]
fn reads_what_was_written_and_names_a_torn_tail_at_every_cut() {
    let file = three();
    let whole = Journal::read(&file).expect("reads");
    assert_eq!((whole.entries.len(), whole.torn), (3, 0));
    for cut in 0..file.len() {
        let part = Journal::read(&file[..cut]).expect("a cut is not damage");
        assert_eq!(part.whole + part.torn, cut);
        assert!(part.entries.len() < 3);
    }
}

#[test]
fn refuses_any_changed_octet_before_the_last_entry() {
    let file = three();
    // Only the last entry has no successor that binds it: a change there is another valid journal, which the
    // record's digest of the journal shows, or a torn tail.
    let last = file.len() - file.len() / 3;
    for n in 0..last {
        for bit in 0..8 {
            let mut changed = file.clone();
            changed[n] ^= 1 << bit;
            assert!(Journal::read(&changed).is_err(), "octet {n}, bit {bit}");
        }
    }
}

#[test]
fn refuses_an_entry_left_out() {
    let file = three();
    let first = Journal::read(&file).expect("reads");
    let length = frame(&first.entries[0]).expect("frames").len();
    let error = Journal::read(&file[length..]).expect_err("the first is missing");
    assert_eq!(
        error.to_string(),
        "the journal is damaged at entry 0: it does not follow from the entry before it"
    );
}
