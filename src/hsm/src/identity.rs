//! Is the HSM a genuine one? AWS and the manufacturer each vouch for the hardware, the hardware for the HSM, and the HSM
//! for the cluster's request.
//!
//! This has a meaning only before the cluster is initialised: what AWS describes later no longer shows these
//! certificates. From then on trust rests on the customer's own CA, which is why it is checked here as well.

mod certificate;
mod described;
mod signature;

pub use described::Described;

use crate::check::Findings;
use crate::{Error, Finding};
use certificate::{Certificate, Request};

/// The certificates that everything is judged by, PEM. They come from elsewhere: a download is compared by its digest.
#[derive(Clone, Copy, Debug)]
pub struct Anchors<'a> {
    /// AWS CloudHSM's root.
    pub aws: &'a str,
    /// The manufacturer's root.
    pub manufacturer: &'a str,
    /// The customer's CA, which will vouch for the cluster.
    pub customer: Option<&'a str>,
    /// The cluster's certificate: its request, signed by the customer's CA.
    pub cluster: Option<&'a str>,
}

/// What was found: digests to be compared with what people know from elsewhere, and each thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// SHA-256 of each certificate in DER, and of the HSM's public key, by name.
    pub digests: Vec<(&'static str, [u8; 32])>,
    /// What falls short; none if the identity is proved.
    pub findings: Vec<Finding>,
}

/// Checks the whole chain at a moment, in seconds since 1970.
///
/// # Errors
/// Something that is no certificate or request at all.
pub fn verify_identity(described: &Described, anchors: &Anchors<'_>, at: u64) -> Result<Identity, Error> {
    let aws_root = Certificate::parse(AWS_ROOT, anchors.aws)?;
    let manufacturer_root = Certificate::parse(MANUFACTURER_ROOT, anchors.manufacturer)?;
    let aws = Certificate::parse("AwsHardwareCertificate", &described.aws_hardware)?;
    let manufacturer = Certificate::parse("ManufacturerHardwareCertificate", &described.manufacturer_hardware)?;
    let hsm = Certificate::parse("HsmCertificate", &described.hsm)?;
    let request = Request::parse("ClusterCsr", &described.cluster_csr)?;

    let mut findings = described.findings();
    findings.extend(root(&aws_root, at));
    findings.extend(root(&manufacturer_root, at));
    findings.extend(two_roots(&aws_root, &manufacturer_root));
    findings.extend(below(&aws, &aws_root, at));
    findings.extend(below(&manufacturer, &manufacturer_root, at));
    findings.extend(itself(&hsm, at));
    findings.extend(issued(&hsm, &aws));
    findings.extend(issued(&hsm, &manufacturer));
    findings.extend(asks_for(&request, &hsm));
    let mut digests = vec![
        (AWS_ROOT, aws_root.digest()),
        (MANUFACTURER_ROOT, manufacturer_root.digest()),
        ("HsmCertificate", hsm.digest()),
        ("the HSM's public key", hsm.key_digest()),
    ];
    if let Some(pem) = anchors.customer {
        let customer = Certificate::parse(CUSTOMER_CA, pem)?;
        findings.extend(root(&customer, at));
        digests.push((CUSTOMER_CA, customer.digest()));
        if let Some(pem) = anchors.cluster {
            let cluster = Certificate::parse("the cluster's certificate", pem)?;
            findings.extend(itself(&cluster, at));
            findings.extend(issued(&cluster, &customer));
            findings.extend(same_key(&cluster, &request));
            digests.push(("the cluster's certificate", cluster.digest()));
        }
    }
    Ok(Identity { digests, findings })
}

/// A customer CA on its own: PEM in, the digest of its DER and what is wrong with it out.
///
/// # Errors
/// Something that is no certificate at all.
pub fn check_customer_ca(pem: &str, at: u64) -> Result<([u8; 32], Vec<Finding>), Error> {
    let customer = Certificate::parse(CUSTOMER_CA, pem)?;
    Ok((customer.digest(), root(&customer, at)))
}

/// A root: signed with its own key, in force, and a CA.
fn root(root: &Certificate, at: u64) -> Vec<Finding> {
    let mut findings = itself(root, at);
    findings.extend(issued(root, root));
    findings
}

/// Two parties vouch only if neither has the other's key.
fn two_roots(aws: &Certificate, manufacturer: &Certificate) -> Vec<Finding> {
    let mut findings = Findings::about(manufacturer.name);
    if manufacturer.key_digest() == aws.key_digest() {
        findings.add("public key", format!("another one than {}'s", aws.name), "the same");
    }
    findings.done()
}

/// A CA below a root.
fn below(ca: &Certificate, root: &Certificate, at: u64) -> Vec<Finding> {
    let mut findings = itself(ca, at);
    findings.extend(issued(ca, root));
    let mut of_root = Findings::about(root.name);
    if root.path_length == Some(0) {
        of_root.add("CAs below it", "at least 1 may be", "none may be");
    }
    findings.extend(of_root.done());
    findings
}

/// What a certificate says of itself: it is in force, and has nothing in it that must be understood and is not.
fn itself(certificate: &Certificate, at: u64) -> Vec<Finding> {
    let mut findings = Findings::about(certificate.name);
    if !certificate.validity.contains(&at) {
        findings.add("dates", certificate.dates(), format!("it is {}", certificate::date(at)));
    }
    if !certificate.unknown.is_empty() {
        let found = certificate.unknown.join(" ");
        findings.add("critical extensions", "none that is unknown", found);
    }
    findings.done()
}

/// Names, the issuer's right to issue, and the signature.
fn issued(certificate: &Certificate, issuer: &Certificate) -> Vec<Finding> {
    let mut findings = Findings::about(certificate.name);
    findings.expect("issuer", &issuer.subject, &certificate.issuer);
    if let Err(why) = certificate.signed.verify(&issuer.spki) {
        findings.add("signature", format!("by the key of {}", issuer.name), why);
    }
    let mut all = findings.done();
    let mut of_issuer = Findings::about(issuer.name);
    of_issuer.expect("may issue certificates", "yes", if issuer.ca { "yes" } else { "no" });
    all.extend(of_issuer.done());
    all
}

/// The cluster's request is the HSM's own: the same key, and its holder signed.
fn asks_for(request: &Request, hsm: &Certificate) -> Vec<Finding> {
    let mut findings = Findings::about(request.name);
    findings.expect(
        "public key, SHA-256",
        blocks(hsm.key_digest()),
        blocks(request.key_digest()),
    );
    if let Err(why) = request.signed.verify(&request.spki) {
        findings.add("signature", "by its own key", why);
    }
    findings.done()
}

fn same_key(cluster: &Certificate, request: &Request) -> Vec<Finding> {
    let mut findings = Findings::about(cluster.name);
    findings.expect(
        "public key, SHA-256",
        blocks(request.key_digest()),
        blocks(cluster.key_digest()),
    );
    findings.done()
}

/// In blocks of four bytes, as digests are shown.
fn blocks(digest: [u8; 32]) -> String {
    let block = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    digest.chunks(4).map(block).collect::<Vec<_>>().join(" ")
}

const AWS_ROOT: &str = "the AWS root";
const MANUFACTURER_ROOT: &str = "the manufacturer's root";
const CUSTOMER_CA: &str = "the customer CA";
