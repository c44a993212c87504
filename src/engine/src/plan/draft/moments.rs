//! Moments in templates: `opens`, `opens+400d`, `opens+7y`, `end of root-1`, `opens+crl days, at most end of bors`.

use record::Time;

use super::known::Known;
use crate::error::Error;

impl Known<'_> {
    /// The moment that a word says, if it says one.
    pub fn moment(&self, word: &str) -> Result<Option<Time>, Error> {
        let mut earliest = None;
        for part in word.split(", at most ") {
            let Some(found) = self.single(part)? else {
                return Ok(None);
            };
            earliest = earliest.map_or(Some(found), |so_far: Time| Some(so_far.min(found)));
        }
        Ok(earliest)
    }

    fn single(&self, word: &str) -> Result<Option<Time>, Error> {
        if let Some((base, span)) = word.split_once('+') {
            let Some(base) = self.single(base)? else {
                return Ok(None);
            };
            return self.later(base, span);
        }
        Ok(match word {
            "opens" => Some(self.call.opens),
            "closes" => Some(self.call.closes),
            // The newest root's, which signs for delegates.
            "root end" => Some(self.end_of("root")?),
            "new root end" => Some(self.new_root_end()?),
            _ => match (word.strip_prefix("end of issuer for "), word.strip_prefix("end of ")) {
                (Some(subkey), _) => Some(self.end_of(&self.issuer_for(subkey)?)?),
                (_, Some(name)) => Some(self.end_of(name)?),
                _ => None,
            },
        })
    }

    fn later(&self, base: Time, span: &str) -> Result<Option<Time>, Error> {
        let days = |days: u64| base.plus(days.saturating_mul(86_400));
        let number = |text: &str| text.parse::<u64>().ok();
        Ok(match (span.strip_suffix('d'), span.strip_suffix('y')) {
            (Some(n), _) => number(n).map(days),
            (_, Some(n)) => number(n).map(|years| years_after(base, years)),
            _ if span == "crl days" => Some(days(self.issuing_policy()?.crl.days)),
            _ => match span.strip_prefix("days of ") {
                Some(subkey) => Some(days(self.subkey_rule(subkey)?.days)),
                None => None,
            },
        })
    }

    /// A new root ends when the schedule says, and lives no longer than the policy allows.
    fn new_root_end(&self) -> Result<Time, Error> {
        let rule = &self.issuing_policy()?.root;
        let scheduled = format!("{:04}-12-31T23:59:59Z", rule.end_year(self.call.opens));
        let longest = years_after(self.call.opens, rule.life_years);
        Ok(Time::parse(&scheduled).map_or(longest, |scheduled| scheduled.min(longest)))
    }
}

/// The same date, some years later; 29 February becomes the 28th where there is none.
fn years_after(base: Time, years: u64) -> Time {
    let text = base.to_string();
    let moved = format!("{:04}{}", base.year().saturating_add(years), &text[4..]);
    let there = |text: &str| Time::parse(text);
    there(&moved)
        .or_else(|| there(&moved.replacen("-02-29", "-02-28", 1)))
        .unwrap_or(base.plus(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_go_by_the_calendar() {
        for (from, years, to) in [
            ("2030-11-22T10:00:00Z", 7, "2037-11-22T10:00:00Z"),
            ("2028-02-29T00:00:00Z", 1, "2029-02-28T00:00:00Z"),
            ("2028-02-29T00:00:00Z", 4, "2032-02-29T00:00:00Z"),
            ("9998-01-01T00:00:00Z", 7, "9999-12-31T23:59:59Z"),
        ] {
            let from = Time::parse(from).expect("a time");
            assert_eq!(years_after(from, years).to_string(), to);
        }
    }
}
