//! What the event made: certificates and CRLs on the event's disk, and the signed results for the publisher.

use std::path::Path;

use hsm::KeyInfo;
use issue::derive::{Derived, assemble};
use record::journal::What;
use record::messages::{Action, ActionKind};
use record::plan::Step;
use record::results::{IssuedCertificate, IssuedCrl, Results};
use record::screen::Shown;
use record::sshsig::{self, SshKey, namespace};
use record::{Bytes, Digest};

use super::Event;
use super::judged_at_end::concerns_the_hsm;
use super::proof::{Recorded, Signed};
use super::stages::At;
use crate::error::Error;
use crate::files;

impl Event {
    /// Writes every certificate and CRL to the event's disk.
    pub(super) fn write_outputs(&mut self, signed: &Signed) -> Result<(), Error> {
        self.begin_stage(&At::Outputs);
        let folder = self.places.disk.join("outputs");
        for (derived, der) in self.assembled(signed.things())? {
            let path = folder.join(&derived.file);
            if let Some(parent) = path.parent() {
                files::make_folder(parent)?;
            }
            files::write_once(&path, &der)?;
            let (file, digest) = (derived.file.clone(), Digest::of(&der));
            self.console.say(format!("{file}  SHA-256 {digest}"));
            self.write(What::Output { file, digest })?;
        }
        Ok(())
    }

