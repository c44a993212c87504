//! What outside keepers do in a rehearsal: access logs that the verifier explains by the events, and a signed release.

use std::fs;

use record::access::{ConsoleBatch, ConsoleWhat, HsmBatch, Mfa};
use record::record::Record;
use record::{Body, Bundle};
use support::rehearsal::{self, Rehearsal, text};
use support::scratch::{Scratch, copy_folder};
use support::{Outcome, ours, run};

fn whole() -> &'static Rehearsal {
    rehearsal::whole().done()
}

fn read<B: Body>(path: &str) -> B {
    Bundle::<B>::decode(&fs::read(whole().store(path)).expect("a file"))
        .expect("a bundle")
        .body
}

fn verify(store: &str) -> Outcome {
    let root = whole().in_store("certs/root-1.pem");
    run(
        ours("ceremony-verify"),
        ["store", store, "--root", &root, "--rehearsal"],
        "",
    )
}

#[test]
fn each_access_of_an_honest_rehearsal_is_explained_and_each_event_shows_its_own() {
    let told = verify(&whole().in_store("")).expect(0);
    let flat = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "access log of the console: 1 batch with ",
        "access log of the HSM: 1 batch with ",
        "each access falls within an event, ",
        "signatures logged: 3, each by a published certificate",
    ] {
        assert!(flat.contains(said), "{said}: {told}");
    }
    assert!(!flat.contains("implies: no batch covers"), "{told}");
}

#[test]
fn everybody_present_comes_to_the_console_and_leaves_it() {
    let batch: ConsoleBatch = read("access/console/1.cbor");
    for event in ["cluster-initialisation-1", "root-generation-1"] {
        let record: Record = read(&format!("events/{event}/record.cbor"));
        let during = |what: ConsoleWhat, user: Option<&String>| {
            let mut all = batch.accesses.iter();
            all.any(|one| {
                one.what == what && one.user.as_ref() == user && record.began <= one.time && one.time <= record.ended
            })
        };
        assert_eq!(record.present.len(), 9);
        for member in &record.present {
            assert!(during(ConsoleWhat::Login, Some(member)), "{member} came to {event}");
            assert!(during(ConsoleWhat::Logout, Some(member)), "{member} left {event}");
        }
        assert!(during(ConsoleWhat::PowerOn, None), "{event}");
    }
    assert_eq!(batch.gaps, []);
}

#[test]
fn the_hsms_log_has_a_role_with_a_second_factor_and_no_gap() {
    let batch: HsmBatch = read("access/hsm/1.cbor");
    assert_eq!(batch.gaps, []);
    let with_mfa = batch.accesses.iter().filter(|one| one.mfa == Mfa::Yes).count();
    assert_eq!(with_mfa, batch.accesses.len(), "all within a quarter of an hour");
    let of = |operation: &str| batch.accesses.iter().filter(|one| one.operation == operation).count();
    assert_eq!((of("cloudhsm:CreateCluster"), of("cloudhsm:CreateHsm")), (1, 3));
    assert!(of("CN_LOGIN") > 20 && of("CN_GENERATE_KEY_PAIR") > 0);
}

fn artifact(file: &str, proof: &str) -> Outcome {
    let (root, policy) = (
        whole().in_store("certs/root-1.pem"),
        whole().in_store("policy/tlog-policy-1"),
    );
    let words = [
        "artifact",
        "--rehearsal",
        "--purpose",
        "release",
        file,
        "--root",
        &root,
        "--proof",
        proof,
        "--log-policy",
        &policy,
    ];
    run(ours("ceremony-verify"), words, "")
}

#[test]
fn a_file_of_the_release_is_accepted_with_its_proof_and_another_is_not() {
    let folder = whole().dir.join("artifacts");
    let path = |name: &str| text(&folder.join(name));
    let proof = path("rust-rehearsal.tar.xz.proof");
    artifact(&path("rust-rehearsal.tar.xz"), &proof).expect(0);
    let other = artifact(&path("rustc-rehearsal.tar.xz"), &proof).expect(1);
    assert!(other.out.contains("FINDING"), "{other}");
}

#[test]
fn what_a_rehearsal_says_of_its_keepers_fits_a_terminal() {
    let said = &whole().outcome.out;
    let begin = said.find("Who came to the console and to the HSM").expect("a part");
    let end = said[begin..].find("Anybody checks it").expect("the last part") + begin;
    let flat = said[begin..end].split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "are logged, signed with the transparency key.",
        "3 files are signed by release-1, each signature is in the log sig/1",
        "rust-rehearsal.tar.xz: signed for 'release', and the log has the signature",
    ] {
        assert!(flat.contains(expected), "{expected}: {flat}");
    }
    for line in said[begin..end].lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn the_keepers_part_can_be_left_to_a_person() {
    let plain = rehearsal::plain().done();
    assert!(!plain.store("access").exists() && !plain.store("sig").exists());
    assert!(
        !plain.outcome.out.contains("Who came to the console"),
        "{}",
        plain.outcome
    );
}

#[test]
fn a_hidden_batch_is_found() {
    let folder = Scratch::new("keepers-hidden");
    copy_folder(&whole().store(""), &folder.join("store"));
    for file in ["1.cbor", "1.cbor.sig"] {
        fs::remove_file(folder.join("store/access/hsm").join(file)).expect("a file");
    }
    let told = verify(&text(&folder.join("store"))).expect(1);
    assert!(
        told.out.contains("FINDING log/1/entry 19 [entry-unexplained]"),
        "{told}"
    );
}

#[test]
fn keepers_who_were_stopped_go_on_where_the_store_is() {
    let folder = Scratch::new("keepers-resumed");
    let (out, private) = (folder.join("out"), folder.join("out.private"));
    copy_folder(&whole().dir, &out);
    copy_folder(&whole().private, &private);
    // As a stop leaves it that came after the publications, and before the rehearsal knew of them.
    let path = private.join("rehearsal.json");
    let mut memory: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("a memory")).expect("JSON");
    let done = memory["done"].as_array_mut().expect("stages");
    let before = done.len();
    done.retain(|stage| !["access", "signatures", "verification"].contains(&stage.as_str().unwrap_or_default()));
    assert_eq!(done.len(), before - 3);
    fs::write(&path, memory.to_string()).expect("a memory");
    let told = run(ours("rehearsal"), ["--resume", "--out", &text(&out)], "").expect(0);
    assert!(!told.out.contains("WRONG:"), "{told}");
    for log in ["console", "hsm"] {
        let batch = out.join(format!("store/access/{log}/2.cbor"));
        assert!(batch.exists() && !batch.with_file_name("3.cbor").exists(), "{log}");
    }
    let signatures = fs::read_to_string(out.join("store/sig/1/checkpoint")).expect("a checkpoint");
    assert_eq!(signatures.lines().nth(1), Some("3"), "none is logged twice");
}
