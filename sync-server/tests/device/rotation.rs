//! A withdrawn certificate key: scanners go on, and whoever stole the key does not.

use shared::api::{AuthResponse, path};
use shared::clock::random;
use shared::cose::{Domain, SigningKey, sign_object};
use shared::ids::ScannerId;
use shared::trust::{Certificate, Trust};
use sync_server::clock::SystemEntropy;
use sync_server::keys::keyset::OldKeys;
use sync_server::keys::{KeyUse, StoredKey};
use sync_server::people::Actor;
use sync_server::store::keys::{Rotate, Rotation};

use crate::gadget::{Gadget, ask};
use crate::hall::{Hall, NOW, dice};

/// Puts a new certificate key in the place of the one there is; who must enrol again.
pub(crate) async fn withdraw(hall: &Hall) -> Vec<String> {
    let keys = vec![StoredKey::generate(KeyUse::Certificate, NOW, &SystemEntropy)];
    let rotation = Rotation { keys, old: OldKeys::Withdraw, root: None };
    let actor = Actor::command_line(hall.admin.organization, NOW);
    let Rotate::Rotated { left, .. } = hall.server.state().store.rotate_keys(actor, rotation).await.unwrap() else {
        panic!()
    };
    left
}

/// The certificate key before it is withdrawn.
async fn stolen_key(hall: &Hall) -> SigningKey {
    let keys = hall.server.state().store.keys(hall.admin.organization).await.unwrap();
    let key = keys.iter().find(|key| key.used_for == KeyUse::Certificate).unwrap();
    key.seed.as_ref().unwrap().signing_key()
}

/// A device with a certificate that the thief made: for another scanner, or for one there is.
fn forged(real: &Gadget, stolen: &SigningKey, scanner: ScannerId, name: &str) -> Gadget {
    let mut thief = real.twin(0);
    thief.key = SigningKey::from_bytes(&random(dice()));
    thief.id = scanner;
    let model: Certificate = shared::cose::peek(&real.certificate).unwrap();
    let public = thief.key.verifying_key().to_bytes();
    let made = Certificate { scanner, public, name: name.into(), serial: model.serial + 1, ..model };
    thief.certificate = sign_object(Domain::Certificate, stolen, &made);
    thief
}

/// Trust and certificate after an answer with both.
pub(crate) fn take(gadget: &mut Gadget, keyset: &[u8], certificate: &[u8]) {
    let trust: Trust = gadget.trust.clone().adopt(keyset).unwrap();
    let before: Certificate = shared::cose::peek(&gadget.certificate).unwrap();
    let opened = Certificate::open(certificate, &trust).unwrap();
    assert!(opened.serial > before.serial && opened.public == before.public);
    assert!(Certificate::open(&gadget.certificate, &trust).is_err(), "the old one says nothing any more");
    (gadget.trust, gadget.certificate) = (trust, certificate.to_vec());
}

#[tokio::test]
async fn scanners_fetch_new_certificates_when_the_key_is_withdrawn_signed_in_or_not() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    let old_trust = north.trust.clone();
    assert_eq!(withdraw(&hall).await, Vec::<String>::new());
    // Signed in: with the next heartbeat, and nothing is interrupted.
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    let beat = north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();
    take(&mut north, &beat.keyset.unwrap(), &beat.certificate.unwrap());
    // Not signed in, and while it was away withdrawn once more: by the record.
    withdraw(&hall).await;
    let old = south.certificate.clone();
    let answer = south.authenticate(&hall).await.unwrap();
    south.token.clone_from(&answer.token);
    assert_eq!(south.send(&hall, vec![]).await.unwrap_err(), "not_authenticated", "good for the certificate only");
    take(&mut south, &answer.keyset, &answer.certificate.unwrap());
    south.token = south.authenticate(&hall).await.unwrap().token;
    south.admit(hall.tickets[1]);
    south.upload(&hall).await;
    assert_eq!(hall.people().await.0, 2);
    // A device that was restored from a backup shows the old one, although a newer one was shown: also by the record.
    (south.certificate, south.trust) = (old, old_trust);
    let answer = south.authenticate(&hall).await.unwrap();
    take(&mut south, &answer.keyset, &answer.certificate.unwrap());
    south.token = south.authenticate(&hall).await.unwrap().token;
    south.admit(hall.tickets[2]);
    south.upload(&hall).await;
    assert_eq!(hall.people().await.0, 3);
}

#[tokio::test]
async fn what_a_withdrawn_key_signed_opens_nothing() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let stolen = stolen_key(&hall).await;
    // Before anybody knows, the key is as good as ours; the record of a scanner that is there does not give way.
    let mut early = forged(&north, &stolen, ScannerId([7; 16]), "Uncle");
    early.token = early.authenticate(&hall).await.unwrap().token;
    early.send(&hall, vec![]).await.unwrap();
    let impostor = forged(&north, &stolen, north.id, "North 1");
    assert_eq!(impostor.authenticate(&hall).await.unwrap_err(), "scanner_unknown");

    assert_eq!(withdraw(&hall).await, vec!["Uncle".to_owned()], "nobody invited it");
    assert_eq!(early.send(&hall, vec![]).await.unwrap_err(), "not_authenticated");
    assert_eq!(early.authenticate(&hall).await.unwrap_err(), "scanner_unknown");
    let late = forged(&north, &stolen, ScannerId([8; 16]), "Aunt");
    for thief in [&late, &impostor] {
        assert_eq!(thief.authenticate(&hall).await.unwrap_err(), "scanner_unknown");
    }
    // The real certificate without the real key: what the thief can read in any manifest.
    let mut borrowed = late.auth_request(&hall).await;
    borrowed.certificate.clone_from(&north.certificate);
    let answer: Result<AuthResponse, String> = ask(&hall, path::AUTH, None, &borrowed).await;
    assert_eq!(answer.unwrap_err(), "not_authenticated");
    // Scanners: in the next manifest, nothing by that key is taken for a certificate.
    let beat = north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();
    take(&mut north, &beat.keyset.unwrap(), &beat.certificate.unwrap());
    hall.publish().await;
    let (header, _) = crate::refill::download(&hall, &north).await;
    let header: shared::manifest::Header = shared::cose::peek(&header).unwrap();
    let known: Vec<_> =
        header.certificates.iter().filter_map(|bytes| Certificate::open(bytes, &north.trust).ok()).collect();
    let (offices, known): (Vec<_>, Vec<_>) = known.iter().partition(|one| one.is_office());
    assert_eq!(known.iter().map(|one| one.scanner).collect::<Vec<_>>(), vec![north.id]);
    assert_eq!(offices.len(), 2, "the one that ended, and the one that counts from now on");
}
