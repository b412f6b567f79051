//! Answers that are not what was asked for, from sockets that behave as networks do.

use shared::api::{ChallengeRequest, SyncApi, problem};
use shared::ids::ScannerId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const CHALLENGE: ChallengeRequest = ChallengeRequest { scanner: ScannerId([1; 16]) };

/// Answers the first request with these bytes and closes.
async fn answering(answer: Vec<u8>) -> HttpApi {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = HttpApi::new(&format!("http://{}", listener.local_addr().unwrap()), None).unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        assert!(socket.read(&mut request).await.unwrap() > 0);
        // The client may have had enough before everything is sent.
        drop(socket.write_all(&answer).await);
        drop(socket.shutdown().await);
    });
    api
}

async fn asked(status: &str, headers: &str, body: &[u8]) -> NetError {
    let mut answer = format!("HTTP/1.1 {status}\r\n{headers}\r\nconnection: close\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    answering(answer).await.challenge(CHALLENGE).await.unwrap_err()
}

#[tokio::test]
async fn a_problem_document_is_a_refusal_with_its_code() {
    let body = br#"{"code":"rate_limited","title":"Too Many Requests","detail":"wait","status":429}"#;
    let error = asked("429 Too Many Requests", "content-type: application/problem+json\r\nretry-after: 7", body).await;
    assert!(error.is_refusal(problem::RATE_LIMITED) && error.is_passing());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_sign_in_page_is_not_taken_for_an_answer() {
    for (status, headers) in [
        ("200 OK", "content-type: text/html"),
        ("302 Found", "location: http://login.example/\r\ncontent-type: text/html"),
        ("404 Not Found", "content-type: text/html"),
    ] {
        let error = asked(status, headers, b"<html>please sign in</html>").await;
        assert!(matches!(error, NetError::Damaged { .. }), "{status}: {error}");
        assert!(error.to_string().contains("not from a Turnstone server"), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_without_its_server_is_an_unreachable_server() {
    let error = asked("502 Bad Gateway", "content-type: text/html", b"<html>nginx</html>").await;
    assert!(matches!(error, NetError::Unreachable { .. }) && error.is_passing(), "{error}");
}

#[tokio::test]
async fn bytes_that_are_no_message_are_damaged() {
    let error = asked("200 OK", "content-type: application/cbor", b"\xff\xff").await;
    assert!(matches!(error, NetError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn an_answer_cut_in_the_middle_is_a_broken_connection() {
    let error = asked("200 OK", "content-type: application/cbor\r\ncontent-length: 100", b"\xa2\x01").await;
    assert!(matches!(error, NetError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let body = vec![0; MAX_ANSWER_BYTES * 4];
    let error = asked("200 OK", "content-type: application/cbor", &body).await;
    assert!(matches!(&error, NetError::Damaged { what, .. } if what.contains("larger than")), "{error}");
}

#[tokio::test]
async fn a_small_body_that_inflates_is_stopped_at_the_limit() {
    let bomb = zeros_gzipped(MAX_ANSWER_BYTES * 4);
    assert!(bomb.len() < MAX_ANSWER_BYTES / 10);
    let error = asked("200 OK", "content-type: application/cbor\r\ncontent-encoding: gzip", &bomb).await;
    assert!(matches!(&error, NetError::Damaged { what, .. } if what.contains("larger than")), "{error}");
}

/// A gzip stream (RFC 1952) of at least `len` zero bytes, without the check sums that nobody gets to see: one DEFLATE block
/// (RFC 1951) with fixed codes of a zero and then "258 bytes from 1 byte back", again and again.
fn zeros_gzipped(len: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut put = |text: &str| bits.extend(text.chars().map(|bit| bit == '1'));
    put("110"); // final block, fixed codes (least significant bit first)
    put("00110000"); // the byte 0
    for _ in 0..=len / 258 {
        put("1100010100000"); // length 258, distance 1
    }
    put("0000000"); // end of block
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let packed = bits.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
    bytes.extend(packed);
    bytes
}

#[tokio::test]
async fn nobody_at_the_address_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = HttpApi::new(&format!("http://{}", listener.local_addr().unwrap()), None).unwrap();
    drop(listener);
    let error = api.reach().await.unwrap_err();
    assert!(matches!(error, NetError::Unreachable { .. }), "{error}");
}

#[test]
fn an_address_that_is_none_is_named() {
    for address in ["ftp://x", "nonsense", "http://", "file:///etc/passwd"] {
        assert!(matches!(HttpApi::new(address, None), Err(NetError::BadAddress { .. })), "{address}");
    }
    assert!(HttpApi::new("http://[::1]:8443", None).is_ok());
}
