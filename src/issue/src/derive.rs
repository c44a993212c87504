//! From a plan to all its to-be-signed bytes: a function of plan, inputs and public keys, and of nothing else.

use std::collections::BTreeMap;

use record::messages::{Action, ActionKind};
use record::plan::{Inbound, KeySource, LOG_POLICY, POLICY, ROSTER, Step};
use record::policy::{DelegateRule, KeyAlgorithm};
use record::{Digest, digest};
use x509::{Algorithm, Csr, KeyUsage, Name, Oid, PublicKey, Reason, TbsCertificate, TbsCrl, Time};

use crate::founding::Founding;
use crate::{
    CaSpec, CertificateSpec, CrlEntry, CrlSpec, Error, Exemption, ExtraExtension, Linted, freeze_certificate,
    freeze_crl,
};

/// Public keys of the keys that a plan makes, by the plan's name for them.
pub type Keys = BTreeMap<String, PublicKey>;

/// One thing to be signed.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The plan's step.
    pub step: String,
    /// The plan's name of the key that signs.
    pub issuer: String,
    /// Where the result goes: `certs/root-1.der`, `crl/root-1/1.crl`.
    pub file: String,
    /// The bytes, built twice and linted.
    pub content: Content,
}

/// What is signed.
#[derive(Clone, Debug)]
pub enum Content {
    /// A certificate.
    Certificate(Box<Linted<TbsCertificate>>),
    /// A revocation list.
    Crl(Linted<TbsCrl>),
}

impl Derived {
    /// The to-be-signed bytes, DER.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Certificate(tbs) => tbs.tbs().der(),
            Content::Crl(tbs) => tbs.tbs().der(),
        }
    }

    /// SHA-256 of the bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(self.bytes())
    }

    /// What an approval of this allows.
    pub fn action(&self) -> Action {
        Action {
            step: self.step.clone(),
            kind: ActionKind::Sign,
            digest: self.digest(),
        }
    }

    /// The lint exemptions that were needed.
    pub fn exemptions(&self) -> Vec<String> {
        let used = match &self.content {
            Content::Certificate(tbs) => tbs.exempted(),
            Content::Crl(tbs) => tbs.exempted(),
        };
        let line = |e: &crate::Exempted| {
            format!(
                "{}: {}, until {}, {} and {}",
                e.finding, e.exemption.reason, e.exemption.until, e.exemption.owner, e.exemption.second
            )
        };
        used.iter().map(line).collect()
    }

    /// What a person should know of it, as pairs of a word and a value.
    pub fn facts(&self) -> Vec<(String, String)> {
        let facts: Vec<(&str, String)> = match &self.content {
            Content::Certificate(tbs) => certificate_facts(tbs.tbs()),
            Content::Crl(tbs) => vec![
                ("revocation list of", tbs.tbs().issuer().to_string()),
                ("number", tbs.tbs().number().to_string()),
                (
                    "revokes",
                    match tbs.tbs().entries().len() {
                        0 => "nothing".into(),
                        n => format!("{n} certificates"),
                    },
                ),
                ("made", tbs.tbs().this_update().to_string()),
                ("next one due", tbs.tbs().next_update().to_string()),
            ],
        };
        facts
            .into_iter()
            .map(|(word, value)| (word.to_owned(), value))
            .collect()
    }
}

fn certificate_facts(tbs: &TbsCertificate) -> Vec<(&'static str, String)> {
    let may = match (tbs.is_ca(), tbs.allows(KeyUsage::DIGITAL_SIGNATURE)) {
        (true, true) => "issue certificates and sign",
        (true, false) => "issue certificates, and sign nothing else",
        (false, _) => "sign, and issue no certificates",
    };
    let purposes = match tbs.ekus() {
        Some((oids, _)) => oids.iter().map(Oid::to_string).collect::<Vec<_>>().join(", "),
        None => "any: it is the root".into(),
    };
    vec![
        ("certificate for", tbs.subject().to_string()),
        ("vouched for by", tbs.issuer().to_string()),
        ("may", may.into()),
        ("purpose", purposes),
        ("from", tbs.not_before().to_string()),
        ("until", tbs.not_after().to_string()),
        ("serial number", tbs.serial_hex()),
        (
            "key",
            format!(
                "{}, SHA-256 {}",
                tbs.public_key().algorithm(),
                digest::hex(&tbs.public_key().fingerprint())
            ),
        ),
    ]
}

