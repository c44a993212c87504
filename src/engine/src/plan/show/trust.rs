//! Who will be trusted for what and until when, what will not be trusted any more, and what is done for that in the HSM.

use issue::derive::Derived;
use record::plan::{Inbound, KeySource, Kind, Step, commands};
use record::policy::{DelegateRule, Keeper};
use record::text::plain;

/// Every certificate, as a sentence or two.
pub fn trusted(inbound: &Inbound, derived: &[Derived]) -> Vec<String> {
    let steps = inbound.plan.step.iter();
    let lines: Vec<String> = steps.filter_map(|step| one(inbound, derived, step)).collect();
    match lines.is_empty() {
        true => vec!["No key is trusted that was not trusted before.".into()],
        false => lines,
    }
}

/// A purpose, with what it is for, where RFC 3579 or the policy's first version says so. A name is never used for anything
/// else again (docs/formats/policy.md).
fn purpose(name: &str) -> String {
    let means = match name {
        "release" => "releases of Rust, for rustup to check",
        "code-signing" => "code signing of what is released",
        "crates-io" => "crates.io, for cargo to check",
        "crates-io-index" => "the index of crates.io alone",
        "bors" => "commits that the robot bors makes",
        "transparency" => "the access logs at pki.rust-lang.org",
        "console" => "what leaves this console, on which nobody relies alone",
        _ => return format!("'{name}'"),
    };
    format!("'{name}' ({means})")
}

fn one(inbound: &Inbound, derived: &[Derived], step: &Step) -> Option<String> {
    let stem = step.stem()?;
    let found = derived.iter().find(|one| one.step == step.id())?.certificate()?;
    let until = found.not_after();
    Some(match step {
        Step::IssueCertificate { name, .. } if name == "root" => format!(
            "{stem} is a root: whoever installs it trusts all that it signs for, and all that those sign for in turn. Until \
             {until}."
        ),
        Step::IssueCertificate {
            name, key, replaces, ..
        } => {
            let rule = inbound.issuing_policy().delegate(name)?;
            let replaced = replaces.as_ref().map_or_else(String::new, |replaces| {
                format!(
                    " It takes the place of {}, which may be used beside it until {}.",
                    replaces.certificate, replaces.until
                )
            });
            format!(
                "{stem} is trusted for {}{} until {until}. {} {}{replaced}",
                purpose(name),
                narrower(rule),
                may(rule),
                keeper(rule, key)
            )
        }
        Step::IssueCross { subject, issuer, .. } => format!(
            "Whoever trusts {issuer} also trusts {subject} until {until}. So programs find the way from one root to the other."
        ),
        Step::IssueSubkey { rule, uris, issuer, .. } => {
            let rule = inbound.issuing_policy().subkey(rule)?;
            let of = match uris.is_empty() {
                true => String::new(),
                false => format!(" of {}", uris.join(", ")),
            };
            format!(
                "{stem} is trusted for {}{of} until {until}, because {issuer} vouches for it. It signs, and vouches for nobody.",
                rule.purposes
                    .iter()
                    .map(|name| purpose(name))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
        _ => return None,
    })
}

fn narrower(rule: &DelegateRule) -> String {
    let names: Vec<_> = rule.narrower.iter().map(|one| purpose(&one.name)).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" and {}", names.join(", ")),
    }
}

fn may(rule: &DelegateRule) -> &'static str {
    match (rule.ca, rule.signs) {
        (true, true) => "It may vouch for further keys, for these purposes alone, and sign things itself.",
        (true, false) => "It may vouch for further keys, for this purpose alone, and signs nothing else.",
        (false, _) => "It signs things, and may vouch for no other key.",
    }
}

fn keeper(rule: &DelegateRule, key: &KeySource) -> String {
    let whose = match (rule.keeper, rule.quorum) {
        (Keeper::Hsm, true) => "Its key is in this HSM, and each use needs the quorum",
        (Keeper::Hsm, false) => "Its key is in this HSM, and needs no quorum: whoever runs the console can use it",
        (Keeper::Outside, _) => "Its key is kept elsewhere, by its own keeper",
    };
    match key {
        KeySource::Made(_) => format!("{whose}; it is made in this event."),
        KeySource::Request(input) => format!("{whose}; it comes with the request {}.", plain(input, 63)),
        KeySource::Standing(stem) => format!("{whose}; it is the key of {}, which stands.", plain(stem, 63)),
    }
}