    /// Each to-be-signed thing with its signature, in DER.
    pub(super) fn assembled<'a>(&self, derived: &'a [Derived]) -> Result<Vec<(&'a Derived, Vec<u8>)>, Error> {
        let (keys, progress) = (self.public_keys()?, self.progress());
        let missing = |what: &str| Error::HsmState {
            what: format!("{what} is not there"),
            hint: "go on with `ceremony resume`",
        };
        let one = |derived: &'a Derived| {
            let issuer = keys.get(&derived.issuer).ok_or_else(|| missing(&derived.issuer))?;
            let raw = progress
                .signatures
                .get(&derived.step)
                .ok_or_else(|| missing(&derived.step))?;
            Ok((derived, assemble(derived, issuer, raw)?))
        };
        derived.iter().map(one).collect()
    }

    /// Packs the results and has the console's key sign them.
    pub(super) fn write_results(&mut self, recorded: &Recorded) -> Result<(), Error> {
        let results = self.results(recorded.things(), recorded.record().to_vec())?;
        let bytes = self.bundle(results)?;
        let path = self.places.outbound.join("results.cbor");
        if self.inbound.console_key().is_none() {
            return self.write_unsigned(&path, &bytes);
        }
        self.begin_stage(&At::Results);
        // The signature is there before the file it belongs to. One that is there already is kept only if it is good.
        let beside = path.with_extension("cbor.sig");
        let there = files::read_if_there(&beside, SIGNATURE_LIMIT)?;
        let signer = self.console_signer()?;
        if there.is_none_or(|there| sshsig::verify(&signer, namespace::BUNDLE, &bytes, &there).is_err()) {
            let signature = self.sign_results(&bytes).map_err(|error| self.left_to_do(error))?;
            files::replace(&beside, signature.as_bytes())?;
        }
        files::write_once(&path, &bytes)?;
        self.console.show(&Shown::digest("results", &Digest::of(&bytes)));
        for (path, what) in [(path, "for the publisher"), (beside, "signed by the console's key")] {
            self.console.show(&Shown::Wrote {
                path: path.display().to_string(),
                what: what.into(),
            });
        }
        Ok(())
    }

    /// Without a key of the console's, the record that members sign vouches for the rest: it has the digests.
    pub(super) fn write_unsigned(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        files::write_once(path, bytes)?;
        self.console.say(
            "The console's key does not sign the results; the members' signatures on the record cover the results.",
        );
        self.console.show(&Shown::digest("results", &Digest::of(bytes)));
        let path = path.display().to_string();
        let what = "for the publisher".into();
        self.console.show(&Shown::Wrote { path, what });
        Ok(())
    }

    pub(super) fn results(&self, derived: &[Derived], record: Vec<u8>) -> Result<Results, Error> {
        let (mut certificates, mut crls) = (Vec::new(), Vec::new());
        for (derived, der) in self.assembled(derived)? {
            let step = self.inbound.plan.step.iter().find(|step| step.id() == derived.step);
            let der = Bytes(der);
            if let Some((name, number)) = step.and_then(Step::certificate) {
                certificates.push(IssuedCertificate { name, number, der });
            } else if let Some(Step::IssueCrl(list)) = step {
                let (issuer, number) = (list.issuer.clone(), list.number);
                crls.push(IssuedCrl { issuer, number, der });
            }
        }
        let entries = self.progress().record.map_or(0, |(_, entries)| entries);
        Ok(Results {
            event: self.inbound.plan.event.clone(),
            plan: Bytes(self.plan.clone()),
            record: Bytes(record),
            journal: Bytes(self.journal_before(entries)?),
            certificates,
            crls,
        })
    }

    /// The console's key signs as an SSH key: its certificate's public key, ECDSA over P-384.
    fn sign_results(&mut self, bytes: &[u8]) -> Result<String, Error> {
        let console = self.console_key()?;
        let message = sshsig::to_be_signed(namespace::BUNDLE, bytes);
        let digest = Digest::of(&message);
        let action = Action {
            step: "results".into(),
            kind: ActionKind::Sign,
            digest,
        };
        self.login_owner()?;
        let raw = self.sign_as_console(&console, &message, &action);
        self.leave();
        let raw = raw?;
        let signer = self.console_signer()?;
        let armored = sshsig::assemble_p384(&signer, namespace::BUNDLE, bytes, &raw).map_err(bad_signature)?;
        self.write(What::Signed {
            action,
            token: None,
            signature: Bytes(raw.to_vec()),
        })?;
        Ok(armored)
    }

    /// What is still missing, if it is the HSM that failed: nothing that was made depends on it.
    fn left_to_do(&self, error: Error) -> Error {
        let lost = matches!(&error, Error::Hsm(cause) if cause.outcome_unknown());
        if lost || !concerns_the_hsm(&error) {
            return error;
        }
        if let Some(hint) = error.hint() {
            self.console.warn(hint);
        }
        self.console.warn(
            "Everything is signed and the record is written; it is good as it is. Left to do is the console's signature \
             over the results, which the publisher needs.",
        );
        Error::Elsewhere {
            cause: Box::new(error),
            hint: "members countersign the record now; once the key owner can log in and the console's key can be used, \
                   `ceremony resume` signs the results and ends the event; if the account is locked, the admins give it a \
                   password under their quorum".into(),
        }
    }

    fn sign_as_console(&mut self, console: &str, message: &[u8], action: &Action) -> Result<[u8; 96], Error> {
        let key = self.key_of_the_console(console)?;
        // No quorum guards this key and the bytes stay the same, so a lost answer may be asked for again.
        self.write(What::Spending {
            token: None,
            action: action.clone(),
        })?;
        Ok(self.hsm.sign_ecdsa(&key, message, None)?)
    }

    /// The key with which the results are signed. Everything is signed and judged by then, and no quorum guards this key:
    /// what is not as it was is said, and stops nothing as long as the signature is good by the public key that was
    /// written down.
    fn key_of_the_console(&mut self, console: &str) -> Result<KeyInfo, Error> {
        if self.nodes.is_empty() {
            self.nodes = self.hsm.nodes()?;
        }
        let cluster = self.check_cluster();
        self.warn_of(cluster)?;
        let as_it_was = self.key_for(console);
        if let Some(key) = self.warn_of(as_it_was)? {
            return Ok(key);
        }
        let wanted = self.wanted().into_iter().find(|wanted| wanted.key == console);
        let label = wanted.map(|wanted| wanted.label).unwrap_or_default();
        self.hsm.find_key(&label)?.ok_or_else(|| Error::HsmState {
            what: format!("the key {console} is not in the HSM any more"),
            hint: "ask who had access to the HSM",
        })
    }

    /// Says what the HSM fell short of, and goes on; a lost answer and whatever is not the HSM's doing end the run.
    fn warn_of<T>(&self, outcome: Result<T, Error>) -> Result<Option<T>, Error> {
        match outcome {
            Err(Error::Hsm(cause)) if cause.outcome_unknown() => Err(cause.into()),
            Err(error) if concerns_the_hsm(&error) => {
                self.console.warn(error.to_string());
                Ok(None)
            }
            outcome => outcome.map(Some),
        }
    }

    /// The console's key as an SSH key: what verifies its signatures.
    fn console_signer(&self) -> Result<SshKey, Error> {
        let public = self
            .progress()
            .keys
            .get(&self.console_key()?)
            .map(|record| record.public_key.clone());
        SshKey::from_p384_spki(&public.unwrap_or_default()).map_err(bad_signature)
    }

    /// The console's key.
    pub(super) fn console_key(&self) -> Result<String, Error> {
        self.inbound.console_key().ok_or(Error::HsmState {
            what: "there is no console key".into(),
            hint: "the members' signatures on the record cover the results",
        })
    }
}

fn bad_signature(error: sshsig::SshsigError) -> Error {
    Error::HsmState {
        what: format!("the console's signature is not good: {error}"),
        hint: "stop the event: the HSM did not sign with the key that it names",
    }
}

/// No SSHSIG file is larger.
const SIGNATURE_LIMIT: usize = 16 * 1024;
