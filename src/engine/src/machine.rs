//! The machine beneath: which boot this is, and who logged in, as the system wrote it down. Read, never asked by a program.

mod wtmp;

use std::path::Path;

use record::Time;
use record::journal::What;

use crate::files;

/// Which boot this is, and since when by the console's clock.
pub fn boot(now: Time) -> What {
    let read = |path: &str| {
        files::read(Path::new(path), SHORT)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
    };
    let name = read("/proc/sys/kernel/random/boot_id").filter(|name| is_boot_id(name.trim()));
    let uptime = read("/proc/uptime").and_then(|text| seconds(&text));
    What::Machine {
        boot: name.map(|name| name.trim().to_owned()),
        since: uptime.map(|seconds| Time(now.0.saturating_sub(seconds))),
    }
}

/// Logins, boots and shutdowns from `began` to `now`, by the file in which the system writes them down.
pub fn logins(path: &Path, began: Time, now: Time) -> What {
    let shown = path.display();
    let problem = match files::read_if_there(path, LARGEST) {
        Ok(Some(bytes)) => match wtmp::read(&bytes) {
            Ok(entries) => return listed(&entries, began, now),
            Err(problem) => format!("{shown}: {problem}"),
        },
        Ok(None) => format!("{shown} is not there"),
        Err(error) => error.to_string(),
    };
    What::Logins {
        problem: Some(record::text::plain(&problem, 300)),
        logins: Vec::new(),
        power: Vec::new(),
    }
}

fn listed(entries: &[wtmp::Entry], began: Time, now: Time) -> What {
    let during = |entry: &&wtmp::Entry| began <= entry.at && entry.at <= now;
    let told = |login: bool| {
        let of_kind = entries.iter().filter(during).filter(|entry| entry.is_login() == login);
        let mut lines: Vec<String> = of_kind.map(wtmp::Entry::told).collect();
        if lines.len() > MOST {
            let more = lines.len() - MOST;
            lines.truncate(MOST);
            lines.push(format!("and {more} more"));
        }
        lines
    };
    What::Logins {
        problem: None,
        logins: told(true),
        power: told(false),
    }
}

/// proc(5): a UUID.
fn is_boot_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|octet| octet.is_ascii_hexdigit() || octet == b'-')
}

/// proc(5), /proc/uptime: seconds with a fraction, then the idle time.
fn seconds(uptime: &str) -> Option<u64> {
    uptime.split(['.', ' ']).next()?.parse().ok()
}

/// Where glibc's systems write down logins and boots.
pub const WTMP: &str = "/var/log/wtmp";
/// No file of /proc that is read here is larger.
const SHORT: usize = 4096;
/// 170 000 logins: a console has a few.
const LARGEST: usize = 64 * 1024 * 1024;
/// A record has room for so many lines; more than that is a finding by its number alone.
const MOST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_boot_has_a_name_and_a_beginning() {
        let What::Machine { boot, since } = boot(Time(u64::MAX)) else {
            panic!("another entry");
        };
        assert!(boot.is_some_and(|name| is_boot_id(&name)));
        assert!(since.is_some_and(|since| since < Time(u64::MAX)));
    }

    #[test]
    fn an_uptime_is_cut_to_seconds() {
        assert_eq!(seconds("350735.47 234388.90\n"), Some(350_735));
        assert_eq!(seconds(""), None);
    }

    #[test]
    fn a_file_that_is_missing_is_said_to_be() {
        let What::Logins { problem, .. } = logins(Path::new("/nowhere/wtmp"), Time(0), Time(9)) else {
            panic!("another entry");
        };
        assert_eq!(problem.as_deref(), Some("/nowhere/wtmp is not there"));
    }
}
