//! Scanners that were offline for a whole evening come back at once: how long until all they logged is acknowledged and the
//! dashboard is right, and what a guest waits for meanwhile.

use std::time::{Duration, Instant};

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::site::Site;
use crate::spread::{Spread, ms};

/// Scanners of a large festival.
const SCANNERS: usize = 200;
/// Entries each of them wrote in 8 hours.
const ENTRIES: usize = 2_000;
/// Longest time (ms) a scanner waits for the server's word before it decides alone.
const DEADLINE: f64 = 300.0;

pub(crate) async fn measure(options: &Options, board: &mut Board) {
    let folder = options.scratch();
    let scanners = options.size(SCANNERS, 20);
    // One more stands at a door and asks the server about its guests.
    let mut site = Site::open(folder.path(), scanners + 1, 8 * 3_600_000 / ENTRIES as u64).await;
    let door = site.feeders.pop().expect("the last one");
    let before = site.bodies();
    let mut peer = site.peer();
    let asking = tokio::spawn(async move {
        let mut waits = Vec::new();
        loop {
            let begun = Instant::now();
            door.confirm().await;
            waits.push(ms(begun.elapsed()));
            if ASKED.load(std::sync::atomic::Ordering::Relaxed) {
                return waits;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let (entries, sent) = site.rush(ENTRIES).await;
    let people = site.bodies();
    let begun = Instant::now();
    loop {
        let seen = site.admin.get(&format!("/events/{}/occupancy", site.venue.event)).await;
        if seen["total"]["counted"] == people {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "occupancy {seen}, walked in {people}, before {before}");
    }
    let after = begun.elapsed();
    let right = sent + after;
    ASKED.store(true, std::sync::atomic::Ordering::Relaxed);
    let waits = Spread::of(asking.await.expect("the door goes on"));
    let (_, bare) = peer.follow();
    board.add(Figure {
        row: "catch-up",
        what: format!("{scanners} scanners × {} entries: all acknowledged, dashboard right", grouped(ENTRIES as u64)),
        ours: format!(
            "{} s, then {} s ({}/s, server ≤ {} MiB)",
            short(sent.as_secs_f64()),
            short(after.as_secs_f64()),
            grouped((entries as f64 / right.as_secs_f64()) as u64),
            short(site.peak)
        ),
        against: format!("bare bulk insert of the same rows {} s", short(bare.as_secs_f64())),
        ratio: Spread { count: 1, ..Spread::of(vec![right.as_secs_f64() / bare.as_secs_f64()]) },
        goal: Goal::None,
    });
    board.add(Figure {
        row: "catch-up",
        what: "meanwhile at a connected door: the server's word on a ticket, p99".into(),
        ours: format!("p50 {} ms, p99 {} ms", short(waits.p50), short(waits.p99)),
        against: "deadline 300 ms, then the scanner decides alone".into(),
        ratio: Spread { p50: waits.p99 / DEADLINE, count: 1, ..waits },
        goal: Goal::AtMost(1.0),
    });
}

/// Set when everything has arrived.
static ASKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
