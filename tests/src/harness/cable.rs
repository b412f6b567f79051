//! A network cable on loopback that can be pulled out: forwards TCP until cut.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::dice::Dice;

/// Most bytes that are forwarded at once: about what one packet holds, so that trouble meets messages in their middle.
const PIECE_BYTES: usize = 1_400;

/// A bad network, as far as TCP shows it: what is lost comes late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weather {
    /// How late each piece of a message is (ms), at least.
    pub delay_ms: u64,
    /// And how much later at most.
    pub jitter_ms: u64,
    /// Of a hundred pieces so many hang, as after a lost packet (200 to 1,200 ms).
    pub stalls: u64,
    /// A connection breaks after so many bytes in one direction.
    pub breaks_after: Option<u64>,
    /// Nothing gets through towards the server; or from it.
    pub silent: Option<Towards>,
}

/// One of two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// From scanner to server.
    Server,
    /// From server to scanner.
    Scanner,
}

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
    weather: watch::Sender<Weather>,
    task: JoinHandle<()>,
}

impl Cable {
    /// A cable with a free port on loopback, not plugged into anything yet.
    pub async fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let addr = listener.local_addr().expect("a bound listener has an address");
        let (end, state) = watch::channel(End::Cut);
        let (weather, sky) = watch::channel(Weather::default());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let now = *state.borrow();
                match now {
                    // An unplugged cable hangs up at once, as an unreachable host does.
                    End::Cut => {}
                    End::Stalled => drop(tokio::spawn(hold(stream, state.clone()))),
                    End::Plugged(target) => drop(tokio::spawn(forward(stream, target, state.clone(), sky.clone()))),
                }
            }
        });
        Self { addr, end, weather, task }
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

    /// From now on the network is as bad as this, for connections under way as well.
    pub fn weather(&self, weather: Weather) {
        self.weather.send_replace(weather);
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

async fn forward(
    mut near: TcpStream,
    target: SocketAddr,
    mut state: watch::Receiver<End>,
    sky: watch::Receiver<Weather>,
) {
    let Ok(far) = TcpStream::connect(target).await else { return };
    {
        let (mut near_from, mut near_to) = near.split();
        let (mut far_from, mut far_to) = far.into_split();
        tokio::select! {
            // Either direction that ends takes the whole connection along; both programs close only when they are done.
            _ = pass(&mut near_from, &mut far_to, sky.clone(), Towards::Server) => return,
            _ = pass(&mut far_from, &mut near_to, sky, Towards::Scanner) => return,
            _ = state.wait_for(|now| *now != End::Plugged(target)) => {}
        }
    }
    let stalled = *state.borrow() == End::Stalled;
    if stalled {
        hold(near, state).await;
    }
}

/// One direction, as the weather allows.
async fn pass(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    mut sky: watch::Receiver<Weather>,
    towards: Towards,
) -> std::io::Result<()> {
    let (mut dice, mut passed, mut piece) = (Dice::of(super::dice::any_seed()), 0, [0; PIECE_BYTES]);
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        let calm = *sky.borrow() == Weather::default();
        if !calm {
            // The cable is gone: so is the connection.
            let heard = sky.wait_for(|weather| weather.silent != Some(towards)).await.map(|weather| *weather);
            let Ok(weather) = heard else { return Ok(()) };
            let mut late = weather.delay_ms + dice.below(weather.jitter_ms + 1);
            if dice.percent(weather.stalls) {
                late += dice.between(200, 1_200);
            }
            tokio::time::sleep(Duration::from_millis(late)).await;
            passed += length as u64;
            if weather.breaks_after.is_some_and(|most| passed > most) {
                return Ok(());
            }
        }
        to.write_all(&piece[..length]).await?;
    }
}

/// Keeps a connection open without a word until the cable leads elsewhere.
async fn hold(near: TcpStream, mut state: watch::Receiver<End>) {
    // An error means that the cable is gone: that ends the connection, too.
    drop(state.wait_for(|now| *now != End::Stalled).await);
    drop(near);
}
