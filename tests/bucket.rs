//! A store in a bucket: the folder's bytes, whatever stops the publisher, and only where the service keeps its word.

#[path = "bucket/allowed.rs"]
mod allowed;
#[path = "bucket/between.rs"]
mod between;
#[path = "bucket/publisher.rs"]
mod publisher;
#[path = "bucket/service.rs"]
mod service;

use support::certify::{Certified, certify};
use support::rehearsal::{self, text};
use support::scratch::Scratch;

use between::{Between, Rule};
use publisher::Publisher;
use service::Service;

const FOUNDED: [&str; 2] = ["events/cluster-initialisation-1/outbound", "outbound"];

#[test]
fn a_rehearsal_in_a_bucket_has_the_bytes_that_its_folder_has() {
    let Some(service) = Service::started("a_rehearsal_in_a_bucket_has_the_bytes_that_its_folder_has") else {
        return;
    };
    let publisher = Publisher::new("bucket-whole");
    for event in FOUNDED {
        let _ = publisher.append(event, service.address()).expect(0);
    }
    assert_eq!(service.store(), publisher::folder());
    // The lock too: whoever holds the key cannot tell which store it was.
    assert_eq!(publisher.lock(), publisher::lock_of_the_folder());
    let told = |path: &str| service.headers(path);
    let forever = "public, max-age=31536000, immutable".to_owned();
    assert_eq!(
        told("log/1/tile/0/000.p/17"),
        ("application/octet-stream".to_owned(), forever.clone())
    );
    let text = "text/plain; charset=utf-8".to_owned();
    assert_eq!(told("log/1/checkpoint"), (text, "public, max-age=5".to_owned()));
    assert_eq!(told("certs/root-1.der"), ("application/pkix-cert".to_owned(), forever));
    assert_eq!(service.aside(), Vec::<String>::new(), "nothing is left aside");
}

#[test]
fn a_good_store_is_left_with_nothing_new_by_another_start() {
    let Some(service) = Service::started("a_good_store_is_left_with_nothing_new_by_another_start") else {
        return;
    };
    let publisher = Publisher::new("bucket-again");
    let between = Between::new(&service, Rule::Pass);
    let first = publisher.resume(&between.address()).expect(0);
    assert!(first.out.contains("Nothing was cut off"), "{first}");
    // Both files of the probe; one of them was replaced once.
    assert_eq!(between.taken(), 3);
    let _ = publisher.resume(&between.address()).expect(0);
    assert_eq!(between.taken(), 3, "every later attempt was refused");
}

/// Whoever may only read a bucket checks it and asks it all the same.
#[test]
fn commands_that_only_read_write_nothing_to_a_bucket() {
    let Some(service) = Service::started("commands_that_only_read_write_nothing_to_a_bucket") else {
        return;
    };
    let publisher = Publisher::new("bucket-read");
    for event in FOUNDED {
        let _ = publisher.append(event, service.address()).expect(0);
    }
    let between = Between::new(&service, Rule::Pass);
    let root = text(&rehearsal::plain().store("certs/root-1.pem"));
    let checked = publisher.at(publisher::PLACE, &["check", "--root", &root], &between.address());
    assert!(checked.expect(0).out.contains("the log key's memory: "));
    let rosters = publisher.without_key(&["roster"], &between.address()).expect(0);
    assert!(rosters.out.contains("member-9: in office until "), "{rosters}");
    let folder = Scratch::new("bucket-staple");
    let out = text(&folder.join("root-1.tlog-proof"));
    let staple = ["staple", "--certificate", "root-1", "--out", &out];
    let _ = publisher.without_key(&staple, &between.address()).expect(0);
    let newest = std::fs::read_to_string(&out).expect("a proof");
    assert!(newest.starts_with("c2sp.org/tlog-proof@v1\n"), "{newest}");
    assert_eq!(between.taken(), 0, "nothing was written");
    // The pages alone are made again, where they differ.
    let again = publisher.without_key(&["site"], service.address()).expect(0);
    assert!(again.out.contains(" pages, of which 0 changed"), "{again}");
    let nowhere = publisher.without_key(&["roster"], "http://127.0.0.1:1").expect(4);
    assert!(nowhere.err.contains("hint: "), "{nowhere}");
}

