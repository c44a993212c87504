//! Which of the key owner's passwords is typed: they are numbered, and a stop or a refusal leads to the next one.

/// How far the numbers have moved in one run of the engine.
#[derive(Default)]
pub struct OwnersPassword {
    /// Passwords that were not the right ones, after a stop.
    further: u32,
    /// Whether the prompt that came last asks for the owner's next one.
    next: bool,
}

impl OwnersPassword {
    /// The number of the password that a prompt asks for, if it asks for the owner's; `now` is the one that the owner had
    /// when the event began.
    pub fn asked(&mut self, prompt: &str, now: u32) -> u32 {
        self.next = prompt.starts_with("Next password");
        // After a stop the HSM may have had the next one already, and then the one after that is typed.
        self.further += u32::from(prompt.contains("the key owner") && prompt.ends_with("(the last one was refused)"));
        match self.next {
            true => now + 1 + self.further,
            false => now + self.further % 3,
        }
    }

    /// The console wants another one; somebody else's password says nothing about the owner's.
    pub fn said(&mut self, text: &str) {
        self.further += u32::from(self.next && text.starts_with("Choose another one: "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXT: &str = "Next password of the key owner root_owner";
    const REFUSED: &str = "Choose another one: the password cannot be used: a new password has 8 to 32 characters.";

    #[test]
    fn counts_what_was_refused_of_the_owners_next_one() {
        let mut owner = OwnersPassword::default();
        assert_eq!(owner.asked(NEXT, 1), 2);
        owner.said(REFUSED);
        assert_eq!(owner.asked(NEXT, 1), 3);
        assert_eq!(owner.asked(&format!("{NEXT}, again"), 1), 3);
    }

    #[test]
    fn another_users_refused_password_moves_no_number_of_the_owners() {
        let mut owner = OwnersPassword::default();
        let _ = owner.asked("Password of the new admin admin_member_10, entered by member-10", 1);
        owner.said(REFUSED);
        assert_eq!(owner.asked(NEXT, 1), 2);
    }

    #[test]
    fn after_a_stop_the_owners_passwords_are_tried_one_after_the_other() {
        let mut owner = OwnersPassword::default();
        let prompt = "Password of the key owner root_owner, entered by a member";
        assert_eq!(owner.asked(prompt, 1), 1);
        let refused = format!("{prompt} (the last one was refused)");
        assert_eq!([(); 3].map(|()| owner.asked(&refused, 1)), [2, 3, 1]);
    }
}
