//! From the start of a process to the first answer, and the memory both programs hold, idle and busy.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use turnstone_tests::harness::{Device, Parts};

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::house::{Hands, House};
use crate::machine::resident_mib;
use crate::site::{MESSAGE, Yard};
use crate::spread::{Spread, ms};

/// Longest time (ms) from the start of the scanner to a verdict on disk.
const SCANNER_LIMIT: f64 = 300.0;
/// Longest time (ms) from the start of the server to its first answer.
const SERVER_LIMIT: f64 = 2_000.0;
/// Codes judged one after the other to see what memory that takes.
const BUSY: u32 = 300;

pub(crate) async fn measure(options: &Options, board: &mut Board, yard: &mut Yard) {
    scanner(options, board);
    server(options, board, yard).await;
}

fn scanner(options: &Options, board: &mut Board) {
    let folder = options.scratch();
    let many = options.tickets.last().copied().unwrap_or(options.size(1_000_000, 20_000));
    let times = options.size(15, 3);
    let house = House::new();
    let device = Device::new(&Parts::this_program(), folder.path().join("device"));
    std::fs::create_dir_all(&device.data).expect("a folder");
    house.scanner(&device.data.join("scanner.db"), &Hands::new(), &house.list(many)).close().expect("it closes");
    let mut ready = Vec::new();
    let (mut idle, mut busy) = (0.0_f64, 0.0_f64);
    for turn in 0..times {
        let begun = Instant::now();
        let mut command = device.command(&["scan", "--offline", "--stdin"]);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("the scanner starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut input = child.stdin.take().expect("its input");
        let mut scan = |n: u32| {
            writeln!(input, "{}", house.code(n)).expect("it reads");
            let line = lines.next().expect("a verdict").expect("a line");
            assert!(line.contains("\"verdict\":\"ok\""), "{line}");
        };
        scan(turn);
        ready.push(ms(begun.elapsed()));
        idle = idle.max(resident_mib(child.id()));
        if turn == 0 {
            for n in times..times + BUSY {
                scan(n);
            }
            busy = resident_mib(child.id());
        }
        drop(input);
        assert!(child.wait().expect("it ends").success(), "the scanner ends well");
    }
    let spread = Spread::of(ready);
    board.add(figure(
        format!("scanner with {} tickets: process start → first verdict on disk", grouped(many.into())),
        &spread,
        SCANNER_LIMIT,
        &format!("; {} MiB after one, {} MiB after {BUSY}", short(idle), short(busy)),
    ));
}

async fn server(options: &Options, board: &mut Board, yard: &mut Yard) {
    let times = options.size(7, 2);
    let site = yard.many(options).await;
    let busy = site.peak;
    let mut ready = Vec::new();
    let mut idle = 0.0_f64;
    for _ in 0..times {
        site.server.kill();
        let begun = Instant::now();
        site.server = site.venue.serve(None);
        let url = format!("{}/ready", site.server.url());
        while !turnstone_tests::harness::client()
            .get(&url)
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            assert!(begun.elapsed() < Duration::from_secs(60), "the server gets ready");
        }
        ready.push(ms(begun.elapsed()));
        idle = idle.max(resident_mib(site.server.id()));
    }
    site.moved().await;
    let spread = Spread::of(ready);
    board.add(figure(
        format!("server with {} entries, killed before: process start → ready", grouped(site.stored)),
        &spread,
        SERVER_LIMIT,
        &format!("; {} MiB idle, ≤ {} MiB while {MESSAGE}-entry messages came in", short(idle), short(busy)),
    ));
}

fn figure(what: String, spread: &Spread, limit: f64, memory: &str) -> Figure {
    Figure {
        row: "start",
        what,
        ours: format!("p50 {} ms{memory}", short(spread.p50)),
        against: format!("limit {} ms", short(limit)),
        ratio: Spread { p50: spread.p50 / limit, p10: spread.p10 / limit, p90: spread.p90 / limit, ..*spread },
        goal: Goal::AtMost(1.0),
    }
}
