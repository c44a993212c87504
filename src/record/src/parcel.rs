//! A parcel: a bundle with the signatures that lie beside its file, in one file, so that both cross as codes together.
//!
//! It is made where codes are shown and taken apart where they are read. What people compare is the bundle's digest, never
//! the parcel's.

mod crossed;

use serde::{Deserialize, Serialize};

use crate::any::{Signer, Type};
use crate::roster::is_member_id;
use crate::{AnyBundle, Body, Bundle, Bytes, Digest, Error, bundle, sshsig, text};

pub use crossed::Crossed;

/// A bundle and its signatures; or one signature, of a bundle that the other side has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parcel {
    /// The name of the bundle's file.
    pub name: String,
    /// The bundle.
    pub bundle: Contents,
    /// What lies beside it: at least one, in the order of the members' ids, that without one first.
    pub signatures: Vec<Signature>,
}

/// The bundle of a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Contents {
    /// Its file, byte for byte.
    Here(Bytes),
    /// It is on the other side already: its digest.
    Elsewhere(Digest),
}

/// A signature file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signature {
    /// Whose it is, where the file's name says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub member: Option<String>,
    /// SSHSIG, armoured.
    pub signature: String,
}

impl Body for Parcel {
    const TYPE: &'static str = "parcel";
    /// Nobody signs a parcel: what is in it is signed.
    const NAMESPACE: &'static str = sshsig::namespace::BUNDLE;
    /// As much as codes carry.
    const LIMIT: usize = bundle::LIST;

    fn check(&self, rehearsal: bool) -> Result<(), Error> {
        self.fault(rehearsal).map_or(Ok(()), |what| Err(Error::Parcel { what }))
    }
}

impl Parcel {
    /// The digest of the bundle: what people compare.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match &self.bundle {
            Contents::Here(octets) => Digest::of(octets),
            Contents::Elsewhere(digest) => *digest,
        }
    }

    /// What is wrong with it, if anything is.
    fn fault(&self, rehearsal: bool) -> Option<String> {
        let wrong = |what: &str| Some(what.to_owned());
        if let Some(what) = self.disorder() {
            return Some(what);
        }
        match &self.bundle {
            Contents::Here(octets) => match within(octets, rehearsal) {
                Ok(bundle) => self
                    .misnamed(&bundle)
                    .or_else(|| self.foreign(&[bundle.kind().namespace])),
                Err(what) => Some(what),
            },
            Contents::Elsewhere(_) if self.signatures.len() > 1 => {
                wrong("several signatures need their bundle with them")
            }
            Contents::Elsewhere(_) if !is_file_name(&self.name) => wrong("its name is none that a bundle's file has"),
            Contents::Elsewhere(_) => self.foreign(&sshsig::namespace::ALL),
        }
    }

    /// What is wrong with its signatures' number, order and owners.
    fn disorder(&self) -> Option<String> {
        let members = self.signatures.iter().filter_map(|one| one.member.as_deref());
        if !(1..=MOST).contains(&self.signatures.len()) {
            return Some(format!("it has {} signatures", self.signatures.len()));
        }
        if !self.signatures.is_sorted_by(|one, next| one.member < next.member) {
            return Some("its signatures are not in order, or two are of one member".into());
        }
        let is_known = members.into_iter().all(is_member_id);
        (!is_known).then(|| "a signature is of somebody who cannot be a member".into())
    }

    fn misnamed(&self, bundle: &AnyBundle) -> Option<String> {
        let expected = bundle.demand_name(&self.name).err()?;
        let found = text::plain(&self.name, 80);
        Some(format!("its bundle must be called {expected}, not '{found}'"))
    }

    /// The first signature that is none, or is for something else.
    fn foreign(&self, namespaces: &[&str]) -> Option<String> {
        self.signatures
            .iter()
            .find_map(|one| match sshsig::claim(one.signature.as_bytes()) {
                Ok(claim) if namespaces.contains(&claim.namespace.as_str()) => None,
                Ok(claim) => Some(format!("a signature in it is for '{}'", claim.namespace)),
                Err(cause) => Some(format!("a signature in it is none: {cause}")),
            })
    }
}

