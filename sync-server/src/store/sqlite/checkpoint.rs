//! The checkpointer: moves the write-ahead log into the database beside the writer, so that no commit pays for it.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::open;

/// Least time between two checkpoints.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Debug, Default)]
struct State {
    committed: bool,
    closed: bool,
}

#[derive(Debug, Default)]
struct Signal {
    state: Mutex<State>,
    changed: Condvar,
}

impl Signal {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the checkpointer that there is something to do.
#[derive(Debug, Clone, Default)]
pub(super) struct Poke(Arc<Signal>);

impl Poke {
    /// Something was committed.
    pub(super) fn committed(&self) {
        self.0.lock().committed = true;
        self.0.changed.notify_one();
    }
}

/// The checkpointer's thread; ends when this is dropped.
#[derive(Debug)]
pub(super) struct Checkpointer {
    signal: Poke,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread on a connection of its own.
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let connection = open::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let signal = Poke::default();
        let seen = signal.0.clone();
        let work = move || run(&connection, &seen);
        let thread = std::thread::Builder::new().name("store-checkpoint".into()).spawn(work);
        Ok(Self { signal, thread: Some(thread.map_err(StoreError::Thread)?) })
    }

    /// For the writer.
    pub(super) fn poke(&self) -> Poke {
        self.signal.clone()
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.signal.0.lock().closed = true;
        self.signal.0.changed.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread had panicked");
        }
    }
}

fn run(connection: &Connection, signal: &Signal) {
    loop {
        let waiting = |state: &mut State| !state.committed && !state.closed;
        let mut state = signal.changed.wait_while(signal.lock(), waiting).unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return;
        }
        state.committed = false;
        drop(state);
        checkpoint(connection);
        let resting = |state: &mut State| !state.closed;
        drop(signal.changed.wait_timeout_while(signal.lock(), PAUSE, resting));
    }
}

/// One checkpoint on a connection of its own.
pub(super) fn once(path: &Path) -> Result<(), StoreError> {
    let connection = open::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Ok(passive(&connection)?)
}

fn passive(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

fn checkpoint(connection: &Connection) {
    if let Err(error) = passive(connection) {
        // Not fatal: the log only stays longer. The next one tries again.
        tracing::warn!(%error, "checkpoint did not run");
    }
}
