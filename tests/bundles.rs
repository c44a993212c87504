//! Bundles and removable disks as people at the console meet them: `ceremony bundle` and `ceremony media` on the files of a
//! rehearsal and on the committed vectors, judged by `ssh-keygen` and `openssl`.

mod bundles {
    pub mod media;
    pub mod mounted;
    pub mod outside;
    pub mod parcels;
    pub mod several;
    pub mod signatures;
}

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use record::AnyBundle;
use record::any::TYPES;
use support::process::workspace;
use support::rehearsal::{self, Rehearsal};
use support::scratch::files_under;
use support::{Outcome, Scratch, ours, run};

#[test]
fn every_bundle_of_a_rehearsal_and_every_vector_is_shown_in_words_and_to_the_letter() {
    let mut seen = BTreeMap::new();
    for (kind, path) in one_of_each() {
        let shown = ceremony(&["bundle", "show", &text(&path)]).expect(0);
        assert!(shown.out.contains(&format!("\n{kind}: ")), "{shown}");
        let of = if kind == "parcel" { "file's bundle" } else { "file" };
        assert!(
            shown.out.contains(&format!("\n     {of}:\n")),
            "its digest is there: {shown}"
        );
        let letters = ceremony(&["bundle", "show", "--diag", &text(&path)]).expect(0);
        assert!(letters.out.starts_with("\n{\n  \"body\": {"), "{letters}");
        for line in shown.out.lines().chain(letters.out.lines()) {
            assert!(line.chars().count() <= 80, "{kind}: {line}");
        }
        seen.insert(kind, path);
    }
    assert_eq!(seen.len(), TYPES.len());
}

#[test]
fn what_is_no_bundle_is_refused_with_a_hint() {
    let folder = Scratch::new("bundle-show");
    let path = folder.join("x.cbor");
    fs::write(&path, b"\x81".repeat(100_000)).expect("a file");
    let refused = ceremony(&["bundle", "show", &text(&path)]).expect(3);
    let deep = format!(
        "ceremony: error: {}: not a bundle that can be read: nested more than 12 deep\n",
        text(&path)
    );
    assert!(refused.err.starts_with(&deep), "{refused}");
    assert!(refused.err.contains("ceremony: hint: "), "{refused}");
    let missing = folder.join("missing.cbor");
    let signature = rehearsal::plain().done().dir.join("inbound/review-member-1.cbor.sig");
    let root = rehearsal::plain().done().in_store("certs/root-1.pem");
    let plan = workspace().join("ceremony-scripts/root-generation/plan.toml");
    for (path, what, hint) in [
        (
            &missing,
            "cannot read ",
            "check the path: nothing of that name is there",
        ),
        (
            &folder.join(""),
            "it is not a regular file",
            "name a file: folders, links and pipes are not read",
        ),
        (
            &signature,
            "this is a signature (SSHSIG), and no bundle",
            "name the bundle that it signs",
        ),
        (
            &PathBuf::from(root),
            "this is PEM (CERTIFICATE), and no bundle",
            "name a bundle: ",
        ),
        (&plan, "this is text, and no bundle", "name a bundle: "),
    ] {
        for command in ["show", "verify"] {
            let refused = ceremony(&["bundle", command, &text(path)]).expect(3);
            let hint = format!("\nceremony: hint: {hint}");
            assert!(refused.err.contains(what) && refused.err.contains(&hint), "{refused}");
            assert!(!refused.err.contains("resume"), "{refused}");
        }
    }
}

#[test]
fn a_certificate_that_is_no_root_is_said_and_the_file_that_is_no_certificate_named() {
    let rehearsal = rehearsal::plain().done();
    let results = text(&rehearsal.dir.join("outbound/results.cbor"));
    let verify = |root: &str| ceremony(&["bundle", "verify", "--rehearsal", &results, "--root", root]);
    let release = rehearsal.in_store("certs/release-1.pem");
    let refused = verify(&release).expect(1);
    assert!(
        refused
            .err
            .contains(&format!("{release} is no root certificate: it is of ")),
        "{refused}"
    );
    assert!(
        refused.err.contains("hint: name the root's own certificate"),
        "{refused}"
    );
    let refused = verify(&results).expect(3);
    assert!(refused.err.contains(&format!("certificate: {results}: ")), "{refused}");
    assert!(
        refused.err.contains("hint: name a certificate, in PEM or DER"),
        "{refused}"
    );
}

