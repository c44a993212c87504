//! Our codes read by `zbarimg`.

use transfer::{Animation, Code, Level, still};

use crate::support::{Seeded, folder, run, text};

/// What zbar reads in a picture, as it is.
fn zbar(picture: &std::path::Path) -> Vec<u8> {
    run("zbarimg", &["--nodbus", "--raw", "-Sbinary", "-q", text(picture)])
}

#[test]
fn zbar_reads_the_same_octets_from_our_pictures() {
    let folder = folder("judged");
    let bundle = Seeded::new(5).octets(5000);
    let mut frames: Vec<(Vec<u8>, Level)> = Vec::new();
    for symbol in [64, 300, 976] {
        let animation = Animation::new(&bundle, symbol).expect("fits");
        frames.extend([0, 1, 1000, 70_000].map(|n| (animation.frame(n), Level::L)));
    }
    let stills = still(&bundle).expect("fits");
    frames.extend(stills.iter().take(2).map(|frame| (frame.clone(), Level::M)));
    frames.extend(stills.iter().take(2).map(|frame| (frame.clone(), Level::Q)));
    // Every octet that there is, and those that look like a text's beginning.
    frames.push(((0..=255).collect(), Level::M));
    frames.push((b"\xef\xbb\xbfPB1".to_vec(), Level::L));
    for (frame, level) in frames {
        let picture = folder.join("code.png");
        let code = Code::of(&frame, level).expect("fits");
        std::fs::write(&picture, code.png(4).expect("a picture")).expect("written");
        assert!(zbar(&picture) == frame, "{} octets at level {level:?}", frame.len());
    }
}

/// The terminal's own signs, drawn as two pixels each.
#[test]
fn zbar_reads_what_a_terminal_shows() {
    let folder = folder("judged-terminal");
    let bundle = Seeded::new(6).octets(500);
    let animation = Animation::new(&bundle, 80).expect("fits");
    let code = Code::of(&animation.frame(2), Level::L).expect("fits");
    // Light letters on a dark ground, and the other way round.
    for (drawn, letter) in [(code.terminal(), 255), (code.terminal_light(), 0)] {
        let picture = folder.join("screen.pgm");
        std::fs::write(&picture, screen(&drawn, letter)).expect("written");
        assert!(zbar(&picture) == animation.frame(2), "letters of {letter}");
    }
}

/// A screen of 80 columns and 24 lines as PGM, six pixels a module.
fn screen(drawn: &str, letter: u8) -> Vec<u8> {
    const PIXELS: usize = 6;
    let (columns, rows) = (80, 48);
    let mut modules = vec![255 - letter; columns * rows];
    for (line, text) in drawn.lines().enumerate() {
        for (column, sign) in text.chars().enumerate() {
            let (above, below) = match sign {
                '\u{2588}' => (true, true),
                '\u{2580}' => (true, false),
                '\u{2584}' => (false, true),
                _ => (false, false),
            };
            for (row, set) in [(2 * line, above), (2 * line + 1, below)] {
                if set {
                    modules[row * columns + column] = letter;
                }
            }
        }
    }
    let mut out = format!("P5 {} {} 255\n", columns * PIXELS, rows * PIXELS).into_bytes();
    for row in modules.chunks(columns) {
        let line: Vec<u8> = row.iter().flat_map(|module| [*module; PIXELS]).collect();
        (0..PIXELS).for_each(|_| out.extend(&line));
    }
    out
}
