//! Events that went otherwise than planned: refusals, exceptions and ends before the plan was carried out, and how a
//! dishonest console would tell of them.

use record::journal::{Journal, What};
use record::messages::{Acknowledgement, Refusal};
use record::record::{Exception, Fate, Record};
use record::{Bytes, Digest, Signed};
use verifier::check_event;

use crate::common::event::{Left, state_as, write};
use crate::common::{EVENT, Members, NOW, OPENS};

/// The rules that an event breaks.
fn broken(left: &Left) -> Vec<&'static str> {
    let mut rules: Vec<_> = match check_event(&left.files(), true, NOW) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.iter().map(|finding| finding.rule).collect(),
    };
    rules.sort_unstable();
    rules.dedup();
    rules
}

fn with(change: impl FnOnce(&mut Record)) -> Vec<&'static str> {
    broken(&EVENT.left(change))
}

fn refusal(n: usize, change: impl FnOnce(&mut Refusal)) -> Signed {
    let mut refusal = Members::refusal(n, &EVENT.record);
    change(&mut refusal);
    Members::signed(n, refusal)
}

fn exception() -> Exception {
    Exception {
        step: None,
        at: OPENS.plus(100),
        what: "the engine was started again (0 torn octets in the journal)".into(),
    }
}

fn acknowledgement(n: usize, change: impl FnOnce(&mut Acknowledgement)) -> Signed {
    let record = &EVENT.record;
    let mut word = Acknowledgement {
        event: record.event.clone(),
        plan: record.plan,
        session: record.session.clone(),
        member: Members::id(n),
        exceptions: vec![exception().digest().expect("a digest")],
        at: OPENS.plus(3560),
    };
    change(&mut word);
    Members::signed(n, word)
}

#[test]
fn a_refusal_is_the_members_own_of_this_event_and_its_last_word() {
    let one = |change: fn(&mut Refusal)| with(move |record| record.refusals.push(refusal(8, change)));
    assert_eq!(one(|_| ()), [""; 0]);
    assert_eq!(one(|refusal| refusal.session = None), [""; 0]);
    assert_eq!(one(|refusal| refusal.event = "another".into()), ["refusal-other"]);
    assert_eq!(one(|refusal| refusal.plan = Digest::of(b"another")), ["refusal-other"]);
    assert_eq!(
        one(|refusal| refusal.session = Some(Bytes(vec![1; 16]))),
        ["refusal-other"]
    );
    assert_eq!(one(|refusal| refusal.member = Members::id(3)), ["refusal-other"]);
    assert_eq!(one(|refusal| refusal.reason = "\u{1b}[2J".into()), ["refusal-reason"]);
    assert_eq!(one(|refusal| refusal.reason.clear()), ["refusal-reason"]);
    assert_eq!(
        one(|refusal| refusal.at = OPENS.plus(3901)),
        ["journal-message-time", "refusal-time"]
    );
    // Whoever refused did nothing more: this member was present at the end.
    assert_eq!(one(|refusal| refusal.at = OPENS.plus(3499)), ["refused-before"]);
    let forged = |record: &mut Record| {
        let mut signed = refusal(8, |_| ());
        signed.member = Members::id(7);
        record.refusals.push(signed);
    };
    assert_eq!(with(forged), ["refusal-bad"]);
    let twice = |record: &mut Record| {
        record.refusals.push(refusal(8, |_| ()));
        record
            .refusals
            .push(refusal(8, |refusal| refusal.reason = "again".into()));
    };
    assert_eq!(with(twice), ["refusal-twice"]);
}

#[test]
fn an_approval_after_a_refusal_is_found() {
    // Member 1 approved 700 seconds after the event opened, and came to its end.
    let found = with(|record| record.refusals.push(refusal(0, |refusal| refusal.at = OPENS.plus(650))));
    assert_eq!(found, ["refused-before"]);
}

