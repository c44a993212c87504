//! Tokens' files, as members sign them and as section 3 has them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::deed::Form;
use crate::{people, shape};

/// Fills each entry of a registration or MFA file with a signature over its digest.
pub fn sign_entries(file: &Path, key: &str, form: Form) {
    edit(file, |token| {
        assert_eq!(token["version"], "2.0");
        for entry in token["tokens"].as_array_mut().expect("entries") {
            assert_eq!(
                entry["signed"], "",
                "an unsigned entry has an empty place for its signature"
            );
            let digest = people::decode(entry["unsigned"].as_str().expect("a digest")).expect("base64");
            assert_eq!(digest.len(), 32, "a digest of SHA-256");
            entry["signed"] = people::encode(&people::sign(&digest, key, form, file)).into();
        }
    });
}

/// Changes what the file holds.
pub fn edit(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
    change(&mut value);
    fs::write(file, serde_json::to_vec(&value).expect("JSON")).expect("the file");
}

/// Section 3: the token is the SHA-256 of the approval data, which has one record of 80 bytes for each HSM.
pub fn token_has(file: &Path, has: &BTreeMap<String, Value>) {
    let token: Value = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
    let data = people::decode(token["approval_data"].as_str().expect("text")).expect("base64");
    let digest = people::decode(token["token"].as_str().expect("text")).expect("base64");
    assert_eq!(digest, record::Digest::of(&data).0, "token = SHA-256(approval_data)");
    for (path, wanted) in has {
        match path.as_str() {
            "records" => assert_eq!(
                Some(data.len() as u64),
                wanted.as_u64().map(|count| count * 80),
                "approval_data"
            ),
            path => assert_eq!(
                shape::part(&token, path).unwrap_or(&Value::Null),
                wanted,
                "{path} of the token"
            ),
        }
    }
}
