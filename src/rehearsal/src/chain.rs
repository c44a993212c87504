//! The events of a rehearsal, in order: the founding event, and whatever follows it.

use crate::error::Error;
use crate::event::{Event, When};
use crate::memory::Memory;
use crate::needs::Needs;

/// All events of one rehearsal.
pub fn events(memory: &Memory) -> Result<Vec<Event>, Error> {
    let mut events = vec![Event::founding()];
    for script in &memory.scripts {
        let number = 1 + events.iter().filter(|event| event.script == *script).count();
        let needs = Needs::of(script)?;
        events.push(Event {
            name: format!("{script}-{number}"),
            script: script.clone(),
            when: When::Days(needs.after_days),
            needs,
        });
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_script_are_numbered() {
        let mut memory = Memory::new(None, Vec::new(), Vec::new());
        memory.scripts = vec!["crl-refresh".into(), "crl-refresh".into()];
        let names: Vec<_> = events(&memory)
            .expect("known")
            .into_iter()
            .map(|event| event.name)
            .collect();
        assert_eq!(names, ["root-generation-1", "crl-refresh-1", "crl-refresh-2"]);
    }
}
