//! The errors of tokens and of the member's own SSH key: each names what a person did, or can do.

use std::fmt;

use pkcs11::Cause;
use record::sshsig::SshsigError;

use crate::error::{Error, key_name};

impl Error {
    pub(super) fn fmt_token(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { doing, cause } => match token_said(doing, cause) {
                Some(said) => f.write_str(said),
                None => write!(f, "{doing}: {cause}"),
            },
            Self::NoPin => write!(f, "no PIN was typed"),
            Self::PinNoText => write!(f, "the PIN is not text"),
            Self::OtherTokenKey { key, token } => {
                let key = key_name(*key);
                write!(
                    f,
                    "the {key} in the token {token} is not the one of setup: it is another key"
                )
            }
            Self::TokenSignature { key } => {
                write!(f, "what the token signed does not fit your {}", key_name(*key))
            }
            Self::KeyFromOutside { key, attribute } => write!(
                f,
                "the {} was made outside of the token: by what it says, {attribute} is false",
                key_name(*key)
            ),
            Self::OneKeyForBoth => write!(f, "the approval key and the admin key are the same key of the token"),
            Self::KeyOfOtherPurpose { rehearsal: true, home } => {
                write!(
                    f,
                    "this is for rehearsals, and {} has a key of it for production",
                    home.display()
                )
            }
            Self::KeyOfOtherPurpose { rehearsal: false, home } => {
                write!(
                    f,
                    "this is for production, and {} has a key of it for rehearsals",
                    home.display()
                )
            }
            Self::KeyHasHome { home } => write!(f, "the approval key has a home already, {}", home.display()),
            Self::NotKept { which } => write!(f, "the {which} is not the old home's, and --new does not name it"),
            Self::NotNew { which } => write!(f, "the {which} is the old home's, and --new names it"),
            Self::KeptElsewhere => write!(
                f,
                "the old home's keys are in a token, and the new ones would be in files"
            ),
            Self::SshPublicKey { path, what } => write!(f, "{} is no public SSH key of ours: {what}", path.display()),
            Self::SshTool { cause } => write!(f, "`ssh-keygen` cannot be started: {cause}"),
            Self::SshRefused { fido: true, .. } => {
                write!(
                    f,
                    "`ssh-keygen` did not sign: the security key was not there, or not touched in time"
                )
            }
            Self::SshRefused { fido: false, file } => {
                write!(f, "`ssh-keygen` did not sign with the key of {}", file.display())
            }
            _ => self.fmt_event(f),
        }
    }

    pub(super) fn token_hint(&self) -> Option<String> {
        let hint = match self {
            Self::Token { doing, cause } => match token_hint(doing, cause) {
                Some(hint) => hint,
                None => return cause.hint().map(str::to_owned),
            },
            Self::NoPin | Self::PinNoText => "start again, and type the token's PIN",
            Self::OtherTokenKey { .. } => "plug in the token of setup, or name the right --home",
            Self::TokenSignature { .. } => {
                "send nothing; start again, and if it stays so tell infra: the token has another private key than it shows"
            }
            Self::KeyFromOutside { .. } => {
                "whoever made it may have it still: make both keys in the token, with --make or with its own tool"
            }
            Self::OneKeyForBoth => {
                "name two keys: a signature of the admin key, for a login, could be a quorum's approval otherwise"
            }
            Self::KeyOfOtherPurpose { .. } => {
                "rehearsals have a token and an SSH key of their own: plug in the other one, or name the right --home"
            }
            Self::KeyHasHome { .. } => {
                "use that home; or, to replace another key, say --keep with it, so that what it remembers stays"
            }
            Self::NotKept { .. } => "plug in the token of the old home, or name the key with --new",
            Self::NotNew { .. } => "name the new key; two homes of the same keys could each give the same approval",
            Self::KeptElsewhere => "name the token with --module and --token",
            Self::SshPublicKey { .. } => {
                "name the file that ends in .pub of an Ed25519, an ECDSA P-384 or a FIDO key; `ssh-keygen -t ed25519-sk` makes one"
            }
            Self::SshTool { .. } => "install OpenSSH's programs, 8.2 or later",
            Self::SshRefused { fido: true, .. } => "plug the security key in, start again, and touch it when it blinks",
            Self::SshRefused { fido: false, .. } => {
                "see what it said above: the key's file was moved, or its passphrase was wrong, or the agent does not have it"
            }
            Self::Sign(cause) => match **cause {
                SshsigError::NotTouched { .. } => {
                    "touch the security key when it blinks; a key made with no-touch-required cannot be used here"
                }
                SshsigError::OtherKey { .. } => "plug in the security key of setup, or name the right --home",
                _ => return None,
            },
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// The likely cause, in a person's words. Codes differ from module to module, so what was being done counts too.
fn token_said(doing: &str, cause: &pkcs11::Error) -> Option<&'static str> {
    Some(match (cause, cause.cause()?) {
        (pkcs11::Error::NoToken { .. }, _) => return None,
        (_, Cause::Removed) => "the token was pulled out, or is not there any more",
        (_, Cause::NotAllowed | Cause::Failed) if doing == SIGNING => {
            "the token did not sign: nobody touched it in time, or it was taken by another program"
        }
        (_, Cause::Cancelled) => "the token's touch or its PIN pad was declined, or nobody used it in time",
        (_, Cause::Busy) => "the token is busy: another program uses it",
        (_, Cause::PinExpired) => "the token wants a new PIN before it does anything",
        _ => return None,
    })
}

fn token_hint(doing: &str, cause: &pkcs11::Error) -> Option<&'static str> {
    Some(match (cause, cause.cause()) {
        (pkcs11::Error::WrongPin { last_try: false }, _) => {
            "check the keyboard's layout and Caps Lock; each wrong PIN counts, and few are left before it locks"
        }
        (pkcs11::Error::PinLocked, _) => {
            "unblock it with the PUK and the token's own tool, before the event; nothing is lost"
        }
        (pkcs11::Error::NotLoggedIn, _) | (_, Some(Cause::Failed)) if doing == SIGNING => {
            "nothing was sent; start again, and touch the token each time that it blinks"
        }
        (pkcs11::Error::NoToken { .. }, _) => return None,
        (_, Some(Cause::Removed)) => "nothing was sent; plug the token in and start again",
        (_, Some(Cause::Cancelled)) => "nothing was sent; start again, and touch the token each time that it blinks",
        (_, Some(Cause::Busy)) => {
            "close other programs that use it, such as a browser, gpg or an SSH agent, and start again"
        }
        (_, Some(Cause::PinExpired)) => "change the PIN with the token's own tool",
        (pkcs11::Error::KeyAbsent { .. }, _) => {
            "plug in the right token; `pkcs11-tool --list-objects` shows the labels and ids of its keys, --make makes them"
        }
        (pkcs11::Error::KeyThere { .. }, _) => {
            "nothing was made; without --make, keys that are there are taken: also those of a setup that was stopped"
        }
        (pkcs11::Error::KeyNotUnique { .. }, _) => "name the key by id: and its id",
        (pkcs11::Error::AttributeWrong { .. }, _) => {
            "such a key can leave the token; make one that cannot, with --make"
        }
        (pkcs11::Error::NotOffered { .. }, _) => "this token has no RSA of 2048 bits; use another one",
        _ => return None,
    })
}