/// What the lists revoke, and until when each list counts.
pub fn revoked(inbound: &Inbound) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(given_up(inbound));
    for step in &inbound.plan.step {
        let Step::IssueCrl(list) = step else {
            continue;
        };
        let issuer = &list.issuer;
        for entry in &list.revoked {
            let serial = entry
                .serial
                .as_ref()
                .map(|serial| format!("the certificate with the serial number {serial}"));
            let what = entry.certificate.clone().or(serial).unwrap_or_default();
            lines.push(format!(
                "{}, which {issuer} signed, is not to be trusted from {} on. The reason is {}, {}.",
                plain(&what, 100),
                entry.at,
                plain(&entry.reason, 40),
                meaning(&entry.reason)
            ));
        }
    }
    lines
}

/// A root that is given up: no list can say so.
fn given_up(inbound: &Inbound) -> Option<String> {
    let root = inbound.standing.as_ref()?.newest("root")?.stem();
    (inbound.plan.deed() == Kind::RootEmergency).then(|| {
        format!(
            "{root}, and all that it vouched for. Nobody is above a root who could revoke it: programs must take it out, and until \
             then they trust it."
        )
    })
}

/// RFC 5280's words for reasons, in ours.
fn meaning(reason: &str) -> &'static str {
    match reason {
        "keyCompromise" => "that is, somebody else has the key or may have it",
        "cACompromise" => "that is, somebody else has the key or may have it, and could have signed for others",
        "affiliationChanged" => "that is, the name no longer fits",
        "superseded" => "that is, a newer certificate takes its place, and nobody is under suspicion",
        "cessationOfOperation" => "that is, it is needed no more, and nobody is under suspicion",
        "privilegeWithdrawn" => "that is, its holder may no longer do what it says",
        _ => "a word of RFC 5280",
    }
}

/// Keys, lists, users and quorum values.
pub fn in_the_hsm(inbound: &Inbound) -> Vec<String> {
    let mut lines = Vec::new();
    for (_, key, guarded) in inbound.plan.made_keys() {
        lines.push(match guarded {
            true => format!(
                "A key is made: {key}. Each use needs {} members. It can never leave the HSM.",
                inbound.threshold_of(key)
            ),
            false => format!("A key is made: {key}. Its use needs no quorum. It can never leave the HSM."),
        });
    }
    for step in &inbound.plan.step {
        match step {
            Step::IssueCrl(list) => lines.push(format!(
                "{} signs its list number {} of what is revoked. It counts until {}.",
                list.issuer, list.number, list.next_update
            )),
            Step::LookAtHsm { nodes_least, .. } => lines.push(format!(
                "The cluster is read and judged: at least {nodes_least} HSMs, and users, quorum values and keys as they must be."
            )),
            Step::InitialiseCluster { .. } => lines.push(
                "A new cluster becomes the members': users, second factors, quorum values, approval keys. No key exists in it yet."
                    .into(),
            ),
            _ => {}
        }
    }
    let commands = commands(inbound).into_iter().filter(|command| !command.remedy);
    lines.extend(commands.map(|command| match &command.consent {
        Some(consent) => format!("A command {}. {} must agree to it.", command.said(), consent.threshold),
        None => format!("A command {}.", command.said()),
    }));
    lines
}

/// Inputs that become public documents.
pub fn documents(inbound: &Inbound) -> Vec<String> {
    let line = |step: &Step| match step {
        Step::PublishDocument { input, name, .. } => Some(format!(
            "The input {} becomes docs/{} in the store. Its SHA-256 is {}.",
            plain(input, 63),
            plain(name, 63),
            inbound.plan.inputs.get(input)?.0.hex()
        )),
        _ => None,
    };
    inbound.plan.step.iter().filter_map(line).collect()
}
