//! Commands that ask in their midst: members sign while the command waits, and nothing is locked meanwhile.

use std::path::{Path, PathBuf};

use crate::answers::Answer;
use crate::cli::{ChangeMfa, ChangeMfaBy, Command, Login, LoginBy, UserCommand};
use crate::commands::mfa;
use crate::console::{Console, Said};
use crate::error::{Broken, Refusal};
use crate::mfa::Challenge;
use crate::switches::UNDOCUMENTED_TEXTS;
use crate::world::World;

/// Such a command, and the file that its token goes to.
pub enum Exchange<'a> {
    Login(&'a Login, &'a Path),
    ChangeMfa(&'a ChangeMfa, &'a Path),
}

/// What was typed at the prompts.
pub struct Typed {
    signed: PathBuf,
    /// Of a key to be registered.
    public_key: PathBuf,
}

impl Typed {
    /// The files that were named, to be read.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let both = [self.signed.as_path(), self.public_key.as_path()];
        both.into_iter().filter(|path| !path.as_os_str().is_empty())
    }
}

impl<'a> Exchange<'a> {
    /// None: the command asks for nothing but passwords.
    pub fn of(command: &'a Command) -> Option<Exchange<'a>> {
        match command {
            Command::Login(login) => {
                let LoginBy::MfaTokenSign { token } = login.by.as_ref()?;
                Some(Exchange::Login(login, token))
            }
            Command::User(UserCommand::ChangeMfa(ChangeMfaBy::TokenSign(change))) => {
                let token = change.token.as_deref()?;
                Some(Exchange::ChangeMfa(change, token))
            }
            _ => None,
        }
    }

    /// How faults name the second half, after the members signed.
    pub fn second_name(&self) -> &'static str {
        match self {
            Exchange::Login(..) => "login mfa-token-sign: signed",
            Exchange::ChangeMfa(..) => "user change-mfa token-sign: signed",
        }
    }

    /// Writes the token's file.
    pub fn begin(&self, world: &mut World<'_>) -> Result<Challenge, Refusal> {
        match self {
            Exchange::Login(login, token) => mfa::begin_login(world, login, token),
            Exchange::ChangeMfa(change, token) => mfa::begin_change(world, change, token),
        }
    }

    /// Asks where the signed file is (and the public key).
    pub fn ask(&self, console: &mut Console, documented: bool) -> Result<Result<Typed, Refusal>, Broken> {
        let (token, asks_key) = match self {
            Exchange::Login(_, token) => (token, false),
            Exchange::ChangeMfa(_, token) => (token, true),
        };
        let Some(signed) = path(console, SIGNED_FILE)? else {
            return Ok(Err(unanswered()));
        };
        let signed = if signed.as_os_str().is_empty() {
            token.to_path_buf()
        } else {
            signed
        };
        let public_key = match asks_key {
            true => path(console, if documented { PUBLIC_KEY } else { PUBLIC_KEY_ELSE })?,
            false => Some(PathBuf::new()),
        };
        Ok(public_key
            .map(|public_key| Typed { signed, public_key })
            .ok_or_else(unanswered))
    }

    /// Checks what came back, and acts.
    pub fn finish(&self, world: &mut World<'_>, challenge: &Challenge, typed: &Typed) -> Answer {
        match self {
            Exchange::Login(login, _) => mfa::finish_login(world, login, challenge, &typed.signed),
            Exchange::ChangeMfa(change, _) => {
                mfa::finish_change(world, change, challenge, &typed.signed, &typed.public_key)
            }
        }
    }
}

/// Whether the prompts have the texts that were assumed.
pub fn has_assumed_texts(world: &World<'_>) -> bool {
    world.cluster.switches.is(&UNDOCUMENTED_TEXTS, "ours")
}

fn path(console: &mut Console, prompt: &str) -> Result<Option<PathBuf>, Broken> {
    console.prompt(prompt)?;
    Ok(match console.read_line()? {
        Said::Line(line) => Some(PathBuf::from(line.trim())),
        Said::Unreadable | Said::End => None,
    })
}

fn unanswered() -> Refusal {
    Refusal::invalid("No path was entered")
}

const SIGNED_FILE: &str = "Enter signed token file path (press enter if same as the unsigned token file):";
/// The text is not known.
const PUBLIC_KEY: &str = "Enter public key PEM file path:";
const PUBLIC_KEY_ELSE: &str = "Path of the public key to register: ";
