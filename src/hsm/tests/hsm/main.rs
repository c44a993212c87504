//! The driver of the CloudHSM CLI and of PKCS#11 tokens: scripted channels, children played by shell scripts, SoftHSM2.

mod chains;
mod check;
mod common;
mod confusable;
mod door;
mod dry;
mod framing;
mod habits;
mod hostile;
mod identity;
mod keys;
mod mfa;
mod mtls;
mod pkcs11;
mod process;
mod process_mfa;
mod quorum;
mod refusals;
mod sharing;
#[path = "../../../../tests/support/skip.rs"]
mod skip;
mod strays;
#[path = "../../../pkcs11/tests/pkcs11/common/mod.rs"]
mod token;
mod users;
