//! What codes brought, taken apart: the bundle, the signatures, and the files that they become.

use super::{Contents, Parcel, Signature, is_file_name, signature_file};
use crate::any::TYPES;
use crate::{AnyBundle, Body as _, Bundle, Bytes, Digest, Error, bundle, sshsig, text};

/// A bundle alone, a bundle with its signatures, or a signature alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossed {
    /// The bundle's digest: what people compare.
    pub digest: Digest,
    /// The bundle; none if a signature came alone.
    pub bundle: Option<Bytes>,
    /// The bundle's type, made plain; none if a signature came alone.
    pub kind: Option<String>,
    /// The name of the bundle's file; none if the bundle came alone.
    pub name: Option<String>,
    /// Whether it is of a rehearsal.
    pub rehearsal: bool,
    /// What lies beside the bundle.
    pub signatures: Vec<Signature>,
}

impl Crossed {
    /// Takes apart what codes held.
    ///
    /// # Errors
    /// As [`AnyBundle::decode`]; a signature that is not of the bundle in it, by whatever key.
    pub fn open(octets: &[u8]) -> Result<Self, Error> {
        AnyBundle::decode(octets)?;
        let crossed = Self::take_apart(octets)?;
        let Some(octets) = &crossed.bundle else {
            return Ok(crossed);
        };
        let namespace = AnyBundle::decode(octets)?.kind().namespace;
        for one in &crossed.signatures {
            sshsig::holds(namespace, octets, one.signature.as_bytes()).map_err(|cause| Error::Parcel {
                what: format!("a signature in it is not of its bundle: {cause}"),
            })?;
        }
        Ok(crossed)
    }

    /// The same by envelopes alone, for the scanner page: files are whole and their names are names, and nothing else is
    /// known of them.
    ///
    /// # Errors
    /// No envelope, or a parcel of another shape.
    pub fn take_apart(octets: &[u8]) -> Result<Self, Error> {
        let plain = |octets: &[u8]| bundle::peek(octets).map(|(kind, ..)| text::plain(&kind, 40));
        let (kind, _, rehearsal) = bundle::peek(octets)?;
        if kind != Parcel::TYPE {
            return Ok(Self {
                digest: Digest::of(octets),
                bundle: Some(Bytes(octets.to_vec())),
                kind: Some(plain(octets)?),
                name: None,
                rehearsal,
                signatures: Vec::new(),
            });
        }
        let parcel = Bundle::<Parcel>::decode_shape(octets)?.body;
        let misnamed = || (!is_file_name(&parcel.name)).then(|| "its name is none that a bundle's file has".to_owned());
        if let Some(what) = parcel.disorder().or_else(misnamed) {
            return Err(Error::Parcel { what });
        }
        let digest = parcel.digest();
        let bundle = match parcel.bundle {
            Contents::Here(octets) => Some(octets),
            Contents::Elsewhere(_) => None,
        };
        Ok(Self {
            digest,
            kind: bundle.as_deref().map(plain).transpose()?,
            bundle,
            name: Some(parcel.name),
            rehearsal,
            signatures: parcel.signatures,
        })
    }

    /// The files that it becomes where the bundle is to be called `file`, in the order in which they are written: a bundle
    /// that is there has its signatures. A signature that came alone is called `file` itself.
    #[must_use]
    pub fn files(&self, file: &str) -> Vec<(String, &[u8])> {
        let name = |one: &Signature| match self.bundle {
            Some(_) => signature_file(file, one.member.as_deref()),
            None => file.to_owned(),
        };
        let signatures = self.signatures.iter();
        let mut files: Vec<(String, &[u8])> = signatures.map(|one| (name(one), one.signature.as_bytes())).collect();
        files.extend(self.bundle.iter().map(|octets| (file.to_owned(), &octets[..])));
        files
    }

    /// Whether a file of this name may get it: a name of one's own, but none that files of another kind have, for whoever
    /// reads it there would refuse it. `x.cbor` holds a bundle, and `x.cbor.sig` a signature that came alone.
    ///
    /// # Errors
    /// [`Error::OutName`].
    pub fn demand_out(&self, file: &str) -> Result<(), Error> {
        let refuse = |what: String, hint| Err(Error::OutName { what, hint });
        let shown = text::plain(file, 80);
        let Some(kind) = &self.kind else {
            return match file.ends_with(".sig") {
                true => Ok(()),
                false => refuse(
                    format!("a signature came alone, and {shown} is no name of one"),
                    "nothing was written: scan again, and let --out end in .cbor.sig, or .cbor.member-1.sig",
                ),
            };
        };
        let other = match file.ends_with(".sig") {
            true => Some("signature"),
            false => named_for(file).filter(|other| other != kind),
        };
        match other {
            None => Ok(()),
            Some(other) => refuse(
                format!("a bundle of type '{kind}' came, and {shown} is the name of a '{other}'"),
                "nothing was written: scan again, with the name that it had, or one of your own, in --out",
            ),
        }
    }

    /// What it is, in sentences. Whether it is true, and who signed it, is not checked.
    #[must_use]
    pub fn said(&self) -> Vec<String> {
        let mark = if self.rehearsal {
            "of a rehearsal"
        } else {
            "of no rehearsal"
        };
        let mut said = vec![match (&self.bundle, &self.kind) {
            (Some(octets), Some(kind)) => {
                format!("A bundle of type {kind}, version 1, {mark}: {} octets.", octets.len())
            }
            _ => {
                let name = self.name.as_deref().unwrap_or("its bundle");
                format!("A signature alone, {mark}. What it signs is called {name}, and is not with it.")
            }
        }];
        said.extend(self.signatures.iter().map(|one| {
            let whose = one
                .member
                .as_ref()
                .map(|member| format!(" of {member}"))
                .unwrap_or_default();
            match sshsig::claim(one.signature.as_bytes()) {
                Ok(claim) => format!("Signature{whose}: by key {}, for {}.", claim.key, claim.namespace),
                Err(cause) => format!("Signature{whose}: none that can be read: {cause}."),
            }
        }));
        if self.bundle.is_some() && self.signatures.is_empty() {
            said.push("No signature is with it.".to_owned());
        }
        said
    }
}

/// The type whose files have such names; of several the one whose name is longest.
fn named_for(file: &str) -> Option<&'static str> {
    let stem = file.strip_suffix(".cbor")?;
    let begins = |kind: &&str| {
        let rest = stem.strip_prefix(kind);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    TYPES
        .iter()
        .map(|one| one.name)
        .filter(begins)
        .max_by_key(|name| name.len())
}
