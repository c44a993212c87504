//! The ceremony: what it asks, what it pins, and what a stop leaves.

use record::Digest;
use record::journal::{Entry, What};
use record::screen::Shown;
use support::event::{Event, openssl};

use crate::{chains, journal, unprepared};

#[test]
fn a_stop_half_way_ends_the_cluster() {
    let event = unprepared();
    let mut engine = event.initialise(&[]);
    engine.play_to("key-answer-1");
    engine.kill();
    assert!(!journal(&event).iter().any(|entry| entry.what == What::Closed));
    let done = event.check(&["--without-keys"], "");
    assert_eq!(done.code, Some(1));
    assert!(done.out.contains("     NO quorum value quorum "), "{}", done.out);
    let again = event.initialise(&[]).end();
    again.refuses(
        3,
        "bastion/initialisation is there already: a cluster was initialised halfway from this disk",
        Some("a cluster that was initialised halfway is thrown away: begin with a new one and an empty disk"),
    );
}

/// Whatever was half done could not be told from what somebody else did.
#[test]
fn a_lost_answer_anywhere_ends_the_cluster_and_says_so() {
    for (command, nth) in [
        ("cluster activate", "1"),
        ("user create", "7"),
        ("user delete", "1"),
        ("login", "12"),
        ("login", "15"),
        ("login mfa-token-sign", "2"),
        ("login mfa-token-sign", "7"),
        ("quorum token-sign generate", "4"),
        ("user change-mfa token-sign", "5"),
        ("user change-quorum token-sign register", "2"),
        ("quorum token-sign set-quorum-value", "1"),
        ("quorum token-sign set-quorum-value", "3"),
    ] {
        let event = unprepared();
        event.standin(&["init", "--nodes", "2"]);
        event.standin(&["fault", "--command", command, "--nth", nth, "--do", "die-after"]);
        let mut engine = event.initialise(&[]);
        engine.play_to_the_end();
        let done = engine.end();
        assert_eq!(done.code, Some(4), "{command}: {}", done.err);
        let hint =
            "the cluster is thrown away, and nothing is lost: no key exists; begin with a new one and an empty disk";
        assert_eq!(done.hint(), Some(hint), "{command}: {}", done.err);
        let entries = journal(&event);
        // A login's second factor stands behind its names.
        let word = command.trim_end_matches(" mfa-token-sign");
        let lost = |entry: &Entry| matches!(&entry.what, What::NoAnswer { command, .. } if command.starts_with(word));
        assert!(
            entries.iter().any(lost),
            "{command}: the journal says what had no answer"
        );
    }
}

/// Users are not brought to an HSM that joins: those it lacks would not be guarded there.
#[test]
fn an_hsm_that_joins_in_the_middle_ends_the_cluster() {
    let event = unprepared();
    event.standin(&["init", "--nodes", "2"]);
    event.standin(&["fault", "--command", "user create", "--nth", "12", "--do", "node-joins"]);
    let mut engine = event.initialise(&[]);
    engine.play_to_the_end();
    let done = engine.end();
    assert_eq!(done.code, Some(4), "{}", done.err);
    let error = "the cluster changed since the start: gone none, new ";
    assert!(done.error().starts_with(error), "{}", done.err);
}

#[test]
fn pins_the_customer_ca_on_the_disk_and_in_the_journal() {
    let event = unprepared();
    root(&event, "customer", &[]);
    let mut engine = event.initialise(&["--customer-ca", "customer.pem"]);
    engine.play_until(|shown| matches!(shown, Shown::Asking { .. }));
    let shown = engine.digest("the customer CA").expect("its digest is shown");
    let _ = engine.hang_up();
    let to_der = ["x509", "-in", "customer.pem", "-outform", "DER", "-out", "customer.der"];
    let _ = openssl(event.root(), &to_der).good();
    assert_eq!(shown, Digest::of(&event.read("customer.der")));
    assert_eq!(event.read("bastion/pinned/customer-ca.pem"), event.read("customer.pem"));
    assert_eq!(
        event.read("bastion/pinned/roster.cbor"),
        event.read("inputs/roster.cbor")
    );
    let pinned = What::Output {
        file: "pinned/customer-ca.pem".into(),
        digest: Digest::of(&event.read("customer.pem")),
    };
    assert!(journal(&event).iter().any(|entry| entry.what == pinned));
}

#[test]
fn nothing_is_sent_to_the_hsm_where_the_customer_ca_is_none() {
    let event = unprepared();
    root(&event, "customer", &["-addext", "keyUsage=digitalSignature"]);
    let done = event.initialise(&["--customer-ca", "customer.pem"]).end();
    done.refuses(
        1,
        "the HSM's identity is not proved: the customer CA: may issue certificates: expected yes, found no",
        Some("do not initialise this cluster; ask AWS, and compare the roots with another source"),
    );
    assert!(!event.has("bastion") && !event.has("cluster"));
}

