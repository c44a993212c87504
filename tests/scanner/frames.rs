//! Codes as a camera sees them: turned, blurred, at an angle and with noise, by ImageMagick.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::process::finish;
use transfer::{Code, Level};

/// The camera's picture, in pixels.
pub const WIDTH: usize = 800;
/// Its height.
pub const HEIGHT: usize = 600;

/// One frame's code as a PNG file, straight and sharp.
pub fn straight(folder: &Path, name: &str, frame: &[u8]) -> PathBuf {
    let path = folder.join(format!("{name}.png"));
    let code = Code::of(frame, Level::L).expect("it fits a code");
    fs::write(&path, code.png(6).expect("a picture")).expect("a file");
    path
}

/// The same as a photograph, in PNG; which one says how it is held.
pub fn photograph(folder: &Path, name: &str, frame: &[u8], which: usize) -> PathBuf {
    let path = folder.join(format!("{name}-photo.png"));
    let mut convert = convert(&straight(folder, name, frame), which);
    let _ = finish(convert.arg(&path), "").expect(0);
    path
}

/// A film for the browser's camera, 8 pictures a second, in Y4M: a header, then each picture's brightness and no colour.
pub fn film(folder: &Path, frames: &[Vec<u8>]) -> PathBuf {
    let path = folder.join("camera.y4m");
    let mut film = fs::File::create(&path).expect("a file");
    writeln!(film, "YUV4MPEG2 W{WIDTH} H{HEIGHT} F8:1 Ip A1:1 C420jpeg").expect("written");
    for (n, frame) in frames.iter().enumerate() {
        film.write_all(b"FRAME\n").expect("written");
        film.write_all(&seen(folder, n, frame)).expect("written");
        film.write_all(&[128; WIDTH * HEIGHT / 2]).expect("written");
    }
    path
}

/// A photograph's brightness.
fn seen(folder: &Path, n: usize, frame: &[u8]) -> Vec<u8> {
    let straight = straight(folder, &format!("frame-{n}"), frame);
    let mut convert = convert(&straight, n);
    let done = convert
        .arg("gray:-")
        .stderr(Stdio::inherit())
        .output()
        .expect("ImageMagick is installed");
    assert_eq!(done.stdout.len(), WIDTH * HEIGHT, "{convert:?}");
    done.stdout
}

/// How a hand holds it: turned by up to 8 degrees, one side up to 8 % nearer, out of focus, in noise, on a grey table.
fn convert(straight: &Path, which: usize) -> Command {
    let angle = [-8, -3, 0, 5, 8, 2, -6][which % 7];
    let (near, blur) = ([0, 4, 8, 2, 6][which % 5], ["0.6", "1.0", "1.3", "0.8"][which % 4]);
    let corners = format!("0,0 {near}%,{near}% 100%,0 100%,0 100%,100% 100%,100% 0,100% {near}%,92%");
    let mut command = Command::new("convert");
    command.arg(straight);
    command.args([
        "-bordercolor",
        "white",
        "-border",
        "6",
        "-background",
        "#8a8a8a",
        "-virtual-pixel",
        "background",
    ]);
    command.args(["+distort", "Perspective", &percent(&corners, straight)]);
    command.args(["-rotate", &angle.to_string(), "-gravity", "center"]);
    command.args(["-extent", &format!("{WIDTH}x{HEIGHT}"), "-blur", &format!("0x{blur}")]);
    command.args([
        "-attenuate",
        "0.3",
        "+noise",
        "Gaussian",
        "-colorspace",
        "Gray",
        "-depth",
        "8",
    ]);
    command
}

/// Corners in hundredths of the picture's side, as the pixels that ImageMagick wants.
fn percent(corners: &str, straight: &Path) -> String {
    let file = fs::read(straight).expect("a file");
    let side = transfer::Picture::from_png(&file).expect("a picture").width + 12;
    let pixels = |word: &str| {
        let number: usize = word.trim_end_matches('%').parse().expect("a number");
        (number * side / 100).to_string()
    };
    let pair = |pair: &str| pair.split(',').map(pixels).collect::<Vec<_>>().join(",");
    corners.split(' ').map(pair).collect::<Vec<_>>().join(" ")
}
