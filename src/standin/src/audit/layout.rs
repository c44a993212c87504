//! The two layouts in which CloudWatch shows an entry: one `name : value` a line.

use std::fmt::Write;

use super::entry::{Entry, Event, LogType, Person};
use crate::clock;

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
pub enum Layout {
    /// As documented
    Old,
    /// As seen later: more fields, another order
    New,
}

impl Layout {
    /// The entry, with an empty line after it.
    pub fn write(self, entry: &Entry) -> String {
        let mut page = Page(String::new());
        match self {
            Layout::Old => old(&mut page, entry),
            Layout::New => new(&mut page, entry),
        }
        page.0.push('\n');
        page.0
    }
}

fn old(page: &mut Page, entry: &Entry) {
    let event = &entry.event;
    head(page, entry);
    page.line("Sequence No ", format!("{:#x}", entry.sequence));
    page.line("Reboot counter ", format!("{:#x}", entry.reboot));
    page.line("Command Type(hex) ", "CN_MGMT_CMD (0x0)".into());
    page.line("Opcode ", format!("{} ({:#x})", event.opcode, event.code));
    page.line("Session Handle ", format!("{:#x}", event.session));
    page.line("Response ", format!("{}:{}", event.response, event.response_text));
    page.line("Log type ", log_type(event.log_type));
    handles(page, event);
    // Where a user is made, removed or changed the entry names that one.
    let named = event.target.as_ref().or(event.user.as_ref());
    if let Some(person) = named.filter(|_| event.log_type == LogType::User) {
        page.line("User Name ", person.name.clone());
        page.line("User Type ", kind(person));
    }
}

fn new(page: &mut Page, entry: &Entry) {
    let event = &entry.event;
    head(page, entry);
    page.line("Version No\t", "0x1".into());
    page.line("Sequence No\t", format!("{:#x}", entry.sequence));
    page.line("Reboot counter\t", format!("{:#x}", entry.reboot));
    page.line("Opcode\t", format!("{} ({:#x})", event.opcode, event.code));
    page.line("Command Type(hex)\t", "CN_MGMT_CMD (0x0)".into());
    page.line("User id\t", event.user.as_ref().map_or(0, |user| user.id).to_string());
    page.line("Session Handle\t", format!("{:#x}", event.session));
    page.line("Response\t", format!("{}:{}", event.response, event.response_text));
    page.line("Log type\t", log_type(event.log_type));
    if let Some(user) = event.user.as_ref().filter(|_| event.log_type == LogType::User) {
        page.line("User Name\t", user.name.clone());
        page.line("User Type\t", kind(user));
    }
    handles(page, event);
    let key = event.private_key.filter(|_| event.public_key.is_none());
    page.optional("Key Handle\t", key.map(|key| key.to_string()));
    page.optional("Mechanism\t", event.mechanism.clone());
    if let Some(target) = &event.target {
        page.line("Target User Name\t", target.name.clone());
        page.line("Target User Type\t", kind(target));
        page.line("Target User id\t", target.id.to_string());
    }
    page.optional("Mfa enabled\t", event.mfa.map(|mfa| u8::from(mfa).to_string()));
    page.optional("Operation\t", event.operation.clone());
    if !event.approvers.is_empty() {
        let ids: Vec<_> = event.approvers.iter().map(u32::to_string).collect();
        page.line("Number of Users\t", ids.len().to_string());
        page.line("UserIDs\t", ids.join(" "));
    }
    page.line("local time\t", clock::log_time(entry.usecs));
    page.line("host time\t", clock::log_time(entry.usecs));
}

fn head(page: &mut Page, entry: &Entry) {
    let (time, usecs) = (clock::log_time(entry.usecs), entry.usecs);
    page.0 += &format!("Time: {time}, usecs:{usecs}\n");
}

/// In decimal, though the program writes references in hexadecimal.
fn handles(page: &mut Page, event: &Event) {
    page.optional("Priv/Secret Key Handle ", event.private_key.map(|key| key.to_string()));
    page.optional("Public Key Handle ", event.public_key.map(|key| key.to_string()));
}

fn log_type(log_type: LogType) -> String {
    match log_type {
        LogType::Minimal => "MINIMAL_LOG_ENTRY (0)",
        LogType::Key => "MGMT_KEY_DETAILS_LOG (1)",
        LogType::User => "MGMT_USER_DETAILS_LOG (2)",
    }
    .into()
}

fn kind(person: &Person) -> String {
    let name = match person.kind {
        1 => "CN_CRYPTO_USER",
        2 => "CN_CRYPTO_OFFICER",
        5 => "CN_APPLIANCE_USER",
        _ => "CN_CRYPTO_PRE_OFFICER",
    };
    format!("{name} ({})", person.kind)
}

struct Page(String);

impl Page {
    fn line(&mut self, name: &str, value: String) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{name}: {value}");
    }

    fn optional(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.line(name, value);
        }
    }
}
