//! How long each person took, from being asked to answering: what a drill is held for.

use std::time::Duration;

use record::screen::{Row, Shown};
use serde::{Deserialize, Serialize};

/// One answer of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// Which event.
    pub event: String,
    /// What was asked: `review`, `approval-1`, ...
    pub part: String,
    /// Who answered.
    pub who: String,
    /// From being asked to answering.
    pub milliseconds: u64,
}

impl Taken {
    /// One answer that took so long.
    pub fn new(event: &str, part: &str, who: &str, time: Duration) -> Self {
        Self {
            event: event.to_owned(),
            part: part.to_owned(),
            who: who.to_owned(),
            milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Tokens live for ten minutes; what is asked without them has all the time of the event.
    fn limit(&self) -> Option<u64> {
        let with_tokens = ["approval-", "key-answer-"];
        with_tokens
            .iter()
            .any(|stem| self.part.starts_with(stem))
            .then_some(600_000)
    }

    fn row(&self) -> Row {
        let seconds = |milliseconds: u64| format!("{}.{:03} s", milliseconds / 1000, milliseconds % 1000);
        Row {
            what: self.who.clone(),
            expected: self.limit().map_or("any time".into(), |_| "at most 600 s".into()),
            found: seconds(self.milliseconds),
            good: self.limit().is_none_or(|limit| self.milliseconds <= limit),
        }
    }
}

/// A table for each thing that was asked, in the order in which it was.
pub fn tables(taken: &[Taken]) -> Vec<Shown> {
    let mut parts: Vec<(&str, &str)> = Vec::new();
    for one in taken {
        if !parts.contains(&(&one.event, &one.part)) {
            parts.push((&one.event, &one.part));
        }
    }
    let table = |(event, part): (&str, &str)| {
        let mut of: Vec<&Taken> = taken
            .iter()
            .filter(|one| one.event == event && one.part == part)
            .collect();
        of.sort_by(|a, b| a.who.cmp(&b.who));
        Shown::Table {
            title: format!("{event}, {part}: from being asked to answering"),
            rows: of.into_iter().map(Taken::row).collect(),
        }
    };
    parts.into_iter().map(table).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(part: &str, who: &str, milliseconds: u64) -> Taken {
        Taken::new("crl-refresh-1", part, who, Duration::from_millis(milliseconds))
    }

    #[test]
    fn each_part_has_a_table_of_its_own_within_80_columns() {
        let all = [
            taken("review", "member-2", 1_203),
            taken("review", "member-1", 20),
            taken("approval-1", "member-1", 600_001),
        ];
        let tables = tables(&all);
        assert_eq!(tables.len(), 2);
        let lines: Vec<String> = tables.iter().flat_map(Shown::lines).collect();
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{lines:?}");
        assert_eq!(
            lines[3],
            "     ok member-1                           any time           0.020 s"
        );
        assert_eq!(
            lines[4],
            "     ok member-2                           any time           1.203 s"
        );
    }

    #[test]
    fn an_approval_after_its_token_s_life_is_marked() {
        let tables = tables(&[taken("approval-1", "member-1", 600_001)]);
        let last = tables[0].lines().pop().unwrap_or_default();
        assert_eq!(
            last,
            "     NO member-1                           at most 600 s      600.001 s"
        );
    }
}
