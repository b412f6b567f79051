//! Messages of the exchange and what is signed in them (PROTOCOL.md section 8) against the golden vectors.

use minicbor::{Decode, Encode};
use shared::api::{
    Ack, Acked, AuthProof, AuthRequest, AuthResponse, BucketPart, ChallengeRequest, ChallengeResponse, ConfirmRequest,
    ConfirmResponse, Confirmation, EnrolProof, EnrolRequest, EnrolResponse, ExchangeRequest, ExchangeResponse,
    FeedPosition, FeedWanted, HeartbeatRequest, HeartbeatResponse, HeldManifest, ItemProblem, ManifestRequest,
    ManifestResponse, RefillRequest, RefillResponse, ReleaseRequest, ReleaseResponse, SearchHit, SearchRequest,
    SearchResponse,
};
use shared::cose::{decode_all, encode};
use shared::entry::Direction;
use shared::feed::Batch;
use shared::ids::{GateId, ProductId};
use shared::manifest::TicketState;
use turnstone_tests::golden::{Findings, Node, Vector, vectors};

/// What our types make of a message: its bytes written again, or nothing where it is none.
type Reading = fn(&[u8]) -> Option<Vec<u8>>;

fn again<T: for<'b> Decode<'b, ()> + Encode<()>>(bytes: &[u8]) -> Option<Vec<u8>> {
    decode_all::<T>(bytes).map(|message| encode(&message))
}

/// Names in the grammar and the types that stand for them.
const TYPES: [(&str, Reading); 32] = [
    ("ack", again::<Ack>),
    ("acked", again::<Acked>),
    ("auth-proof", again::<AuthProof>),
    ("auth-request", again::<AuthRequest>),
    ("auth-response", again::<AuthResponse>),
    ("batch", again::<Batch>),
    ("bucket-part", again::<BucketPart>),
    ("challenge-request", again::<ChallengeRequest>),
    ("challenge-response", again::<ChallengeResponse>),
    ("confirm-request", again::<ConfirmRequest>),
    ("confirm-response", again::<ConfirmResponse>),
    ("confirmation", again::<Confirmation>),
    ("enrol-proof", again::<EnrolProof>),
    ("enrol-request", again::<EnrolRequest>),
    ("enrol-response", again::<EnrolResponse>),
    ("exchange-request", again::<ExchangeRequest>),
    ("exchange-response", again::<ExchangeResponse>),
    ("feed-position", again::<FeedPosition>),
    ("heartbeat-request", again::<HeartbeatRequest>),
    ("heartbeat-response", again::<HeartbeatResponse>),
    ("held-manifest", again::<HeldManifest>),
    ("hit", again::<SearchHit>),
    ("manifest-request", again::<ManifestRequest>),
    ("manifest-response", again::<ManifestResponse>),
    ("problem", again::<ItemProblem>),
    ("refill-request", again::<RefillRequest>),
    ("refill-response", again::<RefillResponse>),
    ("release-request", again::<ReleaseRequest>),
    ("release-response", again::<ReleaseResponse>),
    ("search-request", again::<SearchRequest>),
    ("search-response", again::<SearchResponse>),
    ("wanted", again::<FeedWanted>),
];

/// What the folder holds, for the check that no vector is left out.
pub(crate) fn kinds() -> Vec<Option<&'static str>> {
    TYPES.iter().map(|(name, _)| Some(*name)).collect()
}

#[test]
fn messages_are_read_and_written_as_the_independent_generator_does_or_refused() {
    let mut findings = Findings::default();
    for (name, reading) in TYPES {
        for vector in vectors("messages", Some(name), 1, 1) {
            for message in vector.json.at("messages").items() {
                let (about, bytes) = (message.at("about").str(), message.at("bytes").bytes());
                match reading(&bytes) {
                    // What a later version adds is not written again.
                    Some(_) if about.contains("later version is skipped") && vector.is_good() => {}
                    Some(ours) => findings.expect(&vector, &about, (true, &ours), (vector.is_good(), &bytes)),
                    None => findings.expect(&vector, &about, false, vector.is_good()),
                }
            }
        }
    }
    findings.settle();
}

fn whole<T: for<'b> Decode<'b, ()>>(name: &str) -> T {
    let all: Vec<Vector> = vectors("messages", Some(name), 1, 1);
    let vector = all.iter().find(|vector| vector.name.ends_with(&format!("good-{name}.json"))).unwrap();
    let first: Node = vector.json.at("messages").items().swap_remove(0);
    decode_all(&first.at("bytes").bytes()).unwrap()
}

/// Members of one type that could change places unnoticed.
#[test]
fn members_that_look_alike_stand_where_they_belong() {
    let beat: HeartbeatRequest = whole("heartbeat-request");
    assert_eq!((beat.keyset_version, beat.pending, beat.pending_in, beat.pending_out), (3, 12, 7, 5));
    assert_eq!((beat.clock_offset, beat.clock_error), (Some(-18_000_000), Some(42)));
    assert_eq!((beat.battery, beat.gate), (Some(87), Some(GateId(1))));
    let acked: Acked = whole("acked");
    assert_eq!((acked.contiguous, acked.witnessed, acked.forked), (9, 15, true));
    assert_eq!(acked.missing, [(11, 12), (14, 14)]);
    let position: FeedPosition = whole("feed-position");
    assert_eq!((position.contiguous, position.from), (9, Some(5)));
    let wanted: FeedWanted = whole("wanted");
    assert_eq!((wanted.from, wanted.to), (10, 20));
    let problem: ItemProblem = whole("problem");
    assert_eq!((problem.seq, problem.reason.as_str()), (4, "changed"));
    let answer: ExchangeResponse = whole("exchange-response");
    assert_eq!((answer.more, answer.refill), (true, false));
    let request: ManifestRequest = whole("manifest-request");
    assert_eq!((request.have, request.keyset_version), (Some(203_000_000), 3));
    let confirmed: Confirmation = whole("confirmation");
    let (from, to) = confirmed.times[0];
    assert_eq!((to - from, confirmed.granted, confirmed.held_at), (20, false, Some(GateId(2))));
    assert_eq!(whole::<ConfirmRequest>("confirm-request").direction, Direction::Exit);
    let hit: SearchHit = whole("hit");
    assert_eq!((hit.product, hit.state, hit.admits, hit.inside), (ProductId(7), TicketState::Valid, 4, 2));
    let refill: RefillResponse = whole("refill-response");
    assert_eq!((refill.wanted, refill.adopted), (vec![1, 2], false));
}
