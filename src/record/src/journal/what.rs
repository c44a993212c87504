//! What an entry of the journal says, one variant each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::messages::{Action, Boot, Image};
use crate::{Bytes, Digest, Signed, Time};

/// What an entry says. New kinds may come; none changes its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum What {
    /// The event began: on this plan, image and session.
    Opened {
        /// The event's name.
        event: String,
        /// The digest of the inbound bundle.
        plan: Digest,
        /// What the console runs.
        image: Image,
        /// SHA-256 of the `ceremony` binary.
        tool: Digest,
        /// Its version.
        tool_version: String,
        /// How the boot was proved.
        boot: Boot,
        /// 16 random octets.
        session: Bytes,
    },
    /// The engine was started again on this journal.
    Resumed {
        /// What the console runs now.
        image: Image,
        /// Octets after the last whole entry, cut away: a write that a stop interrupted.
        torn: u64,
    },
    /// This run goes by what a probe found out about the HSM's command line, where the documents suggest otherwise.
    Habits {
        /// The answers, by the probe's question.
        answers: BTreeMap<String, String>,
    },
    /// A member's bundle was checked and taken.
    Received {
        /// The bundle's type.
        kind: String,
        /// The bundle, its signature and whose it is.
        signed: Signed,
    },
    /// Enough members answered, and no more answers of this kind are taken.
    Gathered {
        /// The stem of the bundles' files: `review`, `attendance-begin`, `approval-1`, `attendance-end`.
        stem: String,
    },
    /// A step of the plan begins.
    Step {
        /// The step's name.
        step: String,
    },
    /// A command is about to be given to the HSM.
    Intent {
        /// The command, secrets blanked.
        command: String,
    },
    /// The HSM answered.
    Answer {
        /// The command, secrets blanked.
        command: String,
        /// The answer, word for word.
        answer: String,
        /// The files that the command left, by name.
        files: BTreeMap<String, Bytes>,
    },
    /// The HSM answered a question word for word as it did before, so that the answer need not stand here twice.
    Repeated {
        /// The command, secrets blanked.
        command: String,
        /// The number of the entry with the answer to the same command.
        entry: u64,
    },
    /// No answer came to a command.
    NoAnswer {
        /// The command, secrets blanked.
        command: String,
        /// What was seen.
        cause: String,
    },
    /// The HSM has no key of this label: shown before one is made.
    Absent {
        /// The step's name.
        step: String,
        /// The label.
        label: String,
    },
    /// A key is in the HSM, and its attributes are as they must be.
    Key {
        /// The step's name.
        step: String,
        /// The key, as the record will state it.
        record: crate::record::KeyRecord,
    },
    /// All to-be-signed bytes are settled.
    Frozen {
        /// The bytes, by step.
        bytes: BTreeMap<String, Bytes>,
    },
    /// An approval request went out.
    Requested {
        /// The request's file, byte for byte.
        request: Bytes,
    },
    /// A member was asked for signatures that bind users of the HSM to their keys.
    Asked {
        /// The round, from 1: the number in the files' names.
        round: u32,
        /// The request's file, byte for byte.
        request: Bytes,
    },
    /// A token is about to be spent on an action. From here on a signature may exist.
    Spending {
        /// The token; none for a key that the quorum does not guard.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        token: Option<Digest>,
        /// The action.
        action: Action,
    },
    /// A signature was made, and checked.
    Signed {
        /// The action.
        action: Action,
        /// The token that was spent on it, if there was one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        token: Option<Digest>,
        /// r and s, 48 octets each.
        signature: Bytes,
    },
    /// A command of the plan was carried out: the HSM said so, or, after a stop, its state shows it.
    Done {
        /// The action.
        action: Action,
        /// The token that was spent on it, if there was one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        token: Option<Digest>,
        /// The HSM's answer was lost, and its state shows that it was done.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        seen: bool,
    },
    /// The HSM's users after a command of the plan, to which every later look is compared.
    Users {
        /// The users, a line each.
        users: Vec<String>,
    },
    /// No answer came. Whether the action happened is not known, and people decide.
    Lost {
        /// The action.
        action: Action,
        /// What was seen.
        cause: String,
    },
    /// People decided to do an action again, although it may have been done.
    Again {
        /// The action.
        action: Action,
        /// Who decided, and why.
        reason: String,
    },
    /// People answered a question of the plan.
    Answered {
        /// The step's name.
        step: String,
        /// What they said.
        answer: String,
    },
    /// The HSM was read and judged: the cluster as a whole, or what proves its identity.
    Checked {
        /// What was judged: `cluster`, `identity`.
        of: String,
        /// What falls short, a sentence each; none if nothing does.
        findings: Vec<String>,
    },
    /// The HSMs and their users, to which every later look is compared: as the event found them, or as people decided
    /// to go on with them.
    Hsm {
        /// The HSMs, by serial number.
        nodes: Vec<String>,
        /// The users, a line each; none where the HSM knows no users.
        users: Vec<String>,
    },
    /// After a command without an answer the HSM's state was read again. Whether the command was carried out stays
    /// unknown; people compare.
    ReadBack {
        /// The command, secrets blanked.
        command: String,
        /// Why there is no answer.
        cause: String,
        /// What the HSM has now, a sentence each.
        state: Vec<String>,
    },
    /// The machine, as the engine found it when it was started.
    Machine {
        /// The kernel's random name of this boot, where it gives one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        boot: Option<String>,
        /// When the machine was booted, by the console's clock.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        since: Option<Time>,
    },
    /// The operator compared the console's clock with another one, and it is right.
    Clock,
    /// What the system wrote down between the event's beginning and now.
    Logins {
        /// Why that is not known, if it is not.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        problem: Option<String>,
        /// Who logged in, a line each.
        logins: Vec<String>,
        /// Boots and shutdowns, a line each.
        power: Vec<String>,
    },
    /// From here on in this run, members can come to the engine by consoles of their own.
    Consoles,
    /// Somebody came to the engine by a console of their own, or left it.
    Console {
        /// The account on the console, by the system; where it has no name, `uid` and its number.
        account: String,
        /// Whose account it is; nobody's, where the engine refused it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        member: Option<String>,
        /// When, by the console's clock. The entry may be later: the engine writes nothing while the HSM works.
        at: Time,
        /// Came; else left.
        came: bool,
    },
    /// The event is ended before its plan was carried out; only its record is still made.
    Aborted {
        /// How far it had come.
        stage: String,
        /// Why, by those who ended it.
        reason: String,
    },
    /// An output was written to the event's disk.
    Output {
        /// Its file.
        file: String,
        /// Its digest.
        digest: Digest,
    },
    /// A password was made and sealed to one member; from here on its file may lie in the outbound folder. The HSM gets
    /// the password after that.
    HandedOver {
        /// The HSM user whose password it is.
        user: String,
        /// The member who can open it.
        member: String,
        /// What it is sealed to, as the member's own bundle has it.
        recipient: String,
        /// The file in the outbound folder.
        file: String,
        /// The file's digest.
        digest: Digest,
    },
    /// The record was written; what follows is not in it.
    Record {
        /// The record's digest.
        digest: Digest,
    },
    /// The event is over.
    Closed,
}
