//! One bundle of any type, offline: its encoding, its mark, what it is put together from, and its signatures.

use issue::signed::{Case, Known, Said, Signature, Why};
use record::any::Signer;
use record::parcel::{Contents, Parcel, signature_file};
use record::plan::Inbound;
use record::record::Record;
use record::{AnyBundle, Bundle, Digest, Error, Roster, Time};

use crate::finding::Findings;
use crate::{Ground, Report, root};

/// A bundle's file and the signatures that came with it.
#[derive(Clone, Debug)]
pub struct BundleFile {
    /// Its name, for findings.
    pub name: String,
    /// Its octets.
    pub bytes: Vec<u8>,
    /// The signatures beside it, or those that were named.
    pub signatures: Vec<Signature>,
    /// Whether they were named.
    pub named: bool,
}

/// Checks a bundle as of a moment.
///
/// # Errors
/// It is no bundle, it cannot be judged by what was given, or one of the files given with it is damaged.
pub fn check_bundle(file: &BundleFile, known: &Known, now: Time) -> Result<Report, Why> {
    let (mut report, mut findings) = (Report::default(), Findings::default());
    let usable = |(_, certificate): &(String, _)| root::check(certificate, known.rehearsal, now, &mut findings);
    if known.root.as_ref().is_none_or(usable) {
        report
            .checked
            .extend(known.root.iter().map(|(_, root)| root::describe(root)));
        let bundle = read(&file.name, &file.bytes)?;
        Walk { file, known }.all(&bundle, &mut report, &mut findings)?;
    } else {
        report
            .not_checked
            .push("anything else: it would all rest on the root".into());
    }
    report.findings = findings.0;
    Ok(report)
}

struct Walk<'a> {
    file: &'a BundleFile,
    known: &'a Known,
}

impl Walk<'_> {
    fn all(&self, bundle: &AnyBundle, report: &mut Report, findings: &mut Findings) -> Result<(), Why> {
        let (name, kind) = (&self.file.name, bundle.kind());
        report.checked.push(format!(
            "it is a bundle of type '{}', {}: {} octets in their one encoding, SHA-256 {}",
            kind.name,
            kind.about,
            self.file.bytes.len(),
            Digest::of(&self.file.bytes)
        ));
        if let Err(other) = bundle.demand_mark(self.known.rehearsal) {
            let rule = match self.known.rehearsal {
                true => "not-a-rehearsal",
                false => "rehearsal-refused",
            };
            findings.add(name, rule, other);
            return Ok(());
        }
        if let AnyBundle::Parcel(parcel) = bundle {
            return self.within(&parcel.body, report, findings);
        }
        self.contents(bundle, report, findings);
        self.signed(bundle, report, findings)
    }

    /// The bundle in a parcel, by the signatures in it.
    fn within(&self, parcel: &Parcel, report: &mut Report, findings: &mut Findings) -> Result<(), Why> {
        let Contents::Here(bytes) = &parcel.bundle else {
            return Err(Why::Wanted {
                what: "the signature is alone in it, without its bundle".into(),
                hint: "give the bundle, with --signature FILE".into(),
            });
        };
        let packed = parcel.signatures.iter().map(|one| Signature {
            name: signature_file(&parcel.name, one.member.as_deref()),
            armoured: one.signature.clone().into_bytes(),
            member: one.member.clone(),
        });
        let file = BundleFile {
            name: format!("{} in {}", parcel.name, self.file.name),
            bytes: bytes.to_vec(),
            signatures: match self.file.named {
                true => self.file.signatures.clone(),
                false => packed.collect(),
            },
            named: self.file.named,
        };
        let bundle = read(&file.name, bytes)?;
        // A parcel in a parcel is refused where it is read.
        let inner = Walk {
            file: &file,
            known: self.known,
        };
        inner.all(&bundle, report, findings)
    }

    /// What some are put together from.
    fn contents(&self, bundle: &AnyBundle, report: &mut Report, findings: &mut Findings) {
        let name = &self.file.name;
        let (what, read) = match bundle {
            AnyBundle::Plan(_) => (
                "each of the plan's inputs has the digest that the plan lists",
                Inbound::open(&self.file.bytes).map(|_| ()),
            ),
            AnyBundle::Results(results) => (
                "its plan is whole, and its record is one",
                parts(&results.body.plan, &results.body.record, self.known.rehearsal),
            ),
            _ => return,
        };
        if findings.take(read, name, "bundle-contents").is_some() {
            report.checked.push(what.into());
        }
    }

    fn signed(&self, bundle: &AnyBundle, report: &mut Report, findings: &mut Findings) -> Result<(), Why> {
        let case = Case {
            bundle,
            bytes: &self.file.bytes,
            signatures: &self.file.signatures,
            named: self.file.named,
            known: self.known,
        };
        let mut said = Said::default();
        let judged = case.judge(&mut said);
        report.checked.extend(said.good.into_iter().map(as_item));
        report.not_checked.extend(said.warnings);
        match judged {
            Ok(()) => {}
            Err(Why::Refused { rule, what, hint }) => findings.add(&self.file.name, rule, format!("{what}; {hint}")),
            Err(why) => return Err(why),
        }
        let roster = self.roster();
        report.rests_on = match bundle.signer() {
            Signer::Nobody(_) => Ground::Nobody,
            // Its key is in it, and only a roster could say whose that is.
            Signer::Itself { .. } if self.known.roster.is_none() => Ground::Keys,
            _ if roster.is_some() || self.known.root.is_none() => Ground::Keys,
            _ => Ground::Root,
        };
        report.not_checked.extend(roster);
        report.not_checked.push(MORE.into());
        Ok(())
    }

    /// Whether the root vouches for the roster whose keys counted.
    fn roster(&self) -> Option<String> {
        let file = self.known.roster.as_ref()?;
        let number = Roster::open(&file.bytes, self.known.rehearsal).ok()?.number;
        let anchored = self.known.root.as_ref().and_then(|(_, root)| root::founding(root));
        match anchored.is_some_and(|(_, said)| said.roster == Digest::of(&file.bytes)) {
            true => None,
            false => Some(format!(
                "whether roster {number} was in force then: nothing here leads to it from a root; `ceremony-verify store` \
                 checks that"
            )),
        }
    }
}

fn read(name: &str, bytes: &[u8]) -> Result<AnyBundle, Why> {
    AnyBundle::decode(bytes).map_err(|cause| Why::Input {
        name: name.to_owned(),
        cause: Box::new(cause),
    })
}

fn parts(plan: &[u8], record: &[u8], rehearsal: bool) -> Result<(), Error> {
    Inbound::open(plan)?;
    Bundle::<Record>::decode_marked(record, rehearsal).map(|_| ())
}

/// A sentence of its own as one item of a list.
fn as_item(sentence: String) -> String {
    let sentence = sentence.strip_suffix('.').unwrap_or(&sentence);
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    // A file's name keeps its letters.
    match sentence.split_once(' ') {
        Some((word, _)) if word.chars().all(char::is_alphabetic) => first.chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}

/// A bundle alone says no more.
const MORE: &str = "whether what it says is true, and whether it is the one that counts: `ceremony-verify record` judges a \
                    record, `ceremony-verify store` all that an event left";
