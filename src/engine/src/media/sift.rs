//! What of the files is whole: bundles of the right mark, under their own names, with the signatures that they need.

use std::collections::{BTreeMap, BTreeSet};

use record::any::{Maker, Signer};
use record::parcel::COUNTERSIGNATURES;
use record::{AnyBundle, sshsig, text};

use super::folder::Passed;

/// What is taken, and what is not.
pub struct Sifted {
    /// In the order in which it is written: a bundle that is there has its signatures.
    pub taken: Vec<Taken>,
    /// With reasons.
    pub passed: Vec<Passed>,
}

/// A file that is taken.
pub struct Taken {
    /// Its name, there and here.
    pub name: String,
    /// Its octets.
    pub bytes: Vec<u8>,
    /// What it is, in words.
    pub what: String,
}

/// Sifts files by what they hold.
pub fn sift(mut files: BTreeMap<String, Vec<u8>>, maker: Maker, rehearsal: bool) -> Sifted {
    let mut sifted = Sifted {
        taken: Vec::new(),
        passed: Vec::new(),
    };
    let names: Vec<String> = files.keys().filter(|name| name.ends_with(".cbor")).cloned().collect();
    for name in names {
        let Some(bytes) = files.remove(&name) else { continue };
        let beside = take_beside(&mut files, &name);
        match judged(&name, &bytes, maker, rehearsal) {
            Ok(bundle) => sifted.with_signatures(name, bytes, &bundle, beside),
            Err(why) => sifted.pass(&name, why, beside),
        }
    }
    let orphans = files.keys().map(|name| Passed::new(name, "its bundle is not there"));
    sifted.passed.extend(orphans);
    sifted
}

fn judged(name: &str, bytes: &[u8], maker: Maker, rehearsal: bool) -> Result<AnyBundle, String> {
    let bundle = AnyBundle::decode(bytes).map_err(|cause| cause.to_string())?;
    let kind = bundle.kind();
    bundle.demand_mark(rehearsal).map_err(|cause| cause.to_string())?;
    match (kind.maker, maker) {
        (Maker::Console, Maker::Outside) => {
            return Err(format!("the console itself makes bundles of type '{}'", kind.name));
        }
        (Maker::Codes, _) => {
            return Err("a parcel crosses as codes alone; `ceremony bundle scan` makes its files".into());
        }
        (Maker::Publisher, _) => {
            return Err(format!(
                "a bundle of type '{}' goes to the store, and never to the console",
                kind.name
            ));
        }
        (Maker::Outside, Maker::Console) => {
            return Err(format!("the console does not make bundles of type '{}'", kind.name));
        }
        _ => {}
    }
    let other = |expected| format!("what it holds must be called {expected}");
    bundle.demand_name(name).map_err(other)?;
    Ok(bundle)
}

type Beside = BTreeMap<String, Vec<u8>>;

/// The signatures of this bundle, by their names.
fn take_beside(files: &mut Beside, bundle: &str) -> Beside {
    let (begins, countersignature) = (format!("{bundle}."), format!("{COUNTERSIGNATURES}/"));
    // Of a record, in a folder of their own as well.
    let is_beside =
        |name: &String| name.starts_with(&begins) || bundle == RECORD && name.starts_with(&countersignature);
    files.extract_if(.., |name, _| is_beside(name)).collect()
}

impl Sifted {
    fn pass(&mut self, name: &str, why: String, beside: Beside) {
        self.passed.push(Passed::new(name, why));
        let orphans = beside
            .keys()
            .map(|name| Passed::new(name, "its bundle was passed over"));
        self.passed.extend(orphans);
    }

    fn with_signatures(&mut self, name: String, bytes: Vec<u8>, bundle: &AnyBundle, beside: Beside) {
        let mut good = Vec::new();
        for (name, armoured) in beside {
            match signature(bundle, &bytes, &armoured) {
                Ok(what) => good.push(Taken {
                    name,
                    bytes: armoured,
                    what,
                }),
                Err(why) => self.passed.push(Passed::new(&name, why)),
            }
        }
        let names: BTreeSet<&str> = good.iter().map(|one| one.name.as_str()).collect();
        let own = format!("{name}.sig");
        let needs_its_own = matches!(bundle.signer(), Signer::Member(_) | Signer::Itself { .. });
        if needs_its_own && !names.contains(own.as_str()) {
            let orphans = good.into_iter().map(|one| (one.name, one.bytes)).collect();
            return self.pass(&name, format!("there is no good {own} beside it"), orphans);
        }
        self.taken.extend(good);
        self.taken.push(Taken {
            what: what(bundle),
            name,
            bytes,
        });
    }
}

/// Whether it is a signature of this file, for its type; by whom, the event judges, which has the roster.
fn signature(bundle: &AnyBundle, bytes: &[u8], armoured: &[u8]) -> Result<String, String> {
    if let Signer::Nobody(_) = bundle.signer() {
        return Err(format!("nobody signs a bundle of type '{}'", bundle.kind().name));
    }
    let claim = sshsig::claim(armoured).map_err(|cause| cause.to_string())?;
    let namespace = bundle.kind().namespace;
    if claim.namespace != namespace {
        return Err(format!("it is for '{}', not for '{namespace}'", claim.namespace));
    }
    match sshsig::holds(namespace, bytes, armoured) {
        Ok(_) => Ok(format!("a signature by {}", claim.key)),
        Err(cause) => Err(format!("it is not of this file: {cause}")),
    }
}

fn what(bundle: &AnyBundle) -> String {
    match bundle.member() {
        Some(member) => format!("{} of {}", bundle.kind().name, text::plain(member, 63)),
        None => bundle.kind().name.to_owned(),
    }
}

/// The name of a record's file.
const RECORD: &str = "record.cbor";