#[test]
fn each_exception_is_acknowledged_by_two_who_were_present() {
    let told = |words: Vec<Signed>| {
        with(move |record| {
            record.exceptions.push(exception());
            record.statements = words;
        })
    };
    let good = || acknowledgement(0, |_| ());
    assert_eq!(told(vec![good(), acknowledgement(1, |_| ())]), [""; 0]);
    assert_eq!(told(Vec::new()), ["exception-unacknowledged"]);
    assert_eq!(told(vec![good()]), ["exception-unacknowledged"]);
    // One member twice is one member.
    let again = acknowledgement(0, |word| word.at = OPENS.plus(3561));
    assert_eq!(told(vec![good(), again]), ["exception-unacknowledged"]);
    let other =
        |change: fn(&mut Acknowledgement)| told(vec![good(), acknowledgement(1, |_| ()), acknowledgement(2, change)]);
    assert_eq!(
        other(|word| word.session = Bytes(vec![1; 16])),
        ["acknowledgement-other"]
    );
    assert_eq!(other(|word| word.event = "another".into()), ["acknowledgement-other"]);
    assert_eq!(
        other(|word| word.at = OPENS.plus(3901)),
        ["acknowledgement-time", "journal-message-time"]
    );
    let unknown = other(|word| word.exceptions.push(Digest::of(b"another exception")));
    assert_eq!(unknown, ["exception-missing"]);
    // Who refused acknowledges nothing, and two others do.
    let refused = with(|record| {
        record.exceptions.push(exception());
        record.statements = vec![good(), acknowledgement(1, |_| ())];
        record.refusals.push(refusal(8, |_| ()));
    });
    assert_eq!(refused, [""; 0]);
}

/// What the console would leave of the same event, ended with so many outputs.
fn aborted(outputs: usize, signed: usize, change: impl FnOnce(&mut Record)) -> Left {
    let mut record = EVENT.record.clone();
    record.outputs.truncate(outputs);
    change(&mut record);
    let kept: Vec<String> = record.outputs.iter().map(|output| output.step.clone()).collect();
    for token in &mut record.tokens {
        if !kept.contains(&token.action.step) {
            token.fate = Fate::Unused;
        }
    }
    let whole = Journal::read(&crate::common::event::journal(&record)).expect("reads");
    let mut all: Vec<What> = whole.entries.into_iter().map(|entry| entry.what).collect();
    all.extend(EVENT.derived.iter().take(signed).map(|one| What::Signed {
        action: one.action(),
        token: None,
        signature: Bytes(vec![0; 96]),
    }));
    all.push(What::Aborted {
        stage: "with some of 8 things signed".into(),
        reason: "the HSM is gone".into(),
    });
    let at = record::Time(record.ended.0 - 10);
    record.exceptions.push(Exception {
        step: None,
        at,
        what: "the event was ended before its plan was carried out".into(),
    });
    let digest = record.exceptions[0].digest().expect("a digest");
    for n in 0..2 {
        let word = acknowledgement(n, |word| word.exceptions = vec![digest]);
        all.insert(
            all.len() - 1,
            What::Received {
                kind: "acknowledgement".into(),
                signed: word.clone(),
            },
        );
        record.statements.push(word);
    }
    let journal = write(&record, all);
    state_as(&mut record, &journal);
    record.journal_entries = Journal::read(&journal).expect("reads").entries.len() as u64;
    record.journal = Digest::of(&journal);
    let mut left = EVENT.sign(&record, journal);
    let listed = |file: String| record.outputs.iter().any(|output| output.file == file);
    left.certificates
        .retain(|one| listed(format!("certs/{}.der", one.stem())));
    left.crls
        .retain(|one| listed(format!("crl/{}/{}.crl", one.issuer, one.number)));
    left.results = None;
    left
}

#[test]
fn an_event_that_ended_early_has_what_was_signed_and_says_so_first() {
    let left = aborted(3, 3, |_| ());
    assert_eq!(broken(&left), [""; 0]);
    let checked = check_event(&left.files(), true, NOW).expect("it passes").checked;
    let wanted = "ABORTED: the event ended before its plan was carried out, with some of 8 things signed: the HSM is gone. 3 \
                  outputs were made.";
    assert!(checked[0].starts_with(wanted), "{checked:#?}");
    // Fewer outputs without a word on why are still missing.
    assert!(with(|record| record.outputs.truncate(3)).contains(&"outputs-differ"));
}

