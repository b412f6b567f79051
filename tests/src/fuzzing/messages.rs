//! Messages between scanner and server: every type of the exchange takes every input.

use scanner::engine::ExchangeLimits;
use shared::api::{
    AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, ConfirmRequest, ConfirmResponse, Confirmation,
    EnrolRequest, EnrolResponse, ExchangeRequest, ExchangeResponse, HeartbeatRequest, HeartbeatResponse,
    ManifestRequest, ManifestResponse, RefillRequest, RefillResponse, ReleaseRequest, ReleaseResponse, SearchRequest,
    SearchResponse,
};
use shared::cose::{Domain, decode_all, encode, sign_object};
use shared::ids::{Nonce, StoreId};
use shared::time::TimeToken;

use super::world::world;

/// What decodes must encode and decode to the same again.
fn try_as<T>(input: &[u8])
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()> + PartialEq + std::fmt::Debug,
{
    if let Some(message) = decode_all::<T>(input) {
        assert_eq!(decode_all::<T>(&encode(&message)).as_ref(), Some(&message), "it survives its own encoding");
    }
}

macro_rules! every {
    ($input:expr; $($message:ty),* $(,)?) => { $(try_as::<$message>($input);)* };
}

/// Any bytes as any message; answers go to a device as well.
pub(super) fn message(input: &[u8]) {
    every!(input; EnrolRequest, EnrolResponse, ChallengeRequest, ChallengeResponse, AuthRequest, AuthResponse,
        HeartbeatRequest, HeartbeatResponse, ExchangeRequest, ExchangeResponse, ManifestRequest, ManifestResponse,
        RefillRequest, RefillResponse, ConfirmRequest, ConfirmResponse, Confirmation, ReleaseRequest, ReleaseResponse,
        SearchRequest, SearchResponse);
    let world = world();
    if let Some(answer) = decode_all::<HeartbeatResponse>(input) {
        let mut device = world.device_with_list();
        let asked = device.heartbeat_request(None).expect("a heartbeat can be asked");
        // Refused or not, the device goes on.
        drop(device.apply_heartbeat(&asked, asked.sent, &answer));
        device.status().expect("the device still says how it is");
    }
    if let Some(answer) = decode_all::<ManifestResponse>(input) {
        let mut device = world.device_with_list();
        drop(device.apply_manifest(world.event, &answer));
        device.status().expect("the device still says how it is");
    }
    if let Some(answer) = decode_all::<AuthResponse>(input) {
        drop(world.device_with_list().apply_auth(&answer));
    }
}

/// One of each of what a device makes, and answers of the golden world.
pub(super) fn corpus() -> Vec<Vec<u8>> {
    let world = world();
    let mut device = world.device_with_list();
    let store = StoreId([0x51; 16]);
    let challenge = ChallengeResponse { nonce: Nonce([3; 16]), store };
    let heartbeat = device.heartbeat_request(None).expect("a heartbeat can be asked");
    let time = TimeToken { nonce: heartbeat.request.nonce, server_ms: world.now, store }.sign(&world.server);
    let keyset = Some(world.trust.keyset_bytes().to_vec());
    let (header, event) = (world.list.at("header").bytes(), world.event);
    let confirmation = Confirmation {
        nonce: Nonce([4; 16]),
        ticket: shared::ids::TicketKey([5; 16]),
        at: world.now,
        entries: Vec::new(),
        times: vec![(1, 2)],
        granted: true,
        held_at: None,
    };
    vec![
        encode(&challenge),
        encode(&device.auth_request(&challenge).expect("a challenge is answered")),
        encode(&heartbeat.request),
        encode(&HeartbeatResponse { time, store, keyset: keyset.clone(), manifests: vec![], certificate: None }),
        encode(&device.exchange_request(ExchangeLimits::default()).expect("an exchange can be asked")),
        encode(&device.manifest_request(event).expect("a list can be asked for")),
        encode(&ManifestResponse::Current),
        encode(&ManifestResponse::Header { header: header.clone(), keyset: keyset.map(Into::into) }),
        encode(&ManifestResponse::Delta { header: header.clone(), records: vec![vec![0x80].into()], keyset: None }),
        encode(&RefillRequest { event, header, parts: vec![] }),
        encode(&ConfirmResponse { confirmation: sign_object(Domain::Confirm, &world.server, &confirmation) }),
        encode(&SearchRequest { event, query: "ada".into(), limit: 5 }),
    ]
}
