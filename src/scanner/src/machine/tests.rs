use record::messages::Review;
use record::sshsig::ssh_key::PrivateKey;
use record::sshsig::ssh_key::private::{Ed25519Keypair, KeypairData};
use record::{Bundle, Digest, Time, parcel, sshsig};
use serde_json::Value;
use transfer::{Animation, still};

use super::*;

mod refused;

#[test]
fn a_file_that_one_page_shows_is_read_by_another_page() {
    let file = review();
    for symbol in [0, 100, 400] {
        let (mut giver, mut taker) = (Machine::default(), Machine::default());
        show(&mut giver, &[("review.cbor", &file)], symbol);
        let needed = answer(&giver)[0]["needed"].as_u64().expect("a number");
        for number in 0.. {
            assert!(number < 2 * needed + 3, "{number} codes with symbol {symbol}");
            photograph(&mut giver, u32::try_from(number).expect("few"), &mut taker);
            if !answer(&taker)["files"][0].is_null() {
                break;
            }
        }
        taker.received(0);
        assert_eq!(taker.output(), file, "symbol {symbol}");
    }
}

#[test]
fn a_complete_file_is_told_with_type_mark_digest_and_words() {
    let file = review();
    let mut machine = Machine::default();
    take(&mut machine, &still(&file).expect("it is small"));
    let told = answer(&machine);
    let (told, digest) = (&told["files"][0], Digest::of(&file));
    assert_eq!(told["type"], "review");
    assert_eq!(told["what"], "a bundle of type review, version 1");
    assert_eq!(told["rehearsal"], true);
    assert_eq!(told["size"], file.len());
    assert_eq!(told["blocks"], serde_json::json!(digest.blocks()));
    assert_eq!(told["words"], serde_json::json!(digest.spoken()));
    assert_eq!(told["name"], format!("review-{}.cbor", &digest.hex()[..8]));
}

#[test]
fn strays_and_another_bundle_in_between_reset_nothing() {
    let file = vec![7; 3000];
    let animation = Animation::new(&file, 300).expect("an animation");
    let other = Animation::new(b"another bundle", 64).expect("an animation");
    let mut machine = Machine::default();
    let mut damaged = animation.frame(5);
    damaged[30] ^= 1;
    for number in 0..9 {
        take(&mut machine, &[animation.frame(number)]);
        let strays = [
            b"https://example.org".to_vec(),
            damaged.clone(),
            other.frame(number),
            vec![],
        ];
        take(&mut machine, &strays);
        let told = answer(&machine);
        assert_eq!(told["received"], number + 1, "{told}");
        assert_eq!(told["aside"], 4 * (number + 1), "{told}");
    }
    take(&mut machine, &[animation.frame(9)]);
    assert_eq!(answer(&machine)["files"][0]["size"], 3000);
}

#[test]
fn another_file_is_taken_after_a_restart_only() {
    let (one, two) = (still(b"one").expect("small"), still(b"two").expect("small"));
    let mut machine = Machine::default();
    take(&mut machine, &one);
    take(&mut machine, &two);
    machine.received(0);
    assert_eq!(machine.output(), b"one");
    machine.restart();
    assert_eq!(answer(&machine)["codes"], 0);
    machine.received(0);
    assert_eq!(machine.output(), b"");
    take(&mut machine, &two);
    machine.received(0);
    assert_eq!(machine.output(), b"two");
}

#[test]
fn names_what_is_no_bundle() {
    let signature = b"-----BEGIN SSH SIGNATURE-----\n".to_vec();
    for (file, what, ending) in [
        (signature, "a signature (SSHSIG) that cannot be read", ".sig"),
        (
            b"<html>".to_vec(),
            "no bundle: a file that this page does not know",
            ".bin",
        ),
    ] {
        let mut machine = Machine::default();
        take(&mut machine, &still(&file).expect("small"));
        let told = &answer(&machine)["files"][0];
        assert_eq!(told["what"], what);
        assert_eq!(told["rehearsal"], Value::Null);
        assert!(
            told["name"].as_str().is_some_and(|name| name.ends_with(ending)),
            "{told}"
        );
    }
}

#[test]
fn a_bundle_and_its_signature_go_together_and_arrive_as_two_files() {
    let (review, signature) = signed();
    let (mut giver, mut taker) = (Machine::default(), Machine::default());
    let files = [
        ("review-member-1.cbor.sig", &signature[..]),
        ("review-member-1.cbor", &review),
    ];
    show(&mut giver, &files, 0);
    let shown = answer(&giver);
    assert_eq!(
        shown[0]["words"],
        serde_json::json!(Digest::of(&review).spoken()),
        "the bundle's own"
    );
    assert_eq!(shown[1]["words"], serde_json::json!([]), "one set of words");
    for number in 0..u32::try_from(shown[0]["needed"].as_u64().expect("a number")).expect("few") {
        photograph(&mut giver, number, &mut taker);
    }
    let told = &answer(&taker)["files"];
    for (n, (name, octets)) in [files[1], files[0]].into_iter().enumerate() {
        assert_eq!((&told[n]["name"], &told[n]["of"]), (&name.into(), &Value::Null));
        assert_eq!(told[n]["blocks"], serde_json::json!(Digest::of(octets).blocks()));
        let words = if n == 0 {
            Digest::of(octets).spoken()
        } else {
            Vec::new()
        };
        assert_eq!(told[n]["words"], serde_json::json!(words));
        taker.received(n);
        assert_eq!(taker.output(), octets);
    }
    let what = told[1]["what"].as_str().expect("words");
    assert!(
        what.starts_with("a signature (SSHSIG) by key SHA256:") && what.ends_with("for review@pki.rust-lang.org"),
        "{what}"
    );
    taker.received(2);
    assert_eq!(taker.output(), b"");
}

