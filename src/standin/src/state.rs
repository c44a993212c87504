//! The cluster: nodes, users, keys, quorum values; what several processes share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::faults::Fault;
use crate::keys::Key;
use crate::switches::Switches;
use crate::tokens::Service;
use crate::users::User;

/// Everything of the cluster but the private keys, which lie in files of their own.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// The form of this file.
    pub version: u32,
    /// Whether the first admin has a password.
    pub activated: bool,
    pub nodes: Vec<Node>,
    /// Grows with each change of `nodes`.
    pub node_epoch: u64,
    /// Seconds by which the cluster's clock differs from the machine's.
    pub clock_offset: i64,
    /// Grows with each `quorum token-sign delete --scope all`: older tokens are dead.
    pub token_epoch: u64,
    pub quorum_values: BTreeMap<Service, u8>,
    pub users: Vec<User>,
    pub keys: Vec<Key>,
    pub next_key: u64,
    pub switches: Switches,
    pub faults: Vec<Fault>,
}

/// One simulated HSM.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    pub serial: u64,
}

/// What a user may be.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Admin,
    CryptoUser,
}

impl Role {
    pub fn word(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::CryptoUser => "crypto-user",
        }
    }
}

impl Cluster {
    /// A cluster just initialised: one admin without a password, nothing else.
    pub fn new(nodes: u8) -> Cluster {
        let mut cluster = Cluster {
            version: 1,
            activated: false,
            nodes: Vec::new(),
            node_epoch: 0,
            clock_offset: 0,
            token_epoch: 0,
            quorum_values: [Service::User, Service::Quorum, Service::Cluster]
                .map(|service| (service, 1))
                .into(),
            users: vec![User::first_admin()],
            keys: Vec::new(),
            next_key: FIRST_KEY,
            switches: Switches::default(),
            faults: Vec::new(),
        };
        cluster.set_nodes(nodes);
        cluster
    }

    /// Adds or removes nodes at the end; a node that comes back is another one.
    pub fn set_nodes(&mut self, wanted: u8) {
        let wanted = usize::from(wanted);
        self.nodes.truncate(wanted);
        while self.nodes.len() < wanted {
            self.node_epoch += 1;
            self.nodes.push(Node {
                serial: self.node_epoch,
            });
        }
        self.node_epoch += 1;
    }

    pub fn user(&self, name: &str, role: Role) -> Option<&User> {
        self.users.iter().find(|user| user.name == name && user.role == role)
    }

    pub fn user_mut(&mut self, name: &str, role: Role) -> Option<&mut User> {
        self.users
            .iter_mut()
            .find(|user| user.name == name && user.role == role)
    }

    pub fn admins(&self) -> usize {
        self.users.iter().filter(|user| user.role == Role::Admin).count()
    }

    /// How many approvals an admin service asks for; 1 is none.
    pub fn quorum_value(&self, service: Service) -> u8 {
        self.quorum_values.get(&service).copied().unwrap_or(1)
    }

    pub fn key(&self, reference: u64) -> Option<&Key> {
        self.keys.iter().find(|key| key.reference == reference)
    }

    pub fn key_mut(&mut self, reference: u64) -> Option<&mut Key> {
        self.keys.iter_mut().find(|key| key.reference == reference)
    }
}

const FIRST_KEY: u64 = 0x0010_0001;
