//! What a process was started for, here or at a client: one command, a session, or an order.

use crate::cli::{Program, Run};
use crate::console::Console;
use crate::error::Broken;
use crate::plain::Plain;
use crate::serve::{elsewhere, messages::Login};
use crate::store::Store;
use crate::{interactive, orders, single};

/// Carries it out, unless it is for another cluster; the exit code.
pub fn start(store: &Store, console: &mut Console, program: Program, login: Option<Login>) -> Result<u8, Broken> {
    if let Some(text) = program.named.stranger() {
        return Plain::quoted(&text).switched(store)?.end(console);
    }
    match program.run {
        Run::Command(command) => single::run(store, console, command, login),
        Run::Interactive => interactive::hold(store, console),
        Run::Standin { order } => orders::carry_out_at(store, console, order),
        Run::Serve { .. } => Err(elsewhere()),
    }
}
