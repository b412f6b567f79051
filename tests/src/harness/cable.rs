//! A network cable on loopback that can be pulled out: forwards TCP until cut.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Forwards connections to a server until it is cut; a cut ends those under way.
#[derive(Debug)]
pub struct Cable {
    /// Where scanners connect to.
    pub addr: SocketAddr,
    plugged: watch::Sender<Option<SocketAddr>>,
    task: JoinHandle<()>,
}

impl Cable {
    /// A cable with a free port on loopback, not plugged into anything yet.
    pub async fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let addr = listener.local_addr().expect("a bound listener has an address");
        let (plugged, state) = watch::channel(None);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let target = *state.borrow();
                // An unplugged cable hangs up at once, as an unreachable host does.
                let Some(target) = target else { continue };
                tokio::spawn(forward(stream, target, state.clone()));
            }
        });
        Self { addr, plugged, task }
    }

    /// The address scanners are told.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Takes the network away.
    pub fn cut(&self) {
        self.plugged.send_replace(None);
    }

    /// Connects to `server`.
    pub fn plug(&self, server: SocketAddr) {
        self.plugged.send_replace(Some(server));
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(mut near: TcpStream, target: SocketAddr, mut state: watch::Receiver<Option<SocketAddr>>) {
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
        _ = state.wait_for(|now| *now != Some(target)) => {}
    }
}
