//! A made-up event and its store, as the bastion and the publisher would leave them: what the tests then tamper with.

#![allow(dead_code, unused_imports, reason = "each test program uses its part")]

pub mod broken;
pub mod checked;
pub mod clusters;
pub mod event;
pub mod history;
pub mod outside;
pub mod people;
pub mod scripts;
pub mod steps;
pub mod store;

use std::sync::LazyLock;

use record::Time;

pub use event::Made;
pub use history::History;
pub use people::Members;

/// The event, made once: keys take their time.
pub static EVENT: LazyLock<Made> = LazyLock::new(Made::new);

/// From the founding to the second root and what it is used for, and their store; made once, like the event.
pub static HISTORY: LazyLock<History> = LazyLock::new(History::whole);

/// When the event opens.
pub const OPENS: Time = Time(1_795_341_600);

/// As of when it is checked: after it closed.
pub const NOW: Time = Time(OPENS.0 + 9 * 3600);
