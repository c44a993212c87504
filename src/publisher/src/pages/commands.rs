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

/// A certificate's fingerprint.
pub fn fingerprint(certificate: &Certificate) -> String {
    format!(
        "openssl x509 -in {} -noout -fingerprint -sha256",
        layout::certificate_pem(&certificate.stem())
    )
}

/// One certificate with its chain, lists and proof; none where no root of the store leads to it.
pub fn certificate(site: &Site, certificate: &Certificate) -> Option<String> {
    let pem = |certificate: &Certificate| layout::certificate_pem(&certificate.stem());
    let (mut between, mut lists, mut at) = (String::new(), String::new(), certificate);
    while !at.is_root() {
        // A key that issues is at most two above.
        (_, at) = site.issuer(at).filter(|_| between.len() < LONGEST)?;
        if site.list_of(at).is_some() {
            lists += &format!(" --crl {}", layout::newest_crl(&at.stem()));
        }
        if !at.is_root() {
            between += &format!(" --intermediate {}", pem(at));
        }
    }
    let mark = if site.rehearsal { " --rehearsal" } else { "" };
    let (policy, _) = site.log_policy()?;
    let (proof, own) = (layout::proof(&certificate.stem()), pem(certificate));
    let proof = format!(" --proof {proof} --log-policy {policy}{mark}");
    Some(format!(
        "ceremony-verify cert {own} --root {}{between}{lists}{proof}",
        pem(at)
    ))
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

/// Of what stands between: no chain of ours is so long.
const LONGEST: usize = 1024;
