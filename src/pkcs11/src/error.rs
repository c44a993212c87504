//! What can go wrong with a token.

use std::{fmt, path::PathBuf};

use cryptoki::error::{Error as CkError, RvError};

use crate::TokenName;

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no such module, or it is none.
    NoModule {
        /// Its path.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// A token's name that no token can have.
    BadTokenName {
        /// The name.
        name: String,
    },
    /// There is no such token.
    NoToken {
        /// The name.
        name: TokenName,
        /// Those that are there: label and serial number.
        there: Vec<String>,
    },
    /// Several tokens have this name.
    TokenNotUnique {
        /// The name.
        name: TokenName,
        /// Their serial numbers.
        serials: Vec<String>,
    },
    /// A token to be initialised would have the label of another.
    LabelTaken {
        /// The label.
        label: String,
    },
    /// No token waits to be initialised.
    NoSpareToken,
    /// The PIN is wrong, and this attempt counts.
    WrongPin {
        /// Does the next wrong one lock the token?
        last_try: bool,
    },
    /// The PIN is locked.
    PinLocked,
    /// The PIN cannot be one: too short, too long, empty, or of characters that the token refuses.
    BadPin,
    /// The PIN is empty, but the token has no reader of its own.
    NoProtectedPath,
    /// The operators' cards, or the token's own keypad, ended without a login.
    LoginCancelled,
    /// Somebody is logged in already, in this process.
    LoggedIn,
    /// Nobody is logged in.
    NotLoggedIn,
    /// The token does not offer a mechanism for this use.
    NotOffered {
        /// The mechanism, in the standard's words.
        mechanism: &'static str,
        /// The token's label.
        token: String,
    },
    /// There is no such key among those that the login sees.
    KeyAbsent {
        /// The label.
        label: String,
    },
    /// A key of this label is there already.
    KeyThere {
        /// The label.
        label: String,
    },
    /// Several keys of one class have a label that should be one key's.
    KeyNotUnique {
        /// The label.
        label: String,
        /// How many have it.
        matched: usize,
    },
    /// A label that no key of ours can have.
    BadLabel {
        /// The label.
        label: String,
    },
    /// `id:` with something else than an id.
    BadKeyId {
        /// The text.
        text: String,
    },
    /// The token has more keys than can be read.
    TooManyKeys {
        /// The bound.
        limit: usize,
    },
    /// An attribute of a key is not what it must be.
    AttributeWrong {
        /// The key's label.
        label: String,
        /// The attribute.
        attribute: &'static str,
        /// What it must be.
        expected: String,
        /// What the token says; `nothing` where it is absent.
        found: String,
    },
    /// There is no attribute of this name that could be set.
    NoAttribute {
        /// The name.
        name: String,
    },
    /// The token refuses: the attribute cannot have this value, or the key cannot be changed or destroyed.
    Forbidden {
        /// What was asked.
        what: String,
        /// The token's code.
        code: String,
    },
    /// A public key is not of a form we know, or contradicts itself.
    BadPublicKey {
        /// What is wrong.
        why: String,
    },
    /// A signature has the wrong length.
    BadSignature {
        /// What it must have, in bytes.
        expected: usize,
        /// What came.
        found: usize,
    },
    /// The token failed without a clear no: whether the call was carried out is open.
    Unclear {
        /// The call.
        function: String,
        /// The token's code.
        code: String,
    },
    /// The module refused, with a code that comes before anything is done.
    Refused {
        /// The call.
        function: String,
        /// The token's code.
        code: String,
    },
}

/// What a person did, or can do something about. Modules differ in their codes, so these are the likely causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The token is not there, or was pulled out.
    Removed,
    /// Logged in, the key is refused all the same: smart cards say so when nobody touched them in time.
    NotAllowed,
    /// A touch or a keypad was declined.
    Cancelled,
    /// Another program uses the token.
    Busy,
    /// The PIN must be changed first.
    PinExpired,
    /// The token says no more than that it failed.
    Failed,
}

impl Error {
    /// May the token have carried out the call although we cannot say so? Then nothing is retried, and people decide.
    pub fn outcome_unknown(&self) -> bool {
        matches!(self, Error::Unclear { .. } | Error::BadSignature { .. })
    }

