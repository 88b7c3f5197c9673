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
//! What agreement must bear, and the tests that show it.
//!
//! | situation | tests |
//! |---|---|
//! | one of four keepers is killed: forty more blocks, the slowest within 0.7 s; it comes back with its log, catches up and votes | `four_keepers_go_on_without_one_and_take_it_back` |
//! | a keeper is added, one removed: the next height has the new set | `a_club_goes_from_one_keeper_to_four_to_five_to_four_and_back` |
//! | a member that has not shown that it follows can't be named | `nobody_keeps_the_club_whose_node_has_not_just_shown_that_it_follows` |
//! | from one keeper to four in one command, and back to one | `a_club_goes_from_one_keeper_to_four_to_five_to_four_and_back`, `a_club_grows_to_four_changes_one_by_one_and_goes_back_to_the_founder`, `a_shared_club_has_really_grown_from_one_keeper` |
//! | sets of 2, 3 and 17 are refused at every entry point | `two_three_and_seventeen_keepers_are_refused_wherever_they_are_asked_for`, `any_run_leaves_a_legal_set_and_no_number_is_given_twice` |
//! | two of four are down: nothing is decided, little is sent, no timer storm | `two_of_four_keepers_are_down_for_a_minute_and_the_club_resumes_within_a_second`, `half_of_the_keepers_decide_nothing_and_little_is_sent_until_the_others_are_back`, `without_a_quorum_nothing_is_decided_and_little_is_said` |
//! | both are back: the club resumes within a second, no command is lost, none has two effects | `two_of_four_keepers_are_down_for_a_minute_and_the_club_resumes_within_a_second` |
//! | 0, 5, 20 and 40 % of messages lost, others repeated and reordered, with 4, 7 and 16 keepers | `lost_repeated_and_reordered_messages_delay_but_never_fork` |
//! | 500 crashes at any moment, also between log and send, and with a torn record; a run without logs contradicts itself; with the key retired it does not | `a_crashed_keeper_that_replays_its_log_never_contradicts_itself`, `keepers_that_forget_what_they_signed_are_caught` |
//! | two votes or two proposals of a keeper are reported by every honest keeper that saw both | `every_honest_keeper_that_saw_both_reports_two_votes_and_two_proposals`, `who_says_two_things_is_accused_with_a_proof` |
//! | the accusation is decided, the bond moves, the keeper is removed | `a_keeper_that_says_two_things_is_accused_pays_and_is_taken_out`, `a_keeper_that_signed_two_things_loses_its_bond_and_may_be_removed` |
//! | an invalid block gets votes for none, is never decided, and the next attempt decides | `a_block_that_is_invalid_gets_no_votes_and_the_next_proposer_decides` |
//! | what makes a block invalid | `blocks_that_break_a_rule_are_invalid_and_bad_clocks_only_delay`, `a_block_holds_no_more_than_its_limits`, `a_block_that_is_too_large_gets_no_vote_and_its_proposal_is_no_message`, `flipping_any_byte_of_a_block_is_found` |
//! | a late joiner follows a thousand heights by certificate, refuses a forged or short one, and becomes a keeper at the tip | `a_late_joiner_follows_a_thousand_heights_by_certificate_and_becomes_a_keeper_at_the_tip`, `a_block_without_its_quorum_is_refused_and_its_sender_distrusted` |
//! | the same seed twice has the same trace, another seed has another | `the_same_seed_repeats_everything_and_another_one_does_not`, `equal_seeds_give_equal_runs_and_others_do_not` |
//! | guests vanish one by one, the host goes on, they return and follow | `guests_vanish_one_by_one_and_the_host_goes_on_until_they_return` |
//! | two blocks of a host for one height: who sees both has the proof, stops, and tells the rest | `two_blocks_for_one_height_stop_a_node_and_are_passed_on` |
//! | such a proof is accepted offline | `two_blocks_of_one_height_are_a_proof_that_needs_no_network` |
//! | a keeper that lost its log never signs under that key again | `what_the_log_holds_decides_whether_the_key_may_sign`, `nodes_whose_disks_or_logs_are_damaged_begin_anew_and_never_vote_under_the_old_key` |
//! | a keeper whose log, or whole disk, comes from a copy is told by the others and retires its key | `a_keeper_with_an_old_log_is_told_what_it_said_and_retires_its_key`, `a_keeper_whose_whole_disk_was_put_back_finds_its_signature_and_retires_its_key`, `a_certificate_with_a_signature_that_the_log_lacks_retires_the_key` |
//! | a host that lost its log goes on under a new key from its members' tip; two new keys for one block are proven | `a_host_that_lost_its_disk_goes_on_from_its_guests_tip_under_a_new_key`, `a_second_new_key_for_one_block_stops_every_guest_with_the_proof` |
//! | all keepers of a shared club lost their logs: a quorum gives the club new keys, above every block that one of them holds; nobody signs two lists | `four_keepers_that_lost_their_logs_agree_on_new_keys_and_the_club_goes_on`, `a_keeper_that_holds_a_later_block_is_followed_before_anything_is_signed`, `nobody_signs_two_lists_above_one_block_not_after_a_restart_either` |
//! | an idle hour: no message, no timer; a command wakes all | `an_idle_club_says_nothing_and_waits_for_nothing_until_a_command_comes`, `an_idle_club_has_no_timer_and_sends_nothing` |
//! | a keeper that wakes the club for nothing is limited | `others_wake_a_keeper_but_not_for_nothing_all_the_time` |
//! | a partition of two and two | `without_a_quorum_nothing_is_decided_and_little_is_said` |
//! | a partition of three and one, and the one rejoins | `three_of_four_keepers_go_on_and_the_one_that_was_cut_off_follows_and_votes_again` |
//! | a partition that heals in the middle of a keeper change | `a_partition_that_heals_in_the_middle_of_a_keeper_change_leaves_one_history` |
//! | a clock five minutes off on one keeper: its proposals are refused, the club goes on, its node is told | `a_clock_five_minutes_off_on_one_keeper_stops_nobody_and_its_node_is_told` |
//! | on two of four: slow, not stalled | `clocks_five_minutes_off_on_two_of_four_keepers_slow_the_club_and_do_not_stop_it` |
//! | asked a hundred times with one id: one effect | `a_command_that_is_asked_for_a_hundred_times_has_one_effect`, `a_command_has_one_effect_however_often_it_is_sent` |
//! | a used number or a gap: refused at the waiting list, and a block with one is invalid | `commands_that_can_be_in_no_block_are_left_out_with_the_reason`, `blocks_that_break_a_rule_are_invalid_and_bad_clocks_only_delay` |
//! | `Nothing` against a lost bet: exactly one of them | `of_a_lost_bet_and_nothing_under_its_number_exactly_one_is_decided` |
//! | bytes of peers and logs: no panic, no memory beyond the limits | `the_corpus_and_its_changes_harm_no_decoder`, `whatever_bytes_come_only_canonical_ones_are_taken` |
//! | the log of another club, keeper or height is refused | `a_log_of_another_height_keeper_or_club_is_refused` |

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
mod swaps;
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
