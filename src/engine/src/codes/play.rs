//! Codes on the screen: still ones one after another, an animation until Enter.

use record::parcel::Crossed;
use transfer::{Animation, Code, Display, Level, Speed};

use super::{QrArgs, describe};
use crate::console::Console;
use crate::error::Error;

/// Shows the codes.
pub fn on_screen(args: &QrArgs, octets: &[u8], crossed: &Crossed, mut console: Console) -> Result<(), Error> {
    let display = args.display(octets, console.size().unwrap_or(SMALL))?;
    match &display {
        Display::Stills(codes) => stills(args, codes, &mut console),
        Display::Animation(animation) => play(args, animation, &mut console)?,
    }
    describe(&console, crossed);
    Ok(())
}

/// Each until Enter; where nobody sits at a keyboard, all at once.
fn stills(args: &QrArgs, codes: &[Code], console: &mut Console) {
    for (n, code) in (1..).zip(codes) {
        let last = if n == codes.len() { "end" } else { "next" };
        let below = format!("code {n} of {}; Enter: {last}", codes.len());
        console.draw(&drawn(args, code), &below);
        if console.is_attended() && console.enter().is_none() {
            return;
        }
    }
}

/// Frame after frame, as fast as somebody wants it.
fn play(args: &QrArgs, animation: &Animation, console: &mut Console) -> Result<(), Error> {
    if args.frames.is_none() && !console.is_attended() {
        return Err(Error::Usage {
            what: "an animation has no end, and nobody is at a keyboard to end it".into(),
            hint: "say --frames N, or write codes into a folder with --png".into(),
        });
    }
    let mut speed = Speed::new(args.fps);
    for number in 0..args.frames.unwrap_or(u32::MAX) {
        let code = Code::of(&animation.frame(number), Level::L)?;
        console.draw(&drawn(args, &code), &speed.caption(number, animation.needed()));
        let Some(line) = console.typed(speed.pause()) else {
            continue;
        };
        match speed.typed(&line) {
            Some(changed) => speed = changed,
            None => break,
        }
    }
    Ok(())
}

fn drawn(args: &QrArgs, code: &Code) -> String {
    match args.light {
        true => code.terminal_light(),
        false => code.terminal(),
    }
}

/// Where the terminal does not say how large it is.
const SMALL: (u16, u16) = (80, 24);
