//! Whether what a member gives is awaited, for this event as it stands, and theirs.

use record::messages::{Acknowledgement, Approval, Attendance, KeyAnswer, Phase, Refusal, Review};
use record::plan::Inbound;
use record::record::Record;
use record::{Body, Bundle, Digest, Roster, cbor, sshsig, text};

use super::{Given, Refused};
use crate::event::approvals::Request;
use crate::event::terms::Terms;
use crate::exchange::check_answer;
use crate::files;

impl Given<'_> {
    /// Only what the engine awaits now; a refusal always, and an approval as long as the record can have it.
    pub(super) fn demand_awaited(&self, stem: &str) -> Result<(), Refused> {
        let (progress, member) = (&self.live.progress, self.member);
        let now = "`status` says what is awaited, and from whom";
        if progress.record.is_some() {
            return Err(Refused::new("the record is written, and takes nothing more", now));
        }
        if !self.is_open {
            return Err(Refused::new("the record is being made, and takes nothing more", now));
        }
        if progress.refusals.contains_key(member) {
            return Err(Refused::new("you refused, and count no more in this event", now));
        }
        if !is_given(stem) {
            let what = format!("members give no file that is called {}", text::plain(stem, 40));
            return Err(Refused::new(what, "`sign` says which file is awaited of you"));
        }
        let awaited = self.live.awaited_of(member).is_some_and(|awaited| awaited.stem == stem);
        match awaited || stem == Refusal::TYPE || self.requested(stem).is_some() {
            true => Ok(()),
            false => Err(Refused::new(
                format!("no {} is awaited of you now", text::plain(stem, 40)),
                now,
            )),
        }
    }

    /// Whether it is for this event, as it stands, and by this member.
    pub(super) fn judge(&self, stem: &str) -> Result<(), String> {
        let (inbound, progress, member) = (&self.desk.event.inbound, &self.live.progress, self.member);
        let terms = Terms::of(inbound, progress, self.desk.clock()).map_err(|error| error.to_string())?;
        let attends = |phase: Phase| terms.attendance(member, phase, &self.open::<Attendance>()?);
        match stem {
            Review::TYPE => terms.review(member, &self.open()?),
            Refusal::TYPE => terms.refusal(member, &self.open()?),
            "attendance-begin" => attends(Phase::Begin),
            "attendance-end" => attends(Phase::End),
            stem => match numbered(stem) {
                Some((Approval::TYPE, _)) => {
                    let request = self.requested(stem).ok_or("nobody asked for it")?;
                    let present = progress.begin.contains_key(member);
                    terms.approval(member, present, &request, &self.open()?)
                }
                Some((Acknowledgement::TYPE, count)) => {
                    let count = usize::try_from(count).unwrap_or(usize::MAX);
                    terms.acknowledgement(member, count, &self.open()?)
                }
                Some((KeyAnswer::TYPE, round)) => {
                    let roster = roster_for::<KeyAnswer>(inbound, member);
                    check_answer(roster, &progress.asked_in(round), member, &self.open()?)
                }
                _ => Err("members give no such file".into()),
            },
        }
    }

    fn open<B: Body>(&self) -> Result<B, String> {
        let inbound = &self.desk.event.inbound;
        let opened = self
            .signed
            .open(roster_for::<B>(inbound, self.member), inbound.plan.rehearsal);
        opened.map_err(|cause| cause.to_string())
    }

    /// The request that an approval of this stem answers.
    fn requested(&self, stem: &str) -> Option<Request> {
        let (kind, window) = numbered(stem)?;
        let requests = self
            .live
            .progress
            .requests
            .iter()
            .filter_map(|file| Request::read(file));
        let mut of_it = requests.filter(|request| kind == Approval::TYPE && request.body.window == window);
        of_it.next()
    }

    /// The record as it was written, byte for byte.
    pub(super) fn record(&self) -> Result<(Vec<u8>, Record), String> {
        let (digest, _) = self.live.progress.record.ok_or("the record is not written yet")?;
        let path = self.desk.event.leaves.join("record.cbor");
        let bytes = files::read(&path, cbor::BUNDLE_LIMIT).map_err(|error| error.to_string())?;
        if Digest::of(&bytes) != digest {
            return Err("the record in the outbound folder is not the one that was written".into());
        }
        let record = Bundle::<Record>::decode(&bytes)
            .map_err(|error| error.to_string())?
            .body;
        Ok((bytes, record))
    }

    pub(super) fn check_signature(&self, record: &[u8]) -> Result<(), String> {
        let member = self.desk.event.inbound.roster.member(self.member);
        let key = member
            .and_then(record::Member::ssh_key)
            .map_err(|error| error.to_string())?;
        let good = sshsig::verify(&key, Record::NAMESPACE, record, self.signed.signature.as_bytes());
        good.map(drop).map_err(|error| error.to_string())
    }
}

/// The roster with the keys that sign this type: whoever gets other keys in the HSM answers it with these, and says all
/// else with the old ones.
fn roster_for<'a, B: Body>(inbound: &'a Inbound, member: &str) -> &'a Roster {
    match B::TYPE {
        KeyAnswer::TYPE => inbound.roster_of(member),
        _ => &inbound.roster,
    }
}

/// Whether any file of a member's has this stem.
fn is_given(stem: &str) -> bool {
    let once = [Review::TYPE, Refusal::TYPE, "attendance-begin", "attendance-end"];
    let numbers = [Approval::TYPE, Acknowledgement::TYPE, KeyAnswer::TYPE];
    once.contains(&stem) || numbered(stem).is_some_and(|(kind, _)| numbers.contains(&kind))
}

/// `approval-1` as `approval` and 1.
fn numbered(stem: &str) -> Option<(&str, u32)> {
    let (kind, number) = stem.rsplit_once('-')?;
    let canonical = |number: &u32| number.to_string() == stem[kind.len() + 1..];
    Some((kind, number.parse().ok().filter(canonical)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_members_make_is_given() {
        for stem in [
            "review",
            "refusal",
            "attendance-end",
            "approval-1",
            "key-answer-2",
            "acknowledgement-1",
        ] {
            assert!(is_given(stem), "{stem}");
        }
        for stem in [
            "",
            "consent",
            "approval",
            "record",
            "attendance",
            "review-1",
            "approval-request-1",
        ] {
            assert!(!is_given(stem), "{stem}");
        }
    }

    #[test]
    fn a_numbered_stem_has_one_spelling() {
        assert_eq!(numbered("approval-1"), Some(("approval", 1)));
        assert_eq!(numbered("key-answer-12"), Some(("key-answer", 12)));
        for bad in [
            "approval",
            "approval-",
            "approval-01",
            "approval-+1",
            "approval-4294967296",
            "approval-x",
        ] {
            assert_eq!(numbered(bad), None, "{bad}");
        }
    }
}