/// The bundle in a parcel. Its type is looked at before anything else, so that parcels never lead into each other.
fn within(octets: &[u8], rehearsal: bool) -> Result<AnyBundle, String> {
    let said = |cause: Error| cause.to_string();
    if bundle::peek(octets).map_err(said)?.0 == Parcel::TYPE {
        return Err("a parcel lies in it".to_owned());
    }
    let bundle = AnyBundle::decode(octets).map_err(said)?;
    bundle.demand_mark(rehearsal).map_err(said)?;
    Ok(bundle)
}

/// What is shown as codes: the bundle itself, or where signatures lie beside it, all of them in a parcel. `name` is the
/// bundle's file name; with each signature goes whose it is, where its own name says so.
///
/// # Errors
/// No bundle; a name that it cannot have; a signature that is not of this bundle, by whatever key.
pub fn pack(name: &str, octets: Vec<u8>, signatures: Vec<(Option<String>, Vec<u8>)>) -> Result<Vec<u8>, Error> {
    let bundle = AnyBundle::decode(&octets)?;
    if signatures.is_empty() {
        return Ok(octets);
    }
    for (member, armoured) in &signatures {
        holds(&bundle, &octets, member.as_deref(), armoured, false)?;
    }
    sealed(name, &bundle, Contents::Here(Bytes(octets)), in_order(signatures))
}

/// As [`pack`] for the scanner page, which looks at envelopes alone: with the rules of all types and the arithmetic of
/// their signatures it would be several times as large. Whoever reads the parcel refuses what is wrong.
///
/// # Errors
/// No envelope; a name that is no bundle's of this type; what is no signature for this type.
pub fn join(name: &str, octets: Vec<u8>, signatures: Vec<(Option<String>, Vec<u8>)>) -> Result<Vec<u8>, Error> {
    let known = Type::of(&octets)?;
    if signatures.is_empty() {
        return Ok(octets);
    }
    let (_, _, rehearsal) = bundle::peek(&octets)?;
    let parcel = Parcel {
        name: name.to_owned(),
        bundle: Contents::Here(Bytes(octets)),
        signatures: in_order(signatures),
    };
    let named = is_file_name(name) && name.contains(known.name);
    let misnamed = || format!("a '{}' is in no file called '{}'", known.name, text::plain(name, 80));
    let is_parcel = known.name == Parcel::TYPE;
    let fault = is_parcel.then(|| "it is a parcel, and nobody signs one".to_owned());
    match fault
        .or_else(|| (!named).then(misnamed))
        .or_else(|| parcel.disorder())
        .or_else(|| parcel.foreign(&[known.namespace]))
    {
        Some(what) => Err(Error::Pack { what, elsewhere: false }),
        None => Bundle::new(rehearsal, parcel).encode(),
    }
}

/// The same signature twice, as beside a record and in the folder of its countersignatures, is one.
fn in_order(signatures: Vec<(Option<String>, Vec<u8>)>) -> Vec<Signature> {
    let mut signatures: Vec<Signature> = signatures.into_iter().map(Signature::from).collect();
    signatures.sort_by(|one, other| (&one.member, &one.signature).cmp(&(&other.member, &other.signature)));
    signatures.dedup();
    signatures
}

/// One signature alone, for a side that has the bundle.
///
/// # Errors
/// As [`pack`].
pub fn pack_alone(name: &str, octets: &[u8], member: Option<String>, armoured: Vec<u8>) -> Result<Vec<u8>, Error> {
    let bundle = AnyBundle::decode(octets)?;
    holds(&bundle, octets, member.as_deref(), &armoured, true)?;
    let contents = Contents::Elsewhere(Digest::of(octets));
    sealed(name, &bundle, contents, vec![Signature::from((member, armoured))])
}

