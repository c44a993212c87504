//! Every script's template becomes a plan that can be held.

use record::plan::{KeySource, Kind, Plan, Step};

use crate::desk::Desk;

/// What each step does, in order: `issue-crl root-1 2`.
fn steps(plan: &Plan) -> Vec<String> {
    let one = |step: &Step| match step {
        Step::MakeKey { key, .. } => format!("make-key {key}"),
        Step::IssueCrl(list) => {
            let revoked: Vec<_> = list
                .revoked
                .iter()
                .filter_map(|one| one.certificate.as_deref())
                .collect();
            format!("issue-crl {} {} {}", list.issuer, list.number, revoked.join(" "))
                .trim_end()
                .to_owned()
        }
        Step::AddMember { member, .. } | Step::RemoveMember { member, .. } | Step::ReplaceMemberKeys { member, .. } => {
            format!("{} {member}", step.deed())
        }
        step => format!("{} {}", step.deed(), step.stem().unwrap_or_default())
            .trim_end()
            .to_owned(),
    };
    plan.step.iter().map(one).collect()
}

#[test]
fn a_refresh_has_a_list_of_each_issuer_with_the_next_number() {
    let plan = Desk::after_the_founding().good("crl-refresh", &[]);
    assert_eq!(steps(&plan), ["issue-crl root-1 2", "issue-crl bors-1 2"]);
    assert_eq!((plan.kind, plan.generation), (Kind::CrlRefresh, 1));
}

#[test]
fn a_list_never_outlasts_its_issuer() {
    let desk = Desk::after_the_founding();
    let _ = desk.try_draft_at("crl-refresh", "2031-10-10T10:00:00Z", &[]).good();
    let text = desk.event.text("plan.toml");
    assert_eq!(
        text.matches("next-update = \"2031-12-31T23:59:59Z\"").count(),
        2,
        "{text}"
    );
    // After its end it has no list.
    let _ = desk.try_draft_at("crl-refresh", "2031-12-31T20:00:00Z", &[]).good();
    assert!(!desk.event.text("plan.toml").contains("issue-crl"));
}

#[test]
fn a_new_delegate_comes_with_its_purpose_in_the_next_policy() {
    let desk = Desk::after_the_founding();
    desk.request("documentation");
    let rule = "[[delegate]]\nname = \"documentation\"\ncommon-name = \"Rust Rehearsal Documentation\"\npurpose = 8\n\
                keeper = \"outside\"\nquorum = false\nca = false\nsigns = true\nalgorithms = [\"p384\"]\n\n[crl]\n";
    desk.next_policy("[crl]\n", rule);
    let plan = desk.good("delegate-issuance", &["--set", "delegate=documentation"]);
    assert_eq!(steps(&plan), ["issue-certificate documentation-1"]);
    assert!(plan.inputs.contains_key("next-policy.toml"));
}

#[test]
fn a_new_delegate_that_is_kept_here_gets_its_key_and_its_first_list() {
    let desk = Desk::after_the_founding();
    let rule = "[[delegate]]\nname = \"docs\"\ncommon-name = \"Rust Rehearsal Docs\"\npurpose = 8\n\
                keeper = \"hsm\"\nquorum = true\nca = true\nsigns = false\nalgorithms = [\"p384\"]\n\n[crl]\n";
    desk.next_policy("[crl]\n", rule);
    let plan = desk.good("delegate-issuance", &["--set", "delegate=docs"]);
    assert_eq!(
        steps(&plan),
        ["make-key docs-1", "issue-certificate docs-1", "issue-crl docs-1 1"]
    );
}

#[test]
fn a_replaced_delegate_stays_in_use_until_its_end_unless_something_else_is_said() {
    let desk = Desk::after_the_founding();
    desk.request("release");
    let until = |plan: &Plan| match &plan.step[0] {
        Step::IssueCertificate { replaces, .. } => replaces.as_ref().map(|one| one.until.to_string()),
        _ => None,
    };
    let set = ["--set", "delegate=release"];
    let plan = desk.good("delegate-replacement", &set);
    assert_eq!(steps(&plan), ["issue-certificate release-2"]);
    assert_eq!(until(&plan).as_deref(), Some("2031-12-31T23:59:59Z"));
    let overlap = [&set[..], &["--set", "until=2028-06-01T00:00:00Z"]].concat();
    assert_eq!(
        until(&desk.good("delegate-replacement", &overlap)).as_deref(),
        Some("2028-06-01T00:00:00Z")
    );
    let revoked = [&set[..], &["--set", "revoke=superseded"]].concat();
    let plan = desk.good("delegate-replacement", &revoked);
    assert_eq!(
        steps(&plan),
        ["issue-certificate release-2", "issue-crl root-1 2 release-1"]
    );
}

