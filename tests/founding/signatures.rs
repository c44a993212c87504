//! Signatures on files, by ssh-keygen alone.

use std::fs;

use support::Outcome;
use support::judges::{openssl, ssh_keygen};
use support::process::finish;
use support::rehearsal::{self, text};
use support::scratch::{Scratch, files_under};

#[test]
fn ssh_keygen_verifies_every_countersignature() {
    let event = rehearsal::plain().done().event();
    let signatures = files_under(&event.join("countersignatures"));
    assert_eq!(signatures.len(), 9, "everybody present signed");
    let allowed = text(&event.join("allowed_signers"));
    for n in 1..=9 {
        let member = format!("member-{n}");
        let signature = text(&event.join(format!("countersignatures/{member}.sig")));
        let check =
            |id: &str, namespace| verify(&allowed, id, namespace, &signature, &text(&event.join("record.cbor")));
        check(&member, "record@pki.rust-lang.org").expect(0);
        check(&member, "approval@pki.rust-lang.org").expect(255);
        check(&format!("member-{}", n % 9 + 1), "record@pki.rust-lang.org").expect(255);
    }
}

#[test]
fn ssh_keygen_verifies_what_members_sent_to_the_console() {
    let one = rehearsal::plain().done();
    let allowed = text(&one.event().join("allowed_signers"));
    let mut checked = 0;
    for file in files_under(&one.dir.join("inbound")) {
        let file = text(&one.dir.join("inbound").join(file));
        let kind = file
            .rsplit('/')
            .next()
            .and_then(|name| name.split('-').next())
            .expect("a name");
        let namespace = match kind {
            "review" => "review@pki.rust-lang.org",
            "attendance" => "attend@pki.rust-lang.org",
            "approval" => "approval@pki.rust-lang.org",
            _ => continue,
        };
        let Some(bundle) = file.strip_suffix(".sig") else {
            continue;
        };
        let stem = bundle.strip_suffix(".cbor").expect("a bundle");
        let member = &stem[stem.find("member-").expect("whose it is")..];
        verify(&allowed, member, namespace, &file, bundle).expect(0);
        checked += 1;
    }
    assert_eq!(
        checked,
        9 + 9 + 9 + 5,
        "reviews, attendance at beginning and end, approvals"
    );
}

#[test]
fn ssh_keygen_verifies_the_results_with_the_consoles_certificate() {
    let (one, scratch) = (rehearsal::plain().done(), Scratch::new("results"));
    let certificate = one.in_store("certs/console-1.pem");
    let key = openssl(&["x509", "-in", &certificate, "-noout", "-pubkey"], "")
        .expect(0)
        .out;
    let file = scratch.join("console.pem");
    fs::write(&file, key).expect("a key");
    let key = ssh_keygen(&["-i", "-m", "PKCS8", "-f", &text(&file)], "").expect(0).out;
    assert!(key.starts_with("ecdsa-sha2-nistp384 "), "{key}");
    let allowed = scratch.join("allowed_signers");
    fs::write(
        &allowed,
        format!("console namespaces=\"bundle@pki.rust-lang.org\" {key}"),
    )
    .expect("a line");
    let (allowed, results) = (text(&allowed), text(&one.dir.join("outbound/results.cbor")));
    for signature in [text(&one.event().join("results.sig")), format!("{results}.sig")] {
        let check = |namespace, file: &str| verify(&allowed, "console", namespace, &signature, file);
        check("bundle@pki.rust-lang.org", &results).expect(0);
        check("record@pki.rust-lang.org", &results).expect(255);
        check("bundle@pki.rust-lang.org", &text(&one.dir.join("outbound/record.cbor"))).expect(255);
    }
}

fn verify(allowed: &str, id: &str, namespace: &str, signature: &str, file: &str) -> Outcome {
    let words = [
        "-Y", "verify", "-f", allowed, "-I", id, "-n", namespace, "-s", signature,
    ];
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "file=$1; shift; exec ssh-keygen \"$@\" < \"$file\"", "sh", file])
        .args(words);
    finish(&mut command, "")
}
