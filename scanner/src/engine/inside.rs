//! How many people are inside, as far as the entries held here tell: for the door's screen. The server's number
//! (PROTOCOL.md section 10) knows more: what is still on its way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::Connection;
use shared::entry::Entry;
use shared::ids::EventId;
use shared::merge::voided_by;

use super::Engine;
use super::context::current;
use super::db::view;
use super::error::Result;
use super::past::quarantined;

/// What the entries read so far add up to. Only new ones are read the next time, so asking after every scan costs little.
#[derive(Debug, Default)]
pub(super) struct Inside {
    /// Last row read.
    last: i64,
    /// People moved into or out of the venue, by the entry's prefix.
    moves: HashMap<i64, (EventId, i64)>,
    sums: HashMap<EventId, i64>,
    /// Prefixes of undos, with the prefix of what each voids.
    undos: BTreeMap<i64, i64>,
}

impl Engine {
    /// People inside the venue of the event in use, from this scanner's entries and those of others held here; `None` while no
    /// event is in use. Second branches of forked feeds count, what lies above a revoked scanner's cut does not, as on the server.
    pub fn people_inside(&mut self) -> Result<Option<i64>> {
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let Ok(event) = context.event() else { return Ok(None) };
        self.inside.read(&tx)?;
        Ok(Some(self.inside.of(event, &quarantined(&tx, &context)?)))
    }
}

impl Inside {
    fn read(&mut self, conn: &Connection) -> Result<()> {
        let mut statement = conn.prepare_cached(include_str!("sql/movements_after.sql"))?;
        let mut rows = statement.query([self.last])?;
        while let Some(row) = rows.next()? {
            self.last = row.get(0)?;
            let (prefix, target): (i64, Option<i64>) = (row.get(1)?, row.get(2)?);
            if let Some(target) = target {
                self.undos.insert(prefix, target);
                continue;
            }
            // Bytes that were damaged here are named by `status`; the server has them from others.
            let Ok(entry) = Entry::read(&row.get::<_, Vec<u8>>(3)?) else { continue };
            let (Some(event), Some(movement)) = (entry.raw.event, entry.movement()) else { continue };
            if movement.from.is_none() && self.moves.insert(prefix, (event, movement.bodies)).is_none() {
                *self.sums.entry(event).or_default() += movement.bodies;
            }
        }
        Ok(())
    }

    /// People inside, without what is kept apart: neither its movements nor its undos count.
    fn of(&self, event: EventId, apart: &BTreeSet<i64>) -> i64 {
        let mut out = if apart.is_empty() {
            voided_by(&self.undos)
        } else {
            let counted = self.undos.iter().filter(|(undo, _)| !apart.contains(undo));
            voided_by(&counted.map(|(undo, target)| (*undo, *target)).collect())
        };
        out.extend(apart);
        let missing: i64 = out
            .iter()
            .filter_map(|target| self.moves.get(target))
            .filter(|(of, _)| *of == event)
            .map(|(_, bodies)| bodies)
            .sum();
        self.sums.get(&event).copied().unwrap_or_default() - missing
    }
}
