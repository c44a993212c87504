//! `countersign`: the record compared with one's own memory of the event, then signed.

mod early;
pub mod held;
mod last_words;
mod once_more;
mod refusals;

use held::{countersign, held};
use record::Digest;

use super::scene::event::typed;
use super::scene::judge::ssh_verifies;
use super::scene::{names, plan};

#[test]
fn ssh_keygen_verifies_the_countersignature() {
    let (ran, out) = countersign("good", "member-1", held().1.clone());
    let page = ran.good();
    for said in [
        "present: member-1, member-2, member-3, member-4, member-5, member-6",
        "root-1: made; 5 members to use it, 5 to change it; owner root_owner",
        "console-1: made; not guarded by the quorum; owner root_owner",
        "your own approval: in the record, as you made it",
        "tokens: 8 used, 0 unused, 0 without an answer",
        "boot unproven: nothing but the console's own word says what it ran",
        "its attributes: always-sensitive=true, decrypt=false, derive=false,",
        "it is shared with: member_1, member_2, member_3, member_4, member_5, member_6,",
        "What the console states besides",
        "What was not checked here",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    assert_eq!(names(&out), ["member-1.sig"]);
    let file = held().0.path("record-good.cbor");
    let key = plan::registration("member-1").ssh_key;
    ssh_verifies(
        &file,
        &out.join("member-1.sig"),
        "record@pki.rust-lang.org",
        "member-1",
        &key,
    );
}

#[test]
fn wrong_words_leave_the_record_unsigned() {
    let (event, record) = held();
    event.put("record-words.cbor", record.clone());
    let ran = event.act(
        "member-3",
        &["countersign"],
        "record-words.cbor",
        &typed(&Digest::of(b"another")),
    );
    assert_eq!(ran.code, 1);
    assert!(
        ran.errors.contains("word of the record's digest; nothing was signed"),
        "{}",
        ran.errors
    );
    assert!(!names(&event.out()).contains(&"member-3.sig".to_owned()));
}
