//! One thing of a past event is another: the replay ends at the first field that differs, and names it.

use record::journal::{Entry, What};
use record::messages::Attendance;
use support::event::Event;

use super::held;

const HINT: &str =
    "these are not one event's plan, journal and record, or this is not the `ceremony` that carried it out";

/// Demands that the replay from the disk names this.
fn names(event: &Event, error: &str) {
    event.replayed_from_disk().refuses(1, error, Some(HINT));
}

/// The number of the first entry like this.
fn first(event: &Event, like: impl Fn(&What) -> bool) -> usize {
    let found = event.journal().iter().position(|entry| like(&entry.what));
    found.expect("the journal has it")
}

#[test]
fn a_changed_answer_is_named_by_what_followed_from_it() {
    let event = held();
    let serial = event
        .journal()
        .iter()
        .find_map(|entry| match &entry.what {
            What::Hsm { nodes, .. } => Some(nodes[0].clone()),
            _ => None,
        })
        .expect("the HSMs are met");
    let other = serial.replace(|c: char| c.is_ascii_digit(), "0");
    event.alter_journal(|entries| {
        for entry in entries {
            if let What::Answer { answer, .. } = &mut entry.what {
                *answer = answer.replace(&serial, &other);
            }
        }
    });
    let at = first(&event, |what| matches!(what, What::Hsm { .. }));
    names(
        &event,
        &format!("entry {at}, hsm: nodes, 0: recorded is {serial}, made is {other}"),
    );
}

#[test]
fn an_answer_that_changes_nothing_is_still_not_the_journal_that_the_record_has() {
    let event = held();
    let recorded = event.record().journal;
    event.alter_journal(|entries| {
        let answer = entries.iter_mut().find_map(|entry| match &mut entry.what {
            What::Answer { answer, .. } => Some(answer),
            _ => None,
        });
        answer.expect("the HSM answers").push('\n');
        // What the disk has behind the record is bound to it.
        entries.truncate(usize::try_from(event.record().journal_entries).expect("a few"));
    });
    let made = record::Digest::of(&event.read("bastion/journal"));
    names(
        &event,
        &format!("record: journal: recorded is {recorded}, made is {made}"),
    );
}

#[test]
fn a_changed_bundle_is_named_with_its_member() {
    let event = held();
    let at = first(&event, is_attendance);
    event.alter_journal(|entries| {
        if let What::Received { signed, .. } = &mut entries[at].what {
            let last = signed.bundle.0.len() - 1;
            signed.bundle.0[last] ^= 1;
        }
    });
    let said = event.replayed_from_disk();
    let wanted = format!("entry {at}: recorded is received, made is the end: the attendance of member-1 is refused: ");
    assert!(said.error().starts_with(&wanted), "{}", said.error());
    assert_eq!((said.code, said.hint()), (Some(1), Some(HINT)));
}

/// Its member signed another one: only the record tells which of them counted.
#[test]
fn another_bundle_of_the_same_member_is_named_by_its_field() {
    let event = held();
    let before: Attendance = event.bundle("attendance-begin", "member-1");
    event.alter::<Attendance>("attendance-begin", "member-1", |word| word.nonce.0 = vec![7; 16]);
    let (bundle, signature) = (
        event.read("inbound/attendance-begin-member-1.cbor"),
        event.text("inbound/attendance-begin-member-1.cbor.sig"),
    );
    let end = usize::try_from(event.record().journal_entries).expect("a few");
    event.alter_journal(|entries| {
        let received = entries.iter_mut().find(|entry| is_attendance(&entry.what));
        if let Some(What::Received { signed, .. }) = received.map(|entry| &mut entry.what) {
            (signed.bundle.0, signed.signature) = (bundle, signature);
        }
        entries.truncate(end);
    });
    let (was, is) = (record::digest::hex(&before.nonce), "07".repeat(16));
    names(
        &event,
        &format!("record: attendance, 0, bundle, nonce: recorded is {was}, made is {is}"),
    );
}

#[test]
fn another_plan_is_named_at_the_journals_beginning() {
    let event = held();
    let recorded = event.record().plan;
    event.replace("plan.toml", "nodes-least = 2", "nodes-least = 3");
    let _ = event.pack().good();
    std::fs::rename(event.path("packed.cbor"), event.path("inbound/plan.cbor")).expect("another plan");
    let made = record::Digest::of(&event.read("inbound/plan.cbor"));
    names(
        &event,
        &format!("entry 0, opened: plan: recorded is {recorded}, made is {made}"),
    );
}

