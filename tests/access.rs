//! Access logs from the raw export to the verifier's word: made and signed by one keeper, published by another.

#[path = "access/keeper.rs"]
mod keeper;
#[path = "access/keys.rs"]
mod keys;
#[path = "access/next.rs"]
mod next;
#[path = "access/refused.rs"]
mod refused;
#[path = "softhsm.rs"]
mod softhsm;

use std::fs;

use keeper::Keeper;
use support::Outcome;

trait Said {
    /// Whether it was said, however the lines are folded.
    fn said(&self, words: &str) -> bool;
}

impl Said for Outcome {
    fn said(&self, words: &str) -> bool {
        self.out
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(words)
    }
}

#[test]
fn a_batch_is_made_signed_logged_and_the_store_verifies() {
    let keeper = Keeper::new("access-good");
    let made = keeper
        .makes("console", &keeper.good_log(), (0, 1), "one", &[])
        .expect(0);
    assert!(made.said("3 accesses"), "{made}");
    let signed = keeper.signs("one", "transparency.key").expect(0);
    assert!(signed.said("signature by SHA256:"), "{signed}");
    let batch = fs::read(keeper.folder.join("one.cbor")).expect("a batch");
    let leaks = |octets: &[u8]| batch.windows(octets.len()).any(|part| part == octets);
    assert!(
        !leaks(b"192.0.2.7") && !leaks(b"SHA256") && !leaks(b"50022"),
        "name and time, and nothing else"
    );
    let said = keeper.appends("one").expect(0);
    assert!(said.said("signed by transparency-1"), "{said}");
    for file in ["access/console/1.cbor", "access/console/1.cbor.sig"] {
        assert!(keeper.store(file).exists(), "{file}");
    }
    let checked = keeper.checks().expect(0);
    assert!(
        checked
            .out
            .contains("access log of the console: 1 batch with 3 accesses"),
        "{checked}"
    );
    assert!(checked.said("names somebody who may come then"), "{checked}");
    assert!(checked.said("the store has no batch of its"), "{checked}");
    // The next one goes on where it ended, and may be empty.
    let one = keeper.path("one.cbor");
    keeper.publishes("console", &keeper.good_log(), (1, 2), "two", &["--previous", &one]);
    let checked = keeper.checks().expect(0);
    assert!(checked.said("2 batches with 3 accesses"), "{checked}");
    let again = keeper.appends("one").expect(1);
    assert!(again.err.contains("is in the store already"), "{again}");
}

#[test]
fn whoever_came_without_an_event_is_found() {
    let keeper = Keeper::new("access-unexplained");
    let stranger = keeper.line(
        0,
        "sshd[9]",
        "Accepted publickey for mallory from 192.0.2.9 port 1 ssh2",
    );
    let late = keeper.line(
        40_000,
        "sshd[9]",
        "Accepted publickey for member-1 from 192.0.2.9 port 1 ssh2",
    );
    keeper.publishes("console", &(keeper.good_log() + &stranger + &late), (0, 1), "one", &[]);
    let found = keeper.checks().expect(1);
    assert!(
        found.said("FINDING access/console/1.cbor [access-unexplained]"),
        "{found}"
    );
    assert!(found.said("a login by mallory, who was not present then"), "{found}");
    assert!(
        found
            .out
            .contains("a login by member-1 in no event and no maintenance window"),
        "{found}"
    );
}

#[test]
fn an_event_that_no_access_shows_and_a_gap_are_found() {
    let keeper = Keeper::new("access-missing");
    let lost = keeper.line(30, "systemd-journald[1]", "Suppressed 23 messages from sshd.service");
    keeper.publishes("console", &lost, (0, 1), "one", &[]);
    let found = keeper.checks().expect(1);
    assert!(found.said("FINDING access/console/1.cbor [access-gap]"), "{found}");
    assert!(found.said("the system left out 23 lines"), "{found}");
    assert!(
        found
            .out
            .contains("FINDING events/root-generation-1/record.cbor [access-missing]"),
        "{found}"
    );
}

