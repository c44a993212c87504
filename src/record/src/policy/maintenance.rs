//! Maintenance: when console and HSM may be accessed without an event. Members sign the policy, and so each window of it.

use super::Policy;
use crate::access::is_word;
use crate::text;

impl Policy {
    pub(super) fn check_maintenance(&self) -> Result<(), String> {
        for window in &self.maintenance {
            let (from, until) = (window.from, window.until);
            if from >= until || until.0 - from.0 > LONGEST {
                return Err(format!(
                    "maintenance from {from} until {until} is not of 1 second to {} days",
                    LONGEST / 86_400
                ));
            }
            if window.who.is_empty() || !window.who.iter().all(|one| is_word(one)) {
                return Err(format!("maintenance from {from} does not say by accounts who comes"));
            }
            if !text::is_sentence(&window.why) {
                return Err(format!("maintenance from {from} does not say why in one sentence"));
            }
        }
        Ok(())
    }
}

/// A window is for a piece of work; one for ever would explain everything.
const LONGEST: u64 = 14 * 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = include_str!("../../../../ceremony-scripts/root-generation/policy.toml");

    fn with(from: &str, until: &str, who: &str, why: &str) -> Result<Policy, String> {
        let window =
            format!("\n[[maintenance]]\nfrom = \"{from}\"\nuntil = \"{until}\"\nwho = [{who}]\nwhy = \"{why}\"\n");
        Policy::parse((POLICY.to_owned() + &window).as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_policy_without_windows_stays_as_it_is_and_one_with_a_window_is_read() {
        assert!(
            Policy::parse(POLICY.as_bytes())
                .expect("a policy")
                .maintenance
                .is_empty()
        );
        let good = with(
            "2027-01-01T00:00:00Z",
            "2027-01-02T00:00:00Z",
            "\"infra\"",
            "a disk is replaced",
        );
        assert_eq!(good.expect("a policy").maintenance.len(), 1);
    }

    #[test]
    fn refuses_a_window_without_end_people_or_reason() {
        let (from, until) = ("2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z");
        for (window, said) in [
            (with(until, from, "\"infra\"", "x"), "is not of 1 second to 14 days"),
            (
                with(from, "2027-03-02T00:00:00Z", "\"infra\"", "x"),
                "is not of 1 second to 14 days",
            ),
            (with(from, until, "", "x"), "who comes"),
            (with(from, until, "\"a b\"", "x"), "who comes"),
            (with(from, until, "\"infra\"", ""), "why in one sentence"),
        ] {
            let error = window.expect_err("refused");
            assert!(error.contains(said), "{error}");
        }
    }
}