#[test]
fn a_changed_input_of_the_plan_is_no_plan_any_more() {
    let event = held();
    let bytes = event.read("inbound/plan.cbor");
    let label = b"council decision 1";
    let at = bytes.windows(label.len()).position(|window| window == label);
    let mut changed = bytes.clone();
    changed[at.expect("the roster is an input") + label.len() - 1] = b'2';
    event.write("inbound/plan.cbor", changed);
    let said = event.replayed_from_disk();
    assert_eq!(said.code, Some(3));
    assert!(said.error().contains("roster.cbor"), "{}", said.error());
}

#[test]
fn swapped_signatures_are_named_by_their_step() {
    let event = held();
    let signs =
        |entry: &&mut Entry| matches!(&entry.what, What::Answer { command, .. } if command.starts_with("crypto sign"));
    event.alter_journal(|entries| {
        let answers: Vec<_> = entries.iter_mut().filter(signs).take(2).collect();
        let [first, second] = answers.try_into().expect("two signatures");
        let (What::Answer { answer: one, .. }, What::Answer { answer: two, .. }) = (&mut first.what, &mut second.what)
        else {
            unreachable!()
        };
        std::mem::swap(one, two);
    });
    let at = first(&event, |what| matches!(what, What::Signed { .. }));
    let said = event.replayed_from_disk();
    let wanted = format!("entry {at}: recorded is signed (root-certificate), made is ");
    assert!(said.error().starts_with(&wanted), "{}", said.error());
    assert_eq!(said.code, Some(1));
}

#[test]
fn frozen_bytes_are_named_by_the_certificates_field() {
    let event = held();
    let at = first(&event, |what| matches!(what, What::Frozen { .. }));
    let mut serials = Vec::new();
    event.alter_journal(|entries| {
        if let What::Frozen { bytes } = &mut entries[at].what {
            let tbs = &mut bytes.get_mut("root-certificate").expect("the root").0;
            // After version and the serial number's own head.
            let serial = tbs
                .windows(5)
                .position(|octets| octets[..3] == [0x02, 0x01, 0x02])
                .expect("the version")
                + 5;
            let octet = serial + 7;
            serials.push(tbs[octet]);
            tbs[octet] ^= 0x01;
        }
    });
    let said = event.replayed_from_disk();
    let wanted = format!("entry {at}, frozen: bytes, root-certificate: serial number: recorded is ");
    assert!(said.error().starts_with(&wanted), "{}", said.error());
}

#[test]
fn a_cut_journal_is_named_at_its_end() {
    let event = held();
    let end = usize::try_from(event.record().journal_entries).expect("a few");
    for cut in [end - 1, end / 2, 1] {
        event.alter_results(|results| {
            let entries = event.journal().into_iter().take(cut).collect();
            results.journal.0 = support::event::bound(entries);
        });
        let said = event.replayed();
        let wanted = format!("entry {cut}: recorded is the record, made is the journal's end");
        assert!(said.error().starts_with(&wanted), "{}", said.error());
        assert_eq!(said.code, Some(1));
    }
}

#[test]
fn half_an_entry_is_bad_input() {
    let event = held();
    let journal = event.read("bastion/journal");
    event.write("bastion/journal", &journal[..journal.len() - 1]);
    let said = event.replayed_from_disk();
    assert!(
        said.error().contains("octets follow the last whole entry"),
        "{}",
        said.error()
    );
    assert_eq!(said.code, Some(3));
}

#[test]
fn a_record_with_another_fact_is_named_by_it() {
    let event = held();
    event.alter_record(|record| {
        let _ = record.facts.insert("hsm-check-end".into(), "all is well".into());
    });
    names(
        &event,
        "record: facts, hsm-check-end: recorded is all is well, made is nothing falls short",
    );
}

#[test]
fn results_with_another_certificate_are_named_by_its_field() {
    let event = held();
    let results = event.results();
    let wanted = "results: certificates, root, der: ".to_owned();
    // The same to be signed, another signature.
    event.alter_results(|results| {
        let der = &mut results.certificates[0].der.0;
        let last = der.len() - 1;
        der[last] ^= 1;
    });
    let said = event.replayed();
    assert!(
        said.error().starts_with(&(wanted.clone() + "signature: recorded is ")),
        "{}",
        said.error()
    );
    event.alter_results(|altered| altered.certificates[0].der = results.certificates[1].der.clone());
    let said = event.replayed();
    assert!(
        said.error().starts_with(&(wanted + "serial number: recorded is ")),
        "{}",
        said.error()
    );
}

fn is_attendance(what: &What) -> bool {
    matches!(what, What::Received { kind, .. } if kind == "attendance")
}
