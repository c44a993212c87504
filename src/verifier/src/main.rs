//! `ceremony-verify`: checks a public store, or one file of it, without trusting us.

mod address;
mod beside;
mod bundled;
mod command;
mod fault;
mod imaged;
mod named;
mod recorded;
mod stands;
mod trusted;

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use record::Time;
use record::screen::narrow;
use verifier::{ArtifactProof, Beside, Options, Report};
use verifier::{check_artifact, check_certificate, check_store, hash_regular, read_regular};
use x509::{Certificate, Crl};

use command::{ArtifactArguments, CertArguments, Command, StoreArguments};
use fault::Fault;
use named::Named;

fn main() -> ExitCode {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(told) if !told.use_stderr() => {
            return put(&narrow(&told.to_string())).map_or_else(|fault| fault.show(), |()| ExitCode::SUCCESS);
        }
        Err(error) => return Fault::usage(&error).show(),
    };
    let outcome = match &command {
        Command::Store(arguments) => store(arguments),
        Command::Cert(arguments) => cert(arguments),
        Command::Record(arguments) => recorded::check(arguments),
        Command::Artifact(arguments) => artifact(arguments),
        Command::Bundle(arguments) => bundled::check(arguments),
        Command::Image(arguments) => imaged::check(arguments),
        Command::Standing(arguments) => stands::write(arguments),
    };
    match outcome {
        Ok(report) => show(&report, command.json()),
        Err(fault) => fault.show(),
    }
}

fn store(arguments: &StoreArguments) -> Result<Report, Fault> {
    let common = &arguments.common;
    let earlier = arguments.earlier.as_deref().map(read).transpose()?;
    let options = Options {
        rehearsal: common.rehearsal,
        now: now(common.now),
        earlier,
    };
    let store = Named::open(&arguments.store)?;
    let root = arguments.root.certificate(store.source())?;
    let mut report = check_store(store.source(), &root, &options);
    store.told(&mut report).map(|()| report)
}

fn cert(arguments: &CertArguments) -> Result<Report, Fault> {
    let common = &arguments.common;
    let staple = match (&arguments.proof, &arguments.log_policy) {
        (Some(proof), Some(policy)) => Some((read(proof)?, read(policy)?)),
        _ => None,
    };
    let intermediates = arguments
        .intermediate
        .iter()
        .map(|path| certificate(path))
        .collect::<Result<_, _>>()?;
    let crls = arguments.crl.iter().map(|path| crl(path)).collect::<Result<_, _>>()?;
    let beside = Beside {
        intermediates,
        crls,
        staple,
    };
    let (leaf, root) = (certificate(&arguments.file)?, certificate(&arguments.root)?);
    Ok(check_certificate(
        &leaf,
        &beside,
        &root,
        common.rehearsal,
        now(common.now),
    ))
}

fn artifact(arguments: &ArtifactArguments) -> Result<Report, Fault> {
    let common = &arguments.common;
    let beside = ArtifactProof {
        proof: read(&arguments.proof)?,
        log_policy: read(&arguments.log_policy)?,
        crls: arguments.crl.iter().map(|path| crl(path)).collect::<Result<_, _>>()?,
        demand_crls: arguments.demand_crls,
    };
    let root = certificate(&arguments.root)?;
    let file = hash_regular(&arguments.file).map_err(|error| Fault::unread(&arguments.file, &error))?;
    let (purpose, now) = (&arguments.purpose, now(common.now));
    Ok(check_artifact(&file, purpose, &beside, &root, common.rehearsal, now))
}

/// The moment given, or the clock's.
fn now(given: Option<Time>) -> Time {
    let clock = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    };
    given.unwrap_or_else(|| Time(clock()))
}

/// A certificate in PEM or DER.
fn certificate(path: &Path) -> Result<Certificate, Fault> {
    Certificate::parse_file(&read(path)?).map_err(|error| Fault::malformed(path, &error))
}

/// A CRL in PEM or DER.
fn crl(path: &Path) -> Result<Crl, Fault> {
    let bytes = read(path)?;
    let read = match bytes.starts_with(b"-----BEGIN ") {
        true => Crl::parse_pem(&bytes),
        false => Crl::parse(&bytes),
    };
    read.map_err(|error| Fault::malformed(path, &error))
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    read_regular(path).map_err(|error| Fault::unread(path, &error))
}

/// Findings are the answer that was asked for: they go to standard output, and the exit code says that there are some.
fn show(report: &Report, json: bool) -> ExitCode {
    let answer = match json {
        true => report.to_json(),
        false => report.lines().join("\n"),
    };
    let lost = put(&format!("{answer}\n")).map_err(|fault| fault.show());
    match report.findings.as_slice() {
        [] => lost.map_or_else(|code| code, |()| ExitCode::SUCCESS),
        findings => Fault::findings(findings).show(),
    }
}

/// Writes to standard output. A reader who closed the pipe has read enough, as `head` does.
fn put(text: &str) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => Err(Fault::lost(&cause)),
        _ => Ok(()),
    }
}
