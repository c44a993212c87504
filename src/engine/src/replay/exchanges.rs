//! What the HSM said in one run of a past event, as a channel gives it again.

use base64ct::{Base64, Encoding as _};
use hsm::{Exchange, File, Reply};
use record::Bytes;
use record::journal::{Entry, What};
use serde_json::json;

/// Every command of `run`, a range of a journal's entries, with what came to it.
pub fn of(entries: &[Entry], run: std::ops::Range<usize>) -> Vec<Exchange> {
    let of_run = entries.get(run).unwrap_or_default();
    let exchange = |(at, entry): (usize, &Entry)| match &entry.what {
        What::Intent { command } => Some(Exchange {
            shown: command.clone(),
            reply: reply(entries, command, of_run.get(at + 1)),
        }),
        _ => None,
    };
    of_run.iter().enumerate().filter_map(exchange).collect()
}

fn reply(entries: &[Entry], command: &str, next: Option<&Entry>) -> Result<Reply, String> {
    match next.map(|entry| &entry.what) {
        Some(What::Answer { answer, files, .. }) => {
            let files = files.iter().map(|(name, Bytes(bytes))| File {
                name: name.clone(),
                bytes: bytes.clone(),
            });
            Ok(Reply {
                text: answer.clone(),
                files: files.collect(),
            })
        }
        Some(What::Repeated { entry, .. }) => repeated(entries, command, *entry),
        Some(What::NoAnswer { cause, .. }) => Err(cause.clone()),
        // The answer found no room on the disk, and the signature in it did.
        Some(What::Signed { signature, .. }) => {
            let answer = json!({ "error_code": 0, "data": { "signature": Base64::encode_string(signature) } });
            Ok(Reply {
                text: answer.to_string(),
                files: Vec::new(),
            })
        }
        _ => Err("the run ended before an answer was written down".into()),
    }
}

fn repeated(entries: &[Entry], command: &str, number: u64) -> Result<Reply, String> {
    let said = usize::try_from(number).ok().and_then(|at| entries.get(at));
    match said.map(|entry| &entry.what) {
        Some(What::Answer {
            command: before,
            answer,
            ..
        }) if before == command => Ok(Reply {
            text: answer.clone(),
            files: Vec::new(),
        }),
        _ => Err(format!("entry {number} has no answer to this command")),
    }
}

#[cfg(test)]
mod tests {
    use record::{Digest, Time};

    use super::*;

    fn entries(whats: Vec<What>) -> Vec<Entry> {
        let entry = |(number, what)| Entry {
            number,
            previous: Digest::of(b""),
            at: Time(0),
            what,
        };
        (0..).zip(whats).map(entry).collect()
    }

    fn intent() -> What {
        What::Intent {
            command: "user list".into(),
        }
    }

    #[test]
    fn an_answer_that_points_nowhere_is_none() {
        for entry in [0, 7, u64::MAX] {
            let repeated = What::Repeated {
                command: "user list".into(),
                entry,
            };
            let exchanges = of(&entries(vec![intent(), repeated]), 0..2);
            let words = format!("entry {entry} has no answer to this command");
            assert_eq!(exchanges[0].reply, Err(words));
        }
    }

    #[test]
    fn a_command_at_the_end_of_a_run_has_no_answer() {
        let exchanges = of(&entries(vec![intent(), intent()]), 0..1);
        let words = "the run ended before an answer was written down".to_owned();
        assert_eq!((exchanges.len(), &exchanges[0].reply), (1, &Err(words)));
    }
}
