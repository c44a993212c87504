//! The cluster: which HSMs it has now, and whether they are those of the start.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::Error;

/// One HSM of the cluster. The CLI gives no HSM id, so the serial number stands for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Node {
    /// The serial number, which must be there.
    pub serial_number: String,
    /// The maker.
    #[serde(default)]
    pub vendor: String,
    /// The model.
    #[serde(default)]
    pub model: String,
    /// The firmware's identifier.
    #[serde(default)]
    pub firmware_id: String,
    /// Whether and how the HSM is in FIPS mode, in its own words.
    #[serde(default)]
    pub fips_state: String,
}

/// Creating or using a token key of CloudHSM needs this many HSMs.
pub const MINIMUM_NODES: usize = 2;

/// Are these at least `least` HSMs ([`crate::Hsm::least_nodes`]), and the same ones as at the start? Users and policies are not synchronised to an HSM
/// that joins, and tokens may not survive one that leaves.
pub fn same_cluster(start: &[Node], now: &[Node], least: usize) -> Result<(), Error> {
    let (before, after) = (serials(start), serials(now));
    if before != after {
        let only = |one: &BTreeSet<&str>, other| one.difference(other).map(|serial| serial.to_string()).collect();
        return Err(Error::ClusterChanged {
            gone: only(&before, &after),
            new: only(&after, &before),
        });
    }
    match after.len() >= least {
        true => Ok(()),
        false => Err(Error::TooFewNodes {
            found: after.len(),
            least,
        }),
    }
}

fn serials(nodes: &[Node]) -> BTreeSet<&str> {
    nodes.iter().map(|node| node.serial_number.as_str()).collect()
}
