//! One event, from the moving of the clocks to its last stage, or the rest of it.

use std::time::Instant;

use record::screen::Shown;

use crate::error::Error;
use crate::event::When;
use crate::rehearsal::Rehearsal;
use crate::stages::{CLOCK, CLUSTER, EVENT, FOUNDING, LAST, LATER, Stage, Times, is_over};

impl Rehearsal {
    /// Holds the event that it has turned to, or the rest of it.
    pub fn hold_event(&mut self) -> Result<Times, Error> {
        let mut times = Times::new();
        if is_over(&self.event, &self.memory) {
            return Ok(times);
        }
        self.begin_event()?;
        let stages = self.stages();
        for (number, stage) in (1..).zip(&stages) {
            if stage.0 == EVENT && self.waits() {
                return Ok(times);
            }
            let begun = Instant::now();
            if self.hold_stage(number, stages.len(), stage)? {
                times.push((self.event.mark(stage.0), begun.elapsed()));
            }
            if stage.0 == EVENT
                && self.is_last_event()
                && let Some(cut) = self.power_cut.take()
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
        if self.event.is_founding() {
            return FOUNDING.iter().collect();
        }
        let has = |stage: &&Stage| stage.0 != CLUSTER || self.event.needs.new_cluster;
        LATER.iter().filter(has).collect()
    }

    /// Moves the clocks on to the event, once, and says which event begins.
    fn begin_event(&mut self) -> Result<(), Error> {
        self.here.make()?;
        if self.event.is_founding() {
            return Ok(());
        }
        if !self.event.has_done(&self.memory, CLOCK) {
            let now = self.clock.now();
            let then = match self.event.when {
                When::Now => now,
                When::Days(days) => now.plus(days * DAY),
                When::At(time) => time.max(now),
            };
            self.move_clock_to(then)?;
            self.memory.cluster += u32::from(self.event.needs.new_cluster);
            self.memory.done.push(self.event.mark(CLOCK));
            self.memory.keep(&self.places)?;
        }
        self.screen.show(&Shown::Heading {
            title: format!("{}: {}", self.event.name, self.clock.now()),
        });
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
            self.take_new_keys();
        }
        self.memory.done.push(self.event.mark(name));
        self.memory.keep(&self.places)?;
        Ok(true)
    }
}

const DAY: u64 = 86_400;
