//! Members who come, go and get other keys, a changed M, and a cluster initialised as an event: with the real programs, on
//! an HSM that holds a root.

#[path = "members/aborted.rs"]
mod aborted;
#[path = "members/answers.rs"]
mod answers;
#[path = "members/change.rs"]
mod change;
#[path = "members/compared.rs"]
mod compared;
#[path = "members/ended.rs"]
mod ended;
#[path = "members/founded.rs"]
mod founded;
#[path = "members/grown.rs"]
mod grown;
#[path = "members/hand_over.rs"]
mod hand_over;
#[path = "members/keys.rs"]
mod keys;
#[path = "members/lost.rs"]
mod lost;
#[path = "members/new_cluster.rs"]
mod new_cluster;
#[path = "members/owner.rs"]
mod owner;
#[path = "members/passwords.rs"]
mod passwords;
#[path = "questions.rs"]
mod questions;
#[path = "members/room.rs"]
mod room;
#[path = "members/told.rs"]
mod told;
