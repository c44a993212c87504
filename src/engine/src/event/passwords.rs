//! A password that the HSM refused is asked for again, as long as no account is locked by it: CloudHSM locks one at the
//! fifth wrong password in a row, for the right one too.

use record::journal::{Entry, What};

use super::Event;
use crate::error::Error;

/// What the HSM said to a login.
pub(super) enum Tried<T> {
    /// The user is in.
    In(T),
    /// The password is asked for again.
    Again,
}

impl Event {
    /// A login's outcome: whether it was good, or the password may be asked for again. Before the try that could lock the
    /// account people decide.
    pub(super) fn tried<T>(&mut self, user: &str, outcome: Result<T, hsm::Error>) -> Result<Tried<T>, Error> {
        let cause = match outcome {
            Ok(done) => return Ok(Tried::In(done)),
            Err(cause) if is_no(&cause) => cause,
            Err(cause) => return Err(cause.into()),
        };
        let refused = self.refused_logins(user);
        let left = LOCKS_AT.saturating_sub(refused);
        match left {
            0 => return Err(cause.into()),
            1 => {}
            n => {
                self.console.warn(format!(
                    "{cause}. If the password was wrong: at most {n} more wrong ones in a row lock {user}, fewer if there were any \
                     before this event; a locked account is refused with the right one too."
                ));
                return Ok(Tried::Again);
            }
        }
        let question = format!(
            "The HSM refused {user} {refused} times in a row: {cause}. One more wrong password locks the account on each \
             HSM, if it is not locked by now; then only other admins can give it another, under the quorum. Find the right one before you try again."
        );
        match self.console.decide(&question, &[TRY, "stop"])?.as_str() {
            TRY => Ok(Tried::Again),
            _ => Err(cause.into()),
        }
    }

    /// Whether the next wrong password would lock the account, as far as this event knows: it may be locked from before.
    pub(super) fn is_at_the_last_try(&self, user: &str) -> bool {
        self.refused_logins(user) + 1 >= LOCKS_AT
    }

    /// How often the HSM refused a user since it last let them in, in all runs of this event.
    pub(super) fn refused_logins(&self, user: &str) -> usize {
        refused_in(self.ledger.borrow().entries(), user)
    }
}

fn refused_in(entries: &[Entry], user: &str) -> usize {
    let login = format!("login --username {user} ");
    let answers = entries.iter().rev().filter_map(|entry| match &entry.what {
        What::Answer { command, answer, .. } if command.starts_with(&login) => Some(answer),
        _ => None,
    });
    answers.take_while(|answer| says_no(answer)).count()
}

fn says_no(answer: &str) -> bool {
    let code = serde_json::from_str::<serde_json::Value>(answer).map(|answer| answer["error_code"].as_u64());
    !matches!(code, Ok(Some(0)))
}

/// In words of its own: no page gives those for a wrong password.
pub(super) fn is_no(cause: &hsm::Error) -> bool {
    matches!(cause, hsm::Error::Unknown { .. })
}

/// Five wrong passwords in a row (AWS, cloudhsm_cli-login).
const LOCKS_AT: usize = 5;
/// What people say who have found the right one.
pub const TRY: &str = "try again";

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Digest, Time};

    fn answer(command: &str, answer: &str) -> Entry {
        Entry {
            number: 0,
            previous: Digest::of(b""),
            at: Time(0),
            what: What::Answer {
                command: command.to_owned(),
                answer: answer.to_owned(),
                files: Default::default(),
            },
        }
    }

    #[test]
    fn counts_what_was_refused_since_the_user_was_let_in() {
        let login = "login --username root_owner --role crypto-user [secret]";
        let (no, yes) = ("{\"error_code\":1,\"data\":\"no\"}", "{\"error_code\":0,\"data\":{}}");
        let other = answer("login --username root_owner_2 --role crypto-user [secret]", no);
        let mut entries = vec![answer(login, no), answer(login, yes)];
        assert_eq!(refused_in(&entries, "root_owner"), 0);
        entries.extend([answer(login, no), other, answer("user list", yes), answer(login, no)]);
        assert_eq!(refused_in(&entries, "root_owner"), 2);
        assert_eq!(refused_in(&entries, "root_owner_2"), 1);
        // An answer that is none counts as a no.
        entries.push(answer(login, "Error"));
        assert_eq!(refused_in(&entries, "root_owner"), 3);
    }
}
