//! A small PKI with its two logs: root, a release delegate, a subkey of it for code signing.

pub mod der;
pub mod keys;
pub mod logs;
pub mod ssh;

use keys::Key;
use trust::{
    Anchors, Artifact, Certificate, Crl, CrlPolicy, Logged, Oid, ProofFile, Question, RevocationLists, SignatureEntry,
    Sshsig, Verified,
};
use x509::{TbsCertificate, TbsCrl};

use der::Subject;

pub const ARTIFACT: &[u8] = b"rust.tar.xz, more or less\n";
pub const NOW: &str = "2026-12-01T00:00:00Z";
/// When everything here was signed.
pub const MADE: u64 = 1_795_000_000;
const FROM: &str = "2026-11-01T00:00:00Z";
const UNTIL: &str = "2031-11-01T00:00:00Z";

/// Somebody with a key and a certificate.
#[derive(Clone)]
pub struct Holder {
    pub key: Key,
    pub certificate: Certificate,
}

/// Names, arc and logs of one PKI.
pub struct World {
    pub mark: &'static str,
    pub arc: &'static str,
    pub domain: &'static str,
    pub root: Holder,
    pub release: Holder,
    pub subkey: Holder,
}

/// The public PKI of a rehearsal.
pub fn rehearsal() -> World {
    World::new(
        "Rust Rehearsal",
        "1.3.6.1.4.1.32473.3579",
        "pki.rust-lang.org/rehearsal",
    )
}

/// A public PKI without the mark; its arc is made up.
pub fn production() -> World {
    World::new("Rust", "1.3.6.1.4.1.99999.1", "pki.rust-lang.org")
}

/// A private registry's.
pub fn private() -> World {
    World::new("Somebody's", "1.3.6.1.4.1.99998.5", "registry.example")
}

impl World {
    pub fn new(mark: &'static str, arc: &'static str, domain: &'static str) -> Self {
        let key = |word: &str| Key::p384(&format!("{mark} {word}"));
        let root = own(&format!("CN={mark} Root 1"), key("root"));
        let purposes = [1, 6].map(|n| format!("{arc}.1.{n}"));
        let release = issue(
            &root,
            2,
            &format!("CN={mark} Release 1"),
            key("release"),
            CA_SIGNS,
            &purposes,
        );
        let signer = Key::ed25519(&format!("{mark} subkey"));
        let subkey = issue(
            &release,
            3,
            &format!("CN={mark} Code Signing 1"),
            signer,
            SIGNS,
            &purposes[1..],
        );
        Self {
            mark,
            arc,
            domain,
            root,
            release,
            subkey,
        }
    }

    pub fn purpose(&self, number: u32) -> Oid {
        Oid::parse(&format!("{}.1.{number}", self.arc)).unwrap()
    }

    pub fn arc(&self) -> Oid {
        Oid::parse(self.arc).unwrap()
    }

    pub fn policy(&self) -> trust::LogPolicy {
        trust::LogPolicy::parse(logs::policy(self.domain).as_bytes()).unwrap()
    }

    pub fn anchors(&self) -> Anchors {
        let roots = vec![self.root.certificate.clone()];
        match self.mark.contains("Rehearsal") {
            true => Anchors::rehearsal(roots, self.arc(), self.policy()),
            false => Anchors::new(roots, self.arc(), self.policy()),
        }
        .unwrap()
    }

    /// The same as a private registry's.
    pub fn as_private(&self) -> trust::Private {
        trust::Private {
            name: "somebody".into(),
            roots: vec![self.root.certificate.clone()],
            arc: self.arc(),
            log_policy: Some(self.policy()),
        }
    }

    /// The proof file of [`ARTIFACT`], signed by the last of the chain, given from the signer upward.
    pub fn proof_file(&self, chain: &[&Holder]) -> ProofFile {
        let signature = ssh::sign(&chain[0].key, &Artifact::of(ARTIFACT), "sha512", trust::NAMESPACE);
        self.with_signature(chain, &signature, MADE)
    }

