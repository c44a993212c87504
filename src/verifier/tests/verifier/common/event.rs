//! The event: plan, keys, outputs, record, each part open to be changed before it is signed.

mod honest;
mod journal;
mod keys;
mod plan;

use std::collections::BTreeMap;
use std::sync::Arc;

use issue::derive::{Derived, Keys, derive};
use record::messages::Approval;
use record::plan::{HsmKind, Inbound};
use record::record::{Output, Record};
use record::results::{IssuedCertificate, IssuedCrl};
use record::sshsig::{self, namespace};
use record::{Bundle, Digest, Signed};
use verifier::EventFiles;
use verifier::layout::OutputName;

use super::Members;
use honest::{approval, record};
use journal::state;
use plan::founding_plan;

pub use journal::{journal, state_as, timed, write, write_at};
pub use keys::{console, key_of, log_key, private, public, sig_key, signed};
pub use plan::{csr, founding_inputs, founding_plan_on};

/// An event that was held, before its record was signed.
pub struct Made {
    pub members: Arc<Members>,
    pub plan: Vec<u8>,
    pub inbound: Inbound,
    pub derived: Vec<Derived>,
    pub record: Record,
    pub certificates: Vec<IssuedCertificate>,
    pub crls: Vec<IssuedCrl>,
}

/// What the event leaves behind.
#[derive(Clone)]
pub struct Left {
    pub plan: Vec<u8>,
    pub record: Vec<u8>,
    pub journal: Vec<u8>,
    pub certificates: Vec<IssuedCertificate>,
    pub crls: Vec<IssuedCrl>,
    pub countersignatures: BTreeMap<String, String>,
    pub results: Option<String>,
}

impl Left {
    pub fn files(&self) -> EventFiles<'_> {
        EventFiles {
            plan: &self.plan,
            record: &self.record,
            journal: &self.journal,
            certificates: self.certificates.clone(),
            crls: self.crls.clone(),
            countersignatures: self.countersignatures.clone(),
            results_signature: self.results.as_deref(),
        }
    }
}

impl Made {
    pub fn new() -> Self {
        Self::on(HsmKind::Cloudhsm)
    }

    /// The event on an HSM of this kind.
    pub fn on(kind: HsmKind) -> Self {
        let members = Arc::new(Members::new());
        let plan = founding_plan(&members, kind);
        Self::hold(&members, &plan)
    }

    /// An event that was held as planned.
    pub fn hold(members: &Arc<Members>, plan: &[u8]) -> Self {
        let inbound = Inbound::open(plan).unwrap_or_else(|error| panic!("{error}"));
        let keys: Keys = inbound
            .keys()
            .iter()
            .map(|key| (key.key.clone(), public(&key.key)))
            .collect();
        let derived = derive(&inbound, &keys, inbound.plan.opens.plus(60)).unwrap_or_else(|error| panic!("{error}"));
        let (mut certificates, mut crls, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        for planned in &derived {
            let der = signed(planned, &planned.issuer);
            let (step, file, signed) = (planned.step.clone(), planned.file.clone(), planned.digest());
            outputs.push(Output {
                step,
                file,
                signed,
                fingerprint: Digest::of(&der),
            });
            match OutputName::parse(&planned.file).unwrap() {
                OutputName::Certificate { name, number } => certificates.push(IssuedCertificate {
                    name,
                    number,
                    der: der.into(),
                }),
                OutputName::Crl { issuer, number } => crls.push(IssuedCrl {
                    issuer,
                    number,
                    der: der.into(),
                }),
            }
        }
        let mut record = record(&inbound, members, &derived, outputs);
        state(&mut record);
        Self {
            members: members.clone(),
            plan: plan.to_vec(),
            inbound,
            derived,
            record,
            certificates,
            crls,
        }
    }

    /// The event as it was, or with another record: journal and signatures are made for that one.
    pub fn left(&self, change: impl FnOnce(&mut Record)) -> Left {
        let mut record = self.record.clone();
        change(&mut record);
        let journal = state(&mut record);
        record.journal_entries = record::journal::Journal::read(&journal).unwrap().entries.len() as u64;
        record.journal = Digest::of(&journal);
        self.sign(&record, journal)
    }

    /// Signs a record as it is.
    pub fn sign(&self, record: &Record, journal: Vec<u8>) -> Left {
        let event = record.event.clone();
        let record = Bundle::new(true, record.clone()).encode().unwrap();
        let sign = |n: usize| sshsig::sign(&Members::ssh(n), namespace::RECORD, &record).unwrap();
        let countersignatures = (0..9).map(|n| (Members::id(n), sign(n))).collect();
        let (plan, certificates, crls) = (self.plan.clone(), self.certificates.clone(), self.crls.clone());
        let mut left = Left {
            plan,
            record,
            journal,
            certificates,
            crls,
            countersignatures,
            results: None,
        };
        let key = self.inbound.console_key();
        left.results = key.map(|key| console(&left, event, &key));
        left
    }

    /// One member's approval of all tokens of the request.
    pub fn approval(&self, n: usize, change: impl FnOnce(&mut Approval)) -> Signed {
        approval(&self.inbound, &self.members, &self.record.requests[0], n, change)
    }
}