#[test]
fn what_is_no_png_picture_is_said_and_a_folder_without_one_is_not_scanned() {
    let folder = Scratch::new("scan-none");
    let out = text(&folder.join("x.cbor"));
    fs::create_dir(folder.join("empty")).expect("a folder");
    let refused = ceremony(&["bundle", "scan", "--out", &out, &text(&folder.join("empty"))]).expect(1);
    assert!(refused.err.contains("no PNG picture is in what was named"), "{refused}");
    fs::write(folder.join("photo.jpg"), b"\xff\xd8\xff\xe0").expect("a file");
    let refused = ceremony(&["bundle", "scan", "--out", &out, &text(&folder.join("photo.jpg"))]).expect(1);
    assert!(
        said(&refused).contains("it is a JPEG picture; PNG alone is read here"),
        "{refused}"
    );
    assert!(!folder.join("x.cbor").exists());
}

#[test]
fn programs_get_the_page_as_json() {
    let shown = ceremony(&["--json", "bundle", "show", &vector("review")]).expect(0);
    let page: serde_json::Value = serde_json::from_str(shown.out.lines().next().expect("a line")).expect("JSON");
    assert_eq!(page["event"], "page");
    assert_eq!(
        page["lines"][0],
        "review: a member's word to have read and re-derived a plan"
    );
}

#[test]
fn two_bundles_of_one_type_are_compared_field_by_field() {
    let folder = rehearsal::plain().done().dir.join("inbound");
    let [one, two, plan] =
        ["review-member-1.cbor", "review-member-2.cbor", "plan.cbor"].map(|name| text(&folder.join(name)));
    let differ = ceremony(&["bundle", "diff", &one, &two]).expect(0);
    assert!(
        differ.out.contains("\n     member: member-1, then member-2\n"),
        "{differ}"
    );
    assert!(!differ.out.contains("event:"), "what is the same is not said: {differ}");
    let same = ceremony(&["bundle", "diff", &one, &one]).expect(0);
    assert!(same.out.contains("They are the same, octet for octet."), "{same}");
    let other = ceremony(&["bundle", "diff", &one, &plan]).expect(1);
    assert!(other.err.contains("is of type 'review', and"), "{other}");
    assert!(other.err.contains("of another, 'plan'"), "{other}");
    let rosters = [folder.join("inputs/roster.cbor"), PathBuf::from(vector("roster"))].map(|path| text(&path));
    let differ = ceremony(&["bundle", "diff", &rosters[0], &rosters[1]]).expect(0);
    assert!(differ.out.contains("- member-2 goes"), "{differ}");
    for line in differ.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

/// A file of each type: a rehearsal's where it writes one, else the vector.
fn one_of_each() -> BTreeMap<&'static str, PathBuf> {
    let dir = &rehearsal::plain().done().dir;
    let mut all: BTreeMap<_, _> = TYPES
        .iter()
        .map(|kind| (kind.name, PathBuf::from(vector(kind.name))))
        .collect();
    for file in files_under(dir)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|end| end == "cbor"))
    {
        let path = dir.join(file);
        let bundle = AnyBundle::decode(&fs::read(&path).expect("a bundle")).expect("a bundle");
        all.insert(bundle.kind().name, path);
    }
    all
}

fn ceremony(arguments: &[&str]) -> Outcome {
    run(ours("ceremony"), arguments, "")
}

/// What somebody outside runs.
fn outside(arguments: &[&str]) -> Outcome {
    run(ours("ceremony-verify"), [&["bundle"], arguments].concat(), "")
}

fn vector(name: &str) -> String {
    text(&workspace().join(format!("tests/vectors/{name}.cbor")))
}

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

/// What was said, wherever its lines end.
fn said(outcome: &Outcome) -> String {
    outcome.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rehearsal's root, and the roster in force in it.
fn root_and_roster(rehearsal: &Rehearsal) -> [String; 2] {
    [
        rehearsal.in_store("certs/root-1.pem"),
        text(&rehearsal.dir.join("inbound/inputs/roster.cbor")),
    ]
}
