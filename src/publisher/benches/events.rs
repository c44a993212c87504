//! What a store of many events costs: an event more, by `ceremony-publish append` as a process, and all of it, by `ceremony-verify
//! store`. `benches/events` runs it and says what the figures are.

#[path = "../../verifier/tests/verifier/common/mod.rs"]
mod common;
#[path = "../tests/publisher/publish/mod.rs"]
mod publish;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::event::log_key;
use common::history::{History, Script, day, refresh};
use common::steps::crl;
use common::store::Memory;
use publish::given::given;
use publish::{Scratch, files};
use record::Digest;
use verifier::layout::Log;

fn main() {
    let mut numbers = std::env::args().filter_map(|word| word.parse().ok());
    let events: u64 = numbers.next_back().unwrap_or(1000);
    println!(
        "{:>8} {:>12} {:>12} {:>10} {:>10}",
        "event", "append s", "peak MB", "files", "MB"
    );
    let mut history = History::founded();
    let mut last = None;
    for number in 2..=events {
        let before = is_told(number, events).then(|| history.store.clone());
        history.hold(&lists(number));
        last = before.map(|before| told(number, &before, &history)).or(last);
    }
    let scratch = last.expect("two events at the least");
    let all = files(&scratch.path("store"));
    let began = Instant::now();
    let digests: Vec<Digest> = all.iter().map(|(_, bytes)| Digest::of(bytes)).collect();
    let bound = began.elapsed().as_secs_f64();
    let (took, peak) = verify(&scratch, &history);
    println!(
        "bound: SHA-256 once over each of the {} files, in memory: {bound:.3} s",
        digests.len()
    );
    println!(
        "verified whole: {took:.3} s, {:.0} events/s, {:.0} times the bound, peak {peak} MB",
        events as f64 / took,
        took / bound
    );
}

/// Appends the last event of the history to the store before it, in a folder.
fn told(number: u64, before: &Memory, history: &History) -> Scratch {
    let scratch = given(
        &format!("bench-events-{number}"),
        history.left.last().expect("an event"),
    );
    for (path, bytes) in &before.0 {
        scratch.put(&format!("store/{path}"), bytes);
    }
    let checkpoint = String::from_utf8(before.0[&Log::MAIN.checkpoint()].clone()).expect("text");
    let state = serde_json::json!({
        "log": log_key().key().to_string(), "checkpoint": checkpoint, "publication": null,
    });
    scratch.put("log.pem.state", state.to_string());
    let (took, peak) = append(&scratch);
    let all = files(&scratch.path("store"));
    let size: usize = all.iter().map(|(_, bytes)| bytes.len()).sum();
    println!(
        "{number:>8} {took:>12.3} {peak:>12} {:>10} {:>10.1}",
        all.len(),
        size as f64 / 1e6
    );
    scratch
}

/// The next lists of both issuers, half a day after the ones before.
fn lists(number: u64) -> Script {
    let at = day(1).plus(number * 12 * 3600);
    Script {
        event: Box::leak(format!("refresh-{number}").into_boxed_str()),
        opens: at,
        steps: [crl("root-1", number, at, ""), crl("bors-1", number, at, "")].concat(),
        ..refresh()
    }
}

/// Seconds, and the most memory in MB.
fn append(scratch: &Scratch) -> (f64, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony-publish"));
    let now = day(1500).to_string();
    let words = [
        "append",
        "--store",
        "store",
        "--log-key",
        "log.pem",
        "--results",
        "out/results.cbor",
        "--countersignatures",
        "out/countersignatures",
        "--now",
        &now,
    ];
    measured(command.args(words).current_dir(scratch.path("")), "secret\n")
}

fn verify(scratch: &Scratch, history: &History) -> (f64, u64) {
    scratch.put("root.der", history.certificate("root-1").der());
    let program = Path::new(env!("CARGO_BIN_EXE_ceremony-publish")).with_file_name("ceremony-verify");
    let last = history.made.last().expect("an event").inbound.plan.closes;
    let now = last.to_string();
    let words = ["store", "store", "--root", "root.der", "--rehearsal", "--now", &now];
    measured(Command::new(program).args(words).current_dir(scratch.path("")), "")
}

fn measured(command: &mut Command, input: &str) -> (f64, u64) {
    let began = Instant::now();
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the program is built");
    let _ = std::io::Write::write_all(&mut child.stdin.take().expect("piped"), input.as_bytes());
    let mut peak = 0;
    loop {
        peak = peak.max(memory(&child));
        if let Some(status) = child.try_wait().expect("it is ours") {
            assert!(status.success(), "{command:?}: {status}");
            return (began.elapsed().as_secs_f64(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The most that it had so far, in MB (proc(5), `VmHWM`).
fn memory(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1000
}

fn is_told(number: u64, events: u64) -> bool {
    [2, 10, 100, 300, events].contains(&number)
}