/// As it is said where a token signs.
const SIGNING: &str = "the token's signature";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_was_not_touched_pulled_out_busy_or_locked_is_said_so() {
        let code = |code: &str| pkcs11::Error::Unclear {
            function: "C_Sign".into(),
            code: format!("CKR {code}"),
        };
        for (cause, said, hint) in [
            (
                pkcs11::Error::NotLoggedIn,
                "the token did not sign: nobody touched it in time",
                "touch the token each time",
            ),
            (
                code("FunctionFailed"),
                "the token did not sign: nobody touched it in time",
                "touch the token each time",
            ),
            (
                code("FunctionRejected"),
                "the token's touch or its PIN pad was declined",
                "touch the token each time",
            ),
            (
                code("DeviceRemoved"),
                "the token was pulled out",
                "plug the token in and start again",
            ),
            (
                code("SessionCount"),
                "the token is busy: another program uses it",
                "close other programs that use it",
            ),
            (
                pkcs11::Error::PinLocked,
                "the token's signature: the token's PIN is locked",
                "unblock it with the PUK",
            ),
        ] {
            let error = Error::token(SIGNING)(cause);
            assert!(error.to_string().starts_with(said), "{error}");
            assert!(error.hint().expect("a hint").contains(hint), "{error}");
            assert_eq!(error.exit_code(), 4, "{error}");
        }
    }

    #[test]
    fn the_last_try_of_a_pin_is_said_so() {
        let error = Error::token("the login at the token")(pkcs11::Error::WrongPin { last_try: true });
        assert_eq!(error.to_string(), "the login at the token: the token refused the PIN");
        let hint = "do not try again before you are sure: the next wrong PIN locks the token";
        assert_eq!((error.hint().as_deref(), error.exit_code()), (Some(hint), 1));
    }
}
