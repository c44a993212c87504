//! The commands that a member's account takes: these words, and no others.

use record::text;

use crate::consoles::wire::Question;
use crate::error::Error;

/// What is asked, or that something is given, which comes by standard input.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// A question that is whole.
    Asks(Question),
    /// A file of this name is given.
    Give(String),
}

impl Command {
    /// Reads a command. There are no quotes, no options and no second command: what is not said here is refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let words: Vec<&str> = text.split(' ').collect();
        let name = |name: &str| is_file_name(name).then(|| name.to_owned());
        let command = match words[..] {
            ["status"] => Some(Self::Asks(Question::Status)),
            ["plan"] => Some(Self::Asks(Question::Plan)),
            ["approvals"] => Some(Self::Asks(Question::Approvals)),
            ["sign"] => Some(Self::Asks(Question::Sign)),
            ["list"] => Some(Self::Asks(Question::List)),
            ["get", file] => name(file).map(|name| Self::Asks(Question::Get { name })),
            ["give", file] => name(file).map(Self::Give),
            _ => None,
        };
        command.ok_or_else(|| refused(text))
    }
}

/// The error for whatever else was said.
pub fn refused(text: &str) -> Error {
    let first = text.split(' ').next().unwrap_or_default();
    let hint = match ELSEWHERE.contains(&first) {
        true => format!(
            "`ceremony-member {first}` is for your own machine: nothing is signed here. `sign` says what you sign now, and \
             `give NAME` takes it"
        ),
        false => {
            "say status, plan, approvals, sign, list, get NAME or give NAME; or log in without a command for the menu"
                .to_owned()
        }
    };
    Error::Usage {
        what: format!("'{}' is no command of this console", text::plain(text, 80)),
        hint,
    }
}

/// Names as bundles have them; no path is one.
pub fn is_file_name(name: &str) -> bool {
    let mut parts = name.split('.');
    (1..=100).contains(&name.len()) && parts.all(text::is_name)
}

/// What members do on their own machines.
const ELSEWHERE: [&str; 7] = [
    "review",
    "attend",
    "approve",
    "answer",
    "acknowledge",
    "refuse",
    "countersign",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_to_sign_here_is_told_where_that_is_done() {
        for verb in ELSEWHERE {
            let error = Command::parse(&format!("{verb} record.cbor")).expect_err(verb);
            assert_eq!(error.exit_code(), 2, "{verb}");
            let hint = error.hint().expect("a hint");
            assert!(
                hint.starts_with(&format!("`ceremony-member {verb}` is for your own machine")),
                "{hint}"
            );
        }
        let hint = Command::parse("record").expect_err("no command").hint();
        assert!(hint.is_some_and(|hint| hint.starts_with("say status, ")));
    }

    #[test]
    fn takes_exactly_its_own_words() {
        let asks = |text: &str| Command::parse(text).expect("a command");
        assert_eq!(asks("status"), Command::Asks(Question::Status));
        let name = "results.cbor.sig".to_owned();
        assert_eq!(asks("get results.cbor.sig"), Command::Asks(Question::Get { name }));
        assert_eq!(asks("give member-1.sig"), Command::Give("member-1.sig".into()));
    }

    #[test]
    fn refuses_every_other_command() {
        for other in [
            "",
            " status",
            "status ",
            "Status",
            "status; sh",
            "status\nsh",
            "sh",
            "/bin/sh",
            "sh -c id",
            "get",
            "get ../record.cbor",
            "get /etc/passwd",
            "get a b",
            "get .ssh",
            "get a..b",
            "get 'plan.cbor'",
            "get $(id)",
            "give",
            "give -",
            "scp -t .",
            "scp -f plan.cbor",
            "rsync --server -e.LsfxCIvu . x",
            "internal-sftp",
            "/usr/lib/openssh/sftp-server",
            "run",
            "abort --reason x",
            "console",
            "get \u{430}.cbor",
        ] {
            let error = Command::parse(other).expect_err(other);
            assert_eq!(error.exit_code(), 2, "{other}");
            assert!(
                error.to_string().ends_with("' is no command of this console"),
                "{error}"
            );
        }
        let shown = Command::parse("a\u{1b}[2J").expect_err("refused").to_string();
        assert_eq!(shown, "'a\\u{1b}[2J' is no command of this console");
    }
}
