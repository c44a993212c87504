//! Looking at the HSM without changing it: whether it is genuine, and whether it is as policy and roster demand.

pub mod check;
pub mod evidence;
pub mod report;
pub mod verify_identity;