#[test]
fn another_signer_a_replayed_batch_and_one_that_overlaps_are_refused() {
    let keeper = Keeper::new("access-refused");
    keeper
        .makes("console", &keeper.good_log(), (0, 1), "one", &[])
        .expect(0);
    let unsigned = keeper.appends("one").expect(3);
    assert!(unsigned.err.contains("one.cbor.sig cannot be read"), "{unsigned}");
    keeper.signs("one", "release.key").expect(0);
    let refused = keeper.appends("one").expect(1);
    assert!(refused.err.contains("access-signature"), "{refused}");
    assert!(!keeper.store("access").exists(), "nothing was written");
    fs::remove_file(keeper.folder.join("one.cbor.sig")).expect("the wrong signature");
    keeper.signs("one", "transparency.key").expect(0);
    keeper.appends("one").expect(0);
    for (name, change) in [
        ("replayed", (|_| {}) as fn(&mut record::access::ConsoleBatch)),
        ("skipped", |batch| batch.number = 3),
        ("overlapping", |batch| {
            (batch.from, batch.number) = (batch.from.plus(1), 2)
        }),
    ] {
        let digest = keeper.digest("one");
        keeper.changed("one", name, |batch| {
            (batch.previous, batch.accesses) = (Some(digest), Vec::new());
            batch.number = 2;
            change(batch);
            if name == "replayed" {
                (batch.previous, batch.number) = (None, 1);
            }
        });
        keeper.signs(name, "transparency.key").expect(0);
        let refused = keeper.appends(name).expect(1);
        let rule = match name {
            "replayed" => "is in the store already, with other contents",
            "skipped" => "access-sequence",
            _ => "access-overlap",
        };
        assert!(refused.err.contains(rule), "{name}: {refused}");
    }
    keeper.checks().expect(0);
}

/// What somebody with the store in their hands could do, without the publisher.
#[test]
fn a_batch_that_is_slipped_in_changed_or_taken_away_is_found() {
    let keeper = Keeper::new("access-slipped");
    keeper.publishes("console", &keeper.good_log(), (0, 1), "one", &[]);
    let one = keeper.path("one.cbor");
    keeper.publishes("console", "", (1, 2), "two", &["--previous", &one]);
    let original = |file: &str| fs::read(keeper.folder.join(file)).expect("a file");
    let put = |file: &str, bytes: &[u8]| {
        let path = keeper.store(&format!("access/console/{file}"));
        let _ = fs::remove_file(&path);
        fs::write(path, bytes).expect("a file");
    };
    let found = |rule: &str| {
        let found = keeper.checks().expect(1);
        assert!(found.said(&format!("[{rule}]")), "{rule}: {found}");
    };
    // The first one again, as the second and as a third.
    put("2.cbor", &original("one.cbor"));
    put("2.cbor.sig", &original("one.cbor.sig"));
    found("access-sequence");
    put("2.cbor", &original("two.cbor"));
    put("2.cbor.sig", &original("two.cbor.sig"));
    keeper.checks().expect(0);
    // Another signer.
    keeper.changed("one", "other", |_| {});
    keeper.signs("other", "release.key").expect(0);
    put("1.cbor.sig", &original("other.cbor.sig"));
    found("access-signature");
    put("1.cbor.sig", &original("one.cbor.sig"));
    // A login less, signed well, and not what is logged.
    keeper.changed("one", "less", |batch| drop(batch.accesses.pop()));
    keeper.signs("less", "transparency.key").expect(0);
    put("1.cbor", &original("less.cbor"));
    put("1.cbor.sig", &original("less.cbor.sig"));
    found("not-logged");
    found("entry-unexplained");
    put("1.cbor", &original("one.cbor"));
    put("1.cbor.sig", &original("one.cbor.sig"));
    // An overlap, never logged.
    let digest = keeper.digest("two");
    keeper.changed("two", "three", |batch| {
        (batch.number, batch.previous, batch.until) = (3, Some(digest), batch.until.plus(60));
    });
    keeper.signs("three", "transparency.key").expect(0);
    put("3.cbor", &original("three.cbor"));
    put("3.cbor.sig", &original("three.cbor.sig"));
    found("access-overlap");
    fs::remove_file(keeper.store("access/console/3.cbor")).expect("the third");
    found("missing-file");
    fs::remove_file(keeper.store("access/console/3.cbor.sig")).expect("its signature");
    for file in ["1.cbor", "1.cbor.sig"] {
        fs::remove_file(keeper.store(&format!("access/console/{file}"))).expect("the first");
    }
    found("access-sequence");
}

fn hsm_entry(keeper: &Keeper, sequence: u64, opcode: &str, user: &str) -> String {
    format!(
        "Time: 11/24/26 00:00:00.000000, usecs:{}000000\nSequence No : {sequence:#x}\nReboot counter : 0xe8\n\
         Command Type(hex) : CN_MGMT_CMD (0x0)\nOpcode : {opcode}\nSession Handle : 0x1004001\n\
         Response : 0:HSM Return: SUCCESS\nLog type : MGMT_USER_DETAILS_LOG (2)\nUser Name : {user}\n\
         User Type : CN_CRYPTO_USER (1)\n\n",
        keeper.began.0
    )
}

