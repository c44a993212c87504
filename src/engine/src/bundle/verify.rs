//! Whether a bundle is what it says: canonical, of the right mark, and signed by whom its type demands.

use std::path::PathBuf;

use clap::Args;
use record::any::Signer;
use record::messages::MANIFEST_SIGNERS;
use record::parcel::{Contents, Parcel, signature_file};
use record::screen::Shown;
use record::sshsig::{self, SshKey};
use record::{AnyBundle, Roster, cbor};

use super::beside::Beside;
use super::signers::{Members, Verdict};
use super::{compared, name, read};
use crate::console::Console;
use crate::error::Error;
use crate::files;

/// What `bundle verify` needs.
#[derive(Args)]
pub struct VerifyArgs {
    /// The bundle: a file that ends in .cbor.
    file: PathBuf,
    /// The roster whose members sign; of a next roster, the one before it.
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// Of a next roster, the record of the event that changed it: this is what is signed.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// The root certificate that is trusted, PEM or DER.
    #[arg(long, value_name = "FILE")]
    pub root: Option<PathBuf>,
    /// The policy that the event followed, where it is not the root's first.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A further certificate, PEM or DER: the console's, or one between.
    #[arg(long, value_name = "FILE")]
    pub certificate: Vec<PathBuf>,
    /// A signature; without it, those that lie beside the bundle are taken.
    #[arg(long, value_name = "FILE")]
    signature: Vec<PathBuf>,
    /// How many must have signed, where several sign; without it, two of an image's manifest, and of all else
    /// more than half of the roster.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub threshold: Option<u8>,
    /// It is a rehearsal's.
    #[arg(long)]
    pub rehearsal: bool,
}

/// Says what the bundle is, and whether its signatures are good.
pub fn verify(args: &VerifyArgs, console: &Console) -> Result<(), Error> {
    let (bundle, bytes) = read(&args.file)?;
    let kind = bundle.kind();
    console.show(&Shown::Heading {
        title: format!("A bundle of type {}", kind.name),
    });
    console.say(format!("It is {}.", kind.about));
    console.say(format!("It has {} octets, in their one encoding.", bytes.len()));
    console.show(&compared(&bundle, &bytes, "file"));
    bundle.demand_mark(args.rehearsal).map_err(|cause| Error::Refused {
        what: cause.to_string(),
        hint: match args.rehearsal {
            false => "if a rehearsal's is meant, say --rehearsal: it is worth nothing outside".into(),
            true => "leave out --rehearsal".into(),
        },
    })?;
    if let AnyBundle::Parcel(parcel) = &bundle {
        return within(args, &parcel.body, console);
    }
    let case = Case {
        args,
        bundle: &bundle,
        bytes: &bytes,
        packed: None,
        console,
    };
    case.signatures()
}

/// The bundle in a parcel, by the signatures in it.
fn within(args: &VerifyArgs, parcel: &Parcel, console: &Console) -> Result<(), Error> {
    let Contents::Here(bytes) = &parcel.bundle else {
        return Err(Error::Usage {
            what: "the signature is alone in it, without its bundle".into(),
            hint: "scan it into a file, and verify the bundle with --signature FILE".into(),
        });
    };
    let bundle = AnyBundle::decode(bytes).map_err(|cause| Error::input(name(&args.file), cause))?;
    console.say(format!(
        "In it is a bundle of type {}: {}.",
        bundle.kind().name,
        bundle.kind().about
    ));
    let packed = parcel.signatures.iter().map(|one| Beside {
        path: signature_file(&parcel.name, one.member.as_deref()).into(),
        armoured: one.signature.clone().into_bytes(),
        member: one.member.clone(),
    });
    let case = Case {
        args,
        bundle: &bundle,
        bytes,
        packed: Some(packed.collect()),
        console,
    };
    case.signatures()
}

/// One bundle, and what was said of it.
pub(super) struct Case<'a> {
    pub args: &'a VerifyArgs,
    pub bundle: &'a AnyBundle,
    pub bytes: &'a [u8],
    /// The signatures that came in a parcel with it.
    pub packed: Option<Vec<Beside>>,
    pub console: &'a Console,
}

