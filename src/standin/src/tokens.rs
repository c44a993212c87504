//! Quorum tokens: what they are for, how long they live, the record that each HSM would give.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Broken;
use crate::state::{Cluster, Role};
use crate::switches::{NODE_CHANGE_VOIDS_TOKENS, TOKEN_LIFE};
use crate::words::random;

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    User,
    Quorum,
    Cluster,
    Registration,
    KeyUsage,
    KeyManagement,
}

/// A token of this session: good for one operation of one service, on one key where the service is about keys.
pub struct Token {
    pub facts: Facts,
    pub data: Vec<u8>,
    /// SHA-256 of `data`: what approvers sign.
    pub digest: [u8; 32],
}

/// What everybody may know of a token. Nobody can use it with that alone.
#[derive(Serialize, Deserialize, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Which of its session's tokens it is.
    pub id: u64,
    pub service: Service,
    pub key: Option<u64>,
    made: u64,
    /// When it was first shown with enough approvals.
    approved: Option<u64>,
    /// Set by a fault.
    pub expired: bool,
    token_epoch: u64,
    node_epoch: u64,
}

impl Service {
    pub fn word(self) -> &'static str {
        match self {
            Service::User => "user",
            Service::Quorum => "quorum",
            Service::Cluster => "cluster",
            Service::Registration => "registration",
            Service::KeyUsage => "key-usage",
            Service::KeyManagement => "key-management",
        }
    }

    pub fn is_admin(self) -> bool {
        matches!(self, Service::User | Service::Quorum | Service::Cluster)
    }

    pub fn is_key(self) -> bool {
        matches!(self, Service::KeyUsage | Service::KeyManagement)
    }

    /// Whose approvals count.
    pub fn approver_role(self) -> Role {
        if self.is_admin() { Role::Admin } else { Role::CryptoUser }
    }

    /// In the one published sample `user` is 3; the other codes are ours.
    fn code(self) -> u16 {
        match self {
            Service::User => 3,
            Service::Quorum => 4,
            Service::Cluster => 5,
            Service::Registration => 6,
            Service::KeyUsage => 7,
            Service::KeyManagement => 8,
        }
    }
}

/// What a new token is made from.
pub struct Minting<'a> {
    pub service: Service,
    pub key: Option<u64>,
    pub requester: &'a str,
    pub counter: u32,
    pub now: u64,
}

impl Token {
    pub fn mint(cluster: &Cluster, from: &Minting<'_>) -> Result<Token, Broken> {
        let data = approval_data(cluster.nodes.len(), from)?;
        let facts = Facts {
            id: from.counter.into(),
            service: from.service,
            key: from.key,
            made: from.now,
            approved: None,
            expired: false,
            token_epoch: cluster.token_epoch,
            node_epoch: cluster.node_epoch,
        };
        let digest = Sha256::digest(&data).into();
        Ok(Token { facts, data, digest })
    }
}

impl Facts {
    /// Neither past its time nor void.
    pub fn lives(&self, cluster: &Cluster, now: u64) -> bool {
        self.seconds_left(now) > 0 && !self.is_void(cluster)
    }

    /// Seconds left: [`LIFETIME`] from its making, or once more from its approval where that counts; 0 is expired.
    pub fn seconds_left(&self, now: u64) -> u64 {
        let since = self.approved.unwrap_or(self.made);
        if self.expired {
            0
        } else {
            since.saturating_add(LIFETIME).saturating_sub(now).min(LIFETIME)
        }
    }

    /// Deleted for all, or lost with a change of the nodes.
    pub fn is_void(&self, cluster: &Cluster) -> bool {
        let nodes_count = cluster.switches.is(&NODE_CHANGE_VOIDS_TOKENS, "yes");
        self.token_epoch != cluster.token_epoch || (nodes_count && self.node_epoch != cluster.node_epoch)
    }

    /// Enough approvals were shown; the first time counts, if any does.
    pub fn approve(&mut self, cluster: &Cluster, now: u64) {
        if cluster.switches.is(&TOKEN_LIFE, "from-approval") {
            self.approved.get_or_insert(now);
        }
    }
}

/// One record of 80 bytes per HSM: what each would have an approver sign.
fn approval_data(nodes: usize, from: &Minting<'_>) -> Result<Vec<u8>, Broken> {
    let records = if from.service == Service::Registration {
        nodes.clamp(1, REGISTRATION_RECORDS)
    } else {
        nodes
    };
    let mut data = Vec::with_capacity(records * RECORD);
    for _ in 0..records {
        record(&mut data, from)?;
    }
    Ok(data)
}

fn record(data: &mut Vec<u8>, from: &Minting<'_>) -> Result<(), Broken> {
    let mut name = [0; 32];
    name.iter_mut()
        .zip(from.requester.bytes())
        .for_each(|(place, byte)| *place = byte);
    data.extend(1u16.to_be_bytes());
    data.extend(from.service.code().to_be_bytes());
    data.extend(from.counter.to_be_bytes());
    data.extend([0; 8]);
    data.extend(random::<16>()?);
    data.extend(name);
    data.extend(from.now.to_be_bytes());
    data.extend([0; 8]);
    Ok(())
}

/// Default of the real HSM, for both times.
pub const LIFETIME: u64 = 600;
/// Tokens that an HSM has room for.
pub const ROOM: usize = 1024;
const RECORD: usize = 80;
/// A registration's data may not exceed 245 bytes.
const REGISTRATION_RECORDS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lays_out_one_record_per_node_as_the_sample() {
        let minting = Minting {
            service: Service::User,
            key: None,
            requester: "admin",
            counter: 7,
            now: 0x0102_0304,
        };
        let data = approval_data(3, &minting).unwrap();
        assert_eq!(data.len(), 240);
        let records: Vec<&[u8]> = data.chunks(80).collect();
        assert_eq!(records[0][..16], [0, 1, 0, 3, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_ne!(records[0][16..32], records[1][16..32]);
        assert_eq!(&records[0][32..37], b"admin");
        assert_eq!(records[0][37..64], [0; 27]);
        assert_eq!(records[0][64..], [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn lives_600_seconds_and_again_once_approved_where_that_counts() {
        let minting = Minting {
            service: Service::User,
            key: None,
            requester: "admin",
            counter: 1,
            now: 1000,
        };
        let mut cluster = Cluster::new(2);
        let mut token = Token::mint(&cluster, &minting).unwrap().facts;
        token.approve(&cluster, 1500);
        assert_eq!((token.seconds_left(1599), token.seconds_left(1600)), (1, 0));
        cluster.switches.set("token-life", "from-approval").unwrap();
        token.approve(&cluster, 1599);
        token.approve(&cluster, 1700);
        assert_eq!((token.seconds_left(2198), token.seconds_left(2199)), (1, 0));
    }
}
