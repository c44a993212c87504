//! A TPM 2.0 that others wrote (swtpm), asked by tools that others wrote (tpm2-tools). Without one, its tests fail.
//!
//! It uses nothing else of this folder: a crate's own tests may take in this file alone.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use record::boot::{Evidence, Nonce, qualifying};
use record::messages::Pcr;
use record::{Bytes, Digest, cbor};

/// A TPM on loopback ports, which ends with this value.
pub struct Tpm {
    child: Child,
    port: u16,
    dir: PathBuf,
}

/// The algorithms of attestation keys.
#[derive(Clone, Copy, Debug)]
pub enum Algorithm {
    /// RSA-2048 with RSASSA.
    Rsa,
    /// ECDSA on P-256.
    Ecc,
}

impl Tpm {
    /// Starts a TPM that was just made, with its state in this folder.
    ///
    /// # Panics
    /// If it does not start on any of some ports, or a tool is not there.
    #[must_use]
    pub fn start(dir: &Path) -> Self {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        std::fs::create_dir_all(dir.join("state")).expect("a folder for the TPM");
        // Two that found the same ports free would both speak with the TPM of the first.
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..10 {
            let port = two_free_ports();
            let mut tpm = Self {
                child: spawn(dir, port),
                port,
                dir: dir.to_owned(),
            };
            if tpm.answers() {
                return tpm;
            }
        }
        panic!("swtpm does not start");
    }

    /// Extends a register of the SHA-256 bank with the digest of something; gives what it must hold then.
    ///
    /// # Panics
    /// If the TPM does not.
    pub fn extend(&self, register: u32, before: &Digest, with: &[u8]) -> Digest {
        let with = Digest::of(with);
        self.tool("tpm2_pcrextend", &[&format!("{register}:sha256={with}")]);
        Digest::of(&[before.0, with.0].concat())
    }

    /// Makes an attestation key of this name; gives its name as the TPM has it, in hexadecimal with `000b` before it.
    ///
    /// # Panics
    /// If the TPM does not.
    pub fn attestation_key(&self, name: &str, algorithm: Algorithm) -> String {
        let (kind, scheme) = match algorithm {
            Algorithm::Rsa => ("rsa", "rsassa"),
            Algorithm::Ecc => ("ecc", "ecdsa"),
        };
        let (context, public, named) = (format!("{name}.ctx"), format!("{name}.pub"), format!("{name}.name"));
        self.tool("tpm2_createek", &["-c", "ek.ctx", "-G", "ecc", "-u", "ek.pub"]);
        let key = ["-C", "ek.ctx", "-c", &context, "-G", kind, "-g", "sha256", "-s", scheme];
        self.tool(
            "tpm2_createak",
            &[&key[..], &["-u", &public, "-f", "tss", "-n", &named]].concat(),
        );
        self.tool("tpm2_flushcontext", &["-t"]);
        record::digest::hex(&self.read(&named))
    }

    /// A quote of the SHA-256 registers over the nonces, as `Boot::Quote` has it.
    ///
    /// # Panics
    /// If the TPM does not.
    pub fn quote(&self, key: &str, registers: &[u32], session: &[u8], nonces: Vec<Nonce>) -> Vec<u8> {
        let asked = qualifying(session, &nonces).expect("a digest").hex();
        let numbers: Vec<String> = registers.iter().map(ToString::to_string).collect();
        let (context, of) = (format!("{key}.ctx"), format!("sha256:{}", numbers.join(",")));
        let key_and_nonce = ["-c", &context, "-q", &asked, "-l", &of, "-g", "sha256"];
        let files = ["-m", "attest", "-s", "signature", "-f", "tss"];
        self.tool("tpm2_quote", &[&key_and_nonce[..], &files].concat());
        self.tool("tpm2_flushcontext", &["-t"]);
        let evidence = Evidence::Tpm2 {
            attest: self.read("attest").into(),
            signature: self.read("signature").into(),
            key: Bytes(self.read(&format!("{key}.pub"))[2..].to_vec()),
            pcrs: registers.iter().map(|number| self.register(*number)).collect(),
            nonces,
        };
        cbor::encode(&evidence).expect("CBOR")
    }

    /// What a register of the SHA-256 bank holds.
    fn register(&self, number: u32) -> Pcr {
        self.tool("tpm2_pcrread", &["-Q", "-o", "register", &format!("sha256:{number}")]);
        let value = Digest(self.read("register").try_into().expect("32 octets"));
        Pcr { number, value }
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.dir.join(name)).expect("the tool wrote it")
    }

    /// Runs a tool to its end, which comes within a minute.
    fn tool(&self, program: &str, arguments: &[&str]) {
        let Output { status, stderr, .. } = self.run(program, arguments);
        let said = String::from_utf8_lossy(&stderr);
        assert!(status.success(), "{program} {arguments:?}: {said}");
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new("timeout");
        command.args(["60", program]).args(arguments).current_dir(&self.dir);
        command.env("TPM2TOOLS_TCTI", format!("swtpm:host=127.0.0.1,port={}", self.port));
        command.output().expect("`timeout` starts")
    }

    /// Whether it is there; another program may have taken a port since, and then it is that one that answers.
    fn answers(&mut self) -> bool {
        for _ in 0..100 {
            let answers = self.run("tpm2_getrandom", &["--hex", "1"]).status.success();
            if self.child.try_wait().expect("its state").is_some() {
                return false;
            }
            if answers {
                return true;
            }
            thread::sleep(Duration::from_millis(100));
        }
        false
    }
}

impl Drop for Tpm {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(dir: &Path, port: u16) -> Child {
    let socket = |port: u16| format!("type=tcp,bindaddr=127.0.0.1,port={port}");
    let mut command = Command::new("swtpm");
    command.args([
        "socket",
        "--tpm2",
        "--flags",
        "startup-clear",
        "--tpmstate",
        "dir=state",
    ]);
    command.args(["--server", &socket(port), "--ctrl", &socket(port + 1)]);
    command
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
        .spawn()
        .expect("`swtpm` is there (Debian: swtpm, swtpm-tools, tpm2-tools)")
}

/// The tools look for the control socket on the port above the TPM's own.
fn two_free_ports() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = first.local_addr().expect("its number").port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}
