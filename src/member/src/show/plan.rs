//! A plan in plain words: who will be trusted for what, until when, with which keys, and who decides.

mod asked;
mod force;

use issue::derive::Derived;
use record::plan::{Inbound, KeySource, Step};
use record::policy::Keeper;
use record::{Bytes, Digest, Member, Policy};

use super::{derived as show_derived, digest, field, meaning, note, part, ssh_key, top};

/// Everything that a member agrees to.
#[must_use]
pub fn page(inbound: &Inbound, derived: &[Derived], own: &str) -> Vec<String> {
    let mut page = top(
        &format!("The plan of the event {}", inbound.plan.event),
        inbound.plan.rehearsal,
    );
    page.extend(about(inbound));
    page.extend(keys(inbound));
    page.extend(signed(inbound, derived));
    page.extend(asked::questions(inbound));
    page.extend(asked::documents(inbound));
    page.extend(force::in_force(inbound, own));
    page.extend(super::commanded::commanded(inbound));
    page.extend(purposes(inbound));
    page.extend(members(inbound, own));
    page.extend(inputs(inbound));
    page.extend(checked(inbound));
    page
}

fn about(inbound: &Inbound) -> Vec<String> {
    let (plan, quorum) = (&inbound.plan, &inbound.policy.quorum);
    let mut lines = field("what it is for", &plan.description);
    lines.extend(field(
        "kind",
        &format!("{}, generation {} of the root", plan.kind, plan.generation),
    ));
    lines.extend(field("open", &format!("from {} until {}", plan.opens, plan.closes)));
    let (m, n) = (quorum.threshold, quorum.members);
    lines.extend(field(
        "who decides",
        &format!("{m} of {n} members, for each use of a key that the quorum guards"),
    ));
    lines.extend(field("the HSM", plan.hsm.kind.described()));
    lines.extend(field("who counts the approvals", plan.hsm.kind.who_counts()));
    lines
}

fn keys(inbound: &Inbound) -> Vec<String> {
    let mut lines = part("Keys that are made in the HSM");
    for (_, key, quorum) in inbound.plan.made_keys() {
        let guard = match quorum {
            true => format!("each use needs {} members", inbound.threshold_of(key)),
            false => "NOT guarded by the quorum: whoever runs the console can use it".into(),
        };
        lines.extend(field(key, &guard));
    }
    let hsm = &inbound.plan.hsm;
    if !hsm.kind.has_users() {
        lines.extend(field("kept in", &format!("the token {}", hsm.owner)));
        return lines;
    }
    lines.extend(field(
        "their owner",
        &format!("the HSM user {}, who is no member", hsm.owner),
    ));
    lines.extend(field("kept on", &format!("at least {} HSMs", hsm.nodes_least)));
    lines
}

fn signed(inbound: &Inbound, derived: &[Derived]) -> Vec<String> {
    let mut lines = part(&format!("What is signed: {} things, and nothing else", derived.len()));
    lines.extend(meaning());
    for (number, derived) in derived.iter().enumerate() {
        let step = inbound.plan.step.iter().find(|step| step.id() == derived.step);
        let title = step.map_or_else(|| derived.step.clone(), Step::title);
        lines.extend(part(&format!("{}. {title}", number + 1)));
        let request = match step {
            Some(Step::IssueCertificate {
                key: KeySource::Request(input),
                ..
            }) => Some(input),
            _ => None,
        };
        lines.extend(asked::consequences(step));
        let stands = match step {
            Some(Step::IssueCertificate {
                key: KeySource::Standing(stem),
                ..
            }) => Some(stem),
            _ => None,
        };
        let exists = request.is_some() || stands.is_some() || matches!(step, Some(Step::IssueCross { .. }));
        lines.extend(show_derived(derived, inbound.issuing_policy(), exists));
        if let Some(stem) = stands {
            lines.extend(field(
                "whose key",
                &format!("that of {stem}, which stands; compare it with the store's"),
            ));
        }
        if let Some(input) = request {
            lines.extend(field(
                "whose key",
                &format!("that of the request {input}; compare it with its holder's"),
            ));
        }
    }
    lines
}

