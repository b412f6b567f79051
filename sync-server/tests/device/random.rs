//! Random evenings in random order: what is kept step by step is what a rebuild finds.

use proptest::prelude::*;
use proptest::test_runner::{Config as Runs, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};
use shared::feed::Batch;
use shared::ids::EntryId;

use crate::gadget::Gadget;
use crate::hall::Hall;

/// What a scanner does.
#[derive(Debug, Clone)]
enum Act {
    Admit(usize),
    AdmitSeeing(usize),
    Party(usize, i64, u32),
    Leave(usize),
    Refuse(usize),
    Count(i64),
    Undo(usize),
    Novelty,
    Time,
    Restart,
    Fork,
    Wait(u64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0usize..4).prop_map(Act::Admit),
        2 => (0usize..4).prop_map(Act::AdmitSeeing),
        2 => (0usize..4, 1i64..4, 1u32..4).prop_map(|(ticket, people, admits)| Act::Party(ticket, people, admits)),
        2 => (0usize..4).prop_map(Act::Leave),
        1 => (0usize..4).prop_map(Act::Refuse),
        1 => (-3i64..4).prop_filter("nobody", |people| *people != 0).prop_map(Act::Count),
        2 => (0usize..40).prop_map(Act::Undo),
        1 => Just(Act::Novelty),
        1 => Just(Act::Time),
        1 => Just(Act::Restart),
        1 => Just(Act::Fork),
        2 => (0u64..400_000).prop_map(Act::Wait),
    ]
}

/// Who does what, in which pieces it is sent, and when somebody is revoked.
#[derive(Debug, Clone)]
struct Evening {
    acts: Vec<(usize, Act)>,
    /// For each piece: which scanner's, from where, how many; sent in this order.
    pieces: Vec<(usize, u64, u64)>,
    revoke: Option<(usize, usize)>,
}

fn evening() -> impl Strategy<Value = Evening> {
    let acts = prop::collection::vec((0usize..3, act()), 1..40);
    let pieces = prop::collection::vec((0usize..3, 1u64..20, 1u64..8), 0..12);
    let revoke = prop::option::of((0usize..3, 0usize..12));
    (acts, pieces, revoke).prop_map(|(acts, pieces, revoke)| Evening { acts, pieces, revoke })
}

/// Everything a scanner wrote, on all of its branches.
struct Written {
    gadget: Gadget,
    /// The other branch of a copied device.
    copy: Option<Gadget>,
}

impl Written {
    fn pieces(&self, first: u64, count: u64) -> Vec<Batch> {
        let cut = |gadget: &Gadget| {
            let last = (first + count - 1).min(gadget.top());
            (first <= last).then(|| gadget.batch(first, last))
        };
        [Some(&self.gadget), self.copy.as_ref()].into_iter().flatten().filter_map(cut).collect()
    }
}

async fn act_out(hall: &Hall, crew: &mut [Written], acts: &[(usize, Act)]) {
    let mut ids: Vec<EntryId> = vec![];
    for (who, act) in acts {
        if let Act::Fork = act {
            if crew[*who].copy.is_none() {
                let mut copy = Gadget::at(hall, "Copy", 1).await;
                let of = &crew[*who].gadget;
                (copy.key, copy.id, copy.epoch, copy.boot) = (of.key.clone(), of.id, of.epoch, of.boot);
                copy.restart_as(of);
                copy.admit(hall.tickets[3]);
                crew[*who].copy = Some(copy);
            }
            continue;
        }
        let gadget = &mut crew[*who].gadget;
        gadget.wait(100);
        let id = match act {
            Act::Admit(ticket) => gadget.admit(hall.tickets[*ticket]),
            Act::AdmitSeeing(ticket) => {
                let saw = ids.iter().rev().take(2).copied().collect();
                gadget.admit_seeing(hall.tickets[*ticket], saw)
            }
            Act::Party(ticket, people, admits) => gadget.admit_party(hall.tickets[*ticket], *people, *admits),
            Act::Leave(ticket) => gadget.leave(hall.tickets[*ticket]),
            Act::Refuse(ticket) => gadget.refuse(hall.tickets[*ticket]),
            Act::Count(people) => gadget.count(*people),
            Act::Undo(target) => {
                let target = ids.get(*target % ids.len().max(1)).copied().unwrap_or(EntryId([7; 32]));
                gadget.undo(target, None)
            }
            Act::Novelty => gadget.novelty(),
            Act::Time => {
                let token = gadget.heartbeat(hall, &gadget.beat(0, 0, 0)).await;
                let Ok(answer) = token else { continue };
                gadget.note_time(answer.time, gadget.mono.saturating_sub(30), gadget.mono)
            }
            Act::Restart => {
                gadget.boot = shared::ids::BootId(shared::clock::random(crate::hall::dice()));
                gadget.mono = 500;
                gadget.wall -= 3_600_000;
                gadget.boot()
            }
            Act::Wait(ms) => {
                gadget.wait(*ms);
                hall.clock.forward(i64::try_from(*ms).unwrap());
                continue;
            }
            Act::Fork => continue,
        };
        ids.push(id);
    }
}

async fn revoke(hall: &Hall, gadget: &Gadget) {
    let path = format!("/api/v1/scanners/{}", gadget.id);
    assert_eq!(hall.call(Method::DELETE, &path, Some(&hall.admin.token), &Value::Null).await.status, 200);
}

async fn check(evening: Evening) {
    let hall = Hall::with(&json!({ "reentry": true }), 4).await;
    let mut carrier = Gadget::at(&hall, "Carrier", 1).await;
    let mut crew = vec![];
    for name in ["North 1", "South 1", "Lounge 1"] {
        let gate = u32::try_from(crew.len()).unwrap() + 1;
        crew.push(Written { gadget: Gadget::at(&hall, name, gate).await, copy: None });
    }
    act_out(&hall, &mut crew, &evening.acts).await;
    // The evening was longer than a token lasts.
    carrier.token = carrier.authenticate(&hall).await.unwrap().token;
    for (at, (who, first, count)) in evening.pieces.iter().enumerate() {
        if let Some((revoked, _)) = evening.revoke.filter(|(_, when)| *when == at) {
            revoke(&hall, &crew[revoked].gadget).await;
        }
        carrier.send(&hall, crew[*who].pieces(*first, *count)).await.unwrap();
        hall.verify().await;
    }
    for written in &crew {
        carrier.send(&hall, written.pieces(1, 500)).await.unwrap();
    }
    hall.verify().await;
    // Everything once more changes nothing.
    let digest = hall.digest().await;
    for written in crew.iter().rev() {
        carrier.send(&hall, written.pieces(1, 500)).await.unwrap();
    }
    assert_eq!(hall.digest().await, digest);
}

#[test]
fn what_is_kept_step_by_step_is_what_a_rebuild_finds() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    let mut runner = TestRunner::new(Runs { cases, max_shrink_iters: 200, ..Runs::default() });
    let outcome = runner.run(&evening(), |evening| {
        let task = std::panic::AssertUnwindSafe(|| runtime.block_on(check(evening)));
        std::panic::catch_unwind(task).map_err(|_| TestCaseError::fail("the two states differ"))
    });
    outcome.unwrap();
}
