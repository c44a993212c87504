//! Nine members with their keys.

use std::process::Command;

use record::messages::Refusal;
use record::record::Record;
use record::sshsig::{self, SshKey, ssh_key};
use record::{Body, Bundle, Bytes, Digest, Member, Roster, Signed, Time};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::EncodePublicKey as _;

/// The members' private keys, in the order of their ids.
pub struct Members {
    approval: Vec<RsaPrivateKey>,
    admin: Vec<RsaPrivateKey>,
}

impl Members {
    /// Two RSA keys each, by openssl: it is quick at that.
    pub fn new() -> Self {
        let make = |n: usize| {
            std::thread::scope(|s| {
                (0..n)
                    .map(|_| s.spawn(rsa_key))
                    .collect::<Vec<_>>()
                    .into_iter()
                    .map(|t| t.join().unwrap())
                    .collect()
            })
        };
        Self {
            approval: make(9),
            admin: make(9),
        }
    }

    pub fn id(n: usize) -> String {
        format!("member-{}", n + 1)
    }

    pub fn roster(&self) -> Roster {
        let members = (0..9).map(|n| self.member(n)).collect();
        Roster {
            number: 1,
            previous: None,
            appointment: "a decision for tests".into(),
            members,
        }
    }

    /// The roster after the first: the same members, for another term.
    pub fn next_roster(&self, previous: Digest, from: Time) -> Roster {
        let again = |member: Member| Member {
            from,
            until: from.plus(1000 * 86_400),
            ..member
        };
        Roster {
            number: 2,
            previous: Some(previous),
            appointment: "a second decision for tests".into(),
            members: (0..9).map(|n| again(self.member(n))).collect(),
        }
    }

    fn member(&self, n: usize) -> Member {
        let label = |kind: u8| Bytes(vec![kind, n as u8, 0, 0, 0, 0, 0, 0]);
        Member {
            id: Self::id(n),
            from: Time(super::OPENS.0 - 40 * 86_400),
            until: Time(super::OPENS.0 + 800 * 86_400),
            approver: format!("approver_{}", n + 1),
            admin: format!("admin_{}", n + 1),
            approval_key: public(&self.approval[n]),
            admin_key: public(&self.admin[n]),
            ssh_key: SshKey::from_private(&Self::ssh(n)).unwrap().line().to_owned(),
            affiliations: vec![label(1)],
            residence: label(2),
            citizenships: vec![label(2)],
        }
    }

    pub fn ssh(n: usize) -> ssh_key::PrivateKey {
        let pair = ssh_key::private::Ed25519Keypair::from_seed(&[n as u8 + 1; 32]);
        ssh_key::PrivateKey::from(pair)
    }

    /// What a member says who refuses in this event.
    pub fn refusal(n: usize, record: &Record) -> Refusal {
        Refusal {
            event: record.event.clone(),
            plan: record.plan,
            session: Some(record.session.clone()),
            member: Self::id(n),
            reason: "the image's digest is another one".into(),
            at: Time(record.ended.0 - 10),
        }
    }

    /// A member's bundle, signed as theirs.
    pub fn signed<B: Body>(n: usize, body: B) -> Signed {
        let bundle = Bundle::new(true, body).encode().unwrap();
        let signature = sshsig::sign(&Self::ssh(n), B::NAMESPACE, &bundle).unwrap();
        Signed {
            bundle: bundle.into(),
            signature,
            member: Self::id(n),
        }
    }

    /// A member's RSA signature for the HSM.
    pub fn approve(&self, n: usize, token: &[u8; 32]) -> Bytes {
        // RFC 8017 §9.2, note 1: DigestInfo of SHA-256.
        let prefix = [
            0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20,
        ];
        let scheme = rsa::Pkcs1v15Sign {
            hash_len: Some(32),
            prefix: Box::new(prefix),
        };
        Bytes(self.approval[n].sign(scheme, token).unwrap())
    }
}

fn rsa_key() -> RsaPrivateKey {
    let made = Command::new("openssl")
        .args([
            "genpkey",
            "-quiet",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-outform",
            "DER",
        ])
        .output()
        .expect("openssl is installed");
    RsaPrivateKey::from_pkcs1_der(&made.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&made.stderr)))
}

fn public(key: &RsaPrivateKey) -> Bytes {
    key.to_public_key().to_public_key_der().unwrap().as_bytes().into()
}
