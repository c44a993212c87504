//! Codes as cameras see them, made by ImageMagick.

use std::path::Path;

use transfer::{Animation, Code, Level, Picture};

use crate::support::{Seeded, folder, run, text};

/// Turned by any angle, on a grey table.
fn rotated(seeded: &mut Seeded, _side: f64) -> Vec<String> {
    words(&format!("-background #777 -rotate {:.1}", 180.0 * seeded.either()))
}

/// Out of focus, by up to 0.45 of a module of five pixels.
fn blurred(seeded: &mut Seeded, _side: f64) -> Vec<String> {
    words(&format!("-blur 0x{:.2}", 1.2 + 1.0 * seeded.either()))
}

/// From an angle: each corner is off by up to a tenth of the side.
fn at_an_angle(seeded: &mut Seeded, side: f64) -> Vec<String> {
    let mut off = || 0.05 * side * (1.0 + seeded.either());
    let (far, corners) = (side, [(off(), off()), (off(), off()), (off(), off()), (off(), off())]);
    let [a, b, c, d] = corners;
    let points = format!(
        "0,0 {:.1},{:.1} {far},0 {:.1},{:.1} {far},{far} {:.1},{:.1} 0,{far} {:.1},{:.1}",
        a.0,
        a.1,
        far - b.0,
        b.1,
        far - c.0,
        far - c.1,
        d.0,
        far - d.1
    );
    let mut all = words("-virtual-pixel background -background #777 -distort Perspective");
    all.push(points);
    all
}

/// A sensor in the dark.
fn noisy(seeded: &mut Seeded, _side: f64) -> Vec<String> {
    words(&format!("-seed {} -attenuate 0.5 +noise Gaussian", seeded.below(1000)))
}

/// Grey instead of black and white.
fn faint(_seeded: &mut Seeded, _side: f64) -> Vec<String> {
    words("+level 35%,60%")
}

/// All of it, each a little less.
fn photographed(seeded: &mut Seeded, side: f64) -> Vec<String> {
    let mut all = at_an_angle(seeded, side);
    all.extend(words(&format!(
        "-background #777 -rotate {:.1}",
        20.0 * seeded.either()
    )));
    all.extend(words(&format!("-blur 0x{:.2}", 0.9 + 0.3 * seeded.either())));
    all.extend(words(&format!(
        "+level 15%,80% -seed {} -attenuate 0.15 +noise Gaussian",
        seeded.below(1000)
    )));
    all
}

type Distortion = fn(&mut Seeded, f64) -> Vec<String>;

/// What is done, and how many of ten frames must be read.
const DISTORTIONS: [(&str, Distortion, usize); 6] = [
    ("rotated", rotated, 9),
    ("blurred", blurred, 9),
    ("at-an-angle", at_an_angle, 9),
    ("noisy", noisy, 9),
    ("faint", faint, 10),
    ("photographed", photographed, 9),
];
const FRAMES: u32 = 10;

#[test]
fn reads_at_least_so_many_of_ten_distorted_frames() {
    let folder = folder("distorted");
    let mut short = Vec::new();
    for symbol in [80, 300, 976] {
        let bundle = Seeded::new(symbol.into()).octets(20_000);
        let animation = Animation::new(&bundle, symbol).expect("fits");
        for (name, distortion, least) in DISTORTIONS {
            let mut seeded = Seeded::new(u64::from(symbol) << 8 | name.len() as u64);
            let good = (0..FRAMES).filter(|n| {
                let frame = animation.frame(*n);
                let picture = distorted(&folder, &frame, |side| distortion(&mut seeded, side));
                picture.read().contains(&frame)
            });
            let good = good.count();
            println!("{symbol} octets a symbol, {name}: {good} of {FRAMES}");
            if good < least {
                short.push(format!(
                    "{symbol} octets a symbol, {name}: {good} of {FRAMES}, at least {least} wanted"
                ));
            }
        }
    }
    assert!(short.is_empty(), "{short:#?}");
}

/// The frame's code at five pixels a module on a grey ground, through `convert`.
fn distorted(folder: &Path, frame: &[u8], how: impl FnOnce(f64) -> Vec<String>) -> Picture {
    let (from, to) = (folder.join("from.png"), folder.join("to.png"));
    let code = Code::of(frame, Level::L).expect("fits");
    let side = 5 * (code.size() + 8) + 80;
    std::fs::write(&from, code.png(5).expect("a picture")).expect("written");
    let mut arguments = vec![text(&from).to_owned()];
    arguments.extend(words("-bordercolor #777 -border 40"));
    arguments.extend(how(side as f64));
    arguments.extend(words("-colorspace Gray -depth 8 -define png:compression-level=1"));
    arguments.push(text(&to).to_owned());
    run("convert", &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    Picture::from_png(&std::fs::read(&to).expect("a picture")).expect("a picture")
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}
