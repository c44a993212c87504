//! wtmp(5) as glibc writes it: records of 384 octets. Hostile input: whoever may log in may be named anything.

use record::text::plain;
use record::{Time, facts};

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Time,
    kind: Kind,
    user: String,
    line: String,
    host: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Boot,
    Shutdown,
    Login,
}

/// Reads all records; those that are no login, boot or shutdown are left out.
pub fn read(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    if !bytes.len().is_multiple_of(SIZE) {
        return Err(format!("its {} octets are no whole records of {SIZE}", bytes.len()));
    }
    Ok(bytes.chunks_exact(SIZE).filter_map(entry).collect())
}

impl Entry {
    /// Whether somebody logged in; otherwise the power was concerned.
    pub fn is_login(&self) -> bool {
        self.kind == Kind::Login
    }

    /// A line for the record.
    pub fn told(&self) -> String {
        let at = self.at;
        match self.kind {
            Kind::Boot => format!("{at} the system was booted"),
            Kind::Shutdown => format!("{at} the system was shut down"),
            Kind::Login => facts::login(at, &self.user, &self.line, &self.host),
        }
    }
}

/// glibc, bits/utmp.h, where 32-bit times are kept for compatibility: x86-64 and its like.
fn entry(record: &[u8]) -> Option<Entry> {
    let number = |at: usize| {
        record
            .get(at..at + 4)
            .and_then(|octets| octets.try_into().ok())
            .map(i32::from_le_bytes)
    };
    let user = text(record.get(44..76)?);
    let kind = match (i16::from_le_bytes([record[0], record[1]]), user.as_str()) {
        (BOOT_TIME, _) => Kind::Boot,
        (RUN_LEVEL, "shutdown") => Kind::Shutdown,
        (USER_PROCESS, _) => Kind::Login,
        _ => return None,
    };
    Some(Entry {
        // Seconds run on as unsigned after 2038 in files of newer systems.
        at: Time(u64::from(number(340)?.cast_unsigned())),
        kind,
        line: text(record.get(8..40)?),
        host: text(record.get(76..332)?),
        user,
    })
}

/// Up to the first NUL, made plain; a semicolon separates lines where the record joins them, and a quote ends an account.
fn text(field: &[u8]) -> String {
    let end = field.iter().position(|octet| *octet == 0).unwrap_or(field.len());
    plain(&String::from_utf8_lossy(&field[..end]), 64)
        .replace(';', "\\u{3b}")
        .replace('\'', "\\u{27}")
}

/// The size of `struct utmp`.
const SIZE: usize = 384;
const RUN_LEVEL: i16 = 1;
const BOOT_TIME: i16 = 2;
const USER_PROCESS: i16 = 7;

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: i16, user: &str, line: &str, host: &str, at: u32) -> Vec<u8> {
        let mut record = vec![0; SIZE];
        record[..2].copy_from_slice(&kind.to_le_bytes());
        record[8..8 + line.len()].copy_from_slice(line.as_bytes());
        record[44..44 + user.len()].copy_from_slice(user.as_bytes());
        record[76..76 + host.len()].copy_from_slice(host.as_bytes());
        record[340..344].copy_from_slice(&at.to_le_bytes());
        record
    }

    fn told(bytes: &[u8]) -> Vec<String> {
        read(bytes).expect("reads").iter().map(Entry::told).collect()
    }

    #[test]
    fn tells_logins_boots_and_shutdowns_alone() {
        let file = [
            made(BOOT_TIME, "reboot", "~", "6.1.0", 1_795_341_000),
            made(USER_PROCESS, "operator", "tty1", "", 1_795_341_600),
            made(USER_PROCESS, "root", "pts/0", "10.0.0.9", 1_795_341_601),
            made(8, "", "tty1", "", 1_795_341_700),
            made(RUN_LEVEL, "runlevel", "~", "6.1.0", 1_795_341_701),
            made(RUN_LEVEL, "shutdown", "~", "6.1.0", 1_795_341_702),
        ]
        .concat();
        let wanted = [
            "2026-11-22T09:50:00Z the system was booted",
            "2026-11-22T10:00:00Z 'operator' logged in on tty1",
            "2026-11-22T10:00:01Z 'root' logged in on pts/0 from 10.0.0.9",
            "2026-11-22T10:01:42Z the system was shut down",
        ];
        assert_eq!(told(&file), wanted);
    }

    #[test]
    fn a_name_cannot_move_a_cursor() {
        let file = made(USER_PROCESS, "\u{1b}[2Jroot", "tty1", "a; nobody logged in", 7);
        let wanted = "1970-01-01T00:00:07Z '\\u{1b}[2Jroot' logged in on tty1 from a\\u{3b} nobody logged in";
        assert_eq!(told(&file), [wanted]);
        // Nor end where it stands and be another's.
        let file = made(USER_PROCESS, "root' logged in on x", "tty1", "", 7);
        let told = told(&file).remove(0);
        let all = Vec::from_iter(facts::accounts(&told));
        assert_eq!(all, ["root\\u{27} logged in on x"], "{told}");
    }

    #[test]
    fn every_cut_is_refused_and_no_octet_brings_it_down() {
        let file = made(USER_PROCESS, "operator", "tty1", "", u32::MAX);
        for cut in 1..file.len() {
            let refused = format!("its {cut} octets are no whole records of 384");
            assert_eq!(read(&file[..cut]), Err(refused));
        }
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 0xff;
            let _ = told(&changed);
        }
        assert_eq!(read(b""), Ok(Vec::new()));
    }
}
