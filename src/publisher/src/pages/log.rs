//! The logs: what each says of itself, how to fetch and check it without us, and the entries, the newest first.

use maud::{Markup, html};
use record::Digest;
use tlog::policy::Quorum;
use tlog::{Checkpoint, SignedCheckpoint};
use verifier::layout::{self, ENTRIES_A_PAGE, Log, Series};

use super::frame::Frame;
use super::parts;
use crate::site::{Logged, Site};

/// The pages, each with its path: the logs with the newest entries, then one for each full page of older ones.
pub fn pages(site: &Site) -> Vec<(String, String)> {
    let full: Vec<u64> = layout::full_pages(site.entries.len() as u64).collect();
    let older = full
        .iter()
        .map(|first| (layout::entries_page(*first), older(site, *first).into_string()));
    let newest = (layout::LOGS.to_owned(), newest(site, &full).into_string());
    [newest].into_iter().chain(older).collect()
}

fn newest(site: &Site, full: &[u64]) -> Markup {
    let first = full.last().map_or(0, |first| first + ENTRIES_A_PAGE);
    let content = html! {
        p.lead {
            "What is published here is named in a log that only grows: a tree of hashes under one signed number and one root "
            "hash, the checkpoint. Whoever kept an older checkpoint can see that nothing was taken away or changed since."
        }
        @for (log, signed) in &site.logs { (state(site, *log, signed)) }
        h2 { "How to fetch and check it" }
        (fetching(site))
        h2 #entries { "Entries, the newest first" }
        (entries(site, first, u64::MAX))
        @if !full.is_empty() {
            h2 { "Older entries" }
            ul { @for first in full.iter().rev() {
                li { a href={ (UP) (layout::entries_page(*first)) } { (first) " to " (first + ENTRIES_A_PAGE - 1) } }
            } }
        }
    };
    framed(site, "The log", &content)
}

fn older(site: &Site, first: u64) -> Markup {
    let end = first + ENTRIES_A_PAGE;
    let content = html! {
        p { "Older entries, the newest first. " a href={ (UP) (layout::LOGS) } { "The log" } " has the rest." }
        (entries(site, first, end))
    };
    framed(site, &format!("Entries {first} to {} of the log", end - 1), &content)
}

fn framed(site: &Site, title: &str, content: &Markup) -> Markup {
    Frame { title, site, up: UP }.around(content)
}

/// What a log's newest checkpoint says, and who signed it.
fn state(site: &Site, log: Log, signed: &SignedCheckpoint) -> Markup {
    let checkpoint = signed.checkpoint();
    let policy = site.log_policy();
    let keys = policy.iter().flat_map(|(_, policy)| policy.logs()).map(|log| &log.key);
    let key = keys
        .into_iter()
        .find(|key| key.name() == checkpoint.origin())
        .map(ToString::to_string);
    let is_own = |last: &Checkpoint| last.origin() == checkpoint.origin();
    let has_ended = policy.iter().any(|(_, policy)| policy.frozen().iter().any(is_own));
    html! {
        section.card aria-label={ "Log " (log) } {
            h2 { (log) ": " (of(log)) }
            @if has_ended {
                p {
                    strong { "ENDED." } " Its key is lost or was stolen, and nothing after its last entry counts. What it proved "
                    "stays proven; " (log.next()) " goes on."
                }
            }
            dl {
                dt { "Origin" } dd { (checkpoint.origin()) }
                dt { "Entries" } dd { (checkpoint.size()) }
                dt { "Root hash" } dd { (parts::digest(&Digest(checkpoint.root().0))) }
                @if let Some(key) = key { dt { "Key" } dd.digest { (key) } }
                dt { "Signatures" }
                dd { @for (n, line) in signed.note().signatures().iter().enumerate() { @if n > 0 { ", " } (parts::plain(line.name())) } }
                dt { "Checkpoint" } dd { (parts::file(UP, &log.checkpoint())) ", kept as " (parts::file(UP, &log.checkpoint_of(checkpoint.size()))) }
                @if let Some((path, policy)) = &policy {
                    dt { "Believed by" } dd { (parts::file(UP, path)) }
                    dt { "Witnesses" } dd { (witnesses(policy)) }
                }
            }
        }
    }
}

fn of(log: Log) -> &'static str {
    match log.series {
        Series::Main => "certificates, lists, records, rules, access logs, documents",
        Series::Signatures => "single signatures of delegates and their subkeys",
    }
}

fn witnesses(policy: &tlog::Policy) -> Markup {
    let names: Vec<&str> = policy.witnesses().iter().map(|witness| witness.name.as_str()).collect();
    html! {
        @match policy.quorum() {
            Quorum::Nobody => "nobody but the log's own key has to have signed",
            Quorum::Named(name) => {
                "of " (parts::plain(&names.join(", "))) ", as many as '" (parts::plain(name)) "' in the policy says must have cosigned"
            },
        }
    }
}

/// Commands with tools of others, ready to paste.
fn fetching(site: &Site) -> Markup {
    let log = Log::of_origin(site.log.origin()).map_or(Log::MAIN, |(log, _)| log);
    html! {
        p {
            "The files are those of C2SP tlog-tiles: " code { (log.file("tile/0/000")) } " and so on are hashes, "
            code { (log.file("tile/entries/000")) } " and so on the entries; a last, partial one ends in " code { ".p/" }
            " and its width. All names are in " (parts::file(UP, layout::FILES)) ". With ADDRESS for where you read this:"
        }
        pre.sample {
            "curl -sSf ADDRESS/" (layout::FILES) " | grep '^" (log) "/' |\n"
            "  while read -r path; do curl -sSf --create-dirs -o \"$path\" \"ADDRESS/$path\"; done"
        }
        @if let Some(key) = site.log_key() {
            p { "With a verifier that is not ours (" code { "pip install aics-tlog" } "), in that copy:" }
            pre.sample {
                "aics-tlog verify-checkpoint --tiles " (log) " --log-key " (key) "\n"
                "aics-tlog verify-inclusion --tiles " (log) " --log-key " (key) " --index 0"
            }
        }
        p {
            "Keep the checkpoint. With it, " code { "ceremony-verify store . --earlier checkpoint" }
            " shows another day that the log still begins with all that it had."
        }
    }
}

/// The entries from one up to another, the newest first.
fn entries(site: &Site, first: u64, end: u64) -> Markup {
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let some = site
        .entries
        .get(index(first)..index(end).min(site.entries.len()))
        .unwrap_or_default();
    let row = |(n, entry): (u64, &Logged)| {
        vec![
            html! { span id={ "entry-" (n) } { (named(site, entry.place)) } },
            html! { (entry.kind) },
            html! { @match &entry.path {
                Some(path) => a href={ (UP) (path) } { (parts::plain(&entry.what)) },
                None => (parts::plain(&entry.what)),
            } },
        ]
    };
    let mut rows: Vec<_> = (first..).zip(some).map(row).collect();
    rows.reverse();
    parts::table("Entries", &["Entry", "Type", "What it is"], &rows)
}

/// An entry by its number; after a log that ended, with the log that has it.
pub fn named(site: &Site, (log, index): (Log, u64)) -> String {
    match site.frozen.is_empty() {
        true => index.to_string(),
        false => format!("{log}: {index}"),
    }
}

/// From `log/` to the store's root.
const UP: &str = "../";
