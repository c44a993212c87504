//! A signature by a key that wants its PIN for each: the digital signature slot of a smart card. The PIN goes between
//! C_SignInit and C_Sign, where the bindings have no door.
#![allow(
    unsafe_code,
    reason = "the bindings call C_SignInit and C_Sign in one, and some modules have no multi-part form of CKM_RSA_PKCS"
)]

use std::{path::Path, ptr};

use cryptoki::{
    context::Function,
    error::{Error as CkError, Rv},
    mechanism::Mechanism as Ck,
    session::{Session, UserType},
    types::AuthPin,
};
use cryptoki_sys::{CK_FUNCTION_LIST_PTR, CK_ULONG};

use crate::{Error, Key, error::refused};

/// Signs with the PIN given once more. The module at `path` is the one that the session is of.
pub(crate) fn sign(
    path: &Path,
    session: &Session,
    (how, key): (&Ck<'_>, &Key),
    pin: Option<&AuthPin>,
    data: &[u8],
) -> Result<Vec<u8>, Error> {
    session.sign_init(how, key.handle).map_err(refused)?;
    session.login(UserType::ContextSpecific, pin).map_err(refused)?;
    finish(path, session, data).map_err(refused)
}

fn finish(path: &Path, session: &Session, data: &[u8]) -> Result<Vec<u8>, CkError> {
    let mut signature = vec![0; LONGEST];
    let mut length = LONGEST as CK_ULONG;
    // SAFETY: the module was loaded and initialised by this process before it opened the session, and stays loaded: the
    // dynamic linker gives the same library for the same path. The list is the module's own and lives as long. The data
    // is only read, in spite of its pointer's type, and `length` says how much room the signature has.
    unsafe {
        let library = cryptoki_sys::Pkcs11::new(path).map_err(CkError::LibraryLoading)?;
        if library.C_GetFunctionList.is_err() {
            return Err(CkError::MissingSymbol("C_GetFunctionList"));
        }
        let mut list: CK_FUNCTION_LIST_PTR = ptr::null_mut();
        Rv::from(library.C_GetFunctionList(&mut list)).into_result(Function::GetFunctionList)?;
        let sign = list
            .as_ref()
            .and_then(|list| list.C_Sign)
            .ok_or(CkError::NullFunctionPointer)?;
        Rv::from(sign(
            session.handle(),
            data.as_ptr().cast_mut(),
            data.len() as CK_ULONG,
            signature.as_mut_ptr(),
            &mut length,
        ))
        .into_result(Function::Sign)?;
    }
    signature.truncate(usize::try_from(length).unwrap_or(0));
    Ok(signature)
}

/// RSA-8192 would fill it.
const LONGEST: usize = 1024;