fn purposes(inbound: &Inbound) -> Vec<String> {
    let mut lines = meanings("What the purposes mean, in policy.toml", &inbound.policy);
    if let Some(next) = &inbound.next_policy {
        lines.extend(meanings("What they mean after this event, in next-policy.toml", next));
    }
    lines
}

fn meanings(title: &str, policy: &Policy) -> Vec<String> {
    let mut lines = part(title);
    for rule in &policy.delegate {
        let keeper = match (rule.keeper, rule.quorum) {
            (Keeper::Hsm, true) => "key in this HSM, guarded by the quorum",
            (Keeper::Hsm, false) => "key in this HSM, not guarded by the quorum",
            (Keeper::Outside, _) => "key with a signing service outside",
        };
        lines.extend(field(&rule.name, &format!("{}, {keeper}", policy.purpose(rule))));
    }
    lines
}

fn members(inbound: &Inbound, own: &str) -> Vec<String> {
    let roster = &inbound.roster;
    let mut lines = part(&format!("The members: roster {}", roster.number));
    lines.extend(field("appointed by", &roster.appointment));
    for member in &roster.members {
        lines.extend(one(member, member.id == own));
        lines.extend(labels(member, &roster.members));
    }
    lines
}

fn one(member: &Member, own: bool) -> Vec<String> {
    let you = if own { " (you)" } else { "" };
    let mut lines = field(
        &format!("{}{you}", member.id),
        &format!("in office from {} until {}", member.from, member.until),
    );
    let indented = |line: String| format!("  {line}");
    lines.extend(
        field("HSM users", &format!("{} and {}", member.approver, member.admin))
            .into_iter()
            .map(indented),
    );
    lines.extend(field("SSH key", &ssh_key(&member.ssh_key)).into_iter().map(indented));
    for (key, spki) in [("approval key", &member.approval_key), ("admin key", &member.admin_key)] {
        let key = digest(&format!("{key}, SHA-256"), &Digest::of(spki));
        lines.extend(key.into_iter().map(indented));
    }
    lines
}

/// What the M-2 rule counts: labels are equal or not, and nothing else can be read in them.
fn labels(member: &Member, all: &[Member]) -> Vec<String> {
    let countries = |member: &Member| [std::slice::from_ref(&member.residence), &member.citizenships[..]].concat();
    let affiliations = |member: &Member| member.affiliations.clone();
    let mut lines = sharing("an affiliation", member, all, &affiliations);
    lines.extend(sharing("a country", member, all, &countries));
    lines.into_iter().map(|line| format!("  {line}")).collect()
}

fn sharing(what: &str, member: &Member, all: &[Member], labels: &dyn Fn(&Member) -> Vec<Bytes>) -> Vec<String> {
    let own = labels(member);
    let shares = |other: &&Member| other.id != member.id && labels(other).iter().any(|label| own.contains(label));
    let with: Vec<&str> = all.iter().filter(shares).map(|other| other.id.as_str()).collect();
    match with.is_empty() {
        true => field(&format!("shares {what} with"), "nobody"),
        false => field(&format!("shares {what} with"), &with.join(", ")),
    }
}

fn inputs(inbound: &Inbound) -> Vec<String> {
    let mut lines = part("The inputs, SHA-256");
    for (name, bytes) in &inbound.inputs {
        lines.extend(digest(&record::text::plain(name, 63), &Digest::of(bytes)));
    }
    lines
}

fn checked(inbound: &Inbound) -> Vec<String> {
    let most = inbound.policy.quorum.threshold.saturating_sub(2);
    let mut lines = part("What was checked here, on this machine");
    lines.extend(note(
        "All bytes to be signed were derived from the plan by two programs that agree; only the keys \
        that the event makes are still missing in them. Each request proves that somebody holds its key.",
    ));
    lines.extend(note(&format!(
        "The roster has your own keys, and no company and no country has more than {most} of \
        its members."
    )));
    lines.extend(part("What only you can check"));
    lines.extend(note(
        "That a request's key is its holder's; that the other members' keys are theirs; that all of you \
        see the same digest.",
    ));
    lines
}
