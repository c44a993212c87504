//! Steps of the plan that are stages by themselves: questions, documents, looks at the HSM, commands.

use record::plan::{Command, Inbound, Step, commands};

use super::{Expected, asked, doing};
use crate::plan;
use crate::script::fields::Field;

/// The step's part.
pub fn of_step(inbound: &Inbound, id: &str) -> Expected {
    let Some(step) = inbound.plan.step.iter().find(|step| step.id() == id) else {
        return Expected::default();
    };
    match step {
        Step::Answer { who, choices, .. } => {
            let mut expected = Expected {
                doing: plan::question(inbound, id).into_iter().collect(),
                fields: vec![Field::Sentence("the answer, word for word"), Field::Short("said by")],
                ..Expected::default()
            };
            expected.doing.push(match choices.is_empty() {
                true => {
                    format!("The operator reads the question aloud, {who} answer, and the operator types it: one line.")
                }
                false => format!(
                    "The operator reads the question aloud, {who} answer, and the operator types one of the answers."
                ),
            });
            expected
        }
        Step::PublishDocument { name, .. } => Expected {
            screen: vec![format!(
                "The publisher puts it into the store as docs/{name}, SHA-256 ..."
            )],
            ..doing(&[
                "Nobody does anything: the document is an input, which members read when they reviewed the plan.",
            ])
        },
        Step::LookAtHsm { .. } => Expected {
            screen: vec!["... HSMs, users, quorum values and keys: as policy and roster demand.".into()],
            ..doing(&["A line `the HSM falls short` stops the event."])
        },
        Step::ChangeOwnerPassword { .. } => {
            let mut expected = of_commands(inbound, id);
            expected.doing.insert(
                0,
                "A member who stays types the next password of the key owner twice; it is not shown, and nobody looks. It is 8 to \
                 32 characters, and none that it was before."
                    .into(),
            );
            expected.then.push(
                "Whoever typed it seals it to each member of the next roster, before they leave the room, and to nobody else.".into(),
            );
            expected
        }
        _ => of_commands(inbound, id),
    }
}

/// A step that means commands. Those to which members agree have stages of their own, below.
fn of_commands(inbound: &Inbound, id: &str) -> Expected {
    let all = commands(inbound)
        .into_iter()
        .filter(|command| command.step == id && !command.remedy);
    let alone = all.clone().filter(|command| command.consent.is_none());
    let mut expected = Expected {
        screen: alone.map(|command| format!("Done: {}.", command.text())).collect(),
        fields: vec![Field::Short("time")],
        ..Expected::default()
    };
    let is_admins = |command: &Command| {
        let consent = command.consent.as_ref();
        consent.is_some_and(|consent| consent.service.is_admins())
    };
    if all.clone().any(|command| is_admins(&command)) {
        expected.doing.push(
            "If no admin is logged in yet: a member who is in the room, and whose keys do not change today, types the password of \
             their admin account and answers the request that the screen names: `ceremony-member --home HOME answer \
             key-request-N-member-K.cbor --out OUT`. They sign as often as there are HSMs, and no more."
                .into(),
        );
    }
    expected.doing.push(
        "The commands follow one after the other, each announced with `It ...` and agreed to in a stage of its own, below.".into(),
    );
    if all
        .clone()
        .any(|command| command.consent.is_some() && !is_admins(&command))
    {
        expected
            .doing
            .push("Where several keys are shared, one request has them all.".into());
    }
    if !expected.screen.is_empty() {
        expected
            .doing
            .push("Among them comes, agreed to by the user's own member:".into());
    }
    expected
}

/// Members approve what the HSM is told next: an admin's command each for itself, shares of keys together.
pub fn consent(commands: &[Command]) -> Expected {
    let needed = |command: &Command| command.consent.as_ref().map(|consent| consent.threshold);
    let members = commands.iter().filter_map(needed).max().unwrap_or_default();
    let announced = commands
        .iter()
        .map(|command| format!("It {}: `{}`.", command.said(), command.text()));
    let done = commands.iter().map(|command| format!("Done: {}.", command.text()));
    Expected {
        doing: vec![
            "The operator reads the request's digest aloud, and hands out `out/approval-request-N.cbor`, N as the screen says."
                .into(),
            format!(
                "At least {members} members, each: `ceremony-member --home HOME approve approval-request-N.cbor --out OUT`. Each \
                 looks for this on their own screen, to the letter, and for nothing else:"
            ),
        ],
        screen: announced.chain(done).collect(),
        then: vec![
            "Passphrase, and the first and last word of the request. If somebody is asked for signatures, as the screen says, they \
             answer with `ceremony-member --home HOME answer key-request-N-member-K.cbor --out OUT`."
                .into(),
            "The operator copies the answers in, and presses Enter, until the screen says `Done:`.".into(),
        ],
        fields: asked("approved by"),
    }
}
