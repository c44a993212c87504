//! Infra's desk after the founding event: a folder with what stands, from which further plans are drafted.

use std::sync::OnceLock;

use record::plan::Plan;
use record::standing::{HsmKey, Past, Standing, StandingCertificate, StandingCrl};
use record::{Bundle, Bytes, Digest};
use support::event::{Ended, Event};

/// A desk of one test.
pub struct Desk {
    /// The founding event's folder; what is drafted lies beside it, in `desk`.
    pub event: Event,
}

impl Desk {
    /// A desk with roster, policy, log policy and what stands.
    pub fn after_the_founding() -> Self {
        let event = Event::planned();
        std::fs::create_dir(event.path("desk")).expect("a folder");
        for name in ["roster.cbor", "policy.toml", "tlog-policy"] {
            event.write(&format!("desk/{name}"), &founding().inputs[name].0);
        }
        let desk = Self { event };
        desk.write_standing(&founding().standing);
        desk
    }

    /// The same with something else that stands.
    pub fn write_standing(&self, standing: &Standing) {
        let bytes = Bundle::new(true, standing.clone()).encode().expect("encodes");
        self.event.write("desk/standing.cbor", bytes);
    }

    /// A keeper's request for a key of theirs.
    pub fn request(&self, name: &str) {
        self.event
            .request(name, &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]);
        std::fs::rename(
            self.event.path(&format!("inputs/{name}.csr")),
            self.event.path(&format!("desk/{name}.csr")),
        )
        .expect("the request is on the desk");
    }

    /// A member makes keys in a new home, and registers them.
    pub fn register(&self, id: &str) {
        let _ = std::fs::remove_dir_all(self.event.path(&format!("members/{id}")));
        for file in ["cbor", "cbor.sig"] {
            let _ = std::fs::remove_file(self.event.path(&format!("registrations/registration-{id}.{file}")));
        }
        let setup = ["setup", "--id", id, "--rehearsal", "--out", "registrations"];
        let _ = self.event.member(id, &setup, "").good();
    }

    /// The next roster, from facts in which some texts are others.
    pub fn next_roster(&self, changes: &[(&str, &str)]) {
        let mut facts = support::event::facts(|_| Vec::new()).replace("number = 1\n", "number = 2\n");
        for (from, to) in changes {
            facts = facts.replace(from, to);
        }
        self.event.write("next-facts.toml", facts);
        let previous = ["--previous", "desk/roster.cbor"];
        let made = self.event.roster("next-facts.toml", "desk/next-roster.cbor", &previous);
        let _ = made.good();
    }

    /// The policy's next version, with one text in another's place.
    pub fn next_policy(&self, from: &str, to: &str) {
        let text = self.event.text("desk/policy.toml");
        assert_eq!(text.matches(from).count(), 1, "{from}");
        let next = text.replace("version = 1\n", "version = 2\n").replace(from, to);
        self.event.write("desk/next-policy.toml", next);
    }

    /// The serial number of a certificate that stands, by openssl.
    pub fn serial_of(stem: &str) -> String {
        let der = &founding().standing.certificate(stem).expect("it stands").der;
        let event = Event::planned();
        event.write("one.der", &der.0);
        let said = support::event::openssl(
            event.root(),
            &["x509", "-inform", "DER", "-in", "one.der", "-noout", "-serial"],
        );
        said.good().out.trim().trim_start_matches("serial=").to_lowercase()
    }

    /// A next policy under which six members must agree.
    pub fn six_of_nine(&self) {
        self.next_policy("threshold = 5 ", "threshold = 6 ");
        let next = self
            .event
            .text("desk/next-policy.toml")
            .replace("alike-most = 3 ", "alike-most = 4 ");
        let (before, records) = next.split_once("[records]").expect("records");
        self.event.write(
            "desk/next-policy.toml",
            format!("{before}[records]{}", records.replace(" = 5\n", " = 6\n")),
        );
    }

    /// Packs what was drafted into `packed.cbor`.
    pub fn pack(&self) {
        self.pack_at(OPENS);
    }

    /// The same at another time.
    pub fn pack_at(&self, now: &str) {
        let _ = std::fs::remove_file(self.event.path("packed.cbor"));
        let call = [
            "--now",
            now,
            "plan",
            "pack",
            "plan.toml",
            "--inputs",
            "desk",
            "--out",
            "packed.cbor",
        ];
        let _ = self.event.ceremony(&call).good();
    }

    /// `ceremony plan draft` into `plan.toml`.
    pub fn try_draft(&self, script: &str, more: &[&str]) -> Ended {
        self.try_draft_at(script, OPENS, more)
    }

    /// The same at another time; the event is open for twelve hours.
    pub fn try_draft_at(&self, script: &str, opens: &str, more: &[&str]) -> Ended {
        let _ = std::fs::remove_file(self.event.path("plan.toml"));
        let closes = record::Time::parse(opens).expect("a time").plus(12 * 3600).to_string();
        let event = format!("{script}-{}", &opens[..4]);
        let call = [
            "plan",
            "draft",
            script,
            "--rehearsal",
            "--event",
            &event,
            "--opens",
            opens,
        ];
        let rest = ["--closes", &closes, "--inputs", "desk", "--out", "plan.toml"];
        self.event.ceremony(&[&call[..], &rest, more].concat())
    }

    /// A draft that must be good, as text.
    pub fn draft(&self, script: &str, more: &[&str]) -> String {
        let _ = self.try_draft(script, more).good();
        self.event.text("plan.toml")
    }

    /// `ceremony plan check` of what was drafted.
    pub fn check(&self) -> Ended {
        self.check_at(OPENS)
    }

    /// The same at another time.
    pub fn check_at(&self, now: &str) -> Ended {
        self.event
            .ceremony(&["--now", now, "plan", "check", "plan.toml", "--inputs", "desk"])
    }

    /// Drafts and checks; returns the plan.
    pub fn good(&self, script: &str, more: &[&str]) -> Plan {
        let text = self.draft(script, more);
        let checked = self.check();
        assert_eq!(checked.code, Some(0), "{script}: {}\n{text}", checked.err);
        assert!(!text.contains('@') && !text.contains("##"), "{text}");
        Plan::parse(text.as_bytes()).expect("a plan")
    }
}

