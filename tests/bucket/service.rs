//! `moto_server` as S3, on a port of its own, stopped at the end.

use std::collections::BTreeMap;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::judges::{moto_server, skip};

pub struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// Starts one, with an empty bucket; none where there is no moto.
    pub fn started(test: &str) -> Option<Self> {
        let service = Self::listening(test, "http", &[])?;
        service.make_bucket();
        Some(service)
    }

    /// Starts one that speaks HTTPS, with this certificate and key.
    pub fn over_tls(test: &str, certificate: &str, key: &str) -> Option<Self> {
        Self::listening(test, "https", &["-s", "-c", certificate, "-k", key])
    }

    fn listening(test: &str, scheme: &str, more: &[&str]) -> Option<Self> {
        let Some(program) = moto_server() else {
            skip(test, "moto_server is not installed (tests/run installs it)");
            return None;
        };
        let port = free_port();
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let service = Self {
            child,
            address: format!("{scheme}://127.0.0.1:{port}"),
        };
        let until = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "moto_server listens within a minute");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(service)
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// The files of the store, but for the probe's, which the list of files names too.
    pub fn store(&self) -> BTreeMap<String, Vec<u8>> {
        let keys = self.keys().into_iter();
        let public = keys.filter(|key| !key.starts_with("probe/") && !key.starts_with("staging/"));
        let mut store: BTreeMap<_, _> = public.map(|key| (key.clone(), self.get(&key))).collect();
        if let Some(list) = store.get_mut("files.txt") {
            let text = String::from_utf8(std::mem::take(list)).expect("text");
            let lines = text.lines().filter(|line| !line.starts_with("probe/"));
            *list = lines.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes();
        }
        store
    }

    /// What is kept aside.
    pub fn aside(&self) -> Vec<String> {
        let keys = self.keys().into_iter();
        keys.filter(|key| key.starts_with("staging/")).collect()
    }

    /// Content type and cache control.
    pub fn headers(&self, path: &str) -> (String, String) {
        let answer = ureq::get(self.place(path))
            .header("authorization", ANYBODY)
            .call()
            .expect("the file");
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        (header("content-type"), header("cache-control"))
    }

    /// As it was when it began.
    pub fn empty(&self) {
        ureq::post(format!("{}/moto-api/reset", self.address))
            .send_empty()
            .expect("a reset");
        self.make_bucket();
    }

    /// A bucket with Object Lock, and a default retention of ten years that nobody shortens.
    pub fn make_locked_bucket(&self, bucket: &str) {
        let address = format!("{}/{bucket}", self.address);
        ureq::put(&address)
            .header("x-amz-bucket-object-lock-enabled", "true")
            .send_empty()
            .expect("a bucket");
        let lock = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                    <Mode>COMPLIANCE</Mode><Years>10</Years></DefaultRetention></Rule></ObjectLockConfiguration>";
        ureq::put(format!("{address}?object-lock")).send(lock).expect("a lock");
    }

    /// All versions of all files, but for marks of deletion.
    pub fn versions(&self, bucket: &str) -> Vec<(String, String)> {
        let address = format!("{}/{bucket}?versions&prefix={PREFIX}", self.address);
        let mut answer = ureq::get(address)
            .header("authorization", ANYBODY)
            .call()
            .expect("a list");
        let list = answer.body_mut().read_to_string().expect("text");
        let field = |rest: &str, name: &str| {
            let after = rest.split(&format!("<{name}>")).nth(1).expect(name);
            after.split('<').next().expect("its value").to_owned()
        };
        let versions = list.split("<Version>").skip(1);
        let versions = versions.map(|rest| (field(rest, "Key"), field(rest, "VersionId")));
        versions
            .filter_map(|(key, version)| Some((key.strip_prefix(PREFIX)?.to_owned(), version)))
            .collect()
    }

    /// What the service says to somebody who would remove a version.
    pub fn removes_version(&self, bucket: &str, path: &str, version: &str) -> u16 {
        let address = format!("{}/{bucket}/{PREFIX}{path}?versionId={version}", self.address);
        match ureq::delete(address).header("authorization", ANYBODY).call() {
            Err(ureq::Error::StatusCode(code)) => code,
            answer => answer.expect("an answer").status().as_u16(),
        }
    }

    fn make_bucket(&self) {
        ureq::put(format!("{}/pki-store", self.address))
            .send_empty()
            .expect("a bucket");
    }

    fn keys(&self) -> Vec<String> {
        let address = format!("{}/pki-store?list-type=2&prefix={PREFIX}", self.address);
        let mut answer = ureq::get(address).call().expect("a list");
        let list = answer.body_mut().read_to_string().expect("text");
        assert!(!list.contains("<IsTruncated>true"), "the list is whole");
        let keys = list
            .split("<Key>")
            .skip(1)
            .filter_map(|rest| rest.split("</Key>").next());
        keys.filter_map(|key| key.strip_prefix(PREFIX))
            .map(str::to_owned)
            .collect()
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let mut answer = ureq::get(self.place(path))
            .header("authorization", ANYBODY)
            .call()
            .expect("the file");
        answer.body_mut().read_to_vec().expect("its bytes")
    }

    fn place(&self, path: &str) -> String {
        format!("{}/pki-store/{PREFIX}{path}", self.address)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

const PREFIX: &str = "some/prefix/";
/// moto keeps objects from those who do not say who they are, and believes everybody else.
const ANYBODY: &str = "AWS4-HMAC-SHA256 Credential=made-up/20261124/us-east-1/s3/aws4_request, \
                       SignedHeaders=host, Signature=00";
