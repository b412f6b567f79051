//! Little bytes that want to become big: compressed answers, pictures, nested and promised CBOR and JSON. Each is refused with
//! its name, in bounded memory, and what comes after it is served. (Key files that ask for absurd work: see
//! `sync-server/src/keys/export.rs`.)

use std::io::Write;
use std::net::SocketAddr;
use std::process::{Output, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use reqwest::Method;
use shared::api::Invitation;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use turnstone_tests::harness::{Device, path, text};

use crate::damaged_scene::{Scene, last_line, no_panic, raw, refused};

/// Most memory a scanner may take for a bomb, in bytes. It needs a tenth of that for itself.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

/// Runs a verb and returns its output with the most memory the process ever held, where the system tells.
fn run_measured(device: &Device, args: &[&str]) -> (Output, Option<u64>) {
    let mut command = device.command(args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the scanner starts");
    let status = format!("/proc/{}/status", child.id());
    let mut most = None;
    while child.try_wait().expect("a child of ours").is_none() {
        let now = std::fs::read_to_string(&status).ok().and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        });
        most = most.max(now.map(|kib| kib * 1024));
        std::thread::sleep(Duration::from_millis(2));
    }
    (child.wait_with_output().expect("its output"), most)
}

/// A server that answers everything with a small compressed body that becomes 200 MiB.
async fn bomber(kind: &'static str) -> SocketAddr {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..200 {
        bomb.write_all(&vec![b' '; 1024 * 1024]).expect("memory");
    }
    let body = bomb.finish().expect("memory");
    assert!(body.len() < 1024 * 1024);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let body = body.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 64 * 1024];
                let _ = stream.read(&mut request).await;
                let head = format!(
                    "HTTP/1.1 {kind}\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(&body).await;
            });
        }
    });
    addr
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_unpacks_without_end_is_not_unpacked() {
    let scene = Scene::open(1).await;
    for kind in ["200 OK\r\ncontent-type: application/cbor", "403 Forbidden\r\ncontent-type: application/problem+json"]
    {
        let bomber = bomber(kind).await;
        let code = scene.invitation("North 1", &scene.server.url()).await;
        let invitation = Invitation { server: format!("http://{bomber}"), ..Invitation::read(&code).expect("one") };
        let device = Device::new(&scene.venue.parts, scene.venue.folder.join(format!("bombed-{}", bomber.port())));
        let (output, memory) = tokio::task::block_in_place(|| run_measured(&device, &["enrol", &invitation.to_code()]));
        refused(&output, 4, "damaged_answer", "larger than");
        assert!(memory.is_none_or(|bytes| bytes < MOST_MEMORY), "{memory:?} bytes");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compressed_request_is_not_unpacked_at_all() {
    let scene = Scene::open(1).await;
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![0x81; 50 * 1024 * 1024]).expect("memory");
    let bomb = bomb.finish().expect("memory");
    let headers = [("content-type", "application/cbor"), ("content-encoding", "gzip")];
    let answer = raw(scene.server.addr, Method::POST, "/api/v1/scanners/enrol", &headers, bomb).await;
    answer.is(400, "bad_request", "cannot be read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nested_and_promised_bodies_cost_the_server_nothing() {
    let scene = Scene::open(1).await;
    let server = scene.server.addr;
    let json = [("content-type", "application/json")];
    for opening in ["[", "{\"a\":"] {
        let deep = opening.repeat(100_000);
        raw(server, Method::POST, "/api/v1/auth/login", &json, deep).await.is(400, "malformed_request", "");
    }
    let cbor = [("content-type", "application/cbor")];
    let bodies: [Vec<u8>; 6] = [
        vec![0x81; 900_000],
        vec![0xa1; 900_000],
        vec![0xd8; 900_000],
        vec![0x9f; 900_000],
        // Announces 2^64 − 1 items, bytes and pairs.
        [&[0xa4, 0x01, 0x9b][..], &[0xff; 8]].concat(),
        [&[0xa4, 0x01, 0x5b][..], &[0xff; 8]].concat(),
    ];
    for path in ["enrol", "challenge", "auth"] {
        for body in &bodies {
            let answer = raw(server, Method::POST, &format!("/api/v1/scanners/{path}"), &cbor, body.clone()).await;
            answer.is(400, "bad_request", "cannot be read");
        }
    }
    assert_eq!(raw(server, Method::GET, "/ready", &[], "").await.status, 200, "it goes on");
}

/// A PNG (ISO/IEC 15948) of black pixels, `bits` deep, of the given colour type with `samples` for each pixel.
fn png(width: u32, height: u32, bits: u8, colour: u8, samples: u64) -> Vec<u8> {
    let chunk = |file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(name);
        sum.update(data);
        file.extend(u32::try_from(data.len()).expect("short").to_be_bytes());
        file.extend(name);
        file.extend(data);
        file.extend(sum.sum().to_be_bytes());
    };
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour, 0, 0, 0]].concat();
    chunk(&mut file, b"IHDR", &header);
    let row = (u64::from(width) * samples * u64::from(bits)).div_ceil(8) + 1;
    let row = vec![0; usize::try_from(row).expect("a row")];
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..height {
        pixels.write_all(&row).expect("memory");
    }
    chunk(&mut file, b"IDAT", &pixels.finish().expect("memory"));
    chunk(&mut file, b"IEND", &[]);
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_unpacks_without_end_is_named_in_bounded_memory() {
    let scene = Scene::open(1).await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    let pictures = [
        ("wide", png(100_000, 20_000, 1, 0, 1), true),
        ("deep", png(4_100, 4_100, 16, 6, 4), true),
        // As large as is opened at all: they hold no code, and that is what is said.
        ("colours", png(5_792, 5_792, 8, 6, 4), false),
        ("grey", png(10_000, 5_000, 8, 0, 1), false),
    ];
    for (name, picture, refused) in pictures {
        assert!(picture.len() < 4 * 1024 * 1024, "{name}: {} bytes", picture.len());
        let file = scene.venue.folder.join(format!("{name}.png"));
        std::fs::write(&file, picture).expect("a file");
        let (output, memory) =
            tokio::task::block_in_place(|| run_measured(&device, &["scan", "--offline", "--image", path(&file)]));
        no_panic(&output);
        let said = last_line(&output).to_string();
        assert_ne!(output.status.code(), Some(0), "{}", text(&output));
        assert_eq!(said.contains("too large"), refused, "{name}: {}", text(&output));
        assert!(memory.is_none_or(|bytes| bytes < MOST_MEMORY), "{name}: {memory:?} bytes");
    }
    assert_eq!(device.scan(scene.venue.code("T0001"), &["--offline"])["verdict"], "ok");
}