    /// What happened to the token or to the person before it, where the code says so.
    pub fn cause(&self) -> Option<Cause> {
        let code = match self {
            Error::Unclear { code, .. } | Error::Refused { code, .. } => code.strip_prefix("CKR ")?,
            Error::NoToken { .. } => return Some(Cause::Removed),
            Error::NotLoggedIn => return Some(Cause::NotAllowed),
            Error::LoginCancelled => return Some(Cause::Cancelled),
            _ => return None,
        };
        Some(match code {
            "DeviceRemoved" | "TokenNotPresent" | "SessionHandleInvalid" | "SessionClosed" => Cause::Removed,
            "FunctionCanceled" | "Cancel" | "FunctionRejected" => Cause::Cancelled,
            "SessionCount" | "SessionExists" | "OperationActive" | "CantLock" => Cause::Busy,
            "PinExpired" => Cause::PinExpired,
            "DeviceError" | "DeviceMemory" | "FunctionFailed" | "GeneralError" => Cause::Failed,
            _ => return None,
        })
    }

    /// What can be done about it, where something can.
    pub fn hint(&self) -> Option<&'static str> {
        use Error::*;
        Some(match self {
            NoModule { .. } => "give the absolute path of the vendor's shared library, such as libsofthsm2.so",
            BadTokenName { .. } => "a label of at most 32 bytes, or serial: and a serial number of at most 16",
            NoToken { there, .. } if there.is_empty() => {
                "the module sees no token at all: is it plugged in, and does the module find its configuration?"
            }
            NoToken { .. } => "name one of those by its label, or as serial: and its serial number",
            TokenNotUnique { .. } => "name the token by serial: and its serial number",
            LabelTaken { .. } => "choose another label",
            NoSpareToken => "the module offers no uninitialised token; make room with its own tool",
            WrongPin { last_try: true } => "do not try again before you are sure: the next wrong PIN locks the token",
            WrongPin { last_try: false } => "each wrong PIN counts, and too many lock the token",
            PinLocked => "the security officer sets a new PIN with the token's own tool",
            BadPin => "the token's papers say how long a PIN is and of which characters",
            NoProtectedPath => "enter the PIN: this token has no reader or cards of its own",
            LoginCancelled => "present the operators' cards at the token's own reader and log in again",
            LoggedIn => "log out first",
            NotLoggedIn => "log in first",
            NotOffered { .. } => "the token, or its mode (FIPS or not), lacks it: use P-384, or another token",
            KeyAbsent { .. } => "private keys are seen only after login, and each token has its own keys",
            KeyThere { .. } => "look at the keys that are there; a new one needs another label",
            KeyNotUnique { .. } => "a person compares the keys with the journal before going on",
            BadKeyId { .. } => "id: and 1 to 32 octets in hexadecimal, such as id:02",
            BadLabel { .. } => "1 to 127 bytes without control characters",
            Unclear { .. } => "log in again and read the state back before anything is done twice",
            _ => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Error::*;
        match self {
            NoModule { path, why } => write!(f, "no PKCS#11 module at {}: {why}", path.display()),
            BadTokenName { name } => write!(f, "{name:?} is no token's name"),
            NoToken { name, there } if there.is_empty() => write!(f, "there is no token {name}, nor any other"),
            NoToken { name, there } => write!(f, "there is no token {name}; there are: {}", there.join(", ")),
            TokenNotUnique { name, serials } => write!(
                f,
                "{} tokens are named {name}; their serial numbers: {}",
                serials.len(),
                serials.join(", ")
            ),
            LabelTaken { label } => write!(f, "a token {label} is there already"),
            NoSpareToken => write!(f, "no token waits to be initialised"),
            WrongPin { .. } => write!(f, "the token refused the PIN"),
            PinLocked => write!(f, "the token's PIN is locked"),
            BadPin => write!(f, "the PIN cannot be one of this token's"),
            NoProtectedPath => write!(f, "the PIN is empty, and the token cannot ask for it by itself"),
            LoginCancelled => write!(f, "the login at the token's own reader was not completed"),
            LoggedIn => write!(f, "somebody is logged in at the token"),
            NotLoggedIn => write!(f, "nobody is logged in at the token"),
            NotOffered { mechanism, token } => write!(f, "the token {token} does not offer {mechanism}"),
            KeyAbsent { label } => write!(f, "there is no key {label}"),
            KeyThere { label } => write!(f, "a key labelled {label} is in the token already"),
            KeyNotUnique { label, matched } => write!(f, "{matched} keys of one class have the label {label}"),
            BadKeyId { text } => write!(f, "{text:?} is no key's id"),
            BadLabel { label } => write!(f, "{label:?} is no label for a key"),
            TooManyKeys { limit } => write!(f, "the token has more than {limit} keys"),
            AttributeWrong {
                label,
                attribute,
                expected,
                found,
            } => write!(f, "{attribute} of the key {label} must be {expected} and is {found}"),
            NoAttribute { name } => write!(f, "there is no attribute {name} to set"),
            Forbidden { what, code } => write!(f, "the token refused to {what}: {code}"),
            BadPublicKey { why } => write!(f, "the token's public key is wrong: {why}"),
            BadSignature { expected, found } => {
                write!(f, "the token's signature has {found} bytes instead of {expected}")
            }
            Unclear { function, code } => write!(f, "the token gave no clear answer to {function}: {code}"),
            Refused { function, code } => write!(f, "the token refused {function}: {code}"),
        }
    }
}

impl std::error::Error for Error {}

/// The error for a call, where its place gives no better one. A code counts as a no only if the standard has it judged
/// before the work is done; vendors' own codes and all that speak of failing devices leave the outcome open.
pub(crate) fn refused(error: CkError) -> Error {
    use RvError::*;
    let CkError::Pkcs11(code, function) = error else {
        // The bindings' own, before or instead of a call.
        return Error::Refused {
            function: "a call".into(),
            code: error.to_string(),
        };
    };
    let (function, name) = (format!("C_{function:?}"), format!("CKR {code:?}"));
    match code {
        PinIncorrect => Error::WrongPin { last_try: false },
        PinLocked => Error::PinLocked,
        PinInvalid | PinLenRange | PinTooWeak => Error::BadPin,
        UserAlreadyLoggedIn | UserAnotherAlreadyLoggedIn => Error::LoggedIn,
        UserNotLoggedIn => Error::NotLoggedIn,
        code if is_a_no(code) => Error::Refused { function, code: name },
        _ => Error::Unclear { function, code: name },
    }
}

fn is_a_no(code: RvError) -> bool {
    use RvError::*;
    matches!(
        code,
        ActionProhibited
            | ArgumentsBad
            | AttributeReadOnly
            | AttributeSensitive
            | AttributeTypeInvalid
            | AttributeValueInvalid
            | CryptokiNotInitialized
            | CurveNotSupported
            | DataInvalid
            | DataLenRange
            | DomainParamsInvalid
            | FunctionNotSupported
            | FunctionRejected
            | KeyFunctionNotPermitted
            | KeyHandleInvalid
            | KeySizeRange
            | KeyTypeInconsistent
            | MechanismInvalid
            | MechanismParamInvalid
            | ObjectHandleInvalid
            | OperationActive
            | OperationNotInitialized
            | PinExpired
            | SessionCount
            | SessionReadOnly
            | SignatureInvalid
            | SignatureLenRange
            | SlotIdInvalid
            | TemplateIncomplete
            | TemplateInconsistent
            | TokenWriteProtected
            | UserPinNotInitialized
            | UserTypeInvalid
    )
}

#[cfg(test)]
mod tests {
    use cryptoki::context::Function;

