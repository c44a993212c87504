//! After the event: the record is signed by all who were there, published, and checked as anybody can.

use std::process::Output;

use record::Digest;
use record::screen::Shown;
use record::text::plain;
use serde::Deserialize;

use crate::child::{Call, outcome};
use crate::error::Error;
use crate::files;
use crate::members::first_and_last;
use crate::rehearsal::Rehearsal;
use crate::stages::standing::{self, newest_root};

/// Everybody present reads the record and signs it.
pub fn countersign(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (record, folder) = (rehearsal.here.record(), rehearsal.here.countersignatures());
    let spoken = first_and_last(&Digest::of(&files::read(&record)?));
    rehearsal.step(
        (1, 1),
        "members",
        "Compare the record with what they did themselves, and sign it",
    )?;
    let call = |id: &str| {
        rehearsal
            .member(id, "countersign")
            .words([&record])
            .path("--out", &folder)
            .line(spoken.clone())
    };
    rehearsal.members(
        "countersignature",
        &rehearsal.present()?,
        &folder,
        |id| format!("{id}.sig"),
        call,
    )
}

/// The publisher checks everything again and appends to the log.
pub fn publish(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (places, here) = (&rehearsal.places, &rehearsal.here);
    rehearsal.step(
        (1, 1),
        "publisher",
        "Check everything, append to the log, write proofs and pages",
    )?;
    let call = Call::new(&rehearsal.binaries.publish, "append")
        .words(["append"])
        .words(rehearsal.clock.words());
    let call = call
        .path("--store", &places.store())
        .path("--log-key", &places.log_key());
    let call = call.path("--results", &here.outbound().join("results.cbor"));
    let call = call.path("--countersignatures", &here.countersignatures());
    let call = rehearsal
        .binaries
        .page
        .iter()
        .fold(call, |call, page| call.path("--scanner", page));
    let saw = call.secret(rehearsal.secrets.log()).run()?;
    rehearsal.screen.elsewhere("publisher", &saw);
    let lines: Vec<&str> = saw.lines().map(str::trim).collect();
    rehearsal.screen.say(format!(
        "Nothing was wrong; {} files are in {}.",
        files::count(&places.store())?,
        places.store().display()
    ));
    rehearsal.screen.say(match &rehearsal.binaries.page {
        Some(_) => "The scanner page is there too: scan.html.".to_owned(),
        None => "No scanner page lies beside the programs, so the store has none.".to_owned(),
    });
    if let Some(log) = lines.iter().position(|line| line.starts_with("The log ")) {
        rehearsal.screen.say(plain(&lines[log..].join(" "), 400));
    }
    Ok(())
}

/// The root in the store is the one that the console wrote; then as after every event.
pub fn verify_founding(rehearsal: &Rehearsal) -> Result<(), Error> {
    let published = rehearsal.places.store().join("certs/root-1.der");
    let made = rehearsal.here.bastion().join("outputs/certs/root-1.der");
    match files::read(&published)? == files::read(&made)? {
        true => verify(rehearsal),
        false => Err(Error::OtherRoot { path: published }),
    }
}

/// Anybody checks the whole store: from the root alone, once there is one.
pub fn verify(rehearsal: &Rehearsal) -> Result<(), Error> {
    let store = rehearsal.places.store();
    let Some(root) = newest_root(&store) else {
        return verify_without_a_root(rehearsal);
    };
    rehearsal.step((1, 1), "anybody", "Check the whole store, trusting the root alone")?;
    let call = Call::new(&rehearsal.binaries.verify, "store")
        .words(["store"])
        .words([&store])
        .path("--root", &root);
    let call = call.words(["--rehearsal"]).words(rehearsal.clock.words());
    run_and_report(rehearsal, call)
}

/// Before there is a root nothing anchors the store but the record's digest, which everybody present wrote down.
fn verify_without_a_root(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (places, here) = (&rehearsal.places, &rehearsal.here);
    rehearsal.step(
        (1, 1),
        "anybody",
        "Compare the record's digest, and check the whole store; there is no root yet",
    )?;
    let published = places
        .store()
        .join("events")
        .join(&rehearsal.event.name)
        .join("record.cbor");
    let record = files::read(&published)?;
    if record != files::read(&here.record())? {
        return Err(Error::OtherRecord { path: published });
    }
    rehearsal
        .screen
        .show(&Shown::digest("record, as it is published", &Digest::of(&record)));
    let seen = here.path.join("standing.cbor");
    files::clear(&seen)?;
    run_and_report(rehearsal, standing::call(rehearsal, &seen))
}

fn run_and_report(rehearsal: &Rehearsal, call: Call) -> Result<(), Error> {
    let name = call.name.clone();
    let Output { status, stdout, stderr } = call.words(["--json"]).run_to_any_end()?;
    let mut report: Report = serde_json::from_slice(&stdout).unwrap_or_default();
    report.leave_out_what_came_before(&rehearsal.event.name);
    report_found(rehearsal, &report);
    outcome(&name, status, &stderr)
}

/// The verifier's report.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Report {
    checked: Vec<String>,
    not_checked: Vec<String>,
    findings: Vec<Finding>,
}

impl Report {
    /// Of the events before this one, only how much was checked: each was shown when it was held.
    fn leave_out_what_came_before(&mut self, event: &str) {
        let begins = format!("record of '{event}'");
        let before = self
            .checked
            .iter()
            .position(|text| text.starts_with(&begins))
            .unwrap_or(0);
        let first = self
            .checked
            .iter()
            .position(|text| text.starts_with("record of "))
            .unwrap_or(0);
        if first < before {
            let left_out = format!("all events before this one: {} checks", before - first);
            self.checked.splice(first..before, [left_out]);
        }
    }
}

/// What is wrong with a file.
#[derive(Deserialize)]
struct Finding {
    file: String,
    rule: String,
    what: String,
}

fn report_found(rehearsal: &Rehearsal, report: &Report) {
    let say = |title: &str, texts: &[String]| {
        if !texts.is_empty() {
            rehearsal.screen.say(title);
            texts
                .iter()
                .for_each(|text| rehearsal.screen.say(format!("- {}", plain(text, 400))));
        }
    };
    say("Checked:", &report.checked);
    say("Not checked:", &report.not_checked);
    let wrong = |finding: &Finding| format!("{}: {}: {}", finding.file, finding.rule, finding.what);
    say("WRONG:", &report.findings.iter().map(wrong).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_earlier_events_only_the_number_of_checks_is_shown() {
        let texts = [
            "3 events",
            "record of 'a-1', held",
            "people: 9",
            "record of 'b-1', held",
            "people: 8",
        ];
        let mut report = Report {
            checked: texts.map(str::to_owned).to_vec(),
            ..Report::default()
        };
        report.leave_out_what_came_before("b-1");
        let shown = [
            "3 events",
            "all events before this one: 2 checks",
            "record of 'b-1', held",
            "people: 8",
        ];
        assert_eq!(report.checked, shown);
        report.leave_out_what_came_before("b-1");
        assert_eq!(report.checked, shown, "nothing is left out twice");
    }
}
