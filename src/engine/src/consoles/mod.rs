//! The console for several people: members come to the engine by processes of their own, through a Unix socket. Who they
//! are is the kernel's word, never theirs.
//!
//! The engine stays one thread that waits for people and the HSM. Threads beside it answer members from what it has
//! written and shown (`Desk`), put what members give into the inbound folder, as if it had been laid there, and leave
//! word (`Notice`), which the engine hears where it waits for Enter. No member can make it wait.

mod accounts;
mod asked;
mod desk;
mod gate;
mod give;
mod guests;
mod listing;
mod notice;
mod serve;
mod shell;
mod socket;
mod told;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use clap::Args;
use record::plan::Inbound;

use crate::console::Heard;
use crate::error::Error;

use self::accounts::Accounts;
use self::socket::Socket;

pub use self::desk::{Desk, Event};
pub use self::notice::{Notice, Visit};
pub use self::serve::Consoles;
pub use self::shell::{ConsoleArgs, as_login_shell, console};

/// Where members come by consoles of their own.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// Let members come to this event by consoles of their own, through this Unix socket. Its folder belongs to whoever
    /// runs this, and nobody else can write there.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Whose account is whose, by number and member (`1001 = "member-1"`), instead of accounts with members' names;
    /// taken in rehearsals only.
    #[arg(long, value_name = "FILE", requires = "socket")]
    people: Option<PathBuf>,
}

/// A socket that is there and at which nobody is answered yet, and whose accounts are whose.
pub struct Door {
    socket: Socket,
    accounts: Accounts,
}

/// Opens the socket, if one is wanted: before anything else is begun, because it can fail.
pub fn open(place: &Place, inbound: &Inbound) -> Result<Option<Door>, Error> {
    let Some(path) = &place.socket else { return Ok(None) };
    let accounts = match &place.people {
        Some(_) if !inbound.plan.rehearsal => {
            return Err(Error::Usage {
                what: "--people is for rehearsals, and this is none".into(),
                hint: "leave it out; each member has an account of their own, named by their id".into(),
            });
        }
        Some(file) => Accounts::named_in(file)?,
        None => Accounts::of_the_system()?,
    };
    let socket = Socket::open(path)?;
    Ok(Some(Door { socket, accounts }))
}

impl Door {
    /// Begins to answer from the desk; what the engine must hear goes to `word`.
    pub fn serve(self, desk: Arc<Desk>, word: Sender<Heard>) -> Result<Consoles, Error> {
        Consoles::begin(self.socket, self.accounts, desk, word)
    }
}
