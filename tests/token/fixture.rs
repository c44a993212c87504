//! An event whose plan is for a token of SoftHSM2.

use std::ops::Deref;
use std::process::Command;

use support::event::{Engine, Event};
use support::judges::skip;

use crate::softhsm;

/// The event; its token is in its folder.
pub struct OnToken {
    event: Event,
    /// SoftHSM2's module.
    pub module: String,
}

impl OnToken {
    /// Reviewed by those present; none where there is no SoftHSM2, and the test is skipped.
    pub fn planned(test: &str) -> Option<Self> {
        let module = softhsm::module(test)?.display().to_string();
        let event = Event::planned();
        softhsm::configure(event.root());
        let event = Self { event, module };
        event.make_token(TOKEN);
        review_for_a_token(&event);
        Some(event)
    }

    pub fn make_token(&self, label: &str) {
        softhsm::make_token(&self.path("softhsm2.conf"), label, PIN);
    }

    /// Begins or resumes the event on its token.
    pub fn start(&self, verb: &str) -> Engine<'_> {
        if verb == "resume" {
            self.wait_until_no_token_lives();
        }
        self.start_on(TOKEN, verb)
    }

    /// The same on another token.
    pub fn start_on(&self, token: &str, verb: &str) -> Engine<'_> {
        self.run_at(verb, &["--pkcs11-module", &self.module, "--pkcs11-token", token])
    }

    /// Runs `pkcs11-tool` on the token, as somebody who has its PIN: whether it ended well, and what it said.
    pub fn pkcs11_tool(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new("pkcs11-tool");
        command
            .env("SOFTHSM2_CONF", self.path("softhsm2.conf"))
            .current_dir(self.root())
            .args(["--module", &self.module, "--token-label", TOKEN])
            .args(["--login", "--pin", PIN]);
        let output = command.args(arguments).output().expect("pkcs11-tool runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}

impl Deref for OnToken {
    type Target = Event;

    fn deref(&self) -> &Event {
        &self.event
    }
}

/// The plan is for the token, and those present have reviewed it.
pub fn review_for_a_token(event: &Event) {
    event.replace("plan.toml", "[hsm]\n", "[hsm]\nkind = \"pkcs11\"\n");
    event.replace("plan.toml", "owner = \"root_owner\"", &format!("owner = \"{TOKEN}\""));
    event.replace("plan.toml", "nodes-least = 2", "nodes-least = 1");
    let _ = event.pack().good();
    event.review_anew();
}

/// Whether the tool is there; where it is not, the test is skipped.
pub fn has_pkcs11_tool(test: &str) -> bool {
    let there = Command::new("pkcs11-tool").arg("--version").output().is_ok();
    if !there {
        skip(test, "pkcs11-tool is not installed (opensc)");
    }
    there
}

/// With the blanks that labels may have.
pub const TOKEN: &str = "Founding Token 1";
/// What the harness answers to whoever asks for another secret than the owner's.
pub const PIN: &str = "admin-password-1";