#[test]
fn a_replaced_delegate_that_is_kept_here_gets_a_new_key() {
    let desk = Desk::after_the_founding();
    let plan = desk.good("delegate-replacement", &["--set", "delegate=bors"]);
    assert_eq!(
        steps(&plan),
        ["make-key bors-2", "issue-certificate bors-2", "issue-crl bors-2 1"]
    );
    let plan = desk.good("delegate-replacement", &["--set", "delegate=console"]);
    assert_eq!(steps(&plan), ["make-key console-2", "issue-certificate console-2"]);
}

#[test]
fn a_revocation_is_on_the_list_of_whoever_signed() {
    let desk = Desk::after_the_founding();
    let set = ["--set", "certificate=crates-io-1", "--set", "reason=keyCompromise"];
    let plan = desk.good("delegate-revocation", &set);
    assert_eq!(steps(&plan), ["issue-crl root-1 2 crates-io-1"]);
    let two = ["--set", "certificate=crates-io-1,bors", "--set", "reason=superseded"];
    let since = ["--set", "since=2027-11-01T00:00:00Z"];
    let plan = desk.good("delegate-revocation", &[&two[..], &since].concat());
    assert_eq!(steps(&plan), ["issue-crl root-1 2 bors-1 crates-io-1"]);
}

#[test]
fn a_subkey_is_called_like_its_request() {
    let desk = Desk::after_the_founding();
    desk.request("bors-rust");
    let uri = ["--set", "uri=https://github.com/rust-lang/rust"];
    let plan = desk.good("subkey-issuance", &uri);
    assert_eq!(steps(&plan), ["issue-subkey bors-rust-1"]);
    desk.request("bors-cargo");
    let uris = [
        "--set",
        "uri-bors-rust=https://github.com/rust-lang/rust",
        "--set",
        "uri-bors-cargo=https://github.com/rust-lang/cargo",
    ];
    let plan = desk.good("subkey-issuance", &uris);
    assert_eq!(steps(&plan), ["issue-subkey bors-cargo-1", "issue-subkey bors-rust-1"]);
}

const ROTATED: [&str; 15] = [
    "make-key root-2",
    "make-key bors-2",
    "make-key console-2",
    "issue-certificate root-2",
    "issue-certificate bors-2",
    "issue-certificate console-2",
    "issue-certificate release-2",
    "issue-certificate crates-io-2",
    "issue-certificate transparency-2",
    "issue-cross root-2-by-root-1-1",
    "issue-cross root-1-by-root-2-1",
    "issue-crl root-2 1",
    "issue-crl bors-2 1",
    "issue-crl root-1 2",
    "issue-crl bors-1 2",
];

#[test]
fn a_rotation_signs_for_every_delegate_again_and_for_both_roots() {
    let desk = Desk::after_the_founding();
    let plan = desk.good("root-rotation", &[]);
    assert_eq!(steps(&plan)[..3], ["answer", "answer", "answer"]);
    assert_eq!(steps(&plan)[3..], ROTATED);
    let again = |plan: &Plan| {
        plan.step
            .iter()
            .filter(|step| matches!(step.key_source(), Some(KeySource::Standing(_))))
            .count()
    };
    assert_eq!(again(&plan), 3);
    // A keeper who sends a request gets a new key.
    desk.request("release");
    assert_eq!(again(&desk.good("root-rotation", &[])), 2);
}

#[test]
fn a_new_threshold_comes_with_a_new_root() {
    let desk = Desk::after_the_founding();
    desk.six_of_nine();
    let plan = desk.good("threshold-change", &[]);
    assert_eq!(steps(&plan)[3], "set-quorum");
    assert_eq!(steps(&plan)[4..], ROTATED);
    assert!(
        plan.description.starts_with("From now on 6 members"),
        "{}",
        plan.description
    );
}

#[test]
fn an_emergency_has_no_cross_certificate_and_says_what_is_not_to_be_trusted() {
    let desk = Desk::after_the_founding();
    desk.event.write("desk/distrust.md", "root-1 is not to be trusted.\n");
    let mut standing = crate::desk::founding().standing.clone();
    standing.keys.clear();
    desk.write_standing(&standing);
    let plan = desk.good("root-emergency", &[]);
    let steps = steps(&plan);
    assert_eq!(steps[..2], ["answer", "publish-document"]);
    assert!(
        !steps
            .iter()
            .any(|step| step.starts_with("issue-cross") || step.contains("root-1")),
        "{steps:?}"
    );
    assert_eq!(
        steps
            .iter()
            .filter(|step| step.starts_with("issue-certificate"))
            .count(),
        6
    );
}

