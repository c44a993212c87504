//! A signing service of the release delegate, and the log of its signatures.

use p384::ecdsa::Signature;
use p384::ecdsa::signature::Signer as _;
use record::sshsig::{self, SshKey, namespace};
use tlog::tile::SourceError;
use tlog::{Checkpoint, Proof, SignedCheckpoint, TileReader};
use trust::{Artifact, Logged, ProofFile, SignatureEntry, Sshsig};
use verifier::layout::{self, Log};

use crate::common::event::{private, public, sig_key};
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

/// The log's files within a store.
struct InSig<'m>(&'m Memory);

impl tlog::Source for InSig<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.0.0.get(&Log::SIGNATURES.file(path)).cloned())
    }
}

/// Appends raw entries to `sig/1`; the proof of each.
pub fn append(store: &mut Memory, entries: &[Vec<u8>]) -> Vec<Proof> {
    let (log, signer) = (Log::SIGNATURES, sig_key());
    let before = match store.0.get(&log.checkpoint()) {
        Some(bytes) => SignedCheckpoint::parse(bytes).unwrap().checkpoint().clone(),
        None => Checkpoint::empty(&log.origin(true)).unwrap(),
    };
    let old = store.clone();
    let reader = TileReader::open(InSig(&old), &before).unwrap();
    let grown = tlog::tile::append(&reader, entries).unwrap();
    for (path, bytes) in grown.files() {
        store.put(log.file(path), bytes);
    }
    let checkpoint = Checkpoint::new(&log.origin(true), grown.size(), *grown.root()).unwrap();
    let signed = checkpoint.sign(&signer).unwrap();
    store.put(log.checkpoint(), signed.to_string());
    store.put(log.checkpoint_of(grown.size()), signed.to_string());
    store.list_files();
    let proof = |index| Proof::new(index, grown.prove_inclusion(index).unwrap(), signed.clone()).unwrap();
    (before.size()..grown.size()).map(proof).collect()
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
