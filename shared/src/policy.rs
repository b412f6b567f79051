//! What an event allows: zones, gates, products, re-entry (PROTOCOL.md section 5).

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{GateId, ProductId, ZoneId};

/// An area people are inside of.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Zone {
    /// Number within the event.
    #[n(1)]
    pub id: ZoneId,
    /// Name on screens.
    #[n(2)]
    pub name: String,
    /// People it may hold.
    #[n(3)]
    pub capacity: Option<u32>,
}

/// A door between two zones, or between outside and a zone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Gate {
    /// Number within the event.
    #[n(1)]
    pub id: GateId,
    /// Name on screens.
    #[n(2)]
    pub name: String,
    /// Entering leads into this zone.
    #[n(3)]
    pub zone: ZoneId,
    /// Entering leads out of this zone; absent means from outside.
    #[n(4)]
    pub from: Option<ZoneId>,
    /// Products that may pass; absent means all.
    #[n(5)]
    pub products: Option<Vec<ProductId>>,
}

/// A kind of ticket.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Product {
    /// Number within the event.
    #[n(1)]
    pub id: ProductId,
    /// Name on screens.
    #[n(2)]
    pub name: String,
    /// Zones it opens; absent means all.
    #[n(3)]
    pub zones: Option<Vec<ZoneId>>,
}

/// The rules of one event, as every scanner caches them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Policy {
    /// Name of the event.
    #[n(1)]
    pub name: String,
    /// Starts (ms).
    #[n(2)]
    pub starts: i64,
    /// Ends (ms).
    #[n(3)]
    pub ends: i64,
    /// Zones.
    #[n(4)]
    pub zones: Vec<Zone>,
    /// Gates.
    #[n(5)]
    pub gates: Vec<Gate>,
    /// Products.
    #[n(6)]
    pub products: Vec<Product>,
    /// Whether a ticket may come in again after going out.
    #[n(7)]
    pub reentry: bool,
    /// People the whole venue may hold.
    #[n(8)]
    pub capacity: Option<u32>,
    /// Refuse well-signed tickets that are not in the list.
    #[n(9)]
    pub list_only: bool,
    /// Seconds after its expiry from which a manifest stops admitting; absent means never.
    #[n(10)]
    pub stale_stop: Option<u64>,
    /// No entries after this time (ms).
    #[n(11)]
    pub last_entry: Option<i64>,
    /// How often a ticket may come in again.
    #[n(12)]
    pub max_reentries: Option<u32>,
    /// The same code again within this many ms on one device is the same scan.
    #[n(13)]
    pub retry_window: u64,
    /// IANA time zone in which people read times.
    #[n(14)]
    pub time_zone: String,
}

/// Default of [`Policy::retry_window`], in ms: longer than a guest holds a phone over the camera twice by accident.
pub const DEFAULT_RETRY_WINDOW_MS: u64 = 5_000;

impl Policy {
    /// The gate with this number.
    pub fn gate(&self, id: GateId) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.id == id)
    }

    /// The product with this number.
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// The zone with this number.
    pub fn zone(&self, id: ZoneId) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// Whether `product` may pass `gate`. An unknown product passes only where nothing is restricted.
    pub fn allows(&self, product: ProductId, gate: &Gate) -> bool {
        let gate_allows = gate.products.as_ref().is_none_or(|list| list.contains(&product));
        let zone_allows = self
            .product(product)
            .and_then(|product| product.zones.as_ref())
            .is_none_or(|zones| zones.contains(&gate.zone));
        gate_allows && zone_allows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(id: u32, zone: u32, products: Option<Vec<u32>>) -> Gate {
        let products = products.map(|list| list.into_iter().map(ProductId).collect());
        Gate { id: GateId(id), name: "North".into(), zone: ZoneId(zone), from: None, products }
    }

    fn policy() -> Policy {
        let zone = |id| Zone { id: ZoneId(id), name: "Ground".into(), capacity: None };
        let product = |id, zones: Option<Vec<u32>>| Product {
            id: ProductId(id),
            name: "Day".into(),
            zones: zones.map(|list| list.into_iter().map(ZoneId).collect()),
        };
        Policy {
            name: "Sommerfest".into(),
            starts: 0,
            ends: 1,
            zones: vec![zone(1), zone(2)],
            gates: vec![gate(1, 1, None), gate(2, 2, Some(vec![8]))],
            products: vec![product(7, None), product(8, Some(vec![2]))],
            reentry: true,
            capacity: None,
            list_only: false,
            stale_stop: None,
            last_entry: None,
            max_reentries: None,
            retry_window: DEFAULT_RETRY_WINDOW_MS,
            time_zone: "UTC".into(),
        }
    }

    #[test]
    fn things_are_found_by_their_number() {
        let policy = policy();
        for n in [1, 2] {
            assert_eq!(policy.gate(GateId(n)).map(|gate| gate.id), Some(GateId(n)));
            assert_eq!(policy.zone(ZoneId(n)).map(|zone| zone.id), Some(ZoneId(n)));
            assert_eq!(policy.product(ProductId(n + 6)).map(|product| product.id), Some(ProductId(n + 6)));
        }
        assert!(policy.gate(GateId(3)).is_none() && policy.zone(ZoneId(3)).is_none());
        assert!(policy.product(ProductId(1)).is_none());
    }

    #[test]
    fn a_product_passes_where_gate_and_zone_both_let_it() {
        let policy = policy();
        let (open, closed) = (&policy.gates[0], &policy.gates[1]);
        assert!(policy.allows(ProductId(7), open));
        assert!(!policy.allows(ProductId(7), closed), "the gate takes only 8");
        assert!(!policy.allows(ProductId(8), open), "8 does not open zone 1");
        assert!(policy.allows(ProductId(8), closed));
        assert!(policy.allows(ProductId(99), open) && !policy.allows(ProductId(99), closed));
    }
}
