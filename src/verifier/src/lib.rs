//! Checks what the bastion made, without trusting whoever hands it over: one event's files, or a whole public store.
//!
//! [`check_event`] takes the files of one event; the publisher calls it before it publishes anything. [`check_store`]
//! walks a store from the root certificate alone. [`check_record`] takes plan and record alone: a member
//! calls it before countersigning. [`layout`], [`render`] and [`entries`] say where files lie, what the
//! derived ones contain and what is logged: the publisher writes with the same functions.

pub mod access;
mod artifact;
pub mod boot;
pub mod brought;
mod bundle;
mod certificate;
pub mod entries;
mod event;
pub mod explained;
mod finding;
pub mod image;
pub mod issued;
pub mod layout;
pub mod log_policies;
mod place;
pub mod refusal;
pub mod render;
mod report;
mod root;
pub mod roots;
pub mod signatures;
mod source;
pub mod standing;
mod store;

pub use artifact::{ArtifactProof, Purpose, check_artifact};
pub use bundle::{BundleFile, check_bundle};
pub use certificate::{Beside, check_certificate};
pub use event::{CheckedEvent, CheckedRecord, EventFiles, Keys, check_event, check_record, check_signed_record};
pub use finding::Finding;
pub use place::{check_place, check_seen};
pub use report::{Ground, Report, count};
pub use root::is_rehearsal;
pub use source::{Folder, Source, hash_regular, read_regular};
pub use store::{Options, check_standing, check_store, past};
