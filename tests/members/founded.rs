//! A PKI after its founding event, and what comes next: standing.cbor, the next roster, the plan, its reviews.

use std::fs;
use std::sync::Mutex;

use record::record::Record;
use record::results::Results;
use record::standing::{HsmKey, Past, StandingCertificate, StandingCrl};
use record::{Bundle, Digest, Standing};
use support::event::{Event, facts, first_and_last};

/// A founding event that was held; its folders are empty for the next one, a day later.
pub fn founded() -> Event {
    static ONE: Mutex<Option<Event>> = Mutex::new(None);
    twin(&ONE, hold)
}

/// A copy of what is made once.
pub fn twin(one: &Mutex<Option<Event>>, make: fn() -> Event) -> Event {
    let mut held = one.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    held.get_or_insert_with(make).twin()
}

fn hold() -> Event {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let results = Bundle::<Results>::decode(&event.read("outbound/results.cbor"))
        .expect("the results")
        .body;
    event.write("inputs/standing.cbor", standing(&event, &results));
    clear(&event);
    event.let_pass(86_400);
    event
}

/// The next event's plan, by its script, reviewed by those who are present.
pub fn plan(event: &Event, script: &str, set: &[&str]) {
    plan_named(event, ("next", script), set, &Event::PRESENT);
}

/// The same for an event of that name, reviewed by these: against the store, where one was published.
pub fn plan_named(event: &Event, (name, script): (&str, &str), set: &[&str], present: &[&str]) {
    let _ = fs::remove_file(event.path("plan.toml"));
    let now = event.now();
    let opens = format!("{}T00:00:00Z", &now[..10]);
    let mut words = vec![
        "--now",
        &now,
        "plan",
        "draft",
        script,
        "--event",
        name,
        "--opens",
        &opens,
        "--closes",
        "2026-11-25T00:00:00Z",
        "--inputs",
        "inputs",
        "--out",
        "plan.toml",
        "--rehearsal",
    ];
    for one in set {
        words.extend(["--set", one]);
    }
    let _ = event.ceremony(&words).good();
    let _ = event.pack().good();
    fs::rename(event.path("packed.cbor"), event.path("inbound/plan.cbor")).expect("a bundle was packed");
    let words = first_and_last(&Digest::of(&event.read("inbound/plan.cbor")));
    let compare: &[&str] = match event.has("store/certs") {
        true => &["--store", "store", "--root", "store/certs/root-1.pem"],
        false => &["--without-store"],
    };
    let review = [&["review", "inbound/plan.cbor", "--out", "inbound"], compare].concat();
    for member in present {
        let _ = event.member(member, &review, &words).good();
    }
}

/// A member makes keys in a home of their own, `members/NAME`, and registers.
pub fn new_keys(event: &Event, id: &str, home: &str) {
    for end in ["cbor", "cbor.sig"] {
        let _ = fs::remove_file(event.path(&format!("registrations/registration-{id}.{end}")));
    }
    let _ = event
        .member(
            home,
            &["setup", "--id", id, "--rehearsal", "--out", "registrations"],
            "",
        )
        .good();
}

/// Roster 2: `goes` leaves, `comes` is there in their place.
pub fn next_roster(event: &Event, goes: Option<&str>, comes: Option<&str>) {
    let mut facts = facts(|_| Vec::new());
    if let (Some(goes), Some(comes)) = (goes, comes) {
        facts = facts.replace(&format!("\"{goes}\""), &format!("\"{comes}\""));
        let _ = fs::remove_file(event.path(&format!("registrations/registration-{goes}.cbor")));
    }
    roster_of(event, &facts);
}

/// Roster 2 by these facts.
pub fn roster_of(event: &Event, facts: &str) {
    let facts = facts.replacen("number = 1\n", "number = 2\n", 1);
    event.write("facts.toml", in_order(&facts));
    let _ = fs::remove_file(event.path("inputs/next-roster.cbor"));
    let previous = ["--previous", "inputs/roster.cbor"];
    let _ = event.roster("facts.toml", "inputs/next-roster.cbor", &previous).good();
}

/// Members stand in the order of their ids.
fn in_order(facts: &str) -> String {
    let mut parts: Vec<&str> = facts.split("[[member]]\n").collect();
    let head = parts.remove(0);
    parts.sort_unstable();
    parts
        .iter()
        .fold(head.to_owned(), |all, part| format!("{all}[[member]]\n{part}"))
}

/// A founding event whose results are in a store that verifies.
pub fn published() -> Event {
    let event = Event::planned();
    event.plan_with_a_log();
    let _ = super::room::held(event.run());
    publish(&event, &Event::APPROVERS);
    event
}

/// Puts what the event left into the store, which verifies then, and makes room for the next one, a day later.
pub fn publish(event: &Event, sign: &[&str]) {
    let _ = fs::remove_dir_all(event.path("countersignatures"));
    let _ = event.countersign(sign);
    let _ = event.publish().good();
    let verified = event.verify().good().on_one_line();
    assert!(verified.contains("Nothing is wrong."), "{verified}");
    clear(event);
    event.let_pass(86_400);
    event.stand();
}

