//! The journal's exports: `journalctl -o export` (systemd's "Journal Export Formats") and `-o json`.

use record::Time;

use super::Entry;
use super::message::Unreadable;

/// Reads `-o export`: a field a line, an empty line after each entry.
#[derive(Default)]
pub(super) struct Export {
    fields: Fields,
    /// A field whose value has octets that no line can: its name, then its length in eight octets, then the value.
    binary: Option<(String, Vec<u8>)>,
    /// How many entries have ended.
    ended: u64,
}

#[derive(Default)]
struct Fields {
    time: Option<u64>,
    boot: Option<String>,
    ident: Option<String>,
    comm: Option<String>,
    transport: Option<String>,
    pid: Option<u32>,
    message: Option<String>,
    any: bool,
}

impl Export {
    pub(super) fn line(&mut self, line: &[u8]) -> Result<Option<Entry>, Unreadable> {
        if self.binary.is_some() {
            return self.continued(line).map(|()| None);
        }
        if line.is_empty() {
            self.ended += 1;
            return std::mem::take(&mut self.fields).entry();
        }
        match line.iter().position(|octet| *octet == b'=') {
            Some(at) => self.fields.take(&line[..at], &line[at + 1..]),
            None => {
                let name = String::from_utf8_lossy(line).into_owned();
                if name.len() > 64 {
                    return Err(Unreadable("it is no field of the journal's"));
                }
                self.binary = Some((name, Vec::new()));
                Ok(())
            }
        }?;
        Ok(None)
    }

    /// Which entry is open, if one is.
    pub(super) fn open(&self) -> Option<u64> {
        (self.fields.any || self.binary.is_some()).then_some(self.ended)
    }

    pub(super) fn end(&mut self) -> Result<Option<Entry>, Unreadable> {
        match self.binary.take() {
            Some(_) => Err(Unreadable("the export ends within a field")),
            None => std::mem::take(&mut self.fields).entry(),
        }
    }

    /// Lines of a value that has line ends in it.
    fn continued(&mut self, line: &[u8]) -> Result<(), Unreadable> {
        let Some((name, value)) = &mut self.binary else {
            return Ok(());
        };
        value.extend_from_slice(line);
        value.push(b'\n');
        let Some(head) = value.first_chunk::<8>() else {
            return Ok(());
        };
        let length = usize::try_from(u64::from_le_bytes(*head)).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(Unreadable("a field of the journal's is longer than any"));
        }
        match value.len().cmp(&(length + 9)) {
            std::cmp::Ordering::Less => return Ok(()),
            std::cmp::Ordering::Greater => return Err(Unreadable("a field of the journal's is longer than it says")),
            std::cmp::Ordering::Equal => {}
        }
        let (name, value) = (std::mem::take(name), std::mem::take(value));
        self.binary = None;
        self.fields.take(name.as_bytes(), &value[8..length + 8])
    }
}

impl Fields {
    fn take(&mut self, name: &[u8], value: &[u8]) -> Result<(), Unreadable> {
        self.any = true;
        let text = || String::from_utf8_lossy(value).into_owned();
        let number = || {
            std::str::from_utf8(value)
                .ok()
                .and_then(|text| text.parse::<u64>().ok())
        };
        match name {
            b"__REALTIME_TIMESTAMP" => {
                self.time = Some(number().ok_or(Unreadable("the time of an entry is no number"))?);
            }
            b"_BOOT_ID" => self.boot = Some(text()),
            b"SYSLOG_IDENTIFIER" => self.ident = Some(text()),
            b"_COMM" => self.comm = Some(text()),
            b"_TRANSPORT" => self.transport = Some(text()),
            b"_PID" | b"SYSLOG_PID" => {
                let pid = number().and_then(|pid| u32::try_from(pid).ok());
                self.pid = self.pid.or(pid);
            }
            b"MESSAGE" => self.message = Some(text()),
            _ => {}
        }
        Ok(())
    }

    fn entry(self) -> Result<Option<Entry>, Unreadable> {
        if !self.any {
            return Ok(None);
        }
        let time = self.time.ok_or(Unreadable("an entry of the journal has no time"))?;
        let kernel = self.transport.as_deref() == Some("kernel");
        let ident = if kernel {
            Some("kernel".to_owned())
        } else {
            self.ident.or(self.comm)
        };
        Ok(Some(Entry {
            // Microseconds.
            time: Time(time / 1_000_000),
            ident: ident.unwrap_or_default(),
            pid: self.pid,
            boot: self.boot,
            message: self.message.unwrap_or_default(),
        }))
    }
}

/// Reads a line of `-o json`: an object a line; a value that is no UTF-8 is an array of octets, one that is too long null.
pub(super) fn json(line: &[u8]) -> Result<Option<Entry>, Unreadable> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let bad = |_| Unreadable("it is no JSON object");
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(line).map_err(bad)?;
    let mut fields = Fields::default();
    for (name, value) in &object {
        if let Some(octets) = octets(value) {
            fields.take(name.as_bytes(), &octets)?;
        }
    }
    fields.any = true;
    fields.entry()
}

fn octets(value: &serde_json::Value) -> Option<Vec<u8>> {
    match value {
        serde_json::Value::String(text) => Some(text.clone().into_bytes()),
        serde_json::Value::Array(octets) => octets.iter().map(|one| u8::try_from(one.as_u64()?).ok()).collect(),
        _ => None,
    }
}

/// As long as a line may be.
const LONGEST: usize = 1024 * 1024;
