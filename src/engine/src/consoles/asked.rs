//! What members are asked for: what is to be approved, and what each is to sign, on their own machine.

use record::messages::{Acknowledgement, ActionKind, Approval, KeyAnswer, KeyRequest, TokenRequest};
use record::plan::Step;
use record::screen::{Shown, fold};
use record::{Body as _, Digest, words};

use super::desk::{Awaited, Desk, Live};
use super::listing;
use super::told::all_folded;
use super::wire::Answer;
use crate::event::approvals::Request;

/// What is to be approved, action by action.
pub fn approvals(desk: &Desk, live: &Live) -> Vec<String> {
    let Some((file, request)) = live
        .progress
        .requests
        .last()
        .and_then(|file| Some((file, Request::read(file)?)))
    else {
        return vec!["Nothing is to be approved yet.".into()];
    };
    let body = &request.body;
    let mut said = vec![format!(
        "Request {}, made at {}: {} tokens for {}, one for each of these:",
        body.window,
        body.at,
        body.tokens.len(),
        body.requester
    )];
    let numbered = (1..).zip(&body.tokens);
    said.extend(numbered.map(|(number, token)| format!("{number}. {}", action(desk, token))));
    said.push(
        "This is the console's word. Your own program derives all of it again before you sign: `sign` says how.".into(),
    );
    let mut lines = all_folded(said);
    lines.extend(Shown::digest("approval request", &Digest::of(file)).lines());
    lines
}

fn action(desk: &Desk, token: &TokenRequest) -> String {
    let steps = &desk.event.inbound.plan.step;
    let step = steps.iter().find(|step| step.id() == token.action.step);
    let title = step.map_or_else(|| token.action.step.clone(), Step::title);
    let key = token
        .key
        .as_ref()
        .map(|key| format!(", by the key {key}"))
        .unwrap_or_default();
    let what = match token.action.kind {
        ActionKind::Sign => "signs the octets",
        ActionKind::Command => "gives the HSM the command",
    };
    let (first, check) = first_and_check(&token.action.digest);
    format!(
        "{} ({title}){key}: {what} whose SHA-256 is {}, first word {first}, check word {check}",
        token.action.step,
        token.action.digest.hex()
    )
}

/// What this member is to sign now, and by which command on their own machine.
pub fn sign(desk: &Desk, live: &Live, member: &str) -> Vec<String> {
    if let Some(awaited) = live.awaited_of(member) {
        let give = format!("{}-{member}.cbor", awaited.stem);
        let files = format!("OUT/{give} OUT/{give}.sig");
        return commands(desk, member, words_for(awaited, member), (&give, &files));
    }
    let (give, words) = (
        format!("{member}.sig"),
        ("record.cbor".into(), "countersign record.cbor".into()),
    );
    match live.progress.record {
        Some(_) => commands(desk, member, words, (&give, &format!("OUT/{give}"))),
        None => vec!["There is nothing for you to sign now.".into()],
    }
}

/// The file that is answered, and how one's own program does it.
fn words_for(awaited: &Awaited, member: &str) -> (String, String) {
    let request = awaited.request.clone();
    let numbered = |kind: &str| awaited.stem.starts_with(&format!("{kind}-"));
    let opening = || request.clone().unwrap_or_else(|| "opening.cbor".into());
    match awaited.stem.as_str() {
        "attendance-begin" => (opening(), "attend opening.cbor --phase begin --place remote".into()),
        "attendance-end" => (opening(), "attend opening.cbor --phase end --place remote".into()),
        _ if numbered(Approval::TYPE) => named(request, "approve"),
        _ if numbered(Acknowledgement::TYPE) => named(request, "acknowledge"),
        // Each of them is asked in a file of their own.
        stem if numbered(KeyAnswer::TYPE) => {
            let request = stem.replace(KeyAnswer::TYPE, KeyRequest::TYPE);
            named(Some(format!("{request}-{member}.cbor")), "answer")
        }
        _ => ("plan.cbor".into(), "review plan.cbor --store STORE --root ROOT".into()),
    }
}

fn named(request: Option<String>, verb: &str) -> (String, String) {
    let file = request.unwrap_or_else(|| "REQUEST".into());
    let words = format!("{verb} {file}");
    (file, words)
}

fn commands(desk: &Desk, member: &str, (file, verb): (String, String), (give, files): (&str, &str)) -> Vec<String> {
    let mut lines = all_folded(vec![format!(
        "You sign on your own machine, with your own keys: nothing is signed here. You answer {file}."
    )]);
    if let Answer::File { bytes, .. } = listing::get(desk, member, &file) {
        lines.extend(Shown::digest(&file, &Digest::of(&bytes)).lines());
    }
    lines.push("On your own machine, BASTION being this console:".into());
    for command in [
        format!("ssh BASTION get {file} > {file}"),
        format!("ceremony-member --home HOME {verb} --out OUT"),
        format!("cat {files} | ssh BASTION give {give}"),
    ] {
        lines.extend(to_be_pasted(&command));
    }
    if verb.starts_with("review ") {
        lines.extend(all_folded(vec![
            "STORE and ROOT are your copy of the public store and its root. Leave --root away before there is a root, and \
             --store at the first event of all: then nothing stands yet."
                .into(),
        ]));
    }
    lines
}

/// A shell takes a line that goes on only if it is told so.
fn to_be_pasted(command: &str) -> Vec<String> {
    let mut lines = fold(command, "    ", "        ");
    let last = lines.len().saturating_sub(1);
    for line in &mut lines[..last] {
        line.push_str(" \\");
    }
    lines.into_iter().map(|line| line[2..].to_owned()).collect()
}

fn first_and_check(digest: &Digest) -> (&'static str, &'static str) {
    let words = words::to_words(&digest.0);
    (words[0], words[words.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_command_can_be_pasted_and_fits_a_terminal() {
        let file = "OUT/approval-1-member-1.cbor";
        let lines = to_be_pasted(&format!(
            "cat {file} {file}.sig | ssh BASTION give approval-1-member-1.cbor"
        ));
        assert_eq!(
            lines,
            [
                "  cat OUT/approval-1-member-1.cbor OUT/approval-1-member-1.cbor.sig | ssh \\",
                "      BASTION give approval-1-member-1.cbor",
            ]
        );
        assert!(lines.iter().all(|line| line.len() <= 80));
    }
}
