//! A signing service of the release delegate, and the log of its signatures.

use p384::ecdsa::Signature;
use p384::ecdsa::signature::Signer as _;
use record::sshsig::{self, SshKey, namespace};
use tlog::Proof;
use trust::{Artifact, Logged, ProofFile, SignatureEntry, Sshsig};
use verifier::layout::{self, Log};

use crate::common::event::{private, public};
use crate::common::history::History;
use crate::common::store::Memory;

/// What the release delegate signs.
pub const ARTIFACT: &[u8] = b"rust.tar.xz, more or less\n";

/// The armour of a signature by a key of this name.
pub fn armour(key: &str, artifact: &[u8]) -> String {
    let ssh = SshKey::from_p384_spki(public(key).spki_der()).unwrap();
    let signed = sshsig::to_be_signed(namespace::ARTIFACT, artifact);
    let signature: Signature = private(key).sign(&signed);
    let raw: [u8; 96] = signature.to_bytes().into();
    sshsig::assemble_p384(&ssh, namespace::ARTIFACT, artifact, &raw).unwrap()
}

/// An entry by the certificate of this stem, signed with the key of this name.
pub fn entry(history: &History, stem: &str, key: &str, made: u64) -> SignatureEntry {
    let signature = Sshsig::parse_armour(armour(key, ARTIFACT).as_bytes()).unwrap();
    SignatureEntry {
        signer: history.certificate(stem).fingerprint(),
        hash: signature.hash_of(&Artifact::of(ARTIFACT)),
        made,
        signature: signature.bytes().to_vec(),
    }
}

/// Appends raw entries to `sig/1`; the proof of each.
pub fn append(store: &mut Memory, entries: &[Vec<u8>]) -> Vec<Proof> {
    append_to(store, Log::SIGNATURES, entries)
}

/// The same for any log of signatures.
pub fn append_to(store: &mut Memory, log: Log, entries: &[Vec<u8>]) -> Vec<Proof> {
    let proofs = store.grow(log, entries);
    store.list_files();
    proofs
}

/// The proof file of [`ARTIFACT`] by the release delegate, after its signature was logged.
pub fn proof_file(history: &mut History, made: u64) -> String {
    let entry = entry(history, "release-1", "release", made);
    let mut proofs = append(&mut history.store, &[entry.entry().bytes().to_vec()]);
    let staple = Proof::parse(&history.store.0[&layout::proof("release-1")]).unwrap();
    ProofFile {
        signature: Logged {
            item: Sshsig::parse(&entry.signature).unwrap(),
            proof: proofs.pop().map(|proof| proof.with_extra(&entry.extra())),
        },
        certificates: vec![Logged {
            item: history.certificate("release-1"),
            proof: Some(staple),
        }],
        crls: Vec::new(),
    }
    .to_string()
}
