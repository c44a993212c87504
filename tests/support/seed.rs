//! Choices that a sample makes: they follow from the commit and the test's name, and are shown, so that a failure repeats.

use record::Digest;

/// Where the choices of one test come from.
pub struct Seed {
    test: String,
    state: Digest,
}

impl Seed {
    /// The choices of the test of this name, by `CEREMONY_TEST_SEED`, which `tests/run` sets to the commit.
    #[must_use]
    pub fn of(test: &str) -> Self {
        let seed = std::env::var(VARIABLE).ok().filter(|seed| !seed.is_empty());
        let seed = seed.unwrap_or_else(|| NO_COMMIT.to_owned());
        println!("{test}: chosen by {VARIABLE}={seed}");
        Self::from(&seed, test)
    }

    fn from(seed: &str, test: &str) -> Self {
        Self {
            test: test.to_owned(),
            state: Digest::of(format!("{seed}\n{test}").as_bytes()),
        }
    }

    /// One of the numbers from 1 to `last`, for a purpose that is shown.
    ///
    /// # Panics
    /// If there is none to choose from.
    pub fn choose(&mut self, what: &str, last: usize) -> usize {
        assert!(last > 0, "{}: nothing to choose from for {what}", self.test);
        self.state = Digest::of(&self.state.0);
        let (octets, _) = self.state.0.split_first_chunk().expect("a digest has 32 octets");
        // So few choices among so many numbers: none is more likely to any effect.
        let chosen = 1 + usize::try_from(u64::from_be_bytes(*octets) % last as u64).expect("it is less than `last`");
        println!("{}: {what}: {chosen} of {last}", self.test);
        chosen
    }
}

const VARIABLE: &str = "CEREMONY_TEST_SEED";

/// Outside `tests/run` the choices are always the same.
const NO_COMMIT: &str = "no commit";

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(seed: &str, test: &str) -> Vec<usize> {
        let mut seed = Seed::from(seed, test);
        (0..8).map(|_| seed.choose("a number", 1_000)).collect()
    }

    #[test]
    fn one_seed_gives_one_test_the_same_choices_each_time() {
        assert_eq!(choices("commit", "test"), choices("commit", "test"));
    }

    #[test]
    fn another_commit_or_another_test_gives_others() {
        let mut all = [
            choices("commit", "test"),
            choices("other", "test"),
            choices("commit", "other"),
        ];
        all.sort();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
    }

    #[test]
    fn every_number_can_be_chosen_and_no_other() {
        let mut seed = Seed::from("commit", "test");
        let chosen: std::collections::BTreeSet<_> = (0..100).map(|_| seed.choose("a number", 3)).collect();
        assert_eq!(chosen, [1, 2, 3].into());
    }
}
