//! A whole event whose log is cosigned by witnesses that nobody here wrote, live on this machine; its key in a file, and
//! in a token.

use std::process::Command;

use support::Scratch;
use support::aics::{ABSENT, Witness, tool};
use support::event::Event;
use support::skip::skip;
use support::{ours, run};

/// Three witnesses with keys of their own, in a folder.
fn three(scratch: &Scratch) -> Option<Vec<Witness>> {
    let one = |name: &&str| Witness::new(&scratch.join(name), name);
    ["a", "b", "c"].iter().map(one).collect()
}

/// The options of `init` that name them.
fn options(witnesses: &[Witness], quorum: &str) -> Vec<String> {
    let names = ["a", "b", "c"];
    let named = names.iter().zip(witnesses);
    let each = named.flat_map(|(name, witness)| ["--witness".to_owned(), witness.option(name)]);
    each.chain(["--quorum".to_owned(), quorum.to_owned()]).collect()
}

/// The log's origin and key, as its policy has them.
fn log(event: &Event) -> (String, String) {
    let policy = event.text("inputs/tlog-policy");
    let key = policy
        .lines()
        .find_map(|line| line.strip_prefix("log "))
        .expect("a log");
    (key.split('+').next().expect("a name").to_owned(), key.to_owned())
}

fn hold(event: &Event) {
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let _ = event.countersign(&Event::APPROVERS);
}

#[test]
fn two_of_three_witnesses_cosign_an_event_and_the_third_is_down() {
    let scratch = Scratch::new("witnesses");
    let Some(mut witnesses) = three(&scratch) else {
        return skip("an event cosigned by aics-witness", ABSENT);
    };
    let event = Event::planned();
    let options = options(&witnesses, "2");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let key = ["--log-key", "log.key"];
    event.plan_with_this_log(&[&key[..], &options].concat(), "a passphrase\n");
    hold(&event);
    let (origin, log) = log(&event);
    // None is up: nothing is published. It goes on when two are.
    let short = event.publish_with(&key, "a passphrase\n");
    let said = "the checkpoint is not published: the quorum \"witnesses\" is not reached, no witness has cosigned";
    let hint = "when more witnesses can be reached, run the same command again; what was cosigned is kept";
    assert!(short.err.contains(said), "{}", short.err);
    assert_eq!((short.code, short.hint()), (Some(4), Some(hint)));
    assert!(!event.has("store/log/1/checkpoint"));
    witnesses[0].serve(&origin, &log);
    witnesses[2].serve(&origin, &log);
    let done = event.publish_with(&key, "a passphrase\n").good();
    for words in [
        "Witness a cosigned",
        "Witness b: it cannot be asked: ",
        "Witness c cosigned",
    ] {
        assert!(done.on_one_line().contains(words), "{words}: {}", done.out);
    }
    for file in ["store/log/1/checkpoint", "store/certs/root-1.tlog-proof"] {
        let text = event.text(file);
        let lines = text.lines().filter(|line| line.starts_with("— ")).count();
        assert_eq!(lines, 3, "{file}: {text}");
    }
    let _ = event.verify().good();
    // `check` asks the witnesses too, and says which it could not.
    let now = event.now();
    let check = [
        "check",
        "--store",
        "store",
        "--root",
        "store/certs/root-1.der",
        "--now",
        &now,
    ];
    let checked = event.publisher(&[&check[..], &key].concat(), "").good().on_one_line();
    for words in [
        "the witness a: it has seen",
        "what the witness b has seen: it cannot be asked",
        "Nothing is wrong.",
    ] {
        assert!(checked.contains(words), "{words}: {checked}");
    }
    // One that saw more than the store shows is found.
    let state = event.text("log.key.state");
    let kept = event.read("store/log/1/checkpoint");
    event.write("store/log/1/checkpoint", "");
    let damaged = event.publisher(&[&check[..], &key].concat(), "");
    assert_eq!(damaged.code, Some(1), "{}", damaged.err);
    assert!(damaged.err.contains("[witness-ahead]"), "{}", damaged.err);
    event.write("store/log/1/checkpoint", kept);
    assert_eq!(event.text("log.key.state"), state);
}

