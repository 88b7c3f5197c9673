#!/usr/bin/env python3
"""A second implementation of what the vectors in this folder fix, written from the formats' words
and not from the program: BLAKE3, Ed25519, the encoding of charter and commands, block headers and
certificates, and the dice from seal to link.

    python3 tests/vectors/check.py

needs nothing but Python 3.8. It prints what it checked, and ends with an AssertionError where it
comes to another result than the files say.
"""

import hashlib
import json
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent

# BLAKE3 (github.com/BLAKE3-team/BLAKE3-specs), with key derivation and output of any length.

IV = [
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
]
PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
DERIVE_CONTEXT, DERIVE_MATERIAL = 32, 64
MASK = 0xFFFFFFFF


def compress(chaining, block, counter, length, flags):
    state = list(chaining) + IV[:4] + [counter & MASK, counter >> 32, length, flags]

    def mix(a, b, c, d, x, y):
        for word, (first, second) in ((x, (16, 12)), (y, (8, 7))):
            state[a] = (state[a] + state[b] + word) & MASK
            turned = state[d] ^ state[a]
            state[d] = (turned >> first | turned << (32 - first)) & MASK
            state[c] = (state[c] + state[d]) & MASK
            turned = state[b] ^ state[c]
            state[b] = (turned >> second | turned << (32 - second)) & MASK

    words = list(struct.unpack("<16I", block.ljust(64, b"\0")))
    for _ in range(7):
        for at in range(4):
            mix(at, 4 + at, 8 + at, 12 + at, words[2 * at], words[2 * at + 1])
        for at in range(4):
            b, c, d = 4 + (at + 1) % 4, 8 + (at + 2) % 4, 12 + (at + 3) % 4
            mix(at, b, c, d, words[8 + 2 * at], words[9 + 2 * at])
        words = [words[place] for place in PERMUTATION]
    low = [state[at] ^ state[at + 8] for at in range(8)]
    return low + [state[at + 8] ^ chaining[at] for at in range(8)]


class Node:
    """A chunk or a parent before its last compression."""

    def __init__(self, chaining, block, counter, length, flags):
        self.parts = (chaining, block, counter, length, flags)

    def value(self):
        return compress(*self.parts)[:8]

    def root(self, length):
        chaining, block, _, size, flags = self.parts
        out, counter = b"", 0
        while len(out) < length:
            words = compress(chaining, block, counter, size, flags | ROOT)
            out += struct.pack("<16I", *words)
            counter += 1
        return out[:length]


