//! The founding plan, from the template that everybody uses.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use p384::SecretKey;
use p384::pkcs8::EncodePrivateKey as _;
use record::plan::{HsmKind, Inbound, LOG_POLICY, POLICY, ROSTER, STANDING};
use record::{Bundle, Bytes, Digest, Time};

use super::super::{Members, OPENS};
use super::{log_key, private, sig_key};

/// What the founding plan is made from.
pub fn founding_inputs(members: &Members) -> BTreeMap<String, Bytes> {
    let log_policy = tlog::Policy::without_witnesses([log_key().key().clone(), sig_key().key().clone()])
        .unwrap()
        .to_string();
    let mut inputs: BTreeMap<String, Bytes> = BTreeMap::new();
    inputs.insert(POLICY.into(), script("policy.toml").into_bytes().into());
    inputs.insert(
        ROSTER.into(),
        Bundle::new(true, members.roster()).encode().unwrap().into(),
    );
    inputs.insert(LOG_POLICY.into(), log_policy.into_bytes().into());
    for name in ["release", "crates-io", "transparency"] {
        inputs.insert(format!("{name}.csr"), csr(name));
    }
    inputs
}

pub fn founding_plan(members: &Members, kind: HsmKind) -> Vec<u8> {
    let inputs = founding_inputs(members);
    let plan = fill(&script("plan.toml"), &inputs, OPENS);
    let plan = match kind {
        HsmKind::Cloudhsm => plan,
        HsmKind::Pkcs11 => plan
            .replace("[hsm]\n", "[hsm]\nkind = \"pkcs11\"\n")
            .replace("root_owner", "Token 1")
            .replace("nodes-least = 2", "nodes-least = 1"),
    };
    Inbound::pack(plan.as_bytes(), inputs).unwrap()
}

/// The founding plan of a PKI that had an event before it.
pub fn founding_plan_on(members: &Members, opens: Time, standing: Bytes) -> Vec<u8> {
    let mut inputs = founding_inputs(members);
    inputs.insert(STANDING.into(), standing);
    let listed = format!("[inputs]\n\"{STANDING}\" = \"@digest {STANDING}@\"\n");
    let plan = script("plan.toml").replace("[inputs]\n", &listed);
    let plan = fill(&plan, &inputs, opens);
    Inbound::pack(plan.as_bytes(), inputs).unwrap_or_else(|error| panic!("{error}\n{plan}"))
}

fn script(file: &str) -> String {
    let path = format!(
        "{}/../../ceremony-scripts/root-generation/{file}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap()
}

/// Fills in what stands between at-signs.
fn fill(script: &str, inputs: &BTreeMap<String, Bytes>, opens: Time) -> String {
    let mut serial = 0x5100_0000_0000_0000_u64;
    let script = first_of_all(script);
    let parts = script.split('@').enumerate().map(|(n, part)| match (n % 2, part) {
        (0, text) => text.to_owned(),
        (_, "event") => "rehearsal-1".into(),
        (_, "rehearsal") => "true".into(),
        (_, "opens") => opens.to_string(),
        (_, "closes") => opens.plus(8 * 3600).to_string(),
        (_, "opens+400d") => opens.plus(400 * 86_400).to_string(),
        (_, "serial") => {
            serial += 0x0101;
            format!("{serial:016x}{:016x}", u64::MAX - serial)
        }
        (_, digest) => Digest::of(&inputs[digest.strip_prefix("digest ").unwrap()]).hex(),
    });
    parts.collect()
}

/// The template of the first event of all, without documents: none of its conditions holds, and its lists are empty.
fn first_of_all(template: &str) -> String {
    let (mut rest, mut out) = (template, String::new());
    while let Some((before, after)) = rest.split_once("#@ ") {
        out += before;
        (_, rest) = after.split_once("#@ end\n").expect("its end");
    }
    out + rest
}

/// A request with the key of this name.
pub fn csr(name: &str) -> Bytes {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let key = SecretKey::from(&private(name)).to_pkcs8_der().unwrap();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let file = std::env::temp_dir().join(format!("verifier-{}-{number}.key", std::process::id()));
    std::fs::write(&file, key.as_bytes()).unwrap();
    let subject = format!("/CN={name}");
    let made = Command::new("openssl")
        .args(["req", "-new", "-subj", &subject, "-outform", "DER"])
        .args(["-keyform", "DER", "-key"])
        .arg(&file)
        .output()
        .unwrap();
    std::fs::remove_file(file).unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    made.stdout.into()
}
