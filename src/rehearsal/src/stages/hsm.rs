//! The HSM: the stand-in with three nodes, and what members answer it.

use std::collections::BTreeMap;

use record::Digest;

use crate::child::Call;
use crate::error::Error;
use crate::files;
use crate::members::first_and_last;
use crate::rehearsal::Rehearsal;

/// Starts a cluster, which is nobody's yet.
pub fn new_cluster(rehearsal: &Rehearsal) -> Result<(), Error> {
    files::clear(&rehearsal.cluster())?;
    start(rehearsal)
}

fn start(rehearsal: &Rehearsal) -> Result<(), Error> {
    let now = rehearsal.clock.now().to_string();
    let mut words = vec!["--nodes", "3"];
    // Its log begins with it.
    words.extend(rehearsal.clock.ahead.iter().flat_map(|_| ["--clock", now.as_str()]));
    rehearsal.standin("init", &words)?;
    rehearsal.screen.say("A stand-in for CloudHSM runs, with three HSMs.");
    Ok(())
}

impl Rehearsal {
    /// Gives an order to the stand-in, which the real program does not know.
    pub fn standin(&self, order: &str, words: &[&str]) -> Result<(), Error> {
        let mut call = Call::new(&self.binaries.standin, order)
            .words(["standin", order])
            .words(words);
        self.with_cluster(&mut call)?;
        call.run().map(|_| ())
    }

    /// The audit logs of one of the clusters that there were; none of one that was never begun.
    pub fn audit(&self, cluster: u32) -> Result<String, Error> {
        let folder = self.places.cluster(cluster);
        if !folder.exists() {
            return Ok(String::new());
        }
        let mut call = Call::new(&self.binaries.standin, "audit").words(["standin", "audit", "--layout", "new"]);
        self.with_cluster_at(&mut call, &folder)?;
        call.run()
    }

    /// Has the stand-in's clock say what ours does.
    pub fn set_cluster_clock(&self) -> Result<(), Error> {
        match self.cluster().exists() {
            true => self.standin("clock", &["--set", &self.clock.now().to_string()]),
            false => Ok(()),
        }
    }
}

/// As many members as are needed sign their tokens.
pub fn answers(rehearsal: &Rehearsal, kind: &str, members: &[String], needed: u32) -> Result<(), Error> {
    let here = &rehearsal.here;
    let (inbound, outbound) = (here.inbound(), here.outbound());
    let request = |id: &str| outbound.join(format!("{}-{id}.cbor", kind.replace("key-answer", "key-request")));
    let needed = usize::try_from(needed).unwrap_or(usize::MAX);
    let asked: Vec<String> = members
        .iter()
        .filter(|id| request(id).exists())
        .take(needed)
        .cloned()
        .collect();
    let mut spoken = BTreeMap::new();
    for id in &asked {
        spoken.insert(id.as_str(), first_and_last(&Digest::of(&files::read(&request(id))?)));
    }
    let answer = |id: &str| {
        let call = rehearsal.member_at(&rehearsal.next_home(id), id, "answer");
        // A stop may have lost a registration in an event about members; the members here saw it.
        let again = rehearsal.event.script.starts_with("member-").then(|| "--again".into());
        let call = call.words([request(id)].into_iter().chain(again));
        call.path("--out", &inbound).line(spoken[id].clone())
    };
    rehearsal.members(kind, &asked, &inbound, |id| format!("{kind}-{id}.cbor"), answer)
}
