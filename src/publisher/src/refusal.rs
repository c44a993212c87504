//! `refusal`: a member's refusal is checked, logged, and published, whether or not the event is held.

use std::path::PathBuf;

use record::Digest;
use record::screen::Shown;
use verifier::entries::Expected;
use verifier::refusal::{check_refusal, entry};
use verifier::{Finding, layout};

use crate::desk::{Desk, Where};
use crate::error::Error;
use crate::publication::Publication;
use crate::store::{Source, read};
use crate::{files, in_force, terminal};

/// What `refusal` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// The refusal's bundle; the member's signature lies beside it,
    /// as FILE.sig.
    #[arg(long, value_name = "FILE")]
    refusal: PathBuf,
}

/// Checks and publishes. Cut off at any moment, it can be run again and goes on.
///
/// # Errors
/// Somebody who is not in office, a signature that is not theirs, or a store that fails.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let desk = Desk::open(&arguments.place)?;
    let bytes = files::read(&arguments.refusal, LIMIT)?;
    let signature = files::read_text(&arguments.refusal.with_added_extension("sig"), LIMIT)?;
    let number = match number(&desk.store, &bytes) {
        // Opening the desk published it.
        Err(Error::Published { event }) if desk.has_finished(&event, Digest::of(&bytes)) => return Ok(()),
        number => number?,
    };
    let file = layout::refusal(number);
    let standing = in_force::standing(&desk.store, desk.rehearsal(), desk.now)?;
    let roster = in_force::roster(&desk.store, &standing, desk.rehearsal())?;
    let found = |what: String| {
        Error::Findings(vec![Finding {
            file: file.clone(),
            rule: "refusal-bad",
            what,
        }])
    };
    let refusal = check_refusal(&bytes, &signature, &roster, desk.rehearsal()).map_err(&found)?;
    if refusal.at > desk.now.plus(CLOCKS) {
        return Err(found(format!("it is of {}, and it is {} now", refusal.at, desk.now)));
    }
    let policy = desk.policy(&in_force::log_policy(&desk.store, &standing)?)?;
    terminal::show(&Shown::Heading {
        title: format!("Publishing the refusal of {}: {}", refusal.member, refusal.event),
    });
    let publication = Publication {
        event: format!("refusal {number}"),
        results: Digest::of(&bytes),
        entries: vec![Expected {
            file: file.clone(),
            entry: entry(&bytes, &signature)?,
        }],
        files: vec![
            (file, bytes),
            (layout::refusal_signature(number), signature.into_bytes()),
        ],
        certificates: Vec::new(),
        crls: Vec::new(),
    };
    desk.publish(&publication, &policy)
}

/// The first number that is free.
fn number(store: &dyn Source, bytes: &[u8]) -> Result<u32, Error> {
    let mut number = 1;
    while let Some(found) = read(store, &layout::refusal(number))? {
        if found == bytes {
            let event = format!("refusal {number}");
            return Err(Error::Published { event });
        }
        number += 1;
    }
    Ok(number)
}

/// No refusal is larger, nor its signature.
const LIMIT: usize = 16 * 1024;
/// How far a member's clock may be ahead.
const CLOCKS: u64 = 300;