#[test]
fn proves_the_identity_before_anything_is_typed_and_keeps_what_proved_it() {
    for (hsm, findings) in [("hsm.pem", 0), ("other-hsm.pem", 2)] {
        let event = unprepared();
        for name in FILES {
            event.write(name, chains::pem(name));
        }
        event.set_clocks_right();
        let options = OPTIONS.map(|word| if word == "HSM" { hsm } else { word });
        event.write("other-hsm.pem", chains::pem("other-hsm.pem"));
        let mut engine = event.initialise(&options);
        while engine
            .next_shown()
            .is_some_and(|shown| !matches!(shown, Shown::Asking { .. }))
        {}
        let done = engine.hang_up();
        if findings > 0 {
            assert!(done.error().starts_with("the HSM's identity is not proved: "));
            assert!(!event.has("bastion") && !event.has("cluster"), "nothing was begun");
            continue;
        }
        let of_identity = |entry: &Entry| match &entry.what {
            What::Checked { of, findings } if of == "identity" => Some(findings.len()),
            _ => None,
        };
        assert_eq!(journal(&event).iter().find_map(of_identity), Some(0), "{}", done.err);
        assert_eq!(event.read("bastion/pinned/hsm.pem"), event.read(hsm));
        assert_eq!(event.read("bastion/pinned/aws-root.pem"), event.read("aws-root.pem"));
    }
}

/// The same commands in the same order, and nothing left behind.
#[test]
fn a_dry_run_shows_every_command_of_the_ceremony_and_runs_none() {
    let held = Event::planned();
    let sent = journal(&held).into_iter().filter_map(|entry| match entry.what {
        What::Intent { command } => Some(plain(&command)),
        _ => None,
    });
    let event = unprepared();
    let mut engine = event.initialise(&["--dry-run"]);
    engine.play_to_the_end();
    let dry: Vec<String> = engine
        .shown
        .iter()
        .flat_map(|shown| match shown {
            Shown::Commands { lines, .. } => lines.iter().map(|line| plain(line)).collect(),
            _ => Vec::new(),
        })
        .collect();
    let _ = engine.end().good();
    assert_eq!(dry, sent.collect::<Vec<_>>());
    for name in ["cluster", "bastion", "outbound/key-request-1-member-1.cbor"] {
        assert!(!event.has(name), "{name}");
    }
}

/// A command without the digests of its files.
fn plain(command: &str) -> String {
    match command.split_once(" is sha256:") {
        Some((before, _)) => before.rsplit_once(' ').expect("a file's name").0.to_owned(),
        None => command.to_owned(),
    }
}

#[test]
fn only_two_members_log_in_to_set_the_quorum_and_each_consent_is_for_two_values() {
    let event = Event::planned();
    for number in 1..=9 {
        let asked = |round: u32| event.has(&format!("outbound/key-request-{round}-member-{number}.cbor"));
        assert_eq!([1, 2, 3, 4, 5].map(asked), [true, number <= 2, true, true, false]);
    }
    assert_eq!(
        allowed(&event, 1),
        ["this key is the second factor of the HSM user admin_member_4, and approves for it"]
    );
    assert_eq!(
        allowed(&event, 3),
        [
            "the HSM user admin_member_1 sets the quorum of the service user to 5",
            "the HSM user admin_member_2 sets the quorum of the service cluster to 5"
        ]
    );
}

#[test]
fn approval_keys_are_asked_for_in_the_last_round_alone_when_the_quorum_stands() {
    let event = Event::planned();
    assert_eq!(
        allowed(&event, 4),
        [
            "this key approves for the HSM user member_4",
            "one login of the HSM user admin_member_4, which shows that the HSM has this key for it and no other"
        ]
    );
    let sent: Vec<String> = journal(&event)
        .into_iter()
        .filter_map(|entry| match entry.what {
            What::Intent { command } => Some(command),
            _ => None,
        })
        .collect();
    let first = |words: &str| {
        sent.iter()
            .position(|command| command.contains(words))
            .expect("it was sent")
    };
    let last = |words: &str| {
        sent.iter()
            .rposition(|command| command.contains(words))
            .expect("it was sent")
    };
    assert!(first("--service registration") > last("set-quorum-value"));
    let logins = sent.iter().filter(|command| command.contains("mfa-token-sign"));
    let halves = logins.filter(|command| command.starts_with("login ")).count();
    assert_eq!(halves, 2 * (2 + 9), "two admins to set the quorum, all nine at last");
}

/// What member-4 is told that each signature of a round allows, the same said once.
fn allowed(event: &Event, round: u32) -> Vec<String> {
    let file = event.read(&format!("outbound/key-request-{round}-member-4.cbor"));
    let request: record::messages::KeyRequest = record::Bundle::decode_marked(&file, true).expect("a request");
    let mut allows: Vec<String> = request.tokens.into_iter().map(|token| token.allows).collect();
    allows.dedup();
    allows
}

/// A root certificate made by openssl: `NAME.pem`.
fn root(event: &Event, name: &str, more: &[&str]) {
    let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
    let subject = format!("/CN={name}");
    let usual = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-384",
        "-nodes",
        "-days",
        "3650",
        "-subj",
        &subject,
        "-keyout",
        &key,
        "-out",
        &pem,
    ];
    let _ = openssl(event.root(), &[&usual[..], more].concat()).good();
    event.set_clocks_right();
}

const FILES: [&str; 8] = [
    "hsm.csr",
    "hsm.pem",
    "aws-hardware.pem",
    "maker-hardware.pem",
    "aws-root.pem",
    "maker-root.pem",
    "customer.pem",
    "cluster.pem",
];
const OPTIONS: [&str; 16] = [
    "--cluster-csr",
    "hsm.csr",
    "--hsm-certificate",
    "HSM",
    "--aws-hardware",
    "aws-hardware.pem",
    "--manufacturer-hardware",
    "maker-hardware.pem",
    "--aws-root",
    "aws-root.pem",
    "--manufacturer-root",
    "maker-root.pem",
    "--customer-ca",
    "customer.pem",
    "--cluster-certificate",
    "cluster.pem",
];
