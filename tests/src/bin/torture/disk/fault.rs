//! Ways in which a disk can fail in the middle of a run.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use turnstone_tests::harness::{LoopDisk, SmallDisk, path};

/// Size of the small file system: some hundred scans fit (KiB).
const SMALL_KIB: u32 = 4_096;
/// Largest file while the limit holds: no database of ours is as small (bytes).
const FILE_LIMIT: u32 = 4_096;

/// Numbers of Linux (errno.h) for what the C library is made to answer.
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
/// What fails, as `failing-disk.c` reads it.
const WRITES: i32 = 1;
const SYNCS: i32 = 2;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A small file system is filled to the last byte. Needs root.
    Full,
    /// A file system is made read-only while no program has it open. Needs root.
    ReadOnly,
    /// A disk reports an error, so the kernel turns its file system read-only under the programs. Needs root.
    TurnsReadOnly,
    /// Files may not grow any more, as with a quota. Needs nobody's leave.
    FileLimit,
    /// Writes are answered "no space left". Needs a C compiler.
    NoSpace,
    /// Writes are answered "input/output error". Needs a C compiler.
    WritesFail,
    /// Writes are taken, but what they wrote does not reach the disk, and `fsync` says so. Needs a C compiler.
    SyncsFail,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Full,
        Self::ReadOnly,
        Self::TurnsReadOnly,
        Self::FileLimit,
        Self::NoSpace,
        Self::WritesFail,
        Self::SyncsFail,
    ];

    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Full => "a full disk (small tmpfs)",
            Self::ReadOnly => "a read-only remount (tmpfs)",
            Self::TurnsReadOnly => "a file system that turns read-only in the middle (ext4 on a loop device)",
            Self::FileLimit => "a limit on the size of files (RLIMIT_FSIZE)",
            Self::NoSpace => "writes answered ENOSPC",
            Self::WritesFail => "writes answered EIO",
            Self::SyncsFail => "fsync answered EIO",
        }
    }

    /// Whether programs that run meet it; otherwise they meet it when they start.
    pub(crate) fn is_live(self) -> bool {
        self != Self::ReadOnly
    }

    /// Whether the machine has to be started again before the disk works again.
    pub(crate) fn needs_restart(self) -> bool {
        self == Self::TurnsReadOnly
    }
}

/// A folder on a disk that can be made to fail.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    /// Where data folders go.
    pub(crate) folder: PathBuf,
    how: How,
}

#[derive(Debug)]
enum How {
    Disk(SmallDisk),
    Loop(LoopDisk),
    Limit,
    Library { library: PathBuf, control: PathBuf },
}

impl Fault {
    /// Below this folder; or why this machine does not allow it.
    pub(crate) fn prepare(kind: Kind, below: &Path) -> Result<Self, String> {
        let folder = below.join("failing");
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let how = match kind {
            Kind::Full | Kind::ReadOnly => {
                How::Disk(SmallDisk::mount(&folder, SMALL_KIB).ok_or("this user may not mount a tmpfs")?)
            }
            Kind::TurnsReadOnly => {
                How::Loop(LoopDisk::mount(&folder).ok_or("there are no loop devices for this user")?)
            }
            Kind::FileLimit => {
                Command::new("prlimit").arg("--version").output().map_err(|_| "there is no prlimit (util-linux)")?;
                How::Limit
            }
            Kind::NoSpace | Kind::WritesFail | Kind::SyncsFail => library(below)?,
        };
        Ok(Self { kind, folder, how })
    }

    /// The same command, so that this fault can reach its process.
    pub(crate) fn wrap(&self, command: Command) -> Command {
        match &self.how {
            How::Disk(_) | How::Loop(_) => command,
            How::Limit => behind(&command, &["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"]),
            How::Library { library, control } => {
                let mut command = command;
                command.env("LD_PRELOAD", library).env("FAILING_DISK", control);
                command
            }
        }
    }

    /// From now on, for these processes.
    pub(crate) fn begin(&self, processes: &[u32]) {
        match (&self.how, self.kind) {
            (How::Disk(disk), Kind::Full) => disk.fill(),
            (How::Disk(disk), _) => assert!(disk.remount("ro"), "no program has a file open"),
            (How::Loop(disk), _) => disk.fail(),
            (How::Limit, _) => limit(processes, &FILE_LIMIT.to_string()),
            (How::Library { control, .. }, kind) => {
                let (what, errno) = match kind {
                    Kind::NoSpace => (WRITES, ENOSPC),
                    Kind::WritesFail => (WRITES, EIO),
                    _ => (SYNCS, EIO),
                };
                tell(control, 4, errno);
                tell(control, 0, what);
            }
        }
    }

    /// It is over.
    pub(crate) fn end(&self, processes: &[u32]) {
        match (&self.how, self.kind) {
            (How::Disk(disk), Kind::Full) => disk.free(),
            (How::Disk(disk), _) => assert!(disk.remount("rw"), "root may do so"),
            (How::Loop(disk), _) => disk.repair(),
            (How::Limit, _) => limit(processes, "unlimited"),
            (How::Library { control, .. }, _) => tell(control, 0, 0),
        }
    }

    /// How often a call failed, where that is known.
    pub(crate) fn happened(&self) -> Option<i32> {
        let How::Library { control, .. } = &self.how else { return None };
        let mut times = [0; 4];
        File::open(control).and_then(|file| file.read_exact_at(&mut times, 8)).expect("the control file");
        Some(i32::from_ne_bytes(times))
    }
}

fn library(below: &Path) -> Result<How, String> {
    let (source, library, control) =
        (below.join("failing-disk.c"), below.join("failing-disk.so"), below.join("control"));
    std::fs::write(&source, include_str!("failing-disk.c")).expect("the source can be written");
    std::fs::write(&control, [0; 12]).expect("the control file can be written");
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o", path(&library), path(&source), "-ldl"]).output();
    let made = made.map_err(|error| format!("no C compiler: {error}"))?;
    if !made.status.success() {
        return Err(format!("this system has no such C library: {}", String::from_utf8_lossy(&made.stderr)));
    }
    // Whether it gets between: a program that writes to a file must fail now.
    tell(&control, 4, EIO);
    tell(&control, 0, WRITES);
    let probe = below.join("probe");
    let mut tried = Command::new("dd");
    tried.args(["if=/dev/zero", "bs=1", "count=1", &format!("of={}", path(&probe))]);
    tried.env("LD_PRELOAD", &library).env("FAILING_DISK", &control);
    let failed = tried.output().is_ok_and(|output| !output.status.success());
    std::fs::write(&control, [0; 12]).expect("the control file can be written");
    if failed { Ok(How::Library { library, control }) } else { Err("this system does not preload libraries".into()) }
}

fn tell(control: &Path, at: u64, value: i32) {
    let file = File::options().write(true).open(control).expect("the control file");
    file.write_all_at(&value.to_ne_bytes(), at).expect("the control file");
}

fn limit(processes: &[u32], bytes: &str) {
    for process in processes {
        let args = ["--pid".to_owned(), process.to_string(), format!("--fsize={bytes}:")];
        let done = Command::new("prlimit").args(args).output().expect("prlimit was there before");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

/// The same command, started by another program.
pub(crate) fn behind(command: &Command, starter: &[&str]) -> Command {
    let mut started = Command::new(starter[0]);
    started.args(&starter[1..]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => started.env(name, value),
            None => started.env_remove(name),
        };
    }
    started.stdin(std::process::Stdio::null());
    started
}
