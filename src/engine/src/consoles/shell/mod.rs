//! `ceremony console`: what a member's account has for a shell. It reads a menu's numbers, or the one command that came
//! with the login, asks the engine, and shows the answer. It opens no file, starts no program and reads no variable.

mod armour;
mod command;
mod line;
mod menu;
mod screen;

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use clap::Args;
use record::Bytes;

use self::command::Command;
use self::line::Line;
use super::wire::{Answer, LARGEST_BUNDLE, LARGEST_SIGNATURE, Question};
use crate::error::Error;

/// What a console of a member's own needs.
#[derive(Args)]
pub struct ConsoleArgs {
    /// The engine's socket.
    #[arg(long, value_name = "PATH", default_value = SOCKET)]
    socket: PathBuf,
    /// One command in the place of the menu: status, plan, approvals, sign, list, get NAME or give NAME.
    #[arg(short, value_name = "COMMAND", allow_hyphen_values = true)]
    command: Option<String>,
}

/// The call of a login shell: this program under the name `ceremony-console`, or, by login's custom, `-ceremony-console`.
/// Nobody who logs in has a say in more than `-c` and what follows it. None under any other name.
pub fn as_login_shell(words: impl IntoIterator<Item = OsString>) -> Option<Result<ConsoleArgs, Error>> {
    let mut words = words.into_iter();
    let called = words.next()?.into_string().ok()?;
    let name = called.rsplit('/').next().unwrap_or_default();
    if name.strip_prefix('-').unwrap_or(name) != LOGIN_SHELL {
        return None;
    }
    let rest: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let command = match &rest[..] {
        [] => None,
        [flag, command] if flag == "-c" => Some(command.clone()),
        _ => return Some(Err(command::refused(&rest.join(" ")))),
    };
    Some(Ok(ConsoleArgs {
        socket: SOCKET.into(),
        command,
    }))
}

/// Carries out the command that came along, or offers the menu.
pub fn console(args: &ConsoleArgs) -> Result<(), Error> {
    match &args.command {
        // What is no command of ours is refused before anybody is asked anything.
        Some(text) => {
            let command = Command::parse(text)?;
            carry_out(command, Line::to(&args.socket)?)
        }
        None => menu::offer(Line::to(&args.socket)?),
    }
}

fn carry_out(command: Command, mut line: Line) -> Result<(), Error> {
    let question = match command {
        Command::Asks(question) => question,
        Command::Give(name) => given(name, &read_all()?)?,
    };
    match line.ask(&question)? {
        Answer::Said { lines } => screen::show(&lines)?,
        Answer::File { bytes, .. } => {
            if std::io::stdout().is_terminal() {
                return Err(Error::Usage {
                    what: "a bundle is no text, and this is a terminal".into(),
                    hint: "send it to a file: ssh BASTION get NAME > NAME; or use the menu, which shows it as text"
                        .into(),
                });
            }
            screen::write(&bytes)?;
        }
        Answer::Refused { error, hint } => return Err(Error::AtConsole { what: error, hint }),
    }
    Ok(())
}

/// A bundle with the signature behind it, or a signature alone.
fn given(name: String, input: &[u8]) -> Result<Question, Error> {
    let (bundle, signature) = armour::split(input).ok_or_else(|| Error::Usage {
        what: "there is no signature at the end of what came".into(),
        hint: match name.ends_with(".sig") {
            true => format!("send the signature as it is: ssh BASTION give {name} < {name}"),
            false => {
                format!("send the file with its signature behind it: cat {name} {name}.sig | ssh BASTION give {name}")
            }
        },
    })?;
    Ok(Question::Give {
        name,
        bundle: Bytes(bundle.to_vec()),
        signature,
    })
}

fn read_all() -> Result<Vec<u8>, Error> {
    let mut input = Vec::new();
    let read = std::io::stdin().lock().take(LARGEST as u64 + 1).read_to_end(&mut input);
    let failed = |cause| Error::File {
        act: "read",
        path: "standard input".into(),
        cause,
    };
    read.map_err(failed)?;
    match input.len() > LARGEST {
        true => Err(failed(std::io::Error::other(format!(
            "it has more than {LARGEST} octets"
        )))),
        false => Ok(input),
    }
}

/// Where the engine listens on a console. A login shell takes no option, so this is compiled in.
pub const SOCKET: &str = "/run/ceremony/console.sock";
/// This program's name as a login shell.
const LOGIN_SHELL: &str = "ceremony-console";
/// What a member gives is no larger, with the signature behind it.
const LARGEST: usize = LARGEST_BUNDLE + LARGEST_SIGNATURE;

#[cfg(test)]
mod tests {
    use super::*;

    fn called(words: &[&str]) -> Option<Result<ConsoleArgs, Error>> {
        as_login_shell(words.iter().map(OsString::from))
    }

    #[test]
    fn under_its_name_as_a_shell_it_takes_one_command_and_nothing_else() {
        for name in [
            "ceremony-console",
            "-ceremony-console",
            "/run/current-system/sw/bin/ceremony-console",
        ] {
            let args = called(&[name]).expect("a shell").expect("no command");
            assert!(args.command.is_none() && args.socket.as_os_str() == SOCKET);
            let args = called(&[name, "-c", "get x"]).expect("a shell").expect("a command");
            assert_eq!(args.command.as_deref(), Some("get x"));
            for bad in [
                &["--socket", "/tmp/x"][..],
                &["-c"],
                &["-c", "status", "x"],
                &["-l"],
                &["run"],
                &["--help"],
            ] {
                let refused = called(&[&[name][..], bad].concat()).expect("a shell");
                assert_eq!(refused.err().expect("refused").exit_code(), 2, "{bad:?}");
            }
        }
        for other in ["ceremony", "/usr/bin/ceremony", "-sh", "xceremony-console"] {
            assert!(called(&[other, "-c", "status"]).is_none(), "{other}");
        }
    }
}
