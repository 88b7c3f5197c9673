//! The seam between the chain and whatever carries its messages to other nodes.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::limits::LINK_QUEUE_MAX;
use crate::ledger::MemberNo;

/// What the links to other members' nodes report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// A link came up; it has proven whose node is there.
    Up(MemberNo),
    /// A link is gone.
    Down(MemberNo),
    /// A [`wire::Message`](super::wire::Message) came.
    Message {
        /// From whom.
        from: MemberNo,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

/// The chain's end of the links.
#[derive(Debug)]
pub struct Links {
    /// What goes out. What finds no room is lost, which the chain bears: it asks and says again.
    pub(super) outgoing: mpsc::Sender<(MemberNo, Arc<[u8]>)>,
    /// What comes in.
    pub(super) incoming: mpsc::Receiver<LinkEvent>,
}

/// The other end of the links: whoever carries the messages.
#[derive(Debug)]
pub struct Carrier {
    /// Where links and their messages are reported. A full queue makes the carrier wait.
    pub reports: mpsc::Sender<LinkEvent>,
    /// What is to be sent, and to whom.
    pub outgoing: mpsc::Receiver<(MemberNo, Arc<[u8]>)>,
}

impl Links {
    /// Returns both ends.
    #[must_use]
    pub fn new() -> (Self, Carrier) {
        let (outgoing, to_send) = mpsc::channel(LINK_QUEUE_MAX);
        let (reports, incoming) = mpsc::channel(LINK_QUEUE_MAX);
        let carrier = Carrier {
            reports,
            outgoing: to_send,
        };
        (Self { outgoing, incoming }, carrier)
    }
}
