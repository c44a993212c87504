//! What crosses the gap and what stays written: plan, roster, policy, bundles, journal, record, and the
//! signatures on them. Bytes in, values out: no file, clock, process or socket.

pub mod access;
pub mod any;
pub mod approval_key;
pub mod boot;
pub mod bundle;
pub mod cbor;
pub mod changes;
pub mod diagnostic;
pub mod difference;
pub mod digest;
pub mod error;
pub mod facts;
pub mod journal;
pub mod labels;
pub mod messages;
pub mod parcel;
pub mod plan;
pub mod policy;
pub mod published;
pub mod record;
pub mod results;
pub mod roster;
pub mod screen;
pub mod show;
pub mod sshsig;
pub mod standing;
pub mod text;
pub mod time;
pub mod words;

pub use any::AnyBundle;
pub use bundle::{Body, Bundle, Signed};
pub use cbor::Bytes;
pub use digest::Digest;
pub use error::Error;
pub use plan::{Plan, Step};
pub use policy::Policy;
pub use roster::{Member, Roster};
pub use standing::Standing;
pub use time::Time;
