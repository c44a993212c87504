//! What the page calls: a plain C interface over two buffers that Rust owns.
//!
//! The page asks for room with [`scanner_input`], writes its octets there, calls a function, and copies the answer from
//! [`scanner_output`] before it calls again. Addresses only go out: nothing that comes in is ever followed. So nothing
//! here is unsafe but the names, and no tool has to make bindings.

// `no_mangle` counts as unsafe since edition 2024, for a name could take the place of a system's. These begin with the
// crate's own name.
#![allow(unsafe_code)]

use std::cell::RefCell;

use crate::machine::Machine;

thread_local! {
    // WebAssembly has one thread.
    static MACHINE: RefCell<Machine> = RefCell::default();
}

/// Makes room for so many octets of input, and says where; nowhere (0) if they are too many.
#[unsafe(no_mangle)]
pub extern "C" fn scanner_input(length: usize) -> *const u8 {
    let at = |machine: &mut Machine| machine.room(length).map_or(std::ptr::null(), |room| room.as_ptr());
    MACHINE.with_borrow_mut(at)
}

/// Where the answer to the last call is.
#[unsafe(no_mangle)]
pub extern "C" fn scanner_output() -> *const u8 {
    MACHINE.with_borrow(|machine| machine.output().as_ptr())
}

/// Its octets.
#[unsafe(no_mangle)]
pub extern "C" fn scanner_output_length() -> usize {
    MACHINE.with_borrow(|machine| machine.output().len())
}

/// Looks at a picture, four octets (red, green, blue, opacity) a pixel, row by row: see [`Machine::look`].
#[unsafe(no_mangle)]
pub extern "C" fn scanner_look(width: usize, height: usize) {
    MACHINE.with_borrow_mut(|machine| machine.look(width, height));
}

/// Takes what [`scanner_look`] found: see [`Machine::take`].
#[unsafe(no_mangle)]
pub extern "C" fn scanner_take() {
    MACHINE.with_borrow_mut(Machine::take);
}

/// Forgets what was received: see [`Machine::restart`].
#[unsafe(no_mangle)]
pub extern "C" fn scanner_restart() {
    MACHINE.with_borrow_mut(Machine::restart);
}

/// A file that was received: see [`Machine::received`].
#[unsafe(no_mangle)]
pub extern "C" fn scanner_received(number: usize) {
    MACHINE.with_borrow_mut(|machine| machine.received(number));
}

/// Prepares files to be shown: see [`Machine::show`].
#[unsafe(no_mangle)]
pub extern "C" fn scanner_show(symbol: u32) {
    MACHINE.with_borrow_mut(|machine| machine.show(symbol));
}

/// Draws one of its codes: see [`Machine::code`].
#[unsafe(no_mangle)]
pub extern "C" fn scanner_code(number: u32) -> usize {
    MACHINE.with_borrow_mut(|machine| machine.code(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_found_where_it_is_said_to_be() {
        assert!(!scanner_input(16).is_null());
        scanner_look(2, 2);
        assert_eq!(scanner_output_length(), 0, "no code is in two times two pixels");
        scanner_take();
        assert!(scanner_output_length() > 2, "progress is told in any case");
        assert!(!scanner_output().is_null());
    }

    #[test]
    fn refuses_more_octets_than_any_picture_has() {
        assert!(scanner_input(usize::MAX).is_null());
    }
}
