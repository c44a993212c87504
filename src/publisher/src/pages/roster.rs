//! A roster's page: who decides, until when, with which keys; what changed; what it decided.

use std::collections::BTreeMap;

use maud::{Markup, html};
use record::{Bytes, Digest, Member, Roster, digest::hex};
use verifier::layout;

use super::frame::Frame;
use super::parts;
use crate::site::{Event, Site};

/// The page of a roster that came with an event, after another one.
pub fn page(site: &Site, event: &Event, roster: &Roster, before: Option<&Roster>) -> Markup {
    let (quorum, number) = (&event.policy().quorum, roster.number);
    let content = html! {
        p.lead {
            "So many members are in office by it: " (roster.members.len()) ". Each use of a key that the quorum guards needs "
            (quorum.threshold) " of " (quorum.members) "."
        }
        dl {
            dt { "Appointed by" } dd { (parts::plain(&roster.appointment)) }
            dt { "Came with" } dd { (parts::event(UP, event)) ", on " (parts::day(event.record.ended)) }
            dt { "Decided" } dd { (decided(site, number)) }
            dt { "File" } dd { (parts::file(UP, &layout::roster(number))) }
            @if let Some(before) = before {
                dt { "Before it" } dd { a href={ (UP) (layout::roster_page(before.number)) } { "Roster " (before.number) } }
            }
        }
        @if let Some(before) = before {
            h2 { "What changed" }
            (changes(before, roster))
        }
        h2 { "Members" }
        p {
            "Members are known by a number. Employers, countries of residence and citizenships are published as labels made with "
            "a secret: equal ones within this roster have equal labels, and no more can be read from them. No employer and no "
            "country may have more than " (quorum.alike_most) " of the members."
        }
        (shared(roster))
        @for member in &roster.members { (card(member)) }
    };
    Frame {
        title: &format!("Roster {number}: the members"),
        site,
        up: UP,
    }
    .around(&content)
}

/// The events that were held under it.
fn decided(site: &Site, number: u32) -> Markup {
    let held: Vec<&Event> = site
        .events
        .iter()
        .filter(|event| event.inbound.roster.number == number)
        .collect();
    html! {
        @if held.is_empty() { "nothing yet" }
        @for (n, event) in held.iter().enumerate() { @if n > 0 { ", " } (parts::event(UP, event)) }
    }
}

/// Who came, who went, whose term or keys are others.
fn changes(before: &Roster, after: &Roster) -> Markup {
    let (old, new) = (by_id(before), by_id(after));
    let mut all: Vec<String> = Vec::new();
    for id in new.keys().filter(|id| !old.contains_key(*id)) {
        all.push(format!("{id} came into office"));
    }
    for id in old.keys().filter(|id| !new.contains_key(*id)) {
        all.push(format!("{id} left"));
    }
    for (id, member) in &new {
        let Some(was) = old.get(id) else { continue };
        if (was.from, was.until) != (member.from, member.until) {
            all.push(format!("{id} has another term"));
        }
        if keys(was) != keys(member) {
            all.push(format!("{id} has other keys"));
        }
    }
    html! {
        @if all.is_empty() { p { "Nothing but labels." } }
        @else { ul { @for line in &all { li { (line) } } } }
    }
}

fn by_id(roster: &Roster) -> BTreeMap<&str, &Member> {
    roster
        .members
        .iter()
        .map(|member| (member.id.as_str(), member))
        .collect()
}

fn keys(member: &Member) -> (&str, &Bytes, &Bytes) {
    (&member.ssh_key, &member.approval_key, &member.admin_key)
}

/// How many members the most frequent label has, for the rule on equal ones.
fn shared(roster: &Roster) -> Markup {
    let most = |of: &dyn Fn(&Member) -> Vec<&Bytes>| {
        let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
        for label in roster.members.iter().flat_map(of) {
            *counts.entry(label).or_default() += 1;
        }
        counts.into_values().max().unwrap_or(0)
    };
    let all: [(&str, usize); 3] = [
        ("one employer", most(&|member| member.affiliations.iter().collect())),
        ("one country of residence", most(&|member| vec![&member.residence])),
        ("one citizenship", most(&|member| member.citizenships.iter().collect())),
    ];
    html! { p { "Members who share: " @for (n, (what, count)) in all.iter().enumerate() { @if n > 0 { ", " } (what) ", at most " (count) } "." } }
}

fn card(member: &Member) -> Markup {
    let ssh = member.ssh_key().map_or_else(
        |error| error.to_string(),
        |key| format!("{}, {}", key.algorithm(), key.fingerprint()),
    );
    let labels = |all: &[Bytes]| match all.is_empty() {
        true => "none".to_owned(),
        false => all.iter().map(|label| hex(label)).collect::<Vec<_>>().join(", "),
    };
    html! {
        div.card {
            h3 id=(member.id) { (member.id) }
            dl {
                dt { "In office" } dd { (parts::day(member.from)) " to " (parts::day(member.until)) }
                dt { "Signs records with" } dd.digest { (ssh) }
                dt { "Approves with" } dd { "the HSM user " (member.approver) ", RSA-2048" (parts::digest(&Digest::of(&member.approval_key))) }
                dt { "Changes the HSM with" } dd { "the HSM user " (member.admin) ", RSA-2048" (parts::digest(&Digest::of(&member.admin_key))) }
                dt { "Employers" } dd.digest { (labels(&member.affiliations)) }
                dt { "Residence" } dd.digest { (hex(&member.residence)) }
                dt { "Citizenships" } dd.digest { (labels(&member.citizenships)) }
            }
        }
    }
}

/// From `roster/` to the store's root.
const UP: &str = "../";
