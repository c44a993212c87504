//! `--cluster-id`: there is one cluster here, and who names another is told so.

use clap::Args;

/// As AWS writes ids; prompt and audit log show it too.
pub const CLUSTER_ID: &str = "cluster-standin0001";

/// The cluster that is meant, if one is named. With one cluster none need be.
#[derive(Args)]
pub struct Named {
    /// Of the one cluster here, cluster-standin0001; no other is known
    #[arg(long, global = true)]
    cluster_id: Option<String>,
}

impl Named {
    /// What is wrong with the id, if it is another cluster's.
    pub fn stranger(&self) -> Option<String> {
        let id = self.cluster_id.as_ref().filter(|id| *id != CLUSTER_ID)?;
        Some(format!("The cluster {id} is not known here; there is {CLUSTER_ID}"))
    }
}
