//! The house: which crate may use which, what the bastion is built from, and what pure crates never touch.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::judges::cargo;
use support::process::workspace;

#[test]
fn every_crate_is_known_and_uses_only_those_it_may() {
    let packages = packages();
    let found: BTreeSet<_> = packages.keys().map(String::as_str).collect();
    let known: BTreeSet<_> = HOUSE.iter().map(|room| room.0).collect();
    assert_eq!(
        found, known,
        "a new crate is a decision: enter it in HOUSE, with what it may use"
    );
    for (name, allowed) in HOUSE {
        let used = dependencies(&packages[name]);
        let ours = used.iter().filter(|name| known.contains(name.as_str()));
        let forbidden: Vec<_> = ours.filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(
            forbidden.is_empty(),
            "{name} must not use {forbidden:?}; it may use {allowed:?}"
        );
    }
}

#[test]
fn no_crate_of_ours_has_features() {
    for (name, package) in packages() {
        let features = package["features"].as_object().expect("features");
        assert!(features.is_empty(), "{name} has features: {features:?}");
    }
}

#[test]
fn all_crates_keep_the_lints_of_the_workspace() {
    for (name, package) in packages() {
        let manifest = package["manifest_path"].as_str().expect("a path");
        let manifest = fs::read_to_string(manifest).expect("a manifest");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{name} sets lints of its own"
        );
    }
}

#[test]
fn pure_crates_ask_for_nothing_that_touches_the_world() {
    let packages = packages();
    for name in PURE {
        let used = dependencies(&packages[name]);
        let worldly: Vec<_> = used.iter().filter(|name| WORLDLY.contains(&name.as_str())).collect();
        assert!(worldly.is_empty(), "{name} asks for {worldly:?}");
    }
}

#[test]
fn nothing_under_a_pure_crate_does_input_or_output() {
    for name in PURE {
        for line in tree(name) {
            let used = line.split(' ').next().unwrap_or_default();
            let plumbing = PLUMBING.contains(&used);
            assert!(
                plumbing || !WORLDLY.contains(&used),
                "{name} depends on {line}, somewhere below it"
            );
        }
    }
}

#[test]
fn pure_crates_name_no_file_clock_process_or_socket() {
    for name in PURE {
        let folder = workspace()
            .join("src")
            .join(name.trim_start_matches("ceremony-"))
            .join("src");
        for file in support::scratch::files_under(&folder) {
            // Tests of a pure crate may call judges.
            if file.ends_with("tests.rs") || file.components().any(|part| part.as_os_str() == "tests") {
                continue;
            }
            let source = fs::read_to_string(folder.join(&file)).expect("source");
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            for module in [
                "std::fs",
                "std::net",
                "std::process",
                "std::env",
                "std::thread",
                "SystemTime",
                "Instant",
            ] {
                assert!(!source.contains(module), "{name}/src/{} uses {module}", file.display());
            }
        }
    }
}

#[test]
fn the_bastions_tree_is_as_decided() {
    let actual = format!("{HEADER}{}\n", tree("ceremony-engine").join("\n"));
    let golden = workspace().join("tests/golden/ceremony-tree.txt");
    let left = golden.with_file_name("ceremony-tree.actual.txt");
    let decided = fs::read_to_string(&golden).unwrap_or_default();
    match decided == actual {
        true => drop(fs::remove_file(left)),
        false => panic!("{}", differs(&decided, &actual, (&golden, &left))),
    }
}

/// How small it is, is said where rustup and cargo decide whether to take it.
#[test]
fn the_relying_partys_tree_is_as_small_as_the_guide_says() {
    let crates = tree("ceremony-trust").len();
    for page in ["docs/guides/relying-party.md", "README.md"] {
        let text = fs::read_to_string(workspace().join(page)).expect("a page");
        assert!(
            text.contains(&format!("{crates} crates")),
            "{page} does not say {crates} crates"
        );
    }
}

/// Leaves the tree as it is beside the golden, and says how they differ.
fn differs(decided: &str, actual: &str, (golden, left): (&Path, &Path)) -> String {
    fs::write(left, actual).expect("the tree as it is");
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (decided.lines().collect(), actual.lines().collect());
    format!(
        "the dependencies of the bastion's engine are not those decided.\nnew: {:?}\ngone: {:?}\n\
         A new line is a decision: argue it in its commit, then move {} to {}",
        new.difference(&old).collect::<Vec<_>>(),
        old.difference(&new).collect::<Vec<_>>(),
        left.display(),
        golden.display()
    )
}

/// The workspace's packages by name, as cargo knows them.
fn packages() -> BTreeMap<String, Value> {
    let told = cargo(&[
        "metadata",
        "--offline",
        "--locked",
        "--no-deps",
        "--format-version",
        "1",
    ])
    .expect(0);
    let told: Value = serde_json::from_str(&told.out).expect("JSON");
    let packages = told["packages"].as_array().expect("packages");
    let named = |package: &Value| (package["name"].as_str().expect("a name").to_owned(), package.clone());
    packages.iter().map(named).collect()
}

