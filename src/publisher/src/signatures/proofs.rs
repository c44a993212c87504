//! Proof files: each signature with its place in the log, its signer's chain with their staples, and the newest lists.

use record::Standing;
use tlog::Proof;
use verifier::layout::{self, Log, Series};
use verifier::signatures::{Logged, ProofFile, Signers, Sshsig};
use x509::{Certificate, Crl};

use super::batch::Item;
use crate::error::Error;
use crate::logs::{self, Opened};
use crate::store::{Source, read};

/// Makes proof files from a store.
pub struct Maker<'s> {
    store: &'s dyn Source,
    signers: &'s Signers,
    standing: &'s Standing,
    logs: Vec<Opened<'s>>,
}

impl<'s> Maker<'s> {
    /// Opens the logs of signatures.
    ///
    /// # Errors
    /// Tiles that are not those of a checkpoint.
    pub fn open(store: &'s dyn Source, signers: &'s Signers, standing: &'s Standing) -> Result<Self, Error> {
        Ok(Self {
            store,
            signers,
            standing,
            logs: logs::open(store, Series::Signatures)?,
        })
    }

    /// The proof file of one signature.
    ///
    /// # Errors
    /// It is not in the log, or a file of the store that belongs to the chain is not there.
    pub fn file(&self, item: &Item, place: Option<(Log, u64)>) -> Result<String, Error> {
        let (which, index) = place.ok_or_else(|| missing(&item.name))?;
        let log = self.logs.iter().find(|log| log.which == which);
        let log = log.ok_or_else(|| missing(&which.checkpoint()))?;
        let proof = Proof::new(index, log.reader.prove_inclusion(index)?, log.signed.clone())?;
        let signature = Sshsig::parse(&item.entry.signature).map_err(|error| broken(&item.name, error))?;
        let chain = self.chain(&item.entry.signer)?;
        let file = ProofFile {
            signature: Logged {
                item: signature,
                proof: Some(proof.with_extra(&item.entry.extra())),
            },
            crls: self.crls(&chain)?,
            certificates: chain,
        };
        Ok(file.to_string())
    }

    /// The signer and its issuers, without the root.
    fn chain(&self, signer: &[u8; 32]) -> Result<Vec<Logged<Certificate>>, Error> {
        let mut chain: Vec<Logged<Certificate>> = Vec::new();
        let mut next = self.signers.certificate(signer);
        while let Some((stem, certificate)) = next.filter(|_| chain.len() < LONGEST) {
            let tbs = certificate.tbs();
            if tbs.subject() == tbs.issuer() {
                break;
            }
            let path = layout::proof(stem);
            let proof = read(self.store, &path)?.ok_or_else(|| missing(&path))?;
            chain.push(Logged {
                item: certificate.clone(),
                proof: Some(Proof::parse(&proof)?),
            });
            next = self.signers.issuer(certificate);
        }
        Ok(chain)
    }

    /// The newest list of each issuer in the chain, the root's included.
    fn crls(&self, chain: &[Logged<Certificate>]) -> Result<Vec<Crl>, Error> {
        let issued = |crl: &Crl| {
            chain.iter().any(|one| {
                let tbs = one.item.tbs();
                tbs.issuer() == crl.tbs().issuer() && tbs.authority_key_id() == Some(crl.tbs().authority_key_id())
            })
        };
        let read = self.standing.crls.iter().map(|one| Crl::parse(&one.der));
        let all: Result<Vec<Crl>, _> = read.collect();
        let mut crls = all.map_err(|error| broken("crl", error))?;
        crls.retain(issued);
        Ok(crls)
    }
}

fn missing(path: &str) -> Error {
    broken(path, "it is not there")
}

fn broken(path: &str, what: impl std::fmt::Display) -> Error {
    Error::Page {
        path: path.to_owned(),
        what: what.to_string(),
    }
}

/// Signer, delegate, cross-certificate.
const LONGEST: usize = 5;
