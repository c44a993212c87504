//! Approval keys against `openssl`, which signs the token and the approval data both.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

#[test]
fn a_token_signed_by_openssl_is_accepted() {
    let bench = Bench::new();
    let key = bench.generate_rsa(2048, "65537").unwrap();
    for data in [&b"approval data of one HSM"[..], &[0; 240]] {
        let token: [u8; 32] = Sha256::digest(data).into();
        let over_token = bench.sign_token(&token);
        assert_eq!(key.verify_token(&token, &over_token), Ok(()));
        assert_eq!(
            bench.sign_data(data),
            over_token,
            "a token signed is the approval data signed"
        );
    }
}

#[test]
fn refuses_another_token_key_signature_or_length() {
    let bench = Bench::new();
    let key = bench.generate_rsa(2048, "65537").unwrap();
    let good = bench.sign_token(&[1; 32]);
    let bad = "the signature does not fit the approval key and the token";
    assert_eq!(text(key.verify_token(&[2; 32], &good)), bad);
    let other = Bench::new().generate_rsa(2048, "65537").unwrap();
    assert_eq!(text(other.verify_token(&[1; 32], &good)), bad);
    for at in [0, 100, 255] {
        let mut changed = good.clone();
        changed[at] ^= 1;
        assert_eq!(text(key.verify_token(&[1; 32], &changed)), bad);
    }
    assert_eq!(text(key.verify_token(&[1; 32], &[255; 256])), bad);
    assert_eq!(
        text(key.verify_token(&[1; 32], &good[1..])),
        "the token's signature has 255 bytes, not 256"
    );
    assert_eq!(
        text(key.verify_token(&[1; 32], &[&good[..], &[0]].concat())),
        "the token's signature has 257 bytes, not 256"
    );
}

/// The same 32 bytes, but padded for another purpose: PSS, without the hash's name, or hashed once more.
#[test]
fn refuses_signatures_of_another_scheme() {
    let bench = Bench::new();
    let key = bench.generate_rsa(2048, "65537").unwrap();
    let pss = ["-pkeyopt", "digest:sha256", "-pkeyopt", "rsa_padding_mode:pss"];
    for signature in [
        bench.pkeyutl(&[1; 32], &pss),
        bench.pkeyutl(&[1; 32], &[]),
        bench.sign_data(&[1; 32]),
    ] {
        assert_eq!(
            key.verify_token(&[1; 32], &signature),
            Err(ApprovalKeyError::BadSignature)
        );
    }
}

#[test]
fn der_and_pem_come_back_as_openssl_wrote_them() {
    let bench = Bench::new();
    let key = bench.generate_rsa(2048, "65537").unwrap();
    assert_eq!(key.to_pem(), bench.read("public.pem"));
    assert_eq!(ApprovalKey::from_spki_der(key.spki_der()), Ok(key.clone()));
    bench.openssl(&[
        "pkey",
        "-pubin",
        "-in",
        "public.pem",
        "-outform",
        "DER",
        "-out",
        "public.der",
    ]);
    let der = std::fs::read(bench.path("public.der")).unwrap();
    assert_eq!(key.spki_der(), der);
    assert_eq!(key.fingerprint()[..], Sha256::digest(&der)[..]);
}

#[test]
fn refuses_other_sizes_and_exponents_with_the_value() {
    for bits in [1024, 2046, 2050, 3072] {
        let refusal = text(Bench::new().generate_rsa(bits, "65537"));
        assert_eq!(refusal, format!("the approval key has {bits} bits, not 2048"));
    }
    let refusal = text(Bench::new().generate_rsa(2048, "3"));
    assert_eq!(refusal, "the approval key has exponent 0x03, not 0x010001");
}

#[test]
fn refuses_an_even_modulus() {
    let mut der = Bench::new().generate_rsa(2048, "65537").unwrap().spki_der().to_vec();
    // The modulus ends before the exponent's 02 03 01 00 01.
    let last = der.len() - 6;
    der[last] &= 0xfe;
    assert_eq!(
        text(ApprovalKey::from_spki_der(&der)),
        "the approval key has an even modulus"
    );
}

