//! Certificate requests, made by `openssl req`: a key and the proof that it is held, and nothing else.

use support::event::Event;

#[test]
fn refuses_a_request_whose_proof_of_possession_fails() {
    let event = Event::planned();
    let mut request = event.read("inputs/release.csr");
    *request.last_mut().expect("a signature") ^= 1;
    event.write("inputs/release.csr", request);
    event.draft();
    refused(&event, "the certificate request's own signature does not verify");
}

#[test]
fn refuses_a_request_with_another_key_put_in() {
    let event = Event::planned();
    let other = event.read("inputs/crates-io.csr");
    let mut request = event.read("inputs/release.csr");
    // Both requests have the same shape: the key's point is at the same place.
    let point = request
        .windows(2)
        .position(|window| window == [0x00, 0x04])
        .expect("an uncompressed point");
    request[point..point + 98].copy_from_slice(&other[point..point + 98]);
    event.write("inputs/release.csr", request);
    event.draft();
    refused(&event, "the certificate request's own signature does not verify");
}

#[test]
fn refuses_a_request_to_become_a_ca() {
    made(
        &P384,
        &["-addext", "basicConstraints=critical,CA:TRUE"],
        "the certificate request asks for a CA certificate",
    );
    made(
        &P384,
        &["-addext", "keyUsage=keyCertSign"],
        "the certificate request asks for a CA certificate",
    );
}

#[test]
fn refuses_a_request_with_an_extension_that_the_profile_does_not_know() {
    made(
        &P384,
        &["-addext", "1.2.3.4=DER:0500"],
        "the certificate request asks for extension 1.2.3.4",
    );
}

#[test]
fn refuses_a_request_with_extensions_that_the_plan_decides() {
    made(
        &P384,
        &["-addext", "keyUsage=digitalSignature"],
        "the certificate request asks for extension 2.5.29.15",
    );
    made(
        &P384,
        &["-addext", "extendedKeyUsage=codeSigning"],
        "the certificate request asks for extension 2.5.29.37",
    );
    made(
        &P384,
        &["-addext", "subjectAltName=DNS:a.example"],
        "the certificate request asks for extension 2.5.29.17",
    );
}

#[test]
fn refuses_a_weak_key() {
    made(
        &["-newkey", "rsa:2048"],
        &[],
        "the key is rsa-2048 (1.2.840.113549.1.1.1)",
    );
    let p256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    made(&p256, &[], "the key is p-256 (1.2.840.10045.2.1)");
}

#[test]
fn refuses_an_algorithm_that_the_policy_does_not_allow_there() {
    let event = Event::planned();
    let old = "algorithms = [\"p384\", \"ed25519\"]\n# Its certificate carries these too";
    event.replace("inputs/policy.toml", old, &old.replace(", \"ed25519\"", ""));
    event.request("release", &ED25519);
    event.draft();
    let error = "the policy does not allow the key of release.csr, which is Ed25519";
    event
        .pack()
        .refuses(1, error, Some("correct the plan; nothing has been signed"));
    assert!(!event.has("packed.cbor"));
}

#[test]
fn accepts_an_ed25519_request_for_release() {
    let event = Event::planned();
    event.request("release", &ED25519);
    event.draft();
    let _ = event.pack().good();
}

#[test]
fn accepts_what_openssl_writes_in_pem() {
    let event = Event::planned();
    event.request("release", &[P384.as_slice(), &["-outform", "PEM"]].concat());
    assert!(
        event
            .text("inputs/release.csr")
            .starts_with("-----BEGIN CERTIFICATE REQUEST-----")
    );
    event.draft();
    let _ = event.pack().good();
}

/// A request for release, made so, is refused for this reason.
fn made(key: &[&str], arguments: &[&str], reason: &str) {
    let event = Event::planned();
    event.request("release", &[key, arguments].concat());
    event.draft();
    refused(&event, reason);
}

fn refused(event: &Event, reason: &str) {
    let error = format!("the request release.csr is refused: {reason}");
    let hint = "ask the delegate's keeper for a new request, made with the key alone";
    event.pack().refuses(1, &error, Some(hint));
    assert!(!event.has("packed.cbor"));
}

const P384: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"];
const ED25519: [&str; 2] = ["-newkey", "ed25519"];
