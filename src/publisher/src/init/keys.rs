//! The keys that `init` makes: sealed in files, or inside a token.

use std::path::PathBuf;

use record::screen::Shown;
use tlog::VerifierKey;
use verifier::layout::Log;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key_place::KeyPlace;
use crate::ledger::{self, State};
use crate::log_key::{self, Cost, token};
use crate::{files, terminal};

/// A key that was made and that nobody knows yet.
pub struct Made {
    /// Which log's.
    pub log: Log,
    /// Where it is, or goes.
    pub place: KeyPlace,
    /// Its public side.
    pub key: VerifierKey,
    /// Its sealed file, still to be written; none for one in a token.
    pub pem: Option<Zeroizing<String>>,
    /// The token that it is in; it is open for the first key alone.
    token: Option<token::Open>,
}

/// Makes a key for each log, and asks for what seals or opens its place.
///
/// # Errors
/// No randomness, no passphrase, or a token that refuses; then none is left in it.
pub fn make(places: &[(Log, KeyPlace)], rehearsal: bool) -> Result<Vec<Made>, Error> {
    let mut all: Vec<Made> = Vec::new();
    for (log, place) in places {
        match one(*log, place, rehearsal, &mut all) {
            Ok(made) => all.push(made),
            Err(error) => {
                take_back(&mut all);
                return Err(error);
            }
        }
    }
    Ok(all)
}

fn one(log: Log, place: &KeyPlace, rehearsal: bool, before: &mut [Made]) -> Result<Made, Error> {
    let origin = log.origin(rehearsal);
    let (key, pem, token) = match place {
        KeyPlace::File(_) => {
            let of = match log {
                Log::MAIN => "the log key".to_owned(),
                other => format!("the key of {other}"),
            };
            let cost = if rehearsal { Cost::Rehearsal } else { Cost::Production };
            let (pem, key) = log_key::make(&origin, &terminal::new_passphrase(&of)?, cost)?;
            (key, Some(pem), None)
        }
        KeyPlace::Token { key: name, .. } => {
            // Both are in one token, whose PIN is asked for once.
            let open = before.iter_mut().find_map(|made| made.token.as_mut());
            match open {
                Some(open) => (open.make(&name.label, &origin)?, None, None),
                None => {
                    let mut open = token::Open::with_pin(name)?;
                    (open.make(&name.label, &origin)?, None, Some(open))
                }
            }
        }
    };
    let place = place.clone();
    Ok(Made {
        log,
        place,
        key,
        pem,
        token,
    })
}

/// Writes the keys and their empty memories, and further files beside them; what comes last may fail, too. All or nothing: a
/// key that nobody knows yet is taken back, so that the same command can be run again.
///
/// # Errors
/// A file that is there already or cannot be written; then none is left.
pub fn write(
    made: &[Made],
    further: Vec<(PathBuf, String, u32)>,
    last: impl FnOnce() -> Result<(), Error>,
) -> Result<(), Error> {
    let mut files = Vec::new();
    for Made { place, key, pem, .. } in made {
        if let (KeyPlace::File(path), Some(pem)) = (place, pem) {
            files.push((path.clone(), pem.to_string(), files::PRIVATE));
        }
        let state = State::of(key.to_string());
        files.push((place.state(), ledger::encode(&state), files::PRIVATE));
    }
    files.extend(further);
    let mut there = Vec::new();
    let written = files.iter().try_for_each(|(path, text, mode)| {
        files::create(path, text.as_bytes(), *mode)?;
        there.push(path);
        Ok(())
    });
    written.and_then(|()| last()).inspect_err(|_| {
        there.iter().for_each(|path| drop(std::fs::remove_file(path)));
    })
}

/// Tells where the keys are, and where it is remembered what they sign.
pub fn tell(made: &[Made]) {
    for Made { place, log, .. } in made {
        let of = match *log {
            Log::MAIN => "the log's key".to_owned(),
            other => format!("the key of {other}"),
        };
        if let KeyPlace::File(path) = place {
            wrote(&path.display(), &format!("{of}, sealed"));
        }
        wrote(
            &place.state().display(),
            &format!("what {of} signed: keep it with the key"),
        );
    }
}

/// Tells what was written.
pub fn wrote(path: &dyn std::fmt::Display, what: &str) {
    terminal::show(&Shown::Wrote {
        path: path.to_string(),
        what: what.into(),
    });
}

/// Destroys the keys in tokens again.
pub fn take_back(made: &mut [Made]) {
    let label = |made: &Made| match &made.place {
        KeyPlace::Token { key, .. } => Some(key.label.clone()),
        KeyPlace::File(_) => None,
    };
    let labels: Vec<String> = made.iter().filter_map(label).collect();
    if let Some(open) = made.iter_mut().find_map(|made| made.token.as_mut()) {
        labels.iter().for_each(|label| open.take_back(label));
    }
}
