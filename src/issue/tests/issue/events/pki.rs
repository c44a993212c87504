//! A PKI that the tests hold events in, with keys of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use issue::derive::{Derived, Keys, derive};
use p384::ecdsa::SigningKey;
use record::plan::{Inbound, Plan};
use record::standing::{Standing, StandingCertificate, StandingCrl};
use record::{Bytes, Digest, Policy, Roster};

use crate::common::openssl::{pem, signed};
use crate::common::public;

const POLICY: &str = include_str!("../../../../../ceremony-scripts/root-generation/policy.toml");

pub struct Pki {
    pub standing: Standing,
    keys: BTreeMap<String, SigningKey>,
}

/// After its founding on 2026-11-22: root, release, crates-io and bors, and the lists of root and bors.
pub fn founded() -> Pki {
    let zero = Digest::of(b"");
    let standing = Standing::nothing(zero, zero, zero);
    let mut pki = Pki {
        standing,
        keys: BTreeMap::new(),
    };
    let steps = certificate("root-1", "root-1", "root-1", "2026-11-22");
    let delegates = ["release-1", "crates-io-1", "bors-1"];
    let delegates = delegates.map(|stem| certificate(stem, stem, "root-1", "2026-11-22"));
    let lists = ["root-1", "bors-1"].map(|issuer| list(issuer, 1, "2026-11-22", ""));
    pki.hold("2026-11-22", &(steps + &delegates.concat() + &lists.concat()));
    pki
}

impl Pki {
    /// Derives, signs, and lets it stand; the DER of each thing, in order.
    pub fn hold(&mut self, day: &str, steps: &str) -> Vec<Vec<u8>> {
        let derived = self.derive(day, steps).unwrap_or_else(|error| panic!("{error}"));
        derived.iter().map(|one| self.keep(one)).collect()
    }

    /// Why the steps are refused.
    pub fn refused(&self, day: &str, steps: &str) -> String {
        self.derive(day, steps).expect_err("refused").to_string()
    }

    /// The same, with another key of this name.
    pub fn with_key(&self, name: &str, seed: u8) -> Pki {
        let mut keys = self.keys.clone();
        keys.insert(name.to_owned(), crate::common::p384(seed));
        let standing = self.standing.clone();
        Pki { standing, keys }
    }

    /// The same, with one key under another name too.
    pub fn with_key_of(&self, name: &str, other: &str) -> Pki {
        let mut keys = self.keys.clone();
        keys.insert(name.to_owned(), key(other));
        let standing = self.standing.clone();
        Pki { standing, keys }
    }

    /// The serial number of a certificate that stands.
    pub fn serial(&self, stem: &str) -> String {
        let der = &self.standing.certificate(stem).unwrap().der;
        x509::Certificate::parse(der).unwrap().tbs().serial_hex()
    }

    /// A certificate that stands, as PEM.
    pub fn pem(&self, folder: &Path, stem: &str) -> PathBuf {
        let der = &self.standing.certificate(stem).unwrap().der;
        pem(folder, &format!("{stem}.pem"), "CERTIFICATE", der)
    }

    fn derive(&self, day: &str, steps: &str) -> Result<Vec<Derived>, issue::Error> {
        let inbound = self.inbound(day, steps);
        let made = inbound.plan.made_keys().map(|(_, name, _)| name.to_owned());
        let keys: Keys = made.map(|name| (name.clone(), public(&self.key(&name)))).collect();
        derive(&inbound, &keys, inbound.plan.opens)
    }

    fn key(&self, name: &str) -> SigningKey {
        self.keys.get(name).cloned().unwrap_or_else(|| key(name))
    }

    fn keep(&mut self, one: &Derived) -> Vec<u8> {
        let der = signed(one.bytes(), &self.key(&one.issuer));
        let path = one
            .file
            .strip_prefix("certs/")
            .and_then(|file| file.strip_suffix(".der"));
        match path.and_then(|stem| stem.rsplit_once('-')) {
            Some((name, number)) => self.standing.certificates.push(StandingCertificate {
                name: name.to_owned(),
                number: number.parse().unwrap(),
                der: Bytes(der.clone()),
            }),
            None => {
                let number = x509::Crl::parse(&der).unwrap().tbs().number();
                self.standing.crls.retain(|crl| crl.issuer != one.issuer);
                self.standing.crls.push(StandingCrl {
                    issuer: one.issuer.clone(),
                    number,
                    der: Bytes(der.clone()),
                });
            }
        }
        der
    }