/// Derives everything that a plan has signed, in the plan's order.
///
/// # Errors
/// A key that is missing, a request that is refused, builders that disagree, or a lint without exemption.
pub fn derive(inbound: &Inbound, keys: &Keys, now: record::Time) -> Result<Vec<Derived>, Error> {
    let context = Context {
        inbound,
        keys,
        now: x509_time(now),
        exemptions: exemptions(inbound)?,
    };
    inbound
        .plan
        .step
        .iter()
        .filter_map(|step| context.step(step).transpose())
        .collect()
}

/// Derives everything before the plan's keys exist, with placeholders in their stead, so that whatever can be found
/// wrong is found before a key is made.
///
/// # Errors
/// As [`derive()`].
pub fn with_placeholder_keys(inbound: &Inbound, now: record::Time) -> Result<Vec<Derived>, Error> {
    let keys = inbound
        .plan
        .made_keys()
        .map(|(_, key, _)| Ok((key.to_owned(), placeholder(key)?)));
    derive(inbound, &keys.collect::<Result<Keys, Error>>()?, now)
}

/// Puts a signature (r and s, 48 octets each) to derived bytes. It is verified before anything is returned.
///
/// # Errors
/// A signature that is malformed, or not the issuer's over these bytes.
pub fn assemble(derived: &Derived, issuer: &PublicKey, raw: &[u8]) -> Result<Vec<u8>, Error> {
    let wrong = |e: x509::Error| Error::Signature {
        step: derived.step.clone(),
        reason: e,
    };
    let signature = x509::ecdsa_der_from_raw(raw).map_err(wrong)?;
    Ok(match &derived.content {
        Content::Certificate(tbs) => {
            let tbs = TbsCertificate::parse(tbs.tbs().der()).map_err(wrong)?;
            x509::Certificate::assemble(tbs, &signature, issuer)
                .map_err(wrong)?
                .der()
                .to_vec()
        }
        Content::Crl(tbs) => {
            let tbs = TbsCrl::parse(tbs.tbs().der()).map_err(wrong)?;
            x509::Crl::assemble(tbs, &signature, issuer)
                .map_err(wrong)?
                .der()
                .to_vec()
        }
    })
}

/// A moment as X.509 has it.
pub fn x509_time(time: record::Time) -> Time {
    Time(i64::try_from(time.0).unwrap_or(i64::MAX))
}

struct Context<'a> {
    inbound: &'a Inbound,
    keys: &'a Keys,
    now: Time,
    exemptions: Vec<Exemption>,
}

