//! What server and client say to each other, in JSON.
//!
//! The server says what is to be done where the client runs, the client does it and replies. So one program has all
//! the rules, and the client none.

use serde::{Deserialize, Serialize};

use crate::console::PasswordFrom;

/// The form of these messages; another one is refused.
pub const VERSION: u32 = 1;

/// The client's first message.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    pub version: u32,
    pub wish: Wish,
}

/// How the client was started.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Wish {
    Interactive,
    /// One command, or an order to the stand-in itself.
    Words {
        words: Vec<String>,
        login: Option<Login>,
    },
}

/// What `CLOUDHSM_ROLE` and `CLOUDHSM_PIN` say at the client.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub role: String,
    pub pin: String,
}

/// From server to client.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Order {
    Print {
        text: String,
    },
    PrintAside {
        text: String,
    },
    ReadLine,
    AskPassword {
        prompt: String,
        from: PasswordFrom,
    },
    ReadFile {
        path: String,
    },
    WriteFile {
        path: String,
        text: String,
    },
    /// The end, with the process's exit code.
    Leave {
        code: u8,
    },
    /// The end that a fault orders: the process is gone.
    Die,
    /// The end, before anything began.
    Refused {
        text: String,
    },
}

/// From client to server, to each order that asks something.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reply {
    Line {
        text: String,
    },
    Unreadable,
    End,
    NoTerminal,
    /// Base64.
    File {
        bytes: String,
    },
    Written,
    Failed {
        text: String,
    },
}
