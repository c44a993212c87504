//! Every signature that an event makes: by `ceremony bundle verify`, and by `ssh-keygen -Y verify` with nothing of ours.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use record::sshsig::ssh_key::private::{Ed25519Keypair, KeypairData};
use record::sshsig::ssh_key::{LineEnding, PrivateKey};
use record::sshsig::{SshKey, allowed_signers_line, namespace};
use record::{AnyBundle, Time};
use support::process::finish;
use support::rehearsal;
use support::scratch::files_under;
use support::{Outcome, Scratch, run};

use crate::{ceremony, outside, root_and_roster, said, text, vector};

#[test]
fn every_signed_bundle_of_an_event_is_good_for_us_and_for_ssh_keygen() {
    let rehearsal = rehearsal::plain().done();
    let [_, roster] = root_and_roster(rehearsal);
    // With the list that everybody finds in the store.
    let signers = rehearsal.store("events/root-generation-1/allowed_signers");
    let inbounds = [rehearsal.dir.join("inbound"), rehearsal.first_event().join("inbound")];
    let files = inbounds
        .iter()
        .flat_map(|inbound| files_under(inbound).into_iter().map(move |file| inbound.join(file)));
    let mut count = BTreeMap::new();
    for path in files.filter(|path| path.with_added_extension("sig").exists()) {
        let bundle = AnyBundle::decode(&fs::read(&path).expect("a bundle")).expect("a bundle");
        let member = bundle.member().expect("a member");
        let good = verify(&path, &["--roster", &roster]).expect(0);
        assert!(said(&good).contains(&format!("Signed well: {member}.")), "{good}");
        let _ = keygen(
            &signers,
            member,
            bundle.kind().namespace,
            &path,
            &format!("{}.sig", path.display()),
        )
        .expect(0);
        *count.entry(bundle.kind().name).or_insert(0) += 1;
    }
    let types: Vec<&str> = count.keys().copied().collect();
    assert_eq!(
        types,
        [
            "approval",
            "attendance",
            "key-answer",
            "recipient",
            "registration",
            "review"
        ]
    );
    assert!(count.values().sum::<usize>() > 40, "{count:?}");
}

#[test]
fn the_consoles_key_chains_to_the_root_and_ssh_keygen_takes_it() {
    let rehearsal = rehearsal::plain().done();
    let [root, roster] = root_and_roster(rehearsal);
    let results = rehearsal.dir.join("outbound/results.cbor");
    let good = verify(&results, &["--root", &root]).expect(0);
    assert!(said(&good).contains("Signed well: console."), "{good}");
    let unnamed = verify(&results, &["--roster", &roster]).expect(2);
    assert!(unnamed.err.contains("name it with --root FILE"), "{unnamed}");
    // The key as openssl and ssh-keygen read it from the certificate.
    let folder = Scratch::new("bundle-console");
    let certificate = rehearsal.in_store("certs/console-1.pem");
    let spki = run("openssl", ["x509", "-in", &certificate, "-pubkey", "-noout"], "")
        .expect(0)
        .out;
    fs::write(folder.join("console.pem"), spki).expect("a file");
    let line = run(
        "ssh-keygen",
        ["-i", "-m", "PKCS8", "-f", &text(&folder.join("console.pem"))],
        "",
    )
    .expect(0)
    .out;
    let key = SshKey::parse(&line).expect("a key");
    let signers = folder.join("allowed_signers");
    fs::write(
        &signers,
        allowed_signers_line("console-1", &key, &[namespace::BUNDLE], None, None).expect("a line"),
    )
    .expect("a file");
    let _ = keygen(
        &signers,
        "console-1",
        namespace::BUNDLE,
        &results,
        &format!("{}.sig", results.display()),
    )
    .expect(0);
}

