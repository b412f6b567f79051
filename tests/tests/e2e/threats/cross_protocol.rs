//! Nothing that is signed passes for anything else: every kind of object is offered to the reader of every other kind, as it
//! is, and with the very content and signer that the reader expects. The pairs come from the list of domains, and a new
//! domain does not compile until it says here what it holds and who reads it.

use shared::api::{Ack, AuthProof, Confirmation, EnrolProof};
use shared::cose::{Domain, SigningKey, encode, key_id, open, sign};
use shared::feed::{Head, feed_id};
use shared::ids::{EntryId, Epoch, EventId, Nonce, OrganizationId, ProductId, ScannerId, StoreId, TicketKey};
use shared::manifest::{Header, bucket_bits, open_for_adoption};
use shared::policy::Policy;
use shared::ticket::{Code, PREFIX, Secret, Ticket};
use shared::time::TimeToken;
use shared::trust::{Certificate, KeyRole, Keyset, PublicKey, ScannerRole, Trust, root_fingerprint};

const NOW: i64 = 1_800_000_000_000;
const EVENT: EventId = EventId([1; 16]);
const ORGANIZATION: OrganizationId = OrganizationId([2; 16]);
const SCANNER: ScannerId = ScannerId([3; 16]);

/// The worst case: one key holds every role, so that only the domain keeps the kinds apart.
fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn keyset(role: KeyRole) -> Keyset {
    let public = key().verifying_key();
    let event = (role == KeyRole::Ticket).then_some(EVENT);
    let id = key_id(&public);
    let key =
        PublicKey { id, public: public.to_bytes(), role, event, not_before: 0, not_after: i64::MAX, withdrawn: None };
    Keyset { organization: ORGANIZATION, version: 1, created: NOW, keys: vec![key] }
}

/// What a device trusts when the one key has this role.
fn trust(role: KeyRole) -> Trust {
    let root = key().verifying_key();
    let signed = sign(Domain::Keyset, &key(), encode(&keyset(role)));
    Trust::pin(root_fingerprint(&root), &root.to_bytes(), &signed).unwrap()
}

fn header() -> Header {
    let policy = Policy {
        name: "Friday".into(),
        starts: NOW,
        ends: NOW + 1,
        zones: vec![],
        gates: vec![],
        products: vec![],
        reentry: false,
        capacity: None,
        list_only: false,
        stale_stop: None,
        last_entry: None,
        max_reentries: None,
        retry_window: 0,
        time_zone: "UTC".into(),
    };
    Header {
        organization: ORGANIZATION,
        event: EVENT,
        version: 1,
        created: NOW,
        expires: NOW + 1,
        policy,
        keyset_version: 1,
        certificates: vec![],
        revocations: vec![],
        bucket_bits: bucket_bits(0),
        bucket_hashes: vec![0; 32],
        tickets: 0,
    }
}

fn certificate() -> Certificate {
    Certificate {
        scanner: SCANNER,
        public: key().verifying_key().to_bytes(),
        organization: ORGANIZATION,
        events: vec![EVENT],
        gate: None,
        role: ScannerRole::Scan,
        not_before: NOW,
        not_after: NOW + 1,
        name: "North 1".into(),
        serial: 1,
    }
}

/// What an object of this kind holds.
fn content(of: Domain) -> Vec<u8> {
    let (public, nonce, store) = (key().verifying_key().to_bytes(), Nonce([4; 16]), StoreId([5; 16]));
    let epoch = Epoch([6; 16]);
    match of {
        Domain::Ticket => encode(&Ticket {
            secret: Secret([8; 16]),
            generation: 1,
            product: ProductId(1),
            not_after: None,
            not_before: None,
            admits: None,
        }),
        Domain::Manifest => encode(&header()),
        Domain::Keyset => encode(&keyset(KeyRole::Server)),
        Domain::Certificate => encode(&certificate()),
        Domain::Head => {
            let feed = feed_id(&public, epoch);
            encode(&Head { scanner: SCANNER, epoch, feed, seq: 1, id: EntryId([9; 32]) })
        }
        Domain::Ack => encode(&Ack { store, at: NOW, feeds: vec![] }),
        Domain::Time => encode(&TimeToken { nonce, server_ms: NOW, store }),
        Domain::Confirm => encode(&Confirmation {
            nonce,
            ticket: TicketKey([1; 16]),
            at: NOW,
            entries: vec![],
            times: vec![],
            granted: true,
            held_at: None,
        }),
        Domain::Enrol => encode(&EnrolProof { token: nonce, public }),
        Domain::Auth => encode(&AuthProof { nonce, store, scanner: SCANNER }),
    }
}

