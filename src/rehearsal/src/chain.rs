//! The events of a rehearsal, in order: the founding event, and whatever follows it.

use crate::error::Error;
use crate::event::{Event, When};
use crate::journey;
use crate::memory::Memory;
use crate::needs::Needs;

/// All events of one rehearsal.
pub fn events(memory: &Memory) -> Result<Vec<Event>, Error> {
    let mut events = vec![Event::founding()];
    if memory.journey {
        journey::events()?
            .into_iter()
            .for_each(|event| number(&mut events, event));
    }
    for (n, script) in (1..).zip(&memory.scripts) {
        let mut event = scripted(script)?;
        if memory.drill && n == memory.scripts.len() {
            event = event.drilled();
        }
        number(&mut events, event);
    }
    Ok(events)
}

fn scripted(script: &str) -> Result<Event, Error> {
    let needs = Needs::of(script)?;
    Ok(Event::of(script, When::Days(needs.after_days), needs))
}

/// Adds an event; those of one script are numbered.
fn number(events: &mut Vec<Event>, mut event: Event) {
    let number = 1 + events.iter().filter(|other| other.script == event.script).count();
    event.name = format!("{}-{number}", event.script);
    events.push(event);
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

    #[test]
    fn a_drill_is_an_event_of_its_own_script_that_says_what_it_practises() {
        let mut memory = Memory::new(None, Vec::new(), Vec::new());
        memory.scripts = vec!["crl-refresh".into()];
        memory.drill = true;
        let events = events(&memory).expect("known");
        assert_eq!(events[1].name, "drill-1");
        assert_eq!(events[1].needs.set["of"], "crl-refresh");
    }
}
