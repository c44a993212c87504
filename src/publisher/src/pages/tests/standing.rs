//! How each certificate stands on the home page, by the newest list of its issuer.

use super::*;

#[test]
fn tells_how_each_certificate_stands_and_as_of_when() {
    let mut site = site();
    let release = site.events[0].certificates.iter().find(|found| found.name == "release");
    let serial = release.unwrap().x509.tbs().serial().to_vec();
    let home = home::page(&site).into_string();
    let stands = "Not revoked, as of <a href=\"crl/root-1/1.crl\">list 1</a> of <time";
    assert_eq!(home.matches(stands).count(), 5);
    assert!(home.contains("<a href=\"crl/root-1.crl\">crl/root-1.crl</a>, now "));
    assert!(home.contains("As of the end of the latest event, <time datetime=\"2026-11-22T11:00:00Z\">"));

    // The second list names one of the five; the first one no longer counts for any.
    let second = revoking(&site, &serial);
    site.events[0].crls.push(second);
    let home = home::page(&site).into_string();
    assert_eq!(home.matches(stands).count(), 0);
    let stands = "Not revoked, as of <a href=\"crl/root-1/2.crl\">list 2</a>";
    assert_eq!(home.matches(stands).count(), 4);
    let card = home
        .split("id=\"release-1\"")
        .nth(1)
        .unwrap()
        .split("</dl>")
        .next()
        .unwrap();
    assert!(
        card.contains("<strong>REVOKED</strong> on <time datetime=\"2026-11-23T"),
        "{card}"
    );
    assert!(card.contains(" (its key may be in other hands), by <a href=\"crl/root-1/2.crl\">"));

    site.events[0].crls.clear();
    let home = home::page(&site).into_string();
    assert_eq!(
        home.matches("Its issuer has published no revocation list yet.").count(),
        5
    );
    assert!(!home.contains("EXPIRED"));
    site.events[0].record.ended = record::Time::parse("2040-01-01T00:00:00Z").unwrap();
    let home = home::page(&site).into_string();
    assert_eq!(home.matches("<strong>EXPIRED.</strong>").count(), 6);
}

fn revoking(site: &Site, serial: &[u8]) -> Crl {
    let (_, root) = site.roots().next().unwrap();
    let first = &site.events[0]
        .crls
        .iter()
        .find(|crl| crl.path == "crl/root-1/1.crl")
        .unwrap()
        .x509;
    let day = |at: x509::Time, days: i64| x509::Time(at.0 + days * 86_400);
    let now = first.tbs().this_update();
    let spec = issue::CrlSpec {
        issuer: first.tbs().issuer().clone(),
        issuer_key: root.x509.tbs().public_key().clone(),
        number: 2,
        this_update: day(now, 2),
        next_update: day(now, 30),
        entries: vec![issue::CrlEntry {
            serial: serial.to_vec(),
            date: day(now, 1),
            reason: Some(x509::Reason::KeyCompromise),
        }],
    };
    let frozen = issue::freeze_crl(&spec, root.x509.tbs().not_after(), &[], now).unwrap();
    let (old, new) = (first.tbs().der(), frozen.tbs().der());
    let place = first.der().windows(old.len()).position(|part| part == old).unwrap();
    let content = [new, &first.der()[place + old.len()..]].concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let der = [&[0x30, 0x82], &length[..], &content].concat();
    Crl {
        path: "crl/root-1/2.crl".into(),
        x509: x509::Crl::parse(&der).unwrap(),
    }
}