#[test]
fn maintenance_uses_no_key() {
    let desk = Desk::after_the_founding();
    let plan = desk.good("console-maintenance", &["--set", "work=The console gets its new image"]);
    assert!(steps(&plan).iter().all(|step| step == "answer"));
    assert_eq!(plan.description, "The console gets its new image");
    for (work, answers) in [("grow", 1), ("replace", 1), ("restore-drill", 4), ("log-policy", 1)] {
        let plan = desk.good("hsm-maintenance", &["--set", &format!("work={work}")]);
        let steps = steps(&plan);
        assert_eq!(steps.len(), answers + 2, "{steps:?}");
        assert_eq!(
            (steps[0].as_str(), steps[answers + 1].as_str()),
            ("look-at-hsm", "look-at-hsm")
        );
    }
}

#[test]
fn a_cluster_is_initialised_before_anything_stands_and_before_an_emergency() {
    let desk = Desk::after_the_founding();
    let plan = desk.good("cluster-initialisation", &[]);
    assert_eq!(steps(&plan), ["initialise-cluster", "look-at-hsm"]);
    assert_eq!(plan.generation, 1);
    std::fs::remove_file(desk.event.path("desk/standing.cbor")).expect("nothing stands");
    let plan = desk.good("cluster-initialisation", &["--set", "owner=other_owner"]);
    assert_eq!((plan.generation, plan.hsm.owner.as_str()), (0, "other_owner"));
}

#[test]
fn a_drill_does_what_it_is_of() {
    let desk = Desk::after_the_founding();
    let plan = desk.good("drill", &["--set", "of=crl-refresh"]);
    assert_eq!((plan.kind, plan.of), (Kind::Drill, Some(Kind::CrlRefresh)));
    assert_eq!(steps(&plan), ["issue-crl root-1 2", "issue-crl bors-1 2"]);
    let set = [
        "--set",
        "of=delegate-revocation",
        "--set",
        "certificate=release",
        "--set",
        "reason=keyCompromise",
    ];
    assert_eq!(steps(&desk.good("drill", &set)), ["issue-crl root-1 2 release-1"]);
    // What the practised script wants for its description alone is of no use in a drill, and no slip of the pen.
    let set = [
        "--set",
        "of=console-maintenance",
        "--set",
        "work=The console gets its new image",
    ];
    assert_eq!(desk.good("drill", &set).of, Some(Kind::ConsoleMaintenance));
}

/// The key owner's password goes with a member's keys only where somebody says so.
#[test]
fn stolen_keys_may_cost_the_owners_password_as_well() {
    let desk = Desk::after_the_founding();
    desk.register("member-3");
    desk.next_roster(&[]);
    let usual = ["answer", "answer", "replace-member-keys member-3", "look-at-hsm"];
    assert_eq!(steps(&desk.good("member-key-replacement", &[])), usual);
    let with = desk.good("member-key-replacement", &["--set", "owner-password=change"]);
    assert_eq!(
        steps(&with),
        [&usual[..3], &["change-owner-password"], &usual[3..]].concat()
    );
}

#[test]
fn whoever_comes_is_added_before_whoever_goes_is_removed() {
    let desk = Desk::after_the_founding();
    desk.register("member-10");
    desk.next_roster(&[("id = \"member-9\"", "id = \"member-10\"")]);
    let plan = desk.good("member-change", &[]);
    assert_eq!(
        steps(&plan),
        [
            "answer",
            "add-member member-10",
            "remove-member member-9",
            "change-owner-password",
            "look-at-hsm"
        ]
    );
    assert_eq!(plan.description, "Roster 2: comes member-10, goes member-9");
}

#[test]
fn a_member_s_new_keys_take_the_place_of_the_old_ones() {
    let desk = Desk::after_the_founding();
    desk.register("member-3");
    desk.next_roster(&[]);
    let plan = desk.good("member-key-replacement", &[]);
    assert_eq!(
        steps(&plan),
        ["answer", "answer", "replace-member-keys member-3", "look-at-hsm"]
    );
    assert_eq!(plan.description, "New keys for member-3");
}

#[test]
fn a_roster_names_the_one_before_it() {
    let desk = Desk::after_the_founding();
    let facts = support::event::facts(|_| Vec::new());
    let roster = |facts: String, more: &[&str]| {
        desk.event.write("facts.toml", facts);
        desk.event.roster("facts.toml", "desk/next-roster.cbor", more)
    };
    let second = || facts.replace("number = 1\n", "number = 2\n");
    roster(second(), &[]).refuses(
        2,
        "roster 2 follows another one, and none is named",
        Some("name it with --previous: the newest in the store, roster/N.cbor"),
    );
    let previous = ["--previous", "desk/roster.cbor"];
    let third = facts.replace("number = 1\n", "number = 3\n");
    let ended = roster(third, &previous);
    assert_eq!(
        (ended.code, ended.error()),
        (Some(3), "facts: the number is 3, but the roster after 1 is 2")
    );
    let _ = roster(second(), &previous).good();
}
