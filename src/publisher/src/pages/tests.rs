//! The pages: nothing from files becomes markup, nothing comes from elsewhere, and what matters is on them.

#[path = "../../../verifier/tests/common/mod.rs"]
mod common;

use record::record::Exception;
use tlog::SignedCheckpoint;
use verifier::layout;

use super::{event, home};
use crate::site::Site;
use common::store::Memory;
use common::{EVENT, OPENS};

fn site() -> Site {
    let store = Memory::publish(&EVENT.left(|_| ()));
    let signed = SignedCheckpoint::parse(&store.0[layout::CHECKPOINT]).unwrap();
    Site::read(&store, signed.checkpoint()).unwrap()
}

fn pages(site: &Site) -> [String; 2] {
    [
        home::page(site).into_string(),
        event::page(site, &site.events[0]).into_string(),
    ]
}

#[test]
fn shows_text_from_files_and_never_obeys_it() {
    let mut site = site();
    let hostile = "\"'><script>alert(1)</script>&amp;";
    let record = &mut site.events[0].record;
    record.event = hostile.into();
    record.kind = hostile.into();
    record.description = hostile.into();
    record.present = vec![hostile.into()];
    record.keys[0].key = hostile.into();
    record.keys[0].owner = hostile.into();
    let exception = Exception {
        step: Some(hostile.into()),
        at: OPENS,
        what: hostile.into(),
    };
    record.exceptions.push(exception);
    site.events[0].inbound.roster.members[0].id = hostile.into();
    let signature = site.events[0].logged.countersignatures.values().next().unwrap().clone();
    site.events[0]
        .logged
        .countersignatures
        .insert(hostile.into(), signature);
    for page in pages(&site) {
        assert!(!page.contains("<script"), "{page}");
        assert!(!page.contains("\"'>"), "{page}");
        assert!(
            page.contains("&quot;'&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"),
            "{page}"
        );
    }
}

#[test]
fn says_that_it_is_a_rehearsal() {
    let mut site = site();
    for page in pages(&site) {
        assert!(page.contains("<p class=\"banner\" role=\"note\"><strong>REHEARSAL.</strong>"));
    }
    site.rehearsal = false;
    for page in pages(&site) {
        assert!(!page.contains("class=\"banner\"") && !page.contains("--rehearsal"));
    }
}

#[test]
fn takes_nothing_from_elsewhere() {
    for page in pages(&site()) {
        let addresses: Vec<&str> = page
            .split(['"', '('])
            .filter(|text| text.contains("//") && !text.contains(' '))
            .collect();
        assert_eq!(addresses, [""; 0]);
        assert!(!page.contains("@import") && !page.contains("<img"));
    }
}

#[test]
fn tells_who_is_trusted_for_what() {
    let site = site();
    let [home, event] = pages(&site);
    for (_, certificate) in site.certificates() {
        let [first, second] = certificate.fingerprint().blocks();
        for page in [&home, &event] {
            assert!(page.contains(&format!("<span>{first}</span><span>{second}</span>")));
            assert!(page.contains(&layout::proof(&certificate.stem())));
        }
    }
    assert!(home.contains("The index of crates.io: cargo checks with it what it downloads."));
    assert!(home.contains("in the HSM; each use needs 5 of 9 members"));
    assert!(event.contains("5 approvals"));
    assert!(event.contains("<th scope=\"row\">member-5</th><td>in the room</td><td>in the room</td><td>yes</td>"));
    assert_eq!(event.matches("<td>nothing</td>").count(), 4);
}

#[test]
fn leads_only_to_files_that_are_there() {
    let store = Memory::publish(&EVENT.left(|_| ()));
    let site = site();
    let there = |path: &str| store.0.contains_key(path) || *path == layout::event_page(&site.events[0].record.event);
    let [home, event] = pages(&site);
    for (page, up) in [(home, ""), (event, "../../")] {
        let links: Vec<&str> = page
            .split("<a href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert!(links.len() > 20);
        for link in links {
            let path = link
                .split('#')
                .next()
                .unwrap()
                .strip_prefix(up)
                .unwrap_or_else(|| panic!("{link}"));
            assert!(there(path), "{link}");
        }
    }
}