impl Case<'_> {
    fn signatures(&self) -> Result<(), Error> {
        let is_next = matches!(self.bundle, AnyBundle::Roster(roster) if roster.body.previous.is_some());
        if self.args.record.is_some() && !is_next {
            return Err(Error::Usage {
                what: "--record says by which event a next roster came into force, and this is none".into(),
                hint: "leave out --record; a record itself is the file that is verified".into(),
            });
        }
        match self.bundle.signer() {
            Signer::Nobody(why) => self.nobody(why),
            Signer::Itself { member, key } => self.itself(member, key),
            Signer::Member(member) => self.members(Some(&[member.to_owned()])),
            Signer::Present(present) => self.members(Some(present)),
            Signer::Members => self.members(None),
            Signer::Predecessors => self.roster_after(),
            Signer::Console => match self.bundle {
                AnyBundle::Results(results) => self.results(results),
                _ => Err(missing("the console signs no bundle of this type".into())),
            },
        }
    }

    pub(super) fn nobody(&self, why: &str) -> Result<(), Error> {
        if !self.args.signature.is_empty() {
            return Err(Error::Usage {
                what: format!("nobody signs a bundle of type '{}'", self.bundle.kind().name),
                hint: format!("leave out --signature: {why}"),
            });
        }
        self.console.say(format!("Nobody signs a bundle of this type: {why}."));
        Ok(())
    }

    /// A registration is signed by the key in it.
    fn itself(&self, member: &str, line: &str) -> Result<(), Error> {
        let key = SshKey::parse(line).map_err(|cause| missing(format!("the SSH key in it: {cause}")))?;
        if let Some(roster) = self.roster()? {
            let known = roster.member(member).and_then(|known| known.ssh_key());
            let known = known.map_err(|cause| Error::input("roster", cause))?;
            if known != key {
                return Err(missing(format!(
                    "{member} has another key in the roster: {}",
                    known.fingerprint()
                )));
            }
        }
        let verdict = self.judged_with(&key, member, "the key in it")?;
        self.judge(verdict, 1)
    }

    pub(super) fn members(&self, only: Option<&[String]>) -> Result<(), Error> {
        let roster = self.roster()?.ok_or_else(|| Error::Usage {
            what: "a member signs it, and no roster says with which key".into(),
            hint: "name the roster in force with --roster FILE".into(),
        })?;
        let verdict = self.judged_by(&roster, only)?;
        if let (Signer::Present(present), true) = (self.bundle.signer(), verdict.wrong.is_empty()) {
            let unsigned: Vec<_> = present
                .iter()
                .filter(|id| !verdict.good.contains(*id))
                .cloned()
                .collect();
            if !unsigned.is_empty() {
                self.console
                    .warn(format!("present, and no signature here: {}", unsigned.join(", ")));
            }
        }
        let needed = match self.bundle.signer() {
            Signer::Member(_) => 1,
            _ => self.needed(&roster),
        };
        self.judge(verdict, needed)
    }

    /// How many must have signed. Without a word about it no few speak for all: which number the policy asks for depends on
    /// the kind of event, and a bundle does not say it of itself.
    pub(super) fn needed(&self, roster: &Roster) -> usize {
        if let Some(threshold) = self.args.threshold {
            self.console
                .say(format!("Signatures needed: {threshold}, as you said."));
            return threshold.into();
        }
        if let AnyBundle::ImageManifest(_) = self.bundle {
            self.console.say(format!(
                "Signatures needed: {MANIFEST_SIGNERS}, of whoever built the image again; --threshold says another number."
            ));
            return MANIFEST_SIGNERS.into();
        }
        let (members, needed) = (roster.members.len(), roster.members.len() / 2 + 1);
        self.console.say(format!(
            "Signatures needed: {needed}, more than half of the {members} in roster {}; --threshold says another number. \
             What the policy asks for, `ceremony-verify` checks.",
            roster.number
        ));
        needed
    }

    pub(super) fn judged_by(&self, roster: &Roster, only: Option<&[String]>) -> Result<Verdict, Error> {
        let members = Members {
            bundle: self.bundle,
            bytes: self.bytes,
            roster,
            only,
        };
        Ok(members.judge(&self.beside()?))
    }

    /// Signatures that one key makes, and no member of a roster.
    pub(super) fn judged_with(&self, key: &SshKey, who: &str, whose: &str) -> Result<Verdict, Error> {
        let (mut verdict, namespace) = (Verdict::default(), self.bundle.kind().namespace);
        for file in self.beside()? {
            let path = file.path.display();
            match sshsig::verify(key, namespace, self.bytes, &file.armoured) {
                Ok(_) => {
                    verdict.good.insert(who.to_owned());
                    let key = key.fingerprint();
                    verdict
                        .said
                        .push(format!("{path}: good, {namespace}, by {whose}, {key}"));
                }
                Err(cause) => verdict.wrong.push(format!("{path}: {cause}")),
            }
        }
        Ok(verdict)
    }

    /// All that was found must be good, and enough.
    pub(super) fn judge(&self, verdict: Verdict, needed: usize) -> Result<(), Error> {
        verdict.said.iter().for_each(|said| self.console.say(said.as_str()));
        let good = verdict.good.len();
        if let [first, rest @ ..] = verdict.wrong.as_slice() {
            rest.iter().for_each(|wrong| self.console.warn(wrong.as_str()));
            return Err(missing(first.clone()));
        }
        let names = Vec::from_iter(verdict.good).join(", ");
        match good >= needed {
            true => {
                self.console.say(format!("Signed well: {names}."));
                Ok(())
            }
            false => Err(Error::Refused {
                what: match good {
                    0 => format!("0 good signatures are there, and {needed} are needed"),
                    1 => format!("1 good signature is there, and {needed} are needed: {names} signed"),
                    _ => format!("{good} good signatures are there, and {needed} are needed: {names} signed"),
                },
                hint: "lay them beside the bundle, as x.cbor.sig or x.cbor.<member>.sig, or name them with --signature"
                    .into(),
            }),
        }
    }

    pub(super) fn beside(&self) -> Result<Vec<Beside>, Error> {
        match (self.args.signature.as_slice(), &self.packed) {
            ([], Some(packed)) => Ok(packed.clone()),
            ([], None) => Beside::found(&self.args.file, matches!(self.bundle, AnyBundle::Record(_))),
            (named, _) => Beside::named(named),
        }
    }

    pub(super) fn roster(&self) -> Result<Option<Roster>, Error> {
        let Some(path) = &self.args.roster else {
            return Ok(None);
        };
        let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
        let roster = Roster::open(&bytes, self.args.rehearsal);
        roster.map(Some).map_err(|cause| Error::input(name(path), cause))
    }
}

/// The bundle is not to be relied on.
pub(super) fn missing(what: String) -> Error {
    Error::Refused {
        what,
        hint: "do not rely on it; ask whoever made it".into(),
    }
}
