//! Origins of logs: what a log is of, and whether it is a rehearsal's.

/// What a log is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// `log/<n>`: certificates.
    Certificates,
    /// `sig/<n>`: single signatures.
    Signatures,
}

impl Series {
    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certificates => "log",
            Self::Signatures => "sig",
        }
    }
}

/// Whether an origin is of such a log: `<domain>/log/1`, or in rehearsals `<domain>/rehearsal/log/1`.
///
/// The Project's logs have its own domain; a private registry's must not have that.
pub fn fits(origin: &str, public: bool, rehearsal: bool, series: Series) -> bool {
    let Some((front, number)) = origin.rsplit_once('/') else {
        return false;
    };
    let Some(place) = front
        .strip_suffix(series.name())
        .and_then(|place| place.strip_suffix('/'))
    else {
        return false;
    };
    let (domain, marked) = match place.strip_suffix("/rehearsal") {
        Some(domain) => (domain, true),
        None => (place, false),
    };
    let counted = number.parse::<u32>().is_ok_and(|n| n > 0 && n.to_string() == number);
    counted && marked == rehearsal && (domain == DOMAIN) == public && !domain.is_empty()
}

/// Whether one origin is of a later log of the same kind and place as another: `<domain>/log/2` of `<domain>/log/1`.
pub fn follows(later: &str, log: &str) -> bool {
    match (numbered(later), numbered(log)) {
        (Some((later, n)), Some((log, m))) => later == log && n > m,
        _ => false,
    }
}

fn numbered(origin: &str) -> Option<(&str, u32)> {
    let (front, number) = origin.rsplit_once('/')?;
    Some((front, number.parse().ok()?))
}

const DOMAIN: &str = "pki.rust-lang.org";

#[cfg(test)]
mod tests {
    use super::*;
    use Series::{Certificates, Signatures};

    #[test]
    fn a_log_follows_an_earlier_one_of_its_kind() {
        assert!(follows("pki.rust-lang.org/log/10", "pki.rust-lang.org/log/9"));
        for other in [
            "pki.rust-lang.org/log/2",
            "pki.rust-lang.org/sig/3",
            "x.example/log/3",
            "log",
            "",
        ] {
            assert!(!follows(other, "pki.rust-lang.org/log/2"), "{other}");
        }
    }

    #[test]
    fn a_log_is_of_one_thing() {
        assert!(fits("pki.rust-lang.org/log/1", true, false, Certificates));
        assert!(fits("pki.rust-lang.org/sig/12", true, false, Signatures));
        assert!(fits("pki.rust-lang.org/rehearsal/sig/1", true, true, Signatures));
        assert!(fits("registry.example/sig/1", false, false, Signatures));
        for other in [
            "pki.rust-lang.org/sig/1",
            "pki.rust-lang.org/rehearsal/log/1",
            "pki.rust-lang.org/log/0",
            "pki.rust-lang.org/log/01",
            "pki.rust-lang.org/xlog/1",
            "registry.example/log/1",
            "x.pki.rust-lang.org/log/1",
            "/log/1",
            "log/1",
            "",
        ] {
            assert!(!fits(other, true, false, Certificates), "{other}");
        }
        assert!(!fits("pki.rust-lang.org/log/1", false, false, Certificates));
    }
}
