//! A box for each stage: what is done, what the screen then says, what is written down.

use record::plan::Inbound;

use super::expected::Expected;
use super::fields::{Field, fields};
use super::html::Html;
use crate::event::Stage;
use crate::plan::initialises;

/// The start of the program, the clock and the digests.
pub fn opening(inbound: &Inbound, members: &[String]) -> Html {
    let mut expected = Expected {
        doing: vec![
            "The operator starts the console's program:".into(),
            "The operator and two members compare the console's clock with clocks of their own, and the operator types what the \
             screen asks."
                .into(),
            "The operator reads the plan's digest aloud, as it stands on this page, and the image's. Members compare the image's \
             with what they know from elsewhere: \"same\"."
                .into(),
            "The witness says aloud what the screen says of the boot.".into(),
        ],
        screen: vec![inbound.plan.description.clone()],
        fields: vec![
            Field::Short("clock right, by"),
            Field::Short("image: first word"),
            Field::Short("check word"),
        ],
        ..Expected::default()
    };
    if inbound.plan.rehearsal {
        expected
            .screen
            .insert(0, "THIS IS A REHEARSAL. Nothing that it makes is to be trusted.".into());
    }
    let mut html = Html::default();
    html.open("div", "stage");
    heading(&mut html, "Start, clock and digests", "operator");
    html.element("p", "", &expected.doing.remove(0));
    html.screen(&start(inbound));
    body(&mut html, &expected, members);
    html.close("div");
    html
}

/// What the operator types.
fn start(inbound: &Inbound) -> Vec<String> {
    let hsm = match inbound.plan.hsm.kind.has_users() {
        true => "    --hsm-cli /opt/cloudhsm/bin/cloudhsm-cli".to_owned(),
        false => format!("    --pkcs11-module MODULE --pkcs11-token '{}'", inbound.plan.hsm.owner),
    };
    let mut lines = vec!["ceremony run --plan in/plan.cbor --inbound in --outbound out --disk disk \\".to_owned()];
    if initialises(inbound) && !inbound.plan.rehearsal {
        lines.extend(EVIDENCE.map(str::to_owned));
    }
    lines.push(hsm);
    lines
}

/// One stage of the event.
pub fn stage(number: usize, of: usize, stage: &Stage, expected: &Expected, members: &[String]) -> Html {
    let mut html = Html::default();
    let long = expected.doing.len() + expected.screen.len() > 24;
    html.open("div", if long { "stage long" } else { "stage" });
    heading(&mut html, &format!("{number}/{of} {}", stage.title), &stage.who);
    body(&mut html, expected, members);
    html.close("div");
    html
}

fn heading(html: &mut Html, title: &str, who: &str) {
    html.open("h3", "");
    html.element("span", "box", "");
    html.text(title);
    html.element("span", "who", &format!(" [{who}]"));
    html.close("h3");
}

fn body(html: &mut Html, expected: &Expected, members: &[String]) {
    if !expected.doing.is_empty() {
        html.list(&expected.doing);
    }
    if !expected.screen.is_empty() {
        html.screen(&expected.screen);
    }
    if !expected.then.is_empty() {
        html.list(&expected.then);
    }
    html.add(fields(&expected.fields, members));
}

/// What follows when the console is switched off.
pub fn afterwards(inbound: &Inbound, members: &[String]) -> Html {
    let mut lines = vec![
        "Each member present: `ceremony-member --home HOME countersign record.cbor --out OUT`, and compares `What went otherwise \
         than planned` with this paper."
            .to_owned(),
        "The operator takes the results and the countersignatures to the publisher, and the event's disk to its safe place. The \
         console is switched off."
            .into(),
        "At least one member checks the store on a machine of their own: `ceremony-verify store`.".into(),
    ];
    if inbound.next_roster.is_some() || inbound.next_policy.is_some() {
        lines.push(format!(
            "What comes into force does so with {} countersignatures of roster {}.",
            inbound.policy.quorum.threshold, inbound.roster.number
        ));
    }
    let mut html = Html::default();
    for line in lines {
        html.open("div", "stage");
        html.element("span", "box", "");
        html.words("span", &line);
        html.add(fields(&[Field::Short("time")], members));
        html.close("div");
    }
    html
}

/// What proves the HSM's identity, outside rehearsals.
const EVIDENCE: [&str; 3] = [
    "    --described described.json --aws-root aws.pem --manufacturer-root manufacturer.pem \\",
    "    --customer-ca /opt/cloudhsm/etc/customerCA.crt --cluster-certificate cluster.pem \\",
    "    --hsm-answers hsm-answers.toml \\",
];
