//! The one writer: a thread that owns the write connection and commits waiting jobs together.
//!
//! Each job but the first of a group runs in its own savepoint, so that one that fails takes nothing else along; if the first
//! fails, it was alone until then. Nobody is answered before the commit they share, so an answer always means durable.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::checkpoint::Poke;
use super::error::StoreError;

/// Takes as much room as the largest message (`shared::api::MAX_MESSAGE_BYTES`), and gives it back in a commit of its own:
/// within one, SQLite would not write it.
const TAKE_ROOM: &str = "CREATE TABLE IF NOT EXISTS room (bytes BLOB NOT NULL) STRICT; \
                         INSERT INTO room VALUES (zeroblob(1048576))";
const GIVE_ROOM_BACK: &str = "DROP TABLE IF EXISTS room";

/// Jobs that may wait for the writer; callers beyond that wait for a place (back pressure).
const QUEUE_LIMIT: usize = 256;

/// Jobs that share one commit at most.
const GROUP_LIMIT: usize = 64;

/// Once a group has worked for this long it is committed: when hundreds of scanners come back at once, each with
/// thousands of entries, the first one is not kept waiting for the work of all.
const GROUP_TIME: Duration = Duration::from_millis(100);

/// Work for the writer thread, in two steps around the commit.
trait Job: Send {
    /// May change a great part of the database. What a savepoint keeps of changed pages stays in memory, so such a job is the
    /// first of its group: that one has no savepoint.
    fn is_large(&self) -> bool;
    /// Runs where what it writes can be taken back; says whether to keep it.
    fn run(&mut self, tx: &Transaction<'_>) -> bool;
    /// Whether it failed because the disk takes no writes. SQLite may undo a single statement for that and leave the
    /// transaction as it was: then no commit fails.
    fn met_bad_disk(&self) -> bool;
    /// Tells the caller, after the commit or instead of it.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

type Waiting = mpsc::Receiver<Box<dyn Job>>;

struct Call<T, F> {
    large: bool,
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Call<T, F>
where
    T: Send,
    F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send,
{
    fn is_large(&self) -> bool {
        self.large
    }

    fn run(&mut self, tx: &Transaction<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        // Unwind safe: after a panic what it wrote is rolled back and the closure is gone.
        let result = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or(Err(StoreError::Panicked));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn met_bad_disk(&self) -> bool {
        matches!(&self.result, Some(Err(StoreError::Full | StoreError::Disk(_))))
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        let result = match (self.result, commit) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(shared)) => Err(shared),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // The caller may have gone away; what was committed stays.
        let _ = self.reply.send(result);
    }
}

/// Handle to the writer thread.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    /// Something could not be stored, and no check has succeeded since.
    failed: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the thread. `checkpoint` hears of every commit.
    pub(super) fn start(mut connection: Connection, checkpoint: Poke) -> Result<Self, StoreError> {
        let (jobs, mut waiting) = mpsc::channel::<Box<dyn Job>>(QUEUE_LIMIT);
        let failed = Arc::new(AtomicBool::new(false));
        let tell = failed.clone();
        let work = move || {
            let mut next = None;
            while let Some(first) = next.take().or_else(|| waiting.blocking_recv()) {
                next = run_group(&mut connection, first, &mut waiting, &tell);
                checkpoint.committed();
            }
        };
        let thread = std::thread::Builder::new().name("store-writer".into()).spawn(work).map_err(StoreError::Thread)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), failed })
    }

    /// Whether the disk takes writes. Normally the lock of a writer is proof enough; after a failure only a real write is, of
    /// as much as a scanner may send: a page finds room on a disk that is full for everything else.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        if !self.failed.load(Ordering::Acquire) {
            return self.write(|_| Ok(())).await;
        }
        self.write(|tx| Ok(tx.execute_batch(TAKE_ROOM)?)).await?;
        self.write(|tx| Ok(tx.execute_batch(GIVE_ROOM_BACK)?)).await?;
        self.failed.store(false, Ordering::Release);
        Ok(())
    }

    /// Runs `work` in the writer's next transaction and answers once it is durable.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.call(false, work).await
    }

    /// The same for what may change a great part of the database: it begins a group.
    pub(super) async fn write_large<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.call(true, work).await
    }

    async fn call<T, F>(&self, large: bool, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let call = Call { large, work: Some(work), result: None, reply };
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        let waiting = u32::try_from(jobs.max_capacity() - jobs.capacity()).unwrap_or(u32::MAX);
        metrics::gauge!("turnstone_store_queue_depth").set(f64::from(waiting));
        jobs.send(Box::new(call)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

impl Drop for Writer {
    /// Lets waiting jobs finish, then ends the thread.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer thread had panicked");
        }
    }
}

