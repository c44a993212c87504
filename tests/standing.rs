//! What stands before an event is compared with the public store by the member who reviews: infra could leave something out.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use record::plan::{Inbound, STANDING};
use record::{Bundle, Bytes, Digest, Standing};
use support::event::first_and_last;
use support::rehearsal::text;
use support::{Outcome, Scratch, ours, run};

/// A rehearsal of a revocation, so that root-1 has two lists, of which the second revokes; and a plan for the next ones.
fn revoked() -> &'static Path {
    static ONE: OnceLock<PathBuf> = OnceLock::new();
    ONE.get_or_init(|| {
        let folder = Scratch::new("standing-revoked");
        let dir = folder.join("r");
        let words = [
            "--out",
            &text(&dir),
            "--now",
            FOUNDED,
            "--script",
            "delegate-revocation",
        ];
        run(ours("rehearsal"), words, "").expect(0);
        plan_refresh(&dir);
        // Four tests look at it; the next run of all tests clears it away.
        std::mem::forget(folder);
        dir
    })
}

fn plan_refresh(dir: &Path) {
    let (next, store) = (dir.join("next"), dir.join("store"));
    std::fs::create_dir(&next).expect("a folder");
    let file = |name: &str| text(&next.join(name));
    for (from, to) in [
        ("roster/1.cbor", "roster.cbor"),
        ("policy/1.toml", "policy.toml"),
        ("policy/tlog-policy-1", "tlog-policy"),
    ] {
        std::fs::copy(store.join(from), next.join(to)).expect("a copy");
    }
    let (root, standing) = (text(&store.join("certs/root-1.pem")), file("standing.cbor"));
    let words = [
        "standing",
        &text(&store),
        "--root",
        &root,
        "--rehearsal",
        "--now",
        OPENS,
        "--out",
        &standing,
    ];
    run(ours("ceremony-verify"), words, "").expect(0);
    let (plan, bundle) = (file("plan.toml"), file("plan.cbor"));
    let times = [
        "--opens",
        OPENS,
        "--closes",
        "2027-06-01T22:00:00Z",
        "--inputs",
        &text(&next),
    ]
    .map(str::to_owned);
    let draft = [
        "plan",
        "draft",
        "crl-refresh",
        "--event",
        "next",
        "--rehearsal",
        "--out",
        &plan,
    ]
    .map(str::to_owned);
    run(ours("ceremony"), draft.iter().chain(&times), "").expect(0);
    let pack = [
        "--now",
        OPENS,
        "plan",
        "pack",
        &plan,
        "--inputs",
        &text(&next),
        "--out",
        &bundle,
    ]
    .map(str::to_owned);
    run(ours("ceremony"), &pack, "").expect(0);
}

const FOUNDED: &str = "2026-11-22T10:00:00Z";
const OPENS: &str = "2027-06-01T10:00:00Z";

#[test]
fn a_plan_on_what_stands_in_the_store_is_shown_as_compared() {
    let (dir, scratch) = (revoked(), Scratch::new("standing-good"));
    let said = review(dir, &plan(dir), &scratch, Compare::Store);
    assert!(
        said.all().contains("compared: what the plan builds on is what stands"),
        "{said}"
    );
    assert!(
        said.all().contains("newest list of root-1: number 2, which revokes 1"),
        "{said}"
    );
    assert!(said.all().contains("key root-1: 5 members for each use"), "{said}");
}

#[test]
fn a_review_without_a_store_says_that_nothing_was_compared() {
    let (dir, scratch) = (revoked(), Scratch::new("standing-blind"));
    let said = review(dir, &plan(dir), &scratch, Compare::Nothing);
    assert!(
        said.all().contains("NOT COMPARED with the public store, as you said"),
        "{said}"
    );
}

