//! The raw logs that a keeper gets: written as files, as the machines would hand them out.

use std::path::PathBuf;

use record::journal::{Entry, Journal};

use super::Keeper;
use crate::error::Error;
use crate::event::Event;
use crate::files;
use crate::machines::trail::Call as Called;
use crate::machines::{console, hsm, trail};
use crate::stages::EVENT;

/// An event's name and its journal.
pub type Held = (String, Vec<Entry>);

impl Keeper<'_> {
    /// The journals of all events so far.
    pub(super) fn journals(&self) -> Result<Vec<Held>, Error> {
        let rehearsal = self.rehearsal;
        let held = |event: &&Event| event.has_done(&rehearsal.memory, EVENT);
        let read = |event: &Event| {
            let path = event.folder(&rehearsal.places).bastion().join("journal");
            let journal = Journal::read(&files::read(&path)?);
            let wrong = |error: record::Error| Error::Memory {
                path,
                what: error.to_string(),
            };
            Ok((event.name.clone(), journal.map_err(wrong)?.entries))
        };
        rehearsal.events.iter().filter(held).map(read).collect()
    }

    /// The console's logs, a file for each event.
    pub(super) fn console(&self, journals: &[Held]) -> Result<Vec<PathBuf>, Error> {
        let write = |(event, entries): &Held| {
            let text = console::export(event, entries);
            self.keep(&format!("{event}.export"), &text)
        };
        journals.iter().map(write).collect()
    }

    /// The HSMs' logs, of all clusters that there were, and CloudTrail's.
    pub(super) fn hsm(&self, journals: &[Held]) -> Result<Vec<PathBuf>, Error> {
        let (mut paths, mut calls, mut newest) = (Vec::new(), Vec::new(), String::new());
        for number in 1..=self.rehearsal.memory.cluster {
            for (place, stream) in hsm::streams(&self.rehearsal.audit(number)?, number).iter().enumerate() {
                let called = |name| {
                    stream.begins().map(|at| Called {
                        at,
                        name,
                        cluster: stream.cluster.clone(),
                    })
                };
                calls.extend(called("CreateCluster").filter(|_| place == 0));
                calls.extend(called("CreateHsm"));
                calls.extend(called("InitializeCluster").filter(|_| place == 0));
                newest.clone_from(&stream.cluster);
                paths.push(self.keep(&format!("{}.log", stream.hsm), &stream.text)?);
            }
        }
        let begins = journals.iter().filter_map(|(_, entries)| entries.first());
        calls.extend(begins.map(|entry| Called {
            at: entry.at,
            name: "DescribeClusters",
            cluster: newest.clone(),
        }));
        paths.push(self.keep("cloudtrail.json", &trail::file(&calls))?);
        Ok(paths)
    }

    fn keep(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.folder.join(name);
        files::write_new(&path, text.as_bytes(), true)?;
        Ok(path)
    }
}
