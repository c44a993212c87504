//! What an event that ended early leaves in the HSM: commands of its plan that were carried out, and that nothing undid. No
//! roster names the users whom they made, nor the shares.

use crate::journal::{Entry, What};
use crate::messages::Action;
use crate::plan::{Command, Deed, Inbound, commands};

/// The fact's name.
pub const LEFT: &str = "left-in-the-hsm";

/// The fact, in the words of the plan's commands; none where the event did not end early, or its plan has no commands.
#[must_use]
pub fn left(inbound: &Inbound, entries: &[Entry]) -> Option<String> {
    let planned = commands(inbound);
    let ended = entries.iter().any(|entry| matches!(entry.what, What::Aborted { .. }));
    (ended && !planned.is_empty()).then(|| said(&planned, entries))
}

fn said(planned: &[Command], entries: &[Entry]) -> String {
    let (begun, done) = begun_and_done(entries);
    let text = |command: &&Command| format!("`{}`", command.text());
    let (done, rest): (Vec<_>, Vec<_>) = planned.iter().partition(|command| done.contains(&command.action()));
    let open = rest.iter().filter(|command| begun.contains(&command.action()));
    let parts = [
        ("carried out and not undone", done.iter().map(text).collect::<Vec<_>>()),
        ("begun and not seen to be done", open.map(text).collect()),
    ];
    let mut parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, commands)| !commands.is_empty())
        .map(|(what, commands)| format!("{what}: {}", commands.join(", ")))
        .collect();
    parts.extend(known(&done, &rest).map(str::to_owned));
    match parts.is_empty() {
        true => "nothing: no command of the plan was begun".into(),
        false => parts.join("; "),
    }
}

/// Whoever goes is deleted first, and the password that they know is replaced after that.
fn known(done: &[&Command], rest: &[&Command]) -> Option<&'static str> {
    let gone = done.iter().any(|command| matches!(command.deed, Deed::Delete { .. }));
    let kept = rest
        .iter()
        .any(|command| matches!(command.deed, Deed::OwnerPassword { .. }));
    (gone && kept).then_some("the key owner was not seen to get another password: whoever went may know the one it has")
}

/// A command that is given again counts as not done until it is.
fn begun_and_done(entries: &[Entry]) -> (Vec<Action>, Vec<Action>) {
    let (mut begun, mut done): (Vec<Action>, Vec<Action>) = (Vec::new(), Vec::new());
    for entry in entries {
        match &entry.what {
            What::Spending { action, .. } => begun.push(action.clone()),
            What::Done { action, .. } => done.push(action.clone()),
            What::Again { action, .. } => done.retain(|one| one != action),
            _ => {}
        }
    }
    (begun, done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Digest, Time};

    fn command(user: &str) -> Command {
        Command {
            step: "comes".into(),
            deed: Deed::Create {
                user: user.into(),
                admin: false,
            },
            consent: None,
            remedy: false,
        }
    }

    fn entries(all: Vec<What>) -> Vec<Entry> {
        let entry = |(number, what)| Entry {
            number,
            previous: Digest::of(b""),
            at: Time(0),
            what,
        };
        (0..).zip(all).map(entry).collect()
    }

    #[test]
    fn names_what_was_done_and_what_was_begun_in_the_plans_words() {
        let planned = ["one", "two", "three"].map(command);
        let [one, two, _] = planned.each_ref().map(Command::action);
        let spending = |action: &Action| What::Spending {
            token: None,
            action: action.clone(),
        };
        let done = |action: &Action| What::Done {
            action: action.clone(),
            token: None,
            seen: false,
        };
        let again = What::Again {
            action: one.clone(),
            reason: "it is not there".into(),
        };
        let said = |all| said(&planned, &entries(all));
        assert_eq!(said(Vec::new()), "nothing: no command of the plan was begun");
        let create = |user| format!("`user create --username {user} --role crypto-user`");
        assert_eq!(
            said(vec![spending(&one), done(&one), spending(&two)]),
            format!(
                "carried out and not undone: {}; begun and not seen to be done: {}",
                create("one"),
                create("two")
            )
        );
        assert_eq!(
            said(vec![spending(&one), done(&one), again]),
            format!("begun and not seen to be done: {}", create("one"))
        );
    }

    #[test]
    fn says_that_whoever_went_may_know_the_owners_password() {
        let by = |deed| Command { deed, ..command("") };
        let user = |user: &str| user.to_owned();
        let goes = by(Deed::Delete {
            user: user("member_3"),
            admin: false,
        });
        let password = by(Deed::OwnerPassword { user: user("owner") });
        let planned = [goes, password];
        let [went, changed] = planned.each_ref().map(Command::action);
        let done = |action: &Action| What::Done {
            action: action.clone(),
            token: None,
            seen: false,
        };
        let spending = What::Spending {
            token: None,
            action: changed.clone(),
        };
        let known = "the key owner was not seen to get another password: whoever went may know the one it has";
        let says = |all| said(&planned, &entries(all)).contains(known);
        assert!(says(vec![done(&went)]));
        // Perhaps the HSM took it: nobody saw.
        assert!(says(vec![done(&went), spending]));
        assert!(!says(vec![done(&went), done(&changed)]));
        assert!(!says(vec![done(&changed)]));
        assert!(!said(&planned[..1], &entries(vec![done(&went)])).contains(known));
    }
}
