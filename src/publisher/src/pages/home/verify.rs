//! How a reader checks what is published, without trusting the pages.

use maud::{Markup, html};

use crate::pages::{commands, parts};
use crate::site::{Certificate, Site, Standing};

/// How to check all of it, with our program and with others.
pub fn commands(site: &Site) -> Markup {
    html! {
        p {
            "You need not trust this page, nor whoever serves it. Copy this store to your machine, go to its folder, and "
            "run the commands there. Compare the root's fingerprint with one from elsewhere: from the Rust Project's "
            "announcements, or from a member you know."
        }
        @if let Some((_, root)) = site.roots().next() {
            p { "Everything at once, from the root " (root.stem()) " alone: certificates, records, signatures, log." }
            pre { (commands::store(site, root)) }
        }
        @for (_, root) in site.roots() { (of_root(site, root)) }
        @if let Some(event) = site.events.last() {
            p { "The members' own signatures of the latest record; the page of each event has all of them:" }
            @if let Some(command) = commands::countersignatures(event).first() { pre { (command) } }
        }
    }
}

/// Certificates that ended or are revoked are left out, and all where the root or its list ended: other tools rightly say
/// no to them.
fn of_root(site: &Site, root: &Certificate) -> Markup {
    let is_over = |time: x509::Time| site.as_of().is_some_and(|now| parts::time(time) < now);
    let ended = |found: &Certificate| is_over(found.x509.tbs().not_after());
    let usable = |found: &Certificate| !ended(found) && matches!(site.standing(found), Standing::Unnamed(_));
    let listed = site
        .list_of(root)
        .is_some_and(|list| !is_over(list.x509.tbs().next_update()));
    let all: Vec<_> = site.beneath(root).filter(|(_, found)| usable(found)).collect();
    html! {
        p { "With tools that are not ours: the fingerprint of " (root.stem()) ", then each certificate against it." }
        pre { (commands::fingerprint(root)) }
        @if listed && !ended(root) && !all.is_empty() {
            pre { @for (_, delegate) in all { (commands::chain(root, delegate)) "\n" } }
        }
    }
}
