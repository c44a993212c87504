//! The cluster: nodes, users, keys, quorum values; what several processes share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audit::{Event, Opcode, Place};
use crate::faults::Fault;
use crate::keys::Key;
use crate::state_file::VERSION;
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
    /// The number of the next user; never given twice.
    pub next_user: u32,
    pub keys: Vec<Key>,
    pub next_key: u64,
    pub trust_anchors: Vec<TrustAnchor>,
    pub next_anchor: u32,
    pub mtls_enforcement: Enforcement,
    /// Whether the clients present certificates.
    pub client_certificates: bool,
    pub switches: Switches,
    pub faults: Vec<Fault>,
    /// For the length of one command: an HSM joins, and misses what the command changes.
    #[serde(skip)]
    pub joining: bool,
    /// What this transaction did, for the audit log.
    #[serde(skip)]
    pub audit: Vec<(Place, Event)>,
}

/// A certificate under which clients' certificates are.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustAnchor {
    pub reference: u32,
    /// As it was registered, in PEM.
    pub certificate: String,
    /// Registered while an HSM joined, which does not know of it.
    pub diverged: bool,
}

/// Whether clients must present a certificate.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Enforcement {
    None,
    Cluster,
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
            version: VERSION,
            activated: false,
            nodes: Vec::new(),
            node_epoch: 0,
            clock_offset: 0,
            token_epoch: 0,
            quorum_values: [Service::User, Service::Quorum, Service::Cluster]
                .map(|service| (service, 1))
                .into(),
            users: vec![User::first_admin()],
            next_user: FIRST_USER,
            keys: Vec::new(),
            next_key: FIRST_KEY,
            trust_anchors: Vec::new(),
            next_anchor: 1,
            mtls_enforcement: Enforcement::None,
            client_certificates: false,
            switches: Switches::default(),
            faults: Vec::new(),
            joining: false,
            audit: Vec::new(),
        };
        cluster.add_nodes(nodes.into());
        cluster.log(Place::All, Event::of(Opcode::InitToken));
        cluster.log(Place::All, Event::of(Opcode::InitDone));
        cluster
    }

    /// Adds or removes nodes at the end; a node that comes back is another one.
    pub fn set_nodes(&mut self, wanted: u8) {
        let wanted = usize::from(wanted);
        self.nodes.truncate(wanted);
        let known = self.nodes.len();
        self.add_nodes(wanted);
        // A new one begins from a backup; one is made after each change.
        for serial in self.nodes[known..].iter().map(|node| node.serial).collect::<Vec<_>>() {
            self.log(Place::One(serial), Event::of(Opcode::RestoreBegin));
            self.log(Place::One(serial), Event::of(Opcode::RestoreEnd));
        }
        self.log_backup();
    }

    /// Whoever read the state has seen that `node_epoch` has room.
    fn add_nodes(&mut self, wanted: usize) {
        while self.nodes.len() < wanted {
            self.node_epoch += 1;
            self.nodes.push(Node {
                serial: self.node_epoch,
            });
        }
        self.node_epoch += 1;
    }

    pub fn log_backup(&mut self) {
        self.log(Place::First, Event::of(Opcode::BackupBegin));
        self.log(Place::First, Event::of(Opcode::BackupEnd));
    }

    pub fn lose_node(&mut self) {
        let left = self.nodes.len().saturating_sub(1).max(1);
        self.set_nodes(u8::try_from(left).unwrap_or(u8::MAX));
    }

    /// What is changed until the command's end is not known there.
    pub fn have_node_join(&mut self) {
        self.set_nodes(u8::try_from(self.nodes.len() + 1).unwrap_or(u8::MAX));
        self.joining = true;
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

    /// Clients come with a certificate that some trust anchor vouches for.
    pub fn is_mtls(&self) -> bool {
        self.client_certificates && !self.trust_anchors.is_empty()
    }

    /// Clients are let in.
    pub fn lets_in(&self) -> bool {
        self.mtls_enforcement == Enforcement::None || self.is_mtls()
    }

    pub fn key(&self, reference: u64) -> Option<&Key> {
        self.keys.iter().find(|key| key.reference == reference)
    }

    pub fn key_mut(&mut self, reference: u64) -> Option<&mut Key> {
        self.keys.iter_mut().find(|key| key.reference == reference)
    }
}

/// 1 is the first admin, 2 the appliance user.
const FIRST_USER: u32 = 3;
const FIRST_KEY: u64 = 0x0010_0001;
