//! What is published when an event is over, or without one: late countersignatures, refusals, newer proofs, pages made again.

use std::process::Output;

use record::messages::Refusal;
use record::{Digest, Time};
use verifier::{Finding, Folder, Options, check_store};

use crate::common::event::Left;
use crate::common::people::Members;
use crate::common::{EVENT, NOW};
use crate::publish::given::{bring, given};
use crate::publish::{Scratch, error, files};

fn run(scratch: &Scratch, command: &str) -> Output {
    let text = format!("{command} --log-key log.pem --now {NOW}");
    let arguments: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    scratch.run(&arguments, "secret\n")
}

fn append(scratch: &Scratch) -> Output {
    run(
        scratch,
        "append --store store --results out/results.cbor --countersignatures out/countersignatures",
    )
}

fn findings(scratch: &Scratch) -> Vec<Finding> {
    let root = x509::Certificate::parse(&EVENT.certificates[0].der).unwrap();
    let options = Options {
        rehearsal: true,
        now: NOW,
        earlier: None,
    };
    check_store(&Folder(scratch.path("store")), &root, &options).findings
}

/// A store in which the last two members have not signed the record yet; and the event with all signatures.
pub fn early(name: &str) -> (Scratch, Left) {
    let all = EVENT.left(|_| ());
    let mut few = all.clone();
    for late in ["member-8", "member-9"] {
        few.countersignatures.remove(late).unwrap();
    }
    let scratch = given(name, &few);
    let done = append(&scratch);
    assert!(done.status.success(), "{}", error(&done));
    (scratch, all)
}

#[test]
fn countersignatures_that_come_later_are_appended_and_the_store_passes() {
    let (scratch, all) = early("late");
    let page = || std::fs::read_to_string(scratch.path("store/events/rehearsal-1/index.html")).unwrap();
    assert!(
        page().contains("MISSING: member-8, member-9 took part and did not sign the record."),
        "{}",
        page()
    );
    bring(&scratch, "out", &all);
    let done = append(&scratch);
    assert!(done.status.success(), "{}", error(&done));
    assert_eq!(findings(&scratch), []);
    assert!(!page().contains("MISSING"));

    let before = files(&scratch.path("store"));
    let again = append(&scratch);
    assert_eq!(again.status.code(), Some(1));
    assert!(error(&again).contains("error: the event rehearsal-1 is in the store already\n"));
    assert_eq!(files(&scratch.path("store")), before);
}

#[test]
fn a_late_countersignature_that_is_not_its_members_is_refused_and_one_taken_out_is_found() {
    let (scratch, all) = early("late-bad");
    let before = files(&scratch.path("store"));
    scratch.put("out/countersignatures/member-9.sig", &all.countersignatures["member-8"]);
    let refused = append(&scratch);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        error(&refused).contains("[countersignature-bad]"),
        "{}",
        error(&refused)
    );
    assert_eq!(files(&scratch.path("store")), before);

    bring(&scratch, "out", &all);
    assert!(append(&scratch).status.success());
    let path = scratch.path("store/events/rehearsal-1/countersignatures/member-9.sig");
    std::fs::remove_file(path).unwrap();
    let rules: Vec<_> = findings(&scratch).iter().map(|finding| finding.rule).collect();
    assert!(rules.contains(&"countersignature-differs"), "{rules:?}");
}

fn refuse(scratch: &Scratch, n: usize, change: impl FnOnce(&mut Refusal)) -> Output {
    sign_refusal(scratch, n, change);
    run(scratch, "refusal --store store --refusal refusal.cbor")
}

/// `refusal.cbor`, with its signature beside it.
pub fn sign_refusal(scratch: &Scratch, n: usize, change: impl FnOnce(&mut Refusal)) {
    let mut refusal = Refusal {
        event: "rehearsal-2".into(),
        plan: Digest::of(b"a plan"),
        session: None,
        member: Members::id(n),
        reason: "the plan names a key that nobody asked for".into(),
        at: Time(NOW.0 - 60),
    };
    change(&mut refusal);
    let signed = Members::signed(n, refusal);
    scratch.put("refusal.cbor", &*signed.bundle);
    scratch.put("refusal.cbor.sig", &signed.signature);
}

