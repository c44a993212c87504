//! Log policies of the project's logs: which logs they name, and how one follows the other. A log is frozen and never goes.

use record::plan::{Inbound, LOG_POLICY, NEXT_LOG_POLICY};
use record::record::Record;
use tlog::{Checkpoint, Policy, SignedCheckpoint};

use crate::layout::{Log, Rules, Series};

/// The logs of a kind that a policy names, by number.
#[must_use]
pub fn logs(policy: &Policy, series: Series) -> Vec<Log> {
    let named = policy.logs().iter().filter_map(|log| Log::of_origin(log.key.name()));
    let mut logs: Vec<Log> = named.map(|(log, _)| log).filter(|log| log.series == series).collect();
    logs.sort_unstable();
    logs
}

/// The newest of them: the one that grows.
#[must_use]
pub fn newest(policy: &Policy, series: Series) -> Option<Log> {
    logs(policy, series).pop()
}

/// A log's last checkpoint, if the policy has frozen it.
#[must_use]
pub fn last(policy: &Policy, log: Log) -> Option<&Checkpoint> {
    let is_of = |last: &&Checkpoint| Log::of_origin(last.origin()).is_some_and(|(found, _)| found == log);
    policy.frozen().iter().find(is_of)
}

/// Logs of a kind are numbered from 1, have one key each, and all but the newest are frozen.
///
/// # Errors
/// In words, what does not fit.
pub fn check(policy: &Policy) -> Result<(), String> {
    for series in Series::ALL {
        let logs = logs(policy, series);
        let numbered = (1..).zip(&logs).all(|(number, log)| log.number == number);
        if !numbered {
            return Err(format!(
                "its logs {}/<n> are not numbered from 1, each once",
                series.name()
            ));
        }
        let (newest, before) = logs
            .split_last()
            .map_or((None, &[][..]), |(last, before)| (Some(last), before));
        if let Some(log) = before.iter().find(|log| last(policy, **log).is_none()) {
            return Err(format!(
                "it names a log after {log}, and does not say with which checkpoint {log} ends"
            ));
        }
        if let Some(log) = newest.filter(|log| last(policy, **log).is_some()) {
            return Err(format!("it freezes {log}, and names no log after it"));
        }
    }
    Ok(())
}

/// Whether a policy follows another: no log goes, nothing that is frozen changes, one log at most follows another.
///
/// # Errors
/// In words, what does not fit.
pub fn check_next(now: &Policy, next: &Policy) -> Result<(), String> {
    check(next)?;
    let gone = |log: &&tlog::policy::Log| !next.logs().iter().any(|kept| kept.key == log.key);
    if let Some(log) = now.logs().iter().find(gone) {
        return Err(format!(
            "it no longer names the log {}, or with another key",
            log.key.name()
        ));
    }
    if let Some(last) = now.frozen().iter().find(|last| !next.frozen().contains(last)) {
        return Err(format!("it says something else of the end of {}", last.origin()));
    }
    for series in Series::ALL {
        if logs(next, series).len() > logs(now, series).len() + 1 {
            return Err(format!("it names more than one further log {}/<n>", series.name()));
        }
    }
    Ok(())
}

/// The further log that an event opens by its log policy; its record is that log's first entry. None for `log/1`.
#[must_use]
pub fn opened(inbound: &Inbound, record: &Record) -> Option<Log> {
    is_adopted(record).then_some(())?;
    let (now, next) = planned(inbound)?;
    further(&Policy::parse(now).ok()?, &Policy::parse(next).ok()?)
}

/// Checks the log policy that a record puts into force, if it does.
///
/// # Errors
/// As [`check_planned`].
pub fn check_brought(inbound: &Inbound, record: &Record) -> Result<(), String> {
    match is_adopted(record) {
        true => check_planned(inbound),
        false => Ok(()),
    }
}

/// Checks the log policy that a plan brings: it follows the one in force, and ends a log with the latest checkpoint that people
/// saw when they planned the event, which its record states.
///
/// # Errors
/// In words, what does not fit.
pub fn check_planned(inbound: &Inbound) -> Result<(), String> {
    let Some((now, next)) = planned(inbound) else {
        return Ok(());
    };
    let read = |bytes| Policy::parse(bytes).map_err(|error| error.to_string());
    let (now, next) = (read(now)?, read(next)?);
    check_next(&now, &next)?;
    let Some(before) = newest(&now, Series::Main).filter(|_| further(&now, &next).is_some()) else {
        return Ok(());
    };
    let seen = inbound.standing.as_ref().map_or("", |standing| &standing.checkpoint);
    let seen =
        SignedCheckpoint::parse(seen.as_bytes()).map_err(|error| format!("the checkpoint that stands: {error}"))?;
    match last(&next, before) == Some(seen.checkpoint()) {
        true => Ok(()),
        false => Err(format!(
            "it ends {before} with another checkpoint than the latest that the record states, of {} entries",
            seen.checkpoint().size()
        )),
    }
}

