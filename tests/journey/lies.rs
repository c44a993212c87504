//! A store that lies: its publisher changed the past, and made everything fit that the log's key and the files can make fit. Each
//! lie is found by `ceremony-verify store`, which names the file and the rule.

use record::record::Record;
use record::{Bundle, Digest, cbor};
use support::rehearsal::text;

use super::liar::{Liar, RECORD};

#[test]
fn a_copy_that_is_written_anew_as_it_was_has_no_findings() {
    let liar = Liar::new("honest");
    let before = liar.read("log/1/checkpoint");
    liar.relog();
    // Ed25519 has one signature for each text.
    assert_eq!(liar.read("log/1/checkpoint"), before);
    let honest = liar.found(&["--earlier", &text(&liar.kept)]);
    assert!(honest.findings.is_empty(), "{:#?}", honest.findings);
}

/// The revocation of a key that somebody stole: whoever has the key would like that to be forgotten.
#[test]
fn an_event_that_is_hidden_is_missed_by_the_one_after_it() {
    let mut liar = Liar::new("hidden");
    hide(&mut liar, "delegate-revocation-1");
    liar.relog();
    let lie = liar.found(&[]);
    lie.names("events/delegate-replacement-2/record.cbor", "record-gap");
}

/// Whoever came for it came without one then.
#[test]
fn the_last_event_is_missed_by_the_access_logs() {
    let mut liar = Liar::new("last");
    let last = liar.last_event();
    hide(&mut liar, &last);
    liar.relog();
    let lie = liar.found(&[]);
    for batch in last_batches(&liar) {
        lie.names(&batch, "access-unexplained");
    }
}

/// Nothing in a store comes after its last event and the batches about it: what misses them is a checkpoint that somebody kept, or a
/// witness.
#[test]
fn the_last_event_without_its_accesses_is_missed_by_whoever_kept_a_checkpoint() {
    let mut liar = Liar::new("last-accesses");
    let last = liar.last_event();
    hide(&mut liar, &last);
    for batch in last_batches(&liar) {
        let bytes = liar.read(&batch);
        liar.entries
            .retain(|entry| !entry.windows(bytes.len()).any(|part| part == bytes));
        liar.remove(&batch);
        liar.remove(&format!("{batch}.sig"));
    }
    liar.relog();
    liar.found(&["--earlier", &text(&liar.kept)])
        .names("earlier checkpoint", "log-shrunk");
    let unseen = liar.found(&[]);
    assert!(unseen.findings.is_empty(), "{:#?}", unseen.findings);
}

#[test]
fn a_log_that_is_cut_short_and_signed_anew_misses_what_the_store_has() {
    let mut liar = Liar::new("cut");
    let left = liar.entries.len() - 3;
    liar.entries.truncate(left);
    liar.relog();
    let path = format!("events/{}/record.cbor", last_of_the_journey());
    liar.found(&[]).names(&path, "not-logged");
}

#[test]
fn an_entry_that_is_replaced_in_a_log_signed_anew_is_missed() {
    let mut liar = Liar::new("entry");
    let place = liar.place_of(&liar.read("certs/release-1.der")).expect("it is logged");
    liar.entries[place] = b"pki.rust-lang.org/entry/v1\ndocument\nnothing to see".to_vec();
    liar.relog();
    let lie = liar.found(&[]);
    lie.names("certs/release-1.der", "not-logged");
    lie.names("certs/release-1.tlog-proof", "staple-other-log");
    lie.names(&format!("log/1/entry {place}"), "entry-unexplained");
    // The quorum's own plans say which checkpoints stood before them: the log's key cannot change those.
    assert!(lie.has("standing-checkpoint"), "{:#?}", lie.findings);
}

#[test]
fn a_record_in_anothers_place_is_neither_planned_nor_signed() {
    let mut liar = Liar::new("record");
    let other = liar.read("events/crl-refresh-2/record.cbor");
    liar.write("events/crl-refresh-3/record.cbor", &other);
    let (place, mut logged) = liar.record_entry("crl-refresh-3");
    logged.record = Digest::of(&other);
    liar.entries[place] = [RECORD, &cbor::encode(&logged).expect("encodes")].concat();
    liar.relog();
    liar.found(&[]).names("events/crl-refresh-3/record.cbor", "record-fork");
}

#[test]
fn a_countersignature_removed_from_file_and_log_is_found() {
    let mut liar = Liar::new("countersignature");
    let (place, mut logged) = liar.record_entry("delegate-revocation-1");
    let (gone, _) = logged.countersignatures.pop_last().expect("somebody signed");
    liar.remove(&format!("events/delegate-revocation-1/countersignatures/{gone}.sig"));
    liar.entries[place] = [RECORD, &cbor::encode(&logged).expect("encodes")].concat();
    liar.relog();
    let lie = liar.found(&["--earlier", &text(&liar.kept)]);
    lie.names("earlier checkpoint", "log-rewritten");
    assert!(lie.has("standing-checkpoint"), "{:#?}", lie.findings);
}

#[test]
fn a_roster_that_no_event_brought_is_no_roster() {
    let mut liar = Liar::new("roster");
    let newest = liar
        .under("roster/")
        .into_iter()
        .filter(|path| path.ends_with(".cbor"))
        .count();
    let (path, bytes) = (format!("roster/{}.cbor", newest + 1), liar.read("roster/1.cbor"));
    liar.write(&path, &bytes);
    liar.entries
        .push([b"pki.rust-lang.org/entry/v1\nroster\n", &bytes[..]].concat());
    liar.relog();
    let lie = liar.found(&[]);
    lie.names(&path, "unexplained-file");
    lie.names(&format!("log/1/entry {}", liar.entries.len() - 1), "entry-unexplained");
}

/// Its members would have decided before they were in office.
#[test]
fn a_future_roster_in_the_place_of_the_one_of_that_day_is_found() {
    let liar = Liar::new("roster-future");
    liar.write("roster/2.cbor", liar.read("roster/5.cbor"));
    liar.relog();
    liar.found(&[]).names("roster/2.cbor", "rules-differ");
}

fn last_of_the_journey() -> String {
    Liar::new("untouched").last_event()
}

/// The newest batch of each access log.
fn last_batches(liar: &Liar) -> Vec<String> {
    let newest = |log: &str| {
        let all = liar.under(&format!("access/{log}/")).into_iter();
        let batches = all.filter(|path| path.ends_with(".cbor")).count();
        format!("access/{log}/{batches}.cbor")
    };
    ["console", "hsm"].map(newest).to_vec()
}

/// Takes an event out of files and log, with all that it made.
fn hide(liar: &mut Liar, event: &str) {
    let record = liar.read(&format!("events/{event}/record.cbor"));
    let record = Bundle::<Record>::decode(&record).expect("a record").body;
    let mut contents = vec![liar.record_entry(event).0];
    let made = record.outputs.iter().map(|output| output.file.clone());
    let objects = [record.plan, record.journal].map(|digest| format!("objects/sha256/{digest}"));
    for path in made.chain(objects) {
        let bytes = liar.read(&path);
        contents.extend(liar.place_of(&bytes));
        liar.remove(&path);
        if let Some(stem) = path.strip_suffix(".der") {
            for end in [".pem", ".tlog-proof", ".html"] {
                liar.remove(&format!("{stem}{end}"));
            }
        }
    }
    for path in liar.under(&format!("events/{event}/")) {
        liar.remove(&path);
    }
    contents.sort_unstable();
    for place in contents.into_iter().rev() {
        let _ = liar.entries.remove(place);
    }
}
