//! Door evenings, simulated: the shipping scanner engine, exchange and server over simulated disks, networks and clocks.
//! One seed is one run, byte for byte. docs/PROOF.md says what is promised and how to read what this prints.
//!
//! `world` is an evening, `evening` what happens when something on its schedule is due, `doors` what happens at a door,
//! `mischief` what goes wrong beside messages (`wire`) and storage (`disk`), `checks` and `ending` the invariants.

#[macro_use]
mod named;

pub mod batch;
pub mod checked;
pub mod checks;
pub mod clock;
pub mod device;
pub mod dice;
pub mod disk;
pub mod doors;
pub mod ending;
pub mod evening;
pub mod faults;
pub mod gadget;
pub mod ledger;
pub mod mischief;
pub mod misdeeds;
pub mod office;
pub mod people;
pub mod planted;
pub mod referee;
pub mod run;
pub mod server;
pub mod story;
pub mod thefts;
pub mod verdicts;
pub mod wire;
pub mod world;
