//! After a lost answer: the HSM's state is read again and written down. What became of the command stays unknown, and
//! people decide.

use hsm::ListedToken;
use record::journal::What;
use record::plan::EventKey;

use super::Event;
use super::cluster::serials;
use super::progress::Unanswered;
use crate::error::Error;

impl Event {
    /// In a resumed event, before anything else is asked of the HSM.
    pub(super) fn read_back_what_was_lost(&mut self) -> Result<(), Error> {
        let Some(lost) = self.progress().unanswered.clone() else {
            return Ok(());
        };
        self.console.warn(format!(
            "no answer is known to `{}`: the HSM's state is read again, and the record has it",
            lost.command
        ));
        self.login_owner()?;
        let state = self.state();
        self.leave();
        self.keep_state(lost, state?)
    }

    /// In the run that lost the answer, if the HSM can be reached again. If not, the resumed event does it.
    pub(super) fn read_back_after(&mut self, error: &Error) {
        let Error::Hsm(cause) = error else { return };
        let lost = self.progress().unanswered.clone();
        let (Some(lost), true, false) = (lost, cause.outcome_unknown(), self.is_being_initialised()) else {
            return;
        };
        self.leave();
        if let Err(error) = self.read_back_now(lost) {
            self.console
                .warn(format!("the HSM's state could not be read again: {error}"));
        }
    }

    fn read_back_now(&mut self, lost: Unanswered) -> Result<(), Error> {
        self.login_owner()?;
        let state = self.state();
        self.leave();
        self.keep_state(lost, state?)
    }

    /// Where the HSM said no to a command and yet did it, while its owner is logged in.
    pub(super) fn read_back_a_denied(&mut self, command: &str, cause: &hsm::Error) -> Result<(), Error> {
        let lost = Unanswered {
            command: command.to_owned(),
            cause: format!("the HSM said no, and did it: {cause}"),
        };
        let state = self.state()?;
        self.keep_state(lost, state)
    }

    fn keep_state(&mut self, lost: Unanswered, state: Vec<String>) -> Result<(), Error> {
        for line in &state {
            self.console.say(format!("read back: {line}"));
        }
        let Unanswered { command, cause } = lost;
        self.write(What::ReadBack { command, cause, state })
    }

    /// HSMs, users, keys and tokens, a sentence each.
    fn state(&mut self) -> Result<Vec<String>, Error> {
        let nodes = serials(&self.hsm.nodes()?);
        let mut state = vec![format!("{} HSMs: {}", nodes.len(), nodes.join(", "))];
        if self.inbound.plan.hsm.kind.has_users() {
            let users = self.users()?;
            let same = self.progress().hsm.as_ref().map(|known| known.users == users);
            state.push(match same {
                Some(true) => format!("{} users, all as they were", users.len()),
                Some(false) => format!("{} users, not all as they were", users.len()),
                None => format!("{} users", users.len()),
            });
        }
        state.push(self.keys_there()?);
        state.push(self.tokens_there()?);
        Ok(state)
    }

    fn keys_there(&mut self) -> Result<String, Error> {
        let found = self.hsm.keys()?;
        let mut ours: Vec<String> = Vec::new();
        for EventKey { key, label, .. } in self.wanted() {
            let there = |wanted: &str| found.iter().filter(|key| key.label() == wanted).count();
            let (private, public) = (there(&label), there(&super::keys::public_label(&label)));
            ours.push(format!("{key} {private} private and {public} public"));
        }
        Ok(format!("keys of this plan: {}", ours.join(", ")))
    }

    fn tokens_there(&mut self) -> Result<String, Error> {
        let waiting = match self.hsm.list_tokens() {
            Err(hsm::Error::Unsupported { .. }) => return Ok("the HSM keeps no tokens".into()),
            waiting => waiting?,
        };
        Ok(told_tokens(&waiting, &self.inbound.plan.hsm.owner))
    }
}

/// The list holds everybody's tokens, and a token may be of an earlier login: what is told proves nothing by itself.
fn told_tokens(waiting: &[ListedToken], owner: &str) -> String {
    let count = |own: bool| -> u64 {
        let of = waiting.iter().filter(|token| (token.username == owner) == own);
        of.map(|token| token.minimum_token_count.unwrap_or(1))
            .fold(0, u64::saturating_add)
    };
    match (count(true), count(false)) {
        (0, 0) => "no tokens wait".into(),
        (own, 0) => format!("{own} tokens of {owner} wait"),
        (own, others) => format!("{own} tokens of {owner} wait, and {others} of others"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(user: &str, count: Option<u64>) -> ListedToken {
        ListedToken {
            username: user.into(),
            service: "key-usage".into(),
            key_reference: None,
            minimum_token_count: count,
            approvals_required: None,
            number_of_approvals: None,
            token_timeout_seconds: None,
            cluster_coverage: None,
        }
    }

    #[test]
    fn others_tokens_are_not_taken_for_the_owners() {
        let (own, others) = (token("root_owner", Some(3)), token("admin_member_1", None));
        assert_eq!(told_tokens(&[], "root_owner"), "no tokens wait");
        assert_eq!(
            told_tokens(std::slice::from_ref(&own), "root_owner"),
            "3 tokens of root_owner wait"
        );
        assert_eq!(
            told_tokens(&[own.clone(), others.clone(), own], "root_owner"),
            "6 tokens of root_owner wait, and 1 of others"
        );
        assert_eq!(
            told_tokens(&[others.clone(), others], "root_owner"),
            "0 tokens of root_owner wait, and 2 of others"
        );
        let most = [token("root_owner", Some(u64::MAX)), token("root_owner", Some(1))];
        assert_eq!(
            told_tokens(&most, "root_owner"),
            format!("{} tokens of root_owner wait", u64::MAX)
        );
    }
}