    /// What a console would have; the rules of kinds are not asked here.
    fn inbound(&self, day: &str, steps: &str) -> Inbound {
        let zero = Digest::of(b"");
        let text = format!(
            "version = 1\nevent = \"e\"\nkind = \"root-rotation\"\nrehearsal = true\ndescription = \"A test\"\n\
             generation = 1\nopens = \"{day}T00:00:00Z\"\ncloses = \"{day}T12:00:00Z\"\n[hsm]\nowner = \"root_owner\"\n\
             nodes-least = 2\n[inputs]\n\"policy.toml\" = \"{zero}\"\n\"roster.cbor\" = \"{zero}\"\n\
             \"tlog-policy\" = \"{zero}\"\n{steps}"
        );
        Inbound {
            digest: zero,
            plan: Plan::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}")),
            policy: Policy::parse(POLICY.as_bytes()).unwrap(),
            roster: Roster {
                number: 1,
                previous: None,
                appointment: String::new(),
                members: Vec::new(),
            },
            standing: (!self.standing.certificates.is_empty()).then(|| self.standing.clone()),
            next_policy: None,
            next_roster: None,
            inputs: BTreeMap::new(),
        }
    }
}

/// Everybody's key of this name.
fn key(name: &str) -> SigningKey {
    let half = |n: u8| Digest::of(format!("{n} {name}").as_bytes()).0;
    SigningKey::from_slice(&[&half(1)[..], &half(2)[..16]].concat()).unwrap()
}

/// A serial number, another for each name.
pub fn drawn(name: &str) -> String {
    format!("21{}", &Digest::of(name.as_bytes()).hex()[..30])
}

/// Makes a key and a certificate for it, until its issuer ends.
pub fn certificate(stem: &str, key: &str, issuer: &str, day: &str) -> String {
    let (name, number) = stem.rsplit_once('-').unwrap();
    let serial = drawn(stem);
    let end = match day < "2030" {
        true => "2031-12-31T23:59:59Z",
        false => "2037-05-31T00:00:00Z",
    };
    format!(
        "[[step]]\nid = \"{stem}-key\"\ndo = \"make-key\"\nkey = \"{key}\"\nquorum = true\n\
         [[step]]\nid = \"{stem}-certificate\"\ndo = \"issue-certificate\"\nname = \"{name}\"\nnumber = {number}\n\
         key = {{ made = \"{key}\" }}\nissuer = \"{issuer}\"\nserial = \"{serial}\"\nnot-before = \"{day}T00:00:00Z\"\n\
         not-after = \"{end}\"\n"
    )
}

/// Makes a key and a subkey's certificate for it.
pub fn subkey(stem: &str, issuer: &str, uri: &str) -> String {
    let (name, number) = stem.rsplit_once('-').unwrap();
    let serial = drawn(stem);
    format!(
        "[[step]]\nid = \"{stem}-key\"\ndo = \"make-key\"\nkey = \"{stem}\"\nquorum = false\n\
         [[step]]\nid = \"{stem}-certificate\"\ndo = \"issue-subkey\"\nrule = \"bors-repository\"\nname = \"{name}\"\n\
         number = {number}\nkey = {{ made = \"{stem}\" }}\nissuer = \"{issuer}\"\nuris = [\"{uri}\"]\n\
         serial = \"{serial}\"\nnot-before = \"2027-06-01T00:00:00Z\"\nnot-after = \"2029-06-01T00:00:00Z\"\n"
    )
}

/// Has one root sign for another.
pub fn cross(subject: &str, issuer: &str, day: &str, end: &str) -> String {
    let serial = drawn(&format!("{subject} by {issuer}"));
    format!(
        "[[step]]\nid = \"{subject}-by-{issuer}\"\ndo = \"issue-cross\"\nsubject = \"{subject}\"\nissuer = \"{issuer}\"\n\
         serial = \"{serial}\"\nnot-before = \"{day}T00:00:00Z\"\nnot-after = \"{end}\"\n"
    )
}

/// A CRL that revokes one more.
pub fn crl(issuer: &str, number: u64, day: &str, revoked: &str, reason: &str) -> String {
    let entry =
        format!("revoked = [{{ certificate = \"{revoked}\", at = \"{day}T00:00:00Z\", reason = \"{reason}\" }}]");
    list(issuer, number, day, &entry)
}

fn list(issuer: &str, number: u64, day: &str, revoked: &str) -> String {
    let year: u32 = day[..4].parse().unwrap();
    format!(
        "[[step]]\nid = \"{issuer}-crl\"\ndo = \"issue-crl\"\nissuer = \"{issuer}\"\nnumber = {number}\n\
         this-update = \"{day}T00:00:00Z\"\nnext-update = \"{}-05-01T00:00:00Z\"\n{revoked}\n",
        year + 1
    )
}