impl Context<'_> {
    fn step(&self, step: &Step) -> Result<Option<Derived>, Error> {
        match step {
            Step::MakeKey { .. } => Ok(None),
            Step::IssueCertificate {
                id,
                name,
                number,
                issuer,
                ..
            } => {
                let (spec, issuer_end) = self.certificate(step)?;
                let tbs = freeze_certificate(&spec, issuer_end, None, &self.exemptions, self.now)?;
                let content = Content::Certificate(Box::new(tbs));
                let file = format!("certs/{name}-{number}.der");
                Ok(Some(Derived {
                    step: id.clone(),
                    issuer: issuer.clone(),
                    file,
                    content,
                }))
            }
            Step::IssueCrl { id, issuer, number, .. } => {
                let (spec, issuer_end) = self.crl(step)?;
                let content = Content::Crl(freeze_crl(&spec, issuer_end, &self.exemptions, self.now)?);
                let file = format!("crl/{issuer}/{number}.crl");
                Ok(Some(Derived {
                    step: id.clone(),
                    issuer: issuer.clone(),
                    file,
                    content,
                }))
            }
        }
    }

    fn certificate(&self, step: &Step) -> Result<(CertificateSpec, Option<Time>), Error> {
        let Step::IssueCertificate {
            name,
            number,
            key,
            issuer,
            serial,
            not_before,
            not_after,
            ..
        } = step
        else {
            return Err(plan("a certificate was expected"));
        };
        let rule = self.inbound.policy.delegate(name);
        let (issuer_name, issuer_end) = self.issuer(issuer)?;
        let spec = CertificateSpec {
            serial: digest::unhex(serial).ok_or_else(|| plan(&format!("the serial number {serial} is not one")))?,
            issuer: issuer_name,
            subject: self.subject(name, *number)?,
            not_before: x509_time(*not_before),
            not_after: x509_time(*not_after),
            subject_key: self.subject_key(key, rule)?,
            issuer_key: self.key(issuer)?.clone(),
            ca: match rule {
                None => Some(CaSpec { path_len: None }),
                Some(rule) => rule.ca.then_some(CaSpec { path_len: Some(0) }),
            },
            key_usage: usage(rule),
            purposes: rule
                .map(|rule| oid(&self.inbound.policy.purpose(rule)))
                .transpose()?
                .into_iter()
                .collect(),
            uris: Vec::new(),
            extra: if rule.is_none() {
                vec![self.founding()?]
            } else {
                Vec::new()
            },
        };
        let end = (!spec.self_signed()).then_some(issuer_end);
        Ok((spec, end))
    }

    fn crl(&self, step: &Step) -> Result<(CrlSpec, Time), Error> {
        let Step::IssueCrl {
            issuer,
            number,
            this_update,
            next_update,
            revoked,
            ..
        } = step
        else {
            return Err(plan("a revocation list was expected"));
        };
        let (issuer_name, issuer_end) = self.issuer(issuer)?;
        let entry = |entry: &record::plan::Revoked| {
            Ok(CrlEntry {
                serial: digest::unhex(&entry.serial).ok_or_else(|| plan("a revoked serial number is not one"))?,
                date: x509_time(entry.at),
                reason: Some(Reason::from_name(&entry.reason).ok_or_else(|| {
                    plan(&format!(
                        "'{}' is no reason of RFC 5280 §5.3.1",
                        record::text::plain(&entry.reason, 40)
                    ))
                })?),
            })
        };
        let spec = CrlSpec {
            issuer: issuer_name,
            issuer_key: self.key(issuer)?.clone(),
            number: *number,
            this_update: x509_time(*this_update),
            next_update: x509_time(*next_update),
            entries: revoked.iter().map(entry).collect::<Result<_, Error>>()?,
        };
        Ok((spec, issuer_end))
    }

    /// Name and end of the certificate whose key signs.
    fn issuer(&self, issuer: &str) -> Result<(Name, Time), Error> {
        let found = self.inbound.plan.step.iter().find_map(|step| match step {
            Step::IssueCertificate {
                name,
                number,
                key: KeySource::Made(key),
                not_after,
                ..
            } if key == issuer => Some((name, *number, *not_after)),
            _ => None,
        });
        let (name, number, end) = found.ok_or_else(|| plan(&format!("the issuer {issuer} gets no certificate")))?;
        Ok((self.subject(name, number)?, x509_time(end)))
    }

    fn subject(&self, name: &str, number: u32) -> Result<Name, Error> {
        let policy = &self.inbound.policy;
        let common_name = match policy.delegate(name) {
            Some(rule) => &rule.common_name,
            None if name == "root" => &policy.root.common_name,
            None => return Err(plan(&format!("the policy has no delegate '{name}'"))),
        };
        Name::parse(&policy.subject(common_name, number)).map_err(|e| plan(&e.to_string()))
    }

    fn key(&self, name: &str) -> Result<&PublicKey, Error> {
        self.keys
            .get(name)
            .ok_or_else(|| plan(&format!("the public key of {name} is not there")))
    }

    fn subject_key(&self, source: &KeySource, rule: Option<&DelegateRule>) -> Result<PublicKey, Error> {
        let (key, what) = match source {
            KeySource::Made(name) => (self.key(name)?.clone(), name),
            KeySource::Request(input) => {
                let bytes = self
                    .inbound
                    .inputs
                    .get(input)
                    .ok_or_else(|| plan(&format!("{input} is not there")))?;
                let refused = |reason| Error::Request {
                    input: input.clone(),
                    reason,
                };
                (Csr::parse(bytes).map_err(refused)?.public_key().clone(), input)
            }
        };
        let algorithm = match key.algorithm() {
            Algorithm::P384 => KeyAlgorithm::P384,
            Algorithm::Ed25519 => KeyAlgorithm::Ed25519,
        };
        let allowed = rule.map_or(algorithm == KeyAlgorithm::P384, |rule| {
            rule.algorithms.contains(&algorithm)
        });
        match allowed {
            true => Ok(key),
            false => Err(plan(&format!(
                "the policy does not allow the key of {what}, which is {}",
                key.algorithm()
            ))),
        }
    }

    fn founding(&self) -> Result<ExtraExtension, Error> {
        let digest = |name| self.inbound.plan.inputs.get(name).map(|input| input.0);
        let missing = || plan("roster, policy or log policy is not among the inputs");
        let founding = Founding {
            roster: digest(ROSTER).ok_or_else(missing)?,
            policy: digest(POLICY).ok_or_else(missing)?,
            log_policy: digest(LOG_POLICY).ok_or_else(missing)?,
        };
        let oid = oid(&self.inbound.policy.founding_extension())?;
        Ok(ExtraExtension {
            oid,
            critical: false,
            value: founding.value(),
        })
    }
}

