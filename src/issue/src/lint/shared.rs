//! Lints that certificates and CRLs have in common.

use std::collections::BTreeSet;

use x509::{Name, Oid};

use crate::agree::hex;
use crate::lint::{Finding, Lint};

/// RFC 5280 §4.1.2.2: a serial number is a positive number of at most 20 octets.
pub fn serial(whose: &str, serial: &[u8], findings: &mut Vec<Finding>) {
    if serial.first().is_none_or(|first| *first == 0) {
        findings.push(Finding::new(
            Lint::SerialForm,
            format!("{whose} is {:?}, zero or with a zero before it", hex(serial)),
        ));
    }
    let octets = encoded_length(serial);
    if octets > 20 {
        findings.push(Finding::new(
            Lint::SerialLength,
            format!("{whose} has {octets} octets in DER, 20 are allowed"),
        ));
    }
}

/// The number of octets in DER, where a first bit of one costs an octet more.
fn encoded_length(serial: &[u8]) -> usize {
    let sign = serial.first().is_some_and(|first| *first >= 0x80);
    serial.len() + usize::from(sign)
}

/// One attribute of each kind, a common name among them. That the values are printable is the type's promise.
pub fn name(whose: &str, name: &Name, findings: &mut Vec<Finding>) {
    if name.common_name().is_none() {
        findings.push(Finding::new(
            Lint::NameWithoutCommonName,
            format!("the {whose} {name:?} has no CN", name = name.to_string()),
        ));
    }
    let kinds: BTreeSet<_> = name.parts().iter().map(|(kind, _)| kind).collect();
    if kinds.len() < name.parts().len() {
        findings.push(Finding::new(
            Lint::NameRepeats,
            format!("the {whose} {:?} has an attribute twice", name.to_string()),
        ));
    }
}

/// Arcs that libraries and linters mishandle. Those under 2.999 cannot get here: the type refuses them.
pub fn arcs(oid: Oid, findings: &mut Vec<Finding>) {
    if oid.arcs().starts_with(&[2, 25]) {
        findings.push(Finding::new(Lint::OidUuidArc, format!("{oid} is under 2.25")));
    }
}
