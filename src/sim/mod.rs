//! The simulation of a whole club: every node in one thread, in virtual time, with faults, and all
//! of it repeated by one seed.
//!
//! The nodes are the program's own: the [`Machine`](crate::consensus::machine::Machine) with its
//! engine, the [`Store`](crate::storage::Store) on a simulated disk, the dice's duties and the
//! strategies of the bots. Faults come from outside only: from the network, the disks, the clocks
//! and what keepers say. After each step a set of [`Invariant`]s is checked; at the end the faults
//! stop and the club must agree again within [`limits::CONVERGE_WITHIN`].
//!
//! # Situations
//!
//! What agreement must bear, each with the tests that show it; paths are below `src/`.
//!
//! | situation | tests |
//! |---|---|
//! | one of four keepers is killed and comes back | `consensus/malachite/tests/scenarios.rs`: `four_keepers_go_on_without_one_and_take_it_back` |
//! | a keeper is added, one removed; one that has not shown that it follows is refused | `consensus/machine/tests/changes.rs`; `club/tests/keepers.rs`: `nobody_keeps_the_club_whose_node_has_not_just_shown_that_it_follows` |
//! | from one keeper to four and back; 2, 3 and 17 refused | the same; `two_three_and_seventeen_keepers_are_refused_wherever_they_are_asked_for`; here `a_shared_club_has_really_grown_from_one_keeper` |
//! | half of the keepers are away | `half_of_the_keepers_decide_nothing_and_little_is_sent_until_the_others_are_back`; here `without_a_quorum_nothing_is_decided_and_little_is_said` |
//! | messages lost, repeated, reordered | `lost_repeated_and_reordered_messages_delay_but_never_fork` |
//! | crashes at any moment; logs that are lost | `a_crashed_keeper_that_replays_its_log_never_contradicts_itself`; here `keepers_that_forget_what_they_signed_are_caught` |
//! | a keeper that says two things | here `a_keeper_that_says_two_things_is_accused_pays_and_is_taken_out`; `who_says_two_things_is_accused_with_a_proof` |
//! | an invalid block is proposed | `a_block_that_is_invalid_gets_no_votes_and_the_next_proposer_decides`; `consensus/machine/tests/keeps.rs`: `blocks_that_break_a_rule_are_invalid_and_bad_clocks_only_delay` |
//! | a node joins late | `consensus/machine/tests/follows.rs`: `a_node_that_lacks_blocks_asks_in_turn_and_follows_to_the_tip`, `a_block_without_its_quorum_is_refused_and_its_sender_distrusted` |
//! | the same seed twice | here `the_same_seed_repeats_everything_and_another_one_does_not` |
//! | guests vanish and return | here `guests_vanish_one_by_one_and_the_host_goes_on_until_they_return` |
//! | a host decides two blocks for one height | `follows.rs`: `two_blocks_for_one_height_stop_a_node_and_are_passed_on` |
//! | a keeper's log is lost | `keeps.rs`: `what_the_log_holds_decides_whether_the_key_may_sign` |
//! | an idle hour | here `an_idle_club_says_nothing_and_waits_for_nothing_until_a_command_comes`; `keeps.rs`: `others_wake_a_keeper_but_not_for_nothing_all_the_time` |
//! | a partition, also in the middle of a keeper change | here `a_partition_that_heals_in_the_middle_of_a_keeper_change_leaves_one_history` |
//! | clocks that are five minutes off | here `a_clock_five_minutes_off_on_one_keeper_stops_nobody_and_its_node_is_told`, `clocks_five_minutes_off_on_two_of_four_keepers_slow_the_club_and_do_not_stop_it` |
//! | asked a hundred times; a lost bet | here `a_command_that_is_asked_for_a_hundred_times_has_one_effect`, `of_a_lost_bet_and_nothing_under_its_number_exactly_one_is_decided` |
//! | bytes that mean nothing | `tests/corpus/`; `a_log_of_another_height_keeper_or_club_is_refused` |

mod agenda;
mod config;
mod disk;
mod doing;
mod facts;
mod faults;
mod founding;
mod liar;
pub mod limits;
mod lives;
mod network;
mod node;
mod player;
mod probe;
mod random;
mod results;
mod stages;
mod tester;
#[cfg(test)]
mod tests;

pub use config::{ChaosConfig, ConfigFault, FaultKind, Faults};
pub use facts::{Invariant, Violation};
pub use results::ChaosTestResults;
pub use tester::StateChaosTester;

/// A simulation that could not be set up, which is a fault of the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the simulation could not be set up: {0}")]
pub struct BrokenSimulation(pub String);
