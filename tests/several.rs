//! One event for several people: members come by processes of their own accounts, through the engine's socket, and by
//! `sshd`, which we did not write.
//!
//! Other accounts can be had by root alone. Without it these tests are skipped, and counted as that; nothing else of the
//! machine is changed: the accounts of the tests with `sshd` are in a mount namespace of their own.

#[path = "several/account.rs"]
mod account;
#[path = "several/giving.rs"]
mod giving;
#[path = "several/hostile.rs"]
mod hostile;
#[path = "several/production.rs"]
mod production;
#[path = "several/room.rs"]
mod room;
#[path = "several/sshd.rs"]
mod sshd;
#[path = "several/stops.rs"]
mod stops;
#[path = "several/token.rs"]
mod token;
#[path = "several/whole.rs"]
mod whole;

use support::judges::skip;

/// Whether processes of other accounts can be had; where they cannot, the test is skipped.
fn can_be_others(test: &str) -> bool {
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !root {
        skip(test, "only root can run processes of other accounts");
    }
    root
}
