//! Exemptions count while they last, when two people stand for them, and never for other bytes.

use issue::{CertificateSpec, Error, Exemption, Finding, Lint, Linted, apply_exemptions, freeze_certificate};
use x509::{TbsCertificate, Time};

use crate::common::{NOW, ROOT_END, delegate, time};

#[test]
fn an_exemption_in_force_lets_pass_and_is_reported() {
    let frozen = freeze(&[exemption()]).unwrap();
    assert_eq!(frozen.tbs().serial_hex(), "ff");
    let [used] = frozen.exempted() else {
        panic!("{:?}", frozen.exempted())
    };
    assert_eq!(used.exemption, exemption());
    assert_eq!(
        used.finding.to_string(),
        "serial-entropy: the serial number has 1 of the 8 octets that 64 bits take"
    );
}

#[test]
fn an_exemption_that_nothing_needs_is_not_reported() {
    let end = Some(time(ROOT_END));
    let frozen = freeze_certificate(&delegate(), end, None, &[exemption()], time(NOW)).unwrap();
    assert_eq!(frozen.exempted(), []);
}

#[test]
fn an_exemption_counts_to_its_last_second() {
    let mut last = exemption();
    last.until = time(NOW);
    assert!(freeze(&[last.clone()]).is_ok());
    last.until.0 -= 1;
    assert_eq!(
        freeze(&[last]).unwrap_err().to_string(),
        "lint: serial-entropy: the serial number has 1 of the 8 octets that 64 bits take \
         (the exemption of \"member-1\" has expired)"
    );
}

#[test]
fn an_exemption_needs_owner_reason_and_a_second_person() {
    let changes: [(Change, &str); 4] = [
        (|e| e.owner = " ".into(), "names no owner"),
        (|e| e.reason = "\t".into(), "gives no reason"),
        (|e| e.second = String::new(), "has no second person"),
        (|e| e.second = "member-1 ".into(), "has no second person"),
    ];
    for (change, fault) in changes {
        let mut changed = exemption();
        change(&mut changed);
        let text = freeze(&[changed]).unwrap_err().to_string();
        assert!(text.ends_with(&format!(" {fault})")), "{text}");
    }
}

#[test]
fn an_exemption_covers_only_the_lint_that_it_names() {
    let mut other = exemption();
    other.lint = Lint::SerialLength;
    let Error::Lint(refused) = freeze(&[other]).unwrap_err() else {
        panic!()
    };
    assert_eq!(refused[0].finding.lint, Lint::SerialEntropy);
    assert_eq!(refused[0].void, None);
    assert_eq!(refused.len(), 1);
}

#[test]
fn one_exemption_in_force_suffices_beside_an_expired_one() {
    let mut expired = exemption();
    expired.until = Time(0);
    let frozen = freeze(&[expired, exemption()]).unwrap();
    assert_eq!(frozen.exempted()[0].exemption, exemption());
}

#[test]
fn no_exemption_covers_bytes_that_differ_from_the_specification() {
    for lint in [Lint::CertificateProfile, Lint::CrlProfile] {
        let finding = Finding {
            lint,
            detail: "issuer".into(),
        };
        let exemption = Exemption { lint, ..exemption() };
        let error = apply_exemptions(vec![finding], &[exemption], time(NOW)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("lint: {lint}: issuer (the exemption of \"member-1\" names a lint that has none)")
        );
    }
}

#[test]
fn an_exemption_does_not_silence_the_strict_parser() {
    let mut spec = delegate();
    spec.serial = vec![0];
    let exemptions = [Lint::SerialForm, Lint::SerialEntropy].map(|lint| Exemption { lint, ..exemption() });
    let error = freeze_certificate(&spec, Some(time(ROOT_END)), None, &exemptions, time(NOW)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the first builder wrote bytes that cannot be read back: the serial number is zero"
    );
}

type Change = fn(&mut Exemption);

fn exemption() -> Exemption {
    Exemption {
        lint: Lint::SerialEntropy,
        until: time("2026-12-01T00:00:00Z"),
        owner: "member-1".into(),
        reason: "a test of short serial numbers".into(),
        second: "member-2".into(),
    }
}

/// A certificate that the lint `serial-entropy` stops.
fn short() -> CertificateSpec {
    let mut spec = delegate();
    spec.serial = vec![0xff];
    spec
}

fn freeze(exemptions: &[Exemption]) -> Result<Linted<TbsCertificate>, Error> {
    freeze_certificate(&short(), Some(time(ROOT_END)), None, exemptions, time(NOW))
}
