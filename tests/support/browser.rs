//! A browser: headless Chromium, driven by chromedriver as W3C WebDriver says. It has no camera but a file.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

/// One browser with one page.
pub struct Browser {
    driver: Child,
    agent: Agent,
    /// `http://127.0.0.1:PORT/session/ID`
    session: String,
}

impl Browser {
    /// Starts one with a fresh profile in `folder`. Its camera plays the Y4M file again and again; without a file it has
    /// none.
    ///
    /// # Panics
    /// If chromedriver or Chromium does not start.
    #[must_use]
    pub fn start(folder: &Path, camera: Option<&Path>) -> Self {
        let (driver, port) = start_driver();
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let mut browser = Self {
            driver,
            agent,
            session: format!("http://127.0.0.1:{port}/session"),
        };
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments(folder, camera) },
            "goog:loggingPrefs": { "browser": "ALL" },
        }}});
        let begun = browser.post("", &wanted);
        let id = begun["sessionId"].as_str().expect("a session").to_owned();
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    /// Opens a page.
    pub fn open(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    /// Runs a function's body in the page, and comes back with what it returns; promises are waited for.
    #[must_use]
    pub fn script(&self, body: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": body, "args": [] }))
    }

    /// What a person reads in an element; nothing where it is hidden.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        let told = self.get(&format!("/element/{}/text", self.element(id)));
        told.as_str().expect("a text").to_owned()
    }

    /// Clicks on an element as a person does: it must be there to be clicked on.
    pub fn click(&self, id: &str) {
        self.post(&format!("/element/{}/click", self.element(id)), &json!({}));
    }

    /// Chooses in a list.
    pub fn choose(&self, id: &str, value: &str) {
        let option = self.find(&format!("#{id} option[value='{value}']"));
        self.post(&format!("/element/{option}/click"), &json!({}));
    }

    /// Gives files to a file input.
    pub fn give_files(&self, id: &str, paths: &[&Path]) {
        let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        self.post(
            &format!("/element/{}/value", self.element(id)),
            &json!({ "text": paths.join("\n") }),
        );
    }

    /// A PNG picture of an element as it is on the screen.
    #[must_use]
    pub fn picture_of(&self, id: &str) -> Vec<u8> {
        picture(&self.get(&format!("/element/{}/screenshot", self.element(id))))
    }

    /// A PNG picture of the whole page, from its beginning to its end.
    #[must_use]
    pub fn picture(&self) -> Vec<u8> {
        let all = json!({ "format": "png", "captureBeyondViewport": true });
        picture(&self.cdp("Page.captureScreenshot", &all)["data"])
    }

    /// How assistive technology calls an element.
    #[must_use]
    pub fn label(&self, element: &str) -> String {
        let told = self.get(&format!("/element/{}/computedlabel", self.find(element)));
        told.as_str().expect("a label").to_owned()
    }

    /// A screen of these measures, light or dark.
    pub fn screen(&self, width: u32, height: u32, scheme: &str) {
        let measures = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.cdp("Emulation.setDeviceMetricsOverride", &measures);
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.cdp("Emulation.setEmulatedMedia", &features);
    }

    /// Whether media queries see paper, on a sheet of A4 at 96 dots an inch.
    pub fn print_media(&self, paper: bool) {
        let measures = json!({ "width": 718, "height": 1047, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &measures);
        let media = if paper { "print" } else { "" };
        self.cdp("Emulation.setEmulatedMedia", &json!({ "media": media }));
    }

    /// The page as it is printed on A4, as PDF.
    #[must_use]
    pub fn pdf(&self) -> Vec<u8> {
        let sheet = json!({ "paperWidth": 8.27, "paperHeight": 11.69 });
        picture(&self.cdp("Page.printToPDF", &sheet)["data"])
    }

    /// Whether pages may run scripts. [`Self::script`] needs that.
    pub fn scripts(&self, allowed: bool) {
        self.cdp("Emulation.setScriptExecutionDisabled", &json!({ "value": !allowed }));
    }

    /// Presses one key, named as W3C WebDriver names it.
    pub fn press(&self, key: &str) {
        let strokes = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }),
        );
    }

    /// Lets the page save files into a folder.
    pub fn save_into(&self, folder: &Path) {
        let allowed = json!({ "behavior": "allow", "downloadPath": folder });
        self.cdp("Browser.setDownloadBehavior", &allowed);
    }

    /// Waits until a saved file is whole. A browser makes an empty one of that name first, and none that we save is empty.
    ///
    /// # Panics
    /// If it does not become so.
    #[track_caller]
    pub fn wait_for_file(&self, path: &Path) {
        let whole = || fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0);
        self.wait("the file", |_| whole());
    }

    /// What the console has of errors and warnings since the last call.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().expect("a log").iter();
        let bad = entries.filter(|entry| entry["level"] != "INFO" && entry["level"] != "DEBUG");
        bad.map(|entry| entry["message"].to_string()).collect()
    }

    /// Waits until something is so: seconds, but three minutes on a machine with other things to do.
    ///
    /// # Panics
    /// With the page's text, if it does not become so.
    #[track_caller]
    pub fn wait(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            let text = || self.script("return document.body.innerText");
            assert!(
                begun.elapsed() < Duration::from_secs(180),
                "waited for {what}, and the page says {}",
                text()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn element(&self, id: &str) -> String {
        self.find(&format!("#{id}"))
    }

    fn find(&self, selector: &str) -> String {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        // The name that W3C WebDriver gives to a reference to an element.
        found["element-6066-11e4-a52e-4f735466cecf"]
            .as_str()
            .expect("an element")
            .to_owned()
    }

    /// The browser's own protocol, for what WebDriver has no word for.
    fn cdp(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.agent.get(format!("{}{path}", self.session)).call();
        value(path, answer)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.session));
        let answer = request
            .header("content-type", "application/json")
            .send(body.to_string());
        value(path, answer)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser is the driver's child, and ends with its session.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts chromedriver on a port that is free.
fn start_driver() -> (Child, u16) {
    let mut command = Command::new("chromedriver");
    command
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut driver = command
        .spawn()
        .expect("chromedriver is installed (Debian: chromium-driver)");
    let lines = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
    // "ChromeDriver was started successfully on port 40123."
    let port = lines.map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    (driver, port.expect("chromedriver says its port"))
}

fn arguments(folder: &Path, camera: Option<&Path>) -> Vec<String> {
    let mut all: Vec<String> = QUIET.iter().map(|word| (*word).to_owned()).collect();
    all.push(format!("--user-data-dir={}", folder.join("profile").display()));
    if let Some(camera) = camera {
        all.extend(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"].map(str::to_owned));
        all.push(format!("--use-file-for-fake-video-capture={}", camera.display()));
    }
    all
}

#[track_caller]
fn value(path: &str, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Value {
    let mut answer = answer.unwrap_or_else(|error| panic!("chromedriver, asked for {path}: {error}"));
    // Screenshots are large.
    let text = answer
        .body_mut()
        .with_config()
        .limit(64 * 1024 * 1024)
        .read_to_string()
        .expect("a text");
    let mut told: Value = serde_json::from_str(&text).expect("JSON");
    assert!(answer.status().is_success(), "chromedriver, asked for {path}: {text}");
    told["value"].take()
}

fn picture(base64: &Value) -> Vec<u8> {
    use base64ct::{Base64, Encoding as _};
    Base64::decode_vec(base64.as_str().expect("a picture")).expect("base64")
}

/// Nothing to be seen, and nothing asked of any network.
const QUIET: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];
