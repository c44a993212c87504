//! An event whose disk has no room left from some command on.

use super::{Engine, Event};
use crate::process::make_program;

/// When there is no more room, and how one learns of it.
pub struct Shortage<'a> {
    /// The command to the HSM that is typed when the room shrinks; its answer is the next thing in the journal.
    pub command: &'a str,
    /// Which of these commands within one login, from 1.
    pub nth: u32,
    /// For how many octets there is room then.
    pub room: u32,
    /// Whether the system says so by an error, as on a full disk; or by SIGXFSZ, which ends the engine.
    pub told: bool,
}

impl Event {
    /// `ceremony run`, whose files may grow no larger than the journal and a little more, from a command on.
    #[must_use]
    pub fn run_short_of_room(&self, shortage: &Shortage<'_>) -> Engine<'_> {
        let Shortage {
            command,
            nth,
            room,
            told,
        } = shortage;
        let (cli, standin) = (self.path("cli-and-shortage"), self.programs.join("cloudhsm-standin"));
        let script = format!(
            "#!/bin/sh\n\
             count=0\n\
             while IFS= read -r line; do\n\
             case $line in '{command}'*) count=$((count + 1));\n\
             [ $count != {nth} ] || prlimit --pid $PPID --fsize=$(($(wc -c < '{journal}') + {room}));; esac\n\
             printf '%s\\n' \"$line\"\n\
             done | exec '{standin}' \"$@\"\n",
            journal = self.path("bastion/journal").display(),
            standin = standin.display(),
        );
        make_program(&cli, &script);
        let mut engine = self.command("/bin/sh");
        let trap = if *told { "trap '' XFSZ; " } else { "" };
        engine.arg("-c").arg(format!("{trap}exec \"$0\" \"$@\""));
        engine.arg(self.programs.join("ceremony"));
        engine.args(["--json", "--now", &self.now(), "run"]);
        engine.args(Event::PLACES).arg("--hsm-cli").arg(cli);
        Engine::spawn(self, engine)
    }
}
