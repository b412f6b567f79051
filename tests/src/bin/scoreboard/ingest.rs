//! Entries a second over HTTP with 20 scanners at once, against a bare bulk insert of the same rows, in turns; and the same
//! with few and with many entries stored.

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::site::{MESSAGE, Peer, SCANNERS, Site, Yard};
use crate::spread::{Spread, ms, ratio};

/// Entries stored before the first turn of the small server.
const FEW: u64 = 10_000;
/// Ms between two entries of one of its scanners.
const PACE: u64 = 2_000;

pub(crate) async fn measure(options: &Options, board: &mut Board, yard: &mut Yard) {
    let folder = options.scratch();
    let rounds = options.size(12, 3);
    let mut small = Site::open(&folder.path().join("few"), SCANNERS, PACE).await;
    small.fill(FEW).await;
    let large = yard.many(options).await;
    let mut few = Turns::of(&mut small);
    let mut many = Turns::of(large);
    for round in 0..=rounds {
        few.turn(round > 0).await;
        many.turn(round > 0).await;
    }
    few.figures(board);
    many.figures(board);
    board.add(Figure {
        row: "ingest",
        what: format!("{} stored against {}", grouped(many.filled), grouped(few.filled)),
        ours: format!("{}/s", grouped(many.rate().p50 as u64)),
        against: format!("{}/s", grouped(few.rate().p50 as u64)),
        ratio: ratio(&few.ours, &many.ours),
        goal: Goal::AtLeast(0.75),
    });
}

/// A server and its peer, with what was measured of both (ms an entry).
struct Turns<'s> {
    site: &'s mut Site,
    peer: Peer,
    filled: u64,
    ours: Vec<f64>,
    bare: Vec<f64>,
    /// The same in processor time, which other programs do not stretch (µs an entry).
    cpu: (Vec<f64>, Vec<f64>),
}

impl<'s> Turns<'s> {
    fn of(site: &'s mut Site) -> Self {
        let peer = site.peer();
        Self { filled: site.stored, site, peer, ours: Vec::new(), bare: Vec::new(), cpu: Default::default() }
    }

    async fn turn(&mut self, counts: bool) {
        let (sent, ours) = self.site.rush(MESSAGE).await;
        let (inserted, bare) = self.peer.follow();
        assert_eq!(sent, inserted, "the peer gets the rows the server stored");
        if counts {
            self.ours.push(ms(ours) / sent as f64);
            self.bare.push(ms(bare) / sent as f64);
            self.cpu.0.push(self.site.cpu * 1e6 / sent as f64);
            self.cpu.1.push(self.peer.cpu * 1e6 / sent as f64);
        }
    }

    fn rate(&self) -> Spread {
        Spread::of(self.ours.iter().map(|ms| 1e3 / ms).collect())
    }

    fn figures(&self, board: &mut Board) {
        let bare = Spread::of(self.bare.iter().map(|ms| 1e3 / ms).collect());
        let cpu = (Spread::of(self.cpu.0.clone()).p50, Spread::of(self.cpu.1.clone()).p50);
        board.add(Figure {
            row: "ingest",
            what: format!("{SCANNERS} scanners over HTTP, {} stored", grouped(self.filled)),
            ours: format!(
                "{}/s, {} µs of processor each, server ≤ {} MiB",
                grouped(self.rate().p50 as u64),
                short(cpu.0),
                short(self.site.peak)
            ),
            against: format!("bare bulk insert {}/s, {} µs", grouped(bare.p50 as u64), short(cpu.1)),
            ratio: ratio(&self.bare, &self.ours),
            goal: Goal::AtLeast(0.5),
        });
    }
}
