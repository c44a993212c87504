//! How this CLI takes passwords: found out before the first login, because nobody could log in otherwise.

use std::time::Duration;

use hsm::Secret;

use super::said::{Heard, Line, Said, one_line};
use super::trouble::Stop;
use super::{Probe, Verdict, decoy};
use crate::error::Error;

/// What was seen of the password prompt.
pub struct Prompt {
    /// Passwords go into the typed line, which works whatever the prompt reads.
    pub in_line: bool,
    found: Option<&'static str>,
    evidence: Vec<String>,
}

impl Prompt {
    /// Nothing was seen yet.
    pub fn unseen() -> Prompt {
        Prompt {
            in_line: false,
            found: None,
            evidence: Vec::new(),
        }
    }
}

/// Says what was seen before the first login.
pub fn password_prompt(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.evidence = probe.prompt.evidence.clone();
    Ok(match probe.prompt.found {
        Some(found) => Verdict::Is(found),
        None => {
            Verdict::Unanswered("the prompt neither took the line nor complained, nor reached for the terminal".into())
        }
    })
}

impl Probe<'_> {
    /// Logs in a user who does not exist: is the next line taken by the prompt, or is it a command of its own?
    pub fn find_password_prompt(&mut self) -> Result<(), Stop> {
        let decoy = decoy()?;
        let mut session = self.cli.interactive()?;
        let line = Line::new("login --username probe_nobody --role crypto-user").told(&decoy, 1);
        let (heard, plain) = session.ask_with_mark(&line, &Line::new("cluster hsm-info"), PROMPT_WAIT)?;
        let complaint = plain.complaint();
        let taken = heard
            .iter()
            .any(|one| one.no().is_some_and(|words| words.contains(decoy.reveal())));
        let stopped = heard
            .iter()
            .any(|one| matches!(one.said, Said::Silent { stopped: true }));
        let found = match heard.as_slice() {
            [refusal, _] if refusal.no().is_some() && !taken && complaint.is_none() => Some("stdin"),
            _ if taken || stopped || complaint.is_some() => Some("tty"),
            _ => None,
        };
        self.cli.keep_secret(&decoy);
        let shown = |one: &Heard| one.evidence().replace(decoy.reveal(), "[secret]");
        let mut evidence: Vec<String> = heard.iter().map(shown).collect();
        if let Some((stream, text)) = complaint {
            evidence.push(format!("plain text on {}: {}", stream.name(), one_line(&text)));
            self.complaint.get_or_insert((stream, text));
        }
        self.prompt = Prompt {
            in_line: found != Some("stdin"),
            found,
            evidence,
        };
        Ok(())
    }

    /// A password that goes into the line may need no quoting: its rules are undocumented.
    pub fn demand_typable(&self, password: &Secret) -> Result<(), Error> {
        match self.prompt.in_line && password.check_in_line().is_err() {
            true => Err(Error::Usage {
                what: "this CLI takes the password in a line, and the password would need quoting there".into(),
                hint: "for this cluster, choose a password of letters, digits and . _ - = + / : only".into(),
            }),
            false => Ok(()),
        }
    }
}

/// A prompt that reads the terminal may wait for ever.
const PROMPT_WAIT: Duration = Duration::from_secs(20);
