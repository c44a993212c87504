//! One artifact: a file that a delegate or a subkey of one signed, with its proof file, all offline.

use issue::derive::x509_time;
use record::{Digest, Time};
use trust::{Anchors, Artifact, CrlPolicy, LogPolicy, Question, RevocationLists, Verified};
use x509::{Certificate, Crl, Oid};

use crate::finding::Findings;
use crate::{Report, root};

/// What goes with an artifact.
#[derive(Clone, Debug)]
pub struct ArtifactProof {
    /// Its proof file, byte for byte.
    pub proof: Vec<u8>,
    /// The log policy to believe, byte for byte.
    pub log_policy: Vec<u8>,
    /// Further revocation lists.
    pub crls: Vec<Crl>,
    /// Whether each issuer must have a current list.
    pub demand_crls: bool,
}

/// What an artifact is to be signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// By the name that the Project's policy has for it.
    Named(String),
    /// By its object identifier.
    Oid(Oid),
}

impl Purpose {
    /// Reads a name or dotted numbers.
    ///
    /// # Errors
    /// Neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        if NUMBERS.iter().any(|(name, _)| *name == text) {
            return Ok(Self::Named(text.to_owned()));
        }
        let names: Vec<_> = NUMBERS.iter().map(|(name, _)| *name).collect();
        let neither = |_| format!("it is neither an object identifier nor one of {}", names.join(", "));
        Oid::parse(text).map(Self::Oid).map_err(neither)
    }

    fn oid(&self, arc: &Oid) -> Option<Oid> {
        match self {
            Self::Oid(oid) => Some(*oid),
            Self::Named(name) => {
                let (_, number) = NUMBERS.iter().find(|(known, _)| known == name)?;
                Oid::parse(&format!("{arc}.1.{number}")).ok()
            }
        }
    }
}

/// Checks one artifact as of a moment.
#[must_use]
pub fn check_artifact(
    artifact: &Artifact,
    purpose: &Purpose,
    beside: &ArtifactProof,
    root: &Certificate,
    rehearsal: bool,
    now: Time,
) -> Report {
    let (mut report, mut findings) = (Report::default(), Findings::default());
    if root::check(root, rehearsal, now, &mut findings) {
        report.checked.push(root::describe(root));
        let case = Case {
            artifact,
            purpose,
            beside,
            root,
            rehearsal,
            now,
        };
        if let Some(verified) = case.verify(&mut report, &mut findings) {
            tell(&verified, &mut report);
        }
    }
    report.findings = findings.0;
    report
}

struct Case<'c> {
    artifact: &'c Artifact,
    purpose: &'c Purpose,
    beside: &'c ArtifactProof,
    root: &'c Certificate,
    rehearsal: bool,
    now: Time,
}

impl Case<'_> {
    fn verify(&self, report: &mut Report, findings: &mut Findings) -> Option<Verified> {
        let Some((arc, founding)) = root::founding(self.root).and_then(|(oid, said)| Some((arc(&oid)?, said))) else {
            let what = "it does not say under which arc its purposes are: it is no root of the Project's";
            findings.add(root::FILE, "root-without-arc", what);
            return None;
        };
        // Another log policy needs the store, which shows how it follows from the root's or led to it.
        if founding.log_policy != Digest::of(&self.beside.log_policy) {
            report.not_checked.push(root::OTHER_LOG_POLICY.into());
        }
        let anchors = self.anchors(arc, findings)?;
        let question = Question {
            artifact: *self.artifact,
            purpose: self.purpose.oid(&arc)?,
            now: x509_time(self.now),
            revocation: RevocationLists {
                policy: match self.beside.demand_crls {
                    true => CrlPolicy::Required,
                    false => CrlPolicy::IfPresent,
                },
                further: &self.beside.crls,
            },
        };
        let answer = trust::verify(&question, &self.beside.proof, &anchors);
        answer
            .map_err(|refused| findings.add(FILE, rule(&refused), refused))
            .ok()
    }

    fn anchors(&self, arc: Oid, findings: &mut Findings) -> Option<Anchors> {
        let policy = findings.take(
            LogPolicy::parse(&self.beside.log_policy),
            "log policy",
            "log-policy-bad",
        )?;
        let roots = vec![self.root.clone()];
        let anchors = match self.rehearsal {
            true => Anchors::rehearsal(roots, arc, policy),
            false => Anchors::new(roots, arc, policy),
        };
        let bad = |error: &trust::BadAnchors| match error {
            trust::BadAnchors::NoWitnesses => ("log policy", "log-without-witnesses"),
            trust::BadAnchors::OpenLog { .. } => ("log policy", "log-policy-bad"),
            _ => (root::FILE, "root-bad"),
        };
        anchors
            .map_err(|error| {
                let (file, rule) = bad(&error);
                findings.add(file, rule, error);
            })
            .ok()
    }
}

