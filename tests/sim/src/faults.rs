//! Everything that can go wrong, each with a name, a switch and a count of how often it really did.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

named! {
/// Something that can go wrong.
Fault {
    /// The power fails at any call to the disk: any statement, before, in and after a commit.
    Crash = "crash",
    /// When the power fails, writes nobody had synced are lost (counted for write-ahead logs). Without this and the next one
    /// the disk happened to have written all of them.
    WalTailDropped = "wal-tail-dropped",
    /// They survive in part.
    WalTailTorn = "wal-tail-torn",
    /// A disk says that it synced, and loses that with its power.
    LyingSync = "lying-fsync",
    /// No room for a write.
    DiskFull = "disk-full",
    /// Another process holds the database, longer than anybody waits.
    Busy = "sqlite-busy",
    /// A read, write or sync fails.
    IoError = "io-error",
    /// A read gives less than there is.
    ShortRead = "short-read",
    /// A byte of a page changes.
    FlippedPage = "flipped-page",
    /// A request arrives up to its middle.
    UploadCut = "upload-cut",
    /// A request never arrives.
    RequestLost = "request-lost",
    /// An answer never arrives: the server did it all the same.
    AckLost = "ack-lost",
    /// A request is carried out twice.
    Duplicated = "duplicated",
    /// A request is carried out late, after newer ones.
    Reordered = "reordered",
    /// A scanner's messages arrive, the answers do not, for a long time.
    OneWay = "one-way-partition",
    /// No network for a long time, then several come back at one moment with something to send.
    Stampede = "partition-stampede",
    /// A wall clock jumps by hours.
    ClockJump = "clock-jump",
    /// A device sleeps with its program running; its monotonic clock counts on.
    Suspend = "suspend",
    /// A scanner's program is killed and started again; the machine goes on.
    Killed = "process-killed",
    /// A device boots again, takes no time sample for a while, and lets somebody pass meanwhile.
    Reboot = "reboot-no-sample",
    /// A device keeps local time and changes to or from summer time.
    Dst = "summer-time",
    /// The server's clock repeats a second.
    LeapSecond = "leap-second",
    /// The evening of 2038-01-19, when 32-bit seconds end.
    Year2038 = "year-2038",
    /// The server dies after it committed what a scanner sent, and before the answer.
    ServerCrash = "server-crash-before-ack",
    /// The server is restored from a backup.
    ServerRestored = "server-restored",
    /// From one that does not know of a revocation.
    RevocationForgotten = "revocation-forgotten",
    /// A scanner is restored from a backup.
    ScannerRestored = "scanner-restored",
    /// Two devices run with one database.
    ScannerCloned = "scanner-cloned",
    /// A scanner is gone for good.
    ScannerLost = "scanner-lost",
    /// New keys while doors are open.
    KeyRotation = "key-rotation",
    /// A manifest arrives damaged.
    ManifestTorn = "manifest-torn",
    /// An older manifest arrives again.
    ManifestReplayed = "manifest-replayed",
    /// A manifest by a stranger's key, for another event or organization, or expired.
    ManifestForged = "manifest-forged",
    /// Somebody with the manifest key signs another one with the same version.
    TwoManifests = "two-manifests",
    /// A scanner is revoked while its entries are on their way, or what the server says to them.
    RevocationRace = "revocation-race",
    /// A stolen scanner key writes entries of yesterday and of people who never came.
    StolenKey = "stolen-key",
    /// Something on the way changes requests, changes answers or repeats older ones.
    LyingRelay = "lying-relay",
    /// An undo arrives before what it voids.
    UndoFirst = "undo-first",
    /// A scanner whose clocks stand still, or are hours behind: only what follows what is known.
    StuckClock = "stuck-clock",
    /// A newer version writes entries of unknown kinds.
    UnknownKinds = "unknown-kinds",
    /// The server dies after it committed a count of the office, and before the answer.
    OfficeCrash = "office-crash-before-answer",
    /// A count's answer never arrives: whoever counted sends it again.
    OfficeAnswerLost = "office-answer-lost",
    /// A count arrives once more, up to a quarter of an hour later.
    OfficeTwice = "office-request-twice",
    /// The server goes back to a backup from before counts that it has answered.
    OfficeSetBack = "office-set-back",
    /// The certificate key is withdrawn, which ends every office.
    CertificateWithdrawn = "certificate-key-withdrawn",
    /// Whoever stole the certificate key (`certificate-key-withdrawn`) has the office's, too, and counts with it after its end.
    OfficeKeyStolen = "office-key-stolen",
    /// Another version lets more people in by a ticket than it admits, mostly by one that nobody has used before.
    TooMany = "too-many-by-one-ticket",
}
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.iter().map(|fault| fault.name()).collect::<Vec<_>>().join(", ");
        let found = Self::ALL.iter().copied().find(|fault| fault.name() == text);
        found.ok_or_else(|| format!("there is no fault \"{text}\"; there are: {}", names()))
    }
}

/// Which faults may happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(BTreeSet<Fault>);

impl Faults {
    /// All.
    pub fn all() -> Self {
        Self(Fault::ALL.iter().copied().collect())
    }

    /// None.
    pub fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// Only these.
    pub fn only(faults: &[Fault]) -> Self {
        Self(faults.iter().copied().collect())
    }

    /// All of these but one.
    #[must_use]
    pub fn without(&self, fault: Fault) -> Self {
        let mut rest = self.clone();
        rest.0.remove(&fault);
        rest
    }

    /// Whether it may happen.
    pub fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = Fault> {
        self.0.iter().copied()
    }
}

/// How often each fault happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally([u64; Fault::ALL.len()]);

impl Default for Tally {
    fn default() -> Self {
        Self([0; Fault::ALL.len()])
    }
}

impl Tally {
    /// It happened so many times (more).
    pub fn add(&mut self, fault: Fault, times: u64) {
        self.0[fault as usize] += times;
    }

    /// How often.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0[fault as usize]
    }

    /// Both together.
    pub fn take(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }

    /// How often anything happened.
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }
}
