//! The plan: log key, requests, policy, roster, template; packed, and reviewed by everybody.

use crate::child::Call;
use crate::cli::{KEEPERS, MEMBERS};
use crate::error::Error;
use crate::files;
use crate::keepers;
use crate::members::first_and_last;
use crate::secrets;
use crate::stages::Rehearsal;

use record::{Digest, Time};

/// The event's name: its folder in the store.
pub const NAME: &str = "root-generation-1";

/// Makes the inbound bundle.
pub fn plan(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (screen, places) = (&rehearsal.screen, &rehearsal.places);
    for path in [
        places.inputs(),
        places.keepers(),
        places.publisher(),
        places.facts(),
        places.store(),
        places.plan(),
    ] {
        files::clear(&path)?;
    }
    files::make_folder(&places.inputs(), false)?;
    files::make_folder(&places.keepers(), true)?;
    files::make_folder(&places.publisher(), true)?;

    rehearsal.step(
        (1, 5),
        "publisher",
        "Make the log's key, and the policy by which the log is trusted",
    )?;
    log(rehearsal).run()?;
    rehearsal.step(
        (2, 5),
        "keepers",
        "Ask for certificates, with proof that they hold the keys",
    )?;
    requests(rehearsal)?;
    rehearsal.step(
        (3, 5),
        "infra",
        "Take the rehearsal policy, and make the roster from the registrations",
    )?;
    let policy = rehearsal.ceremony("plan policy")?.words(["root-generation"]);
    rehearsal.engine(policy.path("--out", &places.input("policy.toml")))?;
    let opens = opens(rehearsal);
    files::write_new(&places.facts(), facts(opens)?.as_bytes(), true)?;
    let roster = rehearsal
        .ceremony("plan roster")?
        .path("--registrations", &places.inbound());
    rehearsal.engine(
        roster
            .path("--facts", &places.facts())
            .path("--out", &places.input("roster.cbor")),
    )?;

    rehearsal.step((4, 5), "infra", "Draft the plan and check it")?;
    rehearsal.engine(draft(rehearsal, opens)?)?;
    rehearsal.engine(with_plan(rehearsal, "plan check")?)?;
    rehearsal.step(
        (5, 5),
        "infra",
        "Pack the inbound bundle: its digest is what is read aloud",
    )?;
    rehearsal.engine(with_plan(rehearsal, "plan pack")?.path("--out", &places.plan()))?;
    screen.say("From here on the plan is this bundle, byte for byte.");
    Ok(())
}

/// Every member derives all of it again and signs the digest.
pub fn reviews(rehearsal: &Rehearsal) -> Result<(), Error> {
    let plan = rehearsal.places.plan();
    let spoken = first_and_last(&Digest::of(&files::read(&plan)?));
    rehearsal.step(
        (1, 1),
        "members",
        "Derive everything again, read it in plain words, sign the digest",
    )?;
    let inbound = rehearsal.places.inbound();
    let review = |id: &str| {
        rehearsal
            .member(id, "review")
            .words([&plan])
            .path("--out", &inbound)
            .line(spoken.clone())
    };
    let ids = MEMBERS.map(str::to_owned);
    rehearsal.members(&ids, &inbound, |id| format!("review-{id}.cbor"), review)
}

fn log(rehearsal: &Rehearsal) -> Call {
    let places = &rehearsal.places;
    let call = Call::new(&rehearsal.binaries.publish, "init").words(["init", "--rehearsal"]);
    let call = call
        .path("--store", &places.store())
        .path("--log-key", &places.log_key());
    call.path("--log-policy", &places.input("tlog-policy"))
        .secret(rehearsal.secrets.log())
}

fn requests(rehearsal: &Rehearsal) -> Result<(), Error> {
    let places = &rehearsal.places;
    for name in KEEPERS {
        let (own, input) = (places.own_request(name), places.input(&format!("{name}.csr")));
        if own.exists() {
            files::write_new(&input, &files::read(&own)?, false)?;
            rehearsal.screen.say(format!("{name}: your own request."));
            continue;
        }
        let made = keepers::make(name)?;
        files::write_new(&places.keepers().join(format!("{name}.key")), made.key.as_bytes(), true)?;
        files::write_new(&input, made.request.as_bytes(), false)?;
        rehearsal.screen.say(format!("{name}: a key made here."));
    }
    Ok(())
}

fn draft(rehearsal: &Rehearsal, opens: Time) -> Result<Call, Error> {
    let call = rehearsal
        .ceremony("plan draft")?
        .words(["root-generation", "--rehearsal", "--event", NAME]);
    let call = call.words([
        "--opens",
        &opens.to_string(),
        "--closes",
        &opens.plus(OPEN_FOR).to_string(),
    ]);
    let places = &rehearsal.places;
    Ok(call
        .path("--inputs", &places.inputs())
        .path("--out", &places.input("plan.toml")))
}

fn with_plan(rehearsal: &Rehearsal, command: &str) -> Result<Call, Error> {
    let places = &rehearsal.places;
    let call = rehearsal.ceremony(command)?.words([places.input("plan.toml")]);
    Ok(call.path("--inputs", &places.inputs()))
}

/// The last full minute but one.
fn opens(rehearsal: &Rehearsal) -> Time {
    let now = rehearsal.clock.now().0;
    Time(now.saturating_sub(60) / 60 * 60)
}

/// Invented members that satisfy the M-2 rule: no label has more than three of them.
fn facts(opens: Time) -> Result<String, Error> {
    let mut salt = [0; 32];
    secrets::random(&mut salt)?;
    let from = Time(opens.0.saturating_sub(DAY));
    let until = from.plus(3 * 365 * DAY);
    let mut facts = format!(
        "# What infra knows of the members. Only salted labels of it are published.\n\
         rehearsal = true\nnumber = 1\nappointment = \"A rehearsal's roster: nobody is appointed\"\nsalt = \"{}\"\n",
        record::digest::hex(&salt)
    );
    for (n, id) in MEMBERS.iter().enumerate() {
        let (affiliation, country) = (char::from(b'a' + (n % 5) as u8), n % 4 + 1);
        facts += &format!(
            "\n[[member]]\nid = \"{id}\"\nfrom = \"{from}\"\nuntil = \"{until}\"\n\
             affiliations = [\"affiliation-{affiliation}\"]\n\
             residence = \"country-{country}\"\ncitizenships = [\"country-{country}\"]\n"
        );
    }
    Ok(facts)
}

const DAY: u64 = 86_400;

/// Long enough to be interrupted and gone on with on the same day.
const OPEN_FOR: u64 = 12 * 3_600;
