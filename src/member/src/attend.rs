//! `attend`: a member's word to be present, for this plan, this image and this session of the console.

use std::path::Path;

use record::messages::{Attendance, ImageKind, Opening, Phase, Place};
use record::plan::Inbound;
use record::{Bytes, Digest};

use crate::error::Error;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{keys, show, standing};

/// What the member says of themselves.
pub struct Word {
    /// Beginning or end.
    pub phase: Phase,
    /// In the room, or from afar.
    pub place: Place,
    /// The image that they expect, as they know it from elsewhere.
    pub image: Option<Digest>,
}

/// Shows what the console says it runs, asks, and writes the attendance.
///
/// # Errors
/// A plan that was not reviewed, another image or session, a wrong passphrase, or other words.
pub fn run(session: &mut Session, opening: &Path, word: &Word, out: &Path) -> Result<(), Error> {
    let (bytes, opening) = session.read::<Opening>(opening)?;
    let inbound = standing::reviewed(session, &opening.plan, &opening.event, session.now)?;
    check(session, &inbound, &opening, word)?;
    let outbox = Outbox::claim(out, &format!("attendance-{}-{}.cbor", word.phase.name(), session.id()))?;
    session.terminal.show(&page(&opening, word, session))?;
    session.terminal.show(&show::spoken("image", &opening.image.digest))?;
    let member = session.id().to_owned();
    let passphrase = session.terminal.passphrase(&member)?;
    let ssh = keys::unlock_ssh(&session.home, &passphrase)?;
    session.terminal.confirm("image", &opening.image.digest)?;
    session.home.keep_opening(&inbound.digest, &bytes)?;
    let attendance = attendance(opening, word, session)?;
    session.deliver(&ssh, attendance, outbox)
}

fn check(session: &Session, inbound: &Inbound, opening: &Opening, word: &Word) -> Result<(), Error> {
    if let Some(expected) = word.image.filter(|expected| *expected != opening.image.digest) {
        return Err(Error::OtherImage {
            expected,
            found: opening.image.digest,
            kind: opening.image.kind,
        });
    }
    // An event that took too long is still ended, and its record still signed.
    if word.phase == Phase::Begin {
        standing::event_open(session, inbound)?;
    }
    match (session.home.opening(&inbound.digest)?, word.phase) {
        (Some(attended), _) => standing::same_run(&attended, &opening.image, &opening.session, "opening"),
        (None, Phase::Begin) => Ok(()),
        (None, Phase::End) => Err(Error::NotAttended {
            event: inbound.plan.event.clone(),
        }),
    }
}

fn page(opening: &Opening, word: &Word, session: &Session) -> Vec<String> {
    let mut page = show::top(
        &format!("Present at the event {}", opening.event),
        session.home.member().rehearsal,
    );
    let when = match word.phase {
        Phase::Begin => "at the beginning",
        Phase::End => "at the end",
    };
    let place = match word.place {
        Place::Local => "in the room with the console",
        Place::Remote => "from afar",
    };
    page.extend(show::field(
        "you say",
        &format!("{} is present {when}, {place}, at {}", session.id(), session.now),
    ));
    page.extend(show::field(
        "opened",
        &format!("{}, by the console's clock", opening.at),
    ));
    page.extend(show::field("plan", "the one that you reviewed"));
    page.extend(show::digest("plan, SHA-256", &opening.plan));
    page.extend(show::field(
        "what the console runs",
        match opening.image.kind {
            ImageKind::Verity => "an image; its root hash is below",
            ImageKind::Binary => "the program `ceremony`, without an image of its own; the program's digest is below",
        },
    ));
    page.extend(show::field(
        "boot unproven",
        "nothing but the console's own word says that it runs this",
    ));
    page.extend(show::field(
        "compared with --image",
        match word.image {
            Some(_) => "yes, it is the same",
            None => "no; compare the digest yourself with what you know from elsewhere",
        },
    ));
    page
}

fn attendance(opening: Opening, word: &Word, session: &Session) -> Result<Attendance, Error> {
    let mut nonce = vec![0; NONCE];
    getrandom::fill(&mut nonce).map_err(|e| Error::Key {
        doing: "drawing a nonce",
        what: e.to_string(),
    })?;
    Ok(Attendance {
        event: opening.event,
        plan: opening.plan,
        image: opening.image,
        session: opening.session,
        member: session.id().to_owned(),
        nonce: Bytes(nonce),
        phase: word.phase,
        place: word.place,
        at: session.now,
    })
}

/// 128 bits: no two attendances share a nonce, and a quote over it is fresh.
const NONCE: usize = 16;