fn holds(
    bundle: &AnyBundle,
    octets: &[u8],
    member: Option<&str>,
    armoured: &[u8],
    elsewhere: bool,
) -> Result<(), Error> {
    let beside = if elsewhere { "" } else { " beside it" };
    let what = |cause: sshsig::SshsigError| Error::Pack {
        what: match (bundle.signer(), member) {
            // Which namespace it would have had nobody needs to know.
            (Signer::Nobody(why), _) => {
                format!("nobody signs a bundle of type '{}': {why}", bundle.kind().name)
            }
            (_, Some(member)) => format!("the signature of {member}{beside} is not of this bundle: {cause}"),
            (_, None) => format!("the signature{beside} is not of this bundle: {cause}"),
        },
        elsewhere,
    };
    sshsig::holds(bundle.kind().namespace, octets, armoured).map_err(what)?;
    Ok(())
}

/// Armour is ASCII, or it is refused afterwards.
impl From<(Option<String>, Vec<u8>)> for Signature {
    /// Whose it is by its file's name, and the file.
    fn from((member, armoured): (Option<String>, Vec<u8>)) -> Self {
        let signature = String::from_utf8_lossy(&armoured).into_owned();
        Self { member, signature }
    }
}

fn sealed(name: &str, of: &AnyBundle, bundle: Contents, signatures: Vec<Signature>) -> Result<Vec<u8>, Error> {
    let parcel = Parcel {
        name: name.to_owned(),
        bundle,
        signatures,
    };
    if let Err(expected) = of.demand_name(name) {
        let found = text::plain(name, 80);
        return Err(Error::PackName { expected, found });
    }
    if let Some(what) = parcel.fault(of.rehearsal()) {
        let elsewhere = matches!(parcel.bundle, Contents::Elsewhere(_));
        return Err(Error::Pack { what, elsewhere });
    }
    Bundle::new(of.rehearsal(), parcel).encode()
}

/// The name of a signature's file beside a bundle's: `x.cbor.sig`, or `x.cbor.member-1.sig` where several sign.
#[must_use]
pub fn signature_file(bundle: &str, member: Option<&str>) -> String {
    match member {
        Some(member) => format!("{bundle}.{member}.sig"),
        None => format!("{bundle}.sig"),
    }
}

/// Whose signature of the bundle a file of this name is; None if of nobody and of nothing.
#[must_use]
pub fn whose<'a>(bundle: &str, file: &'a str) -> Option<Option<&'a str>> {
    let rest = file.strip_prefix(bundle)?.strip_suffix(".sig")?;
    match rest.strip_prefix('.') {
        None => rest.is_empty().then_some(None),
        Some(member) => is_member_id(member).then_some(Some(member)),
    }
}

/// Whose signature a file is by its name alone, beside the bundle or in a folder of countersignatures: `member-1.sig`.
#[must_use]
pub fn signer<'a>(bundle: &str, file: &'a str) -> Option<&'a str> {
    whose(bundle, file).flatten().or_else(|| countersigner(file))
}

/// Whose signature a file in [`COUNTERSIGNATURES`] is: `member-1.sig`.
#[must_use]
pub fn countersigner(file: &str) -> Option<&str> {
    file.strip_suffix(".sig").filter(|stem| is_member_id(stem))
}

/// Whether somebody's signature begins here (PROTOCOL.sshsig, "Armored Signature").
#[must_use]
pub fn is_signature(file: &[u8]) -> bool {
    file.starts_with(sshsig::BEGIN)
}

/// A bundle's file may have such a name: nothing in it means anything to a shell or a file system.
fn is_file_name(name: &str) -> bool {
    let letter = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
    name.strip_suffix(".cbor")
        .is_some_and(|stem| (1..=100).contains(&stem.len()) && !stem.starts_with('-') && stem.bytes().all(letter))
}

/// The folder beside a record that has its members' signatures.
pub const COUNTERSIGNATURES: &str = "countersignatures";
/// Signatures of one bundle: nine members sign, and a hostile folder may have any number.
pub const MOST: usize = 64;

#[cfg(test)]
mod tests;
