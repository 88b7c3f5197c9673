//! The limits of a club, each with its reason.

/// Bytes of one block: what a slow link carries within one proposal time-out.
pub const BLOCK_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a block that is built for a Bluetooth link: 8 KiB take 0.2 s there.
pub const BLOCK_BYTES_RADIO: usize = 8 * 1024;

/// Commands in one block: 256 signatures take about 10 ms to check.
pub const BLOCK_COMMANDS_MAX: usize = 256;

/// Bytes of one command: the largest, a slip of 200 actions, takes half.
pub const COMMAND_BYTES_MAX: usize = 4 * 1024;

/// Bytes of one charter.
pub const CHARTER_BYTES_MAX: usize = 4 * 1024;

/// Actions in one slip: every bet of the catalogue once, and its take-down.
pub const ACTIONS_MAX: usize = 200;

/// Members of a club: all of them are hashed into every state root.
pub const MEMBERS_MAX: usize = 1024;

/// Bytes of a name of a club, member or table: 16 wide characters fit a lobby row.
pub const NAME_BYTES_MAX: usize = 48;

/// Members waiting to sit down or stand up until a roll is over: every seat once, and as many
/// newcomers.
pub const WAITING_MAX: usize = 32;

/// The largest proof of work a club can ask for: 32 bits take hours to find.
pub const WORK_BITS_MAX: u8 = 32;

/// The most keepers of a club: beyond 16 a slow link can't carry the votes.
pub const KEEPERS_MAX: usize = 16;

/// The fewest keepers of a shared club: fewer tolerate no fault at all.
pub const SHARED_KEEPERS_MIN: usize = 4;

/// Blocks for which a member's word holds that its node follows: later nobody knows.
pub const READY_BLOCKS: u64 = 64;

/// The same in block time, in milliseconds, for a club that hardly decides: one hour.
pub const READY_MILLIS: u64 = 3_600_000;

/// Roots of past blocks that a member may name to show that its node follows: seconds of a busy
/// club, which the word needs to come into a block.
pub const ROOTS_KEPT: usize = 16;

/// How long a change of keepers gathers approvals, in milliseconds: 24 hours, so that everybody is
/// awake once.
pub const APPROVAL_MILLIS: u64 = 24 * 3_600_000;

/// Changes that one keeper may have open: nobody fills the list for the others.
pub const CHANGES_PER_KEEPER_MAX: usize = 4;

/// A keeper of a shared club puts up one of so many parts of the grant.
pub const KEEPER_BOND_PART: u64 = 10;

/// Openings withheld within 24 hours that open the removal of a keeper.
pub const WITHHELD_TIMES_MAX: u32 = 5;

/// A block this much later than a table's deadline, in milliseconds, says that the club slept: all
/// deadlines of its tables start anew, so that nobody's hand changes because a laptop was shut.
pub const PAUSE_MILLIS: u64 = 60_000;

/// `T_stuck`, in milliseconds: a roll that too few keepers opened by then is abandoned.
pub const STUCK_MILLIS: u64 = 24 * 3_600_000;

/// Rolls running that a seat may be without a seal before it stands up.
pub const MISSED_ROLLS_MAX: u8 = 3;

/// How often a new roster may hold the wait for seals up before one roll: sitting down and standing
/// up can't freeze the others.
pub const SEAL_RESTARTS_MAX: u8 = 3;

/// The ban of who withheld for the second time, in milliseconds: ten minutes; it doubles each time.
pub const BAN_MILLIS: u64 = 10 * 60_000;

/// The longest ban, and for how long a withheld opening is remembered, in milliseconds: 24 hours.
pub const BAN_MILLIS_MAX: u64 = 24 * 3_600_000;
