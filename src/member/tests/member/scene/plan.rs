//! The founding event's plan, from the ceremony script, for the nine members.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use record::labels::{About, label};
use record::messages::Registration;
use record::plan::{Inbound, LOG_POLICY, POLICY, ROSTER};
use record::{Bundle, Bytes, Digest, Member, Roster, Time};

use super::judge::openssl;
use super::{folder, ids, read, registrations};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ceremony-scripts/root-generation");

/// The plan's bundle, the same for every test of this run.
pub fn bundle() -> &'static [u8] {
    static BUNDLE: OnceLock<Vec<u8>> = OnceLock::new();
    BUNDLE.get_or_init(|| pack("2026-11-22T12:00:00Z"))
}

/// Another plan of the same event: it closes at another time.
pub fn other() -> Vec<u8> {
    pack("2026-11-22T13:00:00Z")
}

/// The plan's bundle, read.
pub fn inbound() -> Inbound {
    Inbound::open(bundle()).expect("the plan opens")
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

/// A plan that carries the bundle's inputs and closes then.
fn pack(closes: &str) -> Vec<u8> {
    let inputs = inputs();
    let template = fs::read_to_string(Path::new(SCRIPT).join("plan.toml")).expect("the script is there");
    let mut plan = first_of_all(&template)
        .replace("@event@", "rehearsal-of-members")
        .replace("@rehearsal@", "true")
        .replace("@opens@", "2026-11-22T09:00:00Z")
        .replace("@opens+400d@", "2027-12-27T09:00:00Z")
        .replace("@closes@", closes);
    for (name, bytes) in inputs {
        plan = plan.replace(&format!("@digest {name}@"), &Digest::of(bytes).hex());
    }
    let mut number = 0;
    while plan.contains("@serial@") {
        number += 1;
        plan = plan.replacen("@serial@", &format!("{:032x}", (0x11_u128 << 120) + number), 1);
    }
    Inbound::pack(plan.as_bytes(), inputs.clone()).expect("the plan packs")
}

fn inputs() -> &'static BTreeMap<String, Bytes> {
    static INPUTS: OnceLock<BTreeMap<String, Bytes>> = OnceLock::new();
    INPUTS.get_or_init(|| {
        let input = |name: &str, bytes: Vec<u8>| (name.to_owned(), Bytes(bytes));
        [
            input(POLICY, read(&Path::new(SCRIPT).join(POLICY))),
            input(ROSTER, roster()),
            input(LOG_POLICY, b"quorum none\n".to_vec()),
            input("release.csr", request("P-384")),
            input("crates-io.csr", request("P-384")),
            input("transparency.csr", request("ED25519")),
        ]
        .into()
    })
}

fn roster() -> Vec<u8> {
    let from = Time::parse("2026-01-01T00:00:00Z").expect("a time");
    let until = Time::parse("2028-06-30T00:00:00Z").expect("a time");
    let member = |id: String| {
        let registration: Registration = registration(&id);
        let named = |about| label(&[7; 32], about, &id);
        Member {
            from,
            until,
            approver: id.replace('-', "_"),
            admin: format!("admin_{}", id.replace('-', "_")),
            approval_key: registration.approval_key,
            admin_key: registration.admin_key,
            ssh_key: registration.ssh_key,
            affiliations: vec![named(About::Affiliation)],
            // member-9 lives where member-1 is a citizen.
            residence: match id.as_str() {
                "member-9" => label(&[7; 32], About::Country, "member-1"),
                _ => named(About::Country),
            },
            citizenships: vec![named(About::Country)],
            id,
        }
    };
    let members = ids().map(member).collect();
    let appointment = "Leadership Council, decision 1 of the rehearsals".to_owned();
    Bundle::new(
        true,
        Roster {
            number: 1,
            previous: None,
            appointment,
            members,
        },
    )
    .encode()
    .expect("encodes")
}

/// What a member registered.
pub fn registration(id: &str) -> Registration {
    let bytes = read(&registrations().join(format!("registration-{id}.cbor")));
    Bundle::decode_marked(&bytes, true).expect("a registration")
}

/// A PKCS#10 request as `openssl req` writes it.
fn request(algorithm: &str) -> Vec<u8> {
    let key = folder("request").join("key.pem");
    let key = key.to_str().expect("UTF-8");
    match algorithm {
        "ED25519" => openssl(&["genpkey", "-algorithm", "ED25519", "-out", key], b""),
        curve => openssl(
            &[
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                &format!("ec_paramgen_curve:{curve}"),
                "-out",
                key,
            ],
            b"",
        ),
    };
    openssl(&["req", "-new", "-key", key, "-subj", "/CN=somebody"], b"")
}

/// The public key of a P-384 key made by `openssl`: what the HSM would have made.
pub fn public_key() -> Bytes {
    let key = openssl(
        &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        b"",
    );
    Bytes(openssl(&["pkey", "-pubout", "-outform", "DER"], &key))
}