#[test]
fn nothing_that_was_signed_vanishes_with_an_end() {
    assert_eq!(broken(&aborted(3, 4, |_| ())), ["journal-differs"]);
    // A file that the record has and nobody shows.
    let mut left = aborted(3, 3, |_| ());
    left.certificates.pop();
    assert!(broken(&left).contains(&"output-missing"));
}

/// An event that two members were left to end, with whoever countersigned.
fn ended_by_two(signers: &[usize]) -> Left {
    let two = [Members::id(0), Members::id(1)];
    let mut left = aborted(0, 0, |record| {
        record.attendance.retain(|signed| two.contains(&signed.member));
        record.approvals.clear();
        record.present = two.to_vec();
    });
    let signs = |member: &String| signers.iter().any(|n| *member == Members::id(*n));
    left.countersignatures.retain(|member, _| signs(member));
    left
}

#[test]
fn an_end_is_signed_by_a_quorum_and_those_who_were_not_there_may_sign() {
    let short = "2 members countersigned the record; 5 are needed; the event ended early, so that these may sign still, \
                 present or not: member-3, member-4, member-5, member-6, member-7, member-8, member-9";
    let left = ended_by_two(&[0, 1]);
    let findings = check_event(&left.files(), true, NOW).expect_err("all who were there");
    let found: Vec<_> = findings.iter().map(|one| (one.rule, one.what.as_str())).collect();
    assert_eq!(found, [("countersignatures-short", short)]);
    assert_eq!(broken(&ended_by_two(&[0, 5, 6, 7])), ["countersignatures-short"]);
    let left = ended_by_two(&[0, 5, 6, 7, 8]);
    let checked = check_event(&left.files(), true, NOW).expect("five signed").checked;
    let said = "countersignatures of 5 members, present or not (5 are needed)";
    assert!(checked.iter().any(|line| line.starts_with(said)), "{checked:#?}");
    // A record of an event that was held to its end is signed by those who were there.
    let absent = with(|record| {
        record.attendance.retain(|signed| signed.member != Members::id(8));
        record.present.pop();
    });
    assert!(absent.contains(&"countersigner-absent"), "{absent:?}");
}

#[test]
fn what_an_end_left_in_the_hsm_follows_from_plan_and_journal() {
    // This plan has no commands, so that nothing of the kind can be left.
    let told = |record: &mut Record| drop(record.facts.insert(record::facts::LEFT.into(), "a user".into()));
    assert_eq!(broken(&aborted(3, 3, told)), ["journal-differs"]);
}

#[test]
fn an_end_that_nobody_signed_is_nobodys() {
    let mut left = aborted(3, 3, |_| ());
    left.countersignatures.clear();
    assert_eq!(broken(&left), ["countersignatures-short"]);
}

#[test]
fn a_signature_that_is_missing_after_the_policys_days_is_told_and_no_veto() {
    let told = |left: &Left, now| {
        let checked = check_event(&left.files(), true, now)
            .expect("enough have signed")
            .checked;
        let missing = checked.into_iter().filter(|line| line.contains("MISSING"));
        missing.collect::<Vec<_>>()
    };
    let mut left = EVENT.left(|_| ());
    let ended = EVENT.record.ended;
    let (deadline, second) = (ended.plus(30 * 86_400), 1);
    assert_eq!(told(&left, deadline.plus(second)), Vec::<String>::new());
    for absent in [7, 8] {
        let _ = left
            .countersignatures
            .remove(&Members::id(absent))
            .expect("it was there");
    }
    assert_eq!(told(&left, deadline), Vec::<String>::new());
    let said = format!(
        "MISSING, which is no veto: countersignatures of {}, {}, who were present; the policy gave them 30 days, until \
         {deadline}",
        Members::id(7),
        Members::id(8)
    );
    assert_eq!(told(&left, deadline.plus(second)), [said]);
}
