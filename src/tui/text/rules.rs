//! The words of the game.

/// Words of the game, each with its meaning in a sentence.
pub const GLOSSARY: &[(&str, &str)] = &[
    (
        "come-out",
        "The roll without a point: 7 and 11 win the pass line, 2, 3 and 12 lose it.",
    ),
    (
        "point",
        "The number of the come-out, 4 5 6 8 9 or 10: pass wins if it comes before 7.",
    ),
    (
        "puck",
        "The marker of the point: OFF on the come-out, ON at the number.",
    ),
    (
        "hand",
        "All rolls up to and with the seven-out, after which the dice pass on.",
    ),
    (
        "shooter",
        "Who has the dice. They pass on after a seven-out.",
    ),
    (
        "odds",
        "A bet behind a line or come bet on its number, paid what the dice are worth.",
    ),
    (
        "working",
        "A bet that works is touched by the next roll; one that is off is not.",
    ),
    (
        "contract",
        "A bet that stays as it is until the dice decide it.",
    ),
    (
        "edge",
        "What a bet costs in the long run, in percent of the stake.",
    ),
    (
        "seal",
        "The hash of a dice secret, given before the bets close.",
    ),
    (
        "open",
        "The secret itself, shown after the bets closed; all of them make the dice.",
    ),
    ("lock", "The block that closes the bets of one roll."),
    (
        "keeper",
        "Who orders the blocks of a club; in a club of your own, your node.",
    ),
    (
        "height",
        "The number of a block. A confirmed bet stands in one.",
    ),
];