fn group_size(group: &[Box<dyn Job>]) -> f64 {
    u32::try_from(group.len()).map_or(f64::from(u32::MAX), f64::from)
}

/// Commits a job with those that wait already, as far as they share a commit, and answers them. Returns the job that has to
/// begin the next group.
fn run_group(
    connection: &mut Connection,
    first: Box<dyn Job>,
    waiting: &mut Waiting,
    failed: &AtomicBool,
) -> Option<Box<dyn Job>> {
    let mut group = vec![first];
    let mut next = None;
    let outcome = commit_group(connection, &mut group, &mut next, waiting);
    metrics::histogram!("turnstone_store_group_size").record(group_size(&group));
    if let Err(error) = &outcome {
        tracing::error!(%error, jobs = group.len(), "nothing of this group was stored");
    }
    if outcome.is_err() || group.iter().any(|job| job.met_bad_disk()) {
        failed.store(true, Ordering::Release);
    }
    for job in group {
        job.answer(outcome.as_ref().copied().map_err(StoreError::for_group));
    }
    next
}

fn commit_group(
    connection: &mut Connection,
    group: &mut Vec<Box<dyn Job>>,
    next: &mut Option<Box<dyn Job>>,
    waiting: &mut Waiting,
) -> Result<(), StoreError> {
    let tx = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(tx) => tx,
        Err(error) => {
            // Who waits meets the same trouble: all hear of it now, not one after the other.
            while group.len() < GROUP_LIMIT
                && let Ok(job) = waiting.try_recv()
            {
                group.push(job);
            }
            return Err(error.into());
        }
    };
    let began = Instant::now();
    // Nobody's work is lost with the first job's: it needs no savepoint, which would copy every page it changes.
    let first = group.first_mut().map(|job| job.run(&tx));
    if tx.is_autocommit() {
        return Err(StoreError::RolledBack);
    }
    if first == Some(false) {
        return Ok(tx.rollback()?);
    }
    while group.len() < GROUP_LIMIT
        && began.elapsed() < GROUP_TIME
        && let Ok(job) = waiting.try_recv()
    {
        if job.is_large() {
            *next = Some(job);
            break;
        }
        // One of the group from here on: whatever fails next, it hears of it.
        group.push(job);
        tx.execute_batch("SAVEPOINT job")?;
        let keep = group.last_mut().is_some_and(|job| job.run(&tx));
        // SQLite itself rolls everything back on some errors (disk full, I/O): then nothing was kept.
        if tx.is_autocommit() {
            return Err(StoreError::RolledBack);
        }
        tx.execute_batch(if keep { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" })?;
    }
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn writer() -> Writer {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT").unwrap();
        Writer::start(connection, Poke::default()).unwrap()
    }

    async fn insert(writer: &Writer, n: i64) -> Result<usize, StoreError> {
        writer.write(move |tx| Ok(tx.execute("INSERT INTO t VALUES (?1)", [n])?)).await
    }

    async fn count(writer: &Writer) -> i64 {
        writer.write(|tx| Ok(tx.query_row("SELECT count(*) FROM t", [], |row| row.get(0))?)).await.unwrap()
    }

    #[tokio::test]
    async fn a_failing_job_takes_nothing_else_along() {
        let writer = writer();
        let results = tokio::join!(insert(&writer, 1), insert(&writer, 1), insert(&writer, 2));
        assert!(results.0.is_ok() && results.1.is_err() && results.2.is_ok());
        assert_eq!(count(&writer).await, 2);
    }

    #[tokio::test]
    async fn a_large_job_begins_a_group_and_has_no_savepoint() {
        let writer = writer();
        let has_savepoint = |tx: &Transaction<'_>| Ok(tx.execute_batch("RELEASE job; SAVEPOINT job").is_ok());
        // A machine that stands still for long enough ends the group by itself: then once more.
        for _ in 0..100 {
            let (open, gate) = std::sync::mpsc::channel::<()>();
            let (first, small, large, opened) = tokio::join!(
                writer.write(move |_| Ok(gate.recv().is_ok())),
                writer.write(has_savepoint),
                writer.write_large(has_savepoint),
                async { open.send(()) },
            );
            assert!(first.unwrap() && opened.is_ok());
            assert!(!large.unwrap(), "what it changes would be copied");
            if small.unwrap() {
                return;
            }
        }
        panic!("no job ever shared a commit");
    }

    /// SQLite undoes a statement that changes many rows alone: no commit fails.
    #[tokio::test]
    async fn a_disk_that_is_full_for_a_single_statement_is_known_as_well() {
        let writer = writer();
        let sql = "CREATE TABLE u (n INTEGER PRIMARY KEY, b BLOB UNIQUE) STRICT; PRAGMA max_page_count = 8";
        writer.write(|tx| Ok(tx.execute_batch(sql)?)).await.unwrap();
        let sql = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000) \
                   INSERT INTO u SELECT n, randomblob(500) FROM c";
        let result = writer.write_large(move |tx| Ok(tx.execute(sql, [])?)).await;
        assert!(matches!(result, Err(StoreError::Full)), "{result:?}");
        assert!(writer.failed.load(Ordering::Acquire));
    }

    #[tokio::test]
    async fn a_panic_in_a_job_is_an_error_and_the_writer_lives_on() {
        let writer = writer();
        let result: Result<(), StoreError> = writer
            .write(|tx| {
                tx.execute("INSERT INTO t VALUES (7)", [])?;
                panic!("made on purpose by a test")
            })
            .await;
        assert!(matches!(result, Err(StoreError::Panicked)));
        insert(&writer, 8).await.unwrap();
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn who_comes_first_in_a_stampede_is_not_kept_waiting_for_the_work_of_all() {
        const JOBS: usize = 40;
        let writer = Arc::new(writer());
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let done = Arc::new(AtomicUsize::new(0));
        let first = tokio::spawn({
            let writer = writer.clone();
            async move { writer.write(move |_| Ok(gate.recv().is_ok())).await }
        });
        let others: Vec<_> = (0..JOBS)
            .map(|_| {
                let (writer, done) = (writer.clone(), done.clone());
                tokio::spawn(async move {
                    let work = move |_: &Transaction<'_>| {
                        // Much work.
                        std::thread::sleep(GROUP_TIME / 5);
                        done.fetch_add(1, Ordering::AcqRel);
                        Ok(())
                    };
                    writer.write(work).await
                })
            })
            .collect();
        while writer.jobs.as_ref().unwrap().capacity() > QUEUE_LIMIT - JOBS {
            tokio::task::yield_now().await;
        }
        open.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        let worked = done.load(Ordering::Acquire);
        assert!(worked < JOBS / 2, "the first was answered after the work of {worked}");
        for other in others {
            other.await.unwrap().unwrap();
        }
        assert_eq!(done.load(Ordering::Acquire), JOBS);
    }

    #[tokio::test]
    async fn a_full_disk_has_its_name_and_loses_nothing_that_was_answered() {
        let writer = writer();
        insert(&writer, 1).await.unwrap();
        writer.write(|tx| Ok(tx.pragma_update(None, "max_page_count", 3)?)).await.unwrap();
        let mut result = Ok(0);
        for n in 2..100_000 {
            result = insert(&writer, n).await;
            if result.is_err() {
                break;
            }
        }
        assert!(matches!(result, Err(StoreError::Full | StoreError::RolledBack)), "{result:?}");
        assert!(writer.failed.load(Ordering::Acquire), "and it is known");
        writer.write(|tx| Ok(tx.pragma_update(None, "max_page_count", 1000)?)).await.unwrap();
        assert!(count(&writer).await >= 1);
        insert(&writer, -1).await.unwrap();
        writer.check().await.unwrap();
        assert!(!writer.failed.load(Ordering::Acquire), "a real write took place");
    }
}
