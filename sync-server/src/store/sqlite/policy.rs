//! An event's rules: rows in, `shared::policy::Policy` out, and back.

use rusqlite::{Connection, Row, named_params};
use shared::ids::{GateId, ProductId, ZoneId};
use shared::policy::{Gate, Policy, Product, Zone};

use super::error::StoreError;
use super::{Column, integer, numbers};

/// The rules of an event whose row this is.
pub(super) fn assemble(tx: &Connection, event: i64, row: &Row<'_>) -> Result<Policy, StoreError> {
    Ok(Policy {
        name: row.get("name")?,
        starts: row.get("starts")?,
        ends: row.get("ends")?,
        zones: zones(tx, event)?,
        gates: gates(tx, event)?,
        products: products(tx, event)?,
        reentry: row.get("reentry")?,
        capacity: row.optional_number("capacity")?,
        list_only: row.get("list_only")?,
        stale_stop: row.optional_number("stale_stop")?,
        last_entry: row.get("last_entry")?,
        max_reentries: row.optional_number("max_reentries")?,
        retry_window: row.number("retry_window")?,
        time_zone: row.get("time_zone")?,
    })
}

fn zones(tx: &Connection, event: i64) -> Result<Vec<Zone>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT zone, name, capacity FROM zones WHERE event = ?1 ORDER BY zone")?;
    let rows = statement.query_and_then([event], |row| {
        let id = ZoneId(row.number("zone")?);
        Ok(Zone { id, name: row.get("name")?, capacity: row.optional_number("capacity")? })
    })?;
    rows.collect()
}

fn gates(tx: &Connection, event: i64) -> Result<Vec<Gate>, StoreError> {
    let sql = "SELECT gate, name, zone, from_zone, products FROM gates WHERE event = ?1 ORDER BY gate";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([event], |row| {
        Ok(Gate {
            id: GateId(row.number("gate")?),
            name: row.get("name")?,
            zone: ZoneId(row.number("zone")?),
            from: row.optional_number("from_zone")?.map(ZoneId),
            products: list(row, "products")?.map(|numbers| numbers.into_iter().map(ProductId).collect()),
        })
    })?;
    rows.collect()
}

fn products(tx: &Connection, event: i64) -> Result<Vec<Product>, StoreError> {
    let sql = "SELECT product, name, zones FROM products WHERE event = ?1 ORDER BY product";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([event], |row| {
        Ok(Product {
            id: ProductId(row.number("product")?),
            name: row.get("name")?,
            zones: list(row, "zones")?.map(|numbers| numbers.into_iter().map(ZoneId).collect()),
        })
    })?;
    rows.collect()
}

fn list(row: &Row<'_>, column: &'static str) -> Result<Option<Vec<u32>>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Impossible(column))).transpose()
}

fn json<T: serde::Serialize>(list: Option<&Vec<T>>) -> Result<Option<String>, StoreError> {
    list.map(|list| serde_json::to_string(list).map_err(|_| StoreError::Impossible("list"))).transpose()
}

/// Writes zones, gates and products, in place of those that are there; numbers of what goes are retired.
pub(super) fn store_lists(tx: &Connection, event: i64, policy: &Policy) -> Result<(), StoreError> {
    numbers::retire(tx, event)?;
    // Gates refer to zones, so they go first and come last.
    for sql in ["DELETE FROM gates WHERE event = ?1", "DELETE FROM zones WHERE event = ?1"] {
        tx.execute(sql, [event])?;
    }
    tx.execute("DELETE FROM products WHERE event = ?1", [event])?;
    let mut zones = tx.prepare_cached("INSERT INTO zones (event, zone, name, capacity) VALUES (?1, ?2, ?3, ?4)")?;
    for zone in &policy.zones {
        zones.execute((event, zone.id.0, &zone.name, zone.capacity))?;
    }
    let sql = "INSERT INTO gates (event, gate, name, zone, from_zone, products) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mut gates = tx.prepare_cached(sql)?;
    for gate in &policy.gates {
        let from = gate.from.map(|from| from.0);
        gates.execute((event, gate.id.0, &gate.name, gate.zone.0, from, json(gate.products.as_ref())?))?;
    }
    let sql = "INSERT INTO products (event, product, name, zones) VALUES (?1, ?2, ?3, ?4)";
    let mut products = tx.prepare_cached(sql)?;
    for product in &policy.products {
        products.execute((event, product.id.0, &product.name, json(product.zones.as_ref())?))?;
    }
    numbers::revive(tx, event)
}

/// Writes the columns of the event's own row; `sql` has one named parameter for each of them and `:id`.
pub(super) fn update_row(tx: &Connection, sql: &str, event: i64, policy: &Policy) -> Result<(), StoreError> {
    let retry_window = integer(policy.retry_window, "events.retry_window")?;
    let stale_stop = policy.stale_stop.map(|seconds| integer(seconds, "events.stale_stop")).transpose()?;
    let params = named_params! {
        ":id": event, ":name": policy.name, ":starts": policy.starts, ":ends": policy.ends,
        ":time_zone": policy.time_zone, ":reentry": policy.reentry, ":capacity": policy.capacity,
        ":list_only": policy.list_only, ":stale_stop": stale_stop, ":last_entry": policy.last_entry,
        ":max_reentries": policy.max_reentries, ":retry_window": retry_window,
    };
    tx.execute(sql, params)?;
    Ok(())
}