/// Whether the product's own reader of this kind takes the bytes.
fn takes(reader: Domain, bytes: &[u8]) -> bool {
    let point = key().verifying_key();
    match reader {
        Domain::Ticket => {
            let text = format!("{PREFIX}{}", base45::encode(bytes));
            matches!(Code::read(&text, EVENT, trust(KeyRole::Ticket).keyset()), Code::Ticket { .. })
        }
        Domain::Manifest => open_for_adoption(bytes, &trust(KeyRole::Manifest), EVENT, None, NOW).is_ok(),
        Domain::Keyset => Keyset::open(bytes, &point).is_ok(),
        Domain::Certificate => Certificate::open(bytes, &trust(KeyRole::Certificate)).is_ok(),
        Domain::Head => Head::open(bytes, SCANNER, &point).is_ok(),
        Domain::Ack => trust(KeyRole::Server).open(Domain::Ack, KeyRole::Server, bytes, |ack: &Ack| ack.at).is_ok(),
        Domain::Time => TimeToken::open(bytes, &trust(KeyRole::Server)).is_ok(),
        Domain::Confirm => {
            trust(KeyRole::Server).open(Domain::Confirm, KeyRole::Server, bytes, |word: &Confirmation| word.at).is_ok()
        }
        Domain::Enrol => open::<EnrolProof>(Domain::Enrol, &point, bytes).is_ok(),
        Domain::Auth => open::<AuthProof>(Domain::Auth, &point, bytes).is_ok(),
    }
}

#[test]
fn nothing_that_is_signed_passes_for_anything_else() {
    assert!(Domain::ALL.len() >= 10);
    for &made in Domain::ALL {
        let own = sign(made, &key(), content(made));
        for &reader in Domain::ALL {
            assert_eq!(takes(reader, &own), made == reader, "{made:?} offered as {reader:?}");
            // Only the domain is wrong.
            let disguised = sign(made, &key(), content(reader));
            assert_eq!(takes(reader, &disguised), made == reader, "content of {reader:?} signed as {made:?}");
        }
    }
}

#[test]
fn a_key_signs_what_its_role_says_and_nothing_else() {
    let roles = [KeyRole::Ticket, KeyRole::Manifest, KeyRole::Certificate, KeyRole::Server];
    let header = sign(Domain::Manifest, &key(), content(Domain::Manifest));
    let certificate = sign(Domain::Certificate, &key(), content(Domain::Certificate));
    let time = sign(Domain::Time, &key(), content(Domain::Time));
    let ticket = format!("{PREFIX}{}", base45::encode(sign(Domain::Ticket, &key(), content(Domain::Ticket))));
    for role in roles {
        let trust = trust(role);
        let adopted = open_for_adoption(&header, &trust, EVENT, None, NOW).is_ok();
        assert_eq!(adopted, role == KeyRole::Manifest, "{role:?} signs a list");
        assert_eq!(Certificate::open(&certificate, &trust).is_ok(), role == KeyRole::Certificate, "{role:?}");
        assert_eq!(TimeToken::open(&time, &trust).is_ok(), role == KeyRole::Server, "{role:?} signs a time");
        let code = Code::read(&ticket, EVENT, trust.keyset());
        assert_eq!(matches!(code, Code::Ticket { .. }), role == KeyRole::Ticket, "{role:?} signs a ticket");
    }
}
