//! Commands that check what is published, ready to paste. They run in a copy of the store.

use verifier::layout;

use crate::site::{Certificate, Event, Site};

/// The whole store, from a root.
pub fn store(site: &Site, root: &Certificate) -> String {
    let mark = if site.rehearsal { " --rehearsal" } else { "" };
    format!(
        "ceremony-verify store . --root {}{mark}",
        layout::certificate_pem(&root.stem())
    )
}

/// A root's fingerprint.
pub fn fingerprint(root: &Certificate) -> String {
    format!(
        "openssl x509 -in {} -noout -fingerprint -sha256",
        layout::certificate_pem(&root.stem())
    )
}

/// A delegate's certificate against its root, and that it is not revoked.
pub fn chain(root: &Certificate, delegate: &Certificate) -> String {
    let (root_pem, crl) = (layout::certificate_pem(&root.stem()), layout::newest_crl(&root.stem()));
    let delegate = layout::certificate_pem(&delegate.stem());
    format!("openssl verify -x509_strict -crl_check -CAfile {root_pem} -CRLfile {crl} {delegate}")
}

/// A member's signature of a record, as of the day it was given: members' terms end.
pub fn countersignature(event: &Event, member: &str) -> String {
    let name = &event.record.event;
    let at = event.record.ended.to_string().replace(['-', ':', 'T'], "");
    format!(
        "ssh-keygen -Y verify -O verify-time={at} -f {} -I {member} -n {} -s {} < {}",
        layout::allowed_signers(name),
        record::sshsig::namespace::RECORD,
        layout::countersignature(name, member),
        layout::record(name),
    )
}

/// All members' signatures of a record.
pub fn countersignatures(event: &Event) -> Vec<String> {
    event
        .logged
        .countersignatures
        .keys()
        .map(|member| countersignature(event, member))
        .collect()
}
