//! A module: the vendor's library, its tokens, and how one of them is opened or initialised.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error as CkError, RvError},
    session::UserType,
    slot::Slot,
};

use crate::{Error, Pin, Token, TokenInfo, TokenName, error::refused};

/// A loaded module. Clones are the same module.
#[derive(Clone, Debug)]
pub struct Module {
    path: PathBuf,
    library: Pkcs11,
}

/// A module is initialised once in a process; who loads it again gets the same.
static LOADED: Mutex<Vec<Module>> = Mutex::new(Vec::new());

impl Module {
    /// Loads the shared library at `path`, which must exist: the linker's search path plays no part.
    pub fn load(path: &Path) -> Result<Module, Error> {
        let absent = |why: String| Error::NoModule {
            path: path.to_owned(),
            why,
        };
        let path = fs::canonicalize(path).map_err(|error| absent(error.to_string()))?;
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = loaded.iter().find(|module| module.path == path) {
            return Ok(module.clone());
        }
        let library = Pkcs11::new(&path).map_err(|error| absent(error.to_string()))?;
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(CkError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(absent(error.to_string())),
        }
        let module = Module { path, library };
        loaded.push(module.clone());
        Ok(module)
    }

    /// Where it was loaded from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All tokens present, uninitialised ones too.
    pub fn tokens(&self) -> Result<Vec<TokenInfo>, Error> {
        Ok(self.slots()?.into_iter().map(|(_, token)| token).collect())
    }

    /// Opens a read-write session on the one token of this name. Nobody is logged in afterwards who was not before.
    pub fn open(&self, name: &TokenName) -> Result<Token, Error> {
        let (slot, info) = self.find(name)?;
        let session = self.library.open_rw_session(slot).map_err(refused)?;
        Ok(Token::new((&self.path, self.library.clone()), slot, session, info))
    }

    /// Initialises a spare token: its label, the security officer's PIN, the user's PIN. Refuses a label that is there
    /// already, and never touches a token that was initialised before, because that would erase it.
    pub fn initialise_token(&self, label: &str, officer: &Pin, user: &Pin) -> Result<TokenInfo, Error> {
        let name = match label.parse()? {
            name @ TokenName::Label(_) => name,
            TokenName::Serial(_) => return Err(Error::BadTokenName { name: label.into() }),
        };
        let slots = self.slots()?;
        if slots.iter().any(|(_, token)| token.initialised && name.is(token)) {
            return Err(Error::LabelTaken { label: label.into() });
        }
        let spare = slots.iter().find(|(_, token)| !token.initialised);
        let (slot, _) = spare.ok_or(Error::NoSpareToken)?;
        let (Some(officer), Some(user)) = (officer.typed(), user.typed()) else {
            return Err(Error::BadPin);
        };
        self.library.init_token(*slot, officer, label).map_err(refused)?;
        let (slot, _) = self.find(&name)?;
        let session = self.library.open_rw_session(slot).map_err(refused)?;
        session.login(UserType::So, Some(officer)).map_err(refused)?;
        session.init_pin(user).map_err(refused)?;
        session.logout().map_err(refused)?;
        Ok(self.find(&name)?.1)
    }

    fn find(&self, name: &TokenName) -> Result<(Slot, TokenInfo), Error> {
        let all = self.slots()?;
        let named = all.iter().filter(|(_, token)| token.initialised && name.is(token));
        match named.collect::<Vec<_>>()[..] {
            [(slot, token)] => Ok((*slot, token.clone())),
            [] => Err(Error::NoToken {
                name: name.clone(),
                there: all.iter().map(|(_, token)| token.brief()).collect(),
            }),
            ref several => Err(Error::TokenNotUnique {
                name: name.clone(),
                serials: several.iter().map(|(_, token)| token.serial.clone()).collect(),
            }),
        }
    }

    fn slots(&self) -> Result<Vec<(Slot, TokenInfo)>, Error> {
        let slots = self.library.get_slots_with_token().map_err(refused)?;
        let mut found = Vec::new();
        for slot in slots {
            match self.library.get_token_info(slot) {
                Ok(token) => found.push((slot, TokenInfo::new(&token))),
                // Pulled out this moment, or not made for this module.
                Err(CkError::Pkcs11(RvError::TokenNotPresent | RvError::TokenNotRecognized, _)) => {}
                Err(error) => return Err(refused(error)),
            }
        }
        Ok(found)
    }
}
