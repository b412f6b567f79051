//! An engine on its own thread: SQLite waits for disks, the network tasks must not. Whoever wants something of it hands in
//! a closure; nothing is locked while the network is waited for.

use std::thread;

use tokio::sync::{mpsc, oneshot};

use crate::engine::{Engine, EngineError};

use super::SyncError;

/// Most closures that wait for the engine; whoever comes then waits for a place.
const QUEUE_PLACES: usize = 32;

type Job = Box<dyn FnOnce(&mut Engine) + Send>;

/// The way to an engine on its own thread. Clones lead to the same one; it closes when the last clone is gone.
#[derive(Debug, Clone)]
pub struct Desk {
    jobs: mpsc::Sender<Job>,
}

impl Desk {
    /// Starts the thread.
    pub fn start(engine: Engine) -> Result<Self, SyncError> {
        let (jobs, queue) = mpsc::channel(QUEUE_PLACES);
        thread::Builder::new().name("engine".into()).spawn(move || serve(engine, queue)).map_err(SyncError::Thread)?;
        Ok(Self { jobs })
    }

    /// Has the engine do something and waits for what comes of it. If the waiting is given up, the engine finishes all the
    /// same: what it began to record is recorded.
    pub async fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Engine) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, SyncError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |engine| {
            // Nobody may be waiting any more; the work is done all the same.
            drop(answer.send(job(engine)));
        });
        self.jobs.send(job).await.map_err(|_| SyncError::Stopped)?;
        Ok(answered.await.map_err(|_| SyncError::Stopped)??)
    }

    /// Waits until the engine has done everything handed in before, then lets it close if this was the last way to it.
    pub async fn finish(self) {
        // An engine that stopped already has nothing left to do.
        drop(self.ask(Engine::checkpoint).await);
    }
}

fn serve(mut engine: Engine, mut queue: mpsc::Receiver<Job>) {
    while let Some(job) = queue.blocking_recv() {
        job(&mut engine);
    }
    if let Err(error) = engine.close() {
        tracing::warn!(%error, "closing the scanner's database");
    }
}
