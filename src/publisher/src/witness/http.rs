//! Questions to witnesses over HTTP: bounded in time and size, never redirected.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use ureq::http::Response;
use ureq::{Agent, Body};

use super::{Answer, Ask};

/// The network.
pub struct Network {
    outside: Agent,
    /// For this machine itself: a proxy would ask another one.
    here: Agent,
}

impl Network {
    /// Asks nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::within(WHOLE)
    }

    /// The same with another limit for a whole answer.
    #[must_use]
    pub fn within(whole: Duration) -> Self {
        let config = || {
            Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .user_agent("ceremony-publish")
                .timeout_connect(Some(CONNECT))
                .timeout_global(Some(whole))
        };
        Self {
            outside: config().build().new_agent(),
            here: config().proxy(None).build().new_agent(),
        }
    }

    /// Plain HTTP is for this machine alone, by [`check_address`].
    fn agent(&self, url: &str) -> &Agent {
        match url.starts_with("https://") {
            true => &self.outside,
            false => &self.here,
        }
    }
}

impl Ask for Network {
    fn post(&self, url: &str, body: &str) -> Result<Answer, String> {
        answer(self.agent(url).post(url).send(body))
    }

    fn get(&self, url: &str) -> Result<Answer, String> {
        answer(self.agent(url).get(url).call())
    }

    fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    }
}

fn answer(response: Result<Response<Body>, ureq::Error>) -> Result<Answer, String> {
    let failed = |error: ureq::Error| format!("it cannot be asked: {error}");
    let mut response = response.map_err(failed)?;
    let media = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    let media = media.and_then(|value| value.split(';').next()).unwrap_or_default();
    let media = media.trim().to_ascii_lowercase();
    let limit = tlog::witness::MAX_ANSWER as u64;
    let body = response.body_mut().with_config().limit(limit).read_to_vec();
    Ok(Answer {
        status: response.status().as_u16(),
        media,
        body: body.map_err(failed)?,
    })
}

/// Refuses an address that is not `https`, or `http` to this machine itself.
///
/// # Errors
/// In words, what is wrong with it.
pub fn check_address(url: &str) -> Result<(), String> {
    let wrong = || format!("its address '{}' is not https://...", record::text::plain(url, 100));
    let plain = url.bytes().all(|byte| (0x21..0x7f).contains(&byte)) && !url.contains(['?', '#', '@']);
    if url.len() > LONGEST || !plain {
        return Err(wrong());
    }
    let host = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
    match (
        url.strip_prefix("https://").map(host),
        url.strip_prefix("http://").map(host),
    ) {
        (Some(host), _) if !host.is_empty() => Ok(()),
        (_, Some(host)) if is_loopback(&host) => Ok(()),
        _ => Err(wrong()),
    }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

const CONNECT: Duration = Duration::from_secs(10);
/// A witness writes to its disk before it answers, and nothing else takes long.
const WHOLE: Duration = Duration::from_secs(20);
/// No address of a witness is longer.
const LONGEST: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_https_and_this_machine_alone() {
        for good in [
            "https://witness.example",
            "https://witness.example/a/",
            "http://127.0.0.1:8080/w",
            "http://localhost",
            "http://[::1]:80",
        ] {
            assert_eq!(check_address(good), Ok(()), "{good}");
        }
        for bad in [
            "http://witness.example",
            "http://127.0.0.1.example/",
            "http://127.0.0.1@witness.example/",
            "https://",
            "ftp://witness.example",
            "file:///etc/passwd",
            "https://witness.example/?a",
            "https://witness.example/a b",
            "witness.example",
            "",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
