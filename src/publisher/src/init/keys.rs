//! The keys that `init` makes: sealed in files, or inside a token.

use tlog::VerifierKey;
use verifier::layout::Log;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key_place::KeyPlace;
use crate::log_key::{self, Cost, token};
use crate::terminal;

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
            let of = if log == Log::MAIN {
                "the log key"
            } else {
                "the key of sig/1"
            };
            let cost = if rehearsal { Cost::Rehearsal } else { Cost::Production };
            let (pem, key) = log_key::make(&origin, &terminal::new_passphrase(of)?, cost)?;
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
