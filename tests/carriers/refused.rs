//! What does not arrive: a place that is taken, and codes that lie.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use support::process::ours;
use support::rehearsal::text;
use support::{Outcome, Scratch};
use transfer::{Code, Level, still};

use super::sent::{all, ceremony, member};

/// A program that scans.
type Scan = fn(&[&str]) -> Outcome;

/// Both of them.
const SCANS: [Scan; 2] = [
    |words| ceremony(&[&["bundle", "scan"], words].concat()),
    |words| member(&[&["scan"], words].concat()),
];

fn scan(scan: Scan, out: &Path, pictures: &[&Path]) -> Outcome {
    let words: Vec<String> = pictures.iter().copied().chain([out]).map(text).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.insert(pictures.len(), "--out");
    scan(&words)
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_anything_is_looked_at() {
    let scratch = Scratch::new("carriers-place");
    let picture = scratch.join("no-picture.png");
    fs::write(&picture, "none").expect("a file");
    let [there, beside, members] = ["there.cbor", "beside.cbor", "members.cbor"].map(|name| scratch.join(name));
    fs::write(&there, "old").expect("a file");
    for name in ["beside.cbor.sig", "members.cbor.member-3.sig"] {
        fs::write(scratch.join(name), "old").expect("a file");
    }
    let file = scratch.join("file");
    fs::write(&file, "").expect("a file");
    for (out, said) in [
        (there.clone(), "there.cbor"),
        (beside.clone(), "beside.cbor.sig"),
        (members, "members.cbor.member-3.sig"),
        (scratch.join("nowhere/x.cbor"), "nowhere is "),
        (file.join("x.cbor"), "file is "),
        (scratch.join(".."), " is no name for a file"),
    ] {
        for outcome in SCANS.map(|one| scan(one, &out, &[&picture])) {
            assert!(outcome.code != 0 && outcome.err.contains(said), "{said}: {outcome}");
            assert!(outcome.err.contains("hint: "), "{outcome}");
            assert!(!outcome.out.contains("left out"), "no picture was looked at: {outcome}");
        }
    }
    assert_eq!(fs::read(&there).expect("it stays"), b"old");
    assert!(!beside.exists());
    // Where it can be written nothing stays behind if nothing arrives.
    let before = fs::read_dir(&*scratch).expect("a folder").count();
    for outcome in SCANS.map(|one| scan(one, &scratch.join("free.cbor"), &[&picture])) {
        assert!(outcome.expect(1).out.contains("left out"));
    }
    assert_eq!(fs::read_dir(&*scratch).expect("a folder").count(), before);
}

/// Programs, and what comes before the words of [`scan`].
const PROGRAMS: [(&str, &[&str]); 2] = [("ceremony", &["bundle", "scan"]), ("ceremony-member", &["scan"])];

#[test]
fn a_scan_that_is_killed_while_it_writes_leaves_no_bundle_and_takes_nothing_away() {
    let scratch = Scratch::new("carriers-killed");
    let one = all(&scratch).into_iter().find(|one| one.kind.name == "review");
    let one = one.expect("a review");
    let picture = scratch.join("pictures");
    fs::create_dir(&picture).expect("a folder");
    for (n, frame) in still(&fs::read(&one.file).expect("a file"))
        .expect("small")
        .iter()
        .enumerate()
    {
        let code = Code::of(frame, Level::M).expect("it fits");
        fs::write(picture.join(format!("{n}.png")), code.png(4).expect("a picture")).expect("a file");
    }
    for (n, (program, verb)) in PROGRAMS.into_iter().enumerate() {
        let out = scratch.join(format!("{n}.cbor"));
        let part = scratch.join(format!("{n}.cbor.part"));
        fs::write(&part, "somebody's own").expect("a file");
        // The system ends whoever writes more into a file than it may: none at all.
        let limited = "ulimit -f 0 && exec \"$@\"";
        let words = [text(&picture), "--out".to_owned(), text(&out)];
        let mut command = Command::new("sh");
        command
            .args(["-c", limited, "sh"])
            .arg(ours(program))
            .args(verb)
            .args(&words);
        let killed = command.output().expect("it runs").status;
        assert_eq!(killed.signal(), Some(SIGXFSZ), "{program}: {killed}");
        assert!(!out.exists(), "{program} left a part under the bundle's name");
        let _ = scan(SCANS[n], &out, &[&picture]).expect(0);
        assert_eq!(
            fs::read(&out).expect("a bundle"),
            fs::read(&one.file).expect("a bundle")
        );
        assert_eq!(fs::read(&part).expect("it stays"), b"somebody's own");
    }
}

/// signal(7).
const SIGXFSZ: i32 = 25;

#[test]
fn after_codes_that_do_not_fit_together_the_next_pass_is_read() {
    let scratch = Scratch::new("carriers-forged");
    let one = all(&scratch).into_iter().find(|one| one.kind.name == "registration");
    let one = one.expect("a registration");
    let frames = still(&fs::read(&one.file).expect("a file")).expect("small");
    assert_eq!(frames.len(), 2);
    let draw = |name: &str, frame: &[u8]| {
        let path = scratch.join(name);
        let code = Code::of(frame, Level::M).expect("it fits");
        fs::write(&path, code.png(4).expect("a picture")).expect("a file");
        path
    };
    let good = [draw("good-1.png", &frames[0]), draw("good-2.png", &frames[1])];
    let forged = draw("forged.png", &forged(&frames[1]));
    let none = scratch.join("none.cbor");
    for (n, one) in SCANS.into_iter().enumerate() {
        let outcome = scan(one, &none, &[&good[0], &forged]);
        let said = outcome.expect(1);
        let shown = said.out.split_whitespace().chain(said.err.split_whitespace());
        let shown = shown.collect::<Vec<_>>().join(" ");
        let again = "They are forgotten; if the rest is not the whole, give all pictures again, without that one.";
        assert!(shown.contains(again), "{n}: {said}");
        assert!(
            said.err.contains("they are not of the bundle that they name"),
            "{n}: {said}"
        );
        assert!(!none.exists());
    }
    let pictures = [&*good[0], &*forged, &*good[1], &*good[0]];
    for (name, program) in ["console.cbor", "member.cbor"].into_iter().zip(SCANS) {
        let out = scratch.join(name);
        let _ = scan(program, &out, &pictures).expect(0);
        one.arrived(&out, &one.signature);
    }
}

/// The same frame with another last octet, and with the checksum that fits.
fn forged(frame: &[u8]) -> Vec<u8> {
    let mut forged = frame[..frame.len() - 4].to_vec();
    *forged.last_mut().expect("a payload") ^= 1;
    let step = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    let sum = !forged.iter().fold(!0, |sum: u32, octet| {
        (0..8).fold(sum ^ u32::from(*octet), |sum, _| step(sum))
    });
    forged.extend(sum.to_be_bytes());
    forged
}