fn usage(rule: Option<&DelegateRule>) -> KeyUsage {
    let issuing = KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN;
    match rule {
        None => issuing,
        Some(rule) if rule.ca && rule.signs => issuing | KeyUsage::DIGITAL_SIGNATURE,
        Some(rule) if rule.ca => issuing,
        Some(_) => KeyUsage::DIGITAL_SIGNATURE,
    }
}

fn exemptions(inbound: &Inbound) -> Result<Vec<Exemption>, Error> {
    let exemption = |rule: &record::policy::Exemption| {
        let lint = crate::lint::Lint::ALL.iter().find(|lint| lint.name() == rule.lint);
        let lint = *lint.ok_or_else(|| plan(&format!("the policy exempts from '{}', which is no lint", rule.lint)))?;
        let until = x509_time(rule.ends);
        let (owner, reason, second) = (rule.owner.clone(), rule.reason.clone(), rule.second.clone());
        Ok(Exemption {
            lint,
            until,
            owner,
            reason,
            second,
        })
    };
    inbound.policy.exemption.iter().map(exemption).collect()
}

/// A P-384 key that nobody has kept: its private part is a digest of the name, and public.
fn placeholder(name: &str) -> Result<PublicKey, Error> {
    use p384::pkcs8::EncodePublicKey as _;
    let [a, b] = [1, 2].map(|n| Digest::of(format!("placeholder {n} {name}").as_bytes()).0);
    let fault = |what: String| plan(&format!("no placeholder key for {name}: {what}"));
    let secret = p384::SecretKey::from_slice(&[&a[..], &b[..16]].concat()).map_err(|e| fault(e.to_string()))?;
    let spki = secret
        .public_key()
        .to_public_key_der()
        .map_err(|e| fault(e.to_string()))?;
    PublicKey::from_spki_der(spki.as_bytes()).map_err(|e| fault(e.to_string()))
}

fn oid(dotted: &str) -> Result<Oid, Error> {
    Oid::parse(dotted).map_err(|e| plan(&e.to_string()))
}

fn plan(what: &str) -> Error {
    Error::Plan(what.to_owned())
}
