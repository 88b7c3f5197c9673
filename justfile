# What takes longer than the gate allows: before a release, and after changes to consensus, storage, dice or formats.
# Every recipe is one command that can be typed without just.

# List the recipes.
default:
    @just --list

# The gate that every change passes.
gate:
    .ci/run

# Simulated clubs of four keepers, one of them a liar.
sim seeds="5000" first="1":
    cargo run --release --locked -- sim --keepers 4 --rolls 2 --faults crash,partition,loss=0.05,byzantine=1 --seeds {{seeds}} --seed {{first}}

# Long games of the same clubs.
sim-long seeds="20" first="1":
    cargo run --release --locked -- sim --keepers 4 --rolls 200 --faults crash,partition,loss=0.05,byzantine=1 --seeds {{seeds}} --seed {{first}}

# Larger clubs, with as many liars as they bear: 7 and 2, 10 and 3, 16 and 5.
sim-large keepers="7" liars="2" seeds="300" first="1":
    cargo run --release --locked -- sim --keepers {{keepers}} --rolls 2 --faults crash,partition,loss=0.05,byzantine={{liars}} --seeds {{seeds}} --seed {{first}}

# A hosted club: one keeper, and guests who watch it.
sim-hosted seeds="500" first="1":
    cargo run --release --locked -- sim --keepers 1 --rolls 4 --faults crash,partition,loss=0.05 --seeds {{seeds}} --seed {{first}}

# Every decoder, and whole clubs out of bytes.
fuzz inputs="1000000" seed="2":
    BITCRAPS_FUZZ_INPUTS={{inputs}} BITCRAPS_FUZZ_SEED={{seed}} cargo test --release --locked --test corpus -- --nocapture

# The real program, killed in the middle of hands.
kill times="500":
    BITCRAPS_TEST_KILLS={{times}} cargo test --release --locked --test pty what_was_confirmed_or_shown_is_there_after_each_kill

# Sixteen bots as members of a club: keys, seals, treasury.
bots rolls="10000":
    BITCRAPS_TEST_ROLLS={{rolls}} cargo test --release --locked --lib sixteen_bots_play_as_members

# A late joiner that follows so many heights by their certificates.
late heights="10000":
    BITCRAPS_TEST_HEIGHTS={{heights}} cargo test --release --locked --lib a_late_joiner_follows

# The bytes that dice are read from, judged by ent and by dieharder's craps test; needs both, by packages of these names, and half an hour.
statistics seed="1" samples="100":
    cargo run --release --locked --example dice_bytes -- ent dieharder --seed {{seed}} --samples {{samples}}

# Errors planted into the rules and the books; needs cargo-mutants, and hours.
mutants part="craps":
    cargo mutants --file "src/{{part}}/**" -- --lib {{part}}::

# All figures of the README that a bench takes, on a quiet machine.
bench:
    cargo bench --locked --bench app --bench consensus --bench craps --bench node --bench screen

# Instructions of a roll, a bet, a frame and a start; needs valgrind and gungraun-runner.
speed:
    cargo bench --locked --bench gates --bench start