/// The log of everything but signatures that the next policy names and the one before it does not.
fn further(now: &Policy, next: &Policy) -> Option<Log> {
    newest(next, Series::Main).filter(|log| log.number > 1 && newest(now, Series::Main) != Some(*log))
}

/// The log policy in force before the event, and the one after it, byte for byte.
fn planned(inbound: &Inbound) -> Option<(&[u8], &[u8])> {
    Some((inbound.inputs.get(LOG_POLICY)?, inbound.inputs.get(NEXT_LOG_POLICY)?))
}

/// Whether the record puts a log policy into force.
fn is_adopted(record: &Record) -> bool {
    let adopted = |path: &String| matches!(Rules::of(path), Some(Rules::LogPolicy(_)));
    record.adopted.keys().any(adopted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A policy of these logs, frozen after as many entries as are said.
    fn policy(logs: &[(&str, u8)], frozen: &[(&str, u64)]) -> Policy {
        let key = |(log, seed): &(&str, u8)| {
            let origin = format!("pki.rust-lang.org/rehearsal/{log}");
            let signer = tlog::Signer::new(&origin, zeroize::Zeroizing::new([*seed; 32])).unwrap();
            format!("log {}\n", signer.key())
        };
        let root = tlog::Hash::sha256(b"root");
        let last = |(log, size): &(&str, u64)| format!("# frozen pki.rust-lang.org/rehearsal/{log} {size} {root}\n");
        let logs: String = logs.iter().map(key).collect();
        let frozen: String = frozen.iter().map(last).collect();
        Policy::parse(format!("{logs}{frozen}quorum none\n").as_bytes()).unwrap()
    }

    #[test]
    fn all_logs_but_the_newest_are_frozen() {
        for (logs, frozen) in [
            (&[("log/1", 1), ("sig/1", 2)][..], &[][..]),
            (&[("log/2", 3), ("log/1", 1)], &[("log/1", 7)]),
            (&[("log/1", 1), ("sig/1", 2), ("sig/2", 4)], &[("sig/1", 7)]),
        ] {
            assert_eq!(check(&policy(logs, frozen)), Ok(()));
        }
        for (logs, frozen, why) in [
            (
                &[("log/1", 1), ("log/2", 3)][..],
                &[][..],
                "with which checkpoint log/1 ends",
            ),
            (&[("log/1", 1)], &[("log/1", 7)], "names no log after it"),
            (&[("log/2", 3)], &[], "not numbered from 1"),
            (&[("log/1", 1), ("log/1", 3)], &[], "not numbered from 1"),
            (&[("log/1", 1), ("log/3", 3)], &[("log/1", 7)], "not numbered from 1"),
        ] {
            let found = check(&policy(logs, frozen)).unwrap_err();
            assert!(found.contains(why), "{found}");
        }
    }

    #[test]
    fn no_log_goes_and_what_is_frozen_stays() {
        let one = policy(&[("log/1", 1)], &[]);
        let two = policy(&[("log/1", 1), ("log/2", 3)], &[("log/1", 7)]);
        let three = policy(
            &[("log/1", 1), ("log/2", 3), ("log/3", 4)],
            &[("log/1", 7), ("log/2", 2)],
        );
        for (now, next) in [(&one, &one), (&one, &two), (&two, &two), (&two, &three)] {
            assert_eq!(check_next(now, next), Ok(()));
        }
        let higher = policy(&[("log/1", 1), ("log/2", 3)], &[("log/1", 8)]);
        let other = policy(&[("log/1", 9), ("log/2", 3)], &[("log/1", 7)]);
        for (now, next, why) in [
            (&two, &one, "no longer names the log"),
            (&two, &higher, "something else of the end of"),
            (&one, &other, "or with another key"),
            (&one, &three, "more than one further log"),
        ] {
            let found = check_next(now, next).unwrap_err();
            assert!(found.contains(why), "{found}");
        }
    }
}
