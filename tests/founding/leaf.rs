//! A subkey of `release`, as its keeper would issue it, with openssl and the rehearsal's own key.

use std::fs;
use std::path::Path;

use super::webpki::Chain;
use support::judges::openssl;
use support::rehearsal::{self, text};
use support::scratch::Scratch;

#[test]
fn a_subkey_of_release_is_good_for_release_and_for_nothing_else() {
    let scratch = Scratch::new("leaf");
    let leaf = issue(&scratch, RELEASE);
    good(&leaf, RELEASE).expect("webpki takes it");
    for other in [CRATES_IO, BORS, TRANSPARENCY, CONSOLE, "1.3.6.1.5.5.7.3.3"] {
        let error = good(&leaf, other).expect_err("another purpose");
        assert!(
            matches!(error, webpki::Error::RequiredEkuNotFoundContext(_)),
            "{other}: {error:?}"
        );
    }
}

#[test]
fn release_cannot_give_a_purpose_that_it_has_not() {
    let scratch = Scratch::new("foreign-leaf");
    let leaf = issue(&scratch, CRATES_IO);
    let error = good(&leaf, CRATES_IO).expect_err("release has another purpose");
    assert!(
        matches!(error, webpki::Error::RequiredEkuNotFoundContext(_)),
        "{error:?}"
    );
}

#[test]
fn release_cannot_make_issuers() {
    let scratch = Scratch::new("too-deep");
    // openssl signs what it is told; whoever checks the chain refuses it.
    let middle = issue_with(&scratch, RELEASE, "CA:TRUE", "keyCertSign");
    let (key, csr) = (text(&scratch.join("leaf.key")), request(&scratch, "below"));
    let below = sign(
        &scratch,
        &csr,
        &text(&middle),
        &key,
        &extensions(RELEASE, "CA:FALSE", "digitalSignature"),
    );
    let one = rehearsal::plain().done();
    let (root, release) = (one.in_store("certs/root-1.pem"), one.in_store("certs/release-1.pem"));
    let (middle, below) = (text(&middle), text(&below));
    let words = [
        "verify",
        "-CAfile",
        &root,
        "-untrusted",
        &release,
        "-untrusted",
        &middle,
        &below,
    ];
    let told = openssl(&words, "").expect(2);
    assert!(told.all().contains("path length constraint exceeded"), "{told}");
}

#[test]
fn openssl_takes_the_subkey_too() {
    let scratch = Scratch::new("leaf-by-openssl");
    let (one, leaf) = (rehearsal::plain().done(), issue(&scratch, RELEASE));
    let (root, release) = (one.in_store("certs/root-1.pem"), one.in_store("certs/release-1.pem"));
    openssl(
        &[
            "verify",
            "-x509_strict",
            "-CAfile",
            &root,
            "-untrusted",
            &release,
            &text(&leaf),
        ],
        "",
    )
    .expect(0);
}

fn good(leaf: &Path, purpose: &str) -> Result<(), webpki::Error> {
    let one = rehearsal::plain().done();
    let read = |path: &str| fs::read(one.store(path)).expect("a file of the store");
    let der = leaf.with_extension("der");
    openssl(
        &["x509", "-in", &text(leaf), "-outform", "DER", "-out", &text(&der)],
        "",
    )
    .expect(0);
    let (delegate, root) = (read("certs/release-1.der"), read("certs/root-1.der"));
    let (leaf, crl) = (fs::read(der).expect("DER"), read("crl/root-1.crl"));
    Chain {
        leaf: &leaf,
        delegate: &delegate,
        root: &root,
        crl: &crl,
    }
    .is_good_for(purpose)
}

/// A signing certificate of that purpose, issued by `release`.
fn issue(scratch: &Path, purpose: &str) -> std::path::PathBuf {
    issue_with(scratch, purpose, "CA:FALSE", "digitalSignature")
}

fn issue_with(scratch: &Path, purpose: &str, constraint: &str, usage: &str) -> std::path::PathBuf {
    let one = rehearsal::plain().done();
    let csr = request(scratch, "leaf");
    let (ca, key) = (
        one.in_store("certs/release-1.pem"),
        text(&one.private.join("keepers/release.key")),
    );
    sign(scratch, &csr, &ca, &key, &extensions(purpose, constraint, usage))
}

fn request(scratch: &Path, name: &str) -> String {
    let (key, csr) = (
        text(&scratch.join(format!("{name}.key"))),
        text(&scratch.join(format!("{name}.csr"))),
    );
    let curve = "ec_paramgen_curve:P-384";
    let subject = format!("/CN={name}");
    let words = [
        "req", "-newkey", "ec", "-pkeyopt", curve, "-noenc", "-subj", &subject, "-keyout", &key, "-out", &csr,
    ];
    openssl(&words, "").expect(0);
    csr
}

fn sign(scratch: &Path, csr: &str, ca: &str, key: &str, extensions: &str) -> std::path::PathBuf {
    let (file, out) = (
        scratch.join("extensions"),
        scratch.join(format!("{}.pem", csr.len() + ca.len())),
    );
    fs::write(&file, extensions).expect("extensions");
    let made = [
        "x509",
        "-req",
        "-in",
        csr,
        "-CA",
        ca,
        "-CAkey",
        key,
        "-set_serial",
        "0x1122334455667788",
        "-days",
        "30",
    ];
    let (file, to) = (text(&file), text(&out));
    openssl(&[&made[..], &["-sha384", "-extfile", &file, "-out", &to]].concat(), "").expect(0);
    out
}

fn extensions(purpose: &str, constraint: &str, usage: &str) -> String {
    format!(
        "basicConstraints=critical,{constraint}\nkeyUsage=critical,{usage}\nextendedKeyUsage={purpose}\n\
         subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
}

const RELEASE: &str = "1.3.6.1.4.1.32473.3579.1.1";
const CRATES_IO: &str = "1.3.6.1.4.1.32473.3579.1.2";
const BORS: &str = "1.3.6.1.4.1.32473.3579.1.3";
const TRANSPARENCY: &str = "1.3.6.1.4.1.32473.3579.1.4";
const CONSOLE: &str = "1.3.6.1.4.1.32473.3579.1.5";