#[test]
fn a_second_review_says_what_the_first_ones_were_and_which_to_hand_in() {
    let (dir, scratch) = (revoked(), Scratch::new("standing-again"));
    take_home(dir, &scratch);
    let secrets = std::fs::read(private(dir).join("passwords.json")).expect("the rehearsal's passwords");
    let secrets: BTreeMap<String, String> = serde_json::from_slice(&secrets).expect("JSON");
    let plan = plan(dir);
    let words = first_and_last(&Digest::of(&std::fs::read(&plan).expect("the plan")));
    let typed = format!("{}\n{words}\n", secrets["member-1"]);
    let review = |out: &str, compare| {
        let said = review_into(out, dir, &plan, &scratch, (compare, &typed))
            .expect(0)
            .all();
        // As one line, wherever it was broken.
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let first = review("first", Compare::Nothing);
    assert!(!first.contains("BEFORE"), "{first}");
    let second = review("second", Compare::Store);
    let blind = format!("YOU REVIEWED THIS PLAN BEFORE reviewed: at {OPENS}, without the store");
    let this = "With this review you say that you compared: hand in this one.";
    assert!(second.contains(&format!("{blind} {this}")), "{second}");
    let third = review("third", Compare::Nothing);
    let compared = format!("reviewed: at {OPENS}, and compared what stands with the store");
    assert_eq!(third.matches("REVIEWED THIS PLAN BEFORE").count(), 1, "{third}");
    assert!(third.contains(&format!("{blind} {compared}")), "{third}");
    let better = "You compared then, and with this review you would say that you did not: hand in that one.";
    assert!(third.contains(better) && !third.contains("All of them"), "{third}");
    let other = Scratch::new("standing-twice");
    take_home(dir, &other);
    let blindly = |out: &str| {
        review_into(out, dir, &plan, &other, (Compare::Nothing, &typed))
            .expect(0)
            .all()
    };
    blindly("first");
    let again = blindly("second");
    assert!(
        again.contains("All of them stand, and the console takes the one that"),
        "{again}"
    );
}

#[test]
fn nobody_agrees_to_what_stands_without_saying_whether_to_compare_it() {
    let (dir, scratch) = (revoked(), Scratch::new("standing-unsaid"));
    let refused = review(dir, &plan(dir), &scratch, Compare::Unsaid).expect(2);
    let words = "the plan builds on what earlier events made, and nothing was said to compare it with";
    assert!(refused.err.contains(words), "{refused}");
    let hint = "hint: fetch the public store and say --store DIR --root FILE; or --without-store, and ask who compared";
    assert!(refused.err.contains(hint), "{refused}");
    let refused = review(dir, &plan(dir), &scratch, Compare::StoreAlone).expect(2);
    let words = "the store has a root, and none was named that you trust";
    assert!(refused.err.contains(words), "{refused}");
}

#[test]
fn a_plan_on_an_older_list_is_refused_by_whoever_compares() {
    let (dir, scratch) = (revoked(), Scratch::new("standing-older"));
    let older = std::fs::read(dir.join("store/crl/root-1/1.crl")).expect("the first list");
    let bundle = changed(dir, &|standing| {
        for crl in standing.crls.iter_mut().filter(|crl| crl.issuer == "root-1") {
            (crl.number, crl.der) = (1, Bytes(older.clone()));
        }
    });
    let plan = scratch.join("plan.cbor");
    std::fs::write(&plan, bundle).expect("the bundle");
    let refused = review(dir, &plan, &scratch, Compare::Store).expect(1);
    let words = "what stands before the event is not what your copy of the store has: revocation lists differ";
    assert!(refused.err.contains(words), "{refused}");
    assert!(
        refused.err.contains("hint: do not sign: fetch the store anew"),
        "{refused}"
    );
}

#[test]
fn a_plan_on_an_older_checkpoint_than_the_member_saw_is_refused_and_so_is_another_log() {
    let (dir, scratch) = (revoked(), Scratch::new("standing-checkpoint"));
    take_home(dir, &scratch);
    let secrets = std::fs::read(private(dir).join("passwords.json")).expect("the rehearsal's passwords");
    let secrets: BTreeMap<String, String> = serde_json::from_slice(&secrets).expect("JSON");
    let words = first_and_last(&Digest::of(&std::fs::read(plan(dir)).expect("the plan")));
    let typed = format!("{}\n{words}\n", secrets["member-1"]);
    let first = review_into("first", dir, &plan(dir), &scratch, (Compare::Store, &typed)).expect(0);
    assert!(first.all().contains("checkpoint of the log: "), "{first}");
    // Again, with the store that must begin with what was seen.
    let again = review_into("again", dir, &plan(dir), &scratch, (Compare::Store, &typed)).expect(0);
    assert!(again.all().contains("the newest that you saw"), "{again}");
    let inbound = Inbound::open(&std::fs::read(plan(dir)).expect("a plan")).expect("it opens");
    let newest = inbound.standing.expect("standing").checkpoint;
    let size: u64 = newest
        .lines()
        .nth(1)
        .and_then(|size| size.parse().ok())
        .expect("a size");
    let refused = |name: &str, from: &str, to: &str| {
        let bundle = changed(dir, &|standing| standing.checkpoint = newest.replacen(from, to, 1));
        let plan = scratch.join(name);
        std::fs::write(&plan, bundle).expect("the bundle");
        review_into(
            name.trim_end_matches(".cbor"),
            dir,
            &plan,
            &scratch,
            (Compare::Nothing, ""),
        )
        .expect(1)
    };
    let older = refused("older.cbor", &format!("\n{size}\n"), &format!("\n{}\n", size - 1));
    let words = format!("had {size} entries when you saw it, and here it has {}", size - 1);
    assert!(
        older.err.contains(&words) && older.err.contains("hint: an old plan"),
        "{older}"
    );
    let root = newest.lines().nth(2).expect("a root").to_owned();
    let other = root.replacen(&root[..1], if root.starts_with('A') { "B" } else { "A" }, 1);
    let forked = refused("forked.cbor", &root, &other);
    assert!(forked.err.contains("somebody showed you another log"), "{forked}");
    assert!(forked.err.contains("hint: sign nothing; keep both files"), "{forked}");
}

#[test]
fn a_list_or_certificate_that_nobody_of_this_pki_signed_is_no_plan_at_all() {
    let dir = revoked();
    let swap = |standing: &mut Standing| {
        let other = standing.certificates[2].der.clone();
        let at = other.len() - 20;
        standing.certificates[2].der = other;
        standing.certificates[2].der.0[at] ^= 1;
    };
    let scratch = Scratch::new("standing-forged");
    let plan = scratch.join("plan.cbor");
    std::fs::write(&plan, changed(dir, &swap)).expect("the bundle");
    let refused = run(ours("ceremony"), ["plan", "show", &text(&plan)], "").expect(1);
    let words = "in standing.cbor, crates-io-1: no certificate here has the key that signed it";
    assert!(refused.err.contains(words), "{refused}");
}

/// The plan for the next lists.
fn plan(dir: &Path) -> PathBuf {
    dir.join("next/plan.cbor")
}

/// The same plan on something else that stands, with its digests made to fit; numbers of lists follow.
fn changed(dir: &Path, change: &dyn Fn(&mut Standing)) -> Vec<u8> {
    let inbound = Inbound::open(&std::fs::read(plan(dir)).expect("a plan")).expect("it opens");
    let mut standing = inbound.standing.clone().expect("standing");
    change(&mut standing);
    let number = standing.crl("root-1").expect("a list").number + 1;
    let bytes = Bundle::new(true, standing).encode().expect("encodes");
    let toml = dir.join("next/plan.toml");
    let text = std::fs::read_to_string(toml).expect("plan.toml");
    let text = text.replace(&inbound.plan.inputs[STANDING].0.hex(), &Digest::of(&bytes).hex());
    let text = text.replace(
        "issuer = \"root-1\"\nnumber = 3",
        &format!("issuer = \"root-1\"\nnumber = {number}"),
    );
    let mut inputs: BTreeMap<String, Bytes> = inbound.inputs.clone();
    inputs.insert(STANDING.into(), Bytes(bytes));
    Inbound::pack(text.as_bytes(), inputs).expect("packs")
}

/// What a member says of the store.
enum Compare {
    Store,
    StoreAlone,
    Nothing,
    Unsaid,
}

/// A member's review, up to the passphrase, which nobody types.
fn review(dir: &Path, plan: &Path, scratch: &Scratch, compare: Compare) -> Outcome {
    take_home(dir, scratch);
    review_into("out", dir, plan, scratch, (compare, ""))
}

fn private(dir: &Path) -> PathBuf {
    PathBuf::from(format!("{}.private", text(dir)))
}

fn take_home(dir: &Path, scratch: &Scratch) {
    let home = scratch.join("home");
    support::scratch::copy_folder(&private(dir).join("members/member-1"), &home);
    let guarded = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&home, guarded).expect("its mode");
}

fn review_into(out: &str, dir: &Path, plan: &Path, scratch: &Scratch, (compare, typed): (Compare, &str)) -> Outcome {
    let (home, plan, out) = (text(&scratch.join("home")), text(plan), scratch.join(out));
    std::fs::create_dir_all(&out).expect("a folder");
    let out = text(&out);
    let mut words = vec!["--home", &home, "--now", OPENS, "review", &plan, "--out", &out];
    let (store, root) = (text(&dir.join("store")), text(&dir.join("store/certs/root-1.pem")));
    match compare {
        Compare::Store => words.extend(["--store", &store, "--root", &root]),
        Compare::StoreAlone => words.extend(["--store", &store]),
        Compare::Nothing => words.push("--without-store"),
        Compare::Unsaid => {}
    }
    run(ours("ceremony-member"), words, typed)
}
