//! What everything later hangs on: the HSM's identity, and the customer's CA, which is pinned.

use hsm::{Finding, Node};
use record::Digest;
use record::journal::What;

use super::{Setup, titles};
use crate::error::Error;
use crate::files;
use crate::hsm::{evidence::Proof, verify_identity};

impl Setup {
    /// Checks what was brought in, keeps it on the disk, and looks at the HSMs for the first time. Until everything is
    /// found good nothing is written: a wrong file is named rightly, and the same call made again.
    pub(super) fn pin(&mut self) -> Result<(), Error> {
        self.announce(titles::PROVE);
        let proof = match self.dry {
            Some(_) => Proof::default(),
            None => self.judge()?,
        };
        self.open_journal()?;
        self.write(What::Step {
            step: format!("step-{}", self.step.0),
        })?;
        if self.dry.is_none() {
            self.keep(&proof)?;
        }
        self.meet()
    }

    fn judge(&self) -> Result<Proof, Error> {
        let proof = self.site.evidence.examine(self.clock.now(), &self.console)?;
        for (of, findings) in judged(&proof) {
            let Some(findings) = findings else {
                let missing = match of {
                    "identity" => "nobody proves the HSM's identity",
                    _ => "no customer CA is pinned",
                };
                self.console.warn(format!("{missing}: this is a rehearsal"));
                continue;
            };
            verify_identity::show(&self.console, findings);
            verify_identity::demand(findings)?;
        }
        Ok(proof)
    }

    fn keep(&self, proof: &Proof) -> Result<(), Error> {
        let folder = self.site.disk.join("pinned");
        files::make_folder(&folder)?;
        for kept in self.terms.iter().chain(&proof.kept) {
            files::write_once(&folder.join(kept.name), &kept.bytes)?;
            self.write(What::Output {
                file: format!("pinned/{}", kept.name),
                digest: Digest::of(&kept.bytes),
            })?;
        }
        for (of, findings) in judged(proof) {
            if let Some(findings) = findings {
                self.write(What::Checked {
                    of: of.into(),
                    findings: findings.iter().map(ToString::to_string).collect(),
                })?;
            }
        }
        Ok(())
    }

    /// Enough HSMs, and no imitation where things matter.
    fn meet(&mut self) -> Result<(), Error> {
        let mut hsm = self.connect("first")?;
        let nodes = hsm.nodes()?;
        if !self.policy.rehearsal && nodes.iter().any(imitates) {
            return Err(Error::HsmState {
                what: "this is the stand-in for rehearsals, not an HSM".into(),
                hint: "nothing that matters may be made on it; check --hsm-cli and the image",
            });
        }
        hsm::same_cluster(&nodes, &nodes, hsm.least_nodes())?;
        self.console.say(format!("The cluster has {} HSMs.", nodes.len()));
        self.nodes = nodes;
        Ok(())
    }
}

fn judged(proof: &Proof) -> [(&'static str, &Option<Vec<Finding>>); 2] {
    [("identity", &proof.identity), ("customer-ca", &proof.customer)]
}

fn imitates(node: &Node) -> bool {
    node.vendor.contains("standin")
}