/// The arc of a root's purposes: its founding extension is `<arc>.2.1`.
fn arc(founding: &Oid) -> Option<Oid> {
    Oid::parse(founding.to_string().strip_suffix(".2.1")?).ok()
}

fn tell(verified: &Verified, report: &mut Report) {
    let (signer, purpose) = (&verified.signer, verified.purpose);
    report.checked.push(format!(
        "'{signer}' signed the file for the purpose {purpose}, by certificate {}",
        Digest(verified.signer_fingerprint)
    ));
    if let (Some(place), Some(made)) = (&verified.place, verified.made) {
        report.checked.push(format!(
            "the log '{}' has the signature, as entry {}; its signer says it was made at {made}",
            place.origin, place.index
        ));
    }
    for link in &verified.chain {
        let subject = &link.subject;
        if let Some(place) = &link.place {
            report.checked.push(format!(
                "the log '{}' has the certificate of '{subject}', as entry {}",
                place.origin, place.index
            ));
        }
        match link.not_revoked_by {
            Some((number, date)) => report.checked.push(format!(
                "'{subject}' is not revoked by list {number} of its issuer, of {date}"
            )),
            None => report.not_checked.push(format!(
                "whether '{subject}' is revoked: no list of its issuer is in the proof file or was given (--crl)"
            )),
        }
    }
    report.not_checked.push(
        "whether it is the file that you wanted, and the newest: a signature says by whom and for what, not which"
            .into(),
    );
}

/// The rule that a refusal is about.
fn rule(refused: &trust::Refused) -> &'static str {
    use trust::Refused as R;
    match refused {
        R::File(_) | R::NotTheChain | R::StrangeList { .. } | R::Extra { .. } => "proof-file-bad",
        R::UnknownPurpose { .. } => "artifact-purpose",
        R::Chain(_) | R::MayNotSign { .. } => "artifact-chain",
        R::Rehearsal { .. } => "rehearsal-refused",
        R::Signature(_) => "artifact-signature",
        R::Made { .. } => "artifact-time",
        // Whatever else there is, is about the logs.
        _ => "artifact-not-logged",
    }
}

/// What findings about the artifact call it.
const FILE: &str = "FILE";

/// Numbers of purposes under `<arc>.1`; a number is never used for anything else again.
const NUMBERS: [(&str, u32); 7] = [
    ("release", 1),
    ("crates-io", 2),
    ("bors", 3),
    ("transparency", 4),
    ("console", 5),
    ("code-signing", 6),
    ("crates-io-index", 7),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_have_the_numbers_of_the_policy() {
        let policy = include_bytes!("../../../ceremony-scripts/root-generation/policy.toml");
        let policy = record::Policy::parse(policy).expect("a policy");
        let arc = Oid::parse(&policy.arc).expect("an arc");
        assert_eq!(policy.all_purposes().count(), NUMBERS.len());
        for (name, oid) in policy.all_purposes() {
            let found = Purpose::parse(name).expect("a name").oid(&arc).expect("an identifier");
            assert_eq!(found.to_string(), oid, "{name}");
        }
    }

    #[test]
    fn a_purpose_is_a_name_or_an_identifier() {
        assert_eq!(
            Purpose::parse("1.2.3"),
            Ok(Purpose::Oid(Oid::parse("1.2.3").expect("dotted")))
        );
        assert!(
            Purpose::parse("releases")
                .expect_err("neither")
                .contains("release, crates-io")
        );
    }
}
