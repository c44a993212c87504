//! What is remembered and was not written: the same command writes it; and a place that takes no files is refused before.

use std::fs;
use std::path::Path;
use std::process::Command;

use record::messages::{Approval, Attendance, Refusal, Review};
use record::{Body, Bundle, Digest};

use super::countersign::held;
use super::scene::event::{Event, path, request, typed};
use super::scene::waiting::Waiting;
use super::scene::{NOW, PASSPHRASE, Ran, feed, ids, names, plan, read, run, two_words};

const REASON: &str = "the image's digest is another one";

/// One verb of member-1's, its file, and the digest that it asks about.
struct Act<'a> {
    event: &'a Event,
    verb: Vec<&'a str>,
    file: &'a str,
    digest: Digest,
}

impl Act<'_> {
    fn run(&self, now: &str, out: &Path) -> Ran {
        let arguments = self.arguments(now, out);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(&self.event.home("member-1"), &arguments, &typed(&self.digest))
    }

    fn arguments(&self, now: &str, out: &Path) -> Vec<String> {
        let file = self.event.path(self.file);
        let own = [&["--now", now][..], &self.verb[..], &[path(&file), "--out", path(out)]].concat();
        own.into_iter().map(str::to_owned).collect()
    }

    /// A file takes the folder's place while the words are asked for; then the same command again, at `again`.
    fn lost_once(&self, again: &str) -> String {
        let (home, out) = (self.event.home("member-1"), self.event.path("lost"));
        let arguments = self.arguments(NOW, &out);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let waiting = Waiting::for_words(&self.event.env, &home, &arguments, &format!("{PASSPHRASE}\n"));
        fs::write(&out, "in the way").expect("written");
        let (code, errors) = waiting.end(&format!("{}\n", two_words(&self.digest)));
        assert_eq!(code, 4, "{errors}");
        assert!(errors.contains("lost cannot be written: "), "{errors}");
        assert_eq!(read(&out), b"in the way");
        fs::remove_file(&out).expect("removed");
        let page = self.run(again, &out).good();
        fs::rename(&out, self.event.path(&format!("found-{}", self.verb[0]))).expect("moved");
        page
    }

    fn found<B: Body>(&self, name: &str) -> (Vec<u8>, B) {
        let bytes = read(&self.event.path(&format!("found-{}", self.verb[0])).join(name));
        let body = Bundle::decode_marked(&bytes, true).expect("an answer");
        (bytes, body)
    }

    fn is_remembered(&self, bytes: &[u8]) {
        let made = self.event.home("member-1").join("made");
        assert_eq!(read(&made.join(format!("{}.cbor", Digest::of(bytes)))), bytes);
    }
}

fn act<'a>(event: &'a Event, verb: &[&'a str], file: &'a str, digest: Digest) -> Act<'a> {
    let verb = verb.to_vec();
    Act {
        event,
        verb,
        file,
        digest,
    }
}

#[test]
fn a_refusal_whose_files_were_lost_is_written_again_as_it_was() {
    let event = Event::new("lost-refusal");
    let plan = Digest::of(plan::bundle());
    let refuse = act(&event, &["refuse", "--reason", REASON], "plan.cbor", plan);
    let page = refuse.lost_once(LATER);
    assert!(page.contains("YOU REFUSED THIS BEFORE"), "{page}");
    let (bytes, refusal) = refuse.found::<Refusal>("refusal-member-1.cbor");
    assert_eq!(refusal.at.to_string(), NOW);
    refuse.is_remembered(&bytes);
    // Without a reason it is the same.
    let out = event.path("again");
    act(&event, &["refuse"], "plan.cbor", plan).run(LATER, &out).good();
    for name in [
        "refusal-member-1.cbor",
        "refusal-member-1.cbor.sig",
        "refusal-member-1.txt",
    ] {
        assert_eq!(
            read(&out.join(name)),
            read(&event.path("found-refuse").join(name)),
            "{name}"
        );
    }
    // Another reason is another refusal, and nothing else is signed.
    let other = act(&event, &["refuse", "--reason", "another one"], "plan.cbor", plan);
    let error = format!("you refused 'rehearsal-of-members' with this plan at {NOW}");
    let hint = "a refusal stands; to write the same one again, leave out --reason; whoever asks you can be shown it";
    other.run(LATER, &event.path("other")).refused(1, &error, hint);
    let review = act(&event, &["review"], "plan.cbor", plan);
    review.run(LATER, &event.path("other")).refused(1, &error, hint);
    assert!(!event.path("other").exists());
}

#[test]
fn the_three_files_of_a_refusal_are_written_or_none_is() {
    let event = Event::new("lost-page");
    let refuse = act(
        &event,
        &["refuse", "--reason", REASON],
        "plan.cbor",
        Digest::of(plan::bundle()),
    );
    let (home, out) = (event.home("member-1"), event.path("out"));
    let arguments = refuse.arguments(NOW, &out);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let waiting = Waiting::for_words(&[], &home, &arguments, &format!("{PASSPHRASE}\n"));
    fs::create_dir(&out).expect("made");
    fs::write(out.join("refusal-member-1.txt"), "in the way").expect("written");
    let (code, errors) = waiting.end(&format!("{}\n", two_words(&refuse.digest)));
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("refusal-member-1.txt is there already"), "{errors}");
    assert_eq!(names(&out), ["refusal-member-1.txt"]);
    fs::remove_file(out.join("refusal-member-1.txt")).expect("removed");
    refuse.run(NOW, &out).good();
    assert_eq!(names(&out).len(), 3);
}

