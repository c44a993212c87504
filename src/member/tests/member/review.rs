//! `review`: the plan in plain words, agreed to by its digest.

use std::fs;

use record::messages::Review;
use record::plan::{Inbound, PlanBundle};
use record::{Bundle, Bytes, Digest, Time};

use super::scene::event::{Event, typed};
use super::scene::judge::{openssl, ssh_verifies};
use super::scene::{NOW, PASSPHRASE, ids, names, plan, read};

#[test]
fn shows_who_will_be_trusted_for_what_and_signs_the_digest() {
    let event = Event::new("review");
    let page = event.review("member-1");
    for said in [
        "REHEARSAL. Nothing in it is for real use.",
        "who decides: 5 of 9 members, for each use of a key that the quorum guards",
        "the HSM: AWS CloudHSM",
        "who counts the approvals: the HSM itself: for each use of a guarded key it",
        "console-1: NOT guarded by the quorum: whoever runs the console can use it",
        "What is signed: 8 things, and nothing else",
        "2. Sign the certificate release-1 with root-1",
        "certificate for: CN=Rust Rehearsal Release 1",
        "key: made in the event",
        "whose key: that of the request release.csr; compare it with its holder's",
        "purpose: release (1.3.6.1.4.1.32473.3579.1.1)",
        "release: 1.3.6.1.4.1.32473.3579.1.1, key with a signing service outside",
        "appointed by: Leadership Council, decision 1 of the rehearsals",
        "member-1 (you): in office from 2026-01-01T00:00:00Z until 2028-06-30T00:00:00Z",
        "    shares an affiliation with: nobody",
        "    shares a country with: member-9\n",
        "    shares a country with: member-1\n",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    let digest = Digest::of(plan::bundle());
    for row in digest.blocks().iter().chain(&digest.spoken()) {
        assert!(page.contains(row.as_str()), "{row}");
    }
    for id in ids() {
        let key = Digest::of(&plan::registration(&id).admin_key);
        assert!(
            page.contains(&key.blocks()[0]),
            "the admin key of {id} is not in {page}"
        );
    }
    assert!(!page.contains("ANOTHER PLAN"), "{page}");
    let review: Review = event.answer("review-member-1.cbor");
    let at = Time::parse(NOW).expect("a time");
    let expected = Review {
        event: "rehearsal-of-members".into(),
        plan: digest,
        member: "member-1".into(),
        at,
        // Nothing stands before the first event.
        compared: None,
    };
    assert_eq!(review, expected);
    let (file, sig) = (
        event.out().join("review-member-1.cbor"),
        event.out().join("review-member-1.cbor.sig"),
    );
    ssh_verifies(
        &file,
        &sig,
        "review@pki.rust-lang.org",
        "member-1",
        &plan::registration("member-1").ssh_key,
    );
    let kept = event.home("member-1").join(format!("reviewed/{digest}.cbor"));
    assert_eq!(read(&kept), plan::bundle());
}

#[test]
fn wrong_words_sign_nothing_and_keep_nothing() {
    let event = Event::new("review-words");
    let ran = event.act(
        "member-1",
        &["review"],
        "plan.cbor",
        &format!("{PASSPHRASE}\nyes please\n"),
    );
    let error = "'yes please' are not the first and the last word of the plan's digest; nothing was signed";
    let hint = "compare the digest with what is read aloud; if it is the same, start again and type its first word and its \
                last, the one after `check:`";
    let said = "  Its first word is the one after `1-8`; its last is the one after `check:`.\n";
    assert!(ran.page.contains(said), "{}", ran.page);
    ran.refused(1, error, hint);
    assert!(names(&event.out()).is_empty());
    assert!(names(&event.home("member-1").join("reviewed")).is_empty());
}

#[test]
fn words_in_capitals_are_the_same_words() {
    let event = Event::new("review-capitals");
    let typed = typed(&Digest::of(plan::bundle()));
    let (passphrase, words) = typed.split_once('\n').expect("two lines");
    event
        .act(
            "member-1",
            &["review"],
            "plan.cbor",
            &format!("{passphrase}\r\n{}", words.to_uppercase()),
        )
        .good();
}

/// A letter too many is no fault of the store.
#[test]
fn a_store_that_is_not_there_is_called_that() {
    let event = Event::new("review-no-store");
    event
        .act("member-1", &["review", "--store", "nowhere"], "plan.cbor", "")
        .refused(1, "nowhere is not a folder", "name a folder that is there");
}

#[test]
fn a_root_that_is_no_certificate_is_not_the_stores_fault() {
    let event = Event::new("review-root");
    let root = event.path("root-1.pem");
    fs::write(&root, "a note about the root").expect("written");
    let named = ["--root", root.to_str().expect("UTF-8")];
    let command = [&["review", "--store", "nowhere"], &named[..]].concat();
    let ran = event.act("member-1", &command, "plan.cbor", "");
    let error = format!("{} is no certificate: ", root.display());
    assert!(ran.errors.contains(&error), "{}", ran.errors);
    let said = ran
        .errors
        .lines()
        .find(|line| line.contains(&error))
        .expect("the error");
    let said = said.strip_prefix("ceremony-member: error: ").expect("an error");
    let hint = "say --root FILE with the root's certificate, which came to you from elsewhere";
    ran.refused(3, said, hint);
    assert!(names(&event.out()).is_empty());
}

#[test]
fn refuses_a_roster_with_another_key_of_mine() {
    let event = Event::new("review-roster");
    let theirs = event.home("member-2");
    // member-2's home, renamed: the keys are not those that the roster has for member-1.
    let toml = String::from_utf8(read(&theirs.join("member.toml")))
        .expect("text")
        .replace("member-2", "member-1");
    fs::write(theirs.join("member.toml"), toml).expect("written");
    let ran = event.act("member-2", &["review"], "plan.cbor", "");
    let hint = "name the right --home, or tell infra that the roster is wrong";
    ran.refused(
        1,
        "the roster has another approval key for you than the one made here",
        hint,
    );
}

#[test]
fn refuses_a_request_whose_proof_of_possession_fails() {
    let event = Event::new("review-csr");
    let mut inputs = plan::inbound().inputs;
    let before = Digest::of(&inputs["release.csr"]);
    let mut der = openssl(&["req", "-outform", "DER"], &inputs["release.csr"]);
    let subject = der
        .windows(8)
        .position(|octets| octets == b"somebody")
        .expect("the subject");
    der[subject] = b'S';
    let after = Digest::of(&der);
    inputs.insert("release.csr".into(), Bytes(der));
    let packed: Bundle<PlanBundle> = Bundle::decode(plan::bundle()).expect("opens");
    let text = String::from_utf8(packed.body.plan.0)
        .expect("text")
        .replace(&before.hex(), &after.hex());
    let bytes = Inbound::pack(text.as_bytes(), inputs).expect("packs");
    fs::write(event.path("plan.cbor"), bytes).expect("written");
    let ran = event.act("member-1", &["review"], "plan.cbor", "");
    assert_eq!(ran.code, 1, "{}", ran.errors);
    let error = "ceremony-member: error: what the plan has signed cannot be derived: ";
    assert!(
        ran.errors.starts_with(error) && ran.errors.contains("release.csr"),
        "{}",
        ran.errors
    );
    assert!(
        ran.errors
            .contains("the certificate request's own signature does not verify"),
        "{}",
        ran.errors
    );
    assert!(names(&event.out()).is_empty());
}

#[test]
fn a_review_is_not_written_over_another() {
    let event = Event::new("review-twice");
    event.review("member-1");
    let before = read(&event.out().join("review-member-1.cbor.sig"));
    let ran = event.act(
        "member-1",
        &["review"],
        "plan.cbor",
        &typed(&Digest::of(plan::bundle())),
    );
    let error = format!(
        "{} is there already",
        event.out().join("review-member-1.cbor").display()
    );
    ran.refused(
        1,
        &error,
        "nothing is ever overwritten; name another folder, or move the old file away",
    );
    assert_eq!(read(&event.out().join("review-member-1.cbor.sig")), before);
}

#[test]
fn an_old_plan_is_not_reviewed_any_more() {
    let event = Event::new("review-over");
    let typed = typed(&Digest::of(plan::bundle()));
    let late = "2026-11-22T12:00:01Z";
    let ran = event.act_at(late, "member-1", &["review"], "plan.cbor", &typed);
    let error = "the plan of 'rehearsal-of-members' is old: it closed at 2026-11-22T12:00:00Z, and your clock says 2026-11-22T12:00:01Z";
    let hint = "check this machine's clock and time zone; if they are right, ask infra for the newer plan of the event";
    ran.refused(1, error, hint);
    assert!(names(&event.home("member-1").join("reviewed")).is_empty());
    let last = "2026-11-22T12:00:00Z";
    event.act_at(last, "member-1", &["review"], "plan.cbor", &typed).good();
}
