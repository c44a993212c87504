//! The log's proofs: each certificate is in a log of certificates, the signature in a log of signatures.

use tlog::{Entry, EntryType, Policy, Proof};
use x509::{Certificate, Time};

use crate::anchors::{Anchor, Anchors};
use crate::entry::{SignatureEntry, SignedHash};
use crate::file::ProofFile;
use crate::origin::{self, Series};
use crate::refused::Refused;
use crate::verified::{Place, Realm};

/// What is asked of a log.
pub(crate) struct Logs<'a> {
    pub anchor: &'a Anchor,
    pub anchors: &'a Anchors,
    pub policy: &'a Policy,
}

impl Logs<'_> {
    /// Where a certificate is.
    pub fn certificate(&self, certificate: &Certificate, proof: Option<&Proof>) -> Result<Place, Refused> {
        let what = || format!("the certificate of '{}'", certificate.tbs().subject());
        let proof = proof.ok_or_else(|| Refused::NoProof { what: what() })?;
        // Whatever stood there, nothing would vouch for it.
        if proof.extra().is_some() {
            return Err(Refused::Extra { what: what() });
        }
        let refused = |error| Refused::Log { what: what(), error };
        let entry = Entry::new(EntryType::Certificate, certificate.der()).map_err(refused)?;
        self.place(what, proof, &entry, Series::Certificates)
    }

    /// Where the signature is, and when it was made: the entry is rebuilt with the time beside the proof, so that another
    /// time gives another leaf.
    pub fn signature(&self, file: &ProofFile, hash: SignedHash, now: Time) -> Result<(Place, Time), Refused> {
        let what = || "the signature".to_owned();
        let signature = &file.signature;
        let proof = signature
            .proof
            .as_ref()
            .ok_or_else(|| Refused::NoProof { what: what() })?;
        let extra = proof.extra().and_then(|extra| extra.try_into().ok());
        let entry = SignatureEntry {
            signer: file.certificates[0].item.fingerprint(),
            hash,
            made: u64::from_be_bytes(extra.ok_or_else(|| Refused::Extra { what: what() })?),
            signature: signature.item.bytes().to_vec(),
        };
        let place = self.place(what, proof, &entry.entry(), Series::Signatures)?;
        demand_time(entry.time(), &file.certificates[0].item, now)?;
        Ok((place, entry.time()))
    }

    fn place(&self, what: impl Fn() -> String, proof: &Proof, entry: &Entry, series: Series) -> Result<Place, Refused> {
        let origin = proof.checkpoint().checkpoint().origin();
        let public = self.anchor.realm == Realm::Public;
        if !origin::fits(origin, public, self.anchors.is_rehearsal(), series) {
            return Err(Refused::OtherLog {
                what: what(),
                origin: origin.to_owned(),
                series: series.name(),
            });
        }
        let accepted = proof.verify_entry(entry.bytes(), self.policy);
        let accepted = accepted.map_err(|error| Refused::Log { what: what(), error })?;
        Ok(Place {
            origin: origin.to_owned(),
            index: proof.index(),
            witnesses: accepted.witnesses,
        })
    }
}

/// Made while the signer's certificate was valid, and not after now, but for what clocks differ.
fn demand_time(made: Time, signer: &Certificate, now: Time) -> Result<(), Refused> {
    let tbs = signer.tbs();
    let within = tbs.not_before() <= made && made <= tbs.not_after();
    match within && made.0 <= now.0.saturating_add(CLOCKS_DIFFER) {
        true => Ok(()),
        false => Err(Refused::Made {
            made,
            not_before: tbs.not_before(),
            not_after: tbs.not_after(),
            now,
        }),
    }
}

/// Seconds by which the signer's clock may be ahead of ours.
const CLOCKS_DIFFER: i64 = 600;