#[test]
fn what_was_signed_and_lost_in_an_event_comes_from_the_same_command() {
    let event = Event::new("lost-event");
    let (plan, image) = (Digest::of(plan::bundle()), event.opening.image.digest);
    let review = act(&event, &["review"], "plan.cbor", plan);
    assert!(review.lost_once(NOW).contains("YOU REVIEWED THIS PLAN BEFORE"));
    let (bytes, _) = review.found::<Review>("review-member-1.cbor");
    review.is_remembered(&bytes);
    for phase in ["begin", "end"] {
        if phase == "end" {
            let asked = event.put("approval-request-1.cbor", request(&event));
            let approve = act(&event, &["approve"], "approval-request-1.cbor", asked);
            // While another token for it would be refused: it is the same answer.
            let page = approve.lost_once("2026-11-22T10:00:30Z");
            assert!(
                page.contains("YOU APPROVED THIS VERY REQUEST AT 2026-11-22T10:00:00Z"),
                "{page}"
            );
            let (bytes, approval) = approve.found::<Approval>("approval-1-member-1.cbor");
            approve.is_remembered(&bytes);
            assert_eq!(approval.at.to_string(), NOW);
        }
        let attend = act(
            &event,
            &["attend", "--phase", phase, "--place", "local"],
            "opening.cbor",
            image,
        );
        attend.lost_once(NOW);
        let (bytes, word) = attend.found::<Attendance>(&format!("attendance-{phase}-member-1.cbor"));
        attend.is_remembered(&bytes);
        assert_eq!(word.session, event.opening.session);
        fs::rename(event.path("found-attend"), event.path(&format!("found-{phase}"))).expect("moved");
    }
}

#[test]
fn a_countersignature_that_was_lost_comes_from_the_same_command_in_spite_of_lost_words() {
    let event = Event::new("lost-countersignature");
    let asked = request(&event);
    event.put("approval-request-1.cbor", asked.clone());
    for id in ids().take(6) {
        event.review(&id);
        if id == "member-1" {
            // A word to be present that nobody got.
            let attend = ["attend", "--phase", "begin", "--place", "local"];
            act(&event, &attend, "opening.cbor", event.opening.image.digest).lost_once(NOW);
        }
        event.attend(&id, "begin");
        event.approve(&id, asked.clone()).good();
        event.attend(&id, "end");
    }
    let digest = event.put("record.cbor", held::record(&event));
    let countersign = act(&event, &["countersign"], "record.cbor", digest);
    countersign.lost_once(NOW);
    assert_eq!(names(&event.path("found-countersign")), ["member-1.sig"]);
}

#[test]
fn a_folder_that_takes_no_files_is_refused_before_anything_is_asked_or_remembered() {
    let event = Event::present("lost-folder", "member-1");
    let (plan, image) = (Digest::of(plan::bundle()), event.opening.image.digest);
    let asked = event.put("approval-request-1.cbor", request(&event));
    let attend = ["attend", "--phase", "end", "--place", "local"];
    let home = event.home("member-1");
    let made = names(&home.join("made"));
    fs::write(event.path("file"), "in the way").expect("written");
    for one in [
        act(&event, &["review"], "plan.cbor", plan),
        act(&event, &["refuse", "--reason", REASON], "plan.cbor", plan),
        act(&event, &attend, "opening.cbor", image),
        act(&event, &["approve"], "approval-request-1.cbor", asked),
    ] {
        let verb = one.verb[0];
        let ran = one.run(NOW, &event.path("file/out"));
        assert_eq!(ran.code, 4, "{verb}: {}", ran.errors);
        assert!(
            ran.errors.contains("file/out cannot be written: Not a directory"),
            "{}",
            ran.errors
        );
        // Full: no file of more than 8 KiB can be written.
        let out = event.path("full/out");
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$@\"", "sh"]);
        command
            .arg(env!("CARGO_BIN_EXE_ceremony-member"))
            .arg("--home")
            .arg(&home);
        let output = feed(command.args(one.arguments(NOW, &out)), typed(&one.digest).as_bytes());
        let errors = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(4), "{verb}: {errors}");
        assert!(
            errors.contains("File too large") && errors.contains("hint: "),
            "{verb}: {errors}"
        );
        for errors in [&errors, &ran.errors] {
            assert!(!errors.contains("Passphrase"), "{verb}: {errors}");
        }
        assert_eq!(names(&home.join("made")), made, "{verb}");
        assert!(!event.path("full").exists(), "{verb}");
    }
}

#[test]
fn two_runs_at_once_from_one_home_approve_once() {
    let event = Event::present("lost-two", "member-1");
    let asked = request(&event);
    let digest = event.put("approval-request-1.cbor", asked.clone());
    let approve = act(&event, &["approve"], "approval-request-1.cbor", digest);
    let (home, out) = (event.home("member-1"), event.path("first"));
    let arguments = approve.arguments(NOW, &out);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let first = Waiting::for_words(&[], &home, &arguments, &format!("{PASSPHRASE}\n"));
    // Another request for the same actions: each of the two runs alone would be right.
    let other = super::scene::event::window(&event, 2);
    let error = format!("another ceremony-member works with {}", home.display());
    let hint = "finish that one first: look for another window or terminal that waits for an answer";
    event.approve("member-1", other.clone()).refused(1, &error, hint);
    let (code, errors) = first.end(&format!("{}\n", two_words(&digest)));
    assert_eq!(code, 0, "{errors}");
    let ran = event.approve("member-1", other);
    assert!(ran.errors.contains("for another token at"), "{}", ran.errors);
}

/// Two minutes on.
const LATER: &str = "2026-11-22T10:02:00Z";
