//! Specification to to-be-signed bytes, by two builders that must agree, after lints that neither builder has; and whether
//! what left the gap is [signed] by whom it must be, for the console and for everybody outside.
//!
//! The way through is one function for each kind, `freeze_certificate` and `freeze_crl`. What they return cannot be
//! had otherwise, so that a signer who takes a `Linted` value cannot sign bytes that skipped a check. Bytes in, values
//! out: no file, clock, process or randomness.

mod agree;
pub mod derive;
mod error;
mod exemption;
mod first;
pub mod founding;
mod freeze;
pub mod lint;
mod second;
pub mod signed;
mod spec;

pub use agree::{certificates as certificates_agree, crls as crls_agree};
pub use error::{Builder, Disagreement, Error, Refused};
pub use exemption::{Exempted, Exemption, apply as apply_exemptions};
pub use first::{certificate as first_certificate, crl as first_crl};
pub use freeze::{Linted, freeze_certificate, freeze_certificate_with, freeze_crl, freeze_crl_with};
pub use lint::{Finding, Lint};
pub use second::{certificate as second_certificate, crl as second_crl};
pub use spec::{CaSpec, CertificateSpec, CrlEntry, CrlSpec, ExtraExtension};