#[test]
fn refuses_keys_of_another_algorithm_by_its_identifier() {
    let bench = Bench::new();
    let ec = bench.generate(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]);
    let rsa = "not RSA (1.2.840.113549.1.1.1)";
    assert_eq!(
        text(ec),
        format!("the approval key has algorithm 1.2.840.10045.2.1, {rsa}")
    );
    let pss = bench.generate(&["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"]);
    assert_eq!(
        text(pss),
        format!("the approval key has algorithm 1.2.840.113549.1.1.10, {rsa}")
    );
}

#[test]
fn refuses_other_spellings_of_a_good_key() {
    let key = Bench::new().generate_rsa(2048, "65537").unwrap();
    let (der, pem) = (key.spki_der(), key.to_pem());
    for wrong in [
        pem.trim_end().to_owned(),
        format!("{pem}\n"),
        pem.replace('\n', "\r\n"),
        pem.repeat(2),
    ] {
        assert!(ApprovalKey::from_spki_pem(&wrong).is_err(), "{wrong:?}");
    }
    let before = ApprovalKey::from_spki_pem(&format!("a key:\n{pem}"));
    assert_eq!(text(before), "the approval key is not encoded as openssl writes it");
    let labelled = ApprovalKey::from_spki_pem(&pem.replace("PUBLIC", "PRIVATE"));
    assert_eq!(text(labelled), "not a SubjectPublicKeyInfo with an RSA key");
    assert!(ApprovalKey::from_spki_der(&[der, &[0]].concat()).is_err());
    for end in 0..der.len() {
        assert!(ApprovalKey::from_spki_der(&der[..end]).is_err(), "{end}");
    }
    assert_eq!(
        text(ApprovalKey::from_spki_der(&[0x30; 5000])),
        "5000 bytes are too many for an approval key"
    );
}

/// RFC 3279: the parameters are NULL; without them it is another encoding of the same key.
#[test]
fn refuses_rsa_without_null_parameters() {
    let key = Bench::new().generate_rsa(2048, "65537").unwrap();
    let mut der = key.spki_der().to_vec();
    assert_eq!(der[17..19], [0x05, 0x00]);
    der.drain(17..19);
    (der[3], der[5]) = (der[3] - 2, der[5] - 2);
    assert_eq!(
        text(ApprovalKey::from_spki_der(&der)),
        "the approval key is not encoded as openssl writes it"
    );
}

fn text(refusal: Result<impl fmt::Debug, ApprovalKeyError>) -> String {
    refusal.unwrap_err().to_string()
}

/// A folder in which `openssl` works; gone when it is dropped.
struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "approval-key-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Self { folder }
    }

    fn generate_rsa(&self, bits: u32, exponent: &str) -> Result<ApprovalKey, ApprovalKeyError> {
        let (bits, exponent) = (
            format!("rsa_keygen_bits:{bits}"),
            format!("rsa_keygen_pubexp:{exponent}"),
        );
        self.generate(&["-algorithm", "RSA", "-pkeyopt", &bits, "-pkeyopt", &exponent])
    }

    fn generate(&self, options: &[&str]) -> Result<ApprovalKey, ApprovalKeyError> {
        self.openssl(&[&["genpkey", "-quiet", "-out", "private.pem"], options].concat());
        self.openssl(&["pkey", "-in", "private.pem", "-pubout", "-out", "public.pem"]);
        ApprovalKey::from_spki_pem(&self.read("public.pem"))
    }

    fn sign_token(&self, token: &[u8; 32]) -> Vec<u8> {
        self.pkeyutl(token, &["-pkeyopt", "digest:sha256"])
    }

    fn pkeyutl(&self, input: &[u8], options: &[&str]) -> Vec<u8> {
        self.signature(
            &["pkeyutl", "-sign", "-inkey", "private.pem", "-out", "sig", "-in", "in"],
            options,
            input,
        )
    }

    fn sign_data(&self, data: &[u8]) -> Vec<u8> {
        self.signature(
            &["dgst", "-sha256", "-sign", "private.pem", "-out", "sig", "in"],
            &[],
            data,
        )
    }

    fn signature(&self, command: &[&str], options: &[&str], input: &[u8]) -> Vec<u8> {
        std::fs::write(self.path("in"), input).unwrap();
        self.openssl(&[command, options].concat());
        std::fs::read(self.path("sig")).unwrap()
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(&self.folder)
            .output();
        let output = output.expect("openssl is needed");
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.folder).join(name)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
