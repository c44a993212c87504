//! The raw logs of console, HSM and cloud, read line by line as accesses: journald's exports, syslog's lines, CloudHSM's audit
//! log in both layouts of CloudWatch, CloudTrail's records.
//!
//! What each program writes is in its source or its vendor's pages; `docs/formats/access.md` names them. Logs are hostile: a
//! stranger's name is in them before anybody let the stranger in.

pub mod console;
pub mod hsm;
mod when;
