//! What every event begins with, made once for each build of the programs: RSA keys take their time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use record::Digest;

use super::commands::{PASSPHRASE, first_and_last, run};
use super::{Event, folder};

/// The folder of the fixture for the programs that are built now: `bin` and `event`.
pub fn ready() -> &'static Path {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    READY.get_or_init(|| {
        let built = built_beside();
        let mut all = Vec::new();
        for program in PROGRAMS {
            let path = built.join(program);
            let bytes = fs::read(&path);
            all.extend(
                bytes.unwrap_or_else(|e| panic!("{}: {e}; run `cargo build` with this profile", path.display())),
            );
        }
        let fixtures = built.join("fixtures");
        fs::create_dir_all(&fixtures).expect("a folder for fixtures");
        let lock = File::create(fixtures.join("event.lock")).expect("a lock file");
        lock.lock().expect("the fixture's lock");
        let fixture = fixtures.join(format!("event-{}", &Digest::of(&all).hex()[..16]));
        if !fixture.exists() {
            forget_old(&fixtures);
            make(&built, &fixture);
        }
        fixture
    })
}

/// The folder that cargo builds into: this test's executable is in `deps` below it.
fn built_beside() -> PathBuf {
    let this = std::env::current_exe().expect("this executable");
    this.ancestors().nth(2).expect("a target folder").to_owned()
}

/// Each build of the programs leaves a fixture; one that no test of the last hour has made is in nobody's use.
fn forget_old(fixtures: &Path) {
    for entry in fs::read_dir(fixtures).into_iter().flatten().flatten() {
        let age = entry
            .metadata()
            .and_then(|data| data.modified())
            .map(|made| made.elapsed());
        if entry.path().is_dir() && matches!(age, Ok(Ok(age)) if age.as_secs() > 3600) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Made under another name first, so that a fixture is whole or not there.
fn make(built: &Path, fixture: &Path) {
    let draft = fixture.with_extension("draft");
    let _ = fs::remove_dir_all(&draft);
    let (programs, root) = (draft.join("bin"), draft.join("event"));
    fs::create_dir_all(&programs).expect("a folder");
    for program in PROGRAMS {
        fs::copy(built.join(program), programs.join(program)).expect("a copy of the program");
    }
    for name in ["members", "inputs", "inbound", "outbound", "registrations", "open-keys"] {
        fs::create_dir_all(root.join(name)).expect("a folder");
    }
    let event = Event {
        folder: folder::Folder::copy_of(&root),
        programs,
        now: std::cell::Cell::new(Event::begins()),
    };
    set_up_members(&event);
    write_inputs(&event);
    // For tests that initialise a cluster themselves: an approval key registers once.
    folder::copy(&event.path("members"), &event.path("members-before"));
    initialise(&event);
    for id in members() {
        let words = first_and_last(&Digest::of(&event.read("inbound/plan.cbor")));
        let _ = event
            .member(&id, &["review", "inbound/plan.cbor", "--out", "inbound"], &words)
            .good();
    }
    fs::remove_dir_all(&root).expect("the draft is replaced");
    folder::copy(event.root(), &root);
    fs::rename(&draft, fixture).expect("the fixture gets its name");
}

fn set_up_members(event: &Event) {
    for id in members() {
        let arguments = ["setup", "--id", &id, "--rehearsal", "--out", "registrations"];
        let _ = event.member(&id, &arguments, "").good();
        // A copy without passphrase, for bundles that a member's own program would not sign.
        let open = event.path(&format!("open-keys/{id}"));
        folder::copy(&event.path(&format!("members/{id}")), &event.path("open-keys/home"));
        fs::rename(event.path("open-keys/home/ssh"), &open).expect("the key's copy");
        fs::remove_dir_all(event.path("open-keys/home")).expect("the rest of the copy");
        let mut opened = std::process::Command::new("ssh-keygen");
        let _ = run(
            opened.args(["-q", "-p", "-P", PASSPHRASE, "-N", "", "-f"]).arg(&open),
            "",
        )
        .good();
    }
}

fn write_inputs(event: &Event) {
    let _ = event
        .ceremony(&["plan", "policy", "root-generation", "--out", "inputs/policy.toml"])
        .good();
    event.write("facts.toml", facts(|_| Vec::new()));
    event.make_roster();
    event.write("inputs/tlog-policy", LOG_POLICY);
    for name in ["release", "crates-io"] {
        event.request(name, &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]);
    }
    event.request("transparency", &["-newkey", "ed25519"]);
    event.draft();
    let _ = event.pack().good();
    fs::rename(event.path("packed.cbor"), event.path("inbound/plan.cbor")).expect("the plan's bundle");
}

fn initialise(event: &Event) {
    let mut engine = event.initialise(&[]);
    engine.play_to_the_end();
    let _ = engine.end().good();
}

/// The facts that infra writes of the nine: three at most share a label. `extra` adds lines to a member's entry,
/// each in place of the line with the same first word.
pub fn facts(extra: impl Fn(usize) -> Vec<&'static str>) -> String {
    let mut facts = format!(
        "rehearsal = true\nnumber = 1\nappointment = \"council decision 1\"\nsalt = \"{}\"\n",
        "5a".repeat(32)
    );
    for number in 1..=9 {
        let (affiliation, country) = (number % 4, number % 5);
        let usual = [
            format!("id = \"member-{number}\""),
            "from = \"2026-01-01T00:00:00Z\"".to_owned(),
            "until = \"2028-06-01T00:00:00Z\"".to_owned(),
            format!("affiliations = [\"company-{affiliation}\"]"),
            format!("residence = \"country-{country}\""),
            format!("citizenships = [\"country-{country}\"]"),
        ];
        let extra = extra(number);
        facts += "[[member]]\n";
        for line in usual {
            let first = line.split(' ').next().unwrap_or_default();
            let instead = extra.iter().find(|extra| extra.split(' ').next() == Some(first));
            facts += instead.copied().unwrap_or(&line);
            facts += "\n";
        }
    }
    facts
}

fn members() -> impl Iterator<Item = String> {
    (1..=9).map(|number| format!("member-{number}"))
}

const PROGRAMS: [&str; 4] = ["ceremony", "ceremony-seal", "ceremony-member", "cloudhsm-standin"];

const LOG_POLICY: &str = "log pki.rust-lang.org/rehearsal/log/1+b6145cea+\
    AW7fpKc9fipx5h+7gKr25Xipx753k4LG1/yZ4IZADIMP\nquorum none\n";