#[test]
fn results_under_another_root_policy_or_signature_are_refused() {
    let rehearsal = rehearsal::plain().done();
    let [root, _] = root_and_roster(rehearsal);
    let results = rehearsal.dir.join("outbound/results.cbor");
    let other = rehearsal::other().done().in_store("certs/root-1.pem");
    let _ = verify(&results, &["--root", &other]).expect(1);
    // With the policy named, it is the chain that does not hold.
    let policy = text(&rehearsal.dir.join("inbound/inputs/policy.toml"));
    let refused = verify(&results, &["--root", &other, "--policy", &policy]).expect(1);
    assert!(
        refused.err.contains("the console's certificate does not hold: "),
        "{refused}"
    );
    let _ = verify(&results, &["--root", &root, "--policy", &policy]).expect(0);
    let plan = text(&rehearsal.dir.join("inbound/inputs/plan.toml"));
    let refused = verify(&results, &["--root", &root, "--policy", &plan]).expect(1);
    assert!(
        refused
            .err
            .contains("the event followed another policy than the one named"),
        "{refused}"
    );
    let members = text(&rehearsal.dir.join("outbound/countersignatures/member-1.sig"));
    let refused = verify(&results, &["--root", &root, "--signature", &members]).expect(1);
    assert!(refused.err.contains("signed by key SHA256:"), "{refused}");
}

#[test]
fn the_mark_must_be_the_one_that_is_said() {
    let review = rehearsal::plain().done().dir.join("inbound/review-member-1.cbor");
    let refused = ceremony(&["bundle", "verify", &text(&review)]).expect(1);
    assert!(
        refused.err.contains("the bundle carries the rehearsal mark"),
        "{refused}"
    );
    assert!(refused.err.contains("say --rehearsal"), "{refused}");
}

#[test]
fn the_first_roster_is_the_roots_and_a_later_one_its_predecessors() {
    let rehearsal = rehearsal::plain().done();
    let [root, roster] = root_and_roster(rehearsal);
    let first = PathBuf::from(&roster);
    let good = verify(&first, &["--root", &root]).expect(0);
    assert!(
        said(&good).contains("The root names it as the first roster, by its digest."),
        "{good}"
    );
    let other = rehearsal::other().done().in_store("certs/root-1.pem");
    let refused = verify(&first, &["--root", &other]).expect(1);
    assert!(
        refused.err.contains("the root does not name it as the first roster"),
        "{refused}"
    );
    let second = PathBuf::from(vector("roster"));
    let refused = verify(&second, &["--roster", &roster]).expect(1);
    assert!(refused.err.contains("it follows the roster "), "{refused}");
    assert!(verify(&second, &[]).expect(2).err.contains("--roster FILE"));
}

#[test]
fn what_nobody_signs_says_why_and_takes_no_signature() {
    let rehearsal = rehearsal::plain().done();
    let opening = rehearsal.dir.join("outbound/opening.cbor");
    let good = verify(&opening, &[]).expect(0);
    assert!(said(&good).contains("Nobody signs a bundle of this type: "), "{good}");
    let signature = text(&rehearsal.dir.join("inbound/review-member-1.cbor.sig"));
    let refused = verify(&opening, &["--signature", &signature]).expect(2);
    assert!(
        refused.err.contains("nobody signs a bundle of type 'opening'"),
        "{refused}"
    );
}

