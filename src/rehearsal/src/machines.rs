//! What the machines of an event logged, in the form in which the real ones hand it out: journald's export of the console,
//! CloudHSM's audit log, CloudTrail's records. Of the HSM it is what the stand-in really did; of the console, what the event's
//! own journal says of who came and left.

pub mod console;
pub mod hsm;
pub mod trail;
