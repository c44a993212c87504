//! What `benches/codes` runs: frames drawn into a folder, read from one, and the fountain with losses.
//!
//!   codes draw FOLDER SYMBOL COUNT    writes COUNT frames of an animation as PNG, and their octets beside them
//!   codes read FOLDER                 reads each PNG; prints how many gave their octets, and milliseconds for each
//!   codes lose SYMBOL PERCENT         prints frames shown and received until 100 KB are whole

use std::path::{Path, PathBuf};
use std::time::Instant;

use transfer::{Animation, Code, Level, Picture, Receiver, Taken};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["draw", folder, symbol, count] => draw(Path::new(folder), number(symbol), number(count)),
        ["read", folder] => read(Path::new(folder)),
        ["lose", symbol, percent] => lose(number(symbol), number(percent)),
        _ => panic!("say: draw FOLDER SYMBOL COUNT, read FOLDER, or lose SYMBOL PERCENT"),
    }
}

fn draw(folder: &Path, symbol: u32, count: u32) {
    let animation = animation(symbol);
    for n in 0..count {
        let frame = animation.frame(n * 37);
        let code = Code::of(&frame, Level::L).expect("fits");
        let path = folder.join(format!("{symbol}-{n:03}.png"));
        std::fs::write(&path, code.png(5).expect("a picture")).expect("written");
        std::fs::write(path.with_extension("octets"), frame).expect("written");
    }
}

fn read(folder: &Path) {
    let (mut good, mut all, mut milliseconds) = (0, 0, 0.0);
    for path in pictures(folder) {
        let picture = Picture::from_png(&std::fs::read(&path).expect("a file")).expect("a picture");
        let begun = Instant::now();
        let found = picture.read();
        milliseconds += begun.elapsed().as_secs_f64() * 1000.0;
        let octets = std::fs::read(path.with_extension("octets")).expect("its octets");
        all += 1;
        good += u32::from(found.contains(&octets));
    }
    println!("{good} {all} {:.1}", milliseconds / f64::from(all.max(1)));
}

fn lose(symbol: u32, percent: u32) {
    let animation = animation(symbol);
    for seed in 0..5_u64 {
        let mut random = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed + 1);
        let (mut shown, mut received) = (0, 0);
        let mut receiver = Receiver::new();
        loop {
            let frame = animation.frame(shown);
            shown += 1;
            // xorshift64
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            if random % 100 < u64::from(percent) {
                continue;
            }
            received += 1;
            if receiver.take(&frame) == Taken::Complete {
                break;
            }
        }
        println!("{} {received} {shown}", animation.needed());
    }
}

/// 100 KB that do not compress.
fn animation(symbol: u32) -> Animation {
    let mut random = 1_u64;
    let octets = std::iter::repeat_with(|| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 56) as u8
    });
    let bundle: Vec<u8> = octets.take(100_000).collect();
    Animation::new(&bundle, u16::try_from(symbol).expect("a size")).expect("fits")
}

fn pictures(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "png"));
    paths.sort();
    paths
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}
