//! Who compared what stands before an event with the public store, and how a dishonest console would tell of it.

use record::facts;
use record::journal::{Journal, What};
use record::messages::{NOT_COMPARED, Refusal, Review};
use record::record::Exception;
use record::{Body as _, Digest, Time};
use verifier::{Finding, check_event, check_record};

use crate::common::broken::again;
use crate::common::event::{Left, journal, state_as, timed, write_at};
use crate::common::{HISTORY, Members};

const NOW: Time = Time(crate::common::OPENS.0 + 1500 * 86_400);
/// New revocation lists, and what stood before is the founding event's.
const REFRESH: usize = 1;

/// An exception's text, and the entry whose time it has.
type Its = (&'static str, fn(&What) -> bool);

/// What a console leaves of that event.
struct Told {
    /// What each review says of the store, in the members' order.
    compared: fn(usize) -> Option<bool>,
    /// The members who refuse, and whether before the reviews are counted.
    refuse: (Vec<usize>, bool),
    exception: Option<Its>,
    /// What else the console does with the journal.
    order: fn(&mut Vec<What>),
    aborted: bool,
    /// One entry more at the end, and whether the event was ended before it.
    more: Option<(What, bool)>,
}

impl Default for Told {
    fn default() -> Self {
        Self {
            compared: |_| Some(true),
            refuse: (Vec::new(), false),
            exception: None,
            order: |_| (),
            aborted: false,
            more: None,
        }
    }
}

impl Told {
    fn left(&self) -> Left {
        let mut record = HISTORY.made[REFRESH].record.clone();
        for (n, signed) in record.reviews.iter_mut().enumerate() {
            again::<Review>(signed, |review| review.compared = (self.compared)(n));
        }
        let (refuse, first) = &self.refuse;
        record.refusals = refuse
            .iter()
            .map(|n| Members::signed(*n, Members::refusal(*n, &record)))
            .collect();
        if self.aborted {
            record
                .facts
                .insert(facts::ABORTED.into(), "at the end: the HSM is gone".into());
        }
        let whole = Journal::read(&journal(&record)).expect("reads").entries;
        let mut all: Vec<What> = whole.into_iter().map(|entry| entry.what).collect();
        if *first {
            let refusals: Vec<What> = all.extract_if(.., |what| is_refusal(what)).collect();
            let start = place(&all, is_review);
            all.splice(start..start, refusals);
        }
        (self.order)(&mut all);
        if let Some((what, ended)) = &self.more {
            all.extend(ended.then(|| What::Aborted {
                stage: "before any key".into(),
                reason: "the HSM is gone".into(),
            }));
            all.push(what.clone());
        }
        let all = timed(&record, all).into_iter().enumerate();
        // A second apart, so that each has a time of its own.
        let all: Vec<_> = all
            .map(|(n, (at, what))| (at.plus(n as u64).min(record.ended), what))
            .collect();
        record.exceptions.extend(self.exception.map(|(what, of)| {
            let (at, _) = all.iter().find(|(_, what)| of(what)).expect("its entry");
            let (step, at, what) = (None, *at, what.to_owned());
            Exception { step, at, what }
        }));
        record.journal_entries = all.len() as u64;
        let bytes = write_at(all);
        state_as(&mut record, &bytes);
        record.journal = Digest::of(&bytes);
        HISTORY.made[REFRESH].sign(&record, bytes)
    }

    fn findings(&self) -> Vec<Finding> {
        check_event(&self.left().files(), true, NOW).err().unwrap_or_default()
    }

    /// Whether journal and record are found to tell of different things of this name.
    fn differs(&self, what: &str) -> bool {
        let said = format!("journal and record tell of different {what}");
        self.findings().iter().any(|one| one.what == said)
    }

    /// By plan and record alone.
    fn rules(&self) -> Vec<&'static str> {
        let left = self.left();
        let findings = check_record(&left.plan, &left.record, true).err().unwrap_or_default();
        findings.into_iter().map(|finding| finding.rule).collect()
    }
}

fn place(all: &[What], is: fn(&What) -> bool) -> usize {
    all.iter().position(is).expect("the entry")
}

fn is_review(what: &What) -> bool {
    matches!(what, What::Received { kind, .. } if kind == Review::TYPE)
}

fn is_refusal(what: &What) -> bool {
    matches!(what, What::Received { kind, .. } if kind == Refusal::TYPE)
}

fn counts(what: &What) -> bool {
    matches!(what, What::Gathered { stem } if stem == Review::TYPE)
}

/// Leaves out that the reviews were counted, and what builds on them.
fn leave_out(all: &mut Vec<What>) {
    let begins = |what: &What| {
        matches!(
            what,
            What::Opened { .. } | What::Machine { .. } | What::Clock | What::Logins { .. }
        )
    };
    all.retain(|what| begins(what) || is_review(what));
}

/// Counts the reviews after so many of them.
fn counted_after(all: &mut Vec<What>, reviews: usize) {
    let counted = all.remove(place(all, counts));
    let places: Vec<_> = (0..all.len()).filter(|n| is_review(&all[*n])).collect();
    all.insert(places[reviews - 1] + 1, counted);
}

const EXCEPTIONS: &str = "exceptions that nobody compared";
const ENDS: &str = "ends of the reviews";
const NOBODY: fn(usize) -> Option<bool> = |_| Some(false);
const ONE: fn(usize) -> Option<bool> = |n| Some(n == 8);
const COUNTED: Option<Its> = Some((NOT_COMPARED, counts));
const REFUSED: Option<Its> = Some((NOT_COMPARED, is_refusal));