    pub fn with_signature(&self, chain: &[&Holder], signature: &[u8], made: u64) -> ProofFile {
        let signature = Sshsig::parse(signature).unwrap();
        let entry = SignatureEntry {
            signer: chain[0].certificate.fingerprint(),
            hash: signature.hash_of(&Artifact::of(ARTIFACT)),
            made,
            signature: signature.bytes().to_vec(),
        };
        let proof = logs::proof(self.domain, "sig/1", entry.entry().bytes()).with_extra(&entry.extra());
        let certificates = chain.iter().map(|holder| Logged {
            proof: Some(logs::certificate(self.domain, "log/1", &holder.certificate)),
            item: holder.certificate.clone(),
        });
        ProofFile {
            signature: Logged {
                item: signature,
                proof: Some(proof),
            },
            certificates: certificates.collect(),
            crls: vec![self.crl(&self.root, &[])],
        }
    }

    /// What the log says of a signature of [`ARTIFACT`].
    pub fn entry(&self, signer: &Holder) -> SignatureEntry {
        let artifact = Artifact::of(ARTIFACT);
        let signature = Sshsig::parse(&ssh::sign(&signer.key, &artifact, "sha512", trust::NAMESPACE)).unwrap();
        SignatureEntry {
            signer: signer.certificate.fingerprint(),
            hash: signature.hash_of(&artifact),
            made: MADE,
            signature: signature.bytes().to_vec(),
        }
    }

    pub fn crl(&self, issuer: &Holder, revoked: &[u8]) -> Crl {
        let (id, by) = (issuer.key.public().key_id(), issuer.key.algorithm());
        let name = issuer.certificate.tbs().subject().to_string();
        let tbs = der::crl(&name, id, by, FROM, "2027-02-01T00:00:00Z", revoked);
        let tbs = TbsCrl::parse(&tbs).unwrap();
        let signature = issuer.key.sign(tbs.der());
        Crl::assemble(tbs, &signature, &issuer.key.public()).unwrap()
    }

    /// Asks for a purpose as of now, with lists where there are some.
    pub fn ask(&self, purpose: u32, proof: &str) -> Result<Verified, trust::Refused> {
        trust::verify(&question(self.purpose(purpose)), proof.as_bytes(), &self.anchors())
    }
}

pub fn question(purpose: Oid) -> Question<'static> {
    Question {
        artifact: Artifact::of(ARTIFACT),
        purpose,
        now: der::at(NOW),
        revocation: RevocationLists {
            policy: CrlPolicy::IfPresent,
            further: &[],
        },
    }
}

/// A root.
pub fn own(name: &str, key: Key) -> Holder {
    let public = key.public();
    let subject = subject(name, &public, CA_ONLY, &[]);
    let tbs = der::certificate(&subject, 1, name, public.key_id(), key.algorithm());
    assemble(&tbs, key.clone(), &key)
}

/// A certificate by somebody.
pub fn issue(by: &Holder, serial: u8, name: &str, key: Key, (ca, usage): (bool, u8), purposes: &[String]) -> Holder {
    let public = key.public();
    let subject = subject(name, &public, (ca, usage), purposes);
    let issuer = by.certificate.tbs().subject().to_string();
    let tbs = der::certificate(&subject, serial, &issuer, by.key.public().key_id(), by.key.algorithm());
    assemble(&tbs, key, &by.key)
}

fn subject<'s>(
    name: &'s str,
    public: &'s x509::PublicKey,
    (ca, usage): (bool, u8),
    purposes: &'s [String],
) -> Subject<'s> {
    Subject {
        name,
        spki: public.spki_der(),
        key_id: public.key_id(),
        ca,
        usage,
        purposes,
        from: FROM,
        until: UNTIL,
    }
}

fn assemble(tbs: &[u8], key: Key, by: &Key) -> Holder {
    let tbs = TbsCertificate::parse(tbs).unwrap();
    let signature = by.sign(tbs.der());
    let certificate = Certificate::assemble(tbs, &signature, &by.public()).unwrap();
    Holder { key, certificate }
}

/// keyUsage: digitalSignature is its first bit, keyCertSign the sixth, cRLSign the seventh.
pub const SIGNS: (bool, u8) = (false, 0x80);
pub const CA_SIGNS: (bool, u8) = (true, 0x86);
pub const CA_ONLY: (bool, u8) = (true, 0x06);
