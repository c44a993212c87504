//! What booted the console: its TPM's quote over the member's own nonce, what that shows, and what it does not.

mod told;

use std::path::PathBuf;

use clap::Args;
use record::boot::{Proof, Quoted};
use record::messages::{Attendance, Boot, Image, ImageKind, ImageManifest, Phase};
use record::{Bytes, Digest, Time};
use verifier::boot::{AWS_NITRO_ROOT, check_boot};

use crate::error::Error;
use crate::session::Session;

/// What the member knows of console and image from elsewhere.
#[derive(Args)]
pub struct Known {
    /// The manifest of the image that the console
    /// should have booted; `image` checks who
    /// signed it
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    manifest: Option<PathBuf>,
    /// The name of the console's attestation key, as
    /// you know it from elsewhere, in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = key_name, verbatim_doc_comment)]
    attestation_key: Option<Digest>,
}

/// What a request or a record says of the boot.
pub struct Said<'a> {
    /// The proof, if there is one.
    pub boot: &'a Boot,
    /// The console's session.
    pub session: &'a Bytes,
    /// The digest of the inbound bundle.
    pub plan: &'a Digest,
    /// What the console says it runs.
    pub image: &'a Image,
    /// When it says so, by its clock.
    pub at: Time,
    /// Whether this member said to be present, so that their nonce must be in it.
    pub was_there: bool,
}

/// A proof that holds, or none; a bad one never comes so far.
pub struct Checked {
    proof: Shown,
    remember: Option<Digest>,
}

/// What there is to show.
enum Shown {
    /// No quote; whether this home knows that the console can make one.
    Unproven { quoted_before: bool },
    /// A good quote.
    Quoted {
        quoted: Box<Quoted>,
        trust: Trust,
        /// The registers compared with the manifest, where there was one.
        compared: Option<Vec<u32>>,
        own: bool,
    },
}

/// Who vouches for the key that signed.
enum Trust {
    /// The member, who knows its name from elsewhere.
    Named,
    /// Nobody; it is the key of an earlier time.
    Seen,
    /// Nobody, and it was never seen.
    New,
    /// AWS, for its NitroTPM.
    Aws,
}

/// Checks the proof of what booted.
///
/// # Errors
/// A bad quote, one that does not cover the member's own nonce, registers or an image that the manifest does not have, or
/// another key than the one that is known.
pub fn check(session: &Session, said: &Said<'_>, known: &Known) -> Result<Checked, Error> {
    let manifest = known.manifest.as_ref().map(|path| session.read::<ImageManifest>(path));
    let manifest = manifest.transpose()?.map(|(_, manifest)| manifest);
    if let Some(manifest) = &manifest {
        demand_its_image(manifest, said.image)?;
    }
    let Boot::Quote(quote) = said.boot else {
        return unproven(session, known);
    };
    let (drawn, from) = drawn(session, said)?;
    let quoted = check_boot(quote, said.session, (from, said.at), &AWS_NITRO_ROOT).map_err(Error::boot)?;
    if said.was_there {
        quoted.covers(session.id(), &drawn).map_err(Error::quote)?;
    }
    let compared = manifest.map(|manifest| quoted.compare(&manifest)).transpose();
    let compared = compared.map_err(Error::quote)?;
    let (trust, remember) = trust(session, &quoted, known.attestation_key)?;
    Ok(Checked {
        proof: Shown::Quoted {
            quoted: Box::new(quoted),
            trust,
            compared,
            own: said.was_there,
        },
        remember,
    })
}

impl Checked {
    /// Keeps the key for the next time; once the member went on.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn remember(&self, session: &Session) -> Result<(), Error> {
        self.remember
            .map_or(Ok(()), |key| session.home.keep_attestation_key(&key))
    }
}

fn unproven(session: &Session, known: &Known) -> Result<Checked, Error> {
    match known.attestation_key {
        Some(_) => Err(Error::NoQuote),
        None => Ok(Checked {
            proof: Shown::Unproven {
                quoted_before: session.home.attestation_key()?.is_some(),
            },
            remember: None,
        }),
    }
}

/// The nonces that this member drew for the session, and when the first was drawn; else the quote's own time counts.
fn drawn(session: &Session, said: &Said<'_>) -> Result<(Vec<Bytes>, Time), Error> {
    let words = session.home.made::<Attendance>()?.into_iter().map(|(_, word)| word);
    let of_session =
        |word: &Attendance| word.plan == *said.plan && word.session == *said.session && word.phase == Phase::Begin;
    let words: Vec<Attendance> = words.filter(of_session).collect();
    let from = words.iter().map(|word| word.at).min().unwrap_or(Time(0));
    Ok((words.into_iter().map(|word| word.nonce).collect(), from))
}

/// A manifest of another image would prove something else.
fn demand_its_image(manifest: &ImageManifest, image: &Image) -> Result<(), Error> {
    let of = match image.kind {
        ImageKind::Verity => manifest.verity_root,
        ImageKind::Binary => Some(manifest.engine),
    };
    match of == Some(image.digest) {
        true => Ok(()),
        false => Err(Error::OtherManifest {
            manifest: of,
            image: image.digest,
        }),
    }
}

/// A key counts as the console's if the member names it. Else it is compared with that of the last time, as SSH does.
fn trust(session: &Session, quoted: &Quoted, named: Option<Digest>) -> Result<(Trust, Option<Digest>), Error> {
    let Proof::Tpm2(tpm) = &quoted.proof else {
        return match named {
            Some(_) => Err(Error::NoQuote),
            None => Ok((Trust::Aws, None)),
        };
    };
    let seen = session.home.attestation_key()?;
    match (named, seen) {
        (Some(named), _) if named == tpm.key => Ok((Trust::Named, Some(tpm.key))),
        (None, Some(seen)) if seen == tpm.key => Ok((Trust::Seen, None)),
        (None, None) => Ok((Trust::New, Some(tpm.key))),
        (Some(expected), _) | (None, Some(expected)) => Err(Error::OtherAttestationKey {
            expected,
            found: tpm.key,
            named: named.is_some(),
        }),
    }
}

/// The TPM's tools print a key's name with `000b` for SHA-256 before it.
fn key_name(text: &str) -> Result<Digest, String> {
    let name = text
        .strip_prefix("000b")
        .filter(|name| name.len() == 64)
        .unwrap_or(text);
    Digest::from_hex(name).ok_or_else(|| "not the SHA-256 name of a key in 64 lower-case hexadecimal digits".into())
}
