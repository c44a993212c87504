//! A power cut that is rehearsed: where it strikes.

use record::screen::Shown;

use crate::error::Error;

/// Where the power is cut, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowerCut {
    /// In which event; in the last, if none is named.
    pub event: Option<String>,
    /// Where in it.
    pub place: Place,
}

/// A place in an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The engine is killed when it shows this.
    Engine {
        /// Part of what it shows, in any case.
        text: String,
    },
    /// The HSM's command line is gone after a command had its effect.
    Hsm {
        /// The command's words: `crypto sign ecdsa`.
        command: String,
        /// At the n-th such command of the event.
        nth: u32,
    },
}

impl PowerCut {
    /// Reads `engine:TEXT` or `hsm:COMMAND#N`, in the last event, or after `EVENT/` in that; without `#N` it is the first.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let usage = || Error::Usage {
            what: format!(
                "--power-cut '{}' is not engine:TEXT or hsm:COMMAND#N",
                record::text::plain(text, 60)
            ),
            hint: "for example engine:approval-1, engine:record.cbor, 'hsm:crypto sign ecdsa#3', \
                   cluster-initialisation-1/engine:key-answer-1"
                .into(),
        };
        let kind = text.split(':').next().unwrap_or_default();
        let (event, place) = match kind.rsplit_once('/') {
            Some((event, _)) => (Some(event.to_owned()), &text[event.len() + 1..]),
            None => (None, text),
        };
        let place = Place::parse(place, usage)?;
        Ok(Self { event, place })
    }

    /// Whether it is to strike in the event of this name, the last of all or not.
    pub fn is_in(&self, event: &str, is_last: bool) -> bool {
        self.event.as_ref().map_or(is_last, |named| named == event)
    }
}

impl Place {
    fn parse(text: &str, usage: impl Fn() -> Error) -> Result<Self, Error> {
        match text.split_once(':').filter(|(_, what)| !what.is_empty()) {
            Some(("engine", text)) => Ok(Self::Engine {
                text: text.to_lowercase(),
            }),
            Some(("hsm", what)) => {
                let (command, nth) = what.rsplit_once('#').unwrap_or((what, "1"));
                let nth = nth.parse().ok().filter(|nth| *nth > 0).ok_or_else(usage)?;
                Ok(Self::Hsm {
                    command: command.to_owned(),
                    nth,
                })
            }
            _ => Err(usage()),
        }
    }

    /// Whether the engine is to be killed now that it shows this.
    pub fn strikes(&self, shown: &Shown) -> bool {
        let Self::Engine { text } = self else { return false };
        let texts: Vec<&str> = match shown {
            Shown::Step { title, .. } => vec![title],
            Shown::Waiting { kind, .. } => vec![kind],
            // The name alone: the folder's is the person's own.
            Shown::Wrote { path, what } => vec![path.rsplit('/').next().unwrap_or_default(), what],
            Shown::Said { text } => vec![text],
            _ => Vec::new(),
        };
        texts.iter().any(|shown| shown.to_lowercase().contains(text))
    }
}

impl std::fmt::Display for PowerCut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let event = self.event.as_ref().map_or(String::new(), |event| format!("{event}/"));
        write!(f, "{event}{}", self.place)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Engine { text } => write!(f, "engine:{text}"),
            Self::Hsm { command, nth } => write!(f, "hsm:{command}#{nth}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_kinds_of_places() {
        let hsm = |nth| PowerCut {
            event: None,
            place: Place::Hsm {
                command: "crypto sign ecdsa".into(),
                nth,
            },
        };
        assert_eq!(PowerCut::parse("hsm:crypto sign ecdsa#3").expect("reads"), hsm(3));
        assert_eq!(PowerCut::parse("hsm:crypto sign ecdsa").expect("reads"), hsm(1));
        let engine = PowerCut::parse("engine:Approval-1").expect("reads");
        assert_eq!(engine.to_string(), "engine:approval-1");
    }

    #[test]
    fn a_place_is_in_the_last_event_or_in_the_one_that_is_named() {
        let last = PowerCut::parse("engine:certs/root-1.der").expect("reads");
        assert!(last.is_in("a-1", true) && !last.is_in("a-1", false));
        let first = PowerCut::parse("a-1/engine:certs/root-1.der").expect("reads");
        assert!(first.is_in("a-1", false) && !first.is_in("b-1", true));
        assert_eq!(first.place, last.place);
        assert_eq!(first.to_string(), "a-1/engine:certs/root-1.der");
    }

    #[test]
    fn refuses_other_places() {
        for place in ["", "engine:", "hsm:login#0", "hsm:login#x", "member:1", "a-1/", "a-1"] {
            let error = PowerCut::parse(place).expect_err("refused").to_string();
            assert_eq!(
                error,
                format!("--power-cut '{place}' is not engine:TEXT or hsm:COMMAND#N")
            );
        }
    }

    #[test]
    fn strikes_at_what_the_engine_shows() {
        let cut = PowerCut::parse("engine:make the key root").expect("reads");
        let step = |title: &str| Shown::Step {
            number: 3,
            of: 12,
            who: "console".into(),
            title: title.into(),
        };
        assert!(cut.place.strikes(&step("Make the key root-1, guarded by the quorum")));
        assert!(!cut.place.strikes(&step("Make the key bors-1, guarded by the quorum")));
        let cut = PowerCut::parse("engine:record.cbor").expect("reads");
        let wrote = |path: &str| Shown::Wrote {
            path: path.into(),
            what: "x".into(),
        };
        assert!(cut.place.strikes(&wrote("out/outbound/record.cbor")));
        assert!(!cut.place.strikes(&wrote("record.cbor/outbound/results.cbor")));
    }
}
