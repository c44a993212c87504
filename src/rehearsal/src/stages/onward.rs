//! What to do when a stage failed: go on, go on with other members, or begin anew.

use crate::cli::{KEEPERS, MEMBERS};
use crate::error::Error;
use crate::rehearsal::Rehearsal;
use crate::stages::{EVENT, PLAN};

impl Rehearsal {
    /// Tells a program's failure in this stage what a person can do about it.
    pub fn with_advice(&self, stage: &str, error: Error) -> Error {
        match error {
            Error::Child {
                command, code, said, ..
            } => Error::Child {
                next: Some(self.advice(stage, code, &said)),
                command,
                code,
                said,
            },
            other => other,
        }
    }

    fn advice(&self, stage: &str, code: Option<u8>, said: &str) -> String {
        let out = self.places.out.display();
        let refused = matches!(code, Some(1..=3));
        let own_request = KEEPERS.iter().any(|name| self.places.own_request(name).exists());
        if self.event.is_founding() && stage == PLAN && refused && own_request {
            return "begin a new rehearsal with another --out and another request".into();
        }
        let first_plans = self.event.is_first() || self.event.is_founding();
        if first_plans && ["members", PLAN].contains(&stage) && refused && self.clock.ahead.is_some() {
            return "begin a new rehearsal with another --out and another --now".into();
        }
        let (present, approvers) = (&self.memory.present, &self.memory.approvers);
        let short = said.contains("the quorum has ") || said.contains(" members answered with 'attendance-");
        if stage == EVENT && refused && (short || absent(present, approvers)) {
            return format!(
                "`rehearsal --resume --out {out}{}` goes on from there",
                enough(present, approvers)
            );
        }
        format!("`rehearsal --resume --out {out}` goes on from there")
    }
}

/// Whether somebody approves who does not attend.
fn absent(present: &[String], approvers: &[String]) -> bool {
    approvers.iter().any(|id| !present.contains(id))
}

/// The options with which a quorum attends and approves: whoever was named, and others up to the quorum.
fn enough(present: &[String], approvers: &[String]) -> String {
    let mut attending = present.to_vec();
    fill(&mut attending, MEMBERS);
    let mut approving: Vec<String> = approvers.iter().filter(|id| attending.contains(id)).cloned().collect();
    fill(&mut approving, attending.iter().map(String::as_str));
    let approve = format!(" --approvers {}", approving.join(","));
    match attending.len() > present.len() {
        true => format!(" --present {}{approve}", attending.join(",")),
        false => approve,
    }
}

fn fill<'a>(chosen: &mut Vec<String>, from: impl IntoIterator<Item = &'a str>) {
    for id in from {
        if chosen.len() < QUORUM && !chosen.iter().any(|one| one == id) {
            chosen.push(id.to_owned());
        }
    }
    chosen.sort();
}

/// The rehearsal policy's M.
const QUORUM: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u8]) -> Vec<String> {
        numbers.iter().map(|n| format!("member-{n}")).collect()
    }

    #[test]
    fn a_short_quorum_is_filled_from_those_present() {
        let approve = " --approvers member-1,member-2,member-3,member-4,member-5";
        let all = ids(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(enough(&all, &ids(&[1, 2, 3, 4])), approve);
        let five = ids(&[2, 4, 6, 8, 9]);
        assert!(absent(&five, &ids(&[1, 2])));
        let approve = " --approvers member-2,member-4,member-6,member-8,member-9";
        assert_eq!(enough(&five, &ids(&[1, 2, 3, 4, 5])), approve);
    }

    #[test]
    fn a_short_attendance_is_filled_too() {
        let five = "member-1,member-2,member-3,member-4,member-9";
        let options = format!(" --present {five} --approvers {five}");
        assert_eq!(enough(&ids(&[1, 9]), &ids(&[1, 2, 3, 4, 5])), options);
    }
}
