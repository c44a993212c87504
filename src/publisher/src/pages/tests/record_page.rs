//! What the record says and an auditor looks for, on the event's page.

use super::*;

#[test]
fn does_not_believe_a_quote_that_nobody_checked() {
    let mut site = site();
    let [_, event] = pages(&site);
    assert!(event.contains("unproven: nothing but the screen said what booted"));
    site.events[0].record.boot = Boot::Quote(vec![1, 2, 3].into());
    let [_, event] = pages(&site);
    assert!(event.contains("unproven: not a quote: "), "{event}");
}

#[test]
fn says_of_a_quote_who_made_it_and_that_nobody_vouches_for_the_key() {
    let mut site = site();
    let quote = include_bytes!("../../../../../tests/vectors/boot/accept/ecc.cbor");
    site.events[0].record.boot = Boot::Quote(quote[..].into());
    site.events[0].record.session = vec![0x5e; 16].into();
    let [_, event] = pages(&site);
    let key = "11a1da33bb54a02e47a8d42dd5ddb91d90cfc430a06d2d69a9736b84fa25f24e";
    let said = format!(
        "quoted over the nonces of 3 members, by the key {key} (ECDSA P-256), of which nobody vouches here that it is in a \
         TPM; PCR 4 "
    );
    assert!(event.contains(&said), "{event}");
}

#[test]
fn tells_what_the_hsm_states_of_each_key() {
    let site = site();
    let [_, event] = pages(&site);
    for key in &site.events[0].record.keys {
        assert!(!key.attributes.is_empty());
        assert!(event.contains(&key.attributes.join(", ")), "{event}");
        assert!(event.contains(&format!("<dt>Label</dt><dd>{}</dd>", key.label)));
    }
    let mut approvers: Vec<_> = site.events[0]
        .inbound
        .roster
        .members
        .iter()
        .map(|member| member.approver.as_str())
        .collect();
    approvers.sort_unstable();
    let shared = approvers.join(", ");
    assert_eq!(
        event.matches(&format!("<dt>Shared with</dt><dd>{shared}</dd>")).count(),
        2
    );
    assert_eq!(event.matches("<dt>Shared with</dt><dd>nobody</dd>").count(), 1);
    assert_eq!(event.matches("5 approvals to use it, 5 to change it").count(), 2);
    assert_eq!(event.matches("none: no approval is needed").count(), 1);
}

#[test]
fn tells_what_went_otherwise() {
    let mut site = site();
    let [_, event] = pages(&site);
    assert!(event.contains("<h2>What went otherwise than planned</h2><p>Nothing, by the record.</p>"));
    assert!(event.contains("None: every certificate and list passed every lint."));
    // What the console states of the HSM is always there.
    assert!(event.contains("What else the record says"));
    assert!(event.contains("<dt>quorum-kept-by</dt><dd>the HSM, per key</dd>"));
    assert!(event.contains("<dt>hsm-check-end</dt><dd>nothing falls short</dd>"));

    let record = &mut site.events[0].record;
    record.exceptions = vec![Exception {
        step: Some("sign-root".into()),
        at: OPENS,
        what: "the answer was lost".into(),
    }];
    record.exemptions = vec!["crl-lasts-long: the next event is late, until 2027, owner and second".into()];
    let found = "admin extra_admin: user: expected nobody of this name and role, found there";
    record.facts = [("clock".to_owned(), "confirmed by two\u{202e}members".to_owned())].into();
    record.facts.insert("hsm-check-end".into(), found.into());
    record.tokens[1].fate = Fate::Refused;
    let (step, [token, _]) = (record.tokens[1].action.step.clone(), record.tokens[1].token.blocks());
    let [_, event] = pages(&site);
    assert!(event.contains("</time>, at the step sign-root: the answer was lost</li>"));
    assert!(event.contains("<li>crl-lasts-long: the next event is late, until 2027, owner and second</li>"));
    assert!(event.contains(&format!("<dt>hsm-check-end</dt><dd>{found}</dd>")));
    // What would turn the reading direction is shown, not obeyed.
    assert!(event.contains("<dt>clock</dt><dd>confirmed by two\\u{202e}members</dd>"));
    let refused =
        format!("for the step {step} was given to the HSM, which said no:<span class=\"digest\"><span>{token}");
    assert!(event.contains(&refused), "{event}");
}
