//! What members are told, in plain words: how far the event is, what is awaited, what the plan does.

use std::time::Instant;

use record::messages::Recipient;
use record::parcel::COUNTERSIGNATURES;
use record::screen::{Shown, fold};
use record::{Body as _, Bundle};

use super::desk::{Awaited, Desk, Live};
use super::give;
use super::wire::Answer;
use crate::plan;

/// How far the event is, what is awaited from whom, and what this member gave.
pub fn status(desk: &Desk, live: &Live, member: &str) -> Vec<String> {
    let plan = &desk.event.inbound.plan;
    let mut said = vec![format!(
        "You are {member}. It is {} by the console's clock.",
        desk.now()
    )];
    let rehearsal = if plan.rehearsal { ", a rehearsal" } else { "" };
    said.push(format!("Event {}{rehearsal}: {}", plan.event, plan.description));
    said.push(match &live.stage {
        Some(stage) => format!("Stage {stage}"),
        None => "The event is being opened.".into(),
    });
    said.extend(
        live.progress
            .aborted
            .iter()
            .map(|why| format!("The event ends early: {why}")),
    );
    said.extend(live.awaited.iter().flat_map(|awaited| awaits(desk, live, awaited)));
    if live.asks {
        said.push("The operator is asked something at the engine's own screen.".into());
    }
    if let Some((end, tokens)) = live.tokens {
        let left = end.saturating_duration_since(Instant::now()).as_secs();
        said.push(match left {
            0 => "The tokens are too old; new ones will be made.".into(),
            left => format!(
                "{tokens} tokens live for another {}:{:02} minutes.",
                left / 60,
                left % 60
            ),
        });
    }
    said.push(match given(live, member) {
        gave if gave.is_empty() => "In the journal there is nothing of yours yet.".into(),
        gave => format!("In the journal of yours: {}.", gave.join(", ")),
    });
    said.extend(opens(live, member));
    said.push(lacks(desk, live, member));
    all_folded(said)
}

/// To what passwords for this member are sealed: whoever has their SSH key can say so in their name.
fn opens(live: &Live, member: &str) -> Option<String> {
    let signed = live.progress.recipients.get(member)?;
    let word = Bundle::<Recipient>::decode(&signed.bundle).ok()?.body;
    let (are, say) = match live.progress.gathered.contains(Recipient::TYPE) {
        false => ("would be", "say stop before anything is sealed"),
        true => ("are", "tell the others at once"),
    };
    Some(format!(
        "Passwords for you {are} sealed to {}. If that is not what your own program showed, {say}.",
        word.shown()
    ))
}

fn awaits(desk: &Desk, live: &Live, awaited: &Awaited) -> Vec<String> {
    let mut said = vec![format!(
        "Awaited: {} from {} of {}.",
        awaited.stem,
        awaited.needed,
        awaited.members.join(", ")
    )];
    said.extend(awaited.request.iter().map(|request| format!("They answer {request}.")));
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for member in &awaited.members {
        match give::lies(desk, live, member, &awaited.stem) {
            None => {}
            Some(Ok(())) => good.push(member.as_str()),
            Some(Err(_)) => bad.push(member.as_str()),
        }
    }
    if !good.is_empty() {
        said.push(format!("There already: {}.", good.join(", ")));
    }
    if !bad.is_empty() {
        said.push(format!("There, and not as the engine takes it: {}.", bad.join(", ")));
    }
    said
}

/// What of a member's is in the journal.
fn given(live: &Live, member: &str) -> Vec<&'static str> {
    let progress = &live.progress;
    let signed = |all: &[record::Signed]| all.iter().any(|one| one.member == member);
    let all = [
        ("review", progress.reviews.contains_key(member)),
        ("word to be present", progress.begin.contains_key(member)),
        ("key answers", signed(&progress.key_answers)),
        ("approvals", signed(&progress.approvals)),
        ("word to be still present", progress.end.contains_key(member)),
        ("acknowledgement", signed(&progress.acknowledgements)),
        ("refusal", progress.refusals.contains_key(member)),
    ];
    all.into_iter()
        .filter(|(_, there)| *there)
        .map(|(name, _)| name)
        .collect()
}

fn lacks(desk: &Desk, live: &Live, member: &str) -> String {
    match live.awaited_of(member) {
        Some(awaited) => of_you(desk, live, &awaited.stem, member),
        None if live.progress.record.is_some() => match countersigned(desk, member) {
            true => "You signed the record.".into(),
            false => "The record is written: `sign` says how you sign it.".into(),
        },
        None => "Nothing is awaited of you now.".into(),
    }
}

fn of_you(desk: &Desk, live: &Live, stem: &str, member: &str) -> String {
    match give::lies(desk, live, member, stem) {
        None => format!("Of you {stem}-{member}.cbor is awaited now: `sign` says how."),
        Some(Ok(())) => format!("Your {stem} lies in the inbound folder; the operator takes it."),
        Some(Err(why)) => format!(
            "Your {stem} lies in the inbound folder, and the engine does not take it: {why}. `sign` says how it is \
             made; what is wrong there the operator takes away."
        ),
    }
}

fn countersigned(desk: &Desk, member: &str) -> bool {
    let folder = desk.event.leaves.join(COUNTERSIGNATURES);
    folder.join(format!("{member}.sig")).is_file()
}

/// The plan in plain words, as `ceremony plan show` has them.
pub fn plan(desk: &Desk) -> Answer {
    let made = || {
        let event = &desk.event;
        let parts = plan::show::parts(&event.inbound, event.habits, desk.now()).map_err(|error| error.to_string())?;
        let mut shown = Vec::new();
        for part in parts {
            shown.push(Shown::Heading {
                title: part.title.into(),
            });
            shown.extend(part.lines.into_iter().map(|text| Shown::Said { text }));
        }
        shown.push(Shown::digest("plan", &event.inbound.digest));
        Ok(shown.iter().flat_map(Shown::lines).collect())
    };
    match desk.words.get_or_init(made) {
        Ok(lines) => Answer::Said { lines: lines.clone() },
        Err(error) => Answer::Refused {
            error: error.clone(),
            hint: None,
        },
    }
}

/// Each text on lines of its own, of at most 80 columns.
pub(super) fn all_folded(said: Vec<String>) -> Vec<String> {
    said.iter().flat_map(|text| fold(text, "", "  ")).collect()
}
