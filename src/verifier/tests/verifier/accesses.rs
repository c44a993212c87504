//! Batches of the access logs by their place in the log: each after its signer's certificate, none after that was revoked, and
//! all in their order.

use p384::ecdsa::Signature;
use p384::ecdsa::signature::Signer as _;
use record::access::{ConsoleAccess, ConsoleBatch, ConsoleWhat};
use record::plan::NEXT_POLICY;
use record::sshsig::{self, SshKey, namespace};
use record::{Bundle, Digest, Time};
use verifier::layout::{self, AccessLog};
use verifier::{Report, access};

use crate::common::checked::{check, rules};
use crate::common::event::{csr, private, public};
use crate::common::history::{History, Script, day, early_repository, refresh, replacement};

/// The transparency key is replaced, and the old one revoked as from day 400.
fn revocation() -> Script {
    let mut script = replacement();
    script.steps = script.steps.replace("release", "transparency");
    script.inputs = [("transparency.csr".to_owned(), csr("transparency after"))].into();
    script
}

/// A batch of the console's log, signed with the first transparency key.
struct Made {
    number: u64,
    bytes: Vec<u8>,
    signature: String,
}

/// Of the days from one to another, with these logins.
fn batch(number: u64, previous: Option<&Made>, (from, until): (u64, u64), logins: &[(&str, Time)]) -> Made {
    let login = |(user, time): &(&str, Time)| ConsoleAccess {
        time: *time,
        user: Some((*user).to_owned()),
        what: ConsoleWhat::Login,
    };
    let body = ConsoleBatch {
        number,
        previous: previous.map(|made| Digest::of(&made.bytes)),
        from: day(from),
        until: day(until),
        accesses: logins.iter().map(login).collect(),
        gaps: Vec::new(),
        inputs: vec![Digest::of(b"raw")],
    };
    let bytes = Bundle::new(true, body).encode().unwrap();
    let key = SshKey::from_p384_spki(public("transparency").spki_der()).unwrap();
    let raw: Signature = private("transparency").sign(&sshsig::to_be_signed(namespace::ACCESS, &bytes));
    let raw: [u8; 96] = raw.to_bytes().into();
    let signature = sshsig::assemble_p384(&key, namespace::ACCESS, &bytes, &raw).unwrap();
    Made {
        number,
        bytes,
        signature,
    }
}

/// Publishes batches in the order given, whatever a publisher would say.
fn log(history: &mut History, batches: &[&Made]) {
    let certificate = history.certificate("transparency-1");
    let store = &mut history.store;
    let mut entries = Vec::new();
    store.put(layout::ACCESS, "a page");
    for made in batches {
        store.put(AccessLog::Console.batch(made.number), &made.bytes);
        store.put(AccessLog::Console.signature(made.number), &made.signature);
        entries.push(access::entry(AccessLog::Console, &made.bytes, &made.signature, &certificate).unwrap());
    }
    store.log_entries(&entries);
}

#[test]
fn batches_that_are_logged_in_their_order_hold() {
    let mut history = History::founded();
    let one = batch(1, None, (1, 2), &[]);
    let two = batch(2, Some(&one), (2, 3), &[]);
    log(&mut history, &[&one, &two]);
    let report = check(&history, day(4));
    assert_eq!(report.findings, []);
    let said = report
        .checked
        .iter()
        .any(|said| said.starts_with("access log of the console: 2 batches with 0 accesses"));
    assert!(said, "{:#?}", report.checked);
}

/// Whoever came on the second day would be in no batch, and no later one can begin before it.
#[test]
fn finds_time_that_is_left_out_between_two_batches() {
    let mut history = History::founded();
    let one = batch(1, None, (1, 2), &[]);
    let two = batch(2, Some(&one), (3, 4), &[]);
    log(&mut history, &[&one, &two]);
    let report = check(&history, day(5));
    assert_eq!(rules(&report), [("access-gap", "access/console/2.cbor")]);
    let wanted = format!(
        "nothing says who came from {}, when batch 1 ended, until {}",
        day(2),
        day(3)
    );
    assert_eq!(report.findings[0].what, wanted);
}

