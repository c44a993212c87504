//! `image`: an image's file, or what a booted console shows, against the manifest that those who reproduced it signed.

mod disk;
mod signed;

use std::path::{Path, PathBuf};

use record::messages::{ImageManifest, MANIFEST_SIGNERS};
use record::{Digest, text, words};

use crate::error::Error;
use crate::session::Session;
use crate::show;
use signed::Signed;

/// What is compared, and by whose signatures.
#[derive(clap::Args)]
pub struct Asked {
    /// The image's file or disk and then its manifest; with
    /// --words, the manifest alone
    #[arg(value_name = "FILE", num_args = 1..=2, required = true, verbatim_doc_comment)]
    files: Vec<PathBuf>,
    /// Compare what the console shows: its 33 words, or
    /// the digest in hexadecimal, on standard input
    #[arg(long, verbatim_doc_comment)]
    words: bool,
    /// Whose signatures count: rosters, or
    /// allowed_signers as `ssh-keygen` reads them
    #[arg(long, value_name = "FILE", conflicts_with = "unsigned", verbatim_doc_comment)]
    signers: Vec<PathBuf>,
    /// A signature of the manifest, where it does not lie
    /// beside it as MANIFEST.sig or MANIFEST.NAME.sig
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    signature: Vec<PathBuf>,
    /// How many signers must have signed
    #[arg(long, value_name = "NUMBER", default_value_t = MANIFEST_SIGNERS, value_parser = clap::value_parser!(u8).range(1..), verbatim_doc_comment)]
    need: u8,
    /// Check no signatures: the manifest is then the word of
    /// whoever sent it
    #[arg(long, verbatim_doc_comment)]
    unsigned: bool,
}

/// Checks the manifest's signatures, then the image or the words.
///
/// # Errors
/// A manifest that too few signed, another image, or other words.
pub fn run(session: &mut Session, asked: &Asked) -> Result<(), Error> {
    let (image, manifest) = match (&asked.files[..], asked.words) {
        ([manifest], true) => (None, manifest),
        ([image, manifest], false) => (Some(image), manifest),
        _ => return Err(Error::ImageFiles { words: asked.words }),
    };
    let (bytes, told) = session.read::<ImageManifest>(manifest)?;
    let signed = Signed::check(session, asked, manifest, &bytes)?;
    session.terminal.show(&page(&told, &signed, session))?;
    signed.demand(asked.need)?;
    signed.remember(session, &Digest::of(&bytes))?;
    match image {
        Some(image) => session.terminal.show(&disk::check(image, &told)?),
        None => compare_words(session, &told),
    }
}

fn page(told: &ImageManifest, signed: &Signed, session: &Session) -> Vec<String> {
    let title = format!("The manifest of the image {}", told.name);
    let mut page = show::top(&title, session.home.member().rehearsal);
    page.extend(show::field("octets", &told.size.to_string()));
    page.extend(show::digest("the image, SHA-256", &told.sha256));
    for (of, digest) in [
        ("root hash of dm-verity, which the console shows", &told.verity_root),
        ("unified kernel image, SHA-256", &told.uki),
        ("file that pins the build's inputs, SHA-256", &told.lock),
        ("list of what the engine is built from, SHA-256", &told.sbom),
    ] {
        page.extend(digest.iter().flat_map(|digest| show::digest(of, digest)));
    }
    page.extend(show::digest("the program `ceremony` in it, SHA-256", &told.engine));
    page.extend(
        told.revision
            .iter()
            .flat_map(|revision| show::field("sources", revision)),
    );
    for pcr in &told.pcrs {
        page.extend(show::digest(&format!("a TPM's register {}", pcr.number), &pcr.value));
    }
    page.extend(signed.page());
    page
}

/// What a person reads off the console's screen, against what the manifest says that it must show.
fn compare_words(session: &mut Session, told: &ImageManifest) -> Result<(), Error> {
    let (what, expected) = match told.verity_root {
        Some(root) => ("root hash of dm-verity", root),
        None => ("digest of the program `ceremony`", told.engine),
    };
    let typed = session.terminal.spoken(what)?;
    let found = read_digest(&typed)?;
    if found != expected {
        return Err(Error::OtherBoot {
            what,
            expected,
            found,
            word: first_difference(&expected, &found),
        });
    }
    let mut page = show::part("The console shows what the manifest says");
    page.extend(show::note(&format!(
        "All 32 octets of the {what} are the same. A screen can lie: this says what the console shows, not what it runs."
    )));
    session.terminal.show(&page)
}

/// Words with their checksum word, or hexadecimal digits in any blocks.
fn read_digest(typed: &str) -> Result<Digest, Error> {
    let hex: String = typed.split_whitespace().collect();
    if let Some(digest) = Digest::from_hex(&hex.to_lowercase()) {
        return Ok(digest);
    }
    words::from_words(typed).map(Digest).map_err(|cause| Error::Words {
        cause: text::plain(&cause.to_string(), 200),
    })
}

/// The place of the first word that differs, from 1, with the manifest's word and the other one.
fn first_difference(expected: &Digest, found: &Digest) -> (usize, &'static str, &'static str) {
    let pairs = words::to_words(&expected.0).into_iter().zip(words::to_words(&found.0));
    let differs = (1..).zip(pairs).find(|(_, (expected, found))| expected != found);
    differs.map_or((33, "", ""), |(place, (expected, found))| (place, expected, found))
}

/// `manifest.cbor` beside `manifest.cbor.sig` and `manifest.cbor.member-1.sig`.
fn beside(manifest: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |cause| Error::Read {
        path: manifest.into(),
        cause,
    };
    let folder = match manifest.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let name = manifest.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_signature = |path: &PathBuf| {
        let other = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rest = other.strip_prefix(&name).and_then(|rest| rest.strip_suffix(".sig"));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()).map_err(failed));
    let mut found: Vec<_> = paths.collect::<Result<_, _>>()?;
    found.retain(is_signature);
    found.sort();
    Ok(found)
}
