//! Each kind's rules: a plan that keeps them, and then each rule broken once.

mod certificates;
mod lists;
mod members;
mod roots;
mod shapes;
mod succession;
mod world;

use world::{World, world};
