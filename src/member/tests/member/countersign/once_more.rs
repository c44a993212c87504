//! What a member gives once more after the event: a word whose file was lost, the signature of the record, and a refusal that
//! comes too late for it.

use record::Digest;
use record::record::Record;

use super::held::record;
use crate::scene::event::{Event, path, request, typed};
use crate::scene::{PASSPHRASE, ids, plan, run, two_words};

const SIGNED: &str = "2026-11-22T10:55:00Z";
const AFTER: &str = "2026-11-22T10:57:00Z";

/// An event that six members held, and its record.
fn whole(name: &str) -> (Event, Record) {
    let event = Event::new(name);
    for id in ids().take(6) {
        event.review(&id);
        event.attend(&id, "begin");
        event.approve(&id, request(&event)).good();
        event.attend(&id, "end");
    }
    let record = record(&event);
    (event, record)
}

fn take_away(event: &Event, stem: &str) {
    for end in ["cbor", "cbor.sig"] {
        std::fs::remove_file(event.out().join(format!("{stem}.{end}"))).expect("taken away");
    }
}

#[test]
fn a_word_given_once_more_after_the_event_leaves_the_true_record_signable() {
    let (event, record) = whole("word-again");
    take_away(&event, "attendance-end-member-1");
    let command = ["attend", "--phase", "end", "--place", "local"];
    let image = typed(&event.opening.image.digest);
    let page = event
        .act_at("2026-11-22T10:50:00Z", "member-1", &command, "opening.cbor", &image)
        .good();
    assert!(page.contains("YOU SAID THIS AT 2026-11-22T10:00:00Z\n"), "{page}");
    let digest = event.put("record.cbor", record);
    event
        .act_at(SIGNED, "member-1", &["countersign"], "record.cbor", &typed(&digest))
        .good();
}

#[test]
fn a_refusal_after_the_record_is_told_and_the_same_record_is_signed_again() {
    let (event, record) = whole("refuse-late");
    let digest = event.put("record.cbor", record.clone());
    let sign = |file: &str, digest: &Digest| event.act_at(AFTER, "member-1", &["countersign"], file, &typed(digest));
    event
        .act_at(SIGNED, "member-1", &["countersign"], "record.cbor", &typed(&digest))
        .good();
    let (file, out) = (event.path("plan.cbor"), event.out());
    let said = ["--reason", "I should not have", "--out", path(&out)];
    let arguments = [&["--now", AFTER, "refuse", path(&file)], &said[..]].concat();
    let words = format!("{PASSPHRASE}\n{}\n", two_words(&Digest::of(plan::bundle())));
    let page = run(&event.home("member-1"), &arguments, &words).good();
    for said in [
        "YOU SIGNED THIS EVENT'S RECORD AT 2026-11-22T10:55:00Z\n",
        "A refusal now comes after it.",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    // The very record, whose file was lost.
    std::fs::remove_file(event.out().join("member-1.sig")).expect("taken away");
    let page = sign("record.cbor", &digest).good();
    let said = "YOU SIGNED THIS VERY RECORD AT 2026-11-22T10:55:00Z\n";
    assert!(page.contains(said), "{page}");
    // Another one that leaves the refusal out.
    let mut other = record;
    other.journal_entries += 1;
    let digest = event.put("record-other.cbor", other);
    let error = "the record is wrong: it lacks your refusal of 2026-11-22T10:57:00Z";
    let hint = "do not sign; show this to the other members, and keep the record's file";
    sign("record-other.cbor", &digest).refused(1, error, hint);
}
