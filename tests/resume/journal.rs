//! The journal on resume: a torn end is what a power cut leaves, and anything else is damage.

use record::journal::What;
use record::screen::Shown;
use support::event::Event;

use super::ends_well;

#[test]
fn goes_on_after_a_write_that_was_torn_and_says_so_in_the_record() {
    for torn in [1, 40] {
        let event = killed_at("attendance-begin");
        let journal = event.read("bastion/journal");
        let ends = event.entry_offsets();
        let last = ends[ends.len() - 1] - ends[ends.len() - 2];
        event.write("bastion/journal", &journal[..journal.len() - torn]);
        let mut engine = event.resume();
        engine.play_to_the_end();
        let _ = engine.end().good();
        let record = ends_well(&event);
        let said = format!(
            "the engine was started again ({} torn octets in the journal)",
            last - torn
        );
        assert!(
            record.exceptions.iter().any(|exception| exception.what == said),
            "{:?}",
            record.exceptions
        );
    }
}

#[test]
fn goes_on_when_the_power_went_while_the_bytes_were_frozen() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_until(|shown| matches!(shown, Shown::Step { title, .. } if title.starts_with("Ask the HSM")));
    engine.kill();
    let (journal, before) = (event.read("bastion/journal"), event.frozen());
    let frozen = event
        .journal()
        .iter()
        .position(|entry| matches!(entry.what, What::Frozen { .. }));
    let offset = event.entry_offsets()[frozen.expect("the bytes are frozen")];
    event.write("bastion/journal", &journal[..offset + 100]);
    let mut engine = event.resume();
    engine.play_to_the_end();
    let _ = engine.end().good();
    ends_well(&event);
    assert_eq!(
        event.frozen(),
        before,
        "the same plan, inputs and keys give the same bytes"
    );
}

#[test]
fn refuses_a_journal_with_a_changed_octet_and_names_the_entry() {
    let event = killed_at("approval-1");
    let (journal, ends) = (event.read("bastion/journal"), event.entry_offsets());
    for (place, number) in [(ends[3] + 20, 3), (ends[7] - 1, 6), (ends[10] - 2, 9)] {
        let mut changed = journal.clone();
        changed[place] ^= 1;
        event.write("bastion/journal", &changed);
        let ended = event.resume().end();
        let at = |n: u64| format!("bastion/journal: the journal is damaged at entry {n}: ");
        // A change that leaves an entry readable shows at the next one, which is bound to it.
        let error = ended.error();
        assert!(
            error.starts_with(&at(number)) || error.starts_with(&at(number + 1)),
            "{place}: {error}"
        );
        assert_eq!(ended.code, Some(3));
        assert_eq!(
            event.read("bastion/journal"),
            changed,
            "a damaged journal is left as it is"
        );
    }
}

#[test]
fn refuses_a_journal_with_an_entry_left_out() {
    let event = killed_at("approval-1");
    let (journal, ends) = (event.read("bastion/journal"), event.entry_offsets());
    event.write("bastion/journal", [&journal[..ends[4]], &journal[ends[5]..]].concat());
    let error = "bastion/journal: the journal is damaged at entry 4: it does not follow from the entry before it";
    event.resume().end().refuses(3, error, None);
}

#[test]
fn refuses_to_resume_with_another_plan() {
    let event = killed_at("attendance-begin");
    let planned = event.text("plan.toml");
    event.draft();
    assert_ne!(event.text("plan.toml"), planned, "serial numbers are drawn anew");
    let _ = event.pack().good();
    let [began, offered] = ["inbound/plan.cbor", "packed.cbor"].map(|name| record::Digest::of(&event.read(name)));
    std::fs::rename(event.path("packed.cbor"), event.path("inbound/plan.cbor")).expect("another plan");
    let error = format!("the event began with the plan {began}, not with {offered}");
    event
        .resume()
        .end()
        .refuses(3, &error, Some("bring the bundle that the event began with"));
}

#[test]
fn refuses_to_resume_where_nothing_began() {
    let event = Event::planned();
    let error = "cannot open bastion/journal: No such file or directory (os error 2)";
    let hint = "no event was begun there: name the disk that has its journal, or begin with `ceremony run`";
    event.resume().end().refuses(3, error, Some(hint));
}

fn killed_at(awaited: &str) -> Event {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to(awaited);
    engine.kill();
    event
}
