//! Approvals given before: while a token of theirs can live, nothing is approved a second time.

use std::collections::{BTreeMap, BTreeSet};

use record::messages::{Approval, Attendance, Opening, Phase};
use record::{Digest, Time};

use crate::clock::{self, SKEW};
use crate::error::Error;
use crate::session::Session;
use crate::show;
use crate::window::Allowed;

/// What this member did about the same actions before.
pub enum Earlier {
    /// Approved this very request, at that time: the same answer is given again, and no other token gets a signature. If the
    /// clock was wrong then, the console refuses that time, and the answer says that of now.
    Same(Box<Approval>, Time),
    /// Approved these actions, by their digests, so long ago that no token of then lives.
    Longer(BTreeMap<Digest, Time>),
}

/// Compares a request with everything that was approved here, in whatever session.
///
/// # Errors
/// An action was approved for another token, which may live still.
pub fn check(session: &Session, (request, asked): (&Digest, Time), allowed: &[Allowed]) -> Result<Earlier, Error> {
    let made = session.home.made::<Approval>()?;
    let same = made.iter().filter(|(_, approval)| approval.request == *request);
    let is_taken = |at: Time| asked <= at.plus(SKEW) && !clock::is_ahead(at, session.now);
    // Of several, the first whose time the console takes.
    if let Some((_, same)) = same.min_by_key(|(_, approval)| (!is_taken(approval.at), approval.at)) {
        let (before, mut same) = (same.at, Box::new(same.clone()));
        if !is_taken(before) {
            same.at = session.now;
        }
        return Ok(Earlier::Same(same, before));
    }
    let mut longer = BTreeMap::new();
    for one in allowed {
        let action = one.deed.digest();
        let of_it = |approval: &Approval| approval.tokens.iter().any(|token| token.action == action);
        let Some(at) = newest(&made, session.now, of_it) else {
            continue;
        };
        // A clock that went back shows less than what went by, never more.
        if session.now < at.plus(TOKEN_LIVES) {
            return Err(Error::ApprovedLately {
                step: one.deed.step().to_owned(),
                at,
                free: at.plus(TOKEN_LIVES),
                now: session.now,
            });
        }
        longer.insert(action, at);
    }
    Ok(Earlier::Longer(longer))
}

/// When such an approval was given last. One of the future, by a clock that was wrong then, does not count once the same
/// request was answered again by a clock that was right.
fn newest(made: &[(Digest, Approval)], now: Time, is_one: impl Fn(&Approval) -> bool) -> Option<Time> {
    let is_mended = |one: &Approval| {
        let mut same = made.iter().filter(|(_, other)| other.request == one.request);
        clock::is_ahead(one.at, now) && same.any(|(_, other)| !clock::is_ahead(other.at, now))
    };
    let counted = made.iter().filter(|(_, one)| is_one(one) && !is_mended(one));
    counted.map(|(_, one)| one.at).max()
}

/// What was approved for this plan must be what the plan has approved with the keys that are named now. A console that
/// names another key for one that it made gets other bytes for the same step, and with them a second use of the key that
/// signs.
///
/// # Errors
/// Something was approved that other keys were named for, and a token of it may live still.
pub fn demand_same_keys(session: &Session, plan: &Digest, planned: &BTreeSet<Digest>) -> Result<(), Error> {
    let made = session.home.made::<Approval>()?;
    let other = |approval: &Approval| {
        approval.plan == *plan && approval.tokens.iter().any(|token| !planned.contains(&token.action))
    };
    match newest(&made, session.now, other) {
        Some(at) if session.now < at.plus(TOKEN_LIVES) => Err(Error::OtherKeysLately {
            at,
            free: at.plus(TOKEN_LIVES),
            now: session.now,
        }),
        _ => Ok(()),
    }
}

/// After a member's word to be present at the end there is nothing left to approve.
///
/// # Errors
/// That word was given for this session.
pub fn demand_not_ended(session: &Session, opening: &Opening) -> Result<(), Error> {
    let words = session.home.made::<Attendance>()?;
    let ended = |word: &Attendance| word.phase == Phase::End && word.session == opening.session;
    match words.iter().find(|(_, word)| ended(word)) {
        Some((_, word)) => Err(Error::Ended { at: word.at }),
        None => Ok(()),
    }
}

impl Earlier {
    /// What the member must know before they read on.
    #[must_use]
    pub fn page(&self) -> Vec<String> {
        let (title, said) = match self {
            Self::Longer(longer) if longer.is_empty() => return Vec::new(),
            Self::Longer(longer) => (
                format!("YOU APPROVED {} OF THESE BEFORE", longer.len()),
                "No token of then lives by your clock, but one may have been spent: a signature over the same bytes may \
                 exist, or one over others. Ask what became of it, and whether the record will say so.",
            ),
            Self::Same(approval, before) => (
                format!("YOU APPROVED THIS VERY REQUEST AT {before}"),
                match approval.at == *before {
                    true => "The same answer is written again. It allows nothing that it did not allow then.",
                    false => {
                        "By the clock of now that time is none that the console takes. The same answer is written again \
                         with the time of now. It allows nothing that it did not allow then."
                    }
                },
            ),
        };
        let mut page = show::part(&title);
        page.extend(show::note(said));
        page
    }

    /// The same, at one action.
    #[must_use]
    pub fn at(&self, action: &Digest) -> Vec<String> {
        match self {
            Self::Longer(longer) => longer
                .get(action)
                .map_or_else(Vec::new, |at| show::field("YOU APPROVED THIS AT", &at.to_string())),
            Self::Same(..) => Vec::new(),
        }
    }
}

/// CloudHSM: ten minutes from the first token to the last approval, and ten more in which an approved token is used.
const TOKEN_LIVES: u64 = 1_200;
