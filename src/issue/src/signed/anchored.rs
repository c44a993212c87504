//! What hangs on the root that is trusted: the console's signatures, and the rosters.

use record::any::Signer;
use record::results::Results;
use record::{AnyBundle, Bundle, Digest};

use super::console_key::Trust;
use super::{Case, File, Said, Signature, Why, bad, judge, refused};
use crate::founding::Founding;

impl Case<'_> {
    /// The first is the root's; each later one comes into force with a record that members of the one before it signed.
    pub(super) fn roster_after(&self, said: &mut Said) -> Result<(), Why> {
        let AnyBundle::Roster(next) = self.bundle else {
            return Err(bad("only a roster has a predecessor".into()));
        };
        let Some(previous) = next.body.previous else {
            return self.first_roster(said);
        };
        let (Some(file), Some(roster)) = (&self.known.roster, self.roster()?) else {
            return Err(Why::Wanted {
                what: "members of the roster before it sign it, and that one is not named".into(),
                hint: "name it with --roster FILE: the store has roster/N.cbor".into(),
            });
        };
        let found = Digest::of(&file.bytes);
        if found != previous {
            let what = format!("it follows the roster {previous}, and {} is {found}", file.name);
            return Err(unanchored(what));
        }
        if let Some((record, signatures)) = &self.known.record {
            return self.adopted_in(record, signatures, previous, said);
        }
        if self.signatures.is_empty() {
            return Err(Why::Wanted {
                what: "nobody signed it by itself: a roster comes into force with the record of its event".into(),
                hint: "name that record with --record FILE; its signatures lie beside it, in `countersignatures`"
                    .into(),
            });
        }
        judge(self.judged_by(&roster, None), self.needed(&roster, said), said)
    }

    /// Whether the record names this roster as what is in force from then on, and is signed itself.
    fn adopted_in(&self, file: &File, signatures: &[Signature], previous: Digest, said: &mut Said) -> Result<(), Why> {
        let input = |cause| Why::Input {
            name: file.name.clone(),
            cause: Box::new(cause),
        };
        let bundle = AnyBundle::decode(&file.bytes).map_err(input)?;
        let AnyBundle::Record(record) = &bundle else {
            return Err(Why::Wanted {
                what: format!("{} is of type '{}', and no record", file.name, bundle.kind().name),
                hint: "name the record of the event that changed the roster: events/NAME/record.cbor".into(),
            });
        };
        bundle.demand_mark(self.known.rehearsal).map_err(input)?;
        let (event, body) = (&record.body.event, &record.body);
        if body.roster != previous {
            return Err(unanchored(format!(
                "the event {event} was held by the roster {}, and this one follows {previous}",
                body.roster
            )));
        }
        if !body.adopted.values().any(|adopted| *adopted == Digest::of(self.bytes)) {
            return Err(unanchored(format!("the record of {event} does not adopt this roster")));
        }
        said.good
            .push(format!("The record of {event} adopts it, by its digest."));
        let record = Case {
            bundle: &bundle,
            bytes: &file.bytes,
            signatures,
            named: false,
            known: self.known,
        };
        match bundle.signer() {
            Signer::Present(present) => record.members(Some(present), said),
            _ => record.members(None, said),
        }
    }

    /// The founding extension has its digest.
    fn first_roster(&self, said: &mut Said) -> Result<(), Why> {
        let (_, root) = self.root("the root vouches for the first roster, and is not named")?;
        let extensions = root.tbs().extensions().iter();
        let anchored = extensions
            .filter_map(|one| Founding::parse(&one.value))
            .map(|one| one.roster)
            .next();
        if anchored != Some(Digest::of(self.bytes)) {
            return Err(unanchored("the root does not name it as the first roster".into()));
        }
        said.good
            .push("The root names it as the first roster, by its digest.".into());
        Ok(())
    }

    /// What an event made is signed by the console's key.
    pub(super) fn results(&self, results: &Bundle<Results>, said: &mut Said) -> Result<(), Why> {
        let (_, root) = self.root("the console's certificate chains to the root, and that is not named")?;
        let trust = Trust {
            root: root.clone(),
            policy: self.known.policy.clone(),
            certificates: self.known.certificates.clone(),
        };
        let console = trust.console_key(&results.body, results.rehearsal);
        let Some(console) = console.map_err(|what| refused("console-key-bad", what))? else {
            return self.nobody(
                "no key of the console stood; the members' signatures on the record cover it",
                said,
            );
        };
        said.good.push(format!(
            "The console's certificate holds at {}, the event's end: {}.",
            console.at,
            console.chain.join(", issued by ")
        ));
        judge(self.judged_with(&console.key, "console", "the console's key"), 1, said)
    }

    fn root(&self, why: &str) -> Result<&(String, x509::Certificate), Why> {
        let given = self.known.root.as_ref().ok_or_else(|| Why::Wanted {
            what: why.to_owned(),
            hint: "name it with --root FILE".into(),
        })?;
        let (name, tbs) = (&given.0, given.1.tbs());
        match tbs.issuer() == tbs.subject() {
            true => Ok(given),
            false => Err(Why::Refused {
                rule: "root-bad",
                what: format!(
                    "{name} is no root certificate: it is of {}, issued by {}",
                    tbs.subject(),
                    tbs.issuer()
                ),
                hint: "name the root's own certificate with --root, such as root-1.pem; others go with --certificate"
                    .into(),
            }),
        }
    }
}

fn unanchored(what: String) -> Why {
    refused("roster-unanchored", what)
}
