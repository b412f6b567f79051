//! A relay between scanner and server that reads along, and damages what a test tells it to: bad networks, bad proxies and
//! attackers, with the real programs on both ends.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::http::client;

/// Largest request taken in, in bytes.
const MAX_REQUEST_BYTES: usize = 8 * 1024 * 1024;

/// One call that passed, as it was before anything was changed.
#[derive(Debug, Clone)]
pub struct Passed {
    /// Path and query.
    pub path: String,
    /// The server's status.
    pub status: u16,
    /// Body towards the server.
    pub request: Vec<u8>,
    /// Body towards the scanner; compressed where both ends agreed on that.
    pub response: Vec<u8>,
}

/// What becomes of an answer.
#[derive(Debug, Clone)]
pub enum Answer {
    /// This body is sent.
    Whole(Vec<u8>),
    /// The connection ends after so many bytes of the body.
    Cut(Vec<u8>, usize),
}

type OnRequest = Box<dyn FnMut(&str, Vec<u8>) -> Vec<u8> + Send>;
type OnAnswer = Box<dyn FnMut(&str, Vec<u8>) -> Answer + Send>;

struct Shared {
    server: SocketAddr,
    compressed: bool,
    http: reqwest::Client,
    passed: Mutex<Vec<Passed>>,
    on_request: Mutex<Option<OnRequest>>,
    on_answer: Mutex<Option<OnAnswer>>,
}

/// Stands before a server until it is dropped.
pub struct Relay {
    /// Where scanners connect to.
    pub addr: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("addr", &self.addr).finish_non_exhaustive()
    }
}

impl Relay {
    /// Before this server; bodies are not compressed, so that a test can change them.
    pub async fn before(server: SocketAddr) -> Self {
        Self::start(server, false).await
    }

    /// Before this server, with whatever compression both ends agree on: for counting bytes.
    pub async fn counting(server: SocketAddr) -> Self {
        Self::start(server, true).await
    }

    async fn start(server: SocketAddr, compressed: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let addr = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared {
            server,
            compressed,
            http: client(),
            passed: Mutex::default(),
            on_request: Mutex::default(),
            on_answer: Mutex::default(),
        });
        let for_task = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = for_task.clone();
                tokio::spawn(async move {
                    // Whoever breaks the connection off learns it from the other end.
                    let _ = pass(stream, &shared).await;
                });
            }
        });
        Self { addr, shared, task }
    }

    /// The address scanners are told.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// From now on every request's body goes through `change`, with its path.
    pub fn on_request(&self, change: impl FnMut(&str, Vec<u8>) -> Vec<u8> + Send + 'static) {
        *self.shared.on_request.lock().expect("no test panics inside a hook") = Some(Box::new(change));
    }

    /// From now on every successful answer's body goes through `change`, with its path.
    pub fn on_answer(&self, change: impl FnMut(&str, Vec<u8>) -> Answer + Send + 'static) {
        *self.shared.on_answer.lock().expect("no test panics inside a hook") = Some(Box::new(change));
    }

    /// Nothing is changed any more.
    pub fn honest(&self) {
        *self.shared.on_request.lock().expect("no test panics inside a hook") = None;
        *self.shared.on_answer.lock().expect("no test panics inside a hook") = None;
    }

    /// Everything that passed since the last time this was asked.
    pub fn take_passed(&self) -> Vec<Passed> {
        std::mem::take(&mut *self.shared.passed.lock().expect("no test panics inside a hook"))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request and its answer; then the connection ends, so that every call is seen from its beginning.
async fn pass(mut near: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let Some((head, mut body)) = read_request(&mut near).await? else { return Ok(()) };
    let mut first = head.lines().next().unwrap_or_default().split(' ');
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default().to_owned());
    if let Some(change) = &mut *shared.on_request.lock().expect("no test panics inside a hook") {
        body = change(&path, body);
    }
    let method = method.parse().expect("the scanner names a method");
    let mut request = shared.http.request(method, format!("http://{}{path}", shared.server)).body(body.clone());
    for name in ["content-type", "accept", "authorization", "accept-encoding"] {
        if let Some(value) = header(&head, name).filter(|_| name != "accept-encoding" || shared.compressed) {
            request = request.header(name, value);
        }
    }
    // An unreachable server is hung up on, as it would do itself.
    let Ok(answer) = request.send().await else { return Ok(()) };
    let status = answer.status();
    let names = ["content-type", "content-encoding", "retry-after"];
    let text = |name: &&str| Some(format!("{name}: {}\r\n", answer.headers().get(*name)?.to_str().ok()?));
    let kept: String = names.iter().filter_map(text).collect();
    let Ok(bytes) = answer.bytes().await else { return Ok(()) };
    let response = bytes.to_vec();
    let seen = Passed { path: path.clone(), status: status.as_u16(), request: body, response: response.clone() };
    shared.passed.lock().expect("no test panics inside a hook").push(seen);
    let sent = match &mut *shared.on_answer.lock().expect("no test panics inside a hook") {
        Some(change) if status.is_success() => change(&path, response),
        _ => Answer::Whole(response),
    };
    let (body, end) = match sent {
        Answer::Whole(body) => (body, usize::MAX),
        Answer::Cut(body, end) => (body, end),
    };
    let head = format!("HTTP/1.1 {status}\r\n{kept}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    near.write_all(head.as_bytes()).await?;
    near.write_all(&body[..body.len().min(end)]).await?;
    near.shutdown().await
}

/// Head and body; `None` where the connection ended before a whole request.
async fn read_request(near: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut bytes = Vec::new();
    let mut wanted = None;
    loop {
        if wanted.is_none()
            && let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = header(&head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            wanted = Some((head, end + 4, length));
        }
        if let Some((head, start, length)) = &wanted
            && bytes.len() >= start + length
        {
            return Ok(Some((head.clone(), bytes[*start..start + length].to_vec())));
        }
        if bytes.len() > MAX_REQUEST_BYTES || near.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