def tree(key, data, flags):
    def chunk(part, number):
        chaining = key
        blocks = [part[at : at + 64] for at in range(0, len(part), 64)] or [b""]
        for at, block in enumerate(blocks):
            own = flags | (CHUNK_START if at == 0 else 0)
            if at + 1 == len(blocks):
                return Node(chaining, block, number, len(block), own | CHUNK_END)
            chaining = compress(chaining, block, number, 64, own)[:8]

    def join(left, right):
        block = struct.pack("<16I", *(left.value() + right.value()))
        return Node(key, block, 0, 64, flags | PARENT)

    def over(first, last):
        if last - first == 1:
            return chunk(data[1024 * first : 1024 * last], first)
        half = 1
        while 2 * half < last - first:
            half *= 2
        return join(over(first, first + half), over(first + half, last))

    return over(0, max(1, -(-len(data) // 1024)))


def derive(context, *parts, length=32):
    """BLAKE3's key derivation over the joined parts."""
    key = tree(IV, context.encode(), DERIVE_CONTEXT).root(32)
    return tree(list(struct.unpack("<8I", key)), b"".join(parts), DERIVE_MATERIAL).root(length)


def dice_hash(name, *parts, length=32):
    return derive("bitcraps 2026-11 dice v1 " + name, *parts, length=length)


def club_hash(name, *parts):
    return derive("bitcraps 2026-11 club v1 " + name, *parts)


# Ed25519 (RFC 8032), checked strictly.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    out = (0, 1, 1, 0)
    while number:
        if number & 1:
            out = add(out, point)
        point = add(point, point)
        number >>= 1
    return out


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def same(one, other):
    return not ((one[0] * other[2] - other[0] * one[2]) % P or (one[1] * other[2] - other[1] * one[2]) % P)


def is_signed(key, message, signature):
    public, commitment = point_of(key), point_of(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or number >= ORDER:
        return False
    if any(same(times(8, point), (0, 1, 1, 0)) for point in (public, commitment)):
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return same(times(number, BASE), add(commitment, times(challenge, public)))


def public_of(seed):
    scalar = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    scalar = scalar & ((1 << 254) - 8) | 1 << 254
    x, y, z, _ = times(scalar, BASE)
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


# The encoding (postcard): numbers in groups of seven bits, the lowest first, the shortest form.


def number(value):
    out = b""
    while value >= 128:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def text(value):
    return number(len(value.encode())) + value.encode()


def read_number(data, at, bits=64):
    value = shift = 0
    start = at
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            break
    assert value < 1 << bits and data[start:at] == number(value), "not the shortest form"
    return value, at


BODIES = {"ready": 7, "roll": 8, "seal": 10, "unseal": 11, "open": 12}


def body_of(fields):
    kind = fields["kind"]
    out = number(BODIES[kind]) + number(fields["table"])
    if kind in ("seal", "unseal"):
        out += number(fields["epoch"])
    out += number(fields["roll"])
    if kind in ("seal", "unseal", "open"):
        out += bytes([fields["slot"]])
    if kind == "seal":
        out += bytes.fromhex(fields["seal"]) + bytes([fields["stir"]])
    if kind == "open":
        out += bytes.fromhex(fields["lock_hash"]) + bytes.fromhex(fields["secret"])
        out += number(fields["seen"])
        following = fields["next"]
        if following is None:
            out += b"\0"
        else:
            out += b"\1" + bytes.fromhex(following["seal"]) + bytes([following["stir"]])
    return out


# The dice.


def listed(pairs):
    return struct.pack("<I", len(pairs)) + b"".join(pairs)


def binding(club, table, roster, roll, slot):
    return club + table + roster + struct.pack("<Q", roll) + bytes([slot])


def roster_hash(club, table, epoch, lines):
    rows = [
        bytes([line["slot"], line["seated"] | line["keeper"] << 1])
        + bytes.fromhex(line["key"])
        + bytes(32)
        for line in lines
    ]
    return dice_hash("roster", club, table, struct.pack("<I", epoch), listed(rows))


def dice_of(seed):
    stream = dice_hash("dice", seed, length=64)
    byte = next(byte for byte in stream if byte < 252)
    return [byte % 36 // 6 + 1, byte % 6 + 1], stream.index(byte) + 1


def lock_hash(club, table, roster, roll, parent, table_state, link, seals):
    rows = [bytes([slot]) + seal for slot, seal in seals]
    fixed = club + table + roster + struct.pack("<Q", roll) + parent + table_state + link
    return dice_hash("lock", fixed, listed(rows))


def close_hash(lock, openings):
    rows = [bytes([slot, secret is not None]) + (secret or bytes(32)) for slot, secret in openings]
    return dice_hash("close", lock, listed(rows))


def seed_of(lock, close):
    return dice_hash("roll seed", lock, close, bytes(4))


def link_of(before, lock, close, dice):
    return dice_hash("transcript link", before, lock, close, bytes(dice))


def counted(keepers, openings):
    """Whose openings count, given with what they say was seen; and whether a close may be."""
    need = (len(keepers) - 1) // 3 + 1
    of_keepers = [seen for slot, seen in openings if slot in keepers]

    def counts(slot):
        return slot in keepers or sum(seen >> slot & 1 for seen in of_keepers) >= need

    return [slot for slot, _ in openings if counts(slot)], len(of_keepers) >= need


def unhex(row, *names):
    return [bytes.fromhex(row[name]) for name in names]


def check_dice():
    vectors = json.loads((HERE / "dice.json").read_text())
    club, table, roster = unhex(vectors, "club", "table", "roster")
    secrets, seals = [], []
    for row in vectors["contributors"]:
        bound = binding(club, table, roster, vectors["roll"], row["slot"])
        secret = dice_hash("roll secret", bytes.fromhex(row["epoch_secret"]), bound)
        assert row.get("secret") in (None, secret.hex())
        seal = dice_hash("seal", bound, secret)
        assert seal.hex() == row["seal"]
        secrets.append((row["slot"], secret))
        seals.append((row["slot"], seal))
    parent, state, before = unhex(vectors, "parent", "table_state", "link")
    lock = lock_hash(club, table, roster, vectors["roll"], parent, state, before, seals)
    assert lock.hex() == vectors["lock_hash"]
    for row in vectors["closes"]:
        openings = [
            (slot, None if slot in row["left_out"] else secret) for slot, secret in secrets
        ]
        close = close_hash(lock, openings)
        dice, _ = dice_of(seed_of(lock, close))
        assert (close.hex(), dice) == (row["close_hash"], row["dice"])
        assert link_of(before, lock, close, dice).hex() == row["link"]
    for row in vectors["maps"]:
        assert dice_of(bytes.fromhex(row["seed"])) == (row["dice"], row["bytes"])
    for row in vectors["counting"]:
        assert counted(row["keepers"], row["openings"]) == (row["counted"], row["closes"]), row
    print("dice.json: one roll,", len(vectors["maps"]), "maps,", len(vectors["counting"]), "counts")


def settings(row):
    out = number(row["max_games"]) + number(row["session_timeout_seconds"])
    return out + bytes([row["work_bits"], row["new_chips"]])


def charter_bytes(row):
    founder, vote_key, nonce = unhex(row, "founder", "vote_key", "nonce")
    out = bytes([row["version"]]) + text(row["name"]) + founder + text(row["founder_name"])
    out += vote_key + number(row["supply"]) + number(row["grant"]) + settings(row["settings"])
    return out + number(row["founded"]) + nonce


def check_command(data, club, key):
    """Whether bytes are a command of the signer in the club: its body, and then its signature."""
    member, at = read_number(data, 0, 32)
    sequence, at = read_number(data, at)
    not_after, at = read_number(data, at)
    unsigned, signature = data[:-64], data[-64:]
    # Of the commands in these vectors every number is read, so that each has one form.
    kind, at = read_number(unsigned, at, 32)
    _, at = read_number(unsigned, at, 32)
    if kind in (10, 11):
        _, at = read_number(unsigned, at, 32)
    _, at = read_number(unsigned, at)
    rest = {7: 0, 8: 0, 10: 34, 11: 1}.get(kind)
    assert kind in BODIES.values(), "an unknown kind"
    if rest is not None:
        assert len(unsigned) == at + rest, "another length"
    return is_signed(key, club_hash("command signature", club, unsigned), signature)


def check_club():
    vectors = json.loads((HERE / "club.json").read_text())
    row = vectors["charter"]
    plain = charter_bytes(row)
    signed = bytes.fromhex(row["signed_bytes"])
    assert signed[:-64] == plain
    club = club_hash("club id", plain)
    assert club.hex() == row["club"]
    assert is_signed(bytes.fromhex(row["founder"]), club_hash("charter signature", plain), signed[-64:])

    row = vectors["table"]
    rules = club_hash("table rules", bytes.fromhex(row["rules_bytes"]))
    assert rules.hex() == row["rules_hash"]
    table = dice_hash("table", club, bytes.fromhex(row["founding_command"]), rules)
    assert table.hex() == row["id"]
    assert dice_hash("transcript link", table).hex() == row["first_link"]
    row = vectors["roster"]
    assert roster_hash(club, table, row["epoch"], row["lines"]).hex() == row["hash"]

    signer = vectors["signer"]
    seed, key, club = unhex(signer, "seed", "key", "club")
    assert public_of(seed) == key
    fixed = number(signer["member"]) + number(signer["sequence"]) + number(signer["not_after"])
    for row in vectors["commands"]:
        unsigned = fixed + body_of(row["body"])
        data = bytes.fromhex(row["bytes"])
        assert data == unsigned + bytes.fromhex(row["signature"]), row["body"]
        assert club_hash("command id", club, unsigned).hex() == row["id"]
        assert check_command(data, club, key)
    for row in vectors["refused"]:
        try:
            taken = check_command(bytes.fromhex(row["bytes"]), club, key)
        except (AssertionError, IndexError):
            taken = False
        assert not taken, row["why"]
    print("club.json:", len(vectors["commands"]), "commands,", len(vectors["refused"]), "refused")


class Wrong(Exception):
    """Which record of a file breaks which rule."""

    def __init__(self, record, rule):
        super().__init__(record, rule)
        self.record, self.rule = record, rule


# The longest payload of each kind of record: the charter, a state, a block, the end, a fork.
LONGEST = {1: 4096, 2: 12 << 20, 3: 4 + (64 << 10) + 2048, 4: 40, 5: 3 << 20}


def records_of(data):
    """Gives each record of a file with its number, and checks what frames them."""
    running, at, record = dice_hash("transcript record", data[:6]), 6, 0

    def hold(truth, rule):
        if not truth:
            raise Wrong(record, rule)

    hold(len(data) >= 6, "whole")
    hold(data[:4] == b"BCGT", "format")
    hold(data[4:6] == b"\2\0", "version")
    while True:
        hold(len(data) > at, "whole")
        hold(data[at] in LONGEST, "kind")
        hold(len(data) >= at + 5, "whole")
        kind, length = struct.unpack_from("<BI", data, at)
        hold(length <= LONGEST[kind], "length")
        payload = data[at + 5 : at + 5 + length]
        hold(len(payload) == length, "whole")
        at += 5 + length
        if kind == 4:
            hold(payload == struct.pack("<Q", record) + running, "running-hash")
            hold(at == len(data), "end")
            return
        yield record, kind, payload
        head = struct.pack("<BI", kind, length)
        running = dice_hash("transcript record", running, head, payload)
        record += 1


def actions_at(data, at):
    """Reads a slip: bets that are placed, taken down, reduced or switched."""
    count, at = read_number(data, at)
    for _ in range(count):
        kind, at = read_number(data, at, 32)
        # The bet, and whether it is on a number, and on which.
        at += 3 if data[at + 1] else 2
        if kind in (0, 2, 3):
            _, at = read_number(data, at)
        assert kind < 4
    return at


def command_at(data, at, rules):
    """Reads the command that begins there: who, its number, its end, its body, and where it ends."""
    start = at
    member, at = read_number(data, at, 32)
    sequence, at = read_number(data, at)
    not_after, at = read_number(data, at)
    kind, at = read_number(data, at, 32)
    body = {"kind": kind}
    if kind == 1:
        body["key"] = data[at : at + 32]
        length, at = read_number(data, at + 32)
        _, at = read_number(data, at + length, 32)
    elif kind == 2:
        length, at = read_number(data, at)
        at += length
        assert data[at : at + len(rules)] == rules, "other rules"
        at += len(rules) + 2
        for _ in range(6):
            _, at = read_number(data, at)
    else:
        body["table"], at = read_number(data, at, 32)
        if kind in (10, 11):
            body["epoch"], at = read_number(data, at, 32)
        if kind in (6, 7, 8, 9, 10, 11, 12):
            body["roll"], at = read_number(data, at)
        if kind == 6:
            at = actions_at(data, at)
        if kind in (10, 11, 12):
            body["slot"], at = data[at], at + 1
        if kind == 10:
            body["seal"], at = data[at : at + 32], at + 33
        if kind == 12:
            body["lock"], body["secret"] = data[at : at + 32], data[at + 32 : at + 64]
            body["seen"], at = read_number(data, at + 64, 16)
            following, at = data[at], at + 1
            if following:
                body["next"], at = data[at : at + 32], at + 33
        assert kind in (4, 5, 6, 7, 8, 9, 10, 11, 12), "a kind that is not in these games"
    assert len(data) >= at + 64
    unsigned, signature = data[start:at], data[at : at + 64]
    return (member, sequence, not_after, body, unsigned, signature), at + 64


def is_certified(data, club, height, block, vote_key):
    """Whether it is the certificate of a sole keeper: height, attempt, block, and the signature of
    keeper 0."""
    at_height, at = read_number(data, 0)
    attempt, at = read_number(data, at, 32)
    named, at = data[at : at + 32], at + 32
    count, at = read_number(data, at)
    if (at_height, named, count) != (height, block, 1):
        return False
    keeper, at = read_number(data, at, 16)
    fixed = club + struct.pack("<QIB", height, attempt, 2) + b"\1" + block + struct.pack("<H", keeper)
    message = derive("bitcraps 2026-11 vote v1", fixed)
    return (keeper, len(data)) == (0, at + 64) and is_signed(vote_key, message, data[at:])


class Game:
    """The game of a file, read from the charter on: every record, certificate, command and signature.
    What the commands do to bets and chips, and so the roots of the states, is beyond this reader."""

    def __init__(self, data, rules):
        self.rules, self.signatures = rules, 0
        self.parents, self.tables, self.keys, self.numbers = {}, {}, {}, {}
        # What was signed: by roll and slot the height, the member, and the rest.
        self.seals, self.openings = {}, {}
        for record, kind, payload in records_of(data):
            self.record = record
            self.hold(kind == (3 if record else 1), "order")
            if record:
                self.block(record, payload)
            else:
                self.charter(payload)

    def hold(self, truth, rule):
        if not truth:
            raise Wrong(self.record, rule)

    def is_signed(self, *signed):
        self.signatures += 1
        return is_signed(*signed)

    def charter(self, payload):
        plain, signature = payload[:-64], payload[-64:]
        self.club = self.parent = club_hash("club id", plain)
        length, at = read_number(plain, 1)
        founder = plain[at + length : at + length + 32]
        self.vote_key, self.time = vote_key_of(plain), 0
        self.hold(self.is_signed(founder, club_hash("charter signature", plain), signature), "charter")
        self.keys, self.numbers = {0: founder}, {0: 0}
        keeper = b"\0\0" + founder + self.vote_key
        self.keepers = club_hash("keepers", number(1) + keeper)

    def block(self, height, payload):
        (length,) = struct.unpack_from("<I", payload)
        block, certificate = payload[4 : 4 + length], payload[4 + length :]
        header, commands = block[:180], block[180:]
        version, of, at, before, time, proposer, root, _, keepers, rekey = struct.unpack(
            "<B32sQ32sQH32s32s32sB", header
        )
        self.hold((version, rekey) == (1, 0), "encoding")
        self.hold(club_hash("commands root", commands) == root, "commands-root")
        self.hold(at == height, "height")
        own = club_hash("block id", header)
        self.signatures += 1
        certified = is_certified(certificate, self.club, height, own, self.vote_key)
        self.hold(certified, "certificate")
        self.hold(of == self.club, "club")
        self.hold(before == self.parent, "parent")
        self.hold(time > self.time, "time")
        self.hold(proposer == 0, "proposer")
        self.time, self.parents[height] = time, before
        self.parent = own
        count, at = read_number(commands, 0)
        for _ in range(count):
            command, at = command_at(commands, at, self.rules)
            self.command(height, *command)
        self.hold(at == len(commands), "encoding")
        self.hold(keepers == self.keepers, "next-keepers")

    def command(self, height, member, sequence, not_after, body, unsigned, signature):
        key = self.keys.get(member)
        self.hold(key and sequence == self.numbers[member] + 1, "command")
        self.hold(not_after >= self.time, "command")
        message = club_hash("command signature", self.club, unsigned)
        self.hold(self.is_signed(key, message, signature), "command")
        self.numbers[member] = sequence
        kind = body["kind"]
        if kind == 1:
            self.keys[len(self.keys)], self.numbers[len(self.numbers)] = body["key"], 0
        elif kind == 2:
            found = club_hash("command id", self.club, unsigned)
            rules = club_hash("table rules", self.rules)
            self.tables[len(self.tables)] = dice_hash("table", self.club, found, rules)
        elif kind in (10, 11, 12):
            place = body["roll"], body["slot"]
            if kind == 11:
                del self.seals[place]
            else:
                here = (height, key)
                if kind == 10:
                    # A change of seats makes the one before worthless.
                    self.seals[place] = (*here, body["seal"])
                else:
                    assert place not in self.openings
                    self.openings[place] = (*here, body["lock"], body["secret"], body["seen"])
                    if "next" in body:
                        self.seals[body["roll"] + 1, body["slot"]] = (*here, body["next"])

    def check_roll(self, row):
        """Compares what is told of a roll with what its contributors signed, and when."""
        locked = [at for at, parent in self.parents.items() if parent.hex() == row["parent"]]
        assert len(locked) == 1
        keys = {line["slot"]: line["key"] for line in row["roster"]}
        for told in row["openings"]:
            place = row["roll"], told["slot"]
            height, key, seal = self.seals[place]
            assert height <= locked[0], "a seal after the lock"
            assert (key.hex(), seal.hex()) == (keys[told["slot"]], told["seal"])
            opening = self.openings.get(place)
            if opening and opening[0] <= row["height"]:
                height, key, lock, secret, seen = opening
                assert height > locked[0], "an opening in the block of its lock"
                assert (key.hex(), lock.hex()) == (keys[told["slot"]], row["lock_hash"])
                assert (secret.hex(), seen) == (told["secret"], told["seen"])
            else:
                assert told["secret"] is None


def check_game():
    vectors = json.loads((HERE / "game.json").read_text())
    rules = bytes.fromhex(vectors["rules_bytes"])
    game = Game((HERE / vectors["file"]).read_bytes(), rules)
    assert len(game.parents) + 2 == vectors["records"]
    table = bytes.fromhex(vectors["table"])
    assert game.tables == {0: table}
    club, link = game.club, dice_hash("transcript link", table)
    for row in vectors["rolls"]:
        game.check_roll(row)
        roster = roster_hash(club, table, row["epoch"], row["roster"])
        assert roster.hex() == row["roster_hash"]
        assert link.hex() == row["link_before"]
        seals, secrets, seen = [], [], []
        for opening in row["openings"]:
            slot, seal = opening["slot"], bytes.fromhex(opening["seal"])
            seals.append((slot, seal))
            secret = opening["secret"] and bytes.fromhex(opening["secret"])
            if secret:
                bound = binding(club, table, roster, row["roll"], slot)
                assert dice_hash("seal", bound, secret) == seal
                seen.append((slot, opening["seen"]))
            secrets.append((slot, secret if opening["counts"] else None))
        keepers = [line["slot"] for line in row["roster"] if line["keeper"]]
        who = [slot for slot, secret in secrets if secret]
        assert counted(keepers, seen) == (who, True)
        at, state = unhex(row, "parent", "table_state")
        lock = lock_hash(club, table, roster, row["roll"], at, state, link, seals)
        close = close_hash(lock, secrets)
        seed = seed_of(lock, close)
        dice, _ = dice_of(seed)
        link = link_of(link, lock, close, dice)
        found = (lock.hex(), close.hex(), seed.hex(), dice, link.hex())
        assert found == tuple(row[name] for name in ("lock_hash", "close_hash", "seed", "dice", "link"))
    rolls = len(vectors["rolls"])
    print("game.json:", len(game.parents), "blocks,", game.signatures, "signatures,", rolls, "rolls")
    for row in vectors["refused"]:
        try:
            Game((HERE / row["file"]).read_bytes(), rules)
            found = None
        except Wrong as wrong:
            found = wrong.record, wrong.rule
        # The root of a state is not computed here.
        expected = None if row["rule"] == "state-root" else (row["record"], row["rule"])
        assert found == expected, (row, found)
    print("refused:", len(vectors["refused"]), "files")


def vote_key_of(charter):
    """The vote key in a charter: behind its version, two names and the founder's key."""
    length, at = read_number(charter, 1)
    at += length + 32
    length, at = read_number(charter, at)
    return charter[at + length : at + length + 32]


if __name__ == "__main__":
    # BLAKE3's own vector: the hash of nothing under its test context.
    assert tree(IV, b"", 0).root(4).hex() == "af1349b9"
    check_dice()
    check_club()
    check_game()