#[test]
fn a_signature_alone_shows_the_digest_of_its_bundle() {
    let (review, signature) = signed();
    let member = Some("member-1".to_owned());
    let sent = parcel::pack_alone("review-member-1.cbor", &review, member, signature.clone()).expect("packed");
    let mut machine = Machine::default();
    take(&mut machine, &still(&sent).expect("small"));
    let told = &answer(&machine)["files"];
    assert_eq!(
        (&told[0]["name"], &told[0]["of"]),
        (&"member-1.sig".into(), &"review-member-1.cbor".into())
    );
    assert_eq!(told[0]["blocks"], serde_json::json!(Digest::of(&review).blocks()));
    assert_eq!(told[0]["words"], serde_json::json!(Digest::of(&review).spoken()));
    machine.received(0);
    assert_eq!(machine.output(), signature);
}

/// `countersign` and this page give signatures such names.
#[test]
fn signatures_named_for_their_members_go_along() {
    let (review, signature) = signed();
    let (mut machine, mut taker) = (Machine::default(), Machine::default());
    let name = "review-member-1.cbor";
    show(&mut machine, &[("member-1.sig", &signature), (name, &review)], 0);
    let shown = answer(&machine);
    for number in 0..u32::try_from(shown[0]["needed"].as_u64().expect("a number")).expect("few") {
        photograph(&mut machine, number, &mut taker);
    }
    let told = &answer(&taker)["files"];
    assert_eq!(told[1]["name"], "review-member-1.cbor.member-1.sig");
}

#[test]
fn what_does_not_fit_together_is_told_and_the_next_pass_is_read() {
    let file = vec![7; 1000];
    let mut lies = still(&file).expect("small");
    let last = lies[1].len() - 5;
    lies[1][last] ^= 1;
    let sum = crc32(&lies[1][..=last]);
    lies[1][last + 1..].copy_from_slice(&sum.to_be_bytes());
    let mut machine = Machine::default();
    take(&mut machine, &lies);
    assert_eq!(answer(&machine)["mismatch"], true);
    take(&mut machine, &[]);
    assert_eq!(
        answer(&machine)["mismatch"],
        true,
        "a picture without a code changes nothing"
    );
    take(&mut machine, &still(&file).expect("small"));
    assert_eq!(answer(&machine)["mismatch"], false);
    machine.received(0);
    assert_eq!(machine.output(), file);
}

#[test]
fn pieces_with_a_wrong_length_are_left_out() {
    let mut machine = Machine::default();
    for input in [&[0, 0, 0][..], &[0, 0, 0, 9, 1], &[255; 5]] {
        give(&mut machine, input);
        machine.take();
        assert_eq!(answer(&machine)["codes"], 0, "{input:?}");
    }
}

#[test]
fn a_picture_with_other_measures_has_no_codes() {
    let mut machine = Machine::default();
    for (width, height) in [(0, 0), (3, 2), (usize::MAX, 2), (2, usize::MAX)] {
        give(&mut machine, &[255; 16]);
        machine.look(width, height);
        assert_eq!(machine.output(), b"", "{width} x {height}");
    }
}

fn review() -> Vec<u8> {
    let review = Review {
        event: "rehearsal-1".into(),
        plan: Digest::of(b"plan"),
        member: "member-1".into(),
        at: Time(5),
        compared: None,
    };
    Bundle::new(true, review).encode().expect("encodes")
}

/// CRC-32 (IEEE 802.3), bit by bit.
fn crc32(octets: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    !octets.iter().fold(!0, |sum, octet| {
        (0..8).fold(sum ^ u32::from(*octet), |sum, _| step(sum))
    })
}

/// The review, and the signature of somebody whose key everybody knows.
fn signed() -> (Vec<u8>, Vec<u8>) {
    let pair = KeypairData::from(Ed25519Keypair::from_seed(&[1; 32]));
    let key = PrivateKey::new(pair, "").expect("a key");
    let review = review();
    let signature = sshsig::sign(&key, "review@pki.rust-lang.org", &review).expect("a signature");
    (review, signature.into_bytes())
}

fn show(machine: &mut Machine, files: &[(&str, &[u8])], symbol: u32) {
    let input: Vec<u8> = files
        .iter()
        .flat_map(|(name, octets)| [piece(name.as_bytes()), piece(octets)].concat())
        .collect();
    give(machine, &input);
    machine.show(symbol);
}

fn piece(octets: &[u8]) -> Vec<u8> {
    let length = u32::try_from(octets.len()).expect("short");
    [&length.to_be_bytes()[..], octets].concat()
}

fn give(machine: &mut Machine, input: &[u8]) {
    machine.room(input.len()).expect("room").copy_from_slice(input);
}

/// Hands over frames as if pictures had had them.
fn take(machine: &mut Machine, frames: &[Vec<u8>]) {
    give(
        machine,
        &frames.iter().flat_map(|frame| piece(frame)).collect::<Vec<_>>(),
    );
    machine.take();
}

/// Draws a code of one page, four pixels a module and in a dark blue, and has another page look at it.
fn photograph(giver: &mut Machine, number: u32, taker: &mut Machine) {
    let side = giver.code(number);
    let pixels = 4 * side;
    let pixel = |n: usize| match giver.output()[n / pixels / 4 * side + n % pixels / 4] {
        0 => [0, 0, 90, 255],
        _ => [255; 4],
    };
    let picture: Vec<u8> = (0..pixels * pixels).flat_map(pixel).collect();
    give(taker, &picture);
    taker.look(pixels, pixels);
    let found = taker.output().to_vec();
    give(taker, &found);
    taker.take();
}

fn answer(machine: &Machine) -> Value {
    serde_json::from_slice(machine.output()).expect("JSON")
}
