//! What to do after a failure; the failure's own text says what happened.

use shared::api::problem;

use crate::camera::PictureError;
use crate::engine::{EngineError, OpenError, StoreError};
use crate::net::{ApiError, NetError, SyncError};

use super::super::Failure;

/// The next step; empty where the failure's text holds it already.
pub fn on(failure: &Failure) -> &'static str {
    match failure {
        Failure::Usage(_) => "`scanner --help` shows what can be said.",
        Failure::NoScanner(_) => NOT_ENROLLED,
        Failure::Folder(_) => "Choose a folder that this user may write to (--data).",
        Failure::Open { source: OpenError::NotADatabase | OpenError::OtherProgram, .. } => {
            "Nothing was changed. Choose another data folder (--data) and enrol there."
        }
        Failure::Invitation(_) => "Ask the administrator for a new code (`sync-server scanner register`).",
        Failure::Picture { source: PictureError::Unreadable(_), .. } => "Check the name of the file.",
        Failure::Picture { .. } => "Nothing was recorded. Take or send the picture again.",
        Failure::NoCode(_) => {
            "Nothing was judged: this does not mean that the ticket is false. Hold the camera closer, or type the code."
        }
        Failure::NoInvitation(_) => {
            "Nothing was changed. Take the picture again, closer and straight, or type the text below the code: scanner enrol '…'"
        }
        Failure::Authority { .. } => {
            "Nothing was changed. --ca takes the certificate of the authority as PEM (BEGIN CERTIFICATE), never a private key."
        }
        Failure::ServersFolder(_) => "Nothing was changed. Choose another folder with --data.",
        Failure::Unlistable { .. } => "Check the name and the permissions of the folder.",
        Failure::NoPictures(_) => "PNG, JPEG, GIF and WebP files are pictures.",
        Failure::NotText(_) => "Nothing was judged. Set the hardware scanner to UTF-8 or ASCII, and scan again.",
        Failure::Sync(error) => on_sync(error),
        Failure::Open { .. } | Failure::Input(_) | Failure::Output(_) | Failure::System(_) => "",
    }
}

const NOT_ENROLLED: &str =
    "Run `scanner enrol` with the code from the administrator, or choose the right folder with --data.";

const SUPERVISOR: &str = "Only a supervisor's scanner may do this. The administrator makes one with `sync-server scanner \
                          register --role supervisor …`; enrol this device with that code.";

fn on_sync(error: &SyncError) -> &'static str {
    match error {
        SyncError::NotEnrolled => NOT_ENROLLED,
        SyncError::Net(error) => on_net(error),
        SyncError::Engine(error) => on_engine(error),
        SyncError::Thread(_) | SyncError::Stopped => "Nothing that was shown is lost.",
    }
}

fn on_net(error: &NetError) -> &'static str {
    match error {
        NetError::BadAddress { .. } => "Ask the administrator for a new enrolment code with the right address.",
        NetError::Unreachable { .. } => {
            "Scanning goes on without it; nothing is lost. Check the network and that the server runs, then try again."
        }
        NetError::Untrusted { .. } => {
            "Nothing was sent and nothing is lost; scanning goes on. If this is the venue's own server, enrol with --ca and the \
             certificate of its authority; if not, somebody stands between: use another network."
        }
        NetError::Damaged { .. } => {
            "Nothing was taken over. Check that this is the right address and that no sign-in page stands before the network."
        }
        NetError::Refused(refusal) => on_refusal(refusal),
    }
}

fn on_refusal(refusal: &ApiError) -> &'static str {
    match refusal.code.as_str() {
        problem::INVITATION_USED | problem::INVITATION_EXPIRED | problem::INVITATION_UNKNOWN => {
            "Ask the administrator for a new code: each works once, for 15 minutes."
        }
        problem::SCANNER_REVOKED => {
            "This scanner must not be used at a door any more. If it should be, the administrator registers it anew \
             (`sync-server scanner register`) and it is enrolled again."
        }
        problem::SCANNER_UNKNOWN => {
            "Enrol this scanner again with a new code. What it has recorded is kept and sent then."
        }
        problem::FORBIDDEN => SUPERVISOR,
        problem::RATE_LIMITED => "Wait a moment and try again.",
        problem::NOT_PUBLISHED => "The organizer has to publish the ticket list first.",
        _ if refusal.is_passing() => "Try again in a moment; nothing is lost.",
        _ => "Tell the administrator.",
    }
}

fn on_engine(error: &EngineError) -> &'static str {
    match error {
        EngineError::NoEvent => "Run `scanner use` to see the events, and `scanner use --event …` to choose one.",
        EngineError::NoGate(_) | EngineError::UnknownGate { .. } => {
            "Choose with `scanner use --gate …`, or say it with each scan (--gate)."
        }
        EngineError::ForeignEvent(_) => {
            "`scanner use` shows this scanner's events. For another one the administrator registers it again (`sync-server \
             scanner register --event …`, once for each event) and it is enrolled with that code."
        }
        EngineError::NotSupervisor(_) => SUPERVISOR,
        EngineError::AlreadyUndone(_) => "Nothing more to do; to take the undo back, undo the undo itself.",
        EngineError::NothingToUndo => "`scanner log` shows what was recorded; `undo --entry` takes a certain one.",
        EngineError::UnknownEntry(_) => "`scanner log` shows the entries with their ids.",
        EngineError::NoReason => "Say it with --why.",
        EngineError::Enrol(_) => {
            "Nothing was taken over. Ask the administrator for a new code, and compare the address in it."
        }
        EngineError::BadAnswer { .. } | EngineError::Manifest(_) => {
            "Nothing was taken over; what was in force stays. If it happens again, tell the administrator."
        }
        EngineError::Store(StoreError::Full | StoreError::Busy) => "Nothing that was shown is lost.",
        _ => "",
    }
}
