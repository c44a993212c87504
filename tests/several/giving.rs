//! What members give: what is awaited of them, signed by them, and nothing else; and nothing that lies there blocks them.

use record::messages::Review;

use super::account::console;
use super::can_be_others;
use super::room::{Room, heard, uid};

#[test]
fn a_member_gives_what_is_awaited_of_them_signed_by_them_and_nothing_else() {
    if !can_be_others("a_member_gives_what_is_awaited_of_them_signed_by_them_and_nothing_else") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    let file = |name: &str| room.event.read(&format!("away/{name}"));
    let whole = |name: &str| [file(name), file(&format!("{name}.sig"))].concat();
    let gives = |member: usize, name: &str, bytes: &[u8]| console(&room, uid(member), &format!("give {name}"), bytes);
    let not_theirs = gives(2, "review-member-1.cbor", &whole("review-member-1.cbor"));
    not_theirs.refuses(
        1,
        "'review-member-1.cbor' is no file of yours: yours end with -member-2.cbor",
    );
    let renamed = gives(2, "review-member-2.cbor", &whole("review-member-1.cbor"));
    renamed.refuses(1, "review-member-2.cbor is refused");
    let other_signature = [file("review-member-2.cbor"), file("review-member-1.cbor.sig")].concat();
    gives(2, "review-member-2.cbor", &other_signature).refuses(1, "review-member-2.cbor is refused");
    let unsigned = gives(2, "review-member-2.cbor", &file("review-member-2.cbor"));
    unsigned.refuses(2, "there is no signature at the end of what came");
    let unsigned = gives(2, "member-2.sig", b"nothing that is signed");
    unsigned.refuses(
        2,
        "send the signature as it is: ssh BASTION give member-2.sig < member-2.sig",
    );
    let early = gives(2, "attendance-begin-member-2.cbor", &whole("review-member-2.cbor"));
    early.refuses(1, "no attendance-begin is awaited of you now");
    gives(2, "member-2.sig", &file("review-member-2.cbor.sig")).refuses(1, "the record is not written yet");
    gives(2, "plan.cbor", &whole("review-member-2.cbor")).refuses(1, "'plan.cbor' is no file of yours");
    gives(2, "review-member-2.cbor", &vec![b'x'; 3 << 20]).refuses(3, "it has more than 1064960 octets");
    let of_another_type = with_its_own_signature(&room);
    let other_type = gives(2, "review-member-2.cbor", &of_another_type);
    other_type.refuses(1, "review-member-2.cbor is refused: it is for another event");
    assert!(!room.event.has("inbound/review-member-2.cbor") && !room.event.has("inbound/review-member-2.cbor.sig"));
    // The right one is taken, once more without harm, and another one does not replace it.
    let _ = room.gives(2, "review-member-2.cbor").good();
    let _ = room.gives(2, "review-member-2.cbor").good();
    room.event
        .write("inbound/review-member-3.cbor", b"somebody laid this here");
    room.gives(3, "review-member-3.cbor")
        .refuses(1, "another review-member-3.cbor of yours lies there already");
    assert_eq!(
        room.event.read("inbound/review-member-3.cbor"),
        b"somebody laid this here"
    );
    engine.kill();
}

#[test]
fn a_signature_that_lies_there_alone_or_is_not_good_blocks_nobody() {
    if !can_be_others("a_signature_that_lies_there_alone_or_is_not_good_blocks_nobody") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    let (name, beside) = ("review-member-2.cbor", "inbound/review-member-2.cbor.sig");
    let given = |words: &str| {
        let said = room.gives(2, name).good();
        assert!(said.starts_with(words), "{said}");
        assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
        assert_eq!(room.event.read(beside), room.event.read(&format!("away/{name}.sig")));
    };
    // A stop between the two, or somebody who brought one of them alone.
    room.event.write(beside, b"what lay here alone");
    given("Taken: review-member-2.cbor lies in the inbound folder, with its signature.");
    heard(&mut engine, "member-2 gave review-member-2.cbor.");
    std::fs::remove_file(room.event.path(beside)).expect("removed");
    given("Taken: ");
    heard(&mut engine, "member-2 gave review-member-2.cbor.");
    room.event
        .write(beside, room.event.read("away/review-member-3.cbor.sig"));
    given("Taken: ");
    heard(&mut engine, "member-2 gave review-member-2.cbor.");
    given("review-member-2.cbor lies in the inbound folder already, with a good signature");
    engine.kill();
}

#[test]
fn what_is_signed_or_named_by_hand_is_refused_with_the_way_that_is_right() {
    if !can_be_others("what_is_signed_or_named_by_hand_is_refused_with_the_way_that_is_right") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    let file = |name: &str| room.event.read(&format!("away/{name}"));
    let gives = |name: &str, bytes: &[u8]| console(&room, uid(2), &format!("give {name}"), bytes);
    let signature = file("review-member-2.cbor.sig");
    let alone = gives("review-member-2.cbor.sig", &signature);
    alone.refuses(
        1,
        "'review-member-2.cbor.sig' is a signature, and comes with what it signs",
    );
    alone.refuses(
        1,
        "cat review-member-2.cbor review-member-2.cbor.sig | ssh BASTION give",
    );
    // `ssh-keygen -Y sign record.cbor` calls it so.
    let of_the_record = gives("record.cbor.sig", &signature);
    of_the_record.refuses(
        1,
        "your signature of the record has another name: ssh BASTION give member-2.sig",
    );
    let whole = [file("review-member-2.cbor"), signature].concat();
    gives("consent-member-2.cbor", &whole).refuses(1, "members give no file that is called consent");
    room.asks(2, "countersign record.cbor").refuses(
        2,
        "`ceremony-member countersign` is for your own machine: nothing is signed here.",
    );
    // By hand, with the right key, but not for what it is.
    room.event.sign("away/review-member-2.cbor", "file", "member-2");
    let other = room.gives(2, "review-member-2.cbor");
    other.refuses(1, "review-member-2.cbor is refused: ");
    other.refuses(1, "review@pki.rust-lang.org");
    for done in [&alone, &of_the_record, &other] {
        assert!(done.err.contains("ceremony: hint: "), "{}", done.err);
    }
    engine.kill();
}

/// The member's own review, of another event, and signed again by the member.
fn with_its_own_signature(room: &Room) -> Vec<u8> {
    for end in ["cbor", "cbor.sig"] {
        let name = format!("review-member-2.{end}");
        room.event
            .write(&format!("inbound/{name}"), room.event.read(&format!("away/{name}")));
    }
    room.event
        .alter::<Review>("review", "member-2", |review| review.event = "another".into());
    let read = |end: &str| room.event.read(&format!("inbound/review-member-2.{end}"));
    let whole = [read("cbor"), read("cbor.sig")].concat();
    room.event.remove_bundle("review", "member-2");
    whole
}