#[test]
fn refuses_a_batch_that_is_logged_before_the_one_that_it_follows() {
    let mut history = History::founded();
    let one = batch(1, None, (1, 2), &[]);
    let two = batch(2, Some(&one), (2, 3), &[]);
    log(&mut history, &[&two, &one]);
    let report = check(&history, day(4));
    assert_eq!(rules(&report), [("access-order", "access/console/2.cbor")]);
    assert!(
        report.findings[0]
            .what
            .contains("is logged before that of the batch before it")
    );
}

#[test]
fn refuses_a_batch_that_is_logged_after_its_key_was_revoked_whatever_its_dates() {
    let mut history = History::founded();
    history.hold(&refresh());
    let (early, late) = (batch(1, None, (301, 302), &[]), |one: &Made| {
        batch(2, Some(one), (302, 303), &[])
    });
    let second = late(&early);
    // Logged before the revocation, the first stays.
    log(&mut history, &[&early]);
    history.hold(&revocation());
    assert_eq!(check(&history, day(401)).findings, []);
    log(&mut history, &[&second]);
    let report = check(&history, day(401));
    assert_eq!(rules(&report), [("access-signer", "access/console/2.cbor")]);
    let wanted = format!("transparency-1, which signed it, is revoked from {} on", day(400));
    assert_eq!(report.findings[0].what, wanted);
}

#[test]
fn refuses_a_batch_that_is_logged_before_its_signers_certificate() {
    let founded = History::founded();
    let mut history = founded.clone();
    history.store = crate::common::store::Memory::default();
    log(&mut history, &[&batch(1, None, (1, 2), &[])]);
    history.store.append(&founded.left[0], day(1));
    let report = check(&history, day(4));
    assert!(
        rules(&report).contains(&("access-signer", "access/console/1.cbor")),
        "{:#?}",
        report.findings
    );
    let [signer] = &report
        .findings
        .iter()
        .filter(|one| one.rule == "access-signer")
        .collect::<Vec<_>>()[..]
    else {
        panic!("{:#?}", report.findings)
    };
    assert_eq!(signer.what, "it is logged before any event");
}

#[test]
fn somebody_who_came_on_a_day_without_an_event_is_found_once_however_often() {
    let mut history = History::founded();
    let logins = [("mallory", day(1).plus(5)), ("mallory", day(1).plus(6))];
    log(&mut history, &[&batch(1, None, (1, 2), &logins)]);
    let report = check(&history, day(4));
    assert_eq!(rules(&report), [("access-unexplained", "access/console/1.cbor")]);
    assert!(
        report.findings[0].what.ends_with(", 2 times"),
        "{}",
        report.findings[0].what
    );
}

#[test]
fn an_account_that_the_record_has_is_explained_and_no_other_word_of_it_is() {
    let mut history = History::founded();
    let began = history.made[0].record.began;
    let logins = ["in", "member-1", "nobody", "operator", "tty1"].map(|account| (account, began));
    log(&mut history, &[&batch(1, None, (0, 2), &logins)]);
    let report = check(&history, day(4));
    let whats: Vec<&str> = report.findings.iter().map(|one| one.what.as_str()).collect();
    let wanted =
        ["in", "nobody", "tty1"].map(|word| format!("a login by {word}, who was not present then, at {began}"));
    assert_eq!(whats, wanted);
}

/// A policy adopted on day 355 that has a maintenance window of infra's from day 350 to 361; these come on days 351 and 360.
fn maintained(logins: &[(&str, Time)]) -> Report {
    let mut history = History::founded();
    history.hold(&refresh());
    let mut adopting = early_repository(day(355));
    let (from, until) = (day(350), day(361));
    let window = format!("from = \"{from}\"\nuntil = \"{until}\"\nwho = [\"infra\"]\nwhy = \"a disk is replaced\"\n");
    let next = history.longer_policy(&format!("[[maintenance]]\n{window}"));
    adopting.inputs.insert(NEXT_POLICY.into(), next);
    history.hold(&adopting);
    let on = |first, until| -> Vec<(&str, Time)> {
        let within = |(_, time): &&(&str, Time)| day(first) <= *time && *time < day(until);
        logins.iter().filter(within).copied().collect()
    };
    // Whom the event needs came to it.
    let began = history.made.last().expect("the adopting").record.began;
    let before = batch(1, None, (351, 352), &on(351, 352));
    let event = batch(
        2,
        Some(&before),
        (352, 360),
        &[("member-1", began), ("operator", began)],
    );
    let after = batch(3, Some(&event), (360, 362), &on(360, 362));
    log(&mut history, &[&before, &event, &after]);
    check(&history, day(363))
}