/// Nothing of an event lies about.
pub fn clear(event: &Event) {
    for folder in ["inbound", "outbound", "bastion"] {
        fs::remove_dir_all(event.path(folder)).expect("it was there");
    }
    for folder in ["inbound", "outbound"] {
        fs::create_dir(event.path(folder)).expect("a folder");
    }
    for input in ["release.csr", "crates-io.csr", "transparency.csr"] {
        let _ = fs::remove_file(event.path(&format!("inputs/{input}")));
    }
}

/// What `ceremony-verify standing` makes of the store; here there is none, and no log.
fn standing(event: &Event, results: &Results) -> Vec<u8> {
    let record = Bundle::<Record>::decode(&results.record).expect("the record").body;
    let digest = |name: &str| Digest::of(&event.read(&format!("inputs/{name}")));
    let certificates = results.certificates.iter().map(|one| StandingCertificate {
        name: one.name.clone(),
        number: one.number,
        der: one.der.clone(),
    });
    let crls = results.crls.iter().map(|one| StandingCrl {
        issuer: one.issuer.clone(),
        number: one.number,
        der: one.der.clone(),
    });
    let mut crls: Vec<StandingCrl> = crls.collect();
    crls.sort_by(|one, other| one.issuer.cmp(&other.issuer));
    let keys = record.keys.iter().map(|key| HsmKey {
        key: key.key.clone(),
        label: key.label.clone(),
        quorum: key.quorum.map(|quorum| quorum.1),
        owner: key.owner.clone(),
    });
    let standing = Standing {
        events: vec![Past {
            event: record.event.clone(),
            kind: record.kind.clone(),
            record: Digest::of(&results.record),
        }],
        checkpoint: CHECKPOINT.into(),
        roster: digest("roster.cbor"),
        policy: digest("policy.toml"),
        log_policy: digest("tlog-policy"),
        log_policy_number: 1,
        certificates: certificates.collect(),
        crls,
        keys: keys.collect(),
    };
    Bundle::new(true, standing).encode().expect("it encodes")
}

/// Signs with the root's key at the stand-in, under the approvals of four members and of whoever has this home; the
/// stand-in's error code.
pub fn sign_at_the_hsm(event: &Event, home: &str) -> u64 {
    let mut owner = event.owner();
    let label = root_label(event);
    let filter = format!("--filter attr.label={label} attr.class=private-key");
    let minted = owner.ask(&format!(
        "quorum token-sign generate --service key-usage --token approval.token {filter}"
    ));
    assert_eq!(minted["error_code"], 0, "{minted}");
    let mut file: serde_json::Value = serde_json::from_slice(&event.read("approval.token")).expect("a token");
    let token = Digest::of(&unbase64(file["approval_data"].as_str().expect("data")));
    let homes = ["member-1", "member-2", "member-3", "member-4", home];
    let one = |home: &&str| {
        let user = home.trim_end_matches("-old").replace('-', "_");
        let signature = base64(&event.rsa(home, &token));
        serde_json::json!({"username": user, "role": "crypto-user", "signature": signature})
    };
    file["signatures"] = homes.iter().map(one).collect();
    event.write("approval.token", file.to_string());
    let signed = owner.ask(&format!(
        "crypto sign ecdsa --key-filter attr.label={label} attr.class=private-key --hash-function sha384 --data-type raw \
         --data AAAA --approval approval.token"
    ));
    signed["error_code"].as_u64().expect("a code")
}

fn root_label(event: &Event) -> String {
    let standing = Bundle::<Standing>::decode(&event.read("inputs/standing.cbor"))
        .expect("what stands")
        .body;
    standing.key("root-1").expect("the root's key").label.clone()
}

/// By `openssl`, which nobody of us wrote.
fn base64(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64::encode_string(bytes)
}

fn unbase64(text: &str) -> Vec<u8> {
    use base64ct::Encoding as _;
    base64ct::Base64::decode_vec(text).expect("base64")
}

/// A member's SSH key is another one; the RSA keys stay.
pub fn new_ssh_key(event: &Event, id: &str) {
    let home = event.path(&format!("members/{id}"));
    std::fs::rename(&home, event.path(&format!("members/{id}-old"))).expect("the old home");
    for end in ["cbor", "cbor.sig"] {
        let _ = fs::remove_file(event.path(&format!("registrations/registration-{id}.{end}")));
    }
    let old = format!("members/{id}-old");
    let arguments = [
        "setup",
        "--id",
        id,
        "--rehearsal",
        "--out",
        "registrations",
        "--keep",
        &old,
    ];
    let _ = event
        .member(id, &[&arguments[..], &["--new", "ssh"]].concat(), "")
        .good();
}

/// A checkpoint by its form. No log was asked, and nobody here has its key: a member's program compares what it says with
/// what it saw before.
const CHECKPOINT: &str = "pki.rust-lang.org/rehearsal/log/1\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\
    \u{2014} pki.rust-lang.org/rehearsal/log/1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
