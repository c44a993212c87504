//! Whether a bundle is signed by whom its type demands: members of the roster that is named, the console by a certificate
//! under the root that is trusted, or nobody.

mod anchored;
mod console_key;
mod signers;

use record::any::Signer;
use record::messages::MANIFEST_SIGNERS;
use record::sshsig::{self, SshKey};
use record::{AnyBundle, Roster};
use x509::Certificate;

use signers::{Members, Verdict};

/// A signature file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Where it is, as it was named.
    pub name: String,
    /// Its octets: an armoured SSHSIG.
    pub armoured: Vec<u8>,
    /// Whose it is by its name, if that says so.
    pub member: Option<String>,
}

impl Signature {
    /// Whether it is the same, which may lie in two places.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.member.is_some() && self.member == other.member && self.armoured == other.armoured
    }
}

/// A file with its name.
#[derive(Clone, Debug)]
pub struct File {
    /// As it was named.
    pub name: String,
    /// Its octets.
    pub bytes: Vec<u8>,
}

/// What one knows, and trusts, beside a bundle.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The roster whose members sign; of a next roster, the one before it.
    pub roster: Option<File>,
    /// Of a next roster, the record of the event that changed it, with its signatures.
    pub record: Option<(File, Vec<Signature>)>,
    /// The root that is trusted, with its name.
    pub root: Option<(String, Certificate)>,
    /// The policy that the event followed, where it is not the root's first.
    pub policy: Option<Vec<u8>>,
    /// Further certificates: the console's, or some between.
    pub certificates: Vec<Certificate>,
    /// How many must have signed, where several sign.
    pub threshold: Option<u8>,
    /// Whether it is all a rehearsal's.
    pub rehearsal: bool,
}

/// What was found, in plain words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What holds.
    pub good: Vec<String>,
    /// What a reader should know, and is no reason against the bundle.
    pub warnings: Vec<String>,
}

/// Why a bundle is not taken for signed.
#[derive(Debug)]
pub enum Why {
    /// The signatures, or what they hang on, do not hold.
    Refused {
        /// The rule: `signature-bad`, `signatures-missing`, `roster-unanchored`, `console-key-bad`.
        rule: &'static str,
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
    /// It cannot be judged by what was given.
    Wanted {
        /// What is missing, or too much.
        what: String,
        /// What to give.
        hint: String,
    },
    /// A file that was given is not what it should be.
    Input {
        /// Its name.
        name: String,
        /// What is wrong with it.
        cause: Box<record::Error>,
    },
}

/// One bundle, and what is there to judge it by.
pub struct Case<'a> {
    /// The bundle.
    pub bundle: &'a AnyBundle,
    /// Its octets.
    pub bytes: &'a [u8],
    /// The signatures that were found or named.
    pub signatures: &'a [Signature],
    /// Whether they were named: others that lie beside a bundle that nobody signs are nothing to it.
    pub named: bool,
    /// What is known.
    pub known: &'a Known,
}