fn excused(report: &Report) -> Vec<&str> {
    let all = report.checked.iter().map(String::as_str);
    all.filter(|said| said.starts_with("EXCUSED AFTERWARDS")).collect()
}

#[test]
fn a_maintenance_window_explains_its_people_in_its_time() {
    let report = maintained(&[("infra", day(360)), ("infra", day(360).plus(86_399))]);
    assert_eq!(report.findings, []);
    assert_eq!(excused(&report), [""; 0], "its policy was in force then");
}

#[test]
fn a_maintenance_window_explains_nobody_else_and_no_other_time() {
    let report = maintained(&[("mallory", day(360)), ("infra", day(361))]);
    let whats: Vec<&str> = report.findings.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(
        rules(&report),
        [("access-unexplained", "access/console/3.cbor"); 2],
        "{whats:#?}"
    );
    let late = format!(
        "a login by infra in no event and no maintenance window, at {}",
        day(361)
    );
    let mallory = format!("a login by mallory, who was not present then, at {}", day(360));
    assert_eq!(whats, [late, mallory]);
}

#[test]
fn what_a_window_excuses_before_members_signed_it_is_told() {
    let report = maintained(&[("infra", day(351)), ("infra", day(351).plus(60))]);
    assert_eq!(report.findings, []);
    let (from, until) = (day(350), day(361));
    let wanted = format!(
        "EXCUSED AFTERWARDS: 2 accesses in the maintenance window from {from} until {until} (\"a disk is replaced\"), which is \
         in a policy that came into force only later"
    );
    assert_eq!(excused(&report), [wanted]);
}

#[test]
fn refuses_a_batch_that_is_not_logged() {
    let mut history = History::founded();
    let made = batch(1, None, (1, 2), &[]);
    history.store.put(layout::ACCESS, "a page");
    history.store.put(AccessLog::Console.batch(1), &made.bytes);
    history.store.put(AccessLog::Console.signature(1), &made.signature);
    history.store.list_files();
    let report = check(&history, day(4));
    assert_eq!(rules(&report), [("not-logged", "access/console/1.cbor")]);
    assert_eq!(report.findings[0].what, "the log has no entry for it");
}

#[test]
fn refuses_a_batch_that_ends_in_the_future() {
    let mut history = History::founded();
    log(&mut history, &[&batch(1, None, (1, 5), &[])]);
    let report = check(&history, day(4));
    assert_eq!(rules(&report), [("access-in-future", "access/console/1.cbor")]);
    let wanted = format!("it ends at {}, and it is {} now", day(5), day(4));
    assert_eq!(report.findings[0].what, wanted);
    assert_eq!(check(&history, day(5)).findings, []);
}

#[test]
fn a_store_with_batches_has_their_calendar() {
    let mut history = History::founded();
    log(&mut history, &[&batch(1, None, (1, 2), &[])]);
    history.store.0.remove(layout::ACCESS);
    history.store.list_files();
    assert_eq!(rules(&check(&history, day(4))), [("missing-file", layout::ACCESS)]);
    // A year's page is one as well; nothing else below it passes for a page.
    history.store.put(layout::ACCESS, "a page");
    history.store.put(layout::access_year(2025), "a page");
    history.store.list_files();
    assert_eq!(check(&history, day(4)).findings, []);
    history.store.put("access/02025.html", "no page");
    history.store.list_files();
    assert_eq!(
        rules(&check(&history, day(4))),
        [("unexplained-file", "access/02025.html")]
    );
}
