//! The pages of certificates, rosters, the log and documents.

use std::collections::BTreeMap;

use verifier::layout::ENTRIES_A_PAGE;

use super::*;
use crate::site::{Logged, Outside};

/// All pages of the store of one event, by their paths.
fn all(store: &Memory) -> BTreeMap<String, String> {
    let signed = SignedCheckpoint::parse(&store.0[&layout::Log::MAIN.checkpoint()]).unwrap();
    let pages = crate::pages::render(store, signed.checkpoint(), None).unwrap();
    pages.into_iter().collect()
}

#[test]
fn makes_the_pages_that_the_verifier_looks_for_and_no_others() {
    let store = Memory::publish(&EVENT.left(|_| ()));
    let there = store.0.keys().filter(|path| path.ends_with(".html"));
    let made = all(&store);
    let made: Vec<&String> = made.keys().filter(|path| path.ends_with(".html")).collect();
    assert_eq!(made, there.collect::<Vec<_>>());
}

#[test]
fn every_page_is_framed_alike_and_leads_only_to_files_that_are_there() {
    let store = Memory::publish(&EVENT.left(|_| ()));
    for (path, page) in all(&store).iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(page.contains("<nav aria-label=\"This store\">"), "{path}");
        assert!(!page.contains(" style=") && !page.contains("<script"), "{path}");
        let up = "../".repeat(path.matches('/').count());
        for link in page
            .split("<a href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
        {
            let file = link.split('#').next().unwrap().strip_prefix(&up);
            assert!(file.is_some_and(|file| store.0.contains_key(file)), "{path}: {link}");
        }
    }
}

#[test]
fn nothing_from_files_becomes_markup_on_the_other_pages() {
    let mut site = site();
    let hostile = "\"'><script>alert(1)</script>&amp;";
    let event = &mut site.events[0];
    event.record.event = hostile.into();
    event.inbound.roster.appointment = hostile.into();
    event.inbound.roster.members[0].ssh_key = hostile.into();
    event.inbound.roster.members[0].approver = hostile.into();
    site.entries[0].what = hostile.into();
    let (event, roster) = (&site.events[0], &site.events[0].inbound.roster);
    let pages = [
        super::super::certificate::page(&site, event, &event.certificates[0]).into_string(),
        super::super::roster::page(&site, event, roster, Some(roster)).into_string(),
        super::super::log::pages(&site)[0].1.clone(),
    ];
    for page in pages {
        assert!(!page.contains("<script") && !page.contains("\"'>"), "{page}");
        assert!(page.contains("&quot;'&gt;&lt;script&gt;alert(1)"), "{page}");
    }
}

#[test]
fn a_long_log_has_a_page_for_each_full_part_and_every_entry_once() {
    let mut site = site();
    let size = 2 * ENTRIES_A_PAGE + 3;
    let entry = |n: u64| Logged {
        place: (verifier::layout::Log::MAIN, n),
        kind: tlog::EntryType::Document,
        digest: record::Digest::of(&n.to_be_bytes()),
        what: format!("number {n}"),
        path: None,
    };
    site.entries = (0..size).map(entry).collect();
    site.log = tlog::Checkpoint::new(site.log.origin(), size, *site.log.root()).unwrap();
    let pages = super::super::log::pages(&site);
    let paths: Vec<&str> = pages.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["log/index.html", "log/entries-0.html", "log/entries-500.html"]);
    for n in 0..size {
        let id = format!("id=\"entry-{n}\"");
        let on: Vec<&str> = pages
            .iter()
            .filter(|(_, page)| page.contains(&id))
            .map(|(path, _)| path.as_str())
            .collect();
        let expected = pages[usize::try_from(n / ENTRIES_A_PAGE + 1).unwrap() % 3].0.as_str();
        assert_eq!(on, [expected], "entry {n}");
    }
    let newest = &pages[0].1;
    assert!(newest.find("entry-1002").unwrap() < newest.find("entry-1001").unwrap());
}

#[test]
fn a_keepers_subkey_is_told_of_like_any_other_and_not_as_an_events() {
    let mut site = site();
    // Any other certificate will do: what counts is that no event made it.
    let certificate = site.events[0].certificates.pop().unwrap();
    let stem = certificate.stem();
    site.outside = vec![Outside { event: 0, certificate }];
    let home = home::page(&site).into_string();
    let card = home
        .split(&format!("id=\"{stem}\""))
        .nth(1)
        .unwrap()
        .split("</dl>")
        .next()
        .unwrap();
    assert!(card.contains("<dt>Made after</dt>"), "{card}");
    let page = super::super::certificate::page(&site, &site.events[0], &site.outside[0].certificate).into_string();
    assert!(page.contains("outside of any event; it is logged after "), "{page}");
}

#[test]
fn a_rosters_page_says_who_came_and_went_and_whose_keys_changed() {
    let site = site();
    let event = &site.events[0];
    let (before, mut after) = (&event.inbound.roster, event.inbound.roster.clone());
    after.number = 2;
    after.members[0].ssh_key = after.members[1].ssh_key.clone();
    after.members[2].id = "member-10".into();
    after.members[3].until = after.members[3].until.plus(86_400);
    let page = super::super::roster::page(&site, event, &after, Some(before)).into_string();
    for line in [
        "member-10 came into office",
        "member-3 left",
        "member-1 has other keys",
        "member-4 has another term",
    ] {
        assert!(page.contains(&format!("<li>{line}</li>")), "{line}");
    }
}

#[test]
fn a_roots_page_sends_nobody_to_a_list_that_cannot_revoke_it() {
    let pages = all(&Memory::publish(&EVENT.left(|_| ())));
    let (root, delegate) = (&pages["certs/root-1.html"], &pages["certs/release-1.html"]);
    let (list, announcement) = ("Fetch the newest revocation list", "No list can revoke a root");
    assert!(root.contains(announcement) && !root.contains(list), "{root}");
    assert!(
        delegate.contains(list) && !delegate.contains(announcement),
        "{delegate}"
    );
}
