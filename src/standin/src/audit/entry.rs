//! An entry: what happened, by whom, to whom or to which key, and how it ended.

use serde::{Deserialize, Serialize};

use crate::state::Role;

/// Where an event is noted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Place {
    All,
    First,
    AllButFirst,
    /// By its serial number.
    One(u64),
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub opcode: String,
    pub code: u32,
    pub log_type: LogType,
    pub session: u32,
    pub response: u32,
    pub response_text: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub private_key: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_key: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mechanism: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mfa: Option<bool>,
    /// Approvers, by their numbers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub approvers: Vec<u32>,
}

/// An event in one HSM's stream.
#[derive(Serialize, Deserialize, PartialEq, Debug)]
pub struct Entry {
    pub sequence: u64,
    pub reboot: u32,
    /// Microseconds since 1970 by the cluster's clock.
    pub usecs: u64,
    pub event: Event,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    /// 1 crypto user, 2 admin, 5 appliance, 6 an admin before activation.
    pub kind: u8,
    pub id: u32,
}

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Debug)]
pub enum LogType {
    Minimal,
    Key,
    User,
}

impl Event {
    /// That succeeded, by nobody, about nothing.
    pub fn of(opcode: Opcode) -> Event {
        let (name, code, log_type) = opcode.written();
        Event {
            opcode: name.into(),
            code,
            log_type,
            session: 0,
            response: 0,
            response_text: "HSM Return: SUCCESS".into(),
            user: None,
            target: None,
            private_key: None,
            public_key: None,
            mechanism: None,
            operation: None,
            mfa: None,
            approvers: Vec::new(),
        }
    }
}

impl Person {
    pub fn new(name: &str, role: Role, id: u32) -> Person {
        let kind = match role {
            Role::CryptoUser => 1,
            Role::Admin => 2,
        };
        Person {
            name: name.into(),
            kind,
            id,
        }
    }
}

/// What an HSM notes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Opcode {
    InitToken,
    InitDone,
    BackupBegin,
    BackupEnd,
    RestoreBegin,
    RestoreEnd,
    Login,
    Logout,
    CloseSession,
    CreateUser,
    CreateAdmin,
    DeleteUser,
    ChangePassword,
    ChangeMfa,
    RegisterQuorum,
    SetQuorumValue,
    GetToken,
    ApproveToken,
    DeleteToken,
    GenerateKeyPair,
    ExtractMasked,
    InsertMasked,
    ShareObject,
    ModifyObject,
    TombstoneObject,
    StoreCertificate,
    RemoveCertificate,
    SetEnforcement,
}

impl Opcode {
    /// Name, code and kind of entry. Codes from 0x1000 on are ours: the real ones were not found; names that begin with
    /// `UNDOCUMENTED_` likewise.
    fn written(self) -> (&'static str, u32, LogType) {
        use LogType::{Key, Minimal, User};
        match self {
            Opcode::InitToken => ("CN_INIT_TOKEN", 0x1, Minimal),
            Opcode::InitDone => ("CN_INIT_DONE", 0x95, Minimal),
            Opcode::BackupBegin => ("CN_BACKUP_BEGIN", 0x1001, Minimal),
            Opcode::BackupEnd => ("CN_BACKUP_END", 0x1002, Minimal),
            Opcode::RestoreBegin => ("CN_RESTORE_BEGIN", 0x1003, Minimal),
            Opcode::RestoreEnd => ("CN_RESTORE_END", 0x1004, Minimal),
            Opcode::Login => ("CN_LOGIN", 0xd, User),
            Opcode::Logout => ("CN_LOGOUT", 0xe, User),
            Opcode::CloseSession => ("CN_CLOSE_SESSION", 0x1005, Minimal),
            Opcode::CreateUser => ("CN_CREATE_USER", 0x3, User),
            Opcode::CreateAdmin => ("CN_CREATE_CO", 0x4, User),
            Opcode::DeleteUser => ("CN_DELETE_USER", 0xa1, User),
            Opcode::ChangePassword => ("CN_CHANGE_PSWD", 0x9, User),
            Opcode::ChangeMfa => ("UNDOCUMENTED_CHANGE_MFA", 0x1006, User),
            Opcode::RegisterQuorum => ("UNDOCUMENTED_REGISTER_QUORUM", 0x1007, User),
            Opcode::SetQuorumValue => ("CN_SET_M_VALUE", 0x1008, User),
            Opcode::GetToken => ("CN_GET_TOKEN", 0x1009, User),
            Opcode::ApproveToken => ("CN_APPROVE_TOKEN", 0x100a, User),
            Opcode::DeleteToken => ("CN_DELETE_TOKEN", 0x100b, User),
            Opcode::GenerateKeyPair => ("CN_GENERATE_KEY_PAIR", 0x19, Key),
            Opcode::ExtractMasked => ("CN_EXTRACT_MASKED_OBJECT_USER", 0xf0, Key),
            Opcode::InsertMasked => ("CN_INSERT_MASKED_OBJECT_USER", 0xf1, Key),
            Opcode::ShareObject => ("CN_SHARE_OBJECT", 0x12, Key),
            Opcode::ModifyObject => ("CN_MODIFY_OBJECT", 0x100c, Key),
            Opcode::TombstoneObject => ("CN_TOMBSTONE_OBJECT", 0x100d, Key),
            Opcode::StoreCertificate => ("CN_CERT_AUTH_STORE_CERT", 0x100e, Minimal),
            Opcode::RemoveCertificate => ("UNDOCUMENTED_REMOVE_CERT", 0x100f, Minimal),
            Opcode::SetEnforcement => ("UNDOCUMENTED_SET_ENFORCEMENT", 0x1010, Minimal),
        }
    }
}
