//! How a reader checks what is published, without trusting the pages.

use maud::{Markup, html};

use crate::pages::commands;
use crate::site::{Certificate, Site};

/// How to check all of it, with our program and with others.
pub fn commands(site: &Site) -> Markup {
    html! {
        p {
            "You need not trust this page, nor whoever serves it. Copy this store to your machine, go to its folder, and "
            "run the commands there. Compare the root's fingerprint with one from elsewhere: from the Rust Project's "
            "announcements, or from a member you know."
        }
        @for (_, root) in site.roots() { (of_root(site, root)) }
        @if let Some(event) = site.events.last() {
            p { "The members' own signatures of the latest record; the page of each event has all of them:" }
            @if let Some(command) = commands::countersignatures(event).first() { pre { (command) } }
        }
    }
}

fn of_root(site: &Site, root: &Certificate) -> Markup {
    html! {
        p { "Everything at once, from the root " (root.stem()) " alone: certificates, records, signatures, log." }
        pre { (commands::store(site, root)) }
        p { "With tools that are not ours: the root's fingerprint, then each certificate against the root." }
        pre { (commands::fingerprint(root)) }
        pre { @for (_, delegate) in site.delegates(root) { (commands::chain(root, delegate)) "\n" } }
    }
}
