//! The parts of a cluster's first hour, as `initialise::TITLES` has them: what people do, what the screen then says.

use record::plan::Inbound;

use super::expected::Expected;
use super::fields::Field;

/// A part's checklist, by its number from 0. The script of cluster-initialisation says more of each.
pub fn part(inbound: &Inbound, number: usize) -> Expected {
    let all = inbound.roster.members.len();
    let enough = inbound.policy.quorum.threshold;
    match number {
        0 => Expected {
            then: vec![
                "Everybody else looks away. The key owner's password is typed, twice, by whoever is to keep it; then each member \
                 types a new password for their admin account, twice."
                    .into(),
            ],
            ..expected(
                "Each member writes down the customer CA's words: all trust in this cluster hangs on it from now on.",
                &["The cluster has ... HSMs."],
                vec![
                    Field::Members("typed a password"),
                    Field::Short("HSMs"),
                    Field::Short("customer CA: first word"),
                    Field::Short("check word"),
                ],
            )
        },
        1 => expected(
            "Nobody does anything.",
            &[
                "The members are admins. The key owner is no member and has no approval key.",
                "The first user, admin, is deleted.",
            ],
            vec![Field::Short("time")],
        ),
        2 => expected(
            "All members answer `key-request-1`: their own admin and no other user, no signature by the approval key, as many \
             signatures as there are HSMs.",
            &[&format!("{all} admins have a second factor.")],
            vec![Field::Members("answered"), Field::Short("time")],
        ),
        3 => expected(
            &format!(
                "Two members answer `key-request-2`, as admins. Then at least {enough} members answer `key-request-3`: two \
                 things, the quorum of the services `user` and `cluster`, and no third."
            ),
            &[],
            vec![Field::Members("agreed"), Field::Short("time")],
        ),
        4 => expected(
            "All members answer `key-request-4`: their own two users, the approval key once, the admin key as often as there are \
             HSMs. Nobody was asked for an approval key before: whoever was says so now, and that is a stop.",
            &[&format!(
                "{all} approval keys are registered, and the approvers' passwords are gone. The owner and {all} admins have \
                 logged in."
            )],
            vec![Field::Members("answered"), Field::Short("time")],
        ),
        _ => expected(
            "Every row of the table begins with `ok`. If one begins with `NO`, the cluster is thrown away.",
            &[&format!(
                "{all} admins with MFA, the key owner and {all} approvers; the quorum values for users, for the quorum itself and \
                 for the cluster are {enough}."
            )],
            vec![Field::Short("time")],
        ),
    }
}

fn expected(doing: &str, screen: &[&str], fields: Vec<Field>) -> Expected {
    Expected {
        doing: vec![doing.to_owned()],
        screen: screen.iter().map(|line| (*line).to_owned()).collect(),
        fields,
        ..Expected::default()
    }
}
