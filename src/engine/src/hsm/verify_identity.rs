//! `ceremony hsm verify-identity`: is it AWS's hardware, made by the manufacturer, whose request the cluster is?

use clap::Args;
use hsm::Finding;
use record::Time;
use record::screen::{Row, Shown};

use super::evidence::Evidence;
use crate::cli;
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;

/// What `hsm verify-identity` needs.
#[derive(Args)]
pub struct IdentityArgs {
    #[command(flatten)]
    evidence: Evidence,
}

/// Checks and shows; whatever is wrong is an error.
pub fn verify_identity(args: &IdentityArgs, now: Option<Time>, console: &Console) -> Result<(), Error> {
    cli::check_now(now, false)?;
    if !args.evidence.has_identity() {
        return Err(Error::Usage {
            what: "nothing is named that describes the cluster".into(),
            hint: "name --described, or --cluster-csr and the three certificates".into(),
        });
    }
    let proof = args.evidence.examine(Clock::new(None).now(), console)?;
    let findings = proof.identity.unwrap_or_default();
    show(console, &findings);
    demand(&findings)?;
    console.say(
        "AWS and the manufacturer both vouch for the hardware, the hardware for the HSM, and the cluster's request is the \
         HSM's own. Compare the digests above with what you know of the roots from elsewhere.",
    );
    console.warn("this has a meaning only before the cluster is initialised");
    Ok(())
}

/// The table of what is wrong, if anything is.
pub fn show(console: &Console, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    let row = |finding: &Finding| Row {
        what: format!("{}: {}", finding.subject, finding.what),
        expected: finding.expected.clone(),
        found: finding.found.clone(),
        good: false,
    };
    console.show(&Shown::Table {
        title: "The HSM's identity:".into(),
        rows: findings.iter().map(row).collect(),
    });
}

/// An error that says how much is wrong.
pub fn demand(findings: &[Finding]) -> Result<(), Error> {
    let what = match findings {
        [] => return Ok(()),
        [one] => format!("the HSM's identity is not proved: {one}"),
        [first, rest @ ..] => format!("the HSM's identity is not proved: {first}; and {} more", rest.len()),
    };
    Err(Error::HsmState {
        what,
        hint: "do not initialise this cluster; ask AWS, and compare the roots with another source",
    })
}
