//! What an operation asks of a token: service, key, number of approvals.

use crate::error::Refusal;
use crate::keys::Key;
use crate::state::Cluster;
use crate::tokens::Service;

/// What an operation asks of a token.
pub struct Wanted {
    pub service: Service,
    pub key: Option<u64>,
    /// Below 2: no approval is needed.
    pub required: u8,
    /// The token stays after success: the known defect of signing digests.
    pub stays: bool,
}

impl Wanted {
    pub fn admin(cluster: &Cluster, service: Service) -> Wanted {
        Wanted {
            service,
            key: None,
            required: cluster.quorum_value(service),
            stays: false,
        }
    }

    /// To change a value takes at least as many approvals as the value itself.
    pub fn quorum_change(cluster: &Cluster, changed: Service) -> Wanted {
        let mut wanted = Wanted::admin(cluster, Service::Quorum);
        wanted.required = wanted.required.max(cluster.quorum_value(changed));
        wanted
    }

    pub fn usage(key: &Key) -> Wanted {
        Wanted {
            service: Service::KeyUsage,
            key: Some(key.reference),
            required: key.use_quorum,
            stays: false,
        }
    }

    pub fn management(key: &Key) -> Wanted {
        Wanted {
            service: Service::KeyManagement,
            key: Some(key.reference),
            required: key.manage_quorum,
            stays: false,
        }
    }

    /// No approval is needed; else the refusal for coming without one.
    pub fn needs_none(&self) -> Result<(), Refusal> {
        if self.required < 2 {
            Ok(())
        } else {
            Err(self.unapproved())
        }
    }

    /// For what a user may do alone.
    pub fn nothing(service: Service) -> Wanted {
        Wanted {
            service,
            key: None,
            required: 0,
            stays: false,
        }
    }

    /// There is no approval for just this.
    pub fn unapproved(&self) -> Refusal {
        if self.service.is_admin() {
            Refusal::ApprovalRequired
        } else {
            Refusal::QuorumFailed
        }
    }
}