/// What a package needs to run and to be built. Tests may use what they like.
fn dependencies(package: &Value) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().expect("dependencies");
    let counted = all.iter().filter(|one| one["kind"] != "dev");
    counted
        .map(|one| one["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// All that a package is built from, one `name version` a line. The target is fixed: the tree differs between systems.
fn tree(package: &str) -> Vec<String> {
    let told = cargo(&[&TREE[..], &["-p", package]].concat()).expect(0);
    let plain = |line: &str| line.split(" (/").next().unwrap_or_default().to_owned();
    let lines: BTreeSet<_> = told.out.lines().map(plain).filter(|line| !line.is_empty()).collect();
    lines.into_iter().collect()
}

const TREE: [&str; 10] = [
    "tree",
    "--offline",
    "--locked",
    "--target",
    "x86_64-unknown-linux-gnu",
    "-e",
    "normal,build",
    "--prefix",
    "none",
    "--no-dedupe",
];

/// The golden's first lines say how it is made.
const HEADER: &str = "\
# What the bastion's engine is built from; tests/boundaries.rs compares. A new line is a decision. Made by:
# cargo tree --locked --target x86_64-unknown-linux-gnu -p ceremony-engine -e normal,build --prefix none --no-dedupe | sort -u
";

/// Each crate of ours, and which others of ours it may use. What is absent is forbidden.
const HOUSE: [(&str, &[&str]); 19] = [
    // Pure.
    ("ceremony-record", &[]),
    ("ceremony-x509", &[]),
    ("ceremony-issue", &["ceremony-record", "ceremony-x509"]),
    ("ceremony-tlog", &[]),
    ("ceremony-transfer", &["ceremony-record"]),
    ("ceremony-rawlog", &["ceremony-record"]),
    // What rustup and cargo build into themselves: the smallest tree.
    ("ceremony-trust", &["ceremony-x509", "ceremony-tlog"]),
    // Shared: a vendor's module is code that both sides may have to load.
    ("ceremony-pkcs11", &[]),
    // Codes are read by a camera on both sides of the gap.
    ("ceremony-camera", &[]),
    // On the bastion.
    ("ceremony-hsm", &["ceremony-record", "ceremony-pkcs11"]),
    (
        "ceremony-engine",
        &[
            "ceremony-record",
            "ceremony-x509",
            "ceremony-issue",
            "ceremony-tlog",
            "ceremony-transfer",
            "ceremony-camera",
            "ceremony-hsm",
        ],
    ),
    // A process of its own, so that what it is built from never sees the HSM.
    ("ceremony-seal", &[]),
    // Outside.
    (
        "ceremony-verify",
        &[
            "ceremony-record",
            "ceremony-x509",
            "ceremony-issue",
            "ceremony-tlog",
            "ceremony-trust",
        ],
    ),
    (
        "ceremony-member",
        &[
            "ceremony-record",
            "ceremony-x509",
            "ceremony-issue",
            "ceremony-tlog",
            "ceremony-transfer",
            "ceremony-camera",
            "ceremony-pkcs11",
            "ceremony-verify",
        ],
    ),
    (
        "ceremony-publish",
        &[
            "ceremony-record",
            "ceremony-rawlog",
            "ceremony-x509",
            "ceremony-tlog",
            "ceremony-transfer",
            "ceremony-pkcs11",
            "ceremony-verify",
        ],
    ),
    ("ceremony-scanner", &["ceremony-record", "ceremony-transfer"]),
    // It shares no type with the driver: a misreading must not be made twice. PKCS#11 is a standard's own interface.
    ("cloudhsm-standin", &["ceremony-pkcs11"]),
    ("rehearsal", &["ceremony-record", "ceremony-x509"]),
    // Journeys drive the programs as processes; of our code they need the formats, and the driver that the conformance
    // suite is about.
    (
        "ceremony-tests",
        &["ceremony-record", "ceremony-transfer", "ceremony-hsm"],
    ),
];

#[test]
fn what_is_fuzzed_is_what_is_built() {
    let packages = |lock: &str| -> BTreeSet<(String, String)> {
        let text = fs::read_to_string(workspace().join(lock)).expect("a lock file");
        let lock: toml::Table = toml::from_str(&text).expect("TOML");
        let packages = lock["package"].as_array().expect("packages").iter();
        let field = |package: &toml::Value, name: &str| package[name].as_str().expect("a text").to_owned();
        packages
            .map(|package| (field(package, "name"), field(package, "version")))
            .collect()
    };
    let (ours, fuzzed) = (packages("Cargo.lock"), packages("fuzz/Cargo.lock"));
    let names: BTreeSet<_> = ours.iter().map(|package| &package.0).collect();
    let others: Vec<_> = fuzzed
        .difference(&ours)
        .filter(|package| names.contains(&package.0))
        .collect();
    assert!(
        others.is_empty(),
        "copy Cargo.lock to fuzz/, and let cargo correct it: {others:?}"
    );
}

const PURE: [&str; 7] = [
    "ceremony-record",
    "ceremony-x509",
    "ceremony-issue",
    "ceremony-tlog",
    "ceremony-transfer",
    "ceremony-rawlog",
    "ceremony-trust",
];

/// Crates that reach files, clocks, processes, sockets or randomness, or run things that do.
#[rustfmt::skip]
const WORLDLY: [&str; 34] = [
    "async-std", "chrono", "clap", "crossbeam-channel", "cryptoki", "curl", "dirs", "fs2", "getrandom", "hyper", "libc",
    "libloading", "log", "memmap2", "mio", "native-tls", "nix", "notify", "object_store", "openssl", "polling", "rand",
    "rayon", "reqwest", "ring", "rustix", "rustls", "smol", "socket2", "tempfile", "tokio", "tracing", "ureq",
    "windows-sys",
];

/// Below pure crates these two are there by name alone: the signature crates' traits know them, and no code of ours
/// calls a generator. `libc` detects processor features (cpufeatures).
const PLUMBING: [&str; 2] = ["getrandom", "libc"];