/// What the founding event left.
pub struct Founding {
    pub record: Vec<u8>,
    pub standing: Standing,
    pub inputs: std::collections::BTreeMap<String, Bytes>,
}

/// The founding event, held once.
pub fn founding() -> &'static Founding {
    static HELD: OnceLock<Founding> = OnceLock::new();
    HELD.get_or_init(|| {
        let event = Event::planned();
        let mut engine = event.run();
        engine.play_to_the_end();
        let _ = engine.end().good();
        left_by(&event)
    })
}

/// What stands after the founding event, as the rule says (docs/formats).
fn left_by(event: &Event) -> Founding {
    let (results, plan) = (event.results(), event.read("inbound/plan.cbor"));
    let inputs = Bundle::<record::plan::PlanBundle>::decode(&plan)
        .expect("the plan")
        .body
        .inputs;
    let record = results.record.0.clone();
    let parsed = Plan::parse(event.text("plan.toml").as_bytes()).expect("a plan");
    let digest = |name: &str| Digest::of(&inputs[name].0);
    let key = |(step, key, quorum): (&str, &str, bool)| HsmKey {
        key: key.to_owned(),
        label: Plan::label(&Digest::of(&plan), step, key),
        quorum: quorum.then_some(5),
        owner: parsed.hsm.owner.clone(),
    };
    let standing = Standing {
        events: vec![Past {
            event: parsed.event.clone(),
            kind: parsed.kind.name().to_owned(),
            record: Digest::of(&results.record.0),
        }],
        checkpoint: "pki.rust-lang.org/rehearsal/log/1\n14\nAAAA\n".into(),
        roster: digest("roster.cbor"),
        policy: digest("policy.toml"),
        log_policy: digest("tlog-policy"),
        log_policy_number: 1,
        certificates: (results.certificates.into_iter())
            .map(|one| StandingCertificate {
                name: one.name,
                number: one.number,
                der: one.der,
            })
            .collect(),
        crls: sorted(results.crls.into_iter().map(|one| StandingCrl {
            issuer: one.issuer,
            number: one.number,
            der: one.der,
        })),
        keys: parsed.made_keys().map(key).collect(),
    };
    Founding {
        record,
        standing,
        inputs,
    }
}

fn sorted(crls: impl Iterator<Item = StandingCrl>) -> Vec<StandingCrl> {
    let mut crls: Vec<_> = crls.collect();
    crls.sort_by(|a, b| a.issuer.cmp(&b.issuer));
    crls
}

/// When further events begin.
pub const OPENS: &str = "2027-11-22T10:00:00Z";