#[test]
fn a_service_that_drops_conditions_is_refused() {
    let Some(service) = Service::started("a_service_that_drops_conditions_is_refused") else {
        return;
    };
    for (header, what) in [
        (
            "if-none-match",
            "probe/once: it was replaced, though the request said If-None-Match: *",
        ),
        (
            "if-match",
            "probe/swapped: it was replaced, though the request said If-Match with another e-tag",
        ),
    ] {
        let publisher = Publisher::new(&format!("bucket-{header}"));
        let between = Between::new(&service, Rule::Drop(header));
        let refused = publisher.append(FOUNDED[0], &between.address()).expect(4);
        let said = refused.err.replace("\n  ", " ");
        assert!(
            said.contains(&format!("the store does not keep its word: {what}")),
            "{refused}"
        );
        assert!(
            said.contains("hint: take a service that honours If-None-Match and If-Match"),
            "{refused}"
        );
        assert_eq!(service.store().len(), 0, "{header}: nothing was published");
        service.empty();
    }
}

#[test]
fn a_publication_cut_off_at_any_put_ends_with_the_same_bytes() {
    let Some(service) = Service::started("a_publication_cut_off_at_any_put_ends_with_the_same_bytes") else {
        return;
    };
    let mut stopped = 0;
    for puts in (4..).step_by(3) {
        service.empty();
        let publisher = Publisher::new("bucket-cut");
        let between = Between::new(&service, Rule::StopAfter(puts));
        let cut = publisher.append(FOUNDED[0], &between.address());
        if cut.code == 0 {
            break;
        }
        assert_eq!(cut.code, 4, "after {puts}: {cut}");
        stopped += 1;
        // What was staged and signed needs nothing else; what was not is begun again.
        let _ = match publisher.lock().contains("finished") {
            true => publisher.resume(service.address()).expect(0),
            false => publisher.append(FOUNDED[0], service.address()).expect(0),
        };
        let _ = publisher.append(FOUNDED[1], service.address()).expect(0);
        assert_eq!(service.store(), publisher::folder(), "after {puts}");
        assert_eq!(service.aside(), Vec::<String>::new(), "after {puts}");
    }
    assert!(stopped > 7, "{stopped} times it was cut off");
}

#[test]
fn a_put_that_arrives_late_changes_nothing() {
    let Some(service) = Service::started("a_put_that_arrives_late_changes_nothing") else {
        return;
    };
    // Files, tiles, the checkpoint, pages.
    for put in [8, 16, 20, 22, 24, 25, 26] {
        service.empty();
        let publisher = Publisher::new("bucket-late");
        let between = Between::new(&service, Rule::Delay(put));
        let cut = publisher.append(FOUNDED[0], &between.address());
        let _ = publisher.resume(service.address()).expect(0);
        let _ = publisher.append(FOUNDED[1], service.address()).expect(0);
        let answer = between.release();
        if cut.code != 0 {
            assert_eq!(answer, Some(412), "put {put}: it is refused, since its place is taken");
        }
        assert_eq!(service.store(), publisher::folder(), "put {put}");
    }
}

#[test]
fn a_bucket_that_is_not_there_is_said() {
    let Some(service) = Service::started("a_bucket_that_is_not_there_is_said") else {
        return;
    };
    let publisher = Publisher::new("bucket-none");
    let refused = publisher
        .at("s3://no-such-bucket", &["resume"], service.address())
        .expect(4);
    assert!(refused.err.contains("error: probe/once in the store: "), "{refused}");
    assert!(!refused.err.chars().any(|c| c.is_control() && c != '\n'), "{refused}");
}

