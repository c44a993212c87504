//! `attend`: a member's word to be present, for this plan, this image and this session of the console.

use std::path::Path;

use record::messages::{Attendance, ImageKind, Opening, Phase, Place};
use record::plan::Inbound;
use record::{Bytes, Digest};

use crate::error::Error;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{clock, show, standing};

/// What the member says of themselves.
pub struct Word {
    /// Beginning or end.
    pub phase: Phase,
    /// In the room, or from afar.
    pub place: Place,
    /// The image that they expect, as they know it from elsewhere.
    pub image: Option<Digest>,
    /// At the beginning: take this opening in the place of another one, or although it is old.
    pub new_opening: bool,
}

/// Shows what the console says it runs, asks, and writes the attendance.
///
/// # Errors
/// A plan that was not reviewed, another image or session, a wrong passphrase or PIN, or other words.
pub fn run(session: &mut Session, opening: &Path, word: &Word, out: &Path) -> Result<(), Error> {
    let (bytes, opening) = session.read::<Opening>(opening)?;
    let inbound = standing::reviewed(session, &opening.plan, &opening.event, session.now)?;
    standing::not_refused(session, &inbound.digest)?;
    check(session, &inbound, &opening, word)?;
    let outbox = Outbox::claim(out, &format!("attendance-{}-{}.cbor", word.phase.name(), session.id()))?;
    session.terminal.show(&page(&opening, word, session))?;
    session.terminal.show(&replaced(session, &opening)?)?;
    session
        .terminal
        .show(&said_before(&said(session, &opening)?, word.phase))?;
    session.terminal.show(&show::spoken("image", &opening.image.digest))?;
    let mut keys = session.unlock(&[])?;
    session.terminal.confirm("image", &opening.image.digest)?;
    session.home.keep_opening(&inbound.digest, &bytes)?;
    let attendance = attendance(opening, word, session)?;
    session.deliver(&mut keys, attendance, outbox)
}

fn check(session: &Session, inbound: &Inbound, opening: &Opening, word: &Word) -> Result<(), Error> {
    if let Some(expected) = word.image.filter(|expected| *expected != opening.image.digest) {
        return Err(Error::OtherImage {
            expected,
            found: opening.image.digest,
            kind: opening.image.kind,
        });
    }
    if opening.session.len() != SESSION {
        return Err(Error::SessionSize {
            octets: opening.session.len(),
        });
    }
    if word.phase == Phase::Begin {
        not_ended(session, opening)?;
    }
    clock::demand_not_behind(session.now, opening.at, "the console's opening")?;
    let attended = session.home.opening(&inbound.digest)?;
    match (attended, word.phase) {
        (Some(_), Phase::Begin) if word.new_opening => check_begin(session, inbound, opening, word),
        (None, Phase::Begin) => check_begin(session, inbound, opening, word),
        // An event that took too long is still ended, and its record still signed.
        (Some(attended), phase) => {
            standing::same_run(&attended, &opening.image, &opening.session, "opening")?;
            match phase {
                Phase::Begin => standing::event_open(session, inbound),
                Phase::End => Ok(()),
            }
        }
        (None, Phase::End) => Err(Error::NotAttended {
            event: inbound.plan.event.clone(),
        }),
    }
}

/// Who said that they are at the end of this session does not begin in it.
fn not_ended(session: &Session, opening: &Opening) -> Result<(), Error> {
    let said = said(session, opening)?;
    match said.iter().find(|word| word.phase == Phase::End) {
        None => Ok(()),
        Some(word) => Err(Error::EndSaid {
            event: opening.event.clone(),
            at: word.at,
        }),
    }
}

/// This member's words for this session of the console, the oldest first.
fn said(session: &Session, opening: &Opening) -> Result<Vec<Attendance>, Error> {
    let words = session.home.made::<Attendance>()?.into_iter().map(|(_, word)| word);
    let of_session = |word: &Attendance| word.plan == opening.plan && word.session == opening.session;
    let mut words: Vec<Attendance> = words.filter(of_session).collect();
    words.sort_by_key(|word| word.at);
    Ok(words)
}

/// Anybody can write an opening: nobody signs it. One that cannot be of this event and this hour is not remembered.
fn check_begin(session: &Session, inbound: &Inbound, opening: &Opening, word: &Word) -> Result<(), Error> {
    standing::event_open(session, inbound)?;
    let (plan, at, now) = (&inbound.plan, opening.at, session.now);
    let of_event = |other: &&Opening| other.event == plan.event && other.plan != inbound.digest;
    if let Some(other) = session.home.openings()?.iter().find(of_event) {
        return Err(Error::OtherPlanAttended {
            event: plan.event.clone(),
            plan: other.plan,
        });
    }
    if at < plan.opens || plan.closes < at {
        let (opens, closes) = (plan.opens, plan.closes);
        return Err(Error::OpeningOutside { at, opens, closes });
    }
    match now <= at.plus(OPENING_AGE) || word.new_opening {
        true => Ok(()),
        false => Err(Error::OpeningAge { at, now }),
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
    page.extend(show::octets("the console's session", &opening.session));
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

/// What it means to take this opening, where another one was attended.
fn replaced(session: &Session, opening: &Opening) -> Result<Vec<String>, Error> {
    let Some(before) = session.home.opening(&opening.plan)?.filter(|before| before != opening) else {
        return Ok(Vec::new());
    };
    let mut page = show::part("THIS IS A NEW OPENING: you attended another one of this event");
    page.extend(show::octets("its session", &before.session));
    page.extend(show::digest("what the console ran, SHA-256", &before.image.digest));
    page.extend(show::note(
        "From here on only the new one counts, and what you say for the other one is refused. One of the two is not \
         this console's: go on only if all others see the session and the image above.",
    ));
    Ok(page)
}

/// A word that was given before is given anew with another nonce and time; only a lost file is a reason for it.
fn said_before(said: &[Attendance], phase: Phase) -> Vec<String> {
    let of_phase = said.iter().filter(|word| word.phase == phase);
    let times: Vec<String> = of_phase.map(|word| word.at.to_string()).collect();
    if times.is_empty() {
        return Vec::new();
    }
    let mut page = show::part(&format!("YOU SAID THIS AT {}", times.join(" AND ")));
    page.extend(show::note(
        "What you sign now is another word, with a time and a nonce of its own; the console takes one of them. Go on only \
         if the file of the first was lost before the console had it.",
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
/// What the console draws for each run.
const SESSION: usize = 16;
/// How long members may take to come, and how far clocks may be apart, in seconds.
const OPENING_AGE: u64 = 3_600;