#[test]
fn as_it_was_nothing_is_found() {
    let found = Told::default().findings();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn that_nobody_compared_what_stands_is_an_exception_of_when_the_reviews_were_counted() {
    let told = |exception| Told {
        compared: NOBODY,
        exception,
        ..Told::default()
    };
    assert!(told(None).differs(EXCEPTIONS) && !told(COUNTED).differs(EXCEPTIONS));
    assert!(told(Some((NOT_COMPARED, is_review))).differs(EXCEPTIONS));
    let other = told(Some(("a stop", counts)));
    assert!(other.differs(EXCEPTIONS), "another exception of the same second");
    // It is told where it is so, and nowhere else.
    let one = |exception| Told {
        compared: ONE,
        ..told(exception)
    };
    assert!(one(COUNTED).differs(EXCEPTIONS) && !one(None).differs(EXCEPTIONS));
    let silent = Told {
        compared: |_| None,
        ..Told::default()
    };
    let found = silent.findings();
    assert!(found.iter().any(|one| one.rule == "review-standing"), "{found:#?}");
}

#[test]
fn it_is_of_the_refusal_that_leaves_nobody() {
    let told = |refuse, first, exception| Told {
        compared: ONE,
        refuse: (vec![refuse], first),
        exception,
        ..Told::default()
    };
    for (first, right, wrong) in [(false, REFUSED, COUNTED), (true, COUNTED, REFUSED)] {
        assert!(!told(8, first, right).differs(EXCEPTIONS), "{first}");
        assert!(told(8, first, wrong).differs(EXCEPTIONS), "{first}");
        assert!(told(8, first, None).differs(EXCEPTIONS), "{first}");
        assert!(!told(7, first, None).differs(EXCEPTIONS), "{first}");
        assert!(told(7, first, right).differs(EXCEPTIONS), "{first}");
    }
}

#[test]
fn a_record_alone_shows_that_nobody_compared() {
    let rules = |refuse: Option<usize>, exception| {
        let told = Told {
            compared: ONE,
            refuse: (refuse.into_iter().collect(), false),
            exception,
            ..Told::default()
        };
        told.rules()
    };
    let nobody = |found: &[&str]| found.contains(&"nobody-compared");
    assert_eq!(rules(None, None), [""; 0]);
    assert_eq!(rules(Some(7), None), [""; 0]);
    assert!(nobody(&rules(Some(8), None)));
    assert!(!nobody(&rules(Some(8), REFUSED)));
    let ended = Told {
        compared: NOBODY,
        aborted: true,
        ..Told::default()
    };
    assert!(nobody(&ended.rules()), "keys were used, and then it was ended");
}

#[test]
fn as_many_review_as_the_event_needs_and_none_comes_later() {
    let ends = |refuse, first, order| {
        let told = Told {
            refuse: (refuse, first),
            order,
            ..Told::default()
        };
        told.differs(ENDS)
    };
    let first = |n: usize| Vec::from_iter(0..n);
    assert!(!ends(first(4), false, |_| ()), "they counted then");
    assert!(!ends(first(4), true, |_| ()), "five are left");
    assert!(ends(first(5), true, |_| ()), "four are left");
    assert!(ends(first(4), false, |all| counted_after(all, 8)), "one comes later");
    assert!(
        ends(first(4), false, |all| drop(all.remove(place(all, counts)))),
        "never counted"
    );
}

/// What builds on the reviews comes after them, whatever an event comes to.
#[test]
fn an_early_end_excuses_only_what_was_not_done() {
    let ended = |order| Told {
        order,
        compared: NOBODY,
        aborted: true,
        ..Told::default()
    };
    let is_found = |order: fn(&mut Vec<What>)| ended(order).differs(ENDS);
    assert!(!is_found(leave_out), "nothing was begun");
    assert!(!ended(leave_out).differs(EXCEPTIONS), "nothing was counted");
    assert!(ended(|_| ()).differs(EXCEPTIONS), "they were counted");
    assert!(
        is_found(|all| drop(all.remove(place(all, counts)))),
        "keys and requests"
    );
    assert!(
        is_found(|all| {
            let counted = all.remove(place(all, counts));
            all.push(counted);
        }),
        "counted afterwards"
    );
    // One thing more in an event of which nothing but the reviews was written down: before or after it was ended.
    let with = |what: What, after_the_end: bool| {
        let told = Told {
            more: Some((what, after_the_end)),
            ..ended(leave_out)
        };
        told.differs(ENDS)
    };
    let gathered = |stem: &str| What::Gathered { stem: stem.into() };
    assert!(with(gathered("attendance-begin"), false), "members were present");
    for (stem, alone) in [
        ("attendance-end", true),
        ("acknowledgement-1", true),
        ("key-answer-1", false),
    ] {
        assert_eq!(!with(gathered(stem), true), alone, "{stem}");
    }
    let checked = What::Checked {
        of: "cluster".into(),
        findings: Vec::new(),
    };
    assert!(with(checked.clone(), false) && with(checked, true), "the HSM was asked");
    assert!(
        with(
            What::Intent {
                command: "user list".into()
            },
            true
        ),
        "the HSM was asked"
    );
}

#[test]
fn what_a_member_said_stands_under_its_own_type() {
    let told = Told {
        compared: ONE,
        refuse: (vec![8], false),
        order: |all| {
            let refused = place(all, is_refusal);
            let What::Received { kind, .. } = &mut all[refused] else {
                unreachable!("it is a refusal")
            };
            "acknowledgement".clone_into(kind);
        },
        ..Told::default()
    };
    let found = told.findings();
    let one = found
        .iter()
        .find(|one| one.rule == "journal-type")
        .expect("it is found");
    assert!(
        one.what.ends_with("calls 'acknowledgement' what is refusal"),
        "{}",
        one.what
    );
}
