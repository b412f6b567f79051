//! A stolen manifest key, and a list with a number that no later one can be above: once the key is withdrawn, the next right
//! list comes into force all the same.

use scanner::engine::{EngineError, ManifestProgress};
use shared::api::ManifestResponse;
use shared::cose::{Domain, SigningKey, key_id, sign_object};
use shared::manifest::ManifestError;
use shared::trust::{KeyRole, Keyset, PublicKey};

use crate::device::door;
use crate::world::{EVENT, NOW, ORGANIZATION, World, records, world};

/// A keyset in which the old manifest key is withdrawn and another one signs.
fn after_the_theft(world: &World, fresh: &SigningKey) -> Vec<u8> {
    let mut keyset: Keyset = shared::cose::peek(&world.keyset()).unwrap();
    keyset.version = 2;
    for key in keyset.keys.iter_mut().filter(|key| key.role == KeyRole::Manifest) {
        key.withdrawn = Some(true);
    }
    let public = fresh.verifying_key();
    keyset.keys.push(PublicKey {
        id: key_id(&public),
        public: public.to_bytes(),
        role: KeyRole::Manifest,
        event: None,
        not_before: 0,
        not_after: i64::MAX,
        withdrawn: None,
    });
    assert_eq!((keyset.organization, keyset.created), (ORGANIZATION, NOW));
    sign_object(Domain::Keyset, &world.root, &keyset)
}

#[test]
fn a_list_whose_key_was_withdrawn_keeps_no_later_one_out() {
    let world = world();
    let mut device = door(&world, 1);
    device.adopt(&world.list(5, &records(3), &[], &[]));
    // The thief's list is right in every way but who ordered it.
    device.adopt(&world.list(u64::MAX, &records(1), &[], &[]));
    let right = world.list(6, &records(3), &[], &[]);
    let refused = device.engine.apply_manifest(EVENT, &right.response());
    assert!(
        matches!(refused, Err(EngineError::Manifest(ManifestError::NotNewer { held: u64::MAX, offered: 6 }))),
        "{refused:?}"
    );

    let fresh = SigningKey::from_bytes(&[77; 32]);
    let keyset = after_the_theft(&world, &fresh);
    // What the old key signed is not believed any more, whatever its number.
    let World { policy, .. } = crate::world::world();
    let rotated = World { manifests: fresh, policy, keyset_version: 2, ..crate::world::world() };
    let right = rotated.list(6, &records(4), &[], &[]);
    let response = ManifestResponse::Header { header: right.header.clone(), keyset: Some(keyset.into()) };
    device.engine.apply_manifest(EVENT, &response).unwrap();
    assert_eq!(device.engine.manifest_request(EVENT).unwrap().have, None, "the thief's number is not told the server");
    let parts = ManifestResponse::Buckets { version: 6, parts: vec![right.part(0)] };
    let progress = device.engine.apply_manifest(EVENT, &parts).unwrap();
    assert!(matches!(progress, ManifestProgress::Adopted { version: 6, tickets: 4, .. }), "{progress:?}");
    // From here on versions rise again.
    let older = rotated.list(5, &records(3), &[], &[]);
    let refused = device.engine.apply_manifest(EVENT, &older.response());
    assert!(matches!(refused, Err(EngineError::Manifest(ManifestError::NotNewer { held: 6, .. }))), "{refused:?}");
    let again = world.list(u64::MAX, &records(1), &[], &[]);
    let refused = device.engine.apply_manifest(EVENT, &again.response());
    assert!(matches!(refused, Err(EngineError::Manifest(ManifestError::Trust(_)))), "{refused:?}");
}
