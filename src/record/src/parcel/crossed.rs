//! What codes brought, taken apart: the bundle, the signatures, and the files that they become.

use super::{Contents, Parcel, Signature, signature_file};
use crate::any::Type;
use crate::{AnyBundle, Bundle, Bytes, Digest, Error, sshsig};

/// A bundle alone, a bundle with its signatures, or a signature alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossed {
    /// The bundle's digest: what people compare.
    pub digest: Digest,
    /// The bundle with its type; none if a signature came alone.
    pub bundle: Option<(&'static Type, Bytes)>,
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
    /// As [`AnyBundle::decode`].
    pub fn open(octets: &[u8]) -> Result<Self, Error> {
        match AnyBundle::decode(octets)? {
            AnyBundle::Parcel(parcel) => Self::unpacked(parcel),
            bundle => Ok(Self {
                digest: Digest::of(octets),
                rehearsal: bundle.rehearsal(),
                bundle: Some((bundle.kind(), Bytes(octets.to_vec()))),
                name: None,
                signatures: Vec::new(),
            }),
        }
    }

    fn unpacked(parcel: Bundle<Parcel>) -> Result<Self, Error> {
        let digest = parcel.body.digest();
        let bundle = match parcel.body.bundle {
            Contents::Here(octets) => Some((AnyBundle::decode(&octets)?.kind(), octets)),
            Contents::Elsewhere(_) => None,
        };
        Ok(Self {
            digest,
            bundle,
            name: Some(parcel.body.name),
            rehearsal: parcel.rehearsal,
            signatures: parcel.body.signatures,
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
        files.extend(self.bundle.iter().map(|(_, octets)| (file.to_owned(), &octets[..])));
        files
    }

    /// What it is, in sentences. Whether it is true, and who signed it, is not checked.
    #[must_use]
    pub fn said(&self) -> Vec<String> {
        let mark = if self.rehearsal {
            "of a rehearsal"
        } else {
            "of no rehearsal"
        };
        let mut said = vec![match (&self.bundle, &self.name) {
            (Some((kind, octets)), _) => format!(
                "A bundle of type {}, version 1, {mark}: {} octets.",
                kind.name,
                octets.len()
            ),
            (None, name) => {
                let name = name.as_deref().unwrap_or("its bundle");
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
