//! A chain of events on one cluster, every kind among them, each planned from its ceremony script on what those before it left.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use hsm::DryCluster;
use record::plan::{Inbound, Kind, LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER, STANDING};
use record::{Bundle, Policy, Standing, Time};

use super::came_to::CameTo;
use super::cluster::new_cluster;
use super::folder::Folder;
use super::held::{Held, Run};
use super::needs::Needs;
use super::office::Office;
use super::power::Power;
use super::scene::Scene;
use super::standing;
use crate::plan::{Call, drafted, first_policy, listed_inputs};

/// An event, the cluster before it, and what it comes to without a stop.
pub struct Played {
    pub scene: Arc<Scene>,
    pub before: DryCluster,
    pub came_to: CameTo,
}

/// All of them, in order.
pub fn play() -> Vec<Played> {
    let mut chain = Chain::new();
    EVENTS.iter().map(|(at, kind)| chain.hold(*kind, time(at))).collect()
}

/// Their kinds.
pub fn kinds() -> impl Iterator<Item = Kind> {
    EVENTS.into_iter().map(|(_, kind)| kind)
}

/// What the next event finds.
struct Chain {
    office: Office,
    policy: String,
    standing: Option<Standing>,
    cluster: DryCluster,
    /// How many events there were.
    events: u64,
    /// How often each keeper sent a request.
    requests: BTreeMap<String, u32>,
}

impl Chain {
    fn new() -> Self {
        Self {
            office: Office::first(time(EVENTS[0].0)),
            policy: first_policy(Kind::RootGeneration).expect("a policy").to_owned(),
            standing: None,
            cluster: new_cluster(0),
            events: 0,
            requests: BTreeMap::new(),
        }
    }

    fn hold(&mut self, kind: Kind, opens: Time) -> Played {
        let needs = Needs::of(kind, self.events == 0);
        let (office, policy) = self.after(&needs, opens);
        let plan = self.planned(kind, opens, &needs, (&office, &policy));
        if kind == Kind::ClusterInitialisation {
            self.cluster = new_cluster(self.events);
        }
        let people = [self.office.people.clone(), office.people.clone()];
        let scene = Arc::new(Scene::of(plan, people, &needs.absent));
        let (held, power) = (Held::new(&scene, &self.cluster), Power::new(Vec::new(), None));
        if let Err(error) = held.run(&power, Run::First) {
            panic!("{}: {error}\n{:?}", scene.name(), error.hint());
        }
        let came_to = held.came_to(&power);
        assert_eq!(power.writes(), came_to.entries.len(), "{}", scene.name());
        let before = std::mem::replace(&mut self.cluster, came_to.cluster.clone());
        self.standing = Some(standing::after(&scene, &came_to));
        (self.office, self.policy) = (office, policy);
        self.events += 1;
        Played { scene, before, came_to }
    }

    /// Office and policy after the event.
    fn after(&self, needs: &Needs, opens: Time) -> (Office, String) {
        let office = needs.roster.as_ref().map(|change| self.office.after(change, opens));
        let version = || Policy::parse(self.policy.as_bytes()).expect("a policy").version;
        let policy = needs.policy.as_ref().map(|change| change.next(&self.policy, version()));
        (
            office.unwrap_or_else(|| self.office.clone()),
            policy.unwrap_or_else(|| self.policy.clone()),
        )
    }

    /// The inbound bundle, drafted and packed as `plan draft` and `plan pack` do it.
    fn planned(&mut self, kind: Kind, opens: Time, needs: &Needs, next: (&Office, &String)) -> Vec<u8> {
        let folder = Folder::new();
        for (name, bytes) in self.inputs(needs, next) {
            fs::write(folder.path().join(name), bytes).expect("an input");
        }
        let set: Vec<(String, String)> = needs.set.clone().into_iter().collect();
        let event = format!("{kind}-{}", self.events + 1);
        let text = drafted(&Call {
            kind,
            event: &event,
            rehearsal: true,
            opens,
            closes: opens.plus(8 * 3600),
            folder: folder.path(),
            set: &set,
        });
        let text = text.unwrap_or_else(|error| panic!("{event}: {error}\n{:?}", error.hint()));
        let listed = listed_inputs(&event, text.as_bytes(), folder.path()).expect("all inputs are there");
        Inbound::pack(text.as_bytes(), listed).unwrap_or_else(|error| panic!("{event}: {error}\n{text}"))
    }

    fn inputs(&mut self, needs: &Needs, (office, policy): (&Office, &String)) -> BTreeMap<String, Vec<u8>> {
        let mut inputs = BTreeMap::from([
            (POLICY.to_owned(), self.policy.clone().into_bytes()),
            (ROSTER.to_owned(), self.office.bytes()),
            (LOG_POLICY.to_owned(), outside("tlog-policy")),
        ]);
        if let Some(standing) = &self.standing {
            let bytes = Bundle::new(true, standing.clone()).encode().expect("it encodes");
            inputs.insert(STANDING.to_owned(), bytes);
        }
        if needs.roster.is_some() {
            inputs.insert(NEXT_ROSTER.to_owned(), office.bytes());
        }
        if needs.policy.is_some() {
            inputs.insert(NEXT_POLICY.to_owned(), policy.clone().into_bytes());
        }
        for stem in needs.requests.keys() {
            let number = self.requests.entry(stem.clone()).or_default();
            *number += 1;
            inputs.insert(format!("{stem}.csr"), outside(&format!("{stem}-{number}.csr")));
        }
        let documents = needs.documents.iter();
        inputs.extend(documents.map(|(name, text)| (name.clone(), text.clone().into_bytes())));
        inputs
    }
}

/// What comes from outside and is kept beside the tests.
fn outside(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inputs");
    fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn time(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

/// Every kind, in an order that a PKI could have.
const EVENTS: [(&str, Kind); 16] = [
    ("2026-11-02T10:00:00Z", Kind::ClusterInitialisation),
    ("2026-11-09T10:00:00Z", Kind::RootGeneration),
    ("2027-02-15T10:00:00Z", Kind::SubkeyIssuance),
    ("2027-05-10T10:00:00Z", Kind::DelegateIssuance),
    ("2027-09-20T10:00:00Z", Kind::MemberKeyReplacement),
    ("2027-11-23T10:00:00Z", Kind::CrlRefresh),
    ("2028-03-14T10:00:00Z", Kind::DelegateReplacement),
    ("2028-06-06T10:00:00Z", Kind::HsmMaintenance),
    ("2028-08-01T10:00:00Z", Kind::DelegateRevocation),
    ("2028-10-10T10:00:00Z", Kind::Drill),
    ("2029-04-10T10:00:00Z", Kind::ConsoleMaintenance),
    ("2029-10-15T10:00:00Z", Kind::MemberChange),
    ("2030-11-11T10:00:00Z", Kind::RootRotation),
    ("2031-10-13T10:00:00Z", Kind::ThresholdChange),
    ("2032-06-07T10:00:00Z", Kind::ClusterInitialisation),
    ("2032-06-14T10:00:00Z", Kind::RootEmergency),
];
