//! The proof of what booted: a TPM's quote in record and requests, and a NitroTPM's document under a root of the tests.
//!
//! tests/vectors/boot/README.md says how the quotes were made.

use record::Bytes;
use record::boot::Proof;
use record::journal::{Journal, What};
use record::messages::{Approval, ApprovalRequest, Attendance, Boot};
use record::record::Record;
use record::{Bundle, Digest, Time};
use verifier::boot::{AWS_NITRO_ROOT, check_boot};
use verifier::check_event;

use crate::common::broken::{again, broken, with};
use crate::common::event::{journal, write};
use crate::common::{EVENT, NOW};

/// Over the session and the nonces of the made-up event.
const QUOTE: &[u8] = include_bytes!("../../../../tests/vectors/boot/accept/event.cbor");
const KEY: &str = "94b72ca2d6ce6a9c67bb1b630530f93e2d4bd93004b5c57779ee6b53190abbc5";

/// The event as it would be with this quote in its request and its record.
fn quoted(record: &mut Record, quote: &[u8]) {
    record.boot = Boot::Quote(quote.into());
    let mut bundle = Bundle::<ApprovalRequest>::decode(&record.requests[0]).expect("a request");
    bundle.body.boot = record.boot.clone();
    let request = Bytes(bundle.encode().expect("encodes"));
    for signed in &mut record.approvals {
        again::<Approval>(signed, |approval| approval.request = Digest::of(&request));
    }
    record.requests = vec![request];
}

#[test]
fn a_quote_over_the_members_nonces_passes_and_nobody_vouches_for_its_key() {
    let left = EVENT.left(|record| quoted(record, QUOTE));
    let event = check_event(&left.files(), true, NOW).unwrap_or_else(|found| panic!("{found:#?}"));
    let said = format!(
        "its boot was quoted over the nonces of 9 of 9 members present at the beginning, by the key {KEY} (ECDSA P-256), of \
         which nobody vouches here that it is in a TPM; its registers, which nobody compares here with an image's manifest: \
         PCR 4 "
    );
    assert!(event.checked[0].contains(&said), "{}", event.checked[0]);
}

#[test]
fn a_bad_quote_is_worse_than_none() {
    let mut changed = QUOTE.to_vec();
    *changed.last_mut().expect("octets") ^= 1;
    let findings = check_event(&EVENT.left(|record| quoted(record, &changed)).files(), true, NOW);
    let findings = findings.expect_err("another nonce");
    assert_eq!(findings[0].rule, "boot-bad");
    assert_eq!(with(|record| quoted(record, b"any octets")), ["boot-bad"]);
    let other = include_bytes!("../../../../tests/vectors/boot/accept/rsa.cbor");
    assert_eq!(with(|record| quoted(record, other)), ["boot-bad"]);
}

#[test]
fn a_quote_covers_what_the_members_drew_and_nothing_else() {
    let other = |record: &mut Record| {
        quoted(record, QUOTE);
        again::<Attendance>(&mut record.attendance[3], |word| word.nonce = Bytes(vec![0xee; 16]));
    };
    assert_eq!(with(other), ["boot-nonce"]);
}

#[test]
fn a_quote_in_the_record_is_that_of_its_requests() {
    let unasked = |record: &mut Record| record.boot = Boot::Quote(QUOTE.into());
    assert_eq!(with(unasked), ["boot-other", "request-other"]);
    let left_out = |record: &mut Record| {
        quoted(record, QUOTE);
        record.boot = Boot::Unproven;
    };
    assert_eq!(with(left_out), ["request-other"]);
}

#[test]
fn no_quote_is_older_than_the_nonces_that_it_covers() {
    let mut record = EVENT.record.clone();
    quoted(&mut record, QUOTE);
    let whole = journal(&record);
    let entries = Journal::read(&whole).expect("reads").entries;
    let mut all: Vec<What> = entries.into_iter().map(|entry| entry.what).collect();
    let Some(What::Opened { boot, .. }) = all.first_mut() else {
        panic!("it begins with the opening");
    };
    *boot = record.boot.clone();
    let bytes = write(&record, all);
    record.facts.extend(record::facts::journalled(
        &Journal::read(&bytes).expect("reads").entries,
    ));
    record.journal = Digest::of(&bytes);
    record.journal_entries = Journal::read(&bytes).expect("reads").entries.len() as u64;
    assert_eq!(broken(&EVENT.sign(&record, bytes)), ["journal-opening"]);
}

/// Made with OpenSSL, under a root of its own: AWS's documents are not at hand.
const NITRO: &[u8] = include_bytes!("../../../../tests/vectors/boot/accept/nitro.cbor");
const ROOT: &str = "fc763df38233396f0f1014ea593b53e5b449d71c743e8d75844cd3ec3e14cdfa";
const MADE: Time = Time(1_795_446_191);
const SESSION: [u8; 16] = [0x5e; 16];

fn nitro(quote: &[u8], within: (Time, Time)) -> Result<record::boot::Quoted, String> {
    let root = Digest::from_hex(ROOT).expect("a digest").0;
    check_boot(quote, &SESSION, within, &root).map_err(|error| error.to_string())
}

#[test]
fn a_nitro_tpms_document_leads_to_the_root_that_is_given() {
    let quoted = nitro(NITRO, (MADE, MADE)).expect("good");
    let Proof::Nitro(document) = &quoted.proof else {
        panic!("a NitroTPM's");
    };
    assert_eq!((document.at, document.bundle.len()), (MADE, 3));
    assert_eq!(
        verifier::boot::signer(&quoted),
        format!("the NitroTPM i-0123456789abcdef0-tpm0123456789abcdef at {MADE}, under AWS's root for these")
    );
    assert_eq!(quoted.registers().len(), 24);
    let error = check_boot(NITRO, &SESSION, (MADE, MADE), &AWS_NITRO_ROOT)
        .expect_err("not AWS's")
        .to_string();
    let aws = "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b";
    assert_eq!(
        error,
        format!("the document of the NitroTPM is not AWS's: the chain's root is {ROOT}, not {aws}")
    );
}

#[test]
fn a_nitro_tpms_document_is_made_in_the_event() {
    let (early, late) = (Time(MADE.0 - 3_600), Time(MADE.0 + 3_600));
    nitro(NITRO, (early, late)).expect("in it");
    nitro(NITRO, (Time(MADE.0 + 300), late)).expect("give or take a clock");
    for within in [(Time(MADE.0 + 301), late), (early, Time(MADE.0 - 301))] {
        let error = nitro(NITRO, within).expect_err("outside");
        let (from, until) = within;
        assert_eq!(
            error,
            format!("the document of the NitroTPM was made at {MADE}, not between {from} and {until}")
        );
    }
}

#[test]
fn refuses_a_nitro_tpms_document_with_an_octet_changed() {
    for place in (0..NITRO.len()).step_by(41) {
        let mut changed = NITRO.to_vec();
        changed[place] ^= 1;
        assert!(nitro(&changed, (MADE, MADE)).is_err(), "octet {place}");
    }
    let error = check_boot(NITRO, &[0x5f; 16], (MADE, MADE), &AWS_NITRO_ROOT).expect_err("another session");
    assert!(
        error
            .to_string()
            .starts_with("the quote is over another nonce: it covers "),
        "{error}"
    );
}