#[test]
fn init_takes_an_empty_bucket_and_no_other() {
    let Some(service) = Service::started("init_takes_an_empty_bucket_and_no_other") else {
        return;
    };
    let publisher = Publisher::new("bucket-init");
    let _ = publisher.init(service.address()).expect(0);
    let _ = publisher.append(FOUNDED[0], service.address()).expect(0);
    let refused = Publisher::new("bucket-init-again").init(service.address()).expect(1);
    assert!(
        refused
            .err
            .contains("error: s3://pki-store/some/prefix/ is there already"),
        "{refused}"
    );
}

#[test]
fn of_two_publishers_at_once_none_replaces_what_the_other_wrote() {
    let Some(service) = Service::started("of_two_publishers_at_once_none_replaces_what_the_other_wrote") else {
        return;
    };
    for _ in 0..3 {
        service.empty();
        let both = [Publisher::new("bucket-one"), Publisher::new("bucket-other")];
        // The other has one member's signature less, so that its bundle is another.
        let other = both[1].without_a_countersignature(FOUNDED[0]);
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(|| both[0].append(FOUNDED[0], service.address()));
            let other = scope.spawn(|| both[1].append(&other, service.address()));
            (one.join().expect("no panic"), other.join().expect("no panic"))
        });
        let won = match (one.code, other.code) {
            (0, 1) => &both[0],
            (1, 0) => &both[1],
            _ => panic!("one wins, and one stops:\n{one}\n{other}"),
        };
        let lost = if one.code == 0 { &both[1] } else { &both[0] };
        assert!(
            lost.lock().contains("\"checkpoint\":null"),
            "it signed nothing: {}",
            lost.lock()
        );
        let state: serde_json::Value = serde_json::from_str(&won.lock()).expect("JSON");
        let store = service.store();
        assert_eq!(
            state["checkpoint"].as_str().map(str::as_bytes),
            store.get("log/1/checkpoint").map(|bytes| &bytes[..])
        );
        let expected = if one.code == 0 { 9 } else { 8 };
        let signatures = store.keys().filter(|path| path.contains("/countersignatures/"));
        assert_eq!(signatures.count(), expected, "the winner's files, and no other");
    }
}

#[test]
fn a_locked_bucket_takes_a_rehearsal_and_keeps_every_version() {
    let Some(service) = Service::started("a_locked_bucket_takes_a_rehearsal_and_keeps_every_version") else {
        return;
    };
    let publisher = Publisher::new("bucket-locked");
    let place = "s3://pki-locked/some/prefix";
    service.make_locked_bucket("pki-locked");
    let between = Between::new(&service, Rule::NameChecksum);
    for event in FOUNDED {
        let _ = publisher.append_to(place, event, &between.address()).expect(0);
    }
    let versions = service.versions("pki-locked");
    let of = |path: &str| {
        let versions = versions.iter().filter(|(name, _)| name == path);
        versions.map(|(_, version)| version.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("log/1/checkpoint").len(), 2, "the older one stays");
    for path in publisher::folder().keys() {
        assert!(!of(path).is_empty(), "{path}");
    }
    let aside = versions.iter().filter(|(path, _)| path.starts_with("staging/"));
    assert_eq!(aside.count(), 4, "what was kept aside is hidden, and its versions stay");
    for version in of("log/1/checkpoint") {
        assert_eq!(service.removes_version("pki-locked", "log/1/checkpoint", &version), 403);
    }
}

#[test]
fn over_tls_a_service_of_an_unknown_authority_is_refused() {
    let folder = Scratch::new("bucket-tls");
    let Certified {
        authority,
        certificate,
        key,
    } = certify(&folder.join(""), "IP:127.0.0.1");
    let test = "over_tls_a_service_of_an_unknown_authority_is_refused";
    let Some(service) = Service::over_tls(test, &certificate, &key) else {
        return;
    };
    let publisher = Publisher::new("bucket-over-tls");
    let refused = publisher.resume(service.address()).expect(4);
    assert!(
        refused.err.contains("invalid peer certificate: UnknownIssuer"),
        "{refused}"
    );
    // It is believed, and asked: there is no such bucket yet.
    let asked = publisher.resume_believing(&authority, service.address()).expect(4);
    assert!(asked.err.contains("NoSuchBucket"), "{asked}");
}
