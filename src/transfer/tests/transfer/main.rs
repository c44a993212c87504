//! Bundles as codes and back: through any order and loss, past strays and hostile frames, and judged by programs that
//! nobody here wrote: `zbarimg` reads what we draw, and ImageMagick bends what we read.

mod carriers;
mod distorted;
mod fountain;
mod hostile;
mod judged;
mod support;
mod vectors;
