//! A network cable on loopback that can be pulled out: forwards TCP until cut.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Where the cable leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nowhere.
    Cut,
    /// Everything is swallowed and nothing comes back.
    Stalled,
    /// To this server.
    Plugged(SocketAddr),
}

/// Forwards connections to a server until it is cut; a cut ends those under way.
#[derive(Debug)]
pub struct Cable {
    /// Where scanners connect to.
    pub addr: SocketAddr,
    end: watch::Sender<End>,
    task: JoinHandle<()>,
}

impl Cable {
    /// A cable with a free port on loopback, not plugged into anything yet.
    pub async fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let addr = listener.local_addr().expect("a bound listener has an address");
        let (end, state) = watch::channel(End::Cut);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let now = *state.borrow();
                match now {
                    // An unplugged cable hangs up at once, as an unreachable host does.
                    End::Cut => {}
                    End::Stalled => drop(tokio::spawn(hold(stream, state.clone()))),
                    End::Plugged(target) => drop(tokio::spawn(forward(stream, target, state.clone()))),
                }
            }
        });
        Self { addr, end, task }
    }

    /// The address scanners are told.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Takes the network away.
    pub fn cut(&self) {
        self.end.send_replace(End::Cut);
    }

    /// Lets everything hang, as an overloaded network does: connections are accepted, and nothing ever answers. Those
    /// under way hang as well.
    pub fn stall(&self) {
        self.end.send_replace(End::Stalled);
    }

    /// Connects to `server`.
    pub fn plug(&self, server: SocketAddr) {
        self.end.send_replace(End::Plugged(server));
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(mut near: TcpStream, target: SocketAddr, mut state: watch::Receiver<End>) {
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => return,
        _ = state.wait_for(|now| *now != End::Plugged(target)) => {}
    }
    let stalled = *state.borrow() == End::Stalled;
    if stalled {
        hold(near, state).await;
    }
}

/// Keeps a connection open without a word until the cable leads elsewhere.
async fn hold(near: TcpStream, mut state: watch::Receiver<End>) {
    // An error means that the cable is gone: that ends the connection, too.
    drop(state.wait_for(|now| *now != End::Stalled).await);
    drop(near);
}