    use super::*;

    #[test]
    fn codes_that_speak_of_a_person_are_told_apart() {
        let cause = |code| refused(CkError::Pkcs11(code, Function::Sign)).cause();
        assert_eq!(cause(RvError::TokenNotPresent), Some(Cause::Removed));
        assert_eq!(cause(RvError::UserNotLoggedIn), Some(Cause::NotAllowed));
        assert_eq!(cause(RvError::FunctionRejected), Some(Cause::Cancelled));
        assert_eq!(cause(RvError::SessionCount), Some(Cause::Busy));
        assert_eq!(cause(RvError::DeviceError), Some(Cause::Failed));
        assert_eq!(cause(RvError::KeyTypeInconsistent), None);
    }

    #[test]
    fn only_a_code_that_comes_before_the_work_is_a_clear_no() {
        for unclear in [
            RvError::DeviceError,
            RvError::DeviceRemoved,
            RvError::FunctionFailed,
            RvError::GeneralError,
            RvError::SessionHandleInvalid,
            RvError::TokenNotPresent,
            RvError::VendorDefined(0x8000_0001),
            RvError::UnknownErrorCode(0x666),
        ] {
            let error = refused(CkError::Pkcs11(unclear, Function::Sign));
            assert!(error.outcome_unknown(), "{error:?}");
            assert!(
                error
                    .to_string()
                    .starts_with("the token gave no clear answer to C_Sign: CKR "),
                "{error}"
            );
        }
        let no = refused(CkError::Pkcs11(RvError::KeyFunctionNotPermitted, Function::Sign));
        assert!(!no.outcome_unknown());
        assert_eq!(no.to_string(), "the token refused C_Sign: CKR KeyFunctionNotPermitted");
    }
}