#[test]
fn a_refusal_is_published_by_itself_and_told_on_the_home_page() {
    let (scratch, _) = early("refusal");
    let done = refuse(&scratch, 3, |_| ());
    assert!(done.status.success(), "{}", error(&done));
    assert_eq!(findings(&scratch), []);
    let home = std::fs::read_to_string(scratch.path("store/index.html")).unwrap();
    let said = format!("{} refused", Members::id(3));
    assert!(
        home.contains(&said) && home.contains("href=\"refusals/1.cbor\""),
        "{home}"
    );

    let again = refuse(&scratch, 3, |_| ());
    assert_eq!(again.status.code(), Some(1), "{}", error(&again));
    let second = refuse(&scratch, 4, |_| ());
    assert!(second.status.success(), "{}", error(&second));
    assert!(scratch.path("store/refusals/2.sig").exists());
    assert_eq!(findings(&scratch), []);
}

#[test]
fn a_refusal_of_somebody_else_or_of_the_future_changes_nothing() {
    let (scratch, _) = early("refusal-bad");
    let before = files(&scratch.path("store"));
    type Change = fn(&mut Refusal);
    let cases: [(&str, Change); 4] = [
        ("did not sign it", |refusal| refusal.member = Members::id(5)),
        ("member-99", |refusal| refusal.member = "member-99".into()),
        ("and it is", |refusal| refusal.at = Time(NOW.0 + 301)),
        ("its event has no name", |refusal| refusal.event = "../up".into()),
    ];
    for (words, change) in cases {
        let refused = refuse(&scratch, 3, change);
        assert_eq!(refused.status.code(), Some(1), "{words}: {}", error(&refused));
        assert!(
            error(&refused).contains(words) && error(&refused).contains("[refusal-bad]"),
            "{words}: {}",
            error(&refused)
        );
        assert_eq!(files(&scratch.path("store")), before, "{words}");
    }
}

#[test]
fn a_refusal_that_is_changed_or_taken_out_of_the_store_is_found() {
    for (change, rule) in [("change", "refusal-bad"), ("remove", "entry-unexplained")] {
        let (scratch, _) = early(&format!("refusal-{change}"));
        assert!(refuse(&scratch, 3, |_| ()).status.success());
        for end in ["cbor", "sig"] {
            let path = scratch.path(&format!("store/refusals/1.{end}"));
            match change {
                "remove" => std::fs::remove_file(path).unwrap(),
                _ if end == "sig" => {
                    let other = Members::signed(4, Members::refusal(4, &EVENT.record));
                    std::fs::remove_file(&path).unwrap();
                    std::fs::write(path, other.signature).unwrap();
                }
                _ => {}
            }
        }
        let found: Vec<_> = findings(&scratch);
        let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
        // What is not the log's is not logged; what the log has, nothing explains.
        let expected = if change == "remove" { rule } else { "not-logged" };
        assert!(rules.contains(&expected), "{change}: {found:?}");
    }
}

#[test]
fn a_newer_proof_of_a_certificate_holds_and_replaces_nothing() {
    let (scratch, _) = early("staple");
    let ask = |more: &str| {
        let text = format!("staple --store store --certificate {more}");
        let arguments: Vec<String> = text.split(' ').map(str::to_owned).collect();
        scratch.run(&arguments, "")
    };
    let done = ask("root-1 --out newer.tlog-proof");
    assert!(done.status.success(), "{}", error(&done));
    let proof = std::fs::read(scratch.path("newer.tlog-proof")).unwrap();
    let policy = std::fs::read(scratch.path("store/policy/tlog-policy-1")).unwrap();
    let entry = tlog::Entry::new(tlog::EntryType::Certificate, &EVENT.certificates[0].der).unwrap();
    let proof = tlog::Proof::parse(&proof).unwrap();
    proof
        .verify_entry(entry.bytes(), &tlog::Policy::parse(&policy).unwrap())
        .unwrap();

    let again = ask("root-1 --out newer.tlog-proof");
    assert_eq!(again.status.code(), Some(1));
    let none = ask("root-2 --out other.tlog-proof");
    assert_eq!(none.status.code(), Some(1));
    assert!(error(&none).contains("certs/root-2.der"), "{}", error(&none));
    assert!(!scratch.path("other.tlog-proof").exists());
}

#[test]
fn pages_are_made_again_and_nothing_else_changes() {
    let (scratch, _) = early("site");
    let before = files(&scratch.path("store"));
    scratch.put("store/index.html", "somebody wrote this");
    let arguments: Vec<String> = "site --store store".split(' ').map(str::to_owned).collect();
    let done = scratch.run(&arguments, "");
    assert!(done.status.success(), "{}", error(&done));
    assert!(String::from_utf8_lossy(&done.stdout).contains("11 pages, of which 1 changed"));
    assert_eq!(files(&scratch.path("store")), before);
}