#[test]
fn the_hsms_log_is_held_against_what_the_journal_says_of_logins() {
    let keeper = Keeper::new("access-hsm");
    let came = |sequence, user: &str| hsm_entry(&keeper, sequence, "CN_LOGIN (0xd)", user);
    // The journal's users, and a stranger; a number is missing.
    let log = came(0, "root_owner") + &came(1, "mallory") + &hsm_entry(&keeper, 4, "CN_NOVEL (0x7f)", "root_owner");
    let made = keeper
        .makes("hsm", &log, (0, 1), "hsm-1", &["--hsm", "hsm-1"])
        .expect(0);
    assert!(made.said("3 accesses, 3 of them with no role"), "{made}");
    assert!(
        made.said("2 entries are missing in the log of hsm-1, from number 2 on"),
        "{made}"
    );
    let batch = keeper.reads_hsm("hsm-1");
    assert!(batch.accesses.iter().any(|access| access.operation == "0x7f"));
    keeper.signs("hsm-1", "transparency.key").expect(0);
    keeper.appends("hsm-1").expect(0);
    let found = keeper.checks().expect(1);
    for said in [
        "FINDING access/hsm/1.cbor [access-gap]",
        "FINDING access/hsm/1.cbor [access-unexplained]",
        "by mallory, who was not present",
    ] {
        assert!(found.said(said), "{said}: {found}");
    }
    // The initialisation logged in as others too, and this log does not have them.
    assert!(
        found
            .out
            .contains("cluster-initialisation-1/record.cbor [access-missing]"),
        "{found}"
    );
    assert!(!found.said("root-generation-1/record.cbor [access-missing]"), "{found}");
}

#[test]
fn time_that_is_left_out_between_two_batches_needs_a_word_and_is_found() {
    let keeper = Keeper::new("access-time-between");
    keeper.publishes("console", &keeper.good_log(), (0, 1), "one", &[]);
    let one = keeper.path("one.cbor");
    let refused = keeper
        .makes("console", "", (2, 3), "two", &["--previous", &one])
        .expect(2);
    let why = "nothing says who came from";
    let rest = ", and no later batch can say it; give --leave-gap if the log of that time is lost";
    assert!(refused.err.contains(why) && refused.err.contains(rest), "{refused}");
    assert!(!keeper.folder.join("two.cbor").exists());
    let left = ["--previous", &one, "--leave-gap"];
    keeper.makes("console", "", (2, 3), "two", &left).expect(0);
    keeper.signs("two", "transparency.key").expect(0);
    let said = keeper.appends("two").expect(0);
    assert!(said.said(&format!("missing: {why}")), "{said}");
    let found = keeper.checks().expect(1);
    assert!(found.said("FINDING access/console/2.cbor [access-gap]"), "{found}");
    assert!(found.said(why), "{found}");
}

#[test]
fn entries_that_are_left_out_between_two_batches_are_found() {
    let keeper = Keeper::new("access-hsm-between");
    let came = |sequence| hsm_entry(&keeper, sequence, "CN_LOGIN (0xd)", "root_owner");
    keeper.publishes("hsm", &came(7), (0, 1), "one", &["--hsm", "hsm-1"]);
    let one = keeper.path("one.cbor");
    keeper.makes("hsm", "", (1, 2), "two", &["--previous", &one]).expect(0);
    let (mut batch, access) = (keeper.reads_hsm("two"), keeper.reads_hsm("one").accesses.remove(0));
    batch.accesses.push(record::access::HsmAccess {
        time: batch.from,
        sequence: Some(9),
        ..access
    });
    keeper.writes("two", batch);
    keeper.signs("two", "transparency.key").expect(0);
    keeper.appends("two").expect(0);
    let found = keeper.checks().expect(1);
    assert!(found.said("FINDING access/hsm/2.cbor [access-gap]"), "{found}");
    assert!(
        found.said("1 entry is missing in the log of hsm-1, from number 8 on, and it does not say so"),
        "{found}"
    );
}

#[test]
fn a_line_that_cannot_be_read_is_refused_by_file_and_line_or_counted() {
    let keeper = Keeper::new("access-unread");
    let log = keeper.good_log() + &keeper.line(70, "sshd[9]", "Accepted publickey for member-1");
    let refused = keeper.makes("console", &log, (0, 1), "one", &[]).expect(3);
    assert!(
        refused.err.contains("one.log, line 5: sshd let somebody in"),
        "{refused}"
    );
    assert!(
        refused.err.contains("hint: ") && !keeper.folder.join("one.cbor").exists(),
        "{refused}"
    );
    let kept = keeper
        .makes("console", &log, (0, 1), "one", &["--keep-unread"])
        .expect(0);
    assert!(kept.said("1 line looks like an access and could not be read"), "{kept}");
}
