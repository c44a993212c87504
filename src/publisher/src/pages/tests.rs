//! The pages: nothing from files becomes markup, nothing comes from elsewhere, and what matters is on them.

mod access_page;
#[path = "../../../verifier/tests/verifier/common/mod.rs"]
mod common;
mod others;
mod record_page;
mod standing;

use record::messages::Boot;
use record::record::{Exception, Fate};
use tlog::SignedCheckpoint;
use verifier::layout;

use super::{event, home};
use crate::site::{Crl, Site};
use common::store::Memory;
use common::{EVENT, OPENS};

fn site() -> Site {
    let store = Memory::publish(&EVENT.left(|_| ()));
    let signed = SignedCheckpoint::parse(&store.0[&layout::Log::MAIN.checkpoint()]).unwrap();
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
    record.keys[0].label = hostile.into();
    record.keys[0].shared = vec![hostile.into()];
    record.keys[0].attributes = vec![hostile.into()];
    record.tool_version = hostile.into();
    record.checkpoint = Some(hostile.into());
    record.exemptions = vec![hostile.into()];
    record.facts.insert(hostile.into(), hostile.into());
    record.tokens[0].fate = Fate::Unknown;
    record.tokens[0].action.step = hostile.into();
    record.refusals = vec![record::Signed {
        member: hostile.into(),
        ..record.reviews[0].clone()
    }];
    let exception = Exception {
        step: Some(hostile.into()),
        at: OPENS,
        what: hostile.into(),
    };
    record.exceptions.push(exception);
    site.events[0].inbound.roster.members[0].id = hostile.into();
    site.events[0].inbound.roster.appointment = hostile.into();
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
fn shows_a_checkpoint_as_it_is_and_nothing_hostile_in_it() {
    let mut site = site();
    let note = "log.example/1\n6\nWdtC5g=\n\n\u{2014} log.example/1 aak\u{202e}J7\n".to_owned();
    site.events[0].record.checkpoint = Some(note);
    let page = event::page(&site, &site.events[0]).into_string();
    assert!(page.contains("\n\n\u{2014} log.example/1 aak\\u{202e}J7"), "{page}");
}

#[test]
fn says_who_compared_what_stood_before_where_something_did() {
    let mut site = site();
    let column = "Compared what stood before";
    assert!(!event::page(&site, &site.events[0]).into_string().contains(column));
    let first = &mut site.events[0];
    first.inbound.standing = Some(standing());
    let signed = &mut first.record.reviews[0];
    let mut review = record::Bundle::<record::messages::Review>::decode(&signed.bundle).unwrap();
    review.body.compared = Some(true);
    signed.bundle = record::Bytes(review.encode().unwrap());
    let page = event::page(&site, &site.events[0]).into_string();
    let cells = |answer: &str| page.matches(&format!("data-label=\"{column}\">{answer}<")).count();
    assert_eq!((cells("yes"), cells("no")), (1, 8), "{page}");
    // Of a refusal only the name counts here.
    let first = &mut site.events[0].record;
    first.refusals = vec![first.reviews[0].clone()];
    let page = event::page(&site, &site.events[0]).into_string();
    assert!(page.contains("\">yes, and refused<"), "{page}");
}

fn standing() -> record::Standing {
    let digest = record::Digest::of(b"any");
    record::Standing {
        events: Vec::new(),
        checkpoint: String::new(),
        roster: digest,
        policy: digest,
        log_policy: digest,
        log_policy_number: 1,
        certificates: Vec::new(),
        crls: Vec::new(),
        keys: Vec::new(),
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
    let rows: Vec<&str> = event.split("<tr role=\"row\">").collect();
    assert!(rows[6].starts_with("<th scope=\"row\" role=\"rowheader\"><span class=\"word\">member-5</span></th>"));
    assert!(rows[6].contains(" data-label=\"At the end\">in the room</td>"));
    assert!(rows[6].contains(" data-label=\"Signed the record\">yes</td>"));
    assert_eq!(event.matches(" data-label=\"Approved\">nothing</td>").count(), 4);
    assert!(event.contains("<td role=\"cell\" data-label=\"What\">the event ended</td>"));
}

/// The root's second list, which names a serial number. Its signature is another's: the pages do not look at it.
#[test]
fn links_rules_and_lists() {
    let [home, _] = pages(&site());
    for path in [
        "roster/1.cbor",
        "policy/1.toml",
        "policy/tlog-policy-1",
        "crl/root-1.crl",
        "log/1/checkpoint",
    ] {
        assert!(home.contains(&format!("<a href=\"{path}\">")), "{path}");
    }
}

#[test]
fn says_what_changes_and_what_never_does() {
    let [home, _] = pages(&site());
    assert!(!home.contains("What is published here never changes"));
    assert!(home.contains("the list of files (<code>files.txt</code>)"));
    assert!(home.contains("(<code>crl/ISSUER.crl</code>), and each log's checkpoint (<code>log/1/checkpoint</code>)"));
}

#[test]
fn names_the_style_sheet_by_its_digest() {
    for page in pages(&site()) {
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let digest = tlog::Hash::sha256(style.as_bytes());
        assert!(
            page.contains(&format!("style-src &#39;sha256-{digest}&#39;"))
                || page.contains(&format!("style-src 'sha256-{digest}'"))
        );
        assert!(!page.contains(" style="));
    }
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
