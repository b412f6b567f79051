//! How often each invariant was really looked at, and how often its check stepped aside because of what had happened before.

named! {
/// A check.
Check {
    /// What a screen showed is there after a start. Aside: a disk or a copy may have cost it.
    Shown = "I1 shown is kept",
    /// What the server acknowledged is there.
    Acknowledged = "I2 acknowledged is kept",
    /// What the server keeps is what it rebuilds.
    Rebuilt = "I3 kept = rebuilt",
    /// The digest is the one that the rules give.
    Reference = "I3 digest of the rules",
    /// Labels, entry by entry. Aside: tickets with an entry in a forked feed.
    Labels = "I3 label of an entry",
    /// An upload that was taken before is taken once more, and changes nothing.
    Repeats = "I4 upload repeated",
    /// The same for a count of the office.
    CountRepeats = "I4 count repeated",
    /// A scanner's list does not go back. Aside: its database was replaced or damaged.
    ListRises = "I5 lists rise",
    /// The server uses a number for one list. Aside: a thief signed another one with that number.
    ListOnce = "I5 a number, one list",
    /// A forged or mis-signed code is shown.
    Forged = "I5 forged code",
    /// A ticket passes that was refused once, or a replaced code. Aside: not refused by the list the scanner has.
    Refused = "I5 refused ticket",
    /// A scanner holds the server's entries. Aside: its database was replaced or damaged.
    SameEntries = "I6 same entries",
    /// A scanner has the server's list.
    SameList = "I6 same list",
    /// A server that was restored publishes again. Aside: a scanner that could tell what it showed is gone.
    Publishes = "I6 publishes again",
    /// While doors are open, the range holds the truth: after every round that left everything reported, and every 20 minutes.
    /// Aside: not everybody has reported then, or something was lost.
    Range = "I7 range holds the truth",
    /// Whatever is missing: what has arrived and is believed counts, once. Aside: something arrived that nobody saw written.
    Arrived = "I7 what arrived counts",
    /// People by zone and by gate at the end.
    People = "I7 people at the end",
    /// An entry that arrived before its scanner was revoked counts. Aside: the server was restored after that.
    BeforeCut = "I7 before a revocation",
    /// One written after it does not. Aside: the same.
    AfterCut = "I7 after a revocation",
    /// A slip of the office counts what stands on it.
    Slips = "I7 slip of the office",
    /// Slips count what stands on them before anybody compares them with the list. Aside: the server was restored.
    Unaided = "I7 slips before help",
    /// No scanner admits more people by a ticket than it admits. Aside: they came out elsewhere, or its database is another.
    OwnCount = "verdict of one scanner",
    /// More people than a ticket admits are a conflict in the server's list as soon as their entry has arrived.
    TooMany = "verdict on a party",
    /// Two gates that asked the server let a ticket in once.
    Hold = "verdict of two gates",
    /// The interval of an entry holds the true time. Aside: it is marked uncertain.
    Times = "time of an entry",
}
}

/// How often each check ran and how often it stepped aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked([(u64, u64); Check::ALL.len()]);

impl Default for Checked {
    fn default() -> Self {
        Self([(0, 0); Check::ALL.len()])
    }
}

impl Checked {
    /// It ran, or stepped aside, so many times (more).
    pub fn add(&mut self, check: Check, ran: u64, aside: u64) {
        let sum = &mut self.0[check as usize];
        (sum.0, sum.1) = (sum.0 + ran, sum.1 + aside);
    }

    /// How often it ran, and how often it stepped aside.
    pub fn of(&self, check: Check) -> (u64, u64) {
        self.0[check as usize]
    }

    /// Both together.
    pub fn take(&mut self, other: &Self) {
        for check in Check::ALL {
            let (ran, aside) = other.of(*check);
            self.add(*check, ran, aside);
        }
    }
}
