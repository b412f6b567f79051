//! `kill -9` of the scanner's and the server's processes at random moments of a busy run.

use turnstone_tests::harness::dice::Dice;
use turnstone_tests::harness::house::House;
use turnstone_tests::torture::{kill_scanners, kill_servers};

use crate::Options;
use crate::report::Report;

/// Tickets of the event: few, so that every one of them is scanned again and again.
const TICKETS: u32 = 60;
/// Kills of each kind in the short form.
const SHORT: u32 = 12;

/// Both, one after the other, on one server.
pub(crate) async fn run(options: &Options, mut dice: Dice, report: &mut Report) {
    let kills = if options.short { options.kills.min(SHORT) } else { options.kills };
    let mut house = House::open_with(TICKETS, &["--retry-window", "0"]).await;
    report.part("I1: the scanner's processes are killed in the middle of their work");
    let found =
        kill_scanners(&house, &mut dice, kills, &mut |done| report.progress("scanner killed", done, kills)).await;
    report.found(found);
    report.part("I2, I4: the server is killed while four scanners send");
    let found =
        kill_servers(&mut house, &mut dice, kills, &mut |done| report.progress("server killed", done, kills)).await;
    report.found(found);
}