#[test]
fn a_rehearsal_with_a_witness_waits_for_it_and_every_publication_is_cosigned() {
    let scratch = Scratch::new("witnessed-rehearsal");
    let Some(mut witness) = Witness::new(&scratch.join("a"), "a") else {
        return skip("a rehearsal cosigned by aics-witness", ABSENT);
    };
    let out = scratch.join("out").display().to_string();
    let option = witness.option("a");
    let begin = [
        "--out",
        &out,
        "--script",
        "crl-refresh",
        "--witness",
        &option,
        "--quorum",
        "1",
    ];
    // Nobody answers yet: the first event is held, and not published.
    let stopped = run(ours("rehearsal"), begin, "");
    assert_eq!(stopped.code, 4, "{stopped}");
    assert!(
        stopped.err.contains("the quorum \"witnesses\" is not reached"),
        "{stopped}"
    );
    let policy = format!("{out}/events/cluster-initialisation-1/inbound/inputs/tlog-policy");
    let policy = std::fs::read_to_string(policy).expect("a log policy");
    let logs: Vec<&str> = policy.lines().filter_map(|line| line.strip_prefix("log ")).collect();
    let [key, signatures] = logs.as_slice() else {
        panic!("{policy}")
    };
    let origin = |key: &str| key.split('+').next().expect("a name").to_owned();
    witness.learn(&origin(signatures), signatures);
    witness.serve(&origin(key), key);
    let resumed = run(ours("rehearsal"), ["--out", &out, "--resume"], "").expect(0);
    assert!(resumed.out.contains("6 staples: each proves"), "{resumed}");
    let folders = ["log/1", "sig/1"].map(|log| format!("{out}/store/{log}/checkpoints"));
    let kept = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("kept checkpoints"));
    let kept: Vec<String> = kept
        .flatten()
        .map(|file| std::fs::read_to_string(file.path()).expect("text"))
        .collect();
    // Three events, two batches after each but the first, and one of signatures.
    assert_eq!(kept.len(), 3 + 4 + 1);
    for checkpoint in kept {
        assert!(checkpoint.contains("— a.witness.example "), "{checkpoint}");
    }
    // The other side's verifier finds log and witness in it as well; and no other witness.
    let tiles = format!("{out}/store/log/1");
    let judge = |witness: &str| {
        let words = [
            "verify-checkpoint",
            "--tiles",
            &tiles,
            "--log-key",
            key,
            "--quorum",
            "1",
            "--witness-key",
            witness,
        ];
        run(tool("aics-tlog").expect("aics-tlog"), words, "")
    };
    judge(&witness.key).expect(0);
    let stranger = Witness::new(&scratch.join("b"), "b").expect("aics-witness");
    assert_ne!(judge(&stranger.key).code, 0);
}

#[test]
fn a_key_in_a_token_signs_the_log_of_an_event() {
    let event = Event::planned();
    std::fs::create_dir(event.path("tokens")).expect("a folder");
    let tokens = event.path("tokens").display().to_string();
    event.write(
        "softhsm2.conf",
        format!("directories.tokendir = {tokens}\nobjectstore.backend = file\n"),
    );
    let words = "--init-token --free --label log-keys --pin 1234 --so-pin 5678";
    let mut softhsm = Command::new("softhsm2-util");
    softhsm
        .args(words.split(' '))
        .env("SOFTHSM2_CONF", event.path("softhsm2.conf"));
    assert!(softhsm.output().expect("softhsm2-util").status.success());
    let key: Vec<&str> = KEY.split(' ').collect();
    event.plan_with_this_log(&key, "1234\n");
    hold(&event);
    let wrong = event.publish_with(&key, "4321\n");
    assert_eq!(wrong.code, Some(4), "{}", wrong.err);
    let done = event.publish_with(&key, "1234\n").good();
    assert!(!done.out.contains("1234") && !done.err.contains("1234"));
    let _ = event.verify().good();
    assert!(event.text("log.state").contains("pki.rust-lang.org/rehearsal/log/1"));
}

const KEY: &str =
    "--log-token /usr/lib/softhsm/libsofthsm2.so --token-label log-keys --key-label log-1 --log-state log.state";
