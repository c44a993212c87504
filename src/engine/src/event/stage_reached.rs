//! How far an event has come, in words: where it ends before its plan was carried out.

use super::Event;

impl Event {
    /// What was made and signed, and what the HSM was told.
    pub(super) fn stage(&self) -> String {
        let progress = self.progress();
        let signed = |frozen: usize| {
            let signed = progress.signatures.keys().filter(|step| *step != "results").count();
            (signed, frozen)
        };
        let stage = match progress.frozen.as_ref().map(|frozen| signed(frozen.len())) {
            Some((signed, all)) if signed == all => "after everything was signed".into(),
            Some((0, _)) => "before anything was signed".into(),
            Some((signed, all)) => format!("with {signed} of {all} things signed"),
            None if !progress.gathered.contains("review") => return "before the plan was reviewed".into(),
            None if !progress.gathered.contains("attendance-begin") => return "before a quorum was present".into(),
            None => self.keys_made(),
        };
        match (stage.is_empty(), self.commands_given()) {
            (true, None) => "in the midst of its steps".into(),
            (true, Some(given)) => given,
            (false, None) => stage,
            (false, Some(given)) => format!("{stage}, {given}"),
        }
    }

    /// Empty where the plan makes none: those that stand are only found.
    fn keys_made(&self) -> String {
        let progress = self.progress();
        let mut keys = self.wanted();
        keys.retain(|wanted| wanted.made);
        let made = keys.iter().filter(|key| progress.keys.contains_key(&key.key)).count();
        match (made, keys.len()) {
            (_, 0) => String::new(),
            (0, _) => "before the first key was made".into(),
            (made, all) => format!("with {made} of {all} keys made"),
        }
    }

    /// None where the plan has none.
    fn commands_given(&self) -> Option<String> {
        let progress = self.progress();
        let mut all = self.commands();
        all.retain(|command| !command.remedy);
        let done = all.iter().filter(|command| progress.is_done(&command.action())).count();
        Some(match (done, all.len()) {
            (_, 0) => return None,
            (0, _) => "before the first command was carried out".into(),
            (done, all) if done == all => "after every command was carried out".into(),
            (done, all) => format!("with {done} of {all} commands carried out"),
        })
    }
}