/// Member-1 of the vectors has a key from a seed; the roster is of one.
#[test]
fn a_member_signs_while_in_office_and_a_registration_with_the_key_in_it() {
    let folder = Scratch::new("bundle-office");
    let signed = |name: &str| {
        let path = folder.join(format!("{name}-member-1.cbor"));
        fs::copy(vector(name), &path).expect("a copy");
        let bundle = AnyBundle::decode(&fs::read(&path).expect("a bundle")).expect("a bundle");
        sign(&folder, &path, bundle.kind().namespace);
        path
    };
    let registration = signed("registration");
    let good = verify(&registration, &[]).expect(0);
    assert!(said(&good).contains("by the key in it"), "{good}");
    let root = rehearsal::plain().done().in_store("certs/root-1.pem");
    let rooted = outside(&["--rehearsal", "--root", &root, &text(&registration)]).expect(0);
    assert!(
        said(&rooted).contains("rests on keys in the files given, and no root leads to them"),
        "{rooted}"
    );
    let review = signed("review");
    let good = verify(&review, &["--roster", &vector("roster")]).expect(0);
    assert!(said(&good).contains("in office at 2026-11-22T10:00:00Z"), "{good}");
    let recipient = signed("recipient");
    let good = verify(&recipient, &["--roster", &vector("roster")]).expect(0);
    assert!(said(&good).contains("in office at 2026-11-22T10:00:00Z"), "{good}");
    let of_time = |at: u64| {
        let AnyBundle::Recipient(mut word) =
            AnyBundle::decode(&fs::read(&recipient).expect("a file")).expect("a bundle")
        else {
            panic!("another type");
        };
        word.body.at = Time(at);
        let path = folder.join(format!("of-{at}.cbor"));
        fs::write(&path, word.encode().expect("encodes")).expect("a file");
        sign(&folder, &path, namespace::ROSTER);
        verify(&path, &["--roster", &vector("roster")])
    };
    let comes = of_time(1).expect(0);
    assert!(
        said(&comes).contains("before they come into office at 2026-11-22T10:00:00Z"),
        "{comes}"
    );
    let gone = of_time(4_000_000_000).expect(1);
    assert!(
        gone.err
            .contains("until 2031-11-21T10:00:00Z, and the bundle is of 2096-"),
        "{gone}"
    );
    let unknown = verify(&review, &["--roster", &root_and_roster(rehearsal::plain().done())[1]]).expect(1);
    assert!(unknown.err.contains("which is nobody's in roster"), "{unknown}");
    // A plan is read days ahead, and a first term may begin with the event; nobody is present before it does.
    let AnyBundle::Review(mut early) = AnyBundle::decode(&fs::read(&review).expect("a bundle")).expect("a bundle")
    else {
        panic!("another type");
    };
    early.body.at = Time(1);
    let path = folder.join("early.cbor");
    fs::write(&path, early.encode().expect("encodes")).expect("a file");
    sign(&folder, &path, namespace::REVIEW);
    let good = verify(&path, &["--roster", &vector("roster")]).expect(0);
    assert!(
        said(&good).contains("before they come into office at 2026-11-22T10:00:00Z, as a review may be"),
        "{good}"
    );
    let bytes = fs::read(vector("attendance")).expect("a vector");
    let AnyBundle::Attendance(mut early) = AnyBundle::decode(&bytes).expect("a bundle") else {
        panic!("another type");
    };
    early.body.at = Time(1);
    fs::write(&path, early.encode().expect("encodes")).expect("a file");
    fs::remove_file(folder.join("early.cbor.sig")).expect("signed");
    sign(&folder, &path, namespace::ATTEND);
    let refused = verify(&path, &["--roster", &vector("roster")]).expect(1);
    let words =
        "member-1 was in office from 2026-11-22T10:00:00Z until 2031-11-21T10:00:00Z, and the bundle is of 1970-";
    assert!(refused.err.contains(words), "{refused}");
    fs::write(&review, fs::read(vector("refusal")).expect("a vector")).expect("another bundle");
    let refused = verify(&review, &["--roster", &vector("roster")]).expect(1);
    assert!(
        refused
            .err
            .contains("signed for 'review@pki.rust-lang.org', not for 'refusal@pki.rust-lang.org'"),
        "{refused}"
    );
}

/// What the console says, after `ceremony-verify` said the same.
pub fn verify(path: &Path, arguments: &[&str]) -> Outcome {
    let path = text(path);
    let said = ceremony(&[&["bundle", "verify", "--rehearsal", &path], arguments].concat());
    let outside = outside(&[&["--rehearsal", &path], arguments].concat()).expect(said.code);
    if said.code == 0 {
        assert!(outside.out.contains("\nNot checked\n"), "{outside}");
    }
    said
}

fn keygen(signers: &Path, who: &str, namespace: &str, file: &Path, signature: &str) -> Outcome {
    let mut command = Command::new("/bin/sh");
    command.args([
        "-c",
        "exec ssh-keygen -Y verify -f \"$1\" -I \"$2\" -n \"$3\" -s \"$4\" < \"$5\"",
        "sh",
    ]);
    command.args([&text(signers), who, namespace, signature, &text(file)]);
    finish(&mut command, "")
}

/// The vectors' SSH key, from a seed of ones that everybody knows.
fn key() -> PrivateKey {
    PrivateKey::new(KeypairData::from(Ed25519Keypair::from_seed(&[1; 32])), "").expect("a key")
}

/// Signed as members do who have nothing of ours.
pub fn sign(folder: &Path, path: &Path, namespace: &str) {
    let private = folder.join("key");
    if !private.exists() {
        let armoured = key().to_openssh(LineEnding::LF).expect("a key file");
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&private)
            .expect("a file");
        file.write_all(armoured.as_bytes()).expect("written");
    }
    let words = ["-q", "-Y", "sign", "-f", &text(&private), "-n", namespace, &text(path)];
    let _ = run("ssh-keygen", words, "").expect(0);
}
