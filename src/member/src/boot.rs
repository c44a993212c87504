//! What booted the console: its TPM's quote over the member's own nonce, what that shows, and what it does not.

mod told;

use std::path::PathBuf;

use clap::Args;
use record::boot::Quoted;
use record::messages::{Attendance, Boot, Image, ImageKind, ImageManifest, Phase};
use record::{Bytes, Digest, Time};
use verifier::boot::{AWS_NITRO_ROOT, check_boot};

use crate::error::Error;
use crate::home::{Attester, Home, Vouched};
use crate::session::Session;

/// What the member knows of console and image from elsewhere.
#[derive(Args)]
pub struct Known {
    /// The manifest of the image that the console
    /// should have booted; it counts once `image`
    /// has checked who signed it
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    manifest: Option<PathBuf>,
    /// The name of the console's attestation key, as
    /// you know it from elsewhere, in hexadecimal; of
    /// a NitroTPM nitro: and what AWS calls it
    #[arg(long, value_name = "NAME", verbatim_doc_comment)]
    attestation_key: Option<Attester>,
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
    remember: Option<Attester>,
}

/// What there is to show.
enum Shown {
    /// No quote; whether this home knows that the console can make one, and whether there was a manifest to compare.
    Unproven { quoted_before: bool, manifest: bool },
    /// A good quote.
    Quoted {
        quoted: Box<Quoted>,
        trust: Trust,
        /// What was compared with the manifest, where there was one.
        compared: Option<Compared>,
        own: bool,
    },
}

/// A manifest that fits.
struct Compared {
    /// The registers compared that count, none if the manifest names none for such a quote.
    registers: Vec<u32>,
    /// Who signed it, if `image` checked that here.
    vouched: Option<Vouched>,
}

/// How the member knows what signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// By its name, from elsewhere.
    Named,
    /// It signed the last time.
    Seen,
    /// Not at all.
    New,
}

/// Checks the proof of what booted.
///
/// # Errors
/// A bad quote, one that does not cover the member's own nonce, registers or an image that the manifest does not have, or
/// another key, or another kind of TPM, than the one that is known.
pub fn check(session: &Session, said: &Said<'_>, known: &Known) -> Result<Checked, Error> {
    let manifest = known.manifest.as_ref().map(|path| session.read::<ImageManifest>(path));
    let manifest = manifest.transpose()?;
    if let Some((_, manifest)) = &manifest {
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
    let compared = manifest.map(|(bytes, manifest)| compare(session, &quoted, &bytes, &manifest));
    let compared = compared.transpose()?;
    let (trust, remember) = trust(&session.home, &Attester::of(&quoted), known.attestation_key.as_ref())?;
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
    /// Keeps what signed for the next time; once the member went on.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn remember(&self, session: &Session) -> Result<(), Error> {
        let new = self.remember.as_ref();
        new.map_or(Ok(()), |attester| session.home.keep_attestation_key(attester))
    }
}

fn unproven(session: &Session, known: &Known) -> Result<Checked, Error> {
    match known.attestation_key {
        Some(_) => Err(Error::NoQuote),
        None => Ok(Checked {
            proof: Shown::Unproven {
                quoted_before: session.home.attestation_key()?.is_some(),
                manifest: known.manifest.is_some(),
            },
            remember: None,
        }),
    }
}

/// What the manifest says is worth what its signatures are, and whether those were checked the home remembers.
fn compare(session: &Session, quoted: &Quoted, bytes: &[u8], manifest: &ImageManifest) -> Result<Compared, Error> {
    Ok(Compared {
        registers: quoted.compare(manifest).map_err(Error::quote)?,
        vouched: session.home.vouched(&Digest::of(bytes))?,
    })
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

/// What signed counts as the console's if the member names it. Else it is compared with that of the last time, as SSH
/// does, its kind included: what AWS vouches for is a NitroTPM, and not that it is this console's.
fn trust(home: &Home, found: &Attester, named: Option<&Attester>) -> Result<(Trust, Option<Attester>), Error> {
    let seen = home.attestation_key()?;
    match (named, seen) {
        (Some(named), _) if named == found => Ok((Trust::Named, Some(found.clone()))),
        (None, Some(seen)) if seen == *found => Ok((Trust::Seen, None)),
        (None, None) => Ok((Trust::New, Some(found.clone()))),
        (Some(expected), _) => Err(other(expected.clone(), found, true)),
        (None, Some(expected)) => Err(other(expected, found, false)),
    }
}

fn other(expected: Attester, found: &Attester, named: bool) -> Error {
    Error::OtherAttestationKey {
        expected: Box::new(expected),
        found: Box::new(found.clone()),
        named,
    }
}

#[cfg(test)]
mod tests;
