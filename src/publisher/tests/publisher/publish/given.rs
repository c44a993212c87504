//! What `append` is given: an event's files, a store, and the log key of the made-up plan.

use std::process::Command;

use record::Bundle;
use record::results::Results;

use crate::common::event::{Left, log_key};
use crate::publish::{Scratch, error};

/// The event's files, an empty store, and the log key.
pub fn given(name: &str, left: &Left) -> Scratch {
    let scratch = Scratch::new(name);
    bring(&scratch, "out", left);
    std::fs::create_dir(scratch.path("store")).unwrap();
    seal_key(&scratch, "log.pem", 77, &log_key().key().to_string());
    scratch
}

/// The event's files, in a folder.
pub fn bring(scratch: &Scratch, folder: &str, left: &Left) {
    let record = Bundle::<record::record::Record>::decode(&left.record).unwrap().body;
    let results = Results {
        event: record.event,
        plan: left.plan.clone().into(),
        record: left.record.clone().into(),
        journal: left.journal.clone().into(),
        certificates: left.certificates.clone(),
        crls: left.crls.clone(),
    };
    scratch.put(
        &format!("{folder}/results.cbor"),
        Bundle::new(true, results).encode().unwrap(),
    );
    if let Some(signature) = &left.results {
        scratch.put(&format!("{folder}/results.cbor.sig"), signature);
    }
    for (member, signature) in &left.countersignatures {
        scratch.put(&format!("{folder}/countersignatures/{member}.sig"), signature);
    }
}

/// The key's file, sealed by openssl this time.
pub fn seal_key(scratch: &Scratch, file: &str, octet: u8, log: &str) {
    let seed = format!("{octet:02x}").repeat(32);
    let der = record::digest::unhex(&format!("302e020100300506032b657004220420{seed}")).unwrap();
    scratch.put("log.der", der);
    let seal = format!(
        "pkcs8 -topk8 -inform DER -in log.der -scrypt -scrypt_N 1024 -v2 aes-256-cbc -passout pass:secret -out {file}"
    );
    let sealed = Command::new("openssl")
        .args(seal.split(' '))
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    assert!(sealed.status.success(), "{}", error(&sealed));
    scratch.put(
        &format!("{file}.state"),
        format!(r#"{{"log": "{log}", "checkpoint": null, "publication": null}}"#),
    );
}
