//! What hangs on the root that is trusted: the console's signatures, and the rosters.

use std::path::Path;

use issue::founding::Founding;
use record::any::Signer;
use record::results::Results;
use record::{AnyBundle, Bundle, Digest, cbor};
use x509::{Certificate, Crl};

use super::beside::Beside;
use super::console_key::Trust;
use super::verify::{Case, missing};
use super::{name, read};
use crate::error::Error;
use crate::files;

impl Case<'_> {
    /// The first is the root's; each later one comes into force with a record that members of the one before it signed.
    pub(super) fn roster_after(&self) -> Result<(), Error> {
        let AnyBundle::Roster(next) = self.bundle else {
            return Err(missing("only a roster has a predecessor".into()));
        };
        let Some(previous) = next.body.previous else {
            return self.first_roster();
        };
        let path = self.args.roster.as_ref().ok_or_else(|| Error::Usage {
            what: "members of the roster before it sign it, and that one is not named".into(),
            hint: "name it with --roster FILE: the store has roster/N.cbor".into(),
        })?;
        let found = Digest::of(&files::read(path, cbor::BUNDLE_LIMIT)?);
        if found != previous {
            return Err(missing(format!(
                "it follows the roster {previous}, and {} is {found}",
                name(path)
            )));
        }
        let Some(roster) = self.roster()? else {
            return Ok(());
        };
        if let Some(record) = &self.args.record {
            return self.adopted_in(record, previous);
        }
        if self.beside()?.is_empty() {
            return Err(Error::Usage {
                what: "nobody signed it by itself: a roster comes into force with the record of its event".into(),
                hint: "name that record with --record FILE; its signatures lie beside it, in `countersignatures`"
                    .into(),
            });
        }
        let verdict = self.judged_by(&roster, None)?;
        self.judge(verdict, self.needed(&roster))
    }

    /// Whether the record names this roster as what is in force from then on, and is signed itself.
    fn adopted_in(&self, path: &Path, previous: Digest) -> Result<(), Error> {
        let (bundle, bytes) = read(path)?;
        let AnyBundle::Record(record) = &bundle else {
            return Err(Error::Usage {
                what: format!("{} is of type '{}', and no record", name(path), bundle.kind().name),
                hint: "name the record of the event that changed the roster: events/NAME/record.cbor".into(),
            });
        };
        bundle
            .demand_mark(self.args.rehearsal)
            .map_err(|cause| Error::input(name(path), cause))?;
        let body = &record.body;
        if body.roster != previous {
            return Err(missing(format!(
                "the event {} was held by the roster {}, and this one follows {previous}",
                body.event, body.roster
            )));
        }
        if !body.adopted.values().any(|adopted| *adopted == Digest::of(self.bytes)) {
            return Err(missing(format!(
                "the record of {} does not adopt this roster",
                body.event
            )));
        }
        self.console
            .say(format!("The record of {} adopts it, by its digest.", body.event));
        let record = Case {
            args: self.args,
            bundle: &bundle,
            bytes: &bytes,
            packed: Some(Beside::found(path, true)?),
            console: self.console,
        };
        match bundle.signer() {
            Signer::Present(present) => record.members(Some(present)),
            _ => record.members(None),
        }
    }

    /// The founding extension has its digest.
    fn first_roster(&self) -> Result<(), Error> {
        let root = self.root("the root vouches for the first roster, and is not named")?;
        let extensions = root.tbs().extensions().iter();
        let anchored = extensions
            .filter_map(|one| Founding::parse(&one.value))
            .map(|one| one.roster)
            .next();
        match anchored == Some(Digest::of(self.bytes)) {
            true => {
                self.console
                    .say("The root names it as the first roster, by its digest.");
                Ok(())
            }
            false => Err(missing("the root does not name it as the first roster".into())),
        }
    }

    /// What an event made is signed by the console's key.
    pub(super) fn results(&self, results: &Bundle<Results>) -> Result<(), Error> {
        let given: Result<Vec<_>, _> = self.args.certificate.iter().map(|path| certificate(path)).collect();
        let policy = self.args.policy.as_ref();
        let policy = policy.map(|path| files::read(path, cbor::BUNDLE_LIMIT));
        let trust = Trust {
            root: self.root("the console's certificate chains to the root, and that is not named")?,
            policy: policy.transpose()?,
            certificates: given?,
        };
        let Some(console) = trust.console_key(&results.body, results.rehearsal).map_err(missing)? else {
            return self.nobody("no key of the console stood; the members' signatures on the record cover it");
        };
        self.console.say(format!(
            "The console's certificate holds at {}, the event's end: {}.",
            console.at,
            console.chain.join(", issued by ")
        ));
        let verdict = self.judged_with(&console.key, "console", "the console's key")?;
        self.judge(verdict, 1)
    }

    fn root(&self, why: &str) -> Result<Certificate, Error> {
        let path = self.args.root.as_ref().ok_or_else(|| Error::Usage {
            what: why.to_owned(),
            hint: "name it with --root FILE".into(),
        })?;
        let root = certificate(path)?;
        match root.tbs().issuer() == root.tbs().subject() {
            true => Ok(root),
            false => Err(Error::Refused {
                what: format!(
                    "{} is no root certificate: it is of {}, issued by {}",
                    name(path),
                    root.tbs().subject(),
                    root.tbs().issuer()
                ),
                hint: "name the root's own certificate with --root, such as root-1.pem; others go with --certificate"
                    .into(),
            }),
        }
    }
}

fn certificate(path: &Path) -> Result<Certificate, Error> {
    let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
    Certificate::parse_file(&bytes).map_err(|cause| {
        let what = format!("{}: {cause}", name(path));
        let no_certificate = record::Error::Invalid {
            file: "certificate",
            what,
        };
        Error::Elsewhere {
            cause: Box::new(Error::input(name(path), no_certificate)),
            hint: match Crl::parse(&bytes).is_ok() || Crl::parse_pem(&bytes).is_ok() {
                true => "this is a revocation list: name a certificate, in PEM or DER".into(),
                false => "name a certificate, in PEM or DER".into(),
            },
        }
    })
}