impl Case<'_> {
    /// Judges the signatures. What was found is said whatever comes of it.
    ///
    /// # Errors
    /// Too few good signatures or any bad one, something missing that it would be judged by, or a file that is damaged.
    pub fn judge(&self, said: &mut Said) -> Result<(), Why> {
        let is_next = matches!(self.bundle, AnyBundle::Roster(roster) if roster.body.previous.is_some());
        if self.known.record.is_some() && !is_next {
            return Err(Why::Wanted {
                what: "--record says by which event a next roster came into force, and this is none".into(),
                hint: "leave out --record; a record itself is the file that is verified".into(),
            });
        }
        match self.bundle.signer() {
            Signer::Nobody(why) => self.nobody(why, said),
            Signer::Itself { member, key } => self.itself(member, key, said),
            Signer::Member(member) => self.members(Some(&[member.to_owned()]), said),
            Signer::Present(present) => self.members(Some(present), said),
            Signer::Members => self.members(None, said),
            Signer::Predecessors => self.roster_after(said),
            Signer::Console => match self.bundle {
                AnyBundle::Results(results) => self.results(results, said),
                _ => Err(bad("the console signs no bundle of this type".into())),
            },
        }
    }

    fn nobody(&self, why: &str, said: &mut Said) -> Result<(), Why> {
        if self.named {
            return Err(Why::Wanted {
                what: format!("nobody signs a bundle of type '{}'", self.bundle.kind().name),
                hint: format!("leave out --signature: {why}"),
            });
        }
        said.good.push(format!("Nobody signs a bundle of this type: {why}."));
        Ok(())
    }

    /// A registration is signed by the key in it.
    fn itself(&self, member: &str, line: &str, said: &mut Said) -> Result<(), Why> {
        let key = SshKey::parse(line).map_err(|cause| bad(format!("the SSH key in it: {cause}")))?;
        if let Some(roster) = self.roster()? {
            let known = roster.member(member).and_then(|known| known.ssh_key());
            let known = known.map_err(|cause| self.in_roster(cause))?;
            if known != key {
                return Err(bad(format!(
                    "{member} has another key in the roster: {}",
                    known.fingerprint()
                )));
            }
        }
        judge(self.judged_with(&key, member, "the key in it"), 1, said)
    }

    fn members(&self, only: Option<&[String]>, said: &mut Said) -> Result<(), Why> {
        let roster = self.roster()?.ok_or_else(|| Why::Wanted {
            what: "a member signs it, and no roster says with which key".into(),
            hint: "name the roster in force with --roster FILE".into(),
        })?;
        let verdict = self.judged_by(&roster, only);
        if let (Signer::Present(present), true) = (self.bundle.signer(), verdict.wrong.is_empty()) {
            let unsigned = present.iter().filter(|id| !verdict.good.contains(*id));
            let unsigned: Vec<_> = unsigned.cloned().collect();
            if !unsigned.is_empty() {
                said.warnings
                    .push(format!("present, and no signature here: {}", unsigned.join(", ")));
            }
        }
        let needed = match self.bundle.signer() {
            Signer::Member(_) => 1,
            _ => self.needed(&roster, said),
        };
        judge(verdict, needed, said)
    }

    /// How many must have signed. Without a word about it no few speak for all: which number the policy asks for depends on
    /// the kind of event, and a bundle does not say it of itself.
    fn needed(&self, roster: &Roster, said: &mut Said) -> usize {
        let (needed, why) = match (self.known.threshold, self.bundle) {
            (Some(threshold), _) => (usize::from(threshold), "as you said".to_owned()),
            (None, AnyBundle::ImageManifest(_)) => (
                MANIFEST_SIGNERS.into(),
                "of whoever built the image again; --threshold says another number".into(),
            ),
            (None, _) => {
                let (members, number) = (roster.members.len(), roster.number);
                let why = format!(
                    "more than half of the {members} in roster {number}; --threshold says another number. \
                     What the policy asks for, `ceremony-verify store` checks"
                );
                (members / 2 + 1, why)
            }
        };
        said.good.push(format!("Signatures needed: {needed}, {why}."));
        needed
    }

    fn judged_by(&self, roster: &Roster, only: Option<&[String]>) -> Verdict {
        let members = Members {
            bundle: self.bundle,
            bytes: self.bytes,
            roster,
            only,
        };
        members.judge(self.signatures)
    }

    /// Signatures that one key makes, and no member of a roster.
    fn judged_with(&self, key: &SshKey, who: &str, whose: &str) -> Verdict {
        let (mut verdict, namespace) = (Verdict::default(), self.bundle.kind().namespace);
        for file in self.signatures {
            let name = &file.name;
            match sshsig::verify(key, namespace, self.bytes, &file.armoured) {
                Ok(_) => {
                    verdict.good.insert(who.to_owned());
                    let key = key.fingerprint();
                    verdict
                        .said
                        .push(format!("{name}: good, {namespace}, by {whose}, {key}"));
                }
                Err(cause) => verdict.wrong.push(format!("{name}: {cause}")),
            }
        }
        verdict
    }

    fn roster(&self) -> Result<Option<Roster>, Why> {
        let Some(file) = &self.known.roster else {
            return Ok(None);
        };
        let roster = Roster::open(&file.bytes, self.known.rehearsal);
        roster.map(Some).map_err(|cause| self.in_roster(cause))
    }

    fn in_roster(&self, cause: record::Error) -> Why {
        let name = self.known.roster.as_ref().map_or("roster", |file| file.name.as_str());
        Why::Input {
            name: name.to_owned(),
            cause: Box::new(cause),
        }
    }
}

/// All that was found must be good, and enough.
fn judge(verdict: Verdict, needed: usize, said: &mut Said) -> Result<(), Why> {
    said.good.extend(verdict.said);
    if let [first, rest @ ..] = verdict.wrong.as_slice() {
        said.warnings.extend_from_slice(rest);
        return Err(bad(first.clone()));
    }
    let good = verdict.good.len();
    let names = Vec::from_iter(verdict.good).join(", ");
    if good >= needed {
        said.good.push(format!("Signed well: {names}."));
        return Ok(());
    }
    Err(Why::Refused {
        rule: "signatures-missing",
        what: match good {
            0 => format!("0 good signatures are there, and {needed} are needed"),
            1 => format!("1 good signature is there, and {needed} are needed: {names} signed"),
            _ => format!("{good} good signatures are there, and {needed} are needed: {names} signed"),
        },
        hint: "lay them beside the bundle, as x.cbor.sig or x.cbor.<member>.sig, or name them with --signature".into(),
    })
}

/// The bundle is not to be relied on: a signature, or what it is of, is not good.
fn bad(what: String) -> Why {
    refused("signature-bad", what)
}

fn refused(rule: &'static str, what: String) -> Why {
    Why::Refused {
        rule,
        what,
        hint: "do not rely on it; ask whoever made it".into(),
    }
}
