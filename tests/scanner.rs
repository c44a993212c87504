//! The scanner page in a real browser: its camera is fed with codes that ImageMagick turned, blurred and put at an angle,
//! and what it shows is read by zbar.

mod scanner {
    mod camera;
    mod frames;
    mod look;
    mod outside;
    mod page;
    mod pictures;
    mod show;
}
