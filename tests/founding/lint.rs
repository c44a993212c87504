//! pkilint, a linter of others (PyPI), over everything that was signed.

use support::judges::{pkilint, skip};
use support::rehearsal::{self, Rehearsal};
use support::{Outcome, run};

#[test]
fn pkilint_finds_nothing_in_root_and_delegates() {
    let Some(one) = ready("certificates") else { return };
    for name in CERTIFICATES {
        let file = one.in_store(&format!("certs/{name}-1.pem"));
        clean(&lint("lint_pkix_cert", &[], &[&file]));
    }
}

#[test]
fn pkilint_finds_nothing_in_the_lists() {
    let Some(one) = ready("revocation lists") else { return };
    for name in ["root-1", "bors-1"] {
        let file = one.in_store(&format!("crl/{name}.crl"));
        clean(&lint("lint_crl", &["-t", "CRL", "-p", "PKIX"], &[&file]));
    }
}

#[test]
fn pkilint_finds_nothing_between_root_and_delegates() {
    let Some(one) = ready("chains") else { return };
    let root = one.in_store("certs/root-1.pem");
    for name in &CERTIFICATES[1..] {
        let file = one.in_store(&format!("certs/{name}-1.pem"));
        clean(&lint("lint_pkix_signer_signee_cert_chain", &[], &[&root, &file]));
    }
}

#[test]
fn pkilint_would_find_a_chain_in_the_wrong_order() {
    let Some(one) = ready("judge") else { return };
    let (root, leaf) = (one.in_store("certs/root-1.pem"), one.in_store("certs/console-1.pem"));
    let told = lint("lint_pkix_signer_signee_cert_chain", &[], &[&leaf, &root]);
    assert!(told.code > 0 && !told.out.trim().is_empty(), "{told}");
}

/// The exit code is the number of findings. Below NOTICE pkilint only tells what it recognised: that key identifiers
/// are made by RFC 7093, method 1.
fn lint(program: &str, options: &[&str], files: &[&str]) -> Outcome {
    let program = pkilint(program).expect("it was there a moment ago");
    run(program, [&["lint", "-s", "NOTICE"], options, files].concat(), "")
}

#[track_caller]
fn clean(told: &Outcome) {
    assert!(told.code == 0 && told.out.trim().is_empty(), "{told}");
}

fn ready(check: &str) -> Option<&'static Rehearsal> {
    let all = ["lint_pkix_cert", "lint_crl", "lint_pkix_signer_signee_cert_chain"];
    if all.iter().all(|program| pkilint(program).is_some()) {
        return Some(rehearsal::plain().done());
    }
    skip(
        &format!("pkilint of {check}"),
        "pkilint is not installed: `tests/run` puts it under target/pkilint",
    );
    None
}

const CERTIFICATES: [&str; 6] = ["root", "release", "crates-io", "bors", "transparency", "console"];
