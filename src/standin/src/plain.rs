//! Errors in plain text, without JSON: what the real program says when it reached no HSM.

use crate::answers::DISCONNECTED;
use crate::console::Console;
use crate::error::Broken;
use crate::state::Cluster;
use crate::store::Store;
use crate::switches::PLAIN_TEXT_STREAM;

pub struct Plain {
    text: String,
    on_stderr: bool,
}

impl Plain {
    pub fn disconnected(cluster: &Cluster) -> Plain {
        Plain {
            text: DISCONNECTED.into(),
            on_stderr: is_on_stderr(cluster),
        }
    }

    /// In the form of the one text that is known; what was typed is escaped in it. To standard output.
    pub fn quoted(text: &str) -> Plain {
        Plain {
            text: format!("Error: {text:?}"),
            on_stderr: false,
        }
    }

    /// The same, to where the cluster's switch says.
    pub fn switched(self, store: &Store) -> Result<Plain, Broken> {
        let on_stderr = store.look(is_on_stderr)?;
        Ok(Plain { on_stderr, ..self })
    }

    pub fn print(&self, console: &Console) -> Result<(), Broken> {
        match self.on_stderr {
            true => console.say_aside(&self.text),
            false => console.say(&self.text),
        }
    }

    /// The process ends with it; the exit code.
    pub fn end(&self, console: &Console) -> Result<u8, Broken> {
        self.print(console).map(|()| EXIT_CODE)
    }
}

fn is_on_stderr(cluster: &Cluster) -> bool {
    cluster.switches.is(&PLAIN_TEXT_STREAM, "stderr")
}

/// Of a process that such an error ends.
pub const EXIT_CODE: u8 = 1;
