//! The events of a rehearsal, in order: the cluster's initialisation, the founding event, and whatever follows it.

use crate::error::Error;
use crate::event::{Event, When};
use crate::journey;
use crate::memory::Memory;
use crate::needs::Needs;

/// All events of one rehearsal.
pub fn events(memory: &Memory) -> Result<Vec<Event>, Error> {
    let mut events = Vec::new();
    number(&mut events, Event::first(), memory)?;
    number(&mut events, Event::founding(), memory)?;
    if memory.journey {
        for event in journey::events()? {
            number(&mut events, event, memory)?;
        }
    }
    for wished in &memory.scripts {
        let event = scripted(&wished.script)?;
        let event = if wished.drill { event.drilled() } else { event };
        number(&mut events, event, memory)?;
    }
    Ok(events)
}

fn scripted(script: &str) -> Result<Event, Error> {
    let needs = Needs::of(script)?;
    Ok(Event::of(script, When::Days(needs.after_days), needs))
}

/// Adds an event; those of one script are numbered. One that was left halfway is followed by the same once more.
fn number(events: &mut Vec<Event>, mut event: Event, memory: &Memory) -> Result<(), Error> {
    loop {
        let number = 1 + events.iter().filter(|other| other.script == event.script).count();
        event.name = format!("{}-{number}", event.script);
        let again = memory.left_halfway.contains(&event.name);
        let next = again.then(|| event.once_more()).transpose()?;
        events.push(event);
        match next {
            Some(next) => event = next,
            None => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Wished;

    #[test]
    fn events_of_one_script_are_numbered() {
        let mut memory = Memory::new(None, Vec::new(), Vec::new());
        memory.scripts = vec![Wished::script("crl-refresh"), Wished::script("crl-refresh")];
        let names: Vec<_> = events(&memory)
            .expect("known")
            .into_iter()
            .map(|event| event.name)
            .collect();
        assert_eq!(
            names,
            [
                "cluster-initialisation-1",
                "root-generation-1",
                "crl-refresh-1",
                "crl-refresh-2"
            ]
        );
    }

    #[test]
    fn what_has_a_name_of_its_own_is_an_event_of_its_script() {
        let mut memory = Memory::new(None, Vec::new(), Vec::new());
        memory.scripts = vec![Wished::script("hsm-maintenance"), Wished::script("new-log")];
        let events = events(&memory).expect("known");
        assert_eq!(events[3].name, "hsm-maintenance-2");
        assert!(events[3].needs.new_log && !events[2].needs.new_log);
    }

    #[test]
    fn a_drill_is_an_event_of_its_own_script_that_says_what_it_practises() {
        let mut memory = Memory::new(None, Vec::new(), Vec::new());
        memory.scripts = vec![Wished::drill("crl-refresh"), Wished::script("crl-refresh")];
        let events = events(&memory).expect("known");
        assert_eq!(events[2].name, "drill-1");
        assert_eq!(events[2].needs.set["of"], "crl-refresh");
        assert_eq!(events[3].name, "crl-refresh-1", "what comes after a drill is none");
    }

    #[test]
    fn an_event_that_was_left_halfway_is_held_once_more_with_new_keys_of_everybody() {
        let mut memory = Memory::new(None, Vec::new(), Vec::new());
        memory.left_halfway = vec!["cluster-initialisation-1".into(), "cluster-initialisation-2".into()];
        let events = events(&memory).expect("known");
        let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "cluster-initialisation-1",
                "cluster-initialisation-2",
                "cluster-initialisation-3",
                "root-generation-1"
            ]
        );
        assert!(events[0].needs.roster.is_none());
        for again in &events[1..3] {
            assert!(again.needs.new_cluster);
            assert_eq!(again.needs.roster.as_ref().map(|change| change.rekey.len()), Some(9));
        }
    }
}
