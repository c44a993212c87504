//! `open`: a hand-over, opened and shown to its member, and written nowhere.

mod identity;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use record::messages::HandOver;
use record::{Digest, text};
use zeroize::Zeroizing;

use crate::error::{Error, Opening};
use crate::session::Session;
use crate::show;

use self::identity::Identity;

/// How hand-overs are opened.
pub struct Way {
    /// What opens them, where it is not the home's SSH key.
    pub identity: Option<PathBuf>,
    /// The secret alone goes to standard output, whatever that is.
    pub stdout: bool,
}

/// Opens each: says whose password it is, then shows it.
///
/// # Errors
/// Another member's, a damaged one, one that these keys do not open, or nobody at a terminal.
pub fn run(session: &mut Session, files: &[PathBuf], way: &Way) -> Result<(), Error> {
    if !way.stdout && !session.terminal.is_read() {
        return Err(Opening::NotShown.into());
    }
    let read = |path: &PathBuf| read(session, path);
    let hand_overs: Vec<_> = files.iter().map(read).collect::<Result<_, _>>()?;
    if way.identity.is_none() {
        hand_overs.iter().try_for_each(|one| is_for_the_home(session, one))?;
    }
    for one in &hand_overs {
        let page = page(session, one);
        match way.stdout {
            true => session.terminal.show_beside(&page),
            false => session.terminal.show(&page)?,
        }
    }
    let identity = match &way.identity {
        Some(path) => Identity::of_file(session, path)?,
        None => Identity::of_home(session)?,
    };
    for one in &hand_overs {
        let secret = opened(one, &identity)?;
        reveal(session, one, &secret, way.stdout)?;
    }
    Ok(())
}

/// A hand-over and where it lies.
struct Given {
    path: PathBuf,
    digest: Digest,
    body: HandOver,
}

fn read(session: &Session, path: &Path) -> Result<Given, Error> {
    let (bytes, body) = session.read::<HandOver>(path)?;
    match body.member == session.id() {
        true => Ok(Given {
            path: path.to_owned(),
            digest: Digest::of(&bytes),
            body,
        }),
        false => Err(Error::OtherMember {
            asked: text::plain(&body.member, 63),
            own: session.id().to_owned(),
        }),
    }
}

fn is_for_the_home(session: &Session, one: &Given) -> Result<(), Error> {
    match one.body.recipient == session.home.member().ssh_key {
        true => Ok(()),
        false => Err(Opening::SealedElsewhere {
            recipient: one.body.recipient.clone(),
        }
        .into()),
    }
}

fn page(session: &Session, one: &Given) -> Vec<String> {
    let title = format!("A password for {}", one.body.member);
    let mut page = show::top(&title, session.home.member().rehearsal);
    page.extend(show::field("HSM user", &one.body.user));
    page.extend(show::field("what it is", &one.body.purpose));
    page.extend(show::field("made at", &one.body.at.to_string()));
    page.extend(show::field("sealed to", &one.body.recipient));
    page.extend(show::digest(
        "the file's digest, as the console's journal has it",
        &one.digest,
    ));
    page.extend(show::note(
        "Nothing says who made this file but the journal of the event: a password that the HSM does not take is not the one \
         that it has.",
    ));
    page
}

/// The secret. It is a line of text that can be shown as it is.
fn opened(one: &Given, identity: &Identity) -> Result<Zeroizing<String>, Error> {
    let damaged = |what: &str| Opening::Damaged {
        path: one.path.clone(),
        what: what.to_owned(),
    };
    let secret = identity.open(&one.body.sealed, &one.path)?;
    let printable = |octet: &u8| octet.is_ascii_graphic() || *octet == b' ';
    match !secret.is_empty() && secret.iter().all(printable) {
        true => String::from_utf8(secret.to_vec())
            .map(Zeroizing::new)
            .map_err(|_| damaged("what is in it is no password").into()),
        false => Err(damaged("what is in it is no password").into()),
    }
}

fn reveal(session: &mut Session, one: &Given, secret: &Zeroizing<String>, stdout: bool) -> Result<(), Error> {
    if stdout {
        return session.terminal.reveal(secret);
    }
    // Anybody can seal to a member's public key, and name any user.
    session.terminal.before_a_secret(&text::plain(&one.body.user, 63))?;
    session.terminal.reveal(secret)?;
    session.terminal.show(&show::note(
        "Keep it as you keep your other passwords. Then clear this screen and what can be scrolled back to.",
    ))
}

/// What was opened, of at most this many octets.
fn bounded(reader: impl std::io::Read) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut secret = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    reader.take(LIMIT as u64 + 1).read_to_end(&mut secret)?;
    match secret.len() > LIMIT {
        true => Err(std::io::Error::other("it is longer than any password")),
        false => Ok(secret),
    }
}

const LIMIT: usize = 4096;
