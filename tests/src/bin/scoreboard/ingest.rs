//! Entries a second over HTTP with 20 scanners at once, against a bare bulk insert of the same rows, in turns; and the same
//! with few and with many entries stored.

use std::path::Path;

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::site::{MESSAGE, Peer, SCANNERS, Site, Yard};
use crate::spread::{Spread, ms, ratio};

/// Entries stored by a small server before its turn.
const FEW: u64 = 10_000;
/// Ms between two entries of one of its scanners.
const PACE: u64 = 2_000;

pub(crate) async fn measure(options: &Options, board: &mut Board, yard: &mut Yard) {
    let folder = options.scratch();
    let rounds = options.size(12, 3);
    let large = yard.many(options).await;
    let mut beside = large.peer();
    let (mut few, mut many) = (Turns::default(), Turns::default());
    for round in 0..=rounds {
        small(&folder.path().join(round.to_string()), &mut few, round > 0).await;
        many.turn(large, &mut beside, round > 0).await;
    }
    few.figures(board);
    many.figures(board);
    board.add(Figure {
        row: "ingest",
        what: format!("{} against {}", many.stored(), few.stored()),
        ours: format!("{}/s", grouped(many.rate().p50 as u64)),
        against: format!("{}/s", grouped(few.rate().p50 as u64)),
        ratio: ratio(&few.ours, &many.ours),
        goal: Goal::AtLeast(0.75),
    });
}

/// A turn of a small server: a new one each time, since one that goes on would not be small for long.
async fn small(folder: &Path, turns: &mut Turns, counts: bool) {
    let mut site = Site::open(folder, SCANNERS, PACE).await;
    site.fill(FEW).await;
    let mut peer = site.peer();
    turns.turn(&mut site, &mut peer, counts).await;
    drop((site, peer));
    std::fs::remove_dir_all(folder).expect("nobody uses it any more");
}

/// What was measured of a server and its peer (ms an entry).
#[derive(Default)]
struct Turns {
    /// Entries stored before and after each turn.
    range: Vec<(u64, u64)>,
    /// Most memory the server was seen to hold, in MiB.
    peak: f64,
    ours: Vec<f64>,
    bare: Vec<f64>,
    /// The same in processor time, which other programs do not stretch (µs an entry).
    cpu: (Vec<f64>, Vec<f64>),
}

impl Turns {
    async fn turn(&mut self, site: &mut Site, peer: &mut Peer, counts: bool) {
        let before = site.stored;
        let (sent, ours) = site.rush(MESSAGE).await;
        let (inserted, bare) = peer.follow();
        assert_eq!(sent, inserted, "the peer gets the rows the server stored");
        self.peak = self.peak.max(site.peak);
        if counts {
            self.range.push((before, site.stored));
            self.ours.push(ms(ours) / sent as f64);
            self.bare.push(ms(bare) / sent as f64);
            self.cpu.0.push(site.cpu * 1e6 / sent as f64);
            self.cpu.1.push(peer.cpu * 1e6 / sent as f64);
        }
    }

    /// From the fewest to the most entries that were stored while it was measured.
    fn stored(&self) -> String {
        let fewest = self.range.iter().map(|(before, _)| *before).min().unwrap_or_default();
        let most = self.range.iter().map(|(_, after)| *after).max().unwrap_or_default();
        format!("{} to {} stored", grouped(fewest), grouped(most))
    }

    fn rate(&self) -> Spread {
        Spread::of(self.ours.iter().map(|ms| 1e3 / ms).collect())
    }

    fn figures(&self, board: &mut Board) {
        let bare = Spread::of(self.bare.iter().map(|ms| 1e3 / ms).collect());
        let cpu = (Spread::of(self.cpu.0.clone()).p50, Spread::of(self.cpu.1.clone()).p50);
        board.add(Figure {
            row: "ingest",
            what: format!("{SCANNERS} scanners over HTTP, {}", self.stored()),
            ours: format!(
                "{}/s, {} µs of processor each, server ≤ {} MiB",
                grouped(self.rate().p50 as u64),
                short(cpu.0),
                short(self.peak)
            ),
            against: format!("bare bulk insert {}/s, {} µs", grouped(bare.p50 as u64), short(cpu.1)),
            ratio: ratio(&self.bare, &self.ours),
            goal: Goal::AtLeast(0.5),
        });
    }
}
