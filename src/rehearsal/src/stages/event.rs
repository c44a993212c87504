//! The event: the engine carries out the plan, the members answer it, and the power may fail.

mod owner;

use record::journal::{Journal, What};
use record::screen::Shown;
use record::{Digest, journal};

use crate::child::Call;
use crate::engine::{Ended, Reaction};
use crate::error::Error;
use crate::files;
use crate::members::first_and_last;
use crate::power::{Place, PowerCut};
use crate::rehearsal::Rehearsal;
use crate::stages::{answers, halfway, hand_overs, hsm};

use self::owner::OwnersPassword;

/// Carries out the plan, or the rest of it.
pub fn event(rehearsal: &Rehearsal) -> Result<(), Error> {
    let call = match progress(rehearsal)? {
        Progress::Closed => {
            rehearsal.screen.say("The journal says that the event is over.");
            return Ok(());
        }
        Progress::Halfway => {
            rehearsal.screen.say(
                "The stop left the cluster halfway: what was half done cannot be told from what somebody else did. So the \
                 members end this event, with a record.",
            );
            call(rehearsal, "abort")?.words(["--reason", halfway::REASON])
        }
        Progress::Begun => call(rehearsal, "resume")?,
        Progress::None => call(rehearsal, "run")?,
    };
    let cut = rehearsal.power_cut_here();
    if let Some(Place::Hsm { command, nth }) = cut.map(|cut| &cut.place) {
        rehearsal.standin(
            "fault",
            &["--command", command, "--nth", &nth.to_string(), "--do", "die-after"],
        )?;
    }
    let mut players = Players {
        rehearsal,
        cut,
        image: None,
        owner: OwnersPassword::default(),
    };
    let ended = rehearsal.engine_with(call, |shown| players.react(shown));
    match (ended, cut) {
        (Ok(Ended::Well), _) => hand_overs::open(rehearsal),
        (Ok(Ended::Killed), Some(cut)) => Err(power_cut(rehearsal, cut)),
        (Err(error @ Error::Child { code: Some(4), .. }), Some(cut)) if matches!(cut.place, Place::Hsm { .. }) => {
            error
                .passed_on()
                .into_iter()
                .for_each(|text| rehearsal.screen.show(&Shown::Warning { text }));
            Err(power_cut(rehearsal, cut))
        }
        (Err(error), _) => Err(error),
        (Ok(Ended::Killed), None) => Ok(()),
    }
}

enum Progress {
    None,
    Begun,
    Halfway,
    Closed,
}

/// The journal knows: the engine may have written more than it could show before it was killed.
fn progress(rehearsal: &Rehearsal) -> Result<Progress, Error> {
    let path = rehearsal.here.bastion().join("journal");
    if !path.exists() {
        return Ok(Progress::None);
    }
    let wrong = |error: record::Error| Error::Memory {
        path: path.clone(),
        what: error.to_string(),
    };
    let journal = Journal::read(&files::read(&path)?).map_err(wrong)?;
    match journal.entries.last() {
        Some(journal::Entry { what: What::Closed, .. }) => Ok(Progress::Closed),
        _ if rehearsal.event.initialises() && halfway::must_end(&journal.entries) => Ok(Progress::Halfway),
        _ => Ok(Progress::Begun),
    }
}

fn call(rehearsal: &Rehearsal, command: &str) -> Result<Call, Error> {
    let here = &rehearsal.here;
    let call = rehearsal
        .ceremony(command)?
        .path("--plan", &here.plan())
        .path("--inbound", &here.inbound());
    let call = call
        .path("--outbound", &here.outbound())
        .path("--disk", &here.bastion());
    let call = call.path("--hsm-cli", &rehearsal.binaries.standin);
    Ok(call.path("--seal", &rehearsal.binaries.seal))
}

fn power_cut(rehearsal: &Rehearsal, cut: &PowerCut) -> Error {
    Error::PowerCut {
        place: cut.to_string(),
        out: rehearsal.places.out.clone(),
    }
}

/// Operator and members in front of the engine.
struct Players<'a> {
    rehearsal: &'a Rehearsal,
    /// What is still to strike.
    cut: Option<&'a PowerCut>,
    /// The image's digest, as the console showed it.
    image: Option<Digest>,
    /// Which of the key owner's passwords is typed.
    owner: OwnersPassword,
}

impl Players<'_> {
    fn react(&mut self, shown: &Shown) -> Result<Reaction, Error> {
        let rehearsal = self.rehearsal;
        if self.cut.is_some_and(|cut| cut.place.strikes(shown)) {
            return Ok(Reaction::Kill);
        }
        match shown {
            Shown::Digest { of, hex } if of.starts_with("image") => self.image = Digest::from_hex(hex),
            Shown::Step { .. } => rehearsal.screen.pause("go on")?,
            Shown::Asking { prompt } => {
                hand_overs::open(rehearsal)?;
                let owner = self.owner.asked(prompt, rehearsal.memory.owner);
                return Ok(Reaction::Enter(rehearsal.secrets.asked(prompt, owner)));
            }
            Shown::Said { text } => self.owner.said(text),
            Shown::Waiting {
                kind,
                request,
                members,
                needed,
            } => {
                if kind.starts_with("key-answer-") {
                    hsm::answers(rehearsal, kind, members, *needed)?;
                }
                self.answer(kind, request.as_deref().unwrap_or_default(), members, *needed)?;
                return Ok(Reaction::Type(String::new()));
            }
            Shown::Deciding { question, answers } => {
                return answers::decide(rehearsal, question, answers).map(Reaction::Type);
            }
            Shown::Refused { .. } => return Ok(Reaction::End),
            _ => {}
        }
        Ok(Reaction::Listen)
    }

    /// Members answer what the engine waits for. Reviews lie there already.
    fn answer(&self, kind: &str, request: &str, asked: &[String], needed: u32) -> Result<(), Error> {
        let (rehearsal, inbound) = (self.rehearsal, self.rehearsal.here.inbound());
        let name = |id: &str| format!("{kind}-{id}.cbor");
        if let Some(phase) = kind.strip_prefix("attendance-") {
            let binary = Digest::of(&files::read(&rehearsal.binaries.ceremony)?);
            let spoken = first_and_last(&self.image.unwrap_or(binary));
            let attend = |id: &str| {
                let call = rehearsal
                    .member(id, "attend")
                    .words([request, "--phase", phase, "--place", "local"]);
                let call = call.words(["--image", &binary.hex()]).path("--out", &inbound);
                call.line(spoken.clone())
            };
            rehearsal.members(kind, &rehearsal.present()?, &inbound, name, attend)?;
        }
        if kind.starts_with("approval-") {
            let spoken = first_and_last(&Digest::of(&files::read(request.as_ref())?));
            let approve = |id: &str| {
                rehearsal
                    .member(id, "approve")
                    .words([request])
                    .path("--out", &inbound)
                    .line(spoken.clone())
            };
            rehearsal.members(kind, &rehearsal.approvers(asked, needed)?, &inbound, name, approve)?;
        }
        if kind.starts_with("acknowledgement-") {
            let spoken = first_and_last(&Digest::of(&files::read(request.as_ref())?));
            let acknowledge = |id: &str| {
                let call = rehearsal.member(id, "acknowledge").words([request]);
                call.path("--out", &inbound).line(spoken.clone())
            };
            let mut some = rehearsal.present()?;
            some.truncate(needed as usize);
            rehearsal.members(kind, &some, &inbound, name, acknowledge)?;
        }
        Ok(())
    }
}
