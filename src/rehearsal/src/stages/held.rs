//! One event, from the moving of the clocks to its last stage, or the rest of it.

use std::time::Instant;

use record::screen::Shown;

use crate::chain;
use crate::error::Error;
use crate::event::When;
use crate::rehearsal::Rehearsal;
use crate::stages::halfway::is_left_halfway;
use crate::stages::{ACCESS, CLOCK, CLUSTER, EVENT, FIRST, FOUNDING, LAST, LATER, SIGNATURES, Stage, Times};

impl Rehearsal {
    /// Holds the event that it has turned to, or the rest of it.
    pub fn hold_event(&mut self) -> Result<Times, Error> {
        let mut times = Times::new();
        self.begin_event()?;
        let stages = self.stages();
        for (number, stage) in (1..).zip(&stages) {
            if stage.0 == EVENT && self.waits() {
                return Ok(times);
            }
            let begun = Instant::now();
            if self.hold_stage(number, stages.len(), stage)? {
                times.push((self.event.name.clone(), stage.0, begun.elapsed()));
            }
            if stage.0 == EVENT
                && let Some(cut) = self.power_cut_here()
            {
                return Err(Error::NeverCut {
                    place: cut.to_string(),
                    out: self.places.out.clone(),
                });
            }
        }
        Ok(times)
    }

    /// Whether it stops before this event is held, as was wished.
    pub fn waits(&self) -> bool {
        self.until_event && self.is_last_event() && !self.event.has_done(&self.memory, EVENT)
    }

    fn stages(&self) -> Vec<&'static Stage> {
        if self.event.is_first() {
            return FIRST.iter().collect();
        }
        let has = |stage: &&Stage| match stage.0 {
            CLUSTER => self.event.needs.new_cluster,
            ACCESS | SIGNATURES => !self.memory.without_keepers,
            _ => true,
        };
        match self.event.is_founding() {
            true => FOUNDING.iter().filter(has).collect(),
            false => LATER.iter().filter(has).collect(),
        }
    }

    /// Moves the clocks on to the event, once, and says which event begins.
    fn begin_event(&mut self) -> Result<(), Error> {
        self.here.make()?;
        if !self.event.has_done(&self.memory, CLOCK) {
            let now = self.clock.now();
            match self.event.when {
                When::Now => {}
                When::Days(days) => self.move_clock_to(now.plus(days * DAY))?,
                When::At(time) => self.move_clock_to(time.max(now))?,
            }
            self.memory.cluster += u32::from(self.event.needs.new_cluster);
            self.memory.done.push(self.event.mark(CLOCK));
            self.memory.keep(&self.places)?;
        }
        self.screen.show(&Shown::Heading {
            title: format!("{}: {}", self.event.name, self.clock.now()),
        });
        Ok(())
    }

    /// What it brought counts from now on; or it is held once more, if its cluster was left halfway.
    fn close_event(&mut self) -> Result<(), Error> {
        if !is_left_halfway(self)? {
            self.take_new_keys();
            return Ok(());
        }
        self.memory.left_halfway.push(self.event.name.clone());
        self.events = chain::events(&self.memory)?;
        self.screen.say(
            "The cluster is thrown away, and nothing is lost: no key exists. The same event follows with another cluster.",
        );
        Ok(())
    }

    /// Whether the stage was held now, and not before.
    fn hold_stage(&mut self, number: usize, of: usize, Stage(name, title, act): &Stage) -> Result<bool, Error> {
        if self.event.has_done(&self.memory, name) {
            return Ok(false);
        }
        self.screen.show(&Shown::Heading {
            title: format!("Part {number} of {of}: {title}"),
        });
        let done = act(self);
        self.keep_times();
        if let Err(error) = done {
            self.memory.keep(&self.places)?;
            return Err(self.with_advice(name, error));
        }
        if *name == LAST {
            self.close_event()?;
        }
        self.memory.done.push(self.event.mark(name));
        self.memory.keep(&self.places)?;
        Ok(true)
    }
}

const DAY: u64 = 86_400;
