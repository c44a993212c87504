//! What the console says in an event, and members who have come as far as a test needs them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use issue::derive::{Derived, Keys, derive};
use record::messages::{ApprovalRequest, Boot, Exceptions, Image, ImageKind, Opening, TokenRequest};
use record::record::Exception;
use record::{Body, Bundle, Bytes, Digest, Time};

use super::{NOW, PASSPHRASE, Ran, folder, home, plan, run_in, two_words};

/// One test's event: a folder with the bundles, and the members' homes.
pub struct Event {
    pub folder: PathBuf,
    pub opening: Opening,
    /// What the program needs in its environment to find a token.
    pub env: Vec<(String, String)>,
}

impl Event {
    /// A fresh event of the plan.
    pub fn new(name: &str) -> Self {
        let event = Self {
            folder: folder(name),
            opening: opening(),
            env: Vec::new(),
        };
        fs::write(event.path("plan.cbor"), plan::bundle()).expect("written");
        event.put("opening.cbor", event.opening.clone());
        event
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where the answers go.
    pub fn out(&self) -> PathBuf {
        self.path("out")
    }

    /// Writes a bundle of the console.
    pub fn put<B: Body>(&self, name: &str, body: B) -> Digest {
        let bytes = Bundle::new(true, body).encode().expect("encodes");
        fs::write(self.path(name), &bytes).expect("written");
        Digest::of(&bytes)
    }

    /// Reads an answer.
    pub fn answer<B: Body>(&self, name: &str) -> B {
        Bundle::decode_marked(&super::read(&self.out().join(name)), true).expect("an answer")
    }

    /// Runs one command on one of the event's files.
    pub fn act(&self, id: &str, command: &[&str], file: &str, typed: &str) -> Ran {
        self.act_at(NOW, id, command, file, typed)
    }

    /// The same at another time.
    pub fn act_at(&self, now: &str, id: &str, command: &[&str], file: &str, typed: &str) -> Ran {
        let (file, out) = (self.path(file), self.out());
        let mut arguments = vec!["--now", now, command[0], path(&file)];
        arguments.extend_from_slice(&command[1..]);
        arguments.extend(["--out", path(&out)]);
        run_in(&self.env, &self.home(id), &arguments, typed)
    }

    /// The member's home, copied when first asked for.
    pub fn home(&self, id: &str) -> PathBuf {
        match self.path(id) {
            there if there.exists() => there,
            _ => home(&self.folder, id),
        }
    }

    /// The member reviews.
    pub fn review(&self, id: &str) -> String {
        self.act(id, &["review"], "plan.cbor", &typed(&Digest::of(plan::bundle())))
            .good()
    }

    /// The member declares to be present.
    pub fn attend(&self, id: &str, phase: &str) -> String {
        let command = ["attend", "--phase", phase, "--place", "local"];
        self.act(id, &command, "opening.cbor", &typed(&self.opening.image.digest))
            .good()
    }

    /// A member who reviewed and attends.
    pub fn present(name: &str, id: &str) -> Self {
        let event = Self::new(name);
        event.review(id);
        event.attend(id, "begin");
        event
    }

    /// The member acknowledges exceptions.
    pub fn acknowledge_at(&self, now: &str, id: &str, exceptions: Vec<Exception>) -> Ran {
        let name = format!("exceptions-{}.cbor", exceptions.len());
        let opening = &self.opening;
        let body = Exceptions {
            event: opening.event.clone(),
            plan: opening.plan,
            session: opening.session.clone(),
            exceptions,
        };
        let digest = self.put(&name, body);
        self.act_at(now, id, &["acknowledge"], &name, &typed(&digest))
    }

    /// The member approves a request.
    pub fn approve(&self, id: &str, request: ApprovalRequest) -> Ran {
        self.approve_at(NOW, id, request)
    }

    /// The same at another time.
    pub fn approve_at(&self, now: &str, id: &str, request: ApprovalRequest) -> Ran {
        let name = format!("approval-request-{}.cbor", request.window);
        let digest = self.put(&name, request);
        self.act_at(now, id, &["approve"], &name, &typed(&digest))
    }
}

/// Passphrase and words, as a person types them.
pub fn typed(digest: &Digest) -> String {
    format!("{PASSPHRASE}\n{}\n", two_words(digest))
}

pub fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn opening() -> Opening {
    let inbound = plan::inbound();
    Opening {
        event: inbound.plan.event,
        plan: inbound.digest,
        image: Image {
            kind: ImageKind::Binary,
            digest: Digest::of(b"the ceremony program"),
        },
        session: Bytes(vec![0x5e; 16]),
        at: Time::parse("2026-11-22T09:58:00Z").expect("a time"),
    }
}

/// The public keys that the HSM made, the same for every test of this run.
pub fn keys() -> &'static BTreeMap<String, Bytes> {
    static KEYS: OnceLock<BTreeMap<String, Bytes>> = OnceLock::new();
    KEYS.get_or_init(|| {
        ["root-1", "bors-1", "console-1"]
            .map(|key| (key.to_owned(), plan::public_key()))
            .into()
    })
}

/// What the plan has signed with those keys.
pub fn derived() -> Vec<Derived> {
    derived_with(keys())
}

fn derived_with(keys: &BTreeMap<String, Bytes>) -> Vec<Derived> {
    let key = |(name, spki): (&String, &Bytes)| (name.clone(), x509::PublicKey::from_spki_der(spki).expect("a key"));
    let keys: Keys = keys.iter().map(key).collect();
    derive(&plan::inbound(), &keys, Time::parse(NOW).expect("a time")).expect("derives")
}

/// An honest request for everything that the plan has signed.
pub fn request(event: &Event) -> ApprovalRequest {
    window(event, 1)
}

/// The same with the tokens of a later window.
pub fn window(event: &Event, window: u32) -> ApprovalRequest {
    window_with(event, window, keys())
}

/// The same by a console that names these keys.
pub fn window_with(event: &Event, window: u32, keys: &BTreeMap<String, Bytes>) -> ApprovalRequest {
    let tokens = derived_with(keys).into_iter().enumerate().map(|(number, derived)| {
        let approval_data = Bytes(format!("token {number} of {window}").repeat(7).into_bytes());
        let token = Digest::of(&approval_data);
        let (key, key_reference) = (Some(derived.issuer.clone()), Some("0x0000000000800001".into()));
        let service = "key-usage".into();
        TokenRequest {
            service,
            key,
            key_reference,
            approval_data,
            token,
            action: derived.action(),
        }
    });
    ApprovalRequest {
        event: event.opening.event.clone(),
        plan: event.opening.plan,
        image: event.opening.image.clone(),
        boot: Boot::Unproven,
        session: event.opening.session.clone(),
        window,
        requester: "root_owner".into(),
        keys: keys.clone(),
        tokens: tokens.collect(),
        at: Time::parse("2026-11-22T09:59:00Z").expect("a time"),
    }
}
