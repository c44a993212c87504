//! What may be named on the command line: a root by its fingerprint, a record by itself.

use std::fs;

use crate::command::{folder, told, verify};
use crate::common::{EVENT, NOW};

#[test]
fn a_root_may_be_named_by_its_fingerprint() {
    let folder = folder("fingerprint");
    let root = fs::read(folder.join("certs/root-1.der")).expect("the root");
    let fingerprint = record::Digest::of(&root).hex();
    let now = NOW.to_string();
    let ask = |root: &str| {
        told(&verify(
            &folder,
            &["store", ".", "--root", root, "--now", &now, "--rehearsal"],
        ))
    };
    assert_eq!(ask(&fingerprint), (0, String::new()));
    let other = "00".repeat(32);
    let (code, error) = ask(&other);
    assert_eq!(code, 1);
    assert!(
        error.starts_with(&format!(
            "ceremony-verify: error: the store has no root with the SHA-256 fingerprint {other}\n"
        )),
        "{error}"
    );
}

#[test]
fn a_record_is_checked_by_itself_with_its_plan_and_signatures() {
    let folder = folder("record");
    let left = EVENT.left(|_| ());
    fs::write(folder.join("plan.cbor"), &left.plan).expect("a plan");
    let now = NOW.to_string();
    let ask = |more: &[&str]| {
        let record = "events/rehearsal-1/record.cbor";
        let first = ["record", record, "--plan", "plan.cbor", "--rehearsal", "--now", &now];
        let output = verify(&folder, &[&first, more].concat());
        (told(&output), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, text) = ask(&["--root", "certs/root-1.pem"]);
    assert_eq!(code, (0, String::new()), "{text}");
    assert!(text.contains("the one whose digest the root carries"), "{text}");
    assert!(
        text.contains("countersignatures of 9 of 9 members present (5 are needed)"),
        "{text}"
    );
    let (_, text) = ask(&[]);
    assert!(
        text.contains("whose keys these are: no root was given (--root)")
            && text.contains("rests on keys in the files"),
        "{text}"
    );

    for n in 1..=5 {
        let path = format!("events/rehearsal-1/countersignatures/member-{n}.sig");
        fs::remove_file(folder.join(path)).expect("it was there");
    }
    let ((code, _), text) = ask(&[]);
    assert_eq!(code, 1);
    assert!(text.contains("[countersignatures-short]"), "{text}");

    let other = folder.join("events/rehearsal-1/countersignatures/member-6.sig");
    let by_seven = folder.join("events/rehearsal-1/countersignatures/member-7.sig");
    fs::copy(by_seven, other).expect("copied");
    let ((code, _), text) = ask(&[]);
    assert_eq!(code, 1);
    assert!(
        text.contains("countersignatures/member-6.sig [countersignature-bad]"),
        "{text}"
    );

    fs::write(folder.join("plan.cbor"), b"no plan").expect("written");
    let ((code, _), text) = ask(&[]);
    assert_eq!(code, 1);
    assert!(text.contains("[plan-unreadable]"), "{text}");
}
