//! Reviews: who read the plan, and who compared what it builds on with the public store.

use serde::{Deserialize, Serialize};

use crate::{Body, Bundle, Digest, Signed, Time, sshsig};

/// A member has re-derived and read the plan on their own machine, and agrees to its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Review {
    /// The event's name.
    pub event: String,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// Who reviewed.
    pub member: String,
    /// When, by the member's clock.
    pub at: Time,
    /// Whether the member compared what stands before the event with a copy of the public store: only where something
    /// stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<bool>,
}

impl Body for Review {
    const TYPE: &'static str = "review";
    const NAMESPACE: &'static str = sshsig::namespace::REVIEW;
}

impl Review {
    /// Whether it says of what stands before the event as much as there is to say.
    ///
    /// # Errors
    /// It says nothing though something stands, or the other way round.
    pub fn says_of(&self, stands: bool) -> Result<(), &'static str> {
        match (stands, self.compared) {
            (true, Some(_)) | (false, None) => Ok(()),
            (true, None) => {
                Err("it does not say whether what stands before the event was compared with the public store")
            }
            (false, Some(_)) => Err("it speaks of what stands before the event, and nothing stands"),
        }
    }
}

/// Who of those that reviewed, and did not refuse, compared what stands before the event with the public store; none where no
/// review speaks of it. If it is nobody, that is an exception.
#[must_use]
pub fn who_compared<'a>(
    reviews: impl IntoIterator<Item = &'a Signed>,
    refusals: impl IntoIterator<Item = &'a Signed>,
) -> Option<Vec<&'a str>> {
    let refused: Vec<&str> = refusals.into_iter().map(|signed| signed.member.as_str()).collect();
    let mut who = None;
    for signed in reviews {
        let review = Bundle::<Review>::decode(&signed.bundle).ok();
        let Some(compared) = review.and_then(|review| review.body.compared) else {
            continue;
        };
        let who = who.get_or_insert_with(Vec::new);
        if compared && !refused.contains(&signed.member.as_str()) {
            who.push(signed.member.as_str());
        }
    }
    who
}

/// What that exception says.
pub const NOT_COMPARED: &str = "nobody who reviewed the plan, and did not refuse, compared what stands before the event with \
                                the public store; for that there is only the word of those who made the plan";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bytes;

    fn signed(member: &str, compared: Option<bool>) -> Signed {
        let review = Review {
            event: "e".into(),
            plan: Digest::of(b"plan"),
            member: member.into(),
            at: Time(5),
            compared,
        };
        Signed {
            member: member.into(),
            bundle: Bytes(Bundle::new(true, review).encode().expect("encodes")),
            signature: String::new(),
        }
    }

    #[test]
    fn who_compared_is_who_says_so() {
        assert_eq!(who_compared([], []), None);
        assert_eq!(who_compared(&[signed("member-1", None)], []), None);
        let blind = [signed("member-1", Some(false)), signed("member-2", Some(false))];
        assert_eq!(who_compared(&blind, []), Some(vec![]));
        let two = [signed("member-1", Some(true)), signed("member-2", Some(true))];
        assert_eq!(who_compared(&two, []), Some(vec!["member-1", "member-2"]));
        // Of a refusal only the name counts here.
        assert_eq!(who_compared(&two, &blind[..1]), Some(vec!["member-2"]));
        assert_eq!(who_compared(&two, &blind), Some(vec![]));
    }

    #[test]
    fn a_review_says_as_much_as_there_is_to_say() {
        let says = |compared, stands| {
            let signed = signed("member-1", compared);
            let review = Bundle::<Review>::decode(&signed.bundle).expect("decodes").body;
            review.says_of(stands)
        };
        assert_eq!((says(None, false), says(Some(false), true)), (Ok(()), Ok(())));
        let silent = says(None, true).expect_err("something stands");
        assert_eq!(
            silent,
            "it does not say whether what stands before the event was compared with the public store"
        );
        let about_nothing = says(Some(true), false).expect_err("nothing stands");
        assert_eq!(
            about_nothing,
            "it speaks of what stands before the event, and nothing stands"
        );
    }
}
