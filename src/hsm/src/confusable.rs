//! Secrets that answers hold by themselves. What comes from the CLI is blanked before it is read, so such a secret would
//! take a field's name, a user's name or a reference with it, and a good answer could not be read any more.

use crate::{Error, Secret, texts};

/// Refuses a secret that is part of an answer's own words, of a number in hexadecimal, or of one of these names.
pub(crate) fn refuse<'a>(secret: &Secret, names: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
    let secret = secret.reveal();
    let within = |text: &str| text.contains(secret);
    let is_word = WORDS.iter().copied().chain(texts::known()).any(within);
    match is_number(secret) || is_word || names.into_iter().any(within) {
        true => Err(Error::BadSecret {
            why: "the HSM's answers hold it too, as a number, a name or a word of theirs",
        }),
        false => Ok(()),
    }
}

/// Could it be part of a reference, or of another number with many zeros? Points and ids in hexadecimal are as good as
/// random, so of longer ones only those of a single digit are.
fn is_number(secret: &str) -> bool {
    let digits = secret.strip_prefix("0x").unwrap_or(secret).as_bytes();
    let one = digits.iter().all(|digit| Some(digit) == digits.first());
    digits.iter().all(u8::is_ascii_hexdigit) && (one || digits.len() <= REFERENCE_DIGITS)
}

/// Of a key's reference.
const REFERENCE_DIGITS: usize = 16;
/// Names of fields and what stands in them. Passwords have eight characters or more, so what is shorter only counts as
/// a part of something longer.
const WORDS: [&str; 77] = [
    "always-sensitive",
    "approval_data",
    "approvals-required",
    "attributes",
    "certificate-reference",
    "check-value",
    "cluster-coverage",
    "crypto-user",
    "decrypt",
    "destroyable",
    "ec-point",
    "encrypt",
    "error_code",
    "extractable",
    "filepath",
    "fips-state",
    "firmware-build-number",
    "firmware-id",
    "firmware-version-major",
    "firmware-version-minor",
    "hardware-version-major",
    "hardware-version-minor",
    "in FIPS mode",
    "inconsistent",
    "internal(APPLIANCE_USER)",
    "key-coverage",
    "key-info",
    "key-length-bytes",
    "key-management",
    "key-owners",
    "key-quorum-values",
    "key-reference",
    "key-type",
    "key-usage",
    "key_reference",
    "manage-key-quorum-value",
    "matched_keys",
    "minimum-token-count",
    "modifiable",
    "mtls-enforcement-level",
    "never-extractable",
    "next_token",
    "number-of-approvals",
    "private-key",
    "private_key",
    "public-key",
    "public_key",
    "registration",
    "returned_key_count",
    "secp384r1",
    "sensitive",
    "serial-number",
    "shared-users",
    "signatures",
    "strategy",
    "token-sign",
    "token-timeout-seconds",
    "total_key_count",
    "trust_anchors",
    "unsigned",
    "use-key-quorum-value",
    "username",
    "wrap-with-trusted",
    "Attribute set successfully",
    "Cluster activation successful",
    "Deletion of quorum token(s) successful",
    "Key deleted successfully",
    "Key shared successfully",
    "Key unshared successfully",
    "Logout successful",
    "Set quorum value successful",
    "Signature verified successfully",
    "Successfully generated key file",
    "User is not logged in",
    "HSM is disconnected",
    "approvals, but",
    "approvals required",
];
